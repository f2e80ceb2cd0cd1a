// Entry, stop and target of the open position as lines over the candles. The stop can be dragged: letting go proposes a
// price, and a dialog asks before anything is sent.
import { type IPriceLine, LineStyle } from 'lightweight-charts'
import type { CandleChart } from './candle-chart.ts'

export type PositionLine = {
  readonly kind: 'entry' | 'stop' | 'target'
  readonly price: number
  readonly title: string
  /** Set on the stop that may be dragged. */
  readonly positionId?: string
}

/** How near to the line the pointer must be, in pixels. */
const GRAB_DISTANCE = 6
/** Only the label end of the line can be grabbed, so that a stop never stands in the way of scrolling the chart. */
const GRAB_REACH = 220
/** A drag that went less than this up or down, or mostly sideways, was not meant for the stop. */
const DRAG_DISTANCE_MIN = 6

type Options = {
  readonly host: HTMLElement
  readonly chart: CandleChart
  readonly onStopDragged: (positionId: string, price: number) => void
}
type Drag = { readonly positionId: string; readonly line: IPriceLine; readonly x: number; readonly y: number; price: number }

export class PositionLines {
  private readonly options: Options
  private shown: { readonly spec: PositionLine; readonly line: IPriceLine }[] = []
  private key = ''
  private drag: Drag | null = null

  constructor(options: Options) {
    this.options = options
    // Captured before the chart sees them, so that dragging the stop does not scroll the chart.
    options.host.addEventListener('pointerdown', this.onDown, true)
    options.host.addEventListener('mousedown', this.swallow, true)
    options.host.addEventListener('pointermove', this.onMove, true)
    window.addEventListener('pointerup', this.onUp)
    window.addEventListener('pointercancel', this.onCancel)
  }

  /** Shows exactly these lines. Nothing is drawn again when they are the same, nor while one is being dragged. */
  show(specs: readonly PositionLine[]): void {
    const key = JSON.stringify(specs)
    if (key === this.key || this.drag) return
    this.key = key
    for (const { line } of this.shown) this.options.chart.candles.removePriceLine(line)
    this.shown = specs.map((spec) => ({ spec, line: this.options.chart.candles.createPriceLine(this.look(spec)) }))
  }

  refreshTheme(): void {
    for (const { spec, line } of this.shown) line.applyOptions(this.look(spec))
  }

  dispose(): void {
    const { host } = this.options
    host.removeEventListener('pointerdown', this.onDown, true)
    host.removeEventListener('mousedown', this.swallow, true)
    host.removeEventListener('pointermove', this.onMove, true)
    window.removeEventListener('pointerup', this.onUp)
    window.removeEventListener('pointercancel', this.onCancel)
  }

  private look(spec: PositionLine) {
    const theme = this.options.chart.colors
    const shared = { price: spec.price, title: spec.title, lineWidth: 1 as const, axisLabelVisible: true }
    switch (spec.kind) {
      case 'entry':
        return { ...shared, color: theme.accent, lineStyle: LineStyle.Solid }
      case 'stop':
        return { ...shared, color: theme.down, lineStyle: LineStyle.Dashed }
      case 'target':
        return { ...shared, color: theme.up, lineStyle: LineStyle.Dotted }
    }
  }

  private yOf = (event: MouseEvent): number => event.clientY - this.options.host.getBoundingClientRect().top

  private stopNear(event: MouseEvent): { readonly spec: PositionLine; readonly line: IPriceLine } | null {
    const box = this.options.host.getBoundingClientRect()
    if (event.clientX < box.right - GRAB_REACH) return null
    const y = this.yOf(event)
    const near = ({ spec }: { spec: PositionLine }) => {
      const coordinate = this.options.chart.candles.priceToCoordinate(spec.price)
      return spec.positionId !== undefined && coordinate !== null && Math.abs(coordinate - y) <= GRAB_DISTANCE
    }
    return this.shown.find(near) ?? null
  }

  private onDown = (event: PointerEvent): void => {
    const found = event.button === 0 ? this.stopNear(event) : null
    if (found?.spec.positionId === undefined) return
    event.stopPropagation()
    this.drag = { positionId: found.spec.positionId, line: found.line, x: event.clientX, y: event.clientY, price: found.spec.price }
  }

  private swallow = (event: MouseEvent): void => {
    if (this.drag) event.stopPropagation()
  }

  private onMove = (event: PointerEvent): void => {
    if (!this.drag) {
      this.options.host.style.cursor = event.buttons === 0 && this.stopNear(event) ? 'ns-resize' : ''
      return
    }
    const price = this.options.chart.candles.coordinateToPrice(this.yOf(event))
    if (price === null || price <= 0) return
    this.drag.price = price
    this.drag.line.applyOptions({ price })
  }

  private onUp = (event: PointerEvent): void => {
    const drag = this.finish()
    if (!drag) return
    const [across, along] = [Math.abs(event.clientX - drag.x), Math.abs(event.clientY - drag.y)]
    if (along >= DRAG_DISTANCE_MIN && along >= across / 2) this.options.onStopDragged(drag.positionId, drag.price)
  }
  private onCancel = (): void => void this.finish()

  /** Puts the line back where the stop really is: it moves when the engine says that the stop moved. */
  private finish(): Drag | null {
    const drag = this.drag
    this.drag = null
    const spec = this.shown.find(({ line }) => line === drag?.line)?.spec
    if (drag && spec) drag.line.applyOptions({ price: spec.price })
    return drag
  }
}
