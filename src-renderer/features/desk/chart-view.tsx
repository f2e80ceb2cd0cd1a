// One candle chart for one instrument and timeframe: made when mounted, disposed when not.
// Data go past React: the chart listens to the candle bus, the legend is written straight into its element.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { navigate } from 'wouter/use-hash-location'
import type { BridgeError } from '../../../src-shared/bridge/contract.ts'
import type { Timeframe } from '../../../src-shared/domain/time.ts'
import { useBridge } from '../../bridge/context.tsx'
import { plainError } from '../../bridge/use-command.ts'
import { CandleChart, type Hover } from '../../charts/candle-chart.ts'
import { ChartLayers, type LayerName } from '../../charts/candle-chart-layers.ts'
import { PositionLines } from '../../charts/candle-chart-position.ts'
import type { Bar } from '../../charts/candle-chart-window.ts'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { decimalsOf, formatCompact, formatNumber, formatPercent } from '../../format/numbers.ts'
import { regimeCss, regimeTitle } from '../../charts/regime-runs.ts'
import { candleBus } from '../../stores/candle-bus.ts'
import type { Instrument } from '../../stores/desk-state.ts'
import { deskStore, useDesk } from '../../stores/desk-store.ts'
import { notify } from '../../stores/notices.ts'
import { openDialog, selectRegimes, showProfile, useUi } from '../../stores/ui-store.ts'
import { exitIdOf, markersOf, positionLinesOf } from './chart-data.ts'
import { MarkerTip } from './marker-tip.tsx'

type ChartViewProps = { readonly instrument: Instrument; readonly timeframe: Timeframe; readonly stale: boolean }
type State = { readonly kind: 'loading' | 'ready' | 'empty' } | { readonly kind: 'error'; readonly error: BridgeError }
type Made = { readonly chart: CandleChart; readonly lines: PositionLines; readonly layers: ChartLayers }
type Tip = { readonly id: string; readonly x: number; readonly y: number }

export function ChartView({ instrument, timeframe, stale }: ChartViewProps) {
  const legend = useRef<HTMLDivElement>(null)
  const [state, setState] = useState<State>({ kind: 'loading' })
  const [tip, setTip] = useState<Tip | null>(null)
  const [regimes, setRegimes] = useState<readonly string[]>([])
  const { made, attach } = useChart({ legend, instrument, timeframe, setState, setTip, setRegimes })
  useOverlays(made, instrument.id)
  return (
    <div className="relative h-full min-h-0">
      <div
        ref={attach}
        role="img"
        aria-label={`Candles of ${instrument.id}, ${timeframe}`}
        className={`h-full transition-[filter,opacity] ${stale ? 'opacity-60 grayscale' : ''}`}
      />
      <div
        ref={legend}
        className="pointer-events-none absolute top-1.5 left-2 z-10 flex gap-2.5 rounded-sm bg-panel/80 px-1 text-xs text-muted"
        aria-hidden
      />
      <RegimeLegend regimes={regimes} />
      <span className="pointer-events-none absolute right-8 bottom-1.5 z-10 text-xs text-muted">UTC</span>
      {state.kind === 'ready' && (
        <button
          type="button"
          className="absolute right-22 bottom-9 z-10 rounded-sm bg-raised/80 px-1.5 text-xs text-muted hover:text-fg"
          title="Newest candle"
          onClick={() => made?.chart.goToLatest()}
        >
          »
        </button>
      )}
      <ChartState state={state} onRetry={() => void made?.chart.reload()} />
      {tip && <MarkerTip id={tip.id} x={tip.x} y={tip.y} />}
    </div>
  )
}

function ChartState({ state, onRetry }: { readonly state: State; readonly onRetry: () => void }) {
  if (state.kind === 'ready') return null
  return (
    <div className="absolute inset-0 z-10 bg-panel">
      {state.kind === 'loading' && <Skeleton rows={10} />}
      {state.kind === 'empty' && <EmptyState title="No candles yet" detail="They appear as soon as the first bar has closed." />}
      {state.kind === 'error' && <ErrorState error={state.error} onRetry={onRetry} />}
    </div>
  )
}

type ChartInput = {
  readonly legend: React.RefObject<HTMLDivElement | null>
  readonly instrument: Instrument
  readonly timeframe: Timeframe
  readonly setState: (state: State) => void
  readonly setTip: (tip: Tip | null) => void
  readonly setRegimes: (regimes: readonly string[]) => void
}

/** The chart lives as long as the element that `attach` is given to. */
function useChart({ legend, instrument, timeframe, setState, setTip, setRegimes }: ChartInput): {
  readonly made: Made | null
  readonly attach: (host: HTMLDivElement) => () => void
} {
  const bridge = useBridge()
  const [made, setMade] = useState<Made | null>(null)
  const { id: instrumentId, tickSize } = instrument
  const attach = useCallback(
    (host: HTMLDivElement) => {
      const decimals = decimalsOf(tickSize)
      const onHover = (hover: Hover) => {
        writeLegend(legend.current, hover.bar ?? chart.latest ?? null, decimals)
        setTip(hover.markerId === null ? null : { id: hover.markerId, x: hover.x, y: hover.y })
      }
      const chart = new CandleChart({
        host,
        timeframe,
        decimals,
        tickSize: Number(tickSize),
        fetchHistory: (request) => bridge.invoke('candles.history', { instrumentId, ...request }),
        fetchIndicators: (range) => bridge.invoke('candles.indicators', { instrumentId, timeframe, ...range }),
        onHover,
        onMarkerClick: (id) => openMarked(id),
        onState: (state) => {
          setState(state)
          writeLegend(legend.current, chart.latest ?? null, decimals)
        },
        onIndicatorRefused: (indicator, error) =>
          notify({
            tone: 'warning',
            title: `${indicator.title} cannot be drawn`,
            detail: `${plainError(error)}: ${error.message}`,
            key: `indicator-${indicator.key}`,
          }),
      })
      const lines = new PositionLines({
        host,
        chart,
        onStopDragged: (positionId, price) => openDialog({ kind: 'move-stop', positionId, price }),
      })
      const layers = new ChartLayers({
        chart,
        timeframe,
        decimals,
        fetchRegimes: (request) => bridge.invoke('candles.regimes', { instrumentId, timeframe, ...request }),
        fetchProfile: (request) => bridge.invoke('candles.profile', { instrumentId, timeframe, ...request }),
        onRegimes: setRegimes,
        onFailed: layerFailed,
      })
      const stops = [
        candleBus.listen(instrumentId, (batch) => {
          chart.push(batch)
          writeLegend(legend.current, chart.latest ?? null, decimals)
        }),
        candleBus.onGap(() => void chart.reload()),
      ]
      setMade({ chart, lines, layers })
      void chart.reload()
      return () => {
        for (const stop of stops) stop()
        layers.dispose()
        lines.dispose()
        chart.dispose()
        setMade(null)
      }
    },
    [bridge, legend, instrumentId, tickSize, timeframe, setState, setTip, setRegimes],
  )
  return { made, attach }
}

/** The whole decision behind a mark; an exit leads to the decision that opened the position. */
function openMarked(markerId: string): void {
  const positionId = exitIdOf(markerId)
  if (positionId === null) return navigate(`/signal/${markerId}`)
  const exit = deskStore.getState().exits.find((candidate) => candidate.positionId === positionId)
  if (exit?.decisionId != null) navigate(`/signal/${exit.decisionId}`)
}

function useOverlays(made: Made | null, instrumentId: string): void {
  const indicators = useUi((ui) => ui.indicators)
  const theme = useUi((ui) => ui.theme)
  const decisions = useDesk((desk) => desk.decisions)
  const positions = useDesk((desk) => desk.positions)
  const exits = useDesk((desk) => desk.exits)
  const markers = useMemo(() => markersOf({ decisions, exits }, instrumentId), [decisions, exits, instrumentId])
  const regimes = useUi((ui) => ui.regimes)
  const profile = useUi((ui) => ui.profile)
  useEffect(() => made?.chart.showIndicators(indicators), [made, indicators])
  useEffect(() => made?.layers.showRegimes(regimes === 'off' ? null : regimes), [made, regimes])
  useEffect(() => made?.layers.showProfile(profile), [made, profile])
  useEffect(() => made?.chart.setMarkers(markers), [made, markers])
  useEffect(() => made?.lines.show(positionLinesOf(positions, instrumentId)), [made, positions, instrumentId])
  useEffect(() => {
    made?.chart.refreshTheme()
    made?.lines.refreshTheme()
    made?.layers.refreshTheme()
  }, [made, theme])
}

/** A layer that the engine will not give is switched off again; anything else is tried again when the view moves. */
function layerFailed(layer: LayerName, error: BridgeError): void {
  const title = layer === 'regimes' ? 'Regimes cannot be shown' : 'The volume profile cannot be shown'
  notify({ tone: 'warning', title, detail: `${plainError(error)}: ${error.message}`, key: `layer-${layer}` })
  if (error.code === 'timeout' || error.code === 'engine_down') return
  if (layer === 'regimes') selectRegimes('off')
  else showProfile(false)
}

/** The colours of the bands in words. */
function RegimeLegend({ regimes }: { readonly regimes: readonly string[] }) {
  const classifier = useUi((ui) => ui.regimes)
  if (classifier === 'off' || regimes.length === 0) return null
  return (
    <ul
      aria-label={`Regimes, ${classifier}`}
      className="pointer-events-none absolute bottom-9 left-2 z-10 flex gap-2.5 rounded-sm bg-panel/80 px-1 text-2xs text-muted"
    >
      {regimes.map((regime) => (
        <li key={regime} className="flex items-center gap-1">
          <span className="size-2 rounded-xs" style={{ background: regimeCss(regime) }} aria-hidden />
          {regimeTitle(regime)}
        </li>
      ))}
    </ul>
  )
}

/** Open, high, low, close and volume of the bar under the cursor, or of the newest one. */
function writeLegend(element: HTMLDivElement | null, bar: Bar | null, decimals: number): void {
  if (!element) return
  if (!bar) return element.replaceChildren()
  const tone = bar.close >= bar.open ? 'text-up' : 'text-down'
  const cells: readonly (readonly [string, string])[] = [
    ['O', formatNumber(bar.open, decimals)],
    ['H', formatNumber(bar.high, decimals)],
    ['L', formatNumber(bar.low, decimals)],
    ['C', formatNumber(bar.close, decimals)],
    ['', formatPercent(bar.close / bar.open - 1, { sign: true })],
    ['Vol', formatCompact(bar.volume)],
  ]
  element.replaceChildren(...cells.map(([name, value]) => legendCell(name, value, name === 'Vol' ? 'text-fg' : tone)))
}

function legendCell(name: string, value: string, tone: string): HTMLElement {
  const cell = document.createElement('span')
  const figure = document.createElement('span')
  figure.className = tone
  figure.textContent = value
  cell.append(name === '' ? '' : `${name} `, figure)
  return cell
}
