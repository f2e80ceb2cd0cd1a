// What following signals costs per closed candle: with none followed, and per signal followed, against a plain loop in this very process that
// compares the same numbers of all six columns each time. Run: npm run bench -- signal-outcome
import { FOLLOWED_MAX, SignalFollower } from '../../src-main/core/analytics/signal-follower.ts'
import { decisionId, instrumentId, strategyId } from '../../src-shared/domain/ids.ts'
import { DAY_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'

const CANDLES = 20_000
const ROUNDS = 9
/** Never reached, so that the number of signals stays what it is. */
const RULES = { targetR: 1, horizonMs: 1_000 * DAY_MS, candleMs: MINUTE_MS }

const candle = { openTimeMs: 0, open: 100, high: 100, low: 100, close: 100, volume: 1 }
function setCandle(i: number): void {
  candle.openTimeMs = i * MINUTE_MS
  candle.high = 100 + (i % 7) * 0.1
  candle.low = 100 - (i % 5) * 0.1
}

function followerRun(count: number): number {
  const follower = new SignalFollower(1, RULES)
  for (let n = 0; n < count; n += 1) {
    follower.follow(0, {
      decisionId: decisionId(`D${n}`),
      strategyId: strategyId('bench'),
      instrumentId: instrumentId('BTC/USDT:USDT'),
      direction: n % 2 === 0 ? 'buy' : 'sell',
      executed: false,
      regime: null,
      decidedMs: 0,
      entryPrice: 100,
      stopPrice: n % 2 === 0 ? 90 : 110,
    })
  }
  const startMs = performance.now()
  for (let i = 0; i < CANDLES; i += 1) {
    setCandle(i)
    follower.onCandle(0, candle)
  }
  const elapsed = performance.now() - startMs
  if (follower.size !== count) throw new Error(`${follower.size} of ${count} signals are followed at the end: the figure would be a lie`)
  return elapsed
}

function bareRun(count: number): number {
  const filled = (value: number): Float64Array => new Float64Array(count).fill(value)
  const [upper, lower, highest, lowest, fromMs, untilMs] = [
    filled(110),
    filled(90),
    filled(100),
    filled(100),
    filled(0),
    filled(RULES.horizonMs),
  ]
  let ended = 0
  const startMs = performance.now()
  for (let i = 0; i < CANDLES; i += 1) {
    setCandle(i)
    const { openTimeMs, high, low } = candle
    for (let k = 0; k < count; k += 1) {
      if (openTimeMs < (fromMs[k] ?? 0)) continue
      if (high >= (upper[k] ?? 0) || low <= (lower[k] ?? 0) || openTimeMs + MINUTE_MS >= (untilMs[k] ?? 0)) ended += 1
      else {
        if (high > (highest[k] ?? 0)) highest[k] = high
        if (low < (lowest[k] ?? 0)) lowest[k] = low
      }
    }
  }
  const elapsed = performance.now() - startMs
  if (ended > 0) throw new Error(`${ended} ended in the bare loop: the figure would be a lie`)
  return elapsed
}

const best = (run: () => number): number => Math.min(...Array.from({ length: ROUNDS }, run))

const figures: Record<string, number> = {}
for (const count of [0, 32, 512, FOLLOWED_MAX]) {
  const own = (best(() => followerRun(count)) / CANDLES) * 1e6
  const bare = (best(() => bareRun(count)) / CANDLES) * 1e6
  const per = Math.max(1, count)
  console.log(
    `${count} followed: ${own.toFixed(1)} ns per candle, ${(own / per).toFixed(2)} ns per signal; bare loop ${(bare / per).toFixed(2)} ns`,
  )
  figures[`followed_${count}_ns_per_candle`] = Math.round(own * 10) / 10
  figures[`followed_${count}_ns_per_signal`] = Math.round((own / per) * 100) / 100
  figures[`followed_${count}_bare_ns_per_signal`] = Math.round((bare / per) * 100) / 100
}
console.log(JSON.stringify({ bench: 'signal-outcome', ...figures }))
