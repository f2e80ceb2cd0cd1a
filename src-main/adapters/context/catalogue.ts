// What the sources are, whichever way their values come: from the network or from a file beside a recording.
import type { ContextSourceId } from '../../../src-shared/config/settings.ts'
import { MEASURE_INDEX, type Measure } from '../../../src-shared/domain/measure.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src-shared/domain/time.ts'

export type SourceInfo = {
  readonly id: ContextSourceId
  readonly title: string
  readonly homepage: string
  readonly measures: readonly Measure[]
  /** Between two questions that are answered. */
  readonly intervalMs: number
  /** How long a value counts from its own time on. */
  readonly validForMs: number
}

const BINANCE = 'https://www.binance.com'
const POSITIONING = { homepage: `${BINANCE}/en/futures/funding-history/perpetual/trading-data`, intervalMs: 5 * MINUTE_MS }

export const SOURCES: Readonly<Record<ContextSourceId, SourceInfo>> = {
  fear_greed: {
    id: 'fear_greed',
    title: 'Fear & Greed index',
    homepage: 'https://alternative.me/crypto/fear-and-greed-index/',
    measures: ['fear_greed'],
    intervalMs: HOUR_MS,
    validForMs: 2 * DAY_MS,
  },
  btc_dominance: {
    id: 'btc_dominance',
    title: 'Bitcoin dominance',
    homepage: 'https://www.coingecko.com/en/global-charts',
    measures: ['btc_dominance'],
    intervalMs: 10 * MINUTE_MS,
    validForMs: 6 * HOUR_MS,
  },
  hash_rate: {
    id: 'hash_rate',
    title: 'Bitcoin hash rate',
    homepage: 'https://www.blockchain.com/explorer/charts/hash-rate',
    measures: ['hash_rate'],
    intervalMs: 6 * HOUR_MS,
    validForMs: 2 * DAY_MS,
  },
  funding_rate: {
    id: 'funding_rate',
    title: 'Funding rate',
    homepage: `${BINANCE}/en/futures/funding-history/perpetual/real-time-funding-rate`,
    measures: ['funding_rate'],
    intervalMs: MINUTE_MS,
    validForMs: 15 * MINUTE_MS,
  },
  spot_price: {
    id: 'spot_price',
    title: 'Spot price',
    homepage: `${BINANCE}/en/markets`,
    measures: ['spot_price'],
    intervalMs: 10_000,
    validForMs: MINUTE_MS,
  },
  open_interest: {
    id: 'open_interest',
    title: 'Open interest',
    ...POSITIONING,
    measures: ['open_interest'],
    intervalMs: MINUTE_MS,
    validForMs: 15 * MINUTE_MS,
  },
  top_long_short_ratio: {
    id: 'top_long_short_ratio',
    title: 'Top traders: long to short positions',
    ...POSITIONING,
    measures: ['top_long_short_ratio'],
    validForMs: 20 * MINUTE_MS,
  },
  global_long_short_ratio: {
    id: 'global_long_short_ratio',
    title: 'All accounts: long to short',
    ...POSITIONING,
    measures: ['global_long_short_ratio'],
    validForMs: 20 * MINUTE_MS,
  },
  taker_ratio: {
    id: 'taker_ratio',
    title: 'Taker buys to taker sells',
    ...POSITIONING,
    measures: ['taker_ratio'],
    validForMs: 20 * MINUTE_MS,
  },
  positioning_archive: {
    id: 'positioning_archive',
    title: 'Positioning archive',
    ...POSITIONING,
    measures: ['open_interest', 'top_long_short_ratio', 'global_long_short_ratio', 'taker_ratio'],
    intervalMs: 12 * HOUR_MS,
    validForMs: DAY_MS,
  },
  headlines_coindesk: headlines('headlines_coindesk', 'CoinDesk', 'https://www.coindesk.com'),
  headlines_cointelegraph: headlines('headlines_cointelegraph', 'Cointelegraph', 'https://cointelegraph.com'),
  headlines_decrypt: headlines('headlines_decrypt', 'Decrypt', 'https://decrypt.co'),
  headlines_recorded: headlines('headlines_recorded', 'recorded in 2024', 'https://github.com/Ualh/crypto-sentiment-tracker'),
}
export const SOURCE_IDS = Object.keys(SOURCES) as readonly ContextSourceId[]

/** Every measure that some source gives, in the order of all measures, with how long it counts where a file says nothing else. */
export const SOURCED_MEASURES: readonly { readonly measure: Measure; readonly validForMs: number }[] = [
  ...new Map(Object.values(SOURCES).flatMap(({ measures, validForMs }) => measures.map((measure) => [measure, validForMs]))),
]
  .map(([measure, validForMs]) => ({ measure, validForMs }))
  .toSorted((a, b) => MEASURE_INDEX[a.measure] - MEASURE_INDEX[b.measure])

/** Headlines of this long count into the sentiment. */
export const SENTIMENT_WINDOW_MS = DAY_MS

function headlines(id: ContextSourceId, publisher: string, homepage: string): SourceInfo {
  return {
    id,
    title: `Headlines: ${publisher}`,
    homepage,
    measures: ['headline_sentiment'],
    intervalMs: 10 * MINUTE_MS,
    validForMs: HOUR_MS,
  }
}
