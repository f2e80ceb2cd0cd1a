// What each measure is called on the screen and which of them have a card of their own. The rest stand in the order-flow table.
import { MEASURES, type Measure } from '../../../src-shared/domain/measure.ts'
import { wordsOf } from '../../format/words.ts'

const TITLES: Readonly<Record<Measure, string>> = {
  fear_greed: 'Fear & Greed',
  btc_dominance: 'BTC dominance',
  hash_rate: 'Hash rate',
  funding_rate: 'Funding rate',
  spot_price: 'Spot price',
  open_interest: 'Open interest',
  top_long_short_ratio: 'Long / short, top traders',
  global_long_short_ratio: 'Long / short, all accounts',
  taker_ratio: 'Taker buy / sell',
  headline_sentiment: 'Headline sentiment',
  cvd: 'Volume delta, whole stream',
  cvd_1m: 'Volume delta, 1 min',
  cvd_5m: 'Volume delta, 5 min',
  cvd_15m: 'Volume delta, 15 min',
  cvd_1h: 'Volume delta, 1 h',
  trade_rate: 'Trades',
  kyle_lambda: 'Price impact (Kyle)',
  liquidation_buy: 'Shorts liquidated, 1 h',
  liquidation_sell: 'Longs liquidated, 1 h',
  book_imbalance_5: 'Book imbalance, 5 levels',
  book_imbalance_10: 'Book imbalance, 10 levels',
  book_imbalance_20: 'Book imbalance, 20 levels',
  book_imbalance_10_mean: 'Book imbalance 10, mean',
  microprice: 'Microprice',
  spread_bp: 'Spread',
  bid_depth_10bp: 'Bids within 10 bp',
  ask_depth_10bp: 'Asks within 10 bp',
  bid_depth_25bp: 'Bids within 25 bp',
  ask_depth_25bp: 'Asks within 25 bp',
  bid_depth_50bp: 'Bids within 50 bp',
  ask_depth_50bp: 'Asks within 50 bp',
}

/** The title of a measure; one that an engine of another version sends is named by its code. */
export const titleOf = (measure: string): string => new Map<string, string>(Object.entries(TITLES)).get(measure) ?? wordsOf(measure)

export const MARKET_CARDS: readonly Measure[] = ['fear_greed', 'btc_dominance', 'hash_rate']
export const INSTRUMENT_CARDS: readonly Measure[] = [
  'funding_rate',
  'open_interest',
  'spot_price',
  'headline_sentiment',
  'top_long_short_ratio',
  'global_long_short_ratio',
  'taker_ratio',
]
const CARDS: ReadonlySet<Measure> = new Set([...MARKET_CARDS, ...INSTRUMENT_CARDS])
export const FLOW_MEASURES: readonly Measure[] = MEASURES.filter((measure) => !CARDS.has(measure))
