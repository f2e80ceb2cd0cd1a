// What lies behind the candles: regimes and the volume profile of what is in view. Asked for again when the view has come to rest,
// never two questions of one layer at a time.
import type { BridgeError, BridgeResult, Output } from '../../src-shared/bridge/contract.ts'
import { TIMEFRAME_MS, type Timeframe } from '../../src-shared/domain/time.ts'
import { formatNumber } from '../format/numbers.ts'
import type { CandleChart } from './candle-chart.ts'
import { ProfileOverlay } from './profile-overlay.ts'
import { type Classifier, regimeRuns } from './regime-runs.ts'
import { RegimeShading } from './regime-shading.ts'

export type MsRange = { readonly fromMs: number; readonly toMs: number }
export type LayerName = 'regimes' | 'profile'
export type FetchRegimes = (request: MsRange & { readonly classifier: Classifier }) => Promise<BridgeResult<Output<'candles.regimes'>>>
export type FetchProfile = (range: MsRange & { readonly bins: number }) => Promise<BridgeResult<Output<'candles.profile'>>>

/** After the last movement of the view. */
const REST_MS = 250
/** While the view never rests (a recording at high speed), it is asked this often all the same. */
const WAIT_MS_MAX = 1000
/** The engine answers for at most 5000 candles. */
const CANDLES_MAX = 5000
const PROFILE_BINS = 60

/** Asks for one layer. Newer ranges that come while an answer is on its way are one more question after it. */
export class LayerQuery<T> {
  private readonly ask: (range: MsRange) => Promise<BridgeResult<T>>
  private readonly settle: (result: BridgeResult<T>) => void
  private asking = false
  private next: MsRange | null = null
  private asked = ''
  private generation = 0

  constructor(ask: (range: MsRange) => Promise<BridgeResult<T>>, settle: (result: BridgeResult<T>) => void) {
    this.ask = ask
    this.settle = settle
  }

  /** A range that was asked for already is not asked for again, unless that failed. */
  want(range: MsRange): void {
    this.next = range
    if (!this.asking) void this.work()
  }
  /** Forgets what was asked; an answer on its way is dropped. */
  reset(): void {
    this.generation += 1
    this.next = null
    this.asked = ''
  }

  private async work(): Promise<void> {
    this.asking = true
    while (this.next !== null) {
      const range = this.next
      this.next = null
      const key = `${range.fromMs} ${range.toMs}`
      if (key === this.asked) continue
      this.asked = key
      const generation = this.generation
      const result = await this.ask(range)
      if (generation !== this.generation) continue
      if (!result.ok) this.asked = ''
      this.settle(result)
    }
    this.asking = false
  }
}

type Options = {
  readonly chart: CandleChart
  readonly timeframe: Timeframe
  readonly decimals: number
  readonly fetchRegimes: FetchRegimes
  readonly fetchProfile: FetchProfile
  /** The regimes whose bands can be seen, for a legend. */
  readonly onRegimes: (regimes: readonly string[]) => void
  readonly onFailed: (layer: LayerName, error: BridgeError) => void
}

export class ChartLayers {
  private readonly options: Options
  private readonly shading: RegimeShading
  private readonly overlay: ProfileOverlay
  private readonly regimes: LayerQuery<Output<'candles.regimes'>>
  private readonly profile: LayerQuery<Output<'candles.profile'>>
  private classifier: Classifier | null = null
  private profileShown = false
  private timer: ReturnType<typeof setTimeout> | null = null
  private movedMs: number | null = null

  constructor(options: Options) {
    this.options = options
    const { chart, decimals, fetchRegimes, fetchProfile } = options
    this.shading = new RegimeShading(chart.colors)
    this.overlay = new ProfileOverlay(chart.colors, (price) => formatNumber(price, decimals))
    chart.candles.attachPrimitive(this.shading)
    chart.candles.attachPrimitive(this.overlay)
    this.regimes = new LayerQuery(
      (range) => fetchRegimes({ ...range, classifier: this.classifier ?? 'imba-3' }),
      (result) => this.settleRegimes(result),
    )
    this.profile = new LayerQuery(
      (range) => fetchProfile({ ...range, bins: PROFILE_BINS }),
      (result) => {
        if (result.ok) this.overlay.show(result.value)
        else options.onFailed('profile', result.error)
      },
    )
    chart.chart.timeScale().subscribeVisibleLogicalRangeChange(this.onMove)
  }

  showRegimes(classifier: Classifier | null): void {
    if (classifier === this.classifier) return
    this.classifier = classifier
    this.regimes.reset()
    this.shading.show([])
    this.options.onRegimes([])
    this.askNow()
  }

  showProfile(shown: boolean): void {
    if (shown === this.profileShown) return
    this.profileShown = shown
    this.profile.reset()
    this.overlay.show(null)
    this.askNow()
  }

  refreshTheme(): void {
    this.shading.setTheme(this.options.chart.colors)
    this.overlay.setTheme(this.options.chart.colors)
  }

  /** Call it before the chart is disposed of. */
  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.regimes.reset()
    this.profile.reset()
    this.options.chart.chart.timeScale().unsubscribeVisibleLogicalRangeChange(this.onMove)
  }

  private onMove = (): void => {
    if (this.classifier === null && !this.profileShown) return
    const nowMs = performance.now()
    this.movedMs ??= nowMs
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = setTimeout(() => this.askNow(), Math.max(0, Math.min(REST_MS, this.movedMs + WAIT_MS_MAX - nowMs)))
  }

  private askNow(): void {
    this.timer = null
    this.movedMs = null
    const view = this.options.chart.chart.timeScale().getVisibleRange()
    if (!view) return
    const stepMs = TIMEFRAME_MS[this.options.timeframe]
    const toMs = Number(view.to) * 1000
    const fromMs = Math.max(Number(view.from) * 1000, toMs - (CANDLES_MAX - 1) * stepMs)
    if (this.classifier !== null) this.regimes.want({ fromMs, toMs })
    if (this.profileShown) this.profile.want({ fromMs, toMs })
  }

  private settleRegimes(result: BridgeResult<Output<'candles.regimes'>>): void {
    if (!result.ok) return this.options.onFailed('regimes', result.error)
    const runs = regimeRuns(result.value)
    this.shading.show(runs)
    const seen = new Set(runs.map(({ regime }) => regime))
    this.options.onRegimes(result.value.regimes.filter((regime) => seen.has(regime)))
  }
}
