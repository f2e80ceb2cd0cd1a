// What else could have come of the same trades and the same days.
import { createRandom } from '../simulation/random.ts'
import { optimalBlockLength, stationaryBootstrap } from './block-bootstrap.ts'
import { RETURNS_MIN } from './equity-statistics.ts'
import { quantile } from './moments.ts'

export type MonteCarloInput = {
  readonly initialBalance: number
  /** Net profit of each round trip in money, in order of closing. */
  readonly netPnls: readonly number[]
  readonly dailyReturns: readonly number[]
  readonly seed: number
  /** Draws of either kind; 1,000 when left out, and fewer where they would take more than 50 million steps. */
  readonly runs?: number
  /** Mean length of a block in days; when left out, the one that suits these returns (optimalBlockLength). */
  readonly blockDays?: number
}

export type MonteCarlo = {
  readonly runs: number
  /** Quantiles 5, 25, 50, 75 and 95 % of the maximum drawdown over shuffled orders of the trades: closed results alone, each in proportion to the balance it met. */
  readonly maxDrawdown: number[]
  /** The same quantiles of the total return over days drawn in blocks with replacement. */
  readonly totalReturn: number[]
  /** Share of those draws that lost money. */
  readonly lossProbability: number
}

const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95] as const
const RUNS = 1000
const STEPS_MAX = 50_000_000

/** Null below two round trips or ten days, and where the account was lost on the way. The same seed gives the same figures. */
export function monteCarlo(input: MonteCarloInput): MonteCarlo | null {
  const { netPnls, dailyReturns, initialBalance, seed } = input
  const factors = growthFactors(netPnls, initialBalance)
  if (factors === null || netPnls.length < 2 || dailyReturns.length < RETURNS_MIN) return null
  const runs = Math.max(1, Math.min(input.runs ?? RUNS, Math.floor(STEPS_MAX / (netPnls.length + dailyReturns.length))))
  const drawdowns = shuffledDrawdowns(factors, { runs, seed })
  const returns = resampledReturns(Float64Array.from(dailyReturns), { runs, seed, blockDays: input.blockDays })
  return {
    runs,
    maxDrawdown: QUANTILES.map((share) => quantile(drawdowns, share)),
    totalReturn: QUANTILES.map((share) => quantile(returns, share)),
    lossProbability: returns.filter((value) => value < 0).length / runs,
  }
}

/** Balance after each round trip ÷ balance before it. Their product is the same in every order. Null when the balance is used up. */
function growthFactors(netPnls: readonly number[], initialBalance: number): Float64Array | null {
  const factors = new Float64Array(netPnls.length)
  let balance = initialBalance
  for (const [i, netPnl] of netPnls.entries()) {
    if (balance + netPnl <= 0) return null
    factors[i] = (balance + netPnl) / balance
    balance += netPnl
  }
  return factors
}

/** Maximum drawdown of each shuffle (Fisher and Yates), ascending. */
function shuffledDrawdowns(factors: Float64Array, { runs, seed }: { runs: number; seed: number }): Float64Array {
  const random = createRandom(seed)
  const order = Float64Array.from(factors)
  const found = new Float64Array(runs)
  for (let run = 0; run < runs; run++) {
    for (let i = order.length - 1; i > 0; i--) {
      const other = Math.floor(random.fraction() * (i + 1))
      const kept = order[i] ?? 1
      order[i] = order[other] ?? 1
      order[other] = kept
    }
    found[run] = maxDrawdownOf(order)
  }
  return found.sort()
}

function maxDrawdownOf(factors: Float64Array): number {
  let [balance, peak, lowestShare] = [1, 1, 1]
  for (const factor of factors) {
    balance *= factor
    if (balance > peak) peak = balance
    else if (balance < lowestShare * peak) lowestShare = balance / peak
  }
  return 1 - lowestShare
}

/** Total return of each resample, ascending. */
function resampledReturns(returns: Float64Array, options: { runs: number; seed: number; blockDays: number | undefined }): Float64Array {
  const random = createRandom(options.seed + 1)
  const blockMean = options.blockDays ?? optimalBlockLength(returns)
  const drawn = new Uint32Array(returns.length)
  const found = new Float64Array(options.runs)
  for (let run = 0; run < options.runs; run++) {
    stationaryBootstrap(drawn, blockMean, random)
    let growth = 1
    for (const index of drawn) growth *= 1 + (returns[index] ?? 0)
    found[run] = growth - 1
  }
  return found.sort()
}
