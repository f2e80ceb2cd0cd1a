import { useMemo } from 'react'
import { useComposedQuery } from '../../bridge/use-composed-query.ts'
import { lineCss, TraceChart } from '../../charts/trace-chart.tsx'
import { Panel } from '../../components/panel.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { symbolOf } from '../../format/instruments.ts'
import { formatPrice } from '../../format/numbers.ts'
import { formatUtc } from '../../format/times.ts'
import { useDesk } from '../../stores/desk-store.ts'
import type { Detail } from './detail.ts'
import { readTraceMarket, type TraceMarket, traceChartData } from './trace-chart-data.ts'

type TraceChartPanelProps = { readonly detail: Detail; readonly tickSize: string; readonly className?: string }

/** The market around the decision. The engine answers for it: without the engine the rest of the story still stands. */
export function TraceChartPanel({ detail, tickSize, className = '' }: TraceChartPanelProps) {
  const { trace, roundTrip } = detail
  // An engine that has come back is asked again.
  const engine = useDesk((desk) => `${desk.host?.state} ${desk.host?.restarts}`)
  const market = useComposedQuery(`${trace.id} ${roundTrip?.closedMs ?? ''} ${engine}`, async (bridge) => {
    const read = await readTraceMarket(bridge, detail)
    return read.ok ? { ok: true, value: { decisionId: trace.id, market: read.value } } : read
  })
  const current = market.value?.decisionId === trace.id ? market.value.market : null
  return (
    <Panel
      title={`${symbolOf(trace.instrumentId)} ${trace.timeframe}`}
      label="Chart around the decision"
      note={<Legend lines={current?.lines ?? []} />}
      scroll={false}
      className={className}
    >
      {current ? (
        <Drawn detail={detail} market={current} tickSize={tickSize} />
      ) : market.error && !market.loading ? (
        <ErrorState error={market.error} onRetry={market.reload} />
      ) : (
        <Skeleton rows={6} />
      )}
    </Panel>
  )
}

function Drawn({ detail, market, tickSize }: { readonly detail: Detail; readonly market: TraceMarket; readonly tickSize: string }) {
  const data = useMemo(() => traceChartData(detail, market, tickSize), [detail, market, tickSize])
  if (market.candles.openTimeMs.length === 0)
    return <EmptyState title="No candles" detail="The engine holds no candles of this time any more." />
  const levels = data.levels.map((level) => `${level.label} ${formatPrice(level.price, { tickSize })}`).join(', ')
  const first = formatUtc(market.candles.openTimeMs[0], 'minute')
  const last = formatUtc(market.candles.openTimeMs.at(-1), 'minute')
  return <TraceChart data={data} summary={`Candles from ${first} to ${last} UTC with ${levels}, and ${detail.fills.length} fills`} />
}

function Legend({ lines }: { readonly lines: TraceMarket['lines'] }) {
  return (
    <span className="flex gap-3">
      {lines.map((line, index) => (
        <span key={line.name} className="inline-flex items-center gap-1">
          <span aria-hidden className="inline-block h-0.5 w-3" style={{ background: lineCss(index) }} />
          {line.name}
        </span>
      ))}
    </span>
  )
}
