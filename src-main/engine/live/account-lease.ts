// One program on this machine may trade an account. The lock is SQLite's own on a file that holds nothing: the system drops it when the
// program ends in whatever way. Copies on other machines are recognised by the marks in their orders.
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { type VenueAccount, accountName } from '../../../src-shared/domain/venue.ts'

export type AccountLease = { release(): void }

/** Shared by all data directories of this user. */
const leaseFolder = (): string => join(tmpdir(), `tradewright-${userInfo().username.replace(/[^A-Za-z0-9]/g, '_')}`)

/** `key` is the public part of the credentials: it names the account without telling it. The error is one sentence for the user. */
export function takeAccountLease(account: VenueAccount, key: string, folder: string = leaseFolder()): Result<AccountLease, string> {
  const name = createHash('sha256').update(`${account.venue} ${account.environment} ${key}`).digest('hex').slice(0, 16)
  let database: Database.Database | undefined
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    database = new Database(join(folder, `${name}.lease`), { timeout: 0 })
    database.pragma('journal_mode = MEMORY')
    database.exec('BEGIN EXCLUSIVE')
    const held = database
    return ok({ release: () => held.close() })
  } catch (cause) {
    database?.close()
    if (cause instanceof Error && 'code' in cause && cause.code === 'SQLITE_BUSY')
      return err(`another Tradewright on this machine trades ${accountName(account)} with this key; take that one back to paper first`)
    return err(`the lease of ${accountName(account)} cannot be taken: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}
