// The history of the chosen measure over a day, a week or a month of market time. Only what a source gives has one.
import { useCallback, useState } from 'react'
import { plainError } from '../../bridge/use-command.ts'
import { useQuery } from '../../bridge/use-query.ts'
import { MeasureChart } from '../../charts/measure-chart.tsx'
import { Panel } from '../../components/panel.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { symbolOf } from '../../format/instruments.ts'
import { DAY_MS } from './measure-card.tsx'
import { type Shown, hasHistory } from './measure-choice.ts'
import { type Assets, formatMeasure } from './measure-format.ts'
import { titleOf } from './measure-titles.ts'

const RANGES = [
  { value: 'day', title: '1d', hint: 'Last 24 hours', lengthMs: DAY_MS },
  { value: 'week', title: '7d', hint: 'Last 7 days', lengthMs: 7 * DAY_MS },
  { value: 'month', title: '30d', hint: 'Last 30 days', lengthMs: 30 * DAY_MS },
] as const
type RangeName = (typeof RANGES)[number]['value']
const POINTS_MAX = 600

type HistoryProps = { readonly shown: Shown; readonly assets: Assets | null }

export function HistoryPanel({ shown, assets }: HistoryProps) {
  const [range, setRange] = useState<RangeName>('week')
  const whose = shown.instrumentId === null ? 'whole market' : symbolOf(shown.instrumentId)
  return (
    <Panel
      title={titleOf(shown.measure)}
      note={whose}
      label="History"
      scroll={false}
      className="h-full"
      actions={hasHistory(shown) && <Segmented label="Range" value={range} options={RANGES} onChange={setRange} />}
    >
      <History key={`${shown.measure} ${shown.instrumentId}`} shown={shown} assets={assets} range={range} />
    </Panel>
  )
}

function History({ shown, assets, range }: HistoryProps & { readonly range: RangeName }) {
  if (!hasHistory(shown)) return <EmptyState title="The history of this figure is not kept." />
  const toMs = shown.view?.tsMs ?? null
  if (toMs === null) return <EmptyState title={`No ${titleOf(shown.measure)} yet`} detail="There never was a value in this market." />
  return <HistoryUntil shown={shown} assets={assets} range={range} toMs={toMs} />
}

function HistoryUntil({ shown, assets, range, toMs }: HistoryProps & { readonly range: RangeName; readonly toMs: number }) {
  const { measure, instrumentId } = shown
  const unit = shown.view?.unit ?? ''
  const { lengthMs, hint } = RANGES.find(({ value }) => value === range) ?? RANGES[1]
  const history = useQuery('context.history', { measure, instrumentId, fromMs: toMs - lengthMs, toMs, pointsMax: POINTS_MAX })
  const format = useCallback((value: number) => formatMeasure({ measure, unit }, value, assets), [measure, unit, assets])
  if (history.error)
    return (
      <ErrorState
        error={{ ...history.error, message: `${plainError(history.error)}: ${history.error.message}` }}
        onRetry={history.reload}
      />
    )
  if (history.value === null) return <Skeleton rows={5} />
  if (history.value.length < 2) return <EmptyState title="Too early for a curve" detail={`${hint}: ${history.value.length} values.`} />
  const last = history.value.at(-1)?.value ?? null
  const summary = `${titleOf(measure)}, ${hint.toLowerCase()}: ${history.value.length} values, now ${formatMeasure({ measure, unit }, last, assets)}`
  return <MeasureChart points={history.value} format={format} summary={summary} />
}
