// Volume by price of what is in view: bars from the left edge, the value area stronger, and its three prices as labelled lines.
import type { IPrimitivePaneRenderer, IPrimitivePaneView, ISeriesPrimitive, SeriesAttachedParameter, Time } from 'lightweight-charts'
import type { Output } from '../../src-shared/bridge/contract.ts'
import type { ChartTheme } from './candle-chart-theme.ts'

export type Profile = NonNullable<Output<'candles.profile'>>
type Target = Parameters<IPrimitivePaneRenderer['draw']>[0]

/** Share of the pane that the fullest bin takes. */
const WIDTH_SHARE = 0.2
const FONT_PX = 10
/** Labels of prices that lie closer than this would cover each other. */
const LABEL_APART_PX = 12

type Label = { readonly text: string; readonly y: number }
/** Labels from the top down, moved apart so that each can be read. */
export function apart(labels: readonly Label[]): readonly Label[] {
  let lowest = -Infinity
  return labels
    .toSorted((a, b) => a.y - b.y)
    .map(({ text, y }) => {
      lowest = Math.max(y, lowest + LABEL_APART_PX)
      return { text, y: lowest }
    })
}

/** Attach it to the candles, then `show` a profile; null shows nothing. */
export class ProfileOverlay implements ISeriesPrimitive<Time> {
  private attachment: SeriesAttachedParameter<Time> | null = null
  private profile: Profile | null = null
  private theme: ChartTheme
  private readonly formatPrice: (price: number) => string
  private readonly views: readonly IPrimitivePaneView[]

  constructor(theme: ChartTheme, formatPrice: (price: number) => string) {
    this.theme = theme
    this.formatPrice = formatPrice
    const bins: IPrimitivePaneRenderer = { draw: (target) => this.drawBins(target) }
    const lines: IPrimitivePaneRenderer = { draw: (target) => this.drawLines(target) }
    this.views = [
      { zOrder: () => 'bottom', renderer: () => (this.profile === null ? null : bins) },
      { zOrder: () => 'top', renderer: () => (this.profile === null ? null : lines) },
    ]
  }

  show(profile: Profile | null): void {
    this.profile = profile
    this.attachment?.requestUpdate()
  }
  setTheme(theme: ChartTheme): void {
    this.theme = theme
    this.attachment?.requestUpdate()
  }

  attached(attachment: SeriesAttachedParameter<Time>): void {
    this.attachment = attachment
  }
  detached(): void {
    this.attachment = null
  }
  paneViews(): readonly IPrimitivePaneView[] {
    return this.views
  }

  private yOf = (price: number): number | null => this.attachment?.series.priceToCoordinate(price) ?? null

  private drawBins(target: Target): void {
    if (!this.profile) return
    const { low, step, volumes, valueLow, valueHigh } = this.profile
    const fullest = Math.max(...volumes)
    if (!(fullest > 0)) return
    target.useMediaCoordinateSpace(({ context, mediaSize: { width } }) => {
      context.fillStyle = this.theme.line4
      for (const [i, volume] of volumes.entries()) {
        const [bottom, top] = [this.yOf(low + i * step), this.yOf(low + (i + 1) * step)]
        if (bottom === null || top === null) continue
        const middle = low + (i + 0.5) * step
        context.globalAlpha = middle >= valueLow && middle <= valueHigh ? 0.45 : 0.2
        context.fillRect(0, top, (volume / fullest) * width * WIDTH_SHARE, Math.max(1, bottom - top - 1))
      }
      context.globalAlpha = 1
    })
  }

  private drawLines(target: Target): void {
    const lines = this.linesOf(this.profile)
    target.useMediaCoordinateSpace(({ context, mediaSize: { width } }) => {
      context.globalAlpha = 0.8
      context.lineWidth = 1
      context.setLineDash([4, 4])
      for (const { y, color } of lines) {
        context.strokeStyle = color
        context.beginPath()
        context.moveTo(0, Math.round(y) + 0.5)
        context.lineTo(width, Math.round(y) + 0.5)
        context.stroke()
      }
      context.setLineDash([])
      context.font = `${FONT_PX}px ${this.theme.fontFamily}`
      for (const { text, y } of apart(lines)) {
        // A plate behind the text: bars and candles would make it unreadable.
        context.fillStyle = this.theme.background
        context.fillRect(1, y - FONT_PX - 3, context.measureText(text).width + 6, FONT_PX + 3)
        context.fillStyle = this.theme.text
        context.fillText(text, 4, y - 3)
      }
      context.globalAlpha = 1
    })
  }

  private linesOf(profile: Profile | null): readonly (Label & { readonly color: string })[] {
    if (!profile) return []
    const named = [
      { name: 'VAH', price: profile.valueHigh, color: this.theme.muted },
      { name: 'POC', price: profile.pointOfControl, color: this.theme.warn },
      { name: 'VAL', price: profile.valueLow, color: this.theme.muted },
    ]
    return named.flatMap(({ name, price, color }) => {
      const y = this.yOf(price)
      return y === null ? [] : [{ text: `${name} ${this.formatPrice(price)}`, y, color }]
    })
  }
}
