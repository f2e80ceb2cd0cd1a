import { Tooltip } from '@base-ui/react/tooltip'
import type { ReactNode } from 'react'
import type { LabMetricId } from '../../../../src-shared/domain/lab-metric.ts'
import { toneText } from '../../../components/tone.ts'
import { formatMetric, metricOf, metricSpec, metricTitle, metricTone, metricUnit } from '../../../format/lab-metric.ts'
import type { Metrics } from './views.ts'

const BETTER = { more: 'More is better.', less: 'Less is better.', neither: '' } as const

/** The formula of a figure, under the pointer and under the keyboard's focus. */
export function MetricFormula({
  id,
  children,
  className = '',
}: {
  readonly id: LabMetricId
  readonly children: ReactNode
  readonly className?: string
}) {
  const { title, formula, better } = metricSpec(id)
  return (
    <Tooltip.Root>
      <Tooltip.Trigger
        delay={200}
        aria-description={`${formula}. ${BETTER[better]}`}
        className={`min-w-0 cursor-help text-left outline-offset-[-2px] ${className}`}
      >
        {children}
      </Tooltip.Trigger>
      {/* Within the page's landmark, where a screen reader looks for it. */}
      <Tooltip.Portal container={document.querySelector('main') ?? document.body}>
        <Tooltip.Positioner sideOffset={6} positionMethod="fixed" className="z-50">
          <Tooltip.Popup className="tw-pop max-w-80 px-2 py-1.5 text-xs">
            <p className="font-semibold">
              {title}
              {metricUnit(id) !== null && <span className="font-normal text-muted"> in {metricUnit(id)}</span>}
            </p>
            <p className="mt-0.5">{formula}</p>
            {better !== 'neither' && <p className="mt-0.5 text-muted">{BETTER[better]}</p>}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}

type FigureProps = { readonly id: LabMetricId; readonly metrics: Metrics; readonly detail?: ReactNode }

/** A headline: the figure under its name. */
export function HeadlineFigure({ id, metrics, detail }: FigureProps) {
  const value = metricOf(metrics, id)
  return (
    <MetricFormula id={id} className="flex flex-col bg-panel px-2 py-1.5 hover:bg-raised">
      <span className="truncate text-2xs text-muted">{metricTitle(id)}</span>
      <span className={`truncate text-lg font-semibold ${toneText[metricTone(id, value)]}`}>{formatMetric(id, value)}</span>
      <span className="min-h-3.5 truncate text-2xs text-muted">{detail}</span>
    </MetricFormula>
  )
}

/** A line in a list of figures. */
export function FigureLine({ id, metrics }: FigureProps) {
  const value = metricOf(metrics, id)
  return (
    <li className="border-b border-line last:border-0">
      <MetricFormula id={id} className="flex h-6 w-full items-center justify-between gap-2 px-2 hover:bg-raised">
        <span className="truncate text-xs text-muted">{metricTitle(id)}</span>
        <span className={`flex-none text-sm font-medium ${toneText[metricTone(id, value)]}`}>{formatMetric(id, value)}</span>
      </MetricFormula>
    </li>
  )
}
