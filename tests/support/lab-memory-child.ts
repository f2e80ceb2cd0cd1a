// A process that runs as many backtests as its command line says, one after the other, of bundled strategies or of a user's own file (`bundled`,
// `file`), as trials of a search. Prints how many round trips they made and the memory after each tenth of them, in bytes, as one line of JSON.
// Start it with --expose-gc.
import { TRIAL_KIT } from '../../src-main/lab/backtest/trial-kit.ts'
import { BacktestSpec } from '../../src-shared/config/lab.ts'
import { SAMPLE, bundled, sampleData, sampleSpec } from './lab-world.ts'

const BY_THE_CLOCK = `export const strategy = {
  id: 'by-the-clock', title: 'By the clock', description: 'In at the full hour, out at the half', timeframe: '1m', warmupCandles: 1, features: [],
  create: () => ({
    onCandle: ({ openTimeMs, close }) => openTimeMs % 3600000 === 0 ? { direction: 'buy', strength: 1, stopPrice: close * 0.98 } : null,
    manage: ({ openTimeMs }) => openTimeMs % 3600000 === 1800000 ? { type: 'close', reason: 'time' } : null,
  }),
}`

const [countText = '200', kind = 'bundled'] = process.argv.slice(2)
const count = Number(countText)
const { gc } = globalThis
if (gc === undefined) throw new Error('start with --expose-gc')

/** More than once and with a turn of the event loop between: what a thread or an engine of the sandbox held is let go of only then. */
async function collect(collectNow: () => unknown): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    collectNow()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const base = sampleSpec({ fromMs: SAMPLE.suggestedStartMs, days: 1, instruments: ['BTCUSDT'] })
const ofFile = BacktestSpec.parse({
  ...base,
  playbook: { ...bundled('trend'), risk: { cooldownMs: 0 } },
  files: [{ name: 'by-the-clock.js', source: BY_THE_CLOCK }],
})
const spec = kind === 'file' ? ofFile : base
const data = sampleData(spec)

async function tripsOf(number: number): Promise<number> {
  const parameters = kind === 'file' ? {} : { 'trend-adaptive.stopMultiple': 2 + (number % 20) * 0.1 }
  const changed = TRIAL_KIT.withParameters(spec, parameters)
  if (!changed.ok) throw new Error(changed.error)
  const opened = await TRIAL_KIT.open(changed.value, data)
  if (!opened.ok) throw new Error(opened.error)
  opened.value.run(Number.POSITIVE_INFINITY)
  const record = opened.value.record()
  TRIAL_KIT.metrics(record)
  opened.value.close()
  return record.trips.length
}

const memory: { heap: number; outside: number }[] = []
let trips = 0
for (let number = 1; number <= count; number += 1) {
  trips += await tripsOf(number)
  if (number % (count / 10) !== 0) continue
  await collect(gc)
  const { heapUsed: heap, external, arrayBuffers } = process.memoryUsage()
  memory.push({ heap, outside: external + arrayBuffers })
}
process.stdout.write(JSON.stringify({ trips, memory }))
