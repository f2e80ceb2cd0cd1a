import { formatBytes, formatNumber } from '../../format/numbers.ts'
import { Skeleton } from '../../components/states.tsx'
import { Sparkline } from './sparkline.tsx'
import type { StatusHistory, SystemStatus } from './use-status-history.ts'

type Metric = {
  readonly label: string
  readonly title: string
  readonly value: (status: SystemStatus) => number
  readonly format: (value: number) => string
  /** At or above it the figure is marked. Twice a frame of 60 Hz for delays the eye and the orders would feel. */
  readonly warnAt?: number
}

const milliseconds = (value: number): string => `${formatNumber(value, value < 10 ? 2 : 1)} ms`
const perSecond = (value: number): string => `${formatNumber(value, value < 10 ? 1 : 0)} /s`

const METRICS: readonly Metric[] = [
  {
    label: 'Event-loop delay p50',
    title: 'Half of the turns of the engine waited no longer',
    value: (s) => s.eventLoopDelayP50,
    format: milliseconds,
    warnAt: 50,
  },
  {
    label: 'Event-loop delay p99',
    title: '99 of 100 turns of the engine waited no longer',
    value: (s) => s.eventLoopDelayP99,
    format: milliseconds,
    warnAt: 100,
  },
  { label: 'Market events', title: 'Taken in by the engine', value: (s) => s.marketEventsPerSecond, format: perSecond },
  { label: 'Frames to screens', title: 'Sent by the engine', value: (s) => s.framesPerSecond, format: perSecond },
  { label: 'Resident memory', title: 'Of the whole program', value: (s) => s.residentBytes, format: formatBytes },
  { label: 'Heap in use', title: "Of the engine's JavaScript", value: (s) => s.heapUsedBytes, format: formatBytes },
  {
    label: 'Journal commit p99',
    title: '99 of 100 writes were on disk no later',
    value: (s) => s.journalCommitP99Ms,
    format: milliseconds,
    warnAt: 100,
  },
  { label: 'Journal size', title: 'On disk', value: (s) => s.journalBytes, format: formatBytes },
]

/** Each figure with its last five minutes. */
export function MetricGrid({ history }: { readonly history: StatusHistory }) {
  if (!history.status) return <Skeleton rows={8} />
  const status = history.status
  return (
    <dl className="grid grid-cols-2 gap-px bg-line md:grid-cols-4">
      {METRICS.map((metric) => (
        <MetricTile key={metric.label} metric={metric} now={metric.value(status)} samples={history.samples.map(metric.value)} />
      ))}
    </dl>
  )
}

function MetricTile({ metric, now, samples }: { readonly metric: Metric; readonly now: number; readonly samples: readonly number[] }) {
  const high = metric.warnAt !== undefined && now >= metric.warnAt
  return (
    <div title={metric.title} className="flex min-w-0 flex-col gap-1 bg-panel px-2 py-1.5">
      <dt className="truncate text-xs text-muted">{metric.label}</dt>
      <dd className={`text-lg font-medium ${high ? 'text-warn' : ''}`}>
        {metric.format(now)}
        {high && <span className="ml-1 text-xs">high</span>}
      </dd>
      <dd>
        <Sparkline samples={samples} />
      </dd>
    </div>
  )
}
