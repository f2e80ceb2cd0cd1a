// One turn of the strategies of an instrument and timeframe: ask each, look after what it holds, decide on what it signals.
import type { DecisionTrace, Signal } from '../../../src-shared/domain/decision.ts'
import { openingSide, stopPriceFromNumber } from '../../../src-shared/domain/instrument.ts'
import type { Position } from '../../../src-shared/domain/position.ts'
import { type DecisionDependencies, decide } from '../decision/decision-maker.ts'
import { type AddIntent, decideAdd } from '../decision/position-add.ts'
import { unreachable } from '../../../src-shared/domain/result.ts'
import type { PositionCare } from '../execution/position-care.ts'
import type { CandleScalars } from '../features/feature.ts'
import { SandboxError } from '../ports/sandbox.ts'
import type { ManageIntent } from '../strategies/strategy.ts'
import { validateSignal } from '../strategies/validate-signal.ts'
import type { InstrumentMarket } from './instrument-market.ts'
import type { ScoringDesk } from './scoring-desk.ts'
import type { StrategyDesk } from './strategy-desk.ts'
import type { RunnerOpinion, StrategyRunner } from './strategy-runner.ts'

const messageOf = (cause: unknown): string =>
  cause instanceof SandboxError ? cause.fault.message : cause instanceof Error ? cause.message : String(cause)

/** A position and the runner whose it is, at a closed bar. */
type Held = { readonly market: InstrumentMarket; readonly runner: StrategyRunner; readonly bar: CandleScalars; readonly position: Position }

const copyOf = ({ openTimeMs, open, high, low, close, volume }: CandleScalars): DecisionTrace['candle'] => ({
  openTimeMs,
  open,
  high,
  low,
  close,
  volume,
})

export class StrategyRound {
  readonly #care: PositionCare
  readonly #strategies: StrategyDesk
  readonly #scoring: ScoringDesk
  readonly #decision: DecisionDependencies

  constructor(d: { care: PositionCare; strategies: StrategyDesk; scoring: ScoringDesk; decision: DecisionDependencies }) {
    this.#care = d.care
    this.#strategies = d.strategies
    this.#scoring = d.scoring
    this.#decision = d.decision
  }

  /** `bar` is a closed bar of the runners' timeframe; it is read here and not kept. */
  run(market: InstrumentMarket, runners: readonly StrategyRunner[], bar: CandleScalars): void {
    for (let i = 0; i < runners.length; i += 1) {
      const runner = runners[i]
      if (runner !== undefined) this.#ask(market, runner, bar)
    }
  }

  /** Only what the strategy itself does may end the strategy: a fault of ours further on stops the engine. */
  #ask(market: InstrumentMarket, runner: StrategyRunner, bar: CandleScalars): void {
    const { id } = runner.plugin.declaration
    const open = market.holding.position
    const own = open !== null && open.strategyId === id ? open : null
    let opinion: RunnerOpinion
    try {
      opinion = runner.onCandle(bar, own)
    } catch (cause) {
      return this.#strategies.fault(id, messageOf(cause))
    }
    if (opinion.manage !== null && own !== null) this.#manage({ market, runner, bar, position: own }, opinion.manage)
    if (opinion.signal !== null && opinion.signal.direction !== 'wait') this.#consider(market, runner, { bar, signal: opinion.signal })
  }

  /** A strategy may only tighten a stop; what it may not is simply not done. */
  #manage(held: Held, intent: ManageIntent): void {
    const { position } = held
    switch (intent.type) {
      case 'close':
        return this.#care.close(position, intent.reason)
      case 'add':
        return this.#add(held, intent)
      case 'move_stop':
        return this.#moveStop(held, intent.stopPrice)
      default:
        return unreachable(intent, 'intent')
    }
  }

  #moveStop({ market, runner, position }: Held, wanted: number): void {
    try {
      this.#care.moveStop(position, stopPriceFromNumber(market.instrument, position.side, wanted), false)
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause
      this.#strategies.fault(runner.plugin.declaration.id, `its stop cannot be used: ${cause.message}`)
    }
  }

  /** A paused strategy looks after what it holds, and does not make it larger. */
  #add({ market, runner, bar, position }: Held, intent: AddIntent): void {
    if (runner.paused) return
    const { id, timeframe } = runner.plugin.declaration
    if (!(intent.fraction > 0 && intent.fraction <= 1)) {
      return this.#strategies.fault(id, `its add cannot be used: fraction is ${intent.fraction}, expected more than 0, at most 1`)
    }
    const gates = this.#scoring.gates(runner.plugin.declaration, { direction: openingSide(position.side), regime: intent.regime })
    decideAdd({ strategyId: id, timeframe, candle: copyOf(bar), gates, market, position, intent }, this.#decision)
  }

  /** A signal that makes no sense is the strategy's fault. */
  #consider(market: InstrumentMarket, runner: StrategyRunner, { bar, signal }: { bar: CandleScalars; signal: Signal }): void {
    const { id, timeframe } = runner.plugin.declaration
    const nonsense = validateSignal(signal, bar)
    if (nonsense !== null) return this.#strategies.fault(id, `its signal cannot be used: ${nonsense}`)
    const candle = copyOf(bar)
    const realizedVolatility = Number.isNaN(market.realizedVolatility) ? null : market.realizedVolatility
    const gates = this.#scoring.gates(runner.plugin.declaration, signal)
    const trace = decide({ strategyId: id, timeframe, candle, signal, gates, realizedVolatility, market }, this.#decision)
    this.#scoring.follow(trace)
    this.#strategies.countSignal(id, trace.outcome)
  }
}
