// One backtest: the live kernel and the simulated venue over stored candles, as fast as they come. What a paper session does with its market, clock
// and ids is chosen here for a backtest, and nothing else: strategies, risk officer, execution and care are the same code.
import { createHash } from 'node:crypto'
import type { BacktestSpec } from '../../../src-shared/config/lab.ts'
import type { CarePolicy } from '../../../src-shared/config/risk-policy.ts'
import { money, toNumber } from '../../../src-shared/domain/decimal.ts'
import { sessionId } from '../../../src-shared/domain/ids.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { HOUR_MS, TIMEFRAMES, TIMEFRAME_MS } from '../../../src-shared/domain/time.ts'
import type { RunRecord } from '../../core/analytics/run-record.ts'
import { CandleBuffer, loadCandle } from '../../core/features/feature-set.ts'
import type { CandleColumns } from '../../core/ports/market-feed.ts'
import { Kernel } from '../../core/kernel/kernel.ts'
import type { KernelConfig } from '../../core/kernel/kernel-config.ts'
import { type LoopObserver, type RecordSink, TradingLoop } from '../../core/kernel/trading-loop.ts'
import { detailCandles } from '../../core/simulation/detail-candles.ts'
import { createSimulatedVenue } from '../../core/simulation/simulated-venue.ts'
import { instrumentsOfRun, simulationConfig } from '../../core/simulation/simulation-config.ts'
import { AVERAGED_CANDLES, type DetailCandles, type SimulatedVenue } from '../../core/simulation/venue.ts'
import { longerBars } from '../../adapters/replay/longer-bars.ts'
import { sliceRows } from '../../adapters/replay/recording.ts'
import { type LongBars, barsWanted, showPast } from '../../engine/known-past.ts'
import type { BacktestPlan } from './backtest-plan.ts'
import { closeOpenPositions } from './close-open.ts'
import { MarketSteps } from './market-steps.ts'
import { type RunData, rowsBefore } from './run-data.ts'
import { RunRecorder } from './run-recorder.ts'

export type BacktestOptions = {
  /** Written to as well, with the account of every hour: the journal of the run. */
  readonly sink?: RecordSink
  /** Sees everything that enters and leaves the kernel: for checks. */
  readonly observer?: LoopObserver
}

export class Backtest {
  readonly kernel: Kernel
  readonly #plan: BacktestPlan
  readonly #data: RunData
  readonly #steps: MarketSteps
  readonly #recorder: RunRecorder
  readonly #venue: SimulatedVenue
  /** Steps of base candles altogether; a few less are taken where the data has holes. */
  readonly total: number
  #finished = false

  /** Shows the kernel what was before the period and starts it. */
  constructor(plan: BacktestPlan, data: RunData, options: BacktestOptions = {}) {
    const { spec } = plan
    const { fromMs, toMs, timeframe } = spec.data
    this.#plan = plan
    this.#data = data
    this.kernel = new Kernel(kernelConfig(plan, data), null)
    const account = { initialBalance: money(spec.initialBalance), leverage: spec.leverage }
    const venue = createSimulatedVenue(data.instruments, simulationConfig(spec.simulation, account))
    this.#venue = venue
    showAverages(venue, data, spec)
    // Steps are known only when the market is; the recorder needs their number, the loop needs the recorder.
    const bound = stepsBound(data, spec)
    this.#recorder = new RunRecorder(bound, options.sink ?? null)
    const { observer } = options
    const detail = data.series.map((series) => detailOf(series.detail, spec))
    const loop = new TradingLoop({
      kernel: this.kernel,
      venue,
      sink: this.#recorder,
      detail,
      ...(observer === undefined ? {} : { observer }),
    })
    this.#steps = new MarketSteps(loop, data, { period: { fromMs, toMs }, timeframe })
    this.total = this.#steps.remaining
    showPast(this.kernel, knownPast(this.kernel.config, data, spec), null)
    loop.event({ source: 'market', tsMs: fromMs, event: { type: 'feed', state: 'live', detail: 'stored market data', tsEventMs: fromMs } })
    loop.start()
    this.#recorder.start(this.kernel)
  }

  get done(): number {
    return this.#recorder.steps
  }
  get finished(): boolean {
    return this.#finished
  }

  /** Goes on for at most this many steps; true when there are none left. */
  run(stepsMax: number): boolean {
    for (let i = 0; i < stepsMax; i += 1) {
      if (!this.#steps.step()) {
        if (!this.#finished) this.#recorder.end(this.kernel)
        this.#finished = true
        return true
      }
      this.#recorder.step(this.#steps, this.kernel)
    }
    return false
  }

  /** Closes what is open at the last price: see {@link closeOpenPositions}. For a run that is over and writes no journal: no order stands behind it. */
  closeOpen(): void {
    const { portfolio } = this.kernel
    const tsMs = this.#recorder.lastMs
    if (tsMs === null || portfolio.openCount === 0) return
    closeOpenPositions({ portfolio, venue: this.#venue, sink: this.#recorder, tsMs })
    this.#recorder.restateLast(this.kernel)
  }

  /** What happened so far. Positions that are still open are in the equity, at the last price, and in no round trip. */
  record(): RunRecord {
    const { data, initialBalance } = this.#plan.spec
    return this.#recorder.record({
      initialBalance: toNumber(money(initialBalance)),
      baseCandleMs: TIMEFRAME_MS[data.timeframe],
      data: this.#data,
      fromMs: data.fromMs,
    })
  }
}

/** Opens a backtest, or says in one sentence why its specification cannot be run on this data. */
export function openBacktest(plan: BacktestPlan, data: RunData, options: BacktestOptions = {}): Result<Backtest, string> {
  try {
    return ok(new Backtest(plan, data, options))
  } catch (cause) {
    if (cause instanceof RangeError) return err(cause.message)
    throw cause
  }
}

/**
 * Equity is known at every step, so no timer writes it down; the simulated venue keeps its word, so nobody asks it every half minute. Neither
 * changes a decision.
 */
const QUIET = { reconcileIntervalMs: 0, equityIntervalMs: 0 } as const satisfies Partial<CarePolicy>

function kernelConfig({ spec, strategies, risk, care, execution }: BacktestPlan, data: RunData): KernelConfig {
  return {
    sessionId: sessionId(`backtest-${createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 16)}`),
    startMs: spec.data.fromMs,
    instruments: instrumentsOfRun(spec.simulation, data.instruments),
    baseTimeframe: spec.data.timeframe,
    strategies,
    risk,
    care: { ...care, ...QUIET },
    execution,
    leverage: spec.leverage,
    initialBalance: money(spec.initialBalance),
    idPrefix: 'twlab',
    marketClock: true,
  }
}

const detailOf = (columns: CandleColumns | null, { data: { detail } }: BacktestSpec): DetailCandles | null =>
  columns === null || detail === null ? null : detailCandles(columns, TIMEFRAME_MS[detail])

/** What the market was like just before: models of slippage and queues read averages of it from the first order on. */
function showAverages(venue: SimulatedVenue, data: RunData, { data: { fromMs } }: BacktestSpec): void {
  const candle = new CandleBuffer()
  for (const { instrumentId, candles } of data.series) {
    const first = rowsBefore(candles.openTimeMs, fromMs)
    for (let row = Math.max(0, first - AVERAGED_CANDLES); row < first; row += 1) {
      loadCandle(candle, candles, row)
      venue.openCandle(instrumentId, candle)
    }
  }
}

function stepsBound(data: RunData, { data: { fromMs, toMs } }: BacktestSpec): number {
  return data.series.reduce((sum, { candles }) => sum + rowsBefore(candles.openTimeMs, toMs) - rowsBefore(candles.openTimeMs, fromMs), 0)
}

/** What was known at the start of the period: the same that a paper session on a recording of this market is shown. */
function knownPast(config: KernelConfig, data: RunData, { data: { fromMs, timeframe } }: BacktestSpec): Parameters<typeof showPast>[1] {
  const baseMs = TIMEFRAME_MS[timeframe]
  const long: LongBars[] = TIMEFRAMES.filter((each) => TIMEFRAME_MS[each] >= HOUR_MS)
    .toReversed()
    .flatMap((each) => {
      const limit = barsWanted(config, each)
      const bars = data.series.map(({ earlier }) => longerBars(earlier, { timeframe: each, untilMs: fromMs, limit }))
      return bars.every(({ close }) => close.length > 0) ? bars.map((columns, index) => ({ timeframe: each, index, bars: columns })) : []
    })
  return {
    events: data.measures.slice(0, data.measures.findLastIndex(({ tsEventMs }) => tsEventMs <= fromMs) + 1),
    long,
    history: data.series.map(({ candles }) => sliceRows(candles, 0, rowsBefore(candles.openTimeMs, fromMs - baseMs + 1))),
  }
}
