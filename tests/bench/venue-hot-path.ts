// Measures what the simulated venue costs when nothing of ours can happen, and what a save costs when its histories are full.
// Run: node --expose-gc tests/bench/venue-hot-path.ts one|two|position|averages|save
// One case per process: a second venue in the same process is compiled less tightly.
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import type { SimulationConfig } from '../../src-main/core/simulation/venue.ts'
import { money } from '../../src-shared/domain/decimal.ts'
import { BTC, ETH, FRICTIONLESS, order } from '../support/venue-kit.ts'

const CANDLES = 5_000_000
const prices = Float64Array.from({ length: 1_024 }, (_, index) => 1_000 + Math.round(50 * Math.sin(index)) / 10)

type Case = {
  readonly name: string
  readonly ids: readonly (typeof BTC.id)[]
  readonly prepare?: (venue: ReturnType<typeof createSimulatedVenue>) => void
  readonly config?: Partial<SimulationConfig>
}

function measure({ name, ids, prepare, config }: Case): void {
  const venue = createSimulatedVenue([BTC, ETH], { ...FRICTIONLESS, initialBalance: money('100000'), ...config })
  for (const id of ids) venue.setPrice(id, 0, 1_000, 1)
  prepare?.(venue)
  const rounds: number[] = []
  const candle = { openTimeMs: 0.5, open: 1_000.5, high: 1_000.5, low: 1_000.5, close: 1_000.5, volume: 12.5 }
  let touched = 0
  const [first, second] = [ids[0] ?? BTC.id, ids[1] ?? ids[0] ?? BTC.id]
  globalThis.gc?.()
  const heapBefore = process.memoryUsage().heapUsed
  for (let round = 0; round < 7; round++) {
    const startNs = process.hrtime.bigint()
    for (let index = 1; index <= CANDLES; index++) {
      const close = prices[index & 1_023] ?? 0
      const id = index & 1 ? first : second
      candle.openTimeMs = 1_000 + round + index
      candle.low = close - 1
      candle.high = close + 1
      candle.close = close
      if (!venue.pass(id, candle, 60_000)) touched++
    }
    rounds.push(Number(process.hrtime.bigint() - startNs) / CANDLES)
  }
  const heapGrowth = process.memoryUsage().heapUsed - heapBefore
  rounds.sort((a, b) => a - b)
  console.log(
    `${name}: ${rounds[3]?.toFixed(2)} ns per candle (best ${rounds[0]?.toFixed(2)}), touched ${touched}, heap +${(heapGrowth / 1024).toFixed(0)} KiB over ${7 * CANDLES} candles`,
  )
}

const withPosition = (venue: ReturnType<typeof createSimulatedVenue>): void => {
  venue.submit(order(), 1)
  venue.submit(order({ side: 'sell', type: 'stop_market', reduceOnly: true, triggerPrice: '900' }), 2)
  venue.advanceTo(10)
}
function measureSave(): void {
  const venue = createSimulatedVenue([BTC], { ...FRICTIONLESS, initialBalance: money('100000') })
  venue.setPrice(BTC.id, 0, 1_000, 1)
  for (let count = 0; count < 6_000; count++) {
    venue.submit(order({ side: count % 2 === 0 ? 'buy' : 'sell' }), count)
    venue.advanceTo(count)
  }
  const startNs = process.hrtime.bigint()
  let length = 0
  for (let count = 0; count < 20; count++) length = venue.save().length
  console.log(
    `save with full histories: ${(Number(process.hrtime.bigint() - startNs) / 20 / 1e6).toFixed(2)} ms, ${(length / 1024).toFixed(0)} KiB`,
  )
}

const BY_VOLATILITY = { slippage: { kind: 'volatility', share: 0.05 } } as const
const cases: Readonly<Record<string, () => void>> = {
  one: () => measure({ name: 'no order, no position, one instrument', ids: [BTC.id] }),
  two: () => measure({ name: 'no order, no position, two instruments in turn', ids: [BTC.id, ETH.id] }),
  position: () => measure({ name: 'a position and its stop, one instrument', prepare: withPosition, ids: [BTC.id] }),
  averages: () => measure({ name: 'slippage by volatility, one instrument', ids: [BTC.id], config: BY_VOLATILITY }),
  save: measureSave,
}
cases[process.argv[2] ?? 'one']?.()
