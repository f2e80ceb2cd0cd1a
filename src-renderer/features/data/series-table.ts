// Which series the table shows, in which order, and what is wrong with each. Pure.
import type { Passport } from '../../format/coverage.ts'
import { formatNumber } from '../../format/numbers.ts'

export type KindFilter = 'all' | Passport['kind']
export type SeriesFilter = { readonly text: string; readonly kind: KindFilter }
export const NO_FILTER: SeriesFilter = { text: '', kind: 'all' }

/** Every word must be found in instrument, venue, kind or timeframe. */
export function filterSeries(series: readonly Passport[], { text, kind }: SeriesFilter): readonly Passport[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return series.filter((one) => {
    if (kind !== 'all' && one.kind !== kind) return false
    const hay = `${one.instrumentId} ${one.venue} ${one.kind} ${one.timeframe ?? ''}`.toLowerCase()
    return words.every((word) => hay.includes(word))
  })
}

export type Problem = { readonly code: string; readonly count: number; readonly text: string }

const times = (count: number, one: string, many: string): string => `${formatNumber(count, 0)} ${count === 1 ? one : many}`

/** What somebody should know before trusting the series, worst first; gaps stand in a column of their own. */
export function problemsOf(series: Passport): readonly Problem[] {
  const { conflicts, refused } = series
  const outliers = series.outliersMs.length
  const different = series.crossChecks.reduce((sum, check) => sum + check.different, 0)
  return [
    {
      code: 'conflicts',
      count: conflicts,
      text: times(conflicts, 'row came twice and did not say the same', 'rows came twice and did not say the same'),
    },
    {
      code: 'different',
      count: different,
      text: times(different, 'bar differs from a shorter series', 'bars differ from a shorter series'),
    },
    { code: 'refused', count: refused, text: times(refused, 'row was refused as impossible', 'rows were refused as impossible') },
    { code: 'outliers', count: outliers, text: times(outliers, 'price jumped away and came back', 'prices jumped away and came back') },
  ].filter(({ count }) => count > 0)
}

export const problemCount = (series: Passport): number => problemsOf(series).reduce((sum, { count }) => sum + count, 0)

export type SortColumn =
  | 'instrument'
  | 'venue'
  | 'kind'
  | 'timeframe'
  | 'range'
  | 'rows'
  | 'missing'
  | 'problems'
  | 'size'
  | 'source'
  | 'coverage'
export type Sort = { readonly column: SortColumn; readonly descending: boolean }
export const BY_NAME: Sort = { column: 'instrument', descending: false }

const TEXT_COLUMNS: readonly SortColumn[] = ['instrument', 'venue', 'kind', 'source']
/** A click on a heading: the other way round if it is the present column; else texts by alphabet and figures from the largest. */
export const nextSort = (sort: Sort, column: SortColumn): Sort => ({
  column,
  descending: sort.column === column ? !sort.descending : !TEXT_COLUMNS.includes(column),
})

const FRAMES = ['1m', '5m', '15m', '1h', '4h', '1d'] as const
const frameRank = ({ timeframe }: Passport): number => (timeframe === null ? FRAMES.length : FRAMES.indexOf(timeframe))
const byName = (a: Passport, b: Passport): number =>
  a.instrumentId.localeCompare(b.instrumentId) ||
  a.kind.localeCompare(b.kind) ||
  frameRank(a) - frameRank(b) ||
  a.venue.localeCompare(b.venue)

const COMPARE: Readonly<Record<SortColumn, (a: Passport, b: Passport) => number>> = {
  instrument: byName,
  venue: (a, b) => a.venue.localeCompare(b.venue),
  kind: (a, b) => a.kind.localeCompare(b.kind),
  timeframe: (a, b) => frameRank(a) - frameRank(b),
  range: (a, b) => a.toMs - b.toMs,
  rows: (a, b) => a.rows - b.rows,
  missing: (a, b) => a.missing - b.missing,
  problems: (a, b) => problemCount(a) - problemCount(b),
  size: (a, b) => a.bytes - b.bytes,
  source: (a, b) => sourceText(a).localeCompare(sourceText(b)),
  coverage: (a, b) => a.fromMs - b.fromMs,
}

/** Rows that compare equal stand by name. */
export function sortSeries(series: readonly Passport[], { column, descending }: Sort): readonly Passport[] {
  const compare = COMPARE[column]
  return series.toSorted((a, b) => (descending ? compare(b, a) : compare(a, b)) || byName(a, b))
}

/** The newest source and how many there are beside it. */
export function sourceText({ sources }: Passport): string {
  const newest = sources.at(-1)
  if (newest === undefined) return 'unknown'
  return sources.length === 1 ? newest.name : `${newest.name}, ${sources.length - 1} more`
}
