import { useState } from 'react'
import { useQuery } from '../../../../bridge/use-query.ts'
import { Panel } from '../../../../components/panel.tsx'
import { SelectField } from '../../../../components/select-field.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../../../components/states.tsx'
import { formatNumber } from '../../../../format/numbers.ts'
import { formatParameter, labelsOf, stepFor } from '../parameter-text.ts'
import type { Study } from '../views.ts'
import { HeatMapDrawing, type PointedCell } from './heat-map.tsx'
import { plateauSaid } from './plateau-words.ts'
import { bestTrial } from './trials.ts'

/** The objective over two parameters around the best set: broad is good, narrow is luck. */
export function HeatMapPanel({ study, className = '' }: { readonly study: Study; readonly className?: string }) {
  const byImportance = study.dimensions.toSorted((a, b) => (b.importance ?? -1) - (a.importance ?? -1))
  const [x, setX] = useState(byImportance[0]?.name ?? '')
  const [y, setY] = useState(byImportance[1]?.name ?? '')
  if (study.dimensions.length < 2)
    return (
      <Panel title="Heat map" scroll={false} className={className}>
        <EmptyState title="One parameter only" detail="A map needs two; the picture above shows the one." />
      </Panel>
    )
  const labelOf = labelsOf(study.dimensions.map(({ name }) => name))
  const options = study.dimensions.map(({ name }) => ({ value: name, title: labelOf(name) }))
  const swap = (other: string, setOther: (name: string) => void, before: string) => (name: string) => {
    if (name === other) setOther(before)
    return name
  }
  return (
    <Panel
      title="Heat map"
      scroll={false}
      className={className}
      actions={
        <>
          <SelectField label="Across" value={x} options={options} onChange={(name) => setX(swap(y, setY, x)(name))} />
          <span className="text-xs text-muted">×</span>
          <SelectField label="Upwards" value={y} options={options} onChange={(name) => setY(swap(x, setX, y)(name))} />
        </>
      }
    >
      <Map study={study} x={x} y={y} />
    </Panel>
  )
}

function Map({ study, x, y }: { readonly study: Study; readonly x: string; readonly y: string }) {
  const { value, error, loading, reload } = useQuery('lab.run.heatMap', { runId: study.run.id, x, y })
  const [pointed, setPointed] = useState<PointedCell | null>(null)
  const map = value?.x === x && value.y === y ? value : null
  if (!map) return error && !loading ? <ErrorState error={error} onRetry={reload} /> : <Skeleton rows={8} />
  const known = map.cells.flat().filter((cell) => cell !== null)
  if (known.length === 0) return <EmptyState title="Nothing was tried here yet" detail="Cells fill as trials finish." />
  const step = (name: string) => stepFor(name, study.dimensions)
  const labelOf = labelsOf(study.dimensions.map(({ name }) => name))
  const said = plateauSaid(study.plateau, bestTrial(study)?.objective ?? null)
  return (
    <div className="flex h-full flex-col">
      <div className="min-h-0 flex-1">
        <HeatMapDrawing map={map} onPoint={setPointed} stepX={step(x)} stepY={step(y)} labelOf={labelOf} />
      </div>
      <p className="min-h-9 flex-none border-t border-line px-2 py-1 text-xs">
        {pointed === null ? (
          <>
            ★ holds the best trial; a cell of several trials shows their mean.{' '}
            <b className="font-semibold">{said.figure === '—' ? 'Plateau or peak: unknown.' : `${said.figure}.`}</b> {said.sentence}
          </>
        ) : (
          <>
            {labelOf(x)} {formatParameter(pointed.x, step(x))}, {labelOf(y)} {formatParameter(pointed.y, step(y))}:{' '}
            <b>{pointed.value === null ? 'not tried' : formatNumber(pointed.value, 3)}</b>
          </>
        )}
      </p>
    </div>
  )
}
