// What the outcomes of signals say about a strategy: its rolling score, and the tally of each cell of the strategy × side × regime matrix.
import type { SignalOutcome } from '../../../src-shared/domain/decision.ts'
import type { StrategyId } from '../../../src-shared/domain/ids.ts'
import type { PositionSide } from '../../../src-shared/domain/instrument.ts'
import type { RecoveredSignals, SignalTally } from '../../../src-shared/events/journal-record.ts'

/** Regimes of one strategy that are counted apart; what comes beyond them counts as unknown. */
export const TALLIED_REGIMES_MAX = 64

type Count = { wins: number; losses: number; expired: number; totalR: number }
type StrategyRecord = {
  /** Newest results in R, oldest first, at most as many as the window. */
  readonly results: number[]
  resolved: number
  /** By side and name of the regime; null while it was unknown. */
  readonly cells: Map<string | null, Record<PositionSide, Count>>
}
const emptyCount = (): Count => ({ wins: 0, losses: 0, expired: 0, totalR: 0 })

export type Score = {
  /** Mean result of the newest signals in R; null before there are as many as the window. */
  readonly expectancyR: number | null
  /** All that were ever resolved. */
  readonly resolved: number
}

export class SignalScores {
  readonly #window: number
  readonly #records = new Map<StrategyId, StrategyRecord>()

  constructor(windowSignals: number, recovered: Pick<RecoveredSignals, 'results' | 'tallies'>) {
    this.#window = windowSignals
    for (const { strategyId, rMultiples } of recovered.results) for (const result of rMultiples) this.#push(this.#of(strategyId), result)
    for (const tally of recovered.tallies) this.#addTally(tally)
  }

  /** Outcomes in the order in which they are written down. */
  add({
    strategyId,
    direction,
    regime,
    outcome,
    rMultiple,
  }: Pick<SignalOutcome, 'strategyId' | 'direction' | 'regime' | 'outcome' | 'rMultiple'>): void {
    this.#push(this.#of(strategyId), rMultiple)
    const one = (kind: SignalOutcome['outcome']): number => (outcome === kind ? 1 : 0)
    const side = direction === 'buy' ? 'long' : 'short'
    this.#addTally({ strategyId, side, regime, wins: one('win'), losses: one('loss'), expired: one('expired'), totalR: rMultiple })
  }

  score(strategyId: StrategyId): Score {
    const record = this.#records.get(strategyId)
    if (record === undefined) return { expectancyR: null, resolved: 0 }
    const { results, resolved } = record
    if (results.length < this.#window) return { expectancyR: null, resolved }
    return { expectancyR: results.reduce((total, result) => total + result, 0) / results.length, resolved }
  }

  /** The cells that signals of this strategy were resolved in. */
  tallies(strategyId: StrategyId): readonly SignalTally[] {
    const cells = this.#records.get(strategyId)?.cells ?? new Map<string | null, Record<PositionSide, Count>>()
    return [...cells].flatMap(([regime, sides]) => [
      { strategyId, side: 'long' as const, regime, ...sides.long },
      { strategyId, side: 'short' as const, regime, ...sides.short },
    ])
  }

  #of(strategyId: StrategyId): StrategyRecord {
    const known = this.#records.get(strategyId)
    if (known !== undefined) return known
    const fresh: StrategyRecord = { results: [], resolved: 0, cells: new Map() }
    this.#records.set(strategyId, fresh)
    return fresh
  }
  #push({ results }: StrategyRecord, result: number): void {
    results.push(result)
    if (results.length > this.#window) results.shift()
  }
  #addTally({ strategyId, side, regime, wins, losses, expired, totalR }: SignalTally): void {
    const record = this.#of(strategyId)
    const { cells } = record
    const key = cells.has(regime) || cells.size < TALLIED_REGIMES_MAX ? regime : null
    const sides = cells.get(key) ?? { long: emptyCount(), short: emptyCount() }
    cells.set(key, sides)
    const count = sides[side]
    count.wins += wins
    count.losses += losses
    count.expired += expired
    count.totalR += totalR
    record.resolved += wins + losses + expired
  }
}
