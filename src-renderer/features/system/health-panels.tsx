import { Badge } from '../../components/badge.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Panel } from '../../components/panel.tsx'
import { EmptyState, Skeleton } from '../../components/states.tsx'
import type { Tone } from '../../components/tone.ts'
import { formatNumber } from '../../format/numbers.ts'
import { formatUtc } from '../../format/times.ts'
import { wordsOf } from '../../format/words.ts'
import type { Feed, Strategy } from '../../stores/desk-state.ts'
import { useDesk } from '../../stores/desk-store.ts'

const FEED_TONE: Readonly<Record<Feed['state'], Tone>> = {
  live: 'up',
  connecting: 'accent',
  stale: 'warn',
  ended: 'muted',
  failed: 'danger',
}
const STRATEGY_TONE: Readonly<Record<Strategy['state'], Tone>> = { running: 'up', warming_up: 'accent', paused: 'muted', faulted: 'danger' }

export function FeedPanel() {
  const feed = useDesk((desk) => desk.feed)
  return (
    <Panel title="Market feed" className="flex-1">
      {feed ? <FeedFacts feed={feed} /> : <Skeleton rows={3} />}
    </Panel>
  )
}

function FeedFacts({ feed }: { readonly feed: Feed }) {
  return (
    <div className="flex flex-col gap-1 p-2">
      <p className="flex items-center gap-2">
        <Badge tone={FEED_TONE[feed.state]}>{feed.state}</Badge>
        <span>{feed.kind === 'recorded' ? 'Recorded market' : 'Live market'}</span>
        <span className="truncate text-xs text-muted" title={feed.detail}>
          {feed.detail}
        </span>
      </p>
      <p className="text-xs text-muted">
        Last event {formatUtc(feed.lastEventMs)} UTC, {formatNumber(feed.gaps, 0)} gaps, {formatNumber(feed.badCandles, 0)} bad candles
      </p>
      {feed.lastIncident !== null && <p className="text-xs text-warn">Last incident: {feed.lastIncident}</p>}
    </div>
  )
}

const COLUMNS: readonly Column<Strategy>[] = [
  { key: 'title', title: 'Strategy', render: (strategy) => <span title={strategy.description}>{strategy.title}</span> },
  { key: 'source', title: 'From', render: (strategy) => strategy.source },
  { key: 'timeframe', title: 'Frame', render: (strategy) => strategy.timeframe },
  {
    key: 'state',
    title: 'State',
    render: (strategy) => <Badge tone={STRATEGY_TONE[strategy.state]}>{wordsOf(strategy.state)}</Badge>,
  },
  { key: 'signals', title: 'Signals', align: 'right', render: (strategy) => formatNumber(strategy.signals, 0) },
  { key: 'executed', title: 'Executed', align: 'right', render: (strategy) => formatNumber(strategy.executed, 0) },
  {
    key: 'message',
    title: 'Says',
    className: 'w-full max-w-40 truncate',
    render: (strategy) => (
      <span title={strategy.message} className={strategy.state === 'faulted' ? 'text-down' : 'text-muted'}>
        {strategy.message}
      </span>
    ),
  },
]

export function StrategiesPanel() {
  const strategies = useDesk((desk) => desk.strategies)
  const ready = useDesk((desk) => desk.phase === 'ready')
  return (
    <Panel title="Strategies" note={ready ? strategies.length : undefined} className="min-h-0 flex-1">
      {ready ? (
        <DataTable
          label="Strategies"
          columns={COLUMNS}
          rows={strategies}
          rowKey={(strategy) => strategy.id}
          empty={<EmptyState title="No strategies" detail="None is chosen in the settings and the strategies folder is empty." />}
        />
      ) : (
        <Skeleton rows={3} />
      )}
    </Panel>
  )
}
