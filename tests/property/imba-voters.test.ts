// Proves for every voter of IMBA, on any market: its opinion is between −1 and 1, a vote has no number that is not finite, and in the mirror image of
// the market (prices mirrored, flows negated) it says the opposite, just as strongly.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MEASURES, MEASURE_INDEX } from '../../src-shared/domain/measure.ts'
import { CandleBuffer, createFeatureSet } from '../../src-main/core/features/feature-set.ts'
import { VOTER_FEATURES } from '../../src-main/core/strategies/imba/inputs.ts'
import { VOTER_NAMES, type VoterName } from '../../src-main/core/strategies/imba/voter.ts'
import { refuseVote } from '../../src-main/core/strategies/validate-signal.ts'
import type { StrategyInput } from '../../src-main/core/strategies/strategy.ts'
import { START_MS, VoterStand, mirroredInput } from '../support/imba-inputs.ts'
import { BTC } from '../support/strategy-candles.ts'

const BARS = 700
const BAR_MS = 300_000

/** Numbers from 0 to 1 that only depend on the seed (a linear congruential generator). */
function numbersOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** A market around 1000 that is calm, trending or wild by turns, with gaps, quiet bars and bursts of volume. */
function marketOf(seed: number, flow: 'trades' | 'taker_ratio'): StrategyInput[] {
  const next = numbersOf(seed)
  const set = createFeatureSet(VOTER_FEATURES)
  if (!set.ok) throw new Error(set.error.message)
  const candle = new CandleBuffer()
  let [price, cvd, drift, size] = [1000, 0, 0, 1]
  return Array.from({ length: BARS }, (_, index) => {
    if (next() < 0.05) [drift, size] = [(next() - 0.5) * 1.5, next() < 0.5 ? 0.4 : 2.5]
    // Back towards 1000, so that the mirror image stays above 0.
    const step = (next() - 0.5) * 2 * size + drift + (1000 - price) * 0.01
    const open = price + (next() < 0.1 ? step * 0.5 : 0)
    price += step
    candle.openTimeMs = START_MS + index * BAR_MS
    candle.open = open
    candle.close = price
    candle.high = Math.max(open, price) + next() * size
    candle.low = Math.min(open, price) - next() * size
    candle.volume = next() < 0.03 ? 0 : 50 + 100 * next() ** 3 + (next() < 0.1 ? 200 : 0)
    set.value.update(candle)
    cvd += (next() - 0.5) * 20 + (next() < 0.5 ? step * 5 : 0)
    const measures = new Float64Array(MEASURES.length).fill(NaN)
    if (flow === 'trades') measures[MEASURE_INDEX.cvd] = cvd
    else measures[MEASURE_INDEX.taker_ratio] = Math.exp((next() - 0.5) * 1.5)
    measures[MEASURE_INDEX.book_imbalance_10_mean] = next() < 0.2 ? NaN : next() * 2 - 1
    const { openTimeMs, high, low, close, volume } = candle
    return {
      instrumentId: BTC,
      openTimeMs,
      open,
      high,
      low,
      close,
      volume,
      features: set.value.values.slice(),
      measures,
      position: null,
      lastClosedMs: null,
    }
  })
}

const spoken = new Map<VoterName, number>()

function checkVoter(name: VoterName, inputs: readonly StrategyInput[]): void {
  const stand = new VoterStand(name)
  const mirrored = new VoterStand(name)
  for (const [index, input] of inputs.entries()) {
    const opinion = stand.next(input)
    const opposite = mirrored.next(mirroredInput(input))
    const agrees = (Number.isNaN(opinion) && Number.isNaN(opposite)) || Math.abs(opinion + opposite) < 1e-6
    if (!agrees) throw new Error(`${name} at candle ${index}: ${opinion}, in the mirror ${opposite}`)
    if (Math.abs(opinion) > 1) throw new Error(`${name} at candle ${index}: ${opinion} is not between -1 and 1`)
    if (!(Math.abs(opinion) > 0) && index % 50 > 0) continue
    const refusal = refuseVote(name, stand.vote())
    if (refusal !== null) throw new Error(`candle ${index}: ${refusal}`)
    if (opinion !== 0 && !Number.isNaN(opinion)) spoken.set(name, (spoken.get(name) ?? 0) + 1)
  }
}

it('has opinions that are bounded, explained in finite numbers, and opposite in the mirror', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.constantFrom('trades' as const, 'taker_ratio' as const), (seed, flow) => {
      const inputs = marketOf(seed, flow)
      for (const name of VOTER_NAMES) checkVoter(name, inputs)
    }),
    { numRuns: 8, seed: 7 },
  )
  // Every voter has spoken, or this proves nothing about it.
  for (const name of VOTER_NAMES) expect(spoken.get(name), name).toBeGreaterThan(5)
})
