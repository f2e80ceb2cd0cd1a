// Proves on a real folder that strategies are listed at the start, reported when saved in any of the ways editors save, and refused when too large.
import { mkdtemp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { STRATEGY_BYTES_MAX, type StrategyFolderChange, watchStrategyFolder } from '../../src-main/adapters/system/strategy-folder.ts'

let dir: string
let watcher: { close(): void } | null = null
let changes: StrategyFolderChange[]

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'strategies-'))
  changes = []
})
afterEach(async () => {
  watcher?.close()
  await rm(dir, { recursive: true })
})

const start = async (): Promise<void> => {
  watcher = await watchStrategyFolder(dir, (change) => changes.push(change))
}
const write = (name: string, text: string): Promise<void> => writeFile(join(dir, name), text)
const nextChange = (count: number): Promise<unknown> =>
  vi.waitFor(() => expect(changes.length).toBeGreaterThanOrEqual(count), { timeout: 5_000, interval: 20 })

describe('watchStrategyFolder', () => {
  it('lists the strategies at the start, by name, and nothing else', async () => {
    await Promise.all([
      write('b.ts', 'B'),
      write('a.ts', 'A'),
      write('types.d.ts', 'T'),
      write('notes.md', 'N'),
      write('.hidden.ts', 'H'),
      mkdir(join(dir, 'c.ts')),
    ])
    await start()
    expect(changes).toEqual([
      {
        changed: [
          { fileName: 'a.ts', source: 'A' },
          { fileName: 'b.ts', source: 'B' },
        ],
        removed: [],
        refused: [],
      },
    ])
  })

  it('says nothing about an empty folder', async () => {
    await start()
    expect(changes).toEqual([])
  })

  it('reports a saved file once, also when the editor renames another over it', async () => {
    await write('a.ts', 'one')
    await start()
    await write('a.ts', 'two')
    await nextChange(2)
    await write('a.ts.tmp', 'three')
    await rename(join(dir, 'a.ts.tmp'), join(dir, 'a.ts'))
    await nextChange(3)
    expect(changes.slice(1)).toEqual(
      ['two', 'three'].map((source) => ({ changed: [{ fileName: 'a.ts', source }], removed: [], refused: [] })),
    )
  })

  it('reports a removed file', async () => {
    await write('a.ts', 'one')
    await start()
    await rm(join(dir, 'a.ts'))
    await nextChange(2)
    expect(changes[1]).toEqual({ changed: [], removed: ['a.ts'], refused: [] })
  })

  it('refuses a file that is too large, and keeps what ran before until the file is gone', async () => {
    await write('a.ts', 'one')
    await write('large.ts', 'x'.repeat(STRATEGY_BYTES_MAX + 1))
    await write('full.ts', 'x'.repeat(STRATEGY_BYTES_MAX))
    await start()
    expect(changes[0]?.changed.map(({ fileName }) => fileName)).toEqual(['a.ts', 'full.ts'])
    expect(changes[0]?.refused).toEqual([{ fileName: 'large.ts', message: 'is larger than 256 kB' }])
    await write('a.ts', 'y'.repeat(STRATEGY_BYTES_MAX + 1))
    await nextChange(2)
    expect(changes[1]).toEqual({ changed: [], removed: [], refused: [{ fileName: 'a.ts', message: 'is larger than 256 kB' }] })
    await rm(join(dir, 'a.ts'))
    await nextChange(3)
    expect(changes[2]).toEqual({ changed: [], removed: ['a.ts'], refused: [] })
  })

  it('rejects a folder that is not there', async () => {
    await expect(watchStrategyFolder(join(dir, 'missing'), () => undefined)).rejects.toThrow('ENOENT')
  })

  it('says nothing once it is closed', async () => {
    await start()
    watcher?.close()
    await write('a.ts', 'one')
    const other = await watchStrategyFolder(dir, (change) => changes.push(change))
    other.close()
    expect(changes).toHaveLength(1)
  })
})
