import { CoverageBar } from '../../components/coverage-bar.tsx'
import type { VirtualColumn } from '../../components/virtual-table.tsx'
import type { Passport, TimeSpan } from '../../format/coverage.ts'
import { symbolOf } from '../../format/instruments.ts'
import { NOTHING, formatBytes, formatNumber } from '../../format/numbers.ts'
import { formatUtc } from '../../format/times.ts'
import { CoverageAxis } from './coverage-axis.tsx'
import { type SortColumn, problemCount, problemsOf, sourceText } from './series-table.ts'

type Column = VirtualColumn<Passport, SortColumn>
type Axis = { readonly view: TimeSpan; readonly limits: TimeSpan; readonly onView: (view: TimeSpan) => void }

export const seriesColumns = (axis: Axis): readonly Column[] => [
  {
    key: 'instrument',
    title: 'Instrument',
    widthPixels: 96,
    grow: 0.6,
    render: ({ instrumentId }) => <span title={instrumentId}>{symbolOf(instrumentId)}</span>,
  },
  { key: 'venue', title: 'Venue', widthPixels: 88, render: ({ venue }) => <span title={venue}>{venue}</span> },
  { key: 'kind', title: 'Kind', widthPixels: 66, render: ({ kind }) => kind },
  {
    key: 'timeframe',
    title: 'TF',
    hint: 'Timeframe',
    widthPixels: 42,
    render: ({ timeframe }) => timeframe ?? <span className="text-muted">{NOTHING}</span>,
  },
  { key: 'range', title: 'First to last day', widthPixels: 164, hint: 'UTC', render: (series) => <Range series={series} /> },
  { key: 'rows', title: 'Rows', widthPixels: 78, align: 'right', render: ({ rows }) => formatNumber(rows, 0) },
  {
    key: 'missing',
    title: 'Missing',
    widthPixels: 66,
    align: 'right',
    hint: 'Rows missing between the first and the last',
    render: ({ missing }) => <Count value={missing} />,
  },
  {
    key: 'problems',
    title: 'Problems',
    widthPixels: 68,
    align: 'right',
    hint: 'Conflicts, refused rows, outliers and bars that differ from a shorter series',
    render: (series) => <Problems series={series} />,
  },
  { key: 'size', title: 'Size', widthPixels: 72, align: 'right', hint: 'On disk', render: ({ bytes }) => formatBytes(bytes) },
  {
    key: 'source',
    title: 'Source',
    widthPixels: 120,
    grow: 1.4,
    render: (series) => (
      <span className="text-muted" title={series.sources.map(({ name }) => name).join('\n')}>
        {sourceText(series)}
      </span>
    ),
  },
  {
    key: 'coverage',
    title: 'Coverage',
    widthPixels: 250,
    grow: 4,
    header: <CoverageAxis {...axis} />,
    render: (series) => <CoverageBar series={series} view={axis.view} />,
  },
]

function Range({ series: { rows, fromMs, toMs } }: { readonly series: Passport }) {
  if (rows === 0) return <span className="text-muted">{NOTHING}</span>
  return (
    <span title={`${formatUtc(fromMs)} to ${formatUtc(toMs)} UTC`}>
      {formatUtc(fromMs, 'date')} – {formatUtc(toMs, 'date')}
    </span>
  )
}

const Count = ({ value }: { readonly value: number }) => (
  <span className={value > 0 ? 'text-warn' : 'text-muted'}>{formatNumber(value, 0)}</span>
)

function Problems({ series }: { readonly series: Passport }) {
  const text = problemsOf(series)
    .map((problem) => problem.text)
    .join('\n')
  return (
    <span title={text || 'None'}>
      <Count value={problemCount(series)} />
    </span>
  )
}
