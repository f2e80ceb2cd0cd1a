// The market context of the fake engine: every measure with a course, one source of each state, headlines in both directions.
import type { Output } from '../../src-shared/bridge/contract.ts'
import { MEASURES, MEASURE_INFO, type Measure } from '../../src-shared/domain/measure.ts'
import { HOUR_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'
import { BTC, ETH, SOL } from './fake-desk.ts'

type Snapshot = Output<'context.snapshot'>
type Source = Snapshot['sources'][number]

/** Middle and reach of each measure; what is missing wanders around 1. */
const LEVELS: Readonly<Partial<Record<Measure, readonly [middle: number, reach: number]>>> = {
  fear_greed: [24, 12],
  btc_dominance: [0.581, 0.02],
  hash_rate: [912_400_000, 60_000_000],
  funding_rate: [0.00012, 0.0002],
  spot_price: [94_180, 900],
  open_interest: [78_420, 4000],
  top_long_short_ratio: [1.84, 0.3],
  global_long_short_ratio: [1.31, 0.2],
  taker_ratio: [0.97, 0.15],
  headline_sentiment: [0.12, 0.4],
  cvd: [412, 300],
  cvd_1m: [-3.2, 12],
  cvd_5m: [18.4, 40],
  cvd_15m: [-22.1, 90],
  cvd_1h: [104, 200],
  trade_rate: [14.2, 6],
  kyle_lambda: [0.41, 0.2],
  liquidation_buy: [182_000, 150_000],
  liquidation_sell: [640_000, 300_000],
  book_imbalance_5: [0.22, 0.4],
  book_imbalance_10: [0.14, 0.3],
  book_imbalance_20: [0.06, 0.2],
  book_imbalance_10_mean: [0.11, 0.2],
  microprice: [94_201.3, 40],
  spread_bp: [0.11, 0.05],
  bid_depth_10bp: [8_400_000, 2e6],
  ask_depth_10bp: [7_100_000, 2e6],
  bid_depth_25bp: [21_000_000, 4e6],
  ask_depth_25bp: [19_400_000, 4e6],
  bid_depth_50bp: [44_000_000, 6e6],
  ask_depth_50bp: [47_000_000, 6e6],
}

/** Two slow waves, the same on every run. */
export function fakeMeasure(measure: Measure, tsMs: number): number {
  const [middle, reach] = LEVELS[measure] ?? [1, 0.5]
  const phase = MEASURES.indexOf(measure)
  const hours = tsMs / HOUR_MS
  return middle + reach * (0.6 * Math.sin(hours / 17 + phase) + 0.4 * Math.sin(hours / 3.1 + 2 * phase))
}

const source = (over: Pick<Source, 'id' | 'title' | 'measures'> & Partial<Source>, nowMs: number): Source => ({
  homepage: `https://${over.id}.example`,
  state: 'fresh',
  lastValueMs: nowMs - 4 * MINUTE_MS,
  lastTriedMs: nowMs - 4 * MINUTE_MS,
  nextDueMs: nowMs + MINUTE_MS,
  intervalMs: 5 * MINUTE_MS,
  failures: 0,
  message: '',
  ...over,
})

function sources(nowMs: number): Source[] {
  return [
    source(
      { id: 'alternative-me', title: 'Alternative.me', measures: ['fear_greed'], intervalMs: HOUR_MS, nextDueMs: nowMs + 41 * MINUTE_MS },
      nowMs,
    ),
    source(
      { id: 'coingecko', title: 'CoinGecko', measures: ['btc_dominance'], state: 'stale', lastValueMs: nowMs - 5 * HOUR_MS, failures: 1 },
      nowMs,
    ),
    source(
      {
        id: 'blockchain-info',
        title: 'Blockchain.com',
        measures: ['hash_rate'],
        state: 'failing',
        lastValueMs: null,
        failures: 7,
        message: 'HTTP 503 from the source, asked again in 12 min',
        nextDueMs: nowMs + 12 * MINUTE_MS,
      },
      nowMs,
    ),
    source(
      {
        id: 'binance-futures',
        title: 'Binance futures',
        measures: ['funding_rate', 'open_interest', 'top_long_short_ratio', 'global_long_short_ratio', 'taker_ratio'],
      },
      nowMs,
    ),
    source(
      { id: 'binance-spot', title: 'Binance spot', measures: ['spot_price'], state: 'waiting', lastValueMs: null, lastTriedMs: null },
      nowMs,
    ),
    source({ id: 'headlines', title: 'Headline feeds', measures: ['headline_sentiment'], intervalMs: 10 * MINUTE_MS }, nowMs),
  ]
}

/** Age of the newest value of each measure. */
const ageOf = (measure: Measure): number =>
  measure === 'funding_rate' ? 3 * HOUR_MS : measure === 'btc_dominance' ? 5 * HOUR_MS : 2 * MINUTE_MS
const MISSING: ReadonlySet<Measure> = new Set(['hash_rate', 'spot_price'])

export function fakeContext(nowMs: number): Snapshot {
  const measures = MEASURES.flatMap((measure) => {
    const { unit, definition, isGlobal } = MEASURE_INFO[measure]
    return (isGlobal ? [null] : [BTC, ETH, SOL]).map((instrumentId) => {
      const tsMs = MISSING.has(measure) ? null : nowMs - ageOf(measure)
      const validForMs = measure === 'funding_rate' ? 9 * HOUR_MS : 30 * MINUTE_MS
      return { measure, unit, definition, instrumentId, value: tsMs === null ? null : fakeMeasure(measure, tsMs), tsMs, validForMs }
    })
  })
  return { marketMs: nowMs, sources: sources(nowMs), measures, headlines: headlines(nowMs) }
}

function headlines(nowMs: number): Snapshot['headlines'] {
  const rows = [
    ['Spot bitcoin funds take in 420 million dollars in one day', 0.62, ['BTC'], 11],
    ['Exchange halts withdrawals after a suspected breach of its hot wallets, customers are told to wait', -0.81, ['ETH', 'SOL'], 38],
    ['Developers set the date of the next network upgrade', 0.05, ['ETH'], 74],
    ['Miners sell more than they earn for the third week', -0.34, ['BTC'], 122],
    ['Regulator opens consultation on staking services', 0, [], 190],
    ['Payments company adds settlement in stablecoins on three chains', 0.44, ['SOL', 'ETH', 'BTC'], 305],
  ] as const
  return rows.map(([title, sentiment, assets, minutes], i) => ({
    id: `H${i}`,
    tsMs: nowMs - minutes * MINUTE_MS,
    source: i % 2 === 0 ? 'CoinDesk' : 'Cointelegraph',
    title,
    link: i === 4 ? null : `https://news.example/${i}`,
    sentiment,
    assets: [...assets],
  }))
}

/** A value every hour, thinned to what was asked for. */
export function fakeMeasureHistory(input: { measure: string; fromMs: number; toMs: number; pointsMax: number }): Output<'context.history'> {
  const measure = MEASURES.find((candidate) => candidate === input.measure)
  if (!measure || MISSING.has(measure)) return []
  const stepMs = Math.max(HOUR_MS / 4, (input.toMs - input.fromMs) / (input.pointsMax - 1))
  const count = Math.min(input.pointsMax, Math.floor((input.toMs - input.fromMs) / stepMs) + 1)
  return Array.from({ length: count }, (_, i) => Math.round(input.toMs - (count - 1 - i) * stepMs)).map((tsMs) => ({
    tsMs,
    value: fakeMeasure(measure, tsMs),
  }))
}
