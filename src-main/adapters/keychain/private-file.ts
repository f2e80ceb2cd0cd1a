// A small file that only its owner may read, written whole or not at all.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'

/** The text, null when there is no such file, or why it cannot be read. */
export function readPrivate(file: string): Result<string | null, string> {
  try {
    return ok(readFileSync(file, 'utf8'))
  } catch (error) {
    return hasCode(error, 'ENOENT') ? ok(null) : err(reasonOf(error))
  }
}

/** After an error the earlier file stands as it was. */
export function writePrivate(file: string, text: string): Result<null, string> {
  const part = `${file}.new`
  try {
    // One that a crash left behind may have other rights.
    rmSync(part, { force: true })
    writeThrough(part, text)
    renameSync(part, file)
    syncFolder(dirname(file))
    return ok(null)
  } catch (error) {
    removePrivate(part)
    return err(reasonOf(error))
  }
}

export function removePrivate(file: string): Result<null, string> {
  try {
    rmSync(file, { force: true })
    return ok(null)
  } catch (error) {
    return err(reasonOf(error))
  }
}

function writeThrough(file: string, text: string): void {
  const handle = openSync(file, 'wx', 0o600)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** So that the rename survives a power cut; Windows has no such thing. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

const hasCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ')
