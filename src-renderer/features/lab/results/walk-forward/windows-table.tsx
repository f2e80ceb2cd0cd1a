import { Badge } from '../../../../components/badge.tsx'
import { type Column, DataTable } from '../../../../components/data-table.tsx'
import { Panel } from '../../../../components/panel.tsx'
import { EmptyState } from '../../../../components/states.tsx'
import { type Tone, toneText } from '../../../../components/tone.ts'
import { formatNumber, formatPercent, NOTHING, toneOf } from '../../../../format/numbers.ts'
import { formatUtc } from '../../../../format/times.ts'
import { formatMetric, metricOf } from '../../../../format/lab-metric.ts'
import { parametersText } from '../parameter-text.ts'
import type { Window } from '../views.ts'
import { keptShare } from './windows.ts'

type WindowsTableProps = { readonly windows: readonly Window[]; readonly onOpen: (runId: string) => void; readonly className?: string }

/** In sample against out of sample, window by window; a row opens the run of its test. */
export function WindowsTable({ windows, onOpen, className = '' }: WindowsTableProps) {
  return (
    <Panel title="Window by window" note="press a window to open the run of its test" className={className}>
      <DataTable
        label="Windows of the walk-forward"
        columns={COLUMNS}
        rows={windows}
        rowKey={({ number }) => String(number)}
        onRowClick={({ testRunId }) => {
          if (testRunId !== null) onOpen(testRunId)
        }}
        empty={<EmptyState title="No windows" detail="The period is too short for a training, a validation and a test." />}
      />
    </Panel>
  )
}

const STATE_TONE: Readonly<Record<Window['state'], Tone>> = { waiting: 'muted', running: 'accent', done: 'up', failed: 'danger' }

const objective = (value: number | null) =>
  value === null ? <span title="Cannot be told: too few days or trades in so short a time">{NOTHING}</span> : formatNumber(value, 2)

const COLUMNS: readonly Column<Window>[] = [
  { key: 'number', title: 'No.', width: 40, align: 'right', sortBy: ({ number }) => number, render: ({ number }) => number + 1 },
  {
    key: 'test',
    title: 'Tested',
    width: 160,
    sortBy: ({ testFromMs }) => testFromMs,
    render: ({ testFromMs, testToMs }) => `${formatUtc(testFromMs, 'date')} to ${formatUtc(testToMs, 'date')}`,
  },
  {
    key: 'state',
    title: 'State',
    width: 70,
    render: ({ state, message }) => (
      <Badge tone={STATE_TONE[state]} {...(message === '' ? {} : { title: message })}>
        {state}
      </Badge>
    ),
  },
  {
    key: 'train',
    title: 'In sample',
    width: 74,
    align: 'right',
    hint: 'Objective of the training’s best',
    sortBy: ({ trainObjective }) => trainObjective,
    render: ({ trainObjective }) => objective(trainObjective),
  },
  {
    key: 'validate',
    title: 'Validated',
    width: 74,
    align: 'right',
    hint: 'Objective of the chosen one in the validation',
    sortBy: ({ validateObjective }) => validateObjective,
    render: ({ validateObjective }) => objective(validateObjective),
  },
  {
    key: 'out',
    title: 'Out of sample',
    width: 90,
    align: 'right',
    hint: 'Objective of the test',
    className: 'font-semibold',
    sortBy: ({ testObjective }) => testObjective,
    render: ({ testObjective }) => objective(testObjective),
  },
  {
    key: 'kept',
    title: 'Kept',
    width: 110,
    align: 'right',
    hint: 'Out of sample ÷ in sample',
    sortBy: keptShare,
    render: (row) => <Kept share={keptShare(row)} />,
  },
  {
    key: 'return',
    title: 'Return',
    width: 74,
    align: 'right',
    sortBy: ({ testMetrics }) => metricOf(testMetrics, 'total_return'),
    render: ({ testMetrics }) => {
      const value = metricOf(testMetrics, 'total_return')
      return <span className={toneText[toneOf(value)]}>{formatMetric('total_return', value)}</span>
    },
  },
  {
    key: 'drawdown',
    title: 'Drawdown',
    width: 74,
    align: 'right',
    sortBy: ({ testMetrics }) => metricOf(testMetrics, 'max_drawdown'),
    render: ({ testMetrics }) => formatMetric('max_drawdown', metricOf(testMetrics, 'max_drawdown')),
  },
  {
    key: 'trades',
    title: 'Trades',
    width: 56,
    align: 'right',
    sortBy: ({ testMetrics }) => metricOf(testMetrics, 'trades'),
    render: ({ testMetrics }) => formatMetric('trades', metricOf(testMetrics, 'trades')),
  },
  {
    key: 'parameters',
    title: 'Chosen parameters',
    width: 240,
    className: 'text-muted',
    render: ({ parameters, message }) => {
      const text = parameters === null ? message : parametersText(parameters)
      return <span title={text}>{text}</span>
    },
  },
]

/** A bar up to the whole of what was there in sample. */
function Kept({ share }: { readonly share: number | null }) {
  if (share === null) return <span title="The training itself had nothing to keep">{NOTHING}</span>
  const look = share >= 0.5 ? 'bg-up' : share > 0 ? 'bg-warn' : 'bg-down'
  return (
    <span className="inline-flex items-center justify-end gap-2">
      <span aria-hidden className="h-1.5 w-12 overflow-hidden rounded-full bg-hover">
        <span className={`block h-full ${look}`} style={{ width: `${Math.min(1, Math.max(0, share)) * 100}%` }} />
      </span>
      {formatPercent(share, { decimals: 0 })}
    </span>
  )
}
