import { Pencil, Trash2 } from 'lucide-react'
import { Badge } from '../../../components/badge.tsx'
import { IconButton } from '../../../components/button.tsx'
import type { Tone } from '../../../components/tone.ts'
import { toneText } from '../../../components/tone.ts'
import type { VirtualColumn } from '../../../components/virtual-table.tsx'
import { baseOf } from '../../../format/instruments.ts'
import { formatMetric, metricOf, metricSpec, metricTitle, metricTone } from '../../../format/lab-metric.ts'
import { formatNumber } from '../../../format/numbers.ts'
import { formatUtc } from '../../../format/times.ts'
import type { LabMetricId } from '../../../../src-shared/domain/lab-metric.ts'
import { DAY_MS } from '../../../../src-shared/domain/time.ts'
import { COMPARED_MAX, type Run, type RunColumn, runKindTitle } from './run-table.ts'

type Column = VirtualColumn<Run, RunColumn>
export type RunActions = {
  readonly marked: readonly string[]
  readonly onMark: (id: string) => void
  readonly onNote: (run: Run) => void
  readonly onDelete: (run: Run) => void
}

export const runColumns = (metrics: readonly LabMetricId[], actions: RunActions): readonly Column[] => [
  {
    key: 'mark',
    title: 'Compare',
    widthPixels: 30,
    header: <span className="tw-sr-only">Compare</span>,
    render: (run) => <Mark run={run} marked={actions.marked} onMark={actions.onMark} />,
  },
  { key: 'kind', title: 'Kind', widthPixels: 88, render: ({ kind }) => runKindTitle(kind) },
  {
    key: 'title',
    title: 'Run',
    widthPixels: 118,
    grow: 3,
    render: ({ title, note, playbookId, id }) => (
      <span title={[title, `Playbook ${playbookId}, run ${id}`, note].filter(Boolean).join('\n')}>
        {title}
        {note !== '' && <span className="text-muted"> {note}</span>}
      </span>
    ),
  },
  {
    key: 'data',
    title: 'Data',
    widthPixels: 106,
    grow: 1,
    hint: 'Instruments, days and timeframe',
    render: (run) => <Data run={run} />,
  },
  ...metrics.map(metricColumn),
  { key: 'state', title: 'State', widthPixels: 68, render: (run) => <State run={run} /> },
  {
    key: 'created',
    title: 'Created',
    hint: 'UTC',
    widthPixels: 86,
    render: ({ createdMs, seconds, codeVersion }) => (
      <span className="text-muted" title={createdText({ createdMs, seconds, codeVersion })}>
        {formatUtc(createdMs, 'minute').slice(5)}
      </span>
    ),
  },
  {
    key: 'actions',
    title: 'Actions',
    widthPixels: 56,
    header: <span className="tw-sr-only">Actions</span>,
    render: (run) => <Actions run={run} {...actions} />,
  },
]

const createdText = ({ createdMs, seconds, codeVersion }: Pick<Run, 'createdMs' | 'seconds' | 'codeVersion'>): string =>
  `${formatUtc(createdMs)} UTC${seconds === null ? '' : `, took ${formatNumber(seconds, 1)} s`}, version ${codeVersion}`

/** Wide enough for its heading, and for figures of its unit. */
const METRIC_PIXELS = { money: 92, fraction: 74, ratio: 62, count: 60, R: 74, ms: 82, days: 74 } as const

const metricColumn = (id: LabMetricId): Column => {
  const { formula, unit } = metricSpec(id)
  return {
    key: id,
    title: SHORT[id] ?? metricTitle(id),
    align: 'right',
    hint: `${metricTitle(id)}: ${formula}`,
    widthPixels: Math.max(METRIC_PIXELS[unit], (SHORT[id] ?? metricTitle(id)).length * 6 + 26),
    render: (run) => (
      <span className={toneText[metricTone(id, metricOf(run.metrics, id))]}>{formatMetric(id, metricOf(run.metrics, id))}</span>
    ),
  }
}

/** Headings of the usual columns; the whole name is in the tooltip. */
const SHORT: Readonly<Partial<Record<LabMetricId, string>>> = {
  max_drawdown: 'Drawdown',
  max_drawdown_money: 'Drawdown $',
  sharpe: 'Sharpe',
  sortino: 'Sortino',
  calmar: 'Calmar',
  profit_factor: 'Profit f.',
  cagr: 'CAGR',
  apr: 'APR',
  sqn: 'SQN',
  expectancy_r: 'Expect. R',
  max_drawdown_days: 'Under water',
}

function Mark({ run, marked, onMark }: { readonly run: Run } & Pick<RunActions, 'marked' | 'onMark'>) {
  const isMarked = marked.includes(run.id)
  const full = !isMarked && marked.length >= COMPARED_MAX
  return (
    <input
      type="checkbox"
      aria-label={`Mark ${run.title}, ${run.id}`}
      title={full ? `At most ${COMPARED_MAX} stand side by side` : 'Mark it (Space)'}
      className="block size-3.5 accent-(--accent)"
      checked={isMarked}
      disabled={full}
      tabIndex={-1}
      onClick={(event) => event.stopPropagation()}
      onChange={() => onMark(run.id)}
    />
  )
}

function Data({ run: { instruments, fromMs, toMs, timeframe } }: { readonly run: Run }) {
  const names = instruments.length > 2 ? `${instruments.length} instr.` : instruments.map(baseOf).join(', ')
  const title = `${instruments.join(', ')}\n${formatUtc(fromMs, 'minute')} to ${formatUtc(toMs, 'minute')} UTC, ${timeframe}`
  return (
    <span title={title}>
      {names} <span className="text-muted">{formatNumber((toMs - fromMs) / DAY_MS, 0)} d</span>
    </span>
  )
}

const STATE_TONE: Readonly<Record<Run['state'], Tone>> = { running: 'accent', done: 'muted', failed: 'danger', canceled: 'muted' }

function State({ run: { state, passed } }: { readonly run: Run }) {
  if (state === 'done' && passed !== null) return <Badge tone={passed ? 'up' : 'danger'}>{passed ? 'passed' : 'differs'}</Badge>
  return <Badge tone={STATE_TONE[state]}>{state}</Badge>
}

function Actions({ run, onNote, onDelete }: { readonly run: Run } & Pick<RunActions, 'onNote' | 'onDelete'>) {
  return (
    <span className="flex justify-end">
      <IconButton
        label={`Note on ${run.title}, ${run.id}`}
        className="size-5"
        tabIndex={-1}
        onClick={(event) => {
          event.stopPropagation()
          onNote(run)
        }}
      >
        <Pencil size={11} aria-hidden />
      </IconButton>
      <IconButton
        label={`Delete ${run.title}, ${run.id}`}
        className="size-5"
        tabIndex={-1}
        disabled={run.state === 'running'}
        onClick={(event) => {
          event.stopPropagation()
          onDelete(run)
        }}
      >
        <Trash2 size={11} aria-hidden />
      </IconButton>
    </span>
  )
}
