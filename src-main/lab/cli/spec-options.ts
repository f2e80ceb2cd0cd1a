// The options that describe a backtest, a search and a walk-forward.
import type { OptionSpecs } from './command.ts'

export const BACKTEST_OPTIONS: OptionSpecs = {
  playbook: { value: 'ID', help: 'playbook to run (default: that of the settings)' },
  from: { value: 'DAY', help: 'first moment of trading, UTC: 2025-05-10 or 2025-05-10T13:30' },
  to: { value: 'DAY', help: 'end of trading, not included' },
  symbols: { value: 'LIST', help: 'such as BTCUSDT,ETHUSDT (default: the universe of the playbook, or all with data)' },
  timeframe: { value: 'TF', help: 'base candles: 1m, 5m, 15m, 1h, 4h, 1d (default 1m)' },
  detail: { value: 'TF', help: 'finer candles that are walked inside a base candle that touches an order' },
  venue: { value: 'ID', help: 'venue of the data (default binanceusdm)' },
  'warmup-days': { value: 'N', help: 'days before --from that warm the indicators (default 60)' },
  balance: { value: 'AMOUNT', help: 'money to begin with (default 10000)' },
  leverage: { value: 'X', help: 'leverage of the account (default 5)' },
  set: { value: 'S.P=N', multiple: true, help: 'a parameter of a strategy, such as imba.minScore=0.6' },
  file: { value: 'FILE', multiple: true, help: 'a strategy file of your own, beside those of the playbook' },
  seed: { value: 'N', help: 'draws the jitter of the latency (default 1)' },
  latency: { value: 'MS', help: 'one way, to the venue or back (default 120)' },
  'latency-jitter': { value: 'MS', help: 'up to this much more, drawn from the seed (default 0)' },
  slippage: { value: 'MODEL', help: 'fixed:BP, volatility:SHARE or depth:BP,IMPACT (default fixed:1)' },
  participation: { value: 'SHARE', help: 'largest share of a candle’s volume one order may take (default 0.1)' },
  queue: { value: 'MODEL', help: 'last, or volume:MULTIPLE for a place in the queue (default last)' },
  'fee-maker': { value: 'RATE', help: 'fixed fee rates instead of those of the instrument; a rebate as --fee-maker=-0.0001' },
  'fee-taker': { value: 'RATE', help: 'goes with --fee-maker' },
  'no-funding': { help: 'leave out the funding that the data holds' },
  spec: { value: 'FILE', help: 'the whole specification as JSON, instead of the options above' },
}

const SEARCH_ONLY: OptionSpecs = {
  dimension: { value: 'S.P=MIN:MAX', multiple: true, help: 'what is searched over, with :STEP or :log behind it' },
  method: { value: 'NAME', help: 'grid, random or tpe (default tpe)' },
  trials: { value: 'N', help: 'trials at most (default 100)' },
  metric: { value: 'ID', multiple: true, help: 'what is aimed at, with =WEIGHT behind it (default sharpe)' },
  'trades-min': { value: 'N', help: 'a trial with fewer trades is worst (default 20)' },
  pruner: { value: 'NAME', help: 'none, median or halving (default none)' },
  folds: { value: 'N', help: 'judge each trial as the mean of so many purged folds, and cross-validate the choice' },
  embargo: { value: 'SHARE', help: 'of the period, left out between two folds on top of the purge (default 0.01)' },
  purge: { value: 'DAYS', help: 'left out between two folds, as long as a position is held (default 1)' },
  'search-seed': { value: 'N', help: 'draws the trials (default 1)' },
  workers: { value: 'N', help: 'threads; 0 is one less than there are cores (default 0)' },
}
export const SEARCH_OPTIONS: OptionSpecs = { ...SEARCH_ONLY, ...BACKTEST_OPTIONS }

const WALK_FORWARD_ONLY: OptionSpecs = {
  mode: { value: 'NAME', help: 'rolling or anchored (default rolling)' },
  'train-days': { value: 'N', help: 'days of training (default 180)' },
  'validate-days': { value: 'N', help: 'days on which the best few of the training are compared; 0 for none (default 30)' },
  'test-days': { value: 'N', help: 'days of each test (default 30)' },
  candidates: { value: 'N', help: 'how many of the best are compared (default 5)' },
  'purge-days': { value: 'N', help: 'days cut off before what follows (default 1)' },
  'embargo-days': { value: 'N', help: 'days left out after a test before training (default 1)' },
}
export const WALK_FORWARD_OPTIONS: OptionSpecs = { ...WALK_FORWARD_ONLY, ...SEARCH_OPTIONS }
