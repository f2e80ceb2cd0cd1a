// Cross-validation: for each fold, what was chosen without it and what that scored in it.
import { useMemo } from 'react'
import { type Column, DataTable } from '../../../../components/data-table.tsx'
import { Panel } from '../../../../components/panel.tsx'
import { formatNumber, NOTHING } from '../../../../format/numbers.ts'
import { formatUtc } from '../../../../format/times.ts'
import { parametersText } from '../parameter-text.ts'
import { SaidFigure } from '../said-figure.tsx'
import { StabilityPanel } from '../stability-panel.tsx'
import type { Study } from '../views.ts'
import { type CrossValidation, crossValidatedSaid, samplerRemark } from './fold-words.ts'
import { objectiveText } from './trials.ts'

type Fold = CrossValidation['folds'][number] & { readonly number: number }
type FoldsPanelProps = { readonly study: Study; readonly crossValidation: CrossValidation }

export function FoldsPanel({ study, crossValidation }: FoldsPanelProps) {
  const { folds, stability } = crossValidation
  const rows = useMemo(() => folds.map((fold, at) => ({ ...fold, number: at + 1 })), [folds])
  const ranges = useMemo(() => new Map(study.dimensions.map((dimension) => [dimension.name, dimension])), [study.dimensions])
  const remark = samplerRemark(study.spec)
  return (
    <>
      <Panel
        title="Cross-validated, out of sample"
        note={`${objectiveText(study.spec)}, with purge and embargo between them`}
        scroll={false}
      >
        <div className="grid @4xl:grid-cols-[2fr_3fr]">
          <div className="border-line @4xl:border-r">
            <SaidFigure title="Score of what was chosen without the fold" said={crossValidatedSaid(crossValidation)} />
            {remark !== null && <p className="px-2 pb-2 text-xs text-warn">{remark}</p>}
          </div>
          <div className="min-w-0 overflow-x-auto">
            <DataTable label="Folds" columns={COLUMNS} rows={rows} rowKey={({ number }) => String(number)} />
          </div>
        </div>
      </Panel>
      <StabilityPanel stability={stability} ranges={ranges} of="fold" />
    </>
  )
}

const score = (value: number | null) =>
  value === null ? <span title="Cannot be told: too few days or trades in this fold">{NOTHING}</span> : formatNumber(value, 3)

const COLUMNS: readonly Column<Fold>[] = [
  { key: 'number', title: 'Fold', width: 40, align: 'right', sortBy: ({ number }) => number, render: ({ number }) => number },
  {
    key: 'held',
    title: 'Time',
    width: 150,
    sortBy: ({ fromMs }) => fromMs,
    render: ({ fromMs, toMs }) => `${formatUtc(fromMs, 'date')} to ${formatUtc(toMs, 'date')}`,
  },
  {
    key: 'chosen',
    title: 'Chosen',
    width: 56,
    align: 'right',
    hint: 'The trial that is best in the other folds',
    sortBy: ({ chosen }) => chosen,
    render: ({ chosen }) => chosen ?? NOTHING,
  },
  {
    key: 'in',
    title: 'In the others',
    width: 76,
    align: 'right',
    hint: 'Its mean over the other folds: what it was chosen by',
    sortBy: ({ inSample }) => inSample,
    render: ({ inSample }) => score(inSample),
  },
  {
    key: 'out',
    title: 'Held out',
    width: 72,
    align: 'right',
    hint: 'What it scored in this fold, which had no part in choosing it',
    className: 'font-semibold',
    sortBy: ({ outOfSample }) => outOfSample,
    render: ({ outOfSample }) => score(outOfSample),
  },
  {
    key: 'best',
    title: 'Best overall',
    width: 76,
    align: 'right',
    hint: 'What the trial that is best over all folds, this one among them, scored here',
    sortBy: ({ best }) => best,
    render: ({ best }) => score(best),
  },
  {
    key: 'median',
    title: 'Middle',
    width: 60,
    align: 'right',
    hint: 'What the trial in the middle scored here: choosing at random gets as much',
    sortBy: ({ median }) => median,
    render: ({ median }) => score(median),
  },
  {
    key: 'parameters',
    title: 'Chosen parameters',
    width: 160,
    className: 'text-muted',
    render: ({ parameters }) => {
      const text = parameters === null ? NOTHING : parametersText(parameters)
      return <span title={text}>{text}</span>
    },
  },
]
