// The folder in which users keep their strategies: what lies in it at the start, and what changes while the program runs. Writes nothing.
import { type FSWatcher, watch } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

export const STRATEGY_BYTES_MAX = 256 * 1024
export const STRATEGY_FILES_MAX = 100
/** Editors write a file in several steps, or write another and rename it: the folder is read once it has been quiet for this long. */
const QUIET_MS = 150

export type StrategyFile = { readonly fileName: string; readonly source: string }
/** One or more of: files that are new or have a new text, names that are gone, and files that cannot be used with a sentence about why. */
export type StrategyFolderChange = {
  readonly changed: readonly StrategyFile[]
  readonly removed: readonly string[]
  readonly refused: readonly { readonly fileName: string; readonly message: string }[]
}

/** What was last reported about a file: its last usable text, and why what lies there now was refused. */
type Known = { readonly source: string | null; readonly message: string | null }

/**
 * Reads `*.ts` of a folder (not `*.d.ts`, no subfolders), reports it, and reports what changes from then on; nothing is reported twice.
 * Resolves after the first report. Rejects when the folder cannot be read or watched. `onChange` must not throw.
 */
export async function watchStrategyFolder(dir: string, onChange: (change: StrategyFolderChange) => void): Promise<{ close(): void }> {
  const folder = new StrategyFolder(dir, onChange)
  try {
    folder.watch()
    await folder.read()
  } catch (error) {
    folder.close()
    throw error
  }
  return folder
}

class StrategyFolder {
  readonly #dir: string
  readonly #onChange: (change: StrategyFolderChange) => void
  #known: ReadonlyMap<string, Known> = new Map()
  #watcher: FSWatcher | null = null
  #timer: NodeJS.Timeout | null = null
  #reading = false
  #readAgain = false
  #closed = false

  constructor(dir: string, onChange: (change: StrategyFolderChange) => void) {
    this.#dir = dir
    this.#onChange = onChange
  }

  watch(): void {
    this.#watcher = watch(this.#dir, { persistent: false }, () => this.#readSoon())
    this.#watcher.on('error', (error) =>
      this.#report({ changed: [], removed: [], refused: [{ fileName: this.#dir, message: `no longer watched: ${error.message}` }] }),
    )
  }

  close(): void {
    this.#closed = true
    this.#watcher?.close()
    if (this.#timer) clearTimeout(this.#timer)
  }

  /** Compares the folder with what is known and reports the difference. One reading at a time; a change during it leads to one more. */
  async read(): Promise<void> {
    if (this.#reading) {
      this.#readAgain = true
      return
    }
    this.#reading = true
    try {
      const found = await readFolder(this.#dir, this.#known)
      const change = difference(this.#known, found)
      this.#known = found
      this.#report(change)
    } finally {
      this.#reading = false
    }
    if (this.#readAgain) {
      this.#readAgain = false
      this.#readSoon()
    }
  }

  #readSoon(): void {
    if (this.#closed) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.read().catch((error: unknown) => {
        const message = `cannot be read: ${error instanceof Error ? error.message : String(error)}`
        this.#report({ changed: [], removed: [], refused: [{ fileName: this.#dir, message }] })
      })
    }, QUIET_MS)
    this.#timer.unref()
  }

  #report(change: StrategyFolderChange): void {
    const isEmpty = change.changed.length + change.removed.length + change.refused.length === 0
    if (!this.#closed && !isEmpty) this.#onChange(change)
  }
}

async function readFolder(dir: string, before: ReadonlyMap<string, Known>): Promise<ReadonlyMap<string, Known>> {
  const entries = await readdir(dir, { withFileTypes: true })
  const names = entries
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts') && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort()
  const found = new Map<string, Known>()
  for (const [index, name] of names.entries()) {
    const read =
      index < STRATEGY_FILES_MAX
        ? await readStrategy(join(dir, name))
        : refusal(`is one of ${names.length} files, expected at most ${STRATEGY_FILES_MAX}`)
    // What was usable before a bad save stays known: it goes on running until its file is gone.
    if (read) found.set(name, { message: read.message, source: read.source ?? before.get(name)?.source ?? null })
  }
  return found
}

const refusal = (message: string): Known => ({ source: null, message })

/** Null when the file went away in between. Reads at most one byte more than is allowed, however large the file is. */
async function readStrategy(path: string): Promise<Known | null> {
  try {
    await using file = await open(path, 'r')
    if (!(await file.stat()).isFile()) return refusal('is not a regular file')
    const buffer = Buffer.alloc(STRATEGY_BYTES_MAX + 1)
    let length = 0
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, length)
      if (bytesRead === 0) break
      length += bytesRead
    }
    if (length > STRATEGY_BYTES_MAX) return refusal(`is larger than ${STRATEGY_BYTES_MAX / 1024} kB`)
    return { source: buffer.toString('utf8', 0, length), message: null }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    return refusal(`cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function difference(before: ReadonlyMap<string, Known>, after: ReadonlyMap<string, Known>): StrategyFolderChange {
  const changed: StrategyFile[] = []
  const refused: { fileName: string; message: string }[] = []
  const removed = [...before].filter(([fileName, known]) => known.source !== null && !after.has(fileName)).map(([fileName]) => fileName)
  for (const [fileName, { source, message }] of after) {
    const known = before.get(fileName)
    if (source !== null && source !== known?.source) changed.push({ fileName, source })
    if (message !== null && message !== known?.message) refused.push({ fileName, message })
  }
  return { changed, removed, refused }
}
