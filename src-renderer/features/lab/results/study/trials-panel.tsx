import { useMemo, useState } from 'react'
import type { LabMetricId } from '../../../../../src-shared/domain/lab-metric.ts'
import { Badge } from '../../../../components/badge.tsx'
import { Button } from '../../../../components/button.tsx'
import { Panel } from '../../../../components/panel.tsx'
import { EmptyState } from '../../../../components/states.tsx'
import type { Tone } from '../../../../components/tone.ts'
import { type VirtualColumn, VirtualTable } from '../../../../components/virtual-table.tsx'
import { formatNumber, NOTHING } from '../../../../format/numbers.ts'
import { formatDuration } from '../../../../format/times.ts'
import { formatMetric, metricOf, metricSpec, metricTitle } from '../../../../format/lab-metric.ts'
import { formatParameter, labelsOf, stepOf } from '../parameter-text.ts'
import type { Dimension, Study, Trial } from '../views.ts'
import { foldCount } from './fold-words.ts'
import { countStates, countsText, objectiveText } from './trials.ts'

type TrialsPanelProps = { readonly study: Study; readonly onAdopt: (trial: Trial) => void; readonly className?: string }
type Sort = { readonly column: string; readonly descending: boolean }

const METRICS: readonly (readonly [id: LabMetricId, widthPixels: number])[] = [
  ['total_return', 76],
  ['sharpe', 88],
  ['max_drawdown', 98],
  ['trades', 62],
]
const STATE_TONE: Readonly<Record<Trial['state'], Tone>> = { running: 'accent', done: 'up', pruned: 'muted', failed: 'danger' }

/** Every trial with its parameters as columns. */
export function TrialsPanel({ study, onAdopt, className = '' }: TrialsPanelProps) {
  const [sort, setSort] = useState<Sort>({ column: 'objective', descending: true })
  const columns = useMemo(() => columnsOf(study, onAdopt), [study, onAdopt])
  const rows = useMemo(() => sortTrials(study.trials, sort), [study.trials, sort])
  return (
    <Panel title="Trials" note={countsText(countStates(study.trials))} scroll={false} className={className}>
      {rows.length === 0 ? (
        <EmptyState title="No trial yet" detail="The first ones appear a few seconds after the search has begun." />
      ) : (
        <VirtualTable
          label="Trials"
          columns={columns}
          rows={rows}
          rowKey={({ number }) => String(number)}
          sort={sort}
          onSort={(column) => setSort({ column, descending: sort.column === column ? !sort.descending : true })}
          onOpen={() => null}
          selectedKey={study.best === null ? null : String(study.best)}
        />
      )}
    </Panel>
  )
}

function columnsOf(study: Study, onAdopt: (trial: Trial) => void): readonly VirtualColumn<Trial, string>[] {
  const labelOf = labelsOf(study.dimensions.map(({ name }) => name))
  const parameters = study.dimensions.map((dimension): VirtualColumn<Trial, string> => ({
    key: `p ${dimension.name}`,
    title: labelOf(dimension.name),
    hint: titleOf(dimension),
    widthPixels: Math.max(72, 22 + labelOf(dimension.name).length * 5.8),
    grow: 0.5,
    align: 'right',
    render: ({ parameters: values }) => formatParameter(values[dimension.name], stepOf(dimension)),
  }))
  const metrics = METRICS.map(([id, widthPixels]): VirtualColumn<Trial, string> => ({
    key: `m ${id}`,
    title: metricTitle(id),
    hint: metricSpec(id).formula,
    widthPixels,
    align: 'right',
    render: ({ metrics: values }) => formatMetric(id, metricOf(values, id)),
  }))
  return [
    {
      key: 'number',
      title: 'Trial',
      widthPixels: 56,
      align: 'right',
      render: ({ number }) => `${number === study.best ? '★ ' : ''}${number}`,
    },
    { key: 'state', title: 'State', widthPixels: 70, render: (trial) => <State trial={trial} /> },
    {
      key: 'adopt',
      title: '',
      header: <span className="tw-sr-only">Adopt</span>,
      widthPixels: 76,
      render: (trial) => <Adopt trial={trial} onAdopt={onAdopt} />,
    },
    {
      key: 'objective',
      title: 'Objective',
      hint: objectiveText(study.spec),
      widthPixels: 80,
      align: 'right',
      render: ({ objective }) => (objective === null ? NOTHING : formatNumber(objective, 3)),
    },
    ...(foldCount(study.spec) === null ? [] : [SPREAD]),
    ...parameters,
    ...metrics,
    {
      key: 'seconds',
      title: 'Took',
      widthPixels: 60,
      align: 'right',
      render: ({ seconds }) => (seconds === null ? NOTHING : tookText(seconds)),
    },
    { key: 'worker', title: 'Worker', widthPixels: 80, grow: 0.5, render: ({ worker }) => <span title={worker}>{worker}</span> },
  ]
}

const SPREAD: VirtualColumn<Trial, string> = {
  key: 'spread',
  title: 'Spread',
  hint: 'Standard deviation of the objective over the folds. The figures to the right are means of the folds',
  widthPixels: 70,
  align: 'right',
  render: ({ spread }) => (spread === null ? NOTHING : formatNumber(spread, 3)),
}

const titleOf = ({ name, title, unit }: Dimension): string => `${title} (${name}${unit === '' ? '' : `, ${unit}`})`

const State = ({ trial: { state, message } }: { readonly trial: Trial }) => (
  <Badge tone={STATE_TONE[state]} {...(message === '' ? {} : { title: message })}>
    {state}
  </Badge>
)

function Adopt({ trial, onAdopt }: { readonly trial: Trial; readonly onAdopt: (trial: Trial) => void }) {
  if (trial.state !== 'done') return null
  return (
    <Button
      tone="quiet"
      className="h-5 text-accent"
      aria-label={`Adopt the parameters of trial ${trial.number}`}
      onClick={() => onAdopt(trial)}
    >
      Adopt…
    </Button>
  )
}

/** A new array in the wanted order; what is not known goes last either way. */
export function sortTrials(trials: readonly Trial[], { column, descending }: Sort): readonly Trial[] {
  const sign = descending ? -1 : 1
  return trials
    .map((trial) => ({ trial, key: keyOf(trial, column) }))
    .toSorted((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null)
      if (a.key === b.key) return a.trial.number - b.trial.number
      return a.key < b.key ? -sign : sign
    })
    .map(({ trial }) => trial)
}

/** Most trials take less than a second. */
const tookText = (seconds: number): string => (seconds < 10 ? `${formatNumber(seconds, 2)}s` : formatDuration(seconds * 1000))

function keyOf(trial: Trial, column: string): number | string | null {
  if (column.startsWith('p ')) return trial.parameters[column.slice(2)] ?? null
  if (column.startsWith('m ')) return trial.metrics[column.slice(2)] ?? null
  switch (column) {
    case 'objective':
      return trial.objective
    case 'spread':
      return trial.spread
    case 'seconds':
      return trial.seconds
    case 'state':
      return trial.state
    case 'worker':
      return trial.worker
    default:
      return trial.number
  }
}
