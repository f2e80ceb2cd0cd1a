// The one interface of everything that names the state of the market.
import type { Regime } from '../../../src-shared/domain/decision.ts'
import { CandleBuffer, createFeatureSet, loadCandle } from '../features/feature-set.ts'
import type { CandleColumns } from '../ports/market-feed.ts'

/** Code of a state that cannot be known yet, because a feature is still NaN. */
export const REGIME_UNKNOWN = -1

export type RegimeClassifier = {
  readonly id: string
  /** Names of its regimes; a code is a position in this list. */
  readonly regimes: readonly string[]
  /** Names from the feature registry, of the timeframe that is classified. */
  readonly features: readonly string[]
  /** Candles until the first answer. */
  readonly warmupCandles: number
  /**
   * The code for these features, or REGIME_UNKNOWN. `values` holds them in the declared order from position `at` on, so that a strategy may
   * pass its own features and where they start. Makes no objects.
   */
  codeOf(values: Float64Array, at?: number): number
  /** The same answer with its probability and scores, or null when it is unknown. */
  classify(values: Float64Array, at?: number): Regime | null
}

/**
 * One code per candle. Refuses by a throw what is a bug in the caller: a classifier that names an unknown feature.
 * The same updaters as on the live path, so that a chart shades what the desk saw.
 */
export function classifyColumns(classifier: RegimeClassifier, columns: CandleColumns): Int8Array {
  const created = createFeatureSet(classifier.features)
  if (!created.ok) throw new RangeError(`regime classifier ${classifier.id}: ${created.error.message}`)
  const set = created.value
  const codes = new Int8Array(columns.close.length)
  const candle = new CandleBuffer()
  for (let i = 0; i < codes.length; i += 1) {
    loadCandle(candle, columns, i)
    set.update(candle)
    codes[i] = classifier.codeOf(set.values)
  }
  return codes
}

/**
 * Scores from how well each regime's conditions hold. `margins[k]` is the worst of regime k's conditions, each a distance from its threshold
 * in units of that threshold's own width: at least 0 for the regime the rules choose and at most 0 for all others, so that the softmax of
 * the margins names the same winner. The scores add up to 1, and the winner's, its probability, grows with the distance to the nearest threshold.
 */
export function regimeFromMargins(
  classifier: { id: string; regimes: readonly string[] },
  code: number,
  margins: readonly number[],
): Regime {
  const highest = Math.max(...margins)
  const weights = margins.map((margin) => Math.exp(margin - highest))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const scores: Record<string, number> = {}
  for (const [index, name] of classifier.regimes.entries()) scores[name] = (weights[index] ?? 0) / total
  const regime = classifier.regimes[code]
  if (regime === undefined) throw new Error(`invariant broken: regime code ${code} of ${classifier.id}`)
  return { classifier: classifier.id, regime, probability: scores[regime] ?? 0, scores }
}
