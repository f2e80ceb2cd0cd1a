// What moves the market beside its candles: mood, funding, positioning, order flow and headlines, each with its source and age.
import { useMemo, useState } from 'react'
import { plainError } from '../../bridge/use-command.ts'
import { usePolledQuery } from '../../bridge/use-polled-query.ts'
import { Panel } from '../../components/panel.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { ErrorState, Skeleton } from '../../components/states.tsx'
import { baseOf } from '../../format/instruments.ts'
import { formatDuration } from '../../format/times.ts'
import { useDesk } from '../../stores/desk-store.ts'
import { selectInstrument, useUi } from '../../stores/ui-store.ts'
import { FearGreedGauge } from './fear-greed-gauge.tsx'
import { FlowTable } from './flow-table.tsx'
import { HeadlinesPanel } from './headlines-panel.tsx'
import { HistoryPanel } from './history-panel.tsx'
import { MeasureCard } from './measure-card.tsx'
import { type Choice, type Shown, hasHistory } from './measure-choice.ts'
import { meaningOf } from './measure-format.ts'
import { type ContextSnapshot, sourceOf, tableOf } from './measure-state.ts'
import { FLOW_MEASURES, INSTRUMENT_CARDS, MARKET_CARDS } from './measure-titles.ts'
import { SourcesPanel } from './sources-panel.tsx'
import { useMarketNow } from './use-market-now.ts'

/** How often the page asks while it can be seen. */
export const CONTEXT_INTERVAL_MS = 5000

export function ContextPage() {
  const { value, error, reload } = usePolledQuery('context.snapshot', {}, CONTEXT_INTERVAL_MS)
  return (
    <div className="h-full min-h-0">
      <h1 className="sr-only">Market context</h1>
      {value === null && error !== null && (
        <ErrorState
          error={{ ...error, message: `Market context cannot be shown. ${plainError(error)}: ${error.message}` }}
          onRetry={reload}
        />
      )}
      {value === null && error === null && <Skeleton rows={12} />}
      {value !== null && (
        <div className="flex h-full min-h-0 flex-col">
          {error !== null && (
            <p role="alert" className="flex-none bg-warn-soft px-2 py-1 text-xs text-warn">
              The figures are not current: {plainError(error).toLowerCase()}, {error.message}
            </p>
          )}
          <Context snapshot={value} />
        </div>
      )}
    </div>
  )
}

function Context({ snapshot }: { readonly snapshot: ContextSnapshot }) {
  const instruments = useDesk((desk) => desk.instruments)
  const chosen = useUi((ui) => ui.instrumentId)
  const [selected, setSelected] = useState<string | null>(null)
  const instrument = instruments.find(({ id }) => id === chosen) ?? instruments[0] ?? null
  const table = useMemo(() => tableOf(snapshot.measures), [snapshot])
  const shownOf = (measure: string, instrumentId: string | null): Shown => ({
    measure,
    instrumentId,
    view: table.find(measure, instrumentId),
    source: sourceOf(snapshot.sources, measure),
  })
  const market = MARKET_CARDS.map((measure) => shownOf(measure, null))
  const own = INSTRUMENT_CARDS.map((measure) => shownOf(measure, instrument?.id ?? null))
  const flow = FLOW_MEASURES.map((measure) => shownOf(measure, instrument?.id ?? null))
  // Until something is chosen, the first that has a history to show.
  const all = [...market, ...own, ...flow]
  const first = all.find((shown) => shown.view?.tsMs != null && hasHistory(shown)) ?? all[0]
  const history = all.find(({ measure }) => measure === selected) ?? first
  const choice: Choice = { selected: history?.measure ?? '', onSelect: setSelected }
  return (
    <div className="flex min-h-0 flex-1 gap-px bg-line">
      <div className="flex min-w-0 flex-1 flex-col gap-px">
        <Panel
          title="Market context"
          note="whole market and the chosen symbol"
          className="flex-none"
          scroll={false}
          actions={<SymbolChoice value={instrument?.id ?? ''} />}
        >
          <div className="grid grid-cols-5 gap-px bg-line">
            {market.map((shown) => (
              <MarketCard key={shown.measure} shown={shown} choice={choice} />
            ))}
            {own.map((shown) => (
              <OwnCard key={`${shown.measure} ${shown.instrumentId}`} shown={shown} choice={choice} />
            ))}
          </div>
        </Panel>
        <Panel title="Order flow" note={instrument === null ? undefined : baseOf(instrument.id)} className="max-h-80 flex-none">
          <FlowTable rows={flow} assets={instrument} choice={choice} />
        </Panel>
        <div className="min-h-0 flex-1">
          <SourcesPanel sources={snapshot.sources} />
        </div>
      </div>
      <div className="flex w-88 flex-none flex-col gap-px 2xl:w-120">
        <div className="h-64 flex-none 2xl:h-80">
          {history && <HistoryPanel shown={history} assets={history.instrumentId === null ? null : instrument} />}
        </div>
        <HeadlinesPanel headlines={snapshot.headlines} />
      </div>
    </div>
  )
}

function MarketCard({ shown, choice }: { readonly shown: Shown; readonly choice: Choice }) {
  const gauge = shown.measure === 'fear_greed' ? { extra: <FearGreedGauge index={shown.view?.value ?? null} /> } : {}
  return <MeasureCard shown={shown} assets={null} choice={choice} {...gauge} />
}

function OwnCard({ shown, choice }: { readonly shown: Shown; readonly choice: Choice }) {
  const instrument = useDesk((desk) => desk.instruments.find(({ id }) => id === shown.instrumentId) ?? null)
  const funding = shown.measure === 'funding_rate' ? { remark: <FundingRemark value={shown.view?.value ?? null} /> } : {}
  return <MeasureCard shown={shown} assets={instrument} choice={choice} {...funding} />
}

/** Who pays, and when the next payment is due. */
function FundingRemark({ value }: { readonly value: number | null }) {
  const nextMs = useDesk((desk) => desk.account?.nextFundingMs ?? null)
  const nowMs = useMarketNow()
  return (
    <>
      {meaningOf('funding_rate', value)}
      {nextMs !== null && nextMs > nowMs && `${value === null ? '' : ', '}next in ${formatDuration(nextMs - nowMs)}`}
    </>
  )
}

function SymbolChoice({ value }: { readonly value: string }) {
  const instruments = useDesk((desk) => desk.instruments)
  const options = instruments.map(({ id }) => ({ value: id, title: baseOf(id) }))
  return <Segmented label="Symbol" value={value} options={options} onChange={selectInstrument} />
}
