import { useMemo } from 'react'
import { useRunSource } from '../../bridge/run-context.ts'
import { useComposedQuery } from '../../bridge/use-composed-query.ts'
import { evidenceCss } from '../../charts/evidence-shapes.ts'
import { TraceChart } from '../../charts/trace-chart.tsx'
import { Panel } from '../../components/panel.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { symbolOf } from '../../format/instruments.ts'
import { formatPrice } from '../../format/numbers.ts'
import { formatUtc } from '../../format/times.ts'
import { useDesk } from '../../stores/desk-store.ts'
import type { Detail } from './detail.ts'
import { overlayOf, SIGNAL_VALUES } from './trace-evidence.ts'
import { readTraceMarket, type TraceMarket, traceChartData } from './trace-market.ts'
import type { EvidenceControl } from './use-evidence-choice.ts'

type TraceChartPanelProps = {
  readonly detail: Detail
  readonly tickSize: string
  readonly evidence: EvidenceControl
  readonly className?: string
}

/** The market around the decision. The engine answers for it, or the lab for a run: without them the rest of the story still stands. */
export function TraceChartPanel({ detail, tickSize, evidence, className = '' }: TraceChartPanelProps) {
  const { trace, roundTrip, signalOutcome } = detail
  // An engine that has come back is asked again.
  const engine = useDesk((desk) => `${desk.host?.state} ${desk.host?.restarts}`)
  const features = evidence.drawables.flatMap((drawable) => drawable.features)
  const guessed = evidence.drawables.some(({ voter }) => voter === SIGNAL_VALUES)
  const source = useRunSource()
  const key = `${trace.id} ${roundTrip?.closedMs ?? ''} ${signalOutcome?.endedMs ?? ''} ${source?.venue ?? engine}`
  const market = useComposedQuery(key, async (bridge) => {
    if (source !== null && source.venue === null) return { ok: false, error: source.error ?? VENUE_UNKNOWN }
    const venue = source?.venue ?? null
    const wanted = { features: [...new Set(features)], guessed, ...(venue === null ? {} : { venue }) }
    const read = await readTraceMarket(bridge, detail, wanted)
    return read.ok ? { ok: true, value: { decisionId: trace.id, market: read.value } } : read
  })
  const isWaiting = market.loading || (source !== null && source.venue === null && source.error === null)
  const current = market.value?.decisionId === trace.id ? market.value.market : null
  return (
    <Panel
      title={`${symbolOf(trace.instrumentId)} ${trace.timeframe}`}
      label="Chart around the decision"
      scroll={false}
      className={className}
    >
      <div className="flex h-full flex-col">
        <Legend evidence={evidence} series={current?.series ?? null} />
        <div className="min-h-0 flex-1">
          {current ? (
            <Drawn detail={detail} market={current} tickSize={tickSize} evidence={evidence} />
          ) : market.error && !isWaiting ? (
            <ErrorState error={market.error} onRetry={market.reload} />
          ) : (
            <Skeleton rows={6} />
          )}
        </div>
      </div>
    </Panel>
  )
}

const VENUE_UNKNOWN = { code: 'not_found', message: 'The report of the run does not say whose candles it was made with.' } as const

type DrawnProps = Omit<TraceChartPanelProps, 'className'> & { readonly market: TraceMarket }

function Drawn({ detail, market, tickSize, evidence }: DrawnProps) {
  const data = useMemo(() => traceChartData(detail, market, tickSize), [detail, market, tickSize])
  const { drawables, shown } = evidence
  const overlay = useMemo(() => overlayOf(drawables, shown, market.series), [drawables, shown, market.series])
  if (market.candles.openTimeMs.length === 0) return <EmptyState title="No candles" detail="Nobody holds candles of this time any more." />
  const levels = data.levels.map((level) => `${level.label} ${formatPrice(level.price, { tickSize })}`).join(', ')
  const first = formatUtc(market.candles.openTimeMs[0], 'minute')
  const last = formatUtc(market.candles.openTimeMs.at(-1), 'minute')
  const seen = shown.voters.length === 0 ? 'no evidence' : `the evidence of ${shown.voters.join(', ')}`
  return (
    <TraceChart
      data={data}
      shown={overlay}
      summary={`Candles from ${first} to ${last} UTC with ${levels}, and ${detail.fills.length} fills; ${seen}`}
    />
  )
}

type LegendProps = { readonly evidence: EvidenceControl; readonly series: TraceMarket['series'] | null }

/** One switch per voter that has something to show. Features the engine does not answer for are named. */
function Legend({ evidence: { drawables, switchedOn, toggle, showAll }, series }: LegendProps) {
  if (drawables.length === 0)
    return <p className="flex-none border-b border-line px-2 py-0.5 text-xs text-muted">The voters of this signal left nothing to draw.</p>
  const isAll = switchedOn.voters.length === drawables.length
  return (
    <div
      role="group"
      aria-label="Evidence on the chart"
      className="flex flex-none flex-wrap items-center gap-1 border-b border-line px-1.5 py-1"
    >
      <button
        type="button"
        aria-pressed={isAll}
        onClick={showAll}
        className={`${CHIP} ${isAll ? 'border-edge bg-raised text-fg' : 'border-line text-muted'}`}
      >
        all
      </button>
      {drawables.map(({ voter, color, items, features }) => {
        const on = switchedOn.voters.includes(voter)
        const missing = series === null ? [] : features.filter((name) => !series.has(name))
        const what = [...items.map((item) => item.label), ...features].join(', ')
        return (
          <button
            key={voter}
            type="button"
            aria-pressed={on}
            title={missing.length > 0 && voter !== SIGNAL_VALUES ? `${what}; the engine has no ${missing.join(', ')}` : what}
            onClick={() => toggle(voter)}
            className={chipLook(on)}
          >
            <span aria-hidden className="size-2 rounded-xs" style={{ background: on ? evidenceCss(color) : 'var(--edge)' }} />
            {voter}
          </button>
        )
      })}
    </div>
  )
}

const CHIP = 'inline-flex h-4.5 items-center gap-1 rounded-sm border px-1.5 text-2xs'
const chipLook = (on: boolean): string => `${CHIP} ${on ? 'border-edge bg-raised text-fg' : 'border-line text-muted line-through'}`
