// Loads more history when the view comes near the edge of what the window holds, and keeps the same bars in view while it does.
import type { IChartApi, LogicalRange } from 'lightweight-charts'
import type { Output } from '../../src-shared/bridge/contract.ts'
import { TIMEFRAME_MS, type Timeframe } from '../../src-shared/domain/time.ts'
import type { FetchHistory } from './candle-chart.ts'
import type { BarWindow } from './candle-chart-window.ts'

const CHUNK_BARS = 1000
/** Loading starts when fewer bars than this are left beyond the edge of the view. */
const EDGE_BARS = 400
/** After a failed load the edge is left alone for this long, so that a dead engine is not asked on every frame. */
const FAILURE_PAUSE_MS = 2000

type Options = {
  readonly chart: IChartApi
  readonly host: HTMLElement
  readonly window: BarWindow
  readonly timeframe: Timeframe
  readonly fetchHistory: FetchHistory
  /** Draws the whole window again. */
  readonly redraw: () => void
  /** The window holds the newest bar again. */
  readonly onReachedPresent: () => void
}

export class HistoryPager {
  private readonly options: Options
  /** Grows with every pause and at the end: an answer to an older one is dropped. */
  private generation = 0
  private busy = false
  private quietUntilMs = 0
  private pointerDown = false

  constructor(options: Options) {
    this.options = options
    options.chart.timeScale().subscribeVisibleLogicalRangeChange(this.onRange)
    options.host.addEventListener('pointerdown', this.onPointerDown)
    window.addEventListener('pointerup', this.onPointerUp)
    window.addEventListener('pointercancel', this.onPointerUp)
  }

  /** The window is about to be filled anew; what is on its way does not count any more. */
  pause(): void {
    this.generation += 1
    this.busy = true
  }
  resume(): void {
    this.busy = false
  }

  dispose(): void {
    this.pause()
    this.options.host.removeEventListener('pointerdown', this.onPointerDown)
    window.removeEventListener('pointerup', this.onPointerUp)
    window.removeEventListener('pointercancel', this.onPointerUp)
  }

  private onRange = (range: LogicalRange | null): void => {
    const { window: held } = this.options
    if (!range || this.busy || performance.now() < this.quietUntilMs) return
    const edge = Math.max(EDGE_BARS, (range.to - range.from) / 2)
    if (held.more && range.from < edge) void this.loadOlder()
    else if (!held.atTail && range.to > held.bars.length - edge) void this.loadNewer()
  }

  private async loadOlder(): Promise<void> {
    const first = this.options.window.first
    const history = first && (await this.load(first.time * 1000))
    if (history) this.shift(this.options.window.prepend(history))
  }

  private async loadNewer(): Promise<void> {
    const last = this.options.window.last
    if (!last) return
    const lengthMs = TIMEFRAME_MS[this.options.timeframe]
    const beforeMs = last.time * 1000 + (CHUNK_BARS + 1) * lengthMs
    const history = await this.load(beforeMs)
    if (!history) return
    // Fewer bars than could be there: the history ends here.
    const newestMs = history.openTimeMs.at(-1) ?? 0
    const reachesPresent = newestMs < beforeMs - lengthMs
    this.shift(-this.options.window.append(history, reachesPresent))
    if (reachesPresent) this.options.onReachedPresent()
  }

  private async load(beforeMs: number): Promise<Output<'candles.history'> | null> {
    this.busy = true
    const generation = this.generation
    const result = await this.options.fetchHistory({ timeframe: this.options.timeframe, beforeMs, limit: CHUNK_BARS })
    await this.pointerReleased(generation)
    if (generation !== this.generation) return null
    this.busy = false
    if (result.ok) return result.value
    this.quietUntilMs = performance.now() + FAILURE_PAUSE_MS
    return null
  }

  /** Bars that change places under a drag would make the view jump: they wait for the hand to let go, unless the view ran dry. */
  private async pointerReleased(generation: number): Promise<void> {
    while (generation === this.generation && this.pointerDown && !this.ranDry()) {
      await new Promise<void>((resolve) => requestAnimationFrame(() => resolve()))
    }
  }

  private ranDry(): boolean {
    const range = this.options.chart.timeScale().getVisibleLogicalRange()
    return range !== null && (range.from < 0 || range.to > this.options.window.bars.length)
  }

  /** Draws the window again with the same bars in view, `places` further right. */
  private shift(places: number): void {
    const scale = this.options.chart.timeScale()
    const range = scale.getVisibleLogicalRange()
    this.busy = true
    this.options.redraw()
    if (range) scale.setVisibleLogicalRange({ from: range.from + places, to: range.to + places })
    this.busy = false
  }

  private onPointerDown = (): void => {
    this.pointerDown = true
  }
  private onPointerUp = (): void => {
    this.pointerDown = false
  }
}
