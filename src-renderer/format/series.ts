// Names of stored series for the eye.
import type { Passport } from './coverage.ts'
import { symbolOf } from './instruments.ts'

type Named = Pick<Passport, 'instrumentId' | 'kind' | 'timeframe' | 'venue'>

/** "BTC/USDT candles 1m", "BTC/USDT funding". */
export const seriesTitle = ({ instrumentId, kind, timeframe }: Omit<Named, 'venue'>): string =>
  `${symbolOf(instrumentId)} ${kind}${timeframe === null ? '' : ` ${timeframe}`}`

/** "BTC/USDT candles 1m, binanceusdm". */
export const seriesFullTitle = (series: Named): string => `${seriesTitle(series)}, ${series.venue}`
