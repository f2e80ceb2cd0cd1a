// Proves over the wire, between processes, that nothing is doubled, lost, left behind or left without a stop: the real engine trades live on the practice
// venue while each kind of fault happens, and is killed on the way. `npm run simulate-wire` runs as many seeds as wanted.
import { beforeAll, expect, it } from 'vitest'
import { type ScenarioResult, runScenario } from '../support/wire/scenario.ts'

/** Some families of faults, at different moments of an order's life; all of them take `npm run simulate-wire`. */
const FAMILIES = [
  [838, 'an entry whose answer is lost'],
  [755, 'a stop that is met with silence, and a kill'],
  [14, 'a close that is turned away by the limit of requests'],
  [1178, 'a stop that fires after the private stream has died'],
  [343, 'a clock that jumps at the entry'],
  [1233, 'a kill after the entry'],
] as const
/** What once went wrong. */
const MENDED = [
  [41, 'targets whose cancel was refused stood in the way of the close'],
  [608, 'a start during maintenance ended for good'],
] as const

/** Scenarios wait most of their time: one wave of them fits into a minute. */
const PARALLEL = 8
const results = new Map<number, Promise<ScenarioResult>>()

beforeAll(() => {
  const running: Promise<unknown>[] = []
  for (const [seed] of [...FAMILIES, ...MENDED]) {
    const before = running[running.length - PARALLEL] ?? Promise.resolve()
    const result = before.then(() => runScenario(seed))
    running.push(result)
    results.set(seed, result)
  }
})

it.each([...FAMILIES, ...MENDED])(
  'seed %i: %s',
  async (seed) => {
    const result = await results.get(seed)
    expect(result?.violation, result?.log.join('\n')).toBeNull()
    expect(result).toMatchObject({ duplicates: 0, lost: 0, orphans: 0, verified: true })
  },
  300_000,
)
