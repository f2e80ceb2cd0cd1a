// Measures: numbers about a market that do not come from its candles. What everybody feels, what positions pay, what trades and the book say.

export const MEASURES = [
  // Of the whole market.
  'fear_greed',
  'btc_dominance',
  'hash_rate',
  // Of one instrument: what positions pay and how they stand.
  'funding_rate',
  'spot_price',
  'open_interest',
  'top_long_short_ratio',
  'global_long_short_ratio',
  'taker_ratio',
  'headline_sentiment',
  // Of one instrument: its trades.
  'cvd',
  'cvd_1m',
  'cvd_5m',
  'cvd_15m',
  'cvd_1h',
  'trade_rate',
  'kyle_lambda',
  'liquidation_buy',
  'liquidation_sell',
  // Of one instrument: its book.
  'book_imbalance_5',
  'book_imbalance_10',
  'book_imbalance_20',
  'book_imbalance_10_mean',
  'microprice',
  'spread_bp',
  'bid_depth_10bp',
  'ask_depth_10bp',
  'bid_depth_25bp',
  'ask_depth_25bp',
  'bid_depth_50bp',
  'ask_depth_50bp',
] as const
export type Measure = (typeof MEASURES)[number]

/** Where a measure stands in an array of all of them. */
export const MEASURE_INDEX = Object.fromEntries(MEASURES.map((measure, index) => [measure, index])) as Readonly<Record<Measure, number>>

export type MeasureInfo = {
  readonly unit: string
  /** The whole market's: the same for every instrument. */
  readonly isGlobal: boolean
  readonly definition: string
}
const global = (unit: string, definition: string): MeasureInfo => ({ unit, isGlobal: true, definition })
const own = (unit: string, definition: string): MeasureInfo => ({ unit, isGlobal: false, definition })

export const MEASURE_INFO: Readonly<Record<Measure, MeasureInfo>> = {
  fear_greed: global('index_0_100', 'Crypto Fear & Greed index: 0 extreme fear, 100 extreme greed (alternative.me)'),
  btc_dominance: global('ratio', 'Market value of Bitcoin as a share of all crypto assets, 0 to 1'),
  hash_rate: global('terahash_per_second', 'Estimated hash rate of the Bitcoin network, one value a day'),
  funding_rate: own('ratio', 'Funding per interval: above 0 longs pay shorts'),
  spot_price: own('price', 'Last price of the same pair on the spot market'),
  open_interest: own('base', 'Contracts open, in the base asset'),
  top_long_short_ratio: own('ratio', 'Long positions of the top traders ÷ their short positions'),
  global_long_short_ratio: own('ratio', 'Accounts net long ÷ accounts net short'),
  taker_ratio: own('ratio', 'Taker buy volume ÷ taker sell volume'),
  headline_sentiment: own('ratio', 'Mean sentiment of the headlines of a day that name the base asset, −1 to 1'),
  cvd: own('base', 'Taker buys − taker sells since the stream began'),
  cvd_1m: own('base', 'Taker buys − taker sells of the last minute'),
  cvd_5m: own('base', 'Taker buys − taker sells of the last 5 minutes'),
  cvd_15m: own('base', 'Taker buys − taker sells of the last 15 minutes'),
  cvd_1h: own('base', 'Taker buys − taker sells of the last hour'),
  trade_rate: own('per_second', 'Trades per second over the last minute'),
  kyle_lambda: own(
    'price_per_base',
    "Kyle's lambda: slope of the change of mid price on signed volume over 200 buckets of one second (Kyle 1985)",
  ),
  liquidation_buy: own('quote', 'Forced buys (shorts liquidated) of the last hour'),
  liquidation_sell: own('quote', 'Forced sells (longs liquidated) of the last hour'),
  book_imbalance_5: own('ratio', '(bid − ask) ÷ (bid + ask) quantity of the best 5 levels, −1 to 1'),
  book_imbalance_10: own('ratio', '(bid − ask) ÷ (bid + ask) quantity of the best 10 levels, −1 to 1'),
  book_imbalance_20: own('ratio', '(bid − ask) ÷ (bid + ask) quantity of the best 20 levels, −1 to 1'),
  book_imbalance_10_mean: own('ratio', 'Mean of the last 10 snapshots of the imbalance of the best 10 levels'),
  microprice: own('price', 'Best bid and ask weighted with the quantity of the other side (Stoikov 2018)'),
  spread_bp: own('basis_points', '(best ask − best bid) ÷ mid'),
  bid_depth_10bp: own('quote', 'Value of bids within 10 basis points of the mid, as far as the book is known'),
  ask_depth_10bp: own('quote', 'Value of asks within 10 basis points of the mid, as far as the book is known'),
  bid_depth_25bp: own('quote', 'Value of bids within 25 basis points of the mid, as far as the book is known'),
  ask_depth_25bp: own('quote', 'Value of asks within 25 basis points of the mid, as far as the book is known'),
  bid_depth_50bp: own('quote', 'Value of bids within 50 basis points of the mid, as far as the book is known'),
  ask_depth_50bp: own('quote', 'Value of asks within 50 basis points of the mid, as far as the book is known'),
}

/** Null says that it cannot be known now, for example while the book is out of step; a measure left out stays as it was. */
export type MeasureValues = Readonly<Partial<Record<Measure, number | null>>>
