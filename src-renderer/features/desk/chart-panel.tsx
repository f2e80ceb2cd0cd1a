import { useShallow } from 'zustand/react/shallow'
import { TIMEFRAMES, utcDayMs } from '../../../src-shared/domain/time.ts'
import { useQuery } from '../../bridge/use-query.ts'
import { Skeleton } from '../../components/states.tsx'
import { toneText } from '../../components/tone.ts'
import { baseOf, symbolOf } from '../../format/instruments.ts'
import { formatPercent, formatPrice, toneOf } from '../../format/numbers.ts'
import type { Instrument } from '../../stores/desk-state.ts'
import { useDesk } from '../../stores/desk-store.ts'
import { selectInstrument, selectTimeframe, useUi } from '../../stores/ui-store.ts'
import { ChartView } from './chart-view.tsx'
import { IndicatorPicker } from './indicator-picker.tsx'
import { LayersMenu } from './layers-menu.tsx'

/** Whether what the chart shows can still be called the market. */
const useStale = (): boolean => useDesk(({ connected, feed }) => !connected || feed?.state === 'stale' || feed?.state === 'failed')

export function ChartPanel() {
  const instruments = useDesk((desk) => desk.instruments)
  const chosen = useUi((ui) => ui.instrumentId)
  const timeframe = useUi((ui) => ui.timeframe)
  const stale = useStale()
  const instrument = instruments.find((candidate) => candidate.id === chosen) ?? instruments[0]
  return (
    <section aria-label="Chart" className="flex h-full min-h-0 flex-col bg-panel">
      <div className="flex h-9 flex-none items-stretch gap-2 border-b border-line">
        <div role="tablist" aria-label="Symbols" className="flex min-w-0 flex-1 items-stretch overflow-x-auto">
          {instruments.map((candidate) => (
            <InstrumentTab key={candidate.id} instrument={candidate} active={candidate.id === instrument?.id} />
          ))}
        </div>
        <div className="flex flex-none items-center gap-1 pr-2">
          <TimeframeButtons />
          <LayersMenu />
          {instrument && <IndicatorPicker instrumentId={instrument.id} timeframe={timeframe} />}
        </div>
      </div>
      <div className="min-h-0 flex-1">
        {instrument ? (
          <ChartView key={`${instrument.id} ${timeframe}`} instrument={instrument} timeframe={timeframe} stale={stale} />
        ) : (
          <Skeleton rows={10} />
        )}
      </div>
    </section>
  )
}

function InstrumentTab({ instrument, active }: { readonly instrument: Instrument; readonly active: boolean }) {
  const price = useDesk((desk) => desk.lastPrices[instrument.id] ?? null)
  const dayMs = useDesk((desk) => (desk.marketMs === null ? null : utcDayMs(desk.marketMs)))
  const { held, working } = useDesk(
    useShallow((desk) => ({
      held: desk.positions.find((position) => position.instrumentId === instrument.id)?.side ?? null,
      working: desk.orders.some((order) => order.instrumentId === instrument.id && order.state === 'unknown'),
    })),
  )
  const day = useQuery('candles.history', { instrumentId: instrument.id, timeframe: '1d', beforeMs: dayMs, limit: 1 })
  const open = day.value?.close.at(-1) ?? null
  const change = price === null || open === null ? null : price / open - 1
  return (
    <button
      type="button"
      role="tab"
      aria-selected={active}
      title={`${instrument.id} on ${instrument.venue}. Change since 00:00 UTC.`}
      onClick={() => selectInstrument(instrument.id)}
      className={`flex flex-none items-center gap-2 border-r border-line px-3 text-sm ${active ? 'bg-raised shadow-[inset_0_-2px_0_var(--accent)]' : 'text-muted hover:bg-raised'}`}
    >
      <span className="flex items-center gap-1 font-semibold">
        {baseOf(instrument.id)}
        {held !== null && (
          <span
            className={`size-1.5 rounded-full ${held === 'long' ? 'bg-up' : 'bg-down'}`}
            title={`Open ${held} in ${symbolOf(instrument.id)}`}
          />
        )}
        {working && <span className="size-1.5 rounded-full bg-warn" title="An order here has an unknown outcome" />}
      </span>
      <span className="w-18 text-right">{formatPrice(price, instrument)}</span>
      <span className={`w-13 text-right text-xs ${toneText[toneOf(change)]}`}>{formatPercent(change, { sign: true })}</span>
    </button>
  )
}

function TimeframeButtons() {
  const chosen = useUi((ui) => ui.timeframe)
  return (
    <div role="group" aria-label="Timeframe" className="flex">
      {TIMEFRAMES.map((timeframe) => (
        <button
          key={timeframe}
          type="button"
          aria-pressed={timeframe === chosen}
          onClick={() => selectTimeframe(timeframe)}
          className={`h-6 min-w-8 rounded-sm px-1.5 text-xs ${timeframe === chosen ? 'bg-accent-soft font-semibold text-accent' : 'text-muted hover:bg-hover hover:text-fg'}`}
        >
          {timeframe}
        </button>
      ))}
    </div>
  )
}
