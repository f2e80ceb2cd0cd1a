// A kernel with its loop on two instruments, whose strategies say what a test says, and whose candles a test writes.
import { Kernel } from '../../src-main/core/kernel/kernel.ts'
import type { StrategySetup } from '../../src-main/core/kernel/kernel-config.ts'
import { type RecordSink, TradingLoop } from '../../src-main/core/kernel/trading-loop.ts'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import type { SimulatedVenue } from '../../src-main/core/simulation/venue.ts'
import type { StrategyInstance, StrategyPlugin } from '../../src-main/core/strategies/strategy.ts'
import { ScoringPolicy } from '../../src-shared/config/risk-policy.ts'
import { PLAIN_SIGNAL, type Regime, type Signal, type Verdict } from '../../src-shared/domain/decision.ts'
import { strategyId } from '../../src-shared/domain/ids.ts'
import { MINUTE_MS } from '../../src-shared/domain/time.ts'
import type { JournalRecord, RecoveredState } from '../../src-shared/events/journal-record.ts'
import { handConfig } from './hand-config.ts'
import { BTC, ETH, FRICTIONLESS } from './venue-kit.ts'

/** A Monday, on a half hour. */
export const START_MS = Date.UTC(2025, 0, 6)

export const wanted = (direction: 'buy' | 'sell', close: number, changes: Partial<Signal> = {}): Signal => ({
  direction,
  strength: 1,
  stopPrice: close * (direction === 'buy' ? 0.99 : 1.01),
  chandelierDistance: null,
  votes: [],
  why: {},
  ...PLAIN_SIGNAL,
  ...changes,
})
export const regimeNamed = (regime: string): Regime => ({ classifier: 'by-hand', regime, probability: 0.8, scores: { [regime]: 0.8 } })
export const filter = (code: string, passed: boolean, message = code): Verdict => ({
  check: code,
  passed,
  code,
  message,
  numbers: { limit: 1 },
})

type Setup = { readonly onCandle: StrategyInstance['onCandle']; readonly regimes?: readonly string[]; readonly timeframe?: '1m' | '5m' }
export function strategy(id: string, { onCandle, regimes, timeframe = '1m' }: Setup): StrategySetup {
  const common = { id: strategyId(id), title: id, description: '', timeframe, warmupCandles: 1, features: [], parameters: [] }
  const plugin: StrategyPlugin = {
    declaration: regimes === undefined ? common : { ...common, regimes },
    create: () => ({ onCandle }),
  }
  return { plugin, parameters: {}, file: null }
}

export type Bar = { readonly high: number; readonly low: number; readonly close: number }
export const flat = (price: number): Bar => ({ high: price, low: price, close: price })

type WorldOptions = {
  readonly strategies: readonly StrategySetup[]
  readonly scoring?: Partial<ScoringPolicy>
  readonly recovered?: RecoveredState | null
  readonly sink?: RecordSink
  /** One that has lived before; a new one otherwise. */
  readonly venue?: SimulatedVenue
  /** Shown before the session begins, as a warm-up does. */
  readonly before?: readonly Bar[]
}

/** The session begins `before.length` minutes after START_MS. */
export function openWorld(options: WorldOptions) {
  const { strategies, scoring = {}, recovered = null, sink, before = [] } = options
  const records: JournalRecord[] = []
  const startMs = START_MS + before.length * MINUTE_MS
  const config = handConfig({ startMs, start: before.length, speak: () => null, risk: { scoring: ScoringPolicy.parse(scoring) } })
  const kernel = new Kernel({ ...config, strategies }, recovered)
  const venue = options.venue ?? createSimulatedVenue([BTC, ETH], FRICTIONLESS)
  const loop = new TradingLoop({
    kernel,
    venue,
    sink: {
      append(record) {
        records.push(record)
        sink?.append(record)
      },
      commit: () => sink?.commit() ?? true,
    },
  })
  let minute = 0
  const next = ({ high, low, close }: Bar) => ({ openTimeMs: START_MS + minute++ * MINUTE_MS, open: close, high, low, close, volume: 100 })
  for (const bar of before) kernel.warmUp(0, next(bar))
  kernel.handle({ source: 'market', tsMs: startMs, event: { type: 'feed', state: 'live', detail: '', tsEventMs: startMs } })
  loop.start()
  /** Bitcoin's next minute. */
  const candle = (bar: Bar): void => {
    Object.assign(loop.nextCandle(0), next(bar))
    loop.endStep()
  }
  const of = <Kind extends JournalRecord['kind']>(kind: Kind) =>
    records.flatMap((record) => (record.kind === kind ? [record.body as Extract<JournalRecord, { kind: Kind }>['body']] : []))
  return { kernel, loop, venue, candle, records, of, minuteMs: () => START_MS + minute * MINUTE_MS }
}
