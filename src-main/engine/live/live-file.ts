// What a restart must know about live trading: whether it is armed, and what was acknowledged. No secrets.
import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { VENUE_ENVIRONMENTS, VENUE_IDS } from '../../../src-shared/domain/venue.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'

const CONSENTS_MAX = 50
const Hash = z.string().regex(/^[0-9a-f]{64}$/)

const LiveFile = z.strictObject({
  version: z.literal(1),
  /** Begins every live order id of this data directory, so that another copy of the program is told apart. */
  mark: z.string().regex(/^tw[0-9a-f]{4}$/),
  armed: z
    .strictObject({ venue: z.enum(VENUE_IDS), environment: z.enum(VENUE_ENVIRONMENTS), hash: Hash, sinceMs: z.number().int() })
    .nullable(),
  consents: z.array(z.strictObject({ hash: Hash, word: z.string().max(40), atMs: z.number().int() })).max(CONSENTS_MAX),
})
export type LiveMemory = z.infer<typeof LiveFile>

export const liveFile = (dataDir: string): string => join(dataDir, 'live.json')
/** Of a data directory, before anything in it is opened. */
export function isArmedIn(dataDir: string): boolean {
  const loaded = loadLiveMemory(liveFile(dataDir))
  return loaded.ok && loaded.value.armed !== null
}

export const newLiveMemory = (): LiveMemory => ({ version: 1, mark: `tw${randomBytes(2).toString('hex')}`, armed: null, consents: [] })

/** A file that cannot be read counts as not armed: nothing is traded by mistake. The error is one sentence. */
export function loadLiveMemory(file: string): Result<LiveMemory, string> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? ok(newLiveMemory()) : err(`${file} cannot be read`)
  }
  try {
    return ok(LiveFile.parse(JSON.parse(text)))
  } catch {
    return err(`${file} is not what this program wrote; live trading is taken to be off`)
  }
}

/** Whole or not at all. Throws what the file system throws. */
export function saveLiveMemory(file: string, memory: LiveMemory): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(memory)}\n`, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}

/** The newest are kept. */
export const withConsent = (memory: LiveMemory, consent: LiveMemory['consents'][number]): LiveMemory => ({
  ...memory,
  consents: [...memory.consents.filter(({ hash }) => hash !== consent.hash), consent].slice(-CONSENTS_MAX),
})
