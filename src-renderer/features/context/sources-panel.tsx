// Where every figure comes from, whether it still does, and when it will be asked next.
import { Badge } from '../../components/badge.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Panel } from '../../components/panel.tsx'
import { EmptyState } from '../../components/states.tsx'
import { NOTHING, formatNumber } from '../../format/numbers.ts'
import { formatDuration } from '../../format/times.ts'
import { ageText } from './measure-card.tsx'
import { STATE_TONE, type SourceView } from './measure-state.ts'
import { titleOf } from './measure-titles.ts'
import { useMarketNow } from './use-market-now.ts'

const COLUMNS: readonly Column<SourceView>[] = [
  {
    key: 'title',
    width: 160,
    title: 'Source',
    render: (source) => <span title={`${source.id}, ${source.homepage}`}>{source.title}</span>,
    sortBy: (source) => source.title,
  },
  {
    key: 'state',
    width: 70,
    title: 'State',
    render: (source) => <Badge tone={STATE_TONE[source.state]}>{source.state}</Badge>,
    sortBy: (source) => source.state,
  },
  {
    key: 'value',
    width: 76,
    title: 'Value',
    align: 'right',
    hint: 'Age of the newest value',
    render: ({ lastValueMs }) => <Ago tsMs={lastValueMs} />,
  },
  {
    key: 'interval',
    width: 66,
    title: 'Every',
    align: 'right',
    hint: 'How often it is asked',
    render: ({ intervalMs }) => formatDuration(intervalMs),
  },
  { key: 'next', width: 76, title: 'Next in', align: 'right', render: (source) => <NextDue source={source} /> },
  {
    key: 'failures',
    width: 60,
    title: 'Failures',
    align: 'right',
    hint: 'In a row',
    render: ({ failures }) => <span className={failures > 0 ? 'font-medium text-warn' : 'text-muted'}>{formatNumber(failures, 0)}</span>,
    sortBy: ({ failures }) => failures,
  },
  {
    key: 'measures',
    width: 170,
    title: 'Gives',
    className: 'text-muted',
    render: ({ measures }) => <span title={measures.map(titleOf).join(', ')}>{measures.map(titleOf).join(', ')}</span>,
  },
  {
    key: 'message',
    width: 190,
    title: 'Says',
    render: ({ message, state }) => (
      <span title={message} className={state === 'failing' ? 'text-down' : 'text-muted'}>
        {message}
      </span>
    ),
  },
]

export function SourcesPanel({ sources }: { readonly sources: readonly SourceView[] }) {
  const failing = sources.filter(({ state }) => state === 'failing').length
  const note = failing > 0 ? `${sources.length}, ${failing} failing` : sources.length
  return (
    <Panel title="Sources" note={note} className="h-full">
      <DataTable
        label="Sources"
        columns={COLUMNS}
        rows={sources}
        rowKey={({ id }) => id}
        empty={<EmptyState title="No sources" detail="This market brings no context beside its candles." />}
      />
    </Panel>
  )
}

function Ago({ tsMs }: { readonly tsMs: number | null }) {
  const nowMs = useMarketNow()
  return <>{tsMs === null ? NOTHING : ageText(nowMs - tsMs)}</>
}

function NextDue({ source: { nextDueMs, state } }: { readonly source: SourceView }) {
  const nowMs = useMarketNow()
  if (nextDueMs === null || state === 'off') return <>{NOTHING}</>
  return <>{nextDueMs <= nowMs ? 'now' : formatDuration(nextDueMs - nowMs)}</>
}
