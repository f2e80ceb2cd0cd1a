// Whether trades touched data that is missing or looks wrong.
import { formatNumber } from '../../../../src-shared/format/numbers.ts'
import { formatUtc } from '../../../../src-shared/format/times.ts'
import type { RunTrip } from '../run-record.ts'
import type { Facts, Rule, SeriesFaults } from './warning.ts'

const candlesOf = ({ series }: Facts, instrumentId: string): readonly SeriesFaults[] =>
  series.filter((one) => one.kind === 'candles' && one.instrumentId === instrumentId)

export const tradesInGaps: Rule = (facts) => {
  const { record } = facts
  const touched = record.trips.flatMap(({ trip }) => {
    const gaps = candlesOf(facts, trip.instrumentId).flatMap((series) => series.gaps)
    const gap = gaps.find(({ fromMs, toMs }) => trip.openedMs < toMs + record.baseCandleMs && trip.closedMs > fromMs)
    return gap === undefined ? [] : [{ trip, gap }]
  })
  const [first] = touched
  if (first === undefined) return null
  return {
    code: 'trade_in_gap',
    severity: 'warning',
    title: 'Trades over missing data',
    detail: `${formatNumber(touched.length, 0)} of ${formatNumber(record.trips.length, 0)} round trips were open while candles were missing, the first ${nameOf(first.trip)} (${formatNumber(first.gap.rows, 0)} rows from ${formatUtc(first.gap.fromMs, 'minute')}). No stop can be hit where there is no data.`,
  }
}

export const tradesAtOutliers: Rule = (facts) => {
  const { record } = facts
  const touched = record.trips.filter(({ trip }) => {
    const outliers = candlesOf(facts, trip.instrumentId).flatMap((series) => series.outliersMs)
    // The candle that jumped away, and the next, in which it came back.
    const isAt = (tsMs: number): boolean => outliers.some((openMs) => tsMs >= openMs && tsMs <= openMs + 2 * record.baseCandleMs)
    return isAt(trip.openedMs) || isAt(trip.closedMs)
  })
  const [first] = touched
  if (first === undefined) return null
  const net = touched.reduce((total, { trip }) => total + (trip.netPnl > 0n ? 1 : 0), 0)
  return {
    code: 'trade_at_outlier',
    severity: 'warning',
    title: 'Trades at prices that look wrong',
    detail: `${formatNumber(touched.length, 0)} of ${formatNumber(record.trips.length, 0)} round trips began or ended where the price jumped far away and came back at once, the first ${nameOf(first.trip)}; ${formatNumber(net, 0)} of them won.`,
  }
}

const nameOf = ({ instrumentId, side, openedMs }: RunTrip['trip']): string => `${instrumentId} ${side} of ${formatUtc(openedMs, 'minute')}`

export const feedIncidents: Rule = ({ record: { incidents } }) => {
  const [first] = incidents
  if (first === undefined) return null
  const missing = incidents.reduce((total, incident) => total + incident.missing, 0)
  const bad = incidents.filter(({ kind }) => kind === 'bad_candle').length
  return {
    code: 'feed_incidents',
    severity: 'info',
    title: 'The data was not whole',
    detail: `While the run was fed, ${formatNumber(missing, 0)} candles were missing and ${formatNumber(bad, 0)} were refused. The first: ${first.instrumentId}, ${formatUtc(first.fromMs, 'minute')}.`,
  }
}
