// The strategies that run: load, replace, pause, stop one by its own fault. What the screen's strategy list shows.
import type { DecisionOutcome } from '../../../src-shared/domain/decision.ts'
import type { InstrumentId, StrategyId } from '../../../src-shared/domain/ids.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import type { Timeframe } from '../../../src-shared/domain/time.ts'
import type { Outbox } from '../execution/outbox.ts'
import { UNKNOWN_MEASURES } from '../features/feature.ts'
import { CandleBuffer, loadCandle } from '../features/feature-set.ts'
import type { CandleColumns } from '../ports/market-feed.ts'
import type { InstrumentMarket } from './instrument-market.ts'
import { resolveParameters } from '../strategies/parameters.ts'
import type { StrategySetup } from './kernel-config.ts'
import { StrategyRunner } from './strategy-runner.ts'

export type StrategyStatus = {
  readonly setup: StrategySetup
  paused: boolean
  /** What stopped it, or null. */
  fault: string | null
  signals: number
  executed: number
}

/** Closed bars, oldest first, of one instrument and timeframe each. */
export type BarHistory = readonly {
  readonly instrumentId: InstrumentId
  readonly timeframe: Timeframe
  readonly bars: CandleColumns
}[]

export type StrategyInputs = {
  readonly strategyId: StrategyId
  readonly instrumentId: InstrumentId
  readonly timeframe: Timeframe
  readonly values: Readonly<Record<string, number | null>>
}

export class StrategyDesk {
  readonly #markets: readonly InstrumentMarket[]
  readonly #outbox: Outbox
  readonly #status = new Map<StrategyId, StrategyStatus>()
  /** Also those that do not run now: only a person resumes a strategy, not its being loaded again. */
  readonly #paused: Set<StrategyId>

  constructor(markets: readonly InstrumentMarket[], outbox: Outbox, paused: readonly StrategyId[]) {
    this.#markets = markets
    this.#outbox = outbox
    this.#paused = new Set(paused)
  }

  list(): readonly StrategyStatus[] {
    return [...this.#status.values()]
  }
  isWarm(id: StrategyId): boolean {
    return this.#runnersOf(id).every((runner) => runner.state !== 'warming_up')
  }
  /** The timeframes that strategies run on or read features of. */
  timeframes(): ReadonlySet<Timeframe> {
    const runners = this.#markets.flatMap((market) => market.runners())
    return new Set(runners.flatMap((runner) => [runner.plugin.declaration.timeframe, ...runner.longerTimeframes]))
  }
  /**
   * Adds a strategy, or replaces the one with the same id. One that cannot be created is listed as faulted and runs nowhere.
   * `history` are closed bars of the timeframes it reads: one that is loaded into a running session is warm at once.
   */
  load(setup: StrategySetup, history: BarHistory = []): void {
    const { id } = setup.plugin.declaration
    this.remove(id)
    const before = this.#status.get(id)
    const status: StrategyStatus = {
      setup,
      paused: this.#paused.has(id),
      fault: null,
      signals: before?.signals ?? 0,
      executed: before?.executed ?? 0,
    }
    this.#status.set(id, status)
    const parameters = resolveParameters(setup.plugin.declaration.parameters, setup.parameters)
    if (!parameters.ok) return this.fault(id, parameters.error)
    try {
      for (const market of this.#markets) {
        if (setup.instruments?.includes(market.instrument.id) === false) continue
        const runner = new StrategyRunner(setup.plugin, market, parameters.value)
        for (const past of history) if (past.instrumentId === market.instrument.id) warmUp(runner, past)
        market.add(runner)
      }
      for (const runner of this.#runnersOf(id)) runner.paused = status.paused
    } catch (cause) {
      this.fault(id, cause instanceof Error ? cause.message : String(cause))
    }
  }

  /** Takes it from every instrument. Its positions keep their stops and targets. */
  remove(id: StrategyId): void {
    for (const market of this.#markets) market.remove(id)
  }
  forget(id: StrategyId): void {
    this.remove(id)
    this.#status.delete(id)
  }

  /** Stops this strategy and no other. */
  fault(id: StrategyId, message: string): void {
    const status = this.#status.get(id)
    if (status === undefined || status.fault !== null) return
    status.fault = message
    for (const runner of this.#runnersOf(id)) runner.fault()
    this.#outbox.alert('critical', 'strategy_faulted', `strategy ${id} was stopped: ${message}`)
  }

  pause(id: StrategyId, paused: boolean): Result<void, string> {
    const status = this.#status.get(id)
    if (status === undefined) return err(`strategy "${id}" is not loaded, expected one of ${[...this.#status.keys()].join(', ')}`)
    if (paused) this.#paused.add(id)
    else this.#paused.delete(id)
    status.paused = paused
    for (const runner of this.#runnersOf(id)) runner.paused = paused
    return ok(undefined)
  }

  #runnersOf(id: StrategyId): readonly StrategyRunner[] {
    return this.#markets.flatMap((market) => market.runners()).filter((runner) => runner.plugin.declaration.id === id)
  }

  /** What each strategy was shown last, by name; null for what is unknown. For checks and traces, not for the hot path. */
  inputs(): readonly StrategyInputs[] {
    return this.#markets.flatMap((market) =>
      market.runners().map((runner) => ({
        strategyId: runner.plugin.declaration.id,
        instrumentId: market.instrument.id,
        timeframe: runner.plugin.declaration.timeframe,
        values: runner.inputValues(),
      })),
    )
  }

  countSignal(id: StrategyId, outcome: DecisionOutcome): void {
    const status = this.#status.get(id)
    if (status === undefined) return
    status.signals += 1
    if (outcome === 'executed') status.executed += 1
  }
}

function warmUp(runner: StrategyRunner, { timeframe, bars }: BarHistory[number]): void {
  const candle = new CandleBuffer()
  for (let i = 0; i < bars.close.length; i += 1) {
    loadCandle(candle, bars, i)
    // What the measures were then is not known any more.
    if (timeframe === runner.plugin.declaration.timeframe) runner.warmUp(candle, UNKNOWN_MEASURES)
    else runner.onLongerBar(timeframe, candle)
  }
}
