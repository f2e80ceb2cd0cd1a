// May this strategy trade this side in this regime? Asked for every signal before anything is sized: the cell of the matrix that a person
// may have switched off, and the rolling score. Source: domain.md section 7.
// A score only changes when outcomes are written down, so asking at the signal is asking before the scan. The strategy is scanned all the same:
// a signal that is refused here is followed like any other, which is how a strategy that scored badly earns its way back.
import type { EnablementCell, Verdict } from '../../../src-shared/domain/decision.ts'
import { shown, verdict } from '../risk/verdict.ts'

/** Regime of the cell for signals whose strategy does not know the regime, or does not name it in its declaration. */
export const ANY_REGIME = 'any'

export type Standing = {
  /** Mean result of the newest `window` resolved signals in R; null while there are fewer. */
  readonly expectancyR: number | null
  readonly resolved: number
  readonly window: number
  /** Least `expectancyR` that may trade, in R. */
  readonly floorR: number
}

/** Two verdicts, `cell_disabled` and `score_below_floor` when they refuse. A score that is not a number refuses. */
export function shouldTrade(cell: EnablementCell, standing: Standing): readonly [Verdict, Verdict] {
  return [cellVerdict(cell), scoreVerdict(cell.strategyId, standing)]
}

function cellVerdict({ strategyId, side, regime, enabled }: EnablementCell): Verdict {
  return verdict({
    check: 'strategy_cell',
    denial: enabled ? null : 'cell_disabled',
    message: () => `${strategyId} ${side} in regime ${regime} is switched ${enabled ? 'on' : 'off'}`,
    numbers: { side, regime, enabled },
  })
}

function scoreVerdict(strategyId: string, { expectancyR, resolved, window, floorR }: Standing): Verdict {
  const passed = expectancyR === null || expectancyR >= floorR
  const isNumber = expectancyR !== null && Number.isFinite(expectancyR)
  const score = (): string =>
    isNumber ? `${shown(expectancyR)} R` : expectancyR === null ? 'no score yet' : 'a score that is not a number'
  return verdict({
    check: 'strategy_score',
    denial: passed ? null : 'score_below_floor',
    message: () => `${strategyId} has ${score()} over its last ${window} signals (${resolved} resolved), its floor is ${shown(floorR)} R`,
    numbers: { score: isNumber ? expectancyR : null, floor: floorR, resolved, window },
  })
}
