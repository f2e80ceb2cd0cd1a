// Scoring inside the kernel: follows every signal that was decided on, writes down what became of it, and says which strategy may trade what.
// Outcomes are written, and count for the score, only on the half hours of market time: so what a restart reads back is all there is to know.
import type { ScoringPolicy } from '../../../src-shared/config/risk-policy.ts'
import type { DecisionTrace, EnablementCell, Signal, Verdict } from '../../../src-shared/domain/decision.ts'
import type { InstrumentId, StrategyId } from '../../../src-shared/domain/ids.ts'
import type { PositionSide } from '../../../src-shared/domain/instrument.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { MINUTE_MS, TIMEFRAME_MS, type Timeframe } from '../../../src-shared/domain/time.ts'
import { NO_SIGNALS, type PendingSignal, type RecoveredSignals, type SignalTally } from '../../../src-shared/events/journal-record.ts'
import { FOLLOWED_MAX, SignalFollower } from '../analytics/signal-follower.ts'
import { SignalScores } from '../analytics/signal-score.ts'
import { ANY_REGIME, type Standing, shouldTrade } from '../decision/should-trade.ts'
import type { Outbox } from '../execution/outbox.ts'
import type { CandleScalars } from '../features/feature.ts'
import type { StrategyDeclaration } from '../strategies/strategy.ts'

/** How often outcomes are written down. Source: domain.md section 12. */
const OUTCOMES_EVERY_MS = 30 * MINUTE_MS

export type MatrixCell = {
  readonly side: PositionSide
  readonly regime: string
  readonly enabled: boolean
  readonly wins: number
  readonly losses: number
  readonly expired: number
  /** Mean result in R; null while none is resolved. */
  readonly expectancyR: number | null
}
/** One strategy's part of the matrix. */
export type StrategyScoring = Standing & { readonly regimes: readonly string[]; readonly cells: readonly MatrixCell[] }
type Declared = Pick<StrategyDeclaration, 'id' | 'regimes'>

export type ScoringDeskOptions = {
  readonly policy: ScoringPolicy
  readonly baseTimeframe: Timeframe
  readonly instrumentIds: readonly InstrumentId[]
  readonly outbox: Outbox
  readonly recovered: RecoveredSignals | null
  /** The strategies that are loaded. */
  readonly declarations: () => readonly Declared[]
}

const SIDES: readonly PositionSide[] = ['long', 'short']

export class ScoringDesk {
  readonly #o: ScoringDeskOptions
  readonly #indexOf: ReadonlyMap<InstrumentId, number>
  readonly #follower: SignalFollower
  readonly #scores: SignalScores
  /** Cells that a person has switched; every other one is enabled. */
  readonly #cells = new Map<string, EnablementCell>()
  #isStarted = false
  #isTimerSet = false

  constructor(options: ScoringDeskOptions) {
    this.#o = options
    const { policy, baseTimeframe, instrumentIds, outbox } = options
    const recovered = options.recovered ?? NO_SIGNALS
    this.#indexOf = new Map(instrumentIds.map((id, index) => [id, index]))
    const { targetR, horizonMs } = policy
    this.#follower = new SignalFollower(instrumentIds.length, { targetR, horizonMs, candleMs: TIMEFRAME_MS[baseTimeframe] })
    this.#scores = new SignalScores(policy.windowSignals, recovered)
    for (const cell of recovered.enablement) this.#cells.set(keyOf(cell), cell)
    for (const signal of recovered.pending.slice(-FOLLOWED_MAX)) {
      // After a step back in a recording, what was decided later has not happened yet.
      if (signal.decidedMs <= outbox.nowMs) this.#follow(signal)
    }
  }

  /** Signals whose outcome is not known yet. */
  get followed(): number {
    return this.#follower.size
  }

  /** First of the session, after the warm-up: what ended while nobody looked is written down at the next half hour. */
  start(): void {
    this.#isStarted = true
    if (this.#follower.endedCount > 0) this.#setTimer(this.#o.outbox.nowMs)
  }

  /** A closed base candle, of the warm-up too. The hot path. */
  onCandle(instrumentIndex: number, candle: CandleScalars): void {
    this.#follower.onCandle(instrumentIndex, candle)
    if (this.#isStarted && !this.#isTimerSet && this.#follower.endedCount > 0) {
      this.#setTimer(candle.openTimeMs + TIMEFRAME_MS[this.#o.baseTimeframe])
    }
  }

  /** Whether the strategy may trade on this signal, or add on this side. */
  gates({ id, regimes }: Declared, signal: Pick<Signal, 'direction' | 'regime'>): readonly Verdict[] {
    const side = signal.direction === 'buy' ? 'long' : 'short'
    const name = signal.regime?.regime
    const regime = name !== undefined && regimes?.includes(name) === true ? name : ANY_REGIME
    return shouldTrade(this.#cell({ strategyId: id, side, regime }), this.#standing(id))
  }

  /** From its decision on, executed or blocked. */
  follow(trace: DecisionTrace): void {
    const { signal, candle } = trace
    if (signal.direction === 'wait' || trace.isAdd === true) return
    this.#follow({
      decisionId: trace.id,
      strategyId: trace.strategyId,
      instrumentId: trace.instrumentId,
      direction: signal.direction,
      executed: trace.outcome === 'executed',
      regime: signal.regime?.regime ?? null,
      decidedMs: trace.tsMs,
      entryPrice: candle.close,
      stopPrice: signal.stopPrice,
    })
  }

  /** Writes down what has ended. */
  onTimer(): void {
    this.#isTimerSet = false
    const { outbox } = this.#o
    for (const ended of this.#follower.takeEnded()) {
      const body = { ...ended, resolvedMs: outbox.nowMs }
      outbox.journal({ kind: 'signal_outcome', tsMs: outbox.nowMs, body })
      this.#scores.add(body)
    }
  }

  /** Switches one cell. The error is a sentence that names what there is. */
  isEnabled(cell: EnablementCell): boolean {
    return this.#cells.get(keyOf(cell))?.enabled ?? true
  }
  setCell(cell: EnablementCell): Result<void, string> {
    const declared = this.#o.declarations().find(({ id }) => id === cell.strategyId)
    if (declared === undefined) {
      const known = this.#o.declarations().map(({ id }) => id)
      return err(`strategy "${cell.strategyId}" is not loaded, expected one of ${known.join(', ')}`)
    }
    const regimes = regimesOf(declared)
    if (!regimes.includes(cell.regime))
      return err(`regime "${cell.regime}" is none of strategy ${cell.strategyId}, expected one of ${regimes.join(', ')}`)
    const { strategyId, side, regime, enabled } = cell
    const body = { strategyId, side, regime, enabled }
    this.#cells.set(keyOf(cell), body)
    this.#o.outbox.journal({ kind: 'enablement', tsMs: this.#o.outbox.nowMs, body })
    return ok(undefined)
  }

  scoring(declared: Declared): StrategyScoring {
    const regimes = regimesOf(declared)
    const tallies = this.#scores.tallies(declared.id)
    const cells = regimes.flatMap((regime) =>
      SIDES.map((side): MatrixCell => {
        const isHere = (tally: SignalTally): boolean =>
          tally.side === side &&
          (regime === ANY_REGIME ? !(declared.regimes ?? []).includes(tally.regime ?? ANY_REGIME) : tally.regime === regime)
        const { enabled } = this.#cell({ strategyId: declared.id, side, regime })
        return { side, regime, enabled, ...summed(tallies.filter(isHere)) }
      }),
    )
    return { ...this.#standing(declared.id), regimes, cells }
  }

  #follow(signal: PendingSignal): void {
    const index = this.#indexOf.get(signal.instrumentId)
    if (index === undefined) return
    this.#follower.follow(index, signal)
    // More than can be followed have ended within the half hour: they are not kept waiting.
    if (this.#follower.endedCount >= FOLLOWED_MAX) this.onTimer()
  }

  #standing(strategyId: StrategyId): Standing {
    const { windowSignals: window, floorR, floorsR } = this.#o.policy
    // An id may be called like something that every object has.
    const own = Object.hasOwn(floorsR, strategyId) ? floorsR[strategyId] : undefined
    return { ...this.#scores.score(strategyId), window, floorR: own ?? floorR }
  }

  #cell(cell: Omit<EnablementCell, 'enabled'>): EnablementCell {
    return this.#cells.get(keyOf(cell)) ?? { ...cell, enabled: true }
  }

  /** The first half hour after this time: a candle that closes on it is part of the next one, with and without a restart. */
  #setTimer(nowMs: number): void {
    this.#isTimerSet = true
    this.#o.outbox.setTimer('outcomes', (Math.floor(nowMs / OUTCOMES_EVERY_MS) + 1) * OUTCOMES_EVERY_MS)
  }
}

const keyOf = ({ strategyId, side, regime }: Omit<EnablementCell, 'enabled'>): string => `${strategyId} ${side} ${regime}`
const regimesOf = ({ regimes = [] }: Declared): readonly string[] => [...new Set([...regimes, ANY_REGIME])]

function summed(tallies: readonly SignalTally[]): Pick<MatrixCell, 'wins' | 'losses' | 'expired' | 'expectancyR'> {
  const total = { wins: 0, losses: 0, expired: 0, totalR: 0 }
  for (const { wins, losses, expired, totalR } of tallies) {
    total.wins += wins
    total.losses += losses
    total.expired += expired
    total.totalR += totalR
  }
  const { totalR, ...counts } = total
  const resolved = counts.wins + counts.losses + counts.expired
  return { ...counts, expectancyR: resolved === 0 ? null : totalR / resolved }
}
