// Proves that backtests leave nothing behind: hundreds of them in one process, with the figures of each worked out, need no more memory at the end
// than at the beginning. In a process of its own, because garbage must be collected before it is measured.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const CHILD = fileURLToPath(new URL('../support/lab-memory-child.ts', import.meta.url))
/** What compiled code and caches of the runtime may still take after the first tenth. A single kept run of a day is half of it. */
const HEAP_GROWTH_MAX = 2e6

type Measured = { readonly trips: number; readonly memory: readonly { readonly heap: number; readonly outside: number }[] }

function measure(count: number, kind: 'bundled' | 'file'): Measured {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', CHILD, String(count), kind], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as Measured
}

describe('the memory of backtests', () => {
  it.each([
    [200, 'bundled', 4e6],
    // An engine of the sandbox, 17 MB, may still be about to be collected.
    [40, 'file', 40e6],
  ] as const)('is the same after %i of them as after the first tenth (%s)', { timeout: 180_000 }, (count, kind, outsideGrowthMax) => {
    const { trips, memory } = measure(count, kind)
    // Runs that trade nothing prove nothing.
    expect(trips).toBeGreaterThan(5 * count)
    expect(memory).toHaveLength(10)
    const [first, ...later] = memory
    for (const { heap, outside } of later) {
      expect(heap - (first?.heap ?? NaN)).toBeLessThan(HEAP_GROWTH_MAX)
      expect(outside - (first?.outside ?? NaN)).toBeLessThan(outsideGrowthMax)
    }
  })
})
