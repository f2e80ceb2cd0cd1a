// The one folder that holds everything of a user: journal, settings, logs, strategies. One program at a time may have it.
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { err, ok, type Result } from '../../src-shared/domain/result.ts'

export type Surroundings = { readonly env: NodeJS.ProcessEnv; readonly platform: NodeJS.Platform; readonly homeDir: string }

/** Where this platform keeps a program's data. */
export function defaultDataDir({ env, platform, homeDir }: Surroundings): string {
  if (platform === 'win32') return path.join(env['APPDATA'] ?? path.join(homeDir, 'AppData', 'Roaming'), 'Tradewright')
  if (platform === 'darwin') return path.join(homeDir, 'Library', 'Application Support', 'Tradewright')
  const base = env['XDG_DATA_HOME']
  // The XDG specification says that a relative path is to be ignored.
  return path.join(base && path.isAbsolute(base) ? base : path.join(homeDir, '.local', 'share'), 'tradewright')
}

/** Makes the folder readable by its owner only, or checks the one that is there. The error is one sentence for the user. */
export function prepareDataDir(dir: string): Result<null, string> {
  try {
    makeFolders(path.resolve(dir))
    if (!statSync(dir).isDirectory()) return err(`data directory ${dir}: there is a file of that name, expected a folder`)
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK)
    return ok(null)
  } catch (error) {
    return err(`data directory ${dir} cannot be used: ${reasonOf(error)}; expected a folder this user can read and write`)
  }
}

/** Folder by folder: Node's own recursion never ends where a parent that exists takes no folders, such as /proc. */
function makeFolders(dir: string): void {
  if (existsSync(dir)) return
  const parent = path.dirname(dir)
  if (parent !== dir) makeFolders(parent)
  mkdirSync(dir, { mode: 0o700 })
}

export interface DataDirLock {
  release(): void
}

/**
 * Takes the folder for this program. The lock is SQLite's own on a file that holds nothing: the operating system drops it when
 * the program ends in whatever way, so that no stale lock is ever left behind.
 */
export function lockDataDir(dir: string): Result<DataDirLock, string> {
  let database: Database.Database | undefined
  try {
    database = new Database(path.join(dir, 'lock'), { timeout: 0 })
    // Nothing is written, so nothing needs to be undone: no file beside the lock.
    database.pragma('journal_mode = MEMORY')
    database.exec('BEGIN EXCLUSIVE')
    const held = database
    return ok({ release: () => held.close() })
  } catch (error) {
    database?.close()
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY')
      return err(
        `data directory ${dir} is in use by another running Tradewright; stop that one first, or choose another with --data-dir=DIR`,
      )
    return err(`data directory ${dir} cannot be locked: ${reasonOf(error)}`)
  }
}

/** The system's own words, on one line. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ')
}
