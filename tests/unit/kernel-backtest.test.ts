// Proves what a backtest relies on, through the loop, the kernel and the simulated venue: funding falls due between the candle that closes at its
// time and the next one, a gap that ruins the account liquidates both positions, and the books agree with the venue to the last digit.
import { describe, expect, it } from 'vitest'
import { Kernel } from '../../src-main/core/kernel/kernel.ts'
import { TradingLoop } from '../../src-main/core/kernel/trading-loop.ts'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import type { SimulationConfig } from '../../src-main/core/simulation/venue.ts'
import type { StrategyPlugin } from '../../src-main/core/strategies/strategy.ts'
import type { RiskPolicy } from '../../src-shared/config/risk-policy.ts'
import { toText } from '../../src-shared/domain/decimal.ts'
import { PLAIN_SIGNAL } from '../../src-shared/domain/decision.ts'
import { type InstrumentId, strategyId } from '../../src-shared/domain/ids.ts'
import { HOUR_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'
import type { JournalRecord } from '../../src-shared/events/journal-record.ts'
import { handConfig } from '../support/hand-config.ts'
import { MemoryJournal } from '../support/memory-journal.ts'
import { BTC, ETH, FRICTIONLESS } from '../support/venue-kit.ts'

const EIGHT_MS = Date.UTC(2025, 0, 6, 8)

/** Buys both instruments at the close of one candle, with the stop one percent below. */
const buyAt = (closeMs: number): StrategyPlugin => ({
  declaration: { id: strategyId('buyer'), title: '', description: '', timeframe: '1m', warmupCandles: 1, features: [], parameters: [] },
  create: () => ({
    onCandle: ({ openTimeMs, close }) =>
      openTimeMs + MINUTE_MS === closeMs
        ? { direction: 'buy', strength: 1, stopPrice: close * 0.99, chandelierDistance: null, votes: [], why: {}, ...PLAIN_SIGNAL }
        : null,
  }),
})

type Prices = readonly [open: number, high: number, low: number, close: number]

/** A desk whose first candle opens at `startMs`. */
function backtest(options: { startMs: number; buyMs: number; risk?: Partial<RiskPolicy>; venue?: Partial<SimulationConfig> }) {
  const { startMs, buyMs, risk = {} } = options
  const hand = handConfig({ startMs, start: 0, speak: () => null, risk, care: { targetLadder: [] } })
  const journal = new MemoryJournal()
  const records: JournalRecord[] = []
  const kernel = new Kernel({ ...hand, strategies: [{ plugin: buyAt(buyMs), parameters: {}, file: null }], leverage: 20 }, null)
  const venue = createSimulatedVenue([BTC, ETH], { ...FRICTIONLESS, leverage: 20, latencyMs: 120, ...options.venue })
  const loop = new TradingLoop({
    kernel,
    venue,
    sink: { append: (record) => (journal.append(record), void records.push(record)), commit: () => true },
  })
  kernel.handle({ source: 'market', tsMs: startMs, event: { type: 'feed', state: 'live', detail: '', tsEventMs: startMs } })
  loop.start()
  let openTimeMs = startMs
  const step = (...prices: readonly Prices[]): void => {
    for (const [index, [open, high, low, close]] of prices.entries())
      Object.assign(loop.nextCandle(index), { openTimeMs, open, high, low, close, volume: 1_000 })
    loop.endStep()
    openTimeMs += MINUTE_MS
  }
  const fund = (instrumentId: InstrumentId, rate: number): void =>
    loop.event({ source: 'market', tsMs: openTimeMs, event: { type: 'funding', instrumentId, rate, tsEventMs: openTimeMs } })
  const wallet = (): string => {
    const oracle = createSimulatedVenue([BTC, ETH], FRICTIONLESS)
    oracle.restore(venue.save())
    oracle.requestSnapshot(null, Number.MAX_SAFE_INTEGER)
    const snapshot = oracle.advanceTo(Number.MAX_SAFE_INTEGER).find((report) => report.type === 'snapshot')
    return snapshot?.type === 'snapshot' ? toText(snapshot.walletBalance) : 'none'
  }
  const funding = (): string[] =>
    records.flatMap((record) =>
      record.kind === 'ledger' && record.body.kind === 'funding' ? [`${toText(record.body.amount)} at ${record.body.tsMs - EIGHT_MS}`] : [],
    )
  return { kernel, loop, journal, records, step, fund, wallet, funding }
}

const still = (price: number): Prices => [price, price, price, price]

describe('funding that is due when a candle closes', () => {
  const before = { startMs: EIGHT_MS - 3 * MINUTE_MS, risk: { riskPerTrade: 0.005, leverageMax: 20 } }

  it('is paid by what was open then, at the close of that candle', () => {
    const { step, fund, funding, journal, wallet, kernel } = backtest({ ...before, buyMs: EIGHT_MS - 2 * MINUTE_MS })
    step(still(1_000))
    step(still(1_000))
    step([1_000, 1_004, 1_000, 1_004])
    fund(BTC.id, 0.0001)
    step(still(1_004))
    // 5 BTC for a risk of 50 with a stop 10 away; 5 × 1004 × 0.0001.
    expect(funding()).toEqual(['-0.502 at 0'])
    expect([toText(journal.balance), toText(kernel.portfolio.balance)]).toEqual([wallet(), wallet()])
  })

  it('is not paid by what is decided at that close and arrives later', () => {
    const { step, fund, funding, kernel } = backtest({ ...before, buyMs: EIGHT_MS })
    for (let minute = 0; minute < 3; minute += 1) step(still(1_000))
    fund(BTC.id, 0.0001)
    step(still(1_000))
    expect(funding()).toEqual([])
    expect(kernel.portfolio.openCount).toBe(1)
  })

  it('is paid by an order that arrives at that very millisecond', () => {
    const { step, fund, funding } = backtest({ ...before, buyMs: EIGHT_MS, venue: { latencyMs: 0 } })
    for (let minute = 0; minute < 3; minute += 1) step(still(1_000))
    fund(BTC.id, 0.0001)
    step(still(1_000))
    expect(funding()).toEqual(['-0.5 at 0'])
  })

  it('is not paid by what the last price of that candle has closed', () => {
    const { step, fund, funding, journal } = backtest({ ...before, buyMs: EIGHT_MS - 2 * MINUTE_MS })
    step(still(1_000))
    step(still(1_000))
    step([1_000, 1_000, 990, 990])
    fund(BTC.id, 0.0001)
    step(still(990))
    expect(funding()).toEqual([])
    expect(journal.roundTrips.map(({ exitReason }) => exitReason)).toEqual(['stop'])
  })

  it('is nobody’s affair when the run leaves it out', () => {
    const { step, fund, funding } = backtest({ ...before, buyMs: EIGHT_MS - 2 * MINUTE_MS, venue: { funding: false } })
    for (let minute = 0; minute < 3; minute += 1) step(still(1_000))
    fund(BTC.id, 0.0001)
    step(still(1_000))
    expect(funding()).toEqual([])
  })
})

describe('a gap through the stops of two positions', () => {
  const risk = {
    riskPerTrade: 0.05,
    positionShareMax: 1,
    leverageMax: 20,
    grossExposureMax: 20,
    liquidationDistanceMin: 1,
    dayLossMax: 1,
    weekLossMax: 1,
    drawdownMax: 1,
  }
  const startMs = EIGHT_MS + HOUR_MS
  const ruin = (btc: Prices, eth: Prices) => {
    const run = backtest({ startMs, buyMs: startMs + MINUTE_MS, risk })
    run.step(still(1_000), still(100))
    run.step(still(1_000), still(100))
    expect(run.kernel.portfolio.positions().map(({ care }) => care.stopState)).toEqual(['working', 'working'])
    run.step(btc, eth)
    run.loop.settle(10_000)
    return run
  }
  const fillsOf = (run: ReturnType<typeof ruin>): string[] =>
    run.journal.fills.slice(2).map((fill) => `${fill.clientOrderId.slice(0, 11)} ${fill.instrumentId.slice(0, 3)} @ ${toText(fill.price)}`)

  it('that ruins the account liquidates both, the larger margin first, each at its own price', () => {
    const run = ruin([700, 700, 690, 700], [70, 70, 69, 70])
    // Bitcoin opens first and takes all there is: 49 BTC × 300 of loss against 10 000. Ether is still at 100, and has the larger margin.
    expect(fillsOf(run)).toEqual(['LIQUIDATION ETH @ 100', 'LIQUIDATION BTC @ 700'])
    expect(run.journal.roundTrips.map(({ exitReason }) => exitReason)).toEqual(['liquidation', 'liquidation'])
    expect(run.kernel.portfolio.openCount).toBe(0)
    expect(run.kernel.execution.registry.open()).toEqual([])
    expect([toText(run.journal.balance), toText(run.kernel.portfolio.balance)]).toEqual([run.wallet(), run.wallet()])
    expect(Number(run.wallet())).toBeLessThan(0)
  })

  it('that the account survives is closed by the stops, at the gap', () => {
    const run = ruin([950, 950, 940, 950], [95, 95, 94, 95])
    expect(fillsOf(run)).toEqual([expect.stringMatching(/^tw.* BTC @ 950$/), expect.stringMatching(/^tw.* ETH @ 95$/)])
    expect(run.journal.roundTrips.map(({ exitReason }) => exitReason)).toEqual(['stop', 'stop'])
    expect([toText(run.journal.balance), toText(run.kernel.portfolio.balance)]).toEqual([run.wallet(), run.wallet()])
  })
})
