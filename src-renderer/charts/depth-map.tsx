// The books of the last minutes as a heat map: time to the right, price upwards, the brighter the more quantity. What was traded
// between two books is a dot, filled when buyers took, hollow when sellers did.
import { useEffect, useRef } from 'react'
import type { ChartTheme } from './candle-chart-theme.ts'
import { COLUMNS_MAX, type DepthColumns } from './depth-columns.ts'
import { type PriceRange, type Raster, priceRangeOf, shadeDepth } from './depth-raster.ts'
import { useChartTheme } from './use-chart-theme.ts'

type MapProps = {
  readonly columns: DepthColumns
  /** Changes with every frame that is to be painted. */
  readonly version: unknown
  /** Smallest step of price, for the height of a level. */
  readonly tickSize: number
  readonly formatPrice: (price: number) => string
  readonly summary: string
}

/** Canvas says nothing to a screen reader: `summary` is what it hears instead. */
export function DepthMap({ columns, version, tickSize, formatPrice, summary }: MapProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const painter = useRef<DepthPainter | null>(null)
  const theme = useChartTheme()
  useEffect(() => {
    if (!canvas.current) return
    const made = new DepthPainter(canvas.current, columns, tickSize)
    painter.current = made
    return () => {
      painter.current = null
      made.dispose()
    }
  }, [columns, tickSize])
  useEffect(() => painter.current?.paint(theme, formatPrice), [columns, version, theme, formatPrice])
  return <canvas ref={canvas} role="img" aria-label={summary} className="block h-full w-full" />
}

type Rgb = readonly [red: number, green: number, blue: number]

/** The tokens of the theme are six hexadecimal digits, or three after the style sheet was made small; anything else is drawn grey. */
export function rgbOf(color: string): Rgb {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(color)?.[1]
  if (digits === undefined) return [128, 128, 128]
  const six = digits.length === 6 ? digits : digits.replaceAll(/./g, '$&$&')
  const value = Number.parseInt(six, 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

const FONT_PX = 10
/** Of the dot of the greatest trades; smaller dots than the least would only be dust. */
const RADIUS_PX_MAX = 3.6
const RADIUS_PX_MIN = 0.7

class DepthPainter {
  private readonly canvas: HTMLCanvasElement
  private readonly columns: DepthColumns
  private readonly tickSize: number
  private readonly observer: ResizeObserver
  private raster: Raster = { rows: 0, shades: new Float32Array(0) }
  private image: ImageData | null = null
  private readonly sheet = document.createElement('canvas')
  private repaint: () => void = () => {}

  constructor(canvas: HTMLCanvasElement, columns: DepthColumns, tickSize: number) {
    this.canvas = canvas
    this.columns = columns
    this.tickSize = tickSize
    this.observer = new ResizeObserver(() => this.repaint())
    this.observer.observe(canvas)
  }

  dispose(): void {
    this.observer.disconnect()
    this.repaint = () => {}
  }

  paint(theme: ChartTheme, formatPrice: (price: number) => string): void {
    this.repaint = () => this.paint(theme, formatPrice)
    const context = this.canvas.getContext('2d')
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight]
    if (!context || width === 0 || height === 0) return
    const ratio = window.devicePixelRatio
    const [pixelWidth, pixelHeight] = [Math.round(width * ratio), Math.round(height * ratio)]
    if (this.canvas.width !== pixelWidth) this.canvas.width = pixelWidth
    if (this.canvas.height !== pixelHeight) this.canvas.height = pixelHeight
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.fillStyle = theme.background
    context.fillRect(0, 0, width, height)
    const range = priceRangeOf(this.columns, this.tickSize)
    if (!range) return
    this.paintShades(context, { theme, range, width, height })
    this.paintTrades(context, { theme, range, width, height })
    paintPrices(context, { theme, range, height, formatPrice })
  }

  /** Two pixels a row: levels stay visible, and the raster small. */
  private paintShades(context: CanvasRenderingContext2D, { theme, range, width, height }: Scene): void {
    const rows = Math.max(1, Math.floor(height / 2))
    if (this.raster.rows !== rows || !this.image) {
      this.raster = { rows, shades: new Float32Array(rows * COLUMNS_MAX) }
      this.image = new ImageData(COLUMNS_MAX, rows)
      this.sheet.width = COLUMNS_MAX
      this.sheet.height = rows
    }
    shadeDepth(this.columns, range, this.raster)
    colorShades(this.raster.shades, this.image.data, theme)
    this.sheet.getContext('2d')?.putImageData(this.image, 0, 0)
    context.imageSmoothingEnabled = false
    context.drawImage(this.sheet, 0, 0, width, height)
  }

  private paintTrades(context: CanvasRenderingContext2D, { theme, range, width, height }: Scene): void {
    const first = COLUMNS_MAX - this.columns.size
    let greatest = 0
    for (let i = 0; i < this.columns.size; i++) this.columns.eachTraded(i, (_price, quantity) => (greatest = Math.max(greatest, quantity)))
    context.lineWidth = 1
    context.fillStyle = theme.text
    context.strokeStyle = theme.text
    for (let i = 0; i < this.columns.size; i++)
      this.columns.eachTraded(i, (price, quantity, isBuy) => {
        const radius = RADIUS_PX_MAX * Math.sqrt(quantity / greatest)
        if (radius < RADIUS_PX_MIN) return
        const x = ((first + i + 0.5) / COLUMNS_MAX) * width
        const y = ((range.high - price) / (range.high - range.low)) * height
        context.beginPath()
        context.arc(x, y, radius, 0, 2 * Math.PI)
        if (isBuy) context.fill()
        else context.stroke()
      })
  }
}

type Scene = { readonly theme: ChartTheme; readonly range: PriceRange; readonly width: number; readonly height: number }

/** Background to the side's colour, in proportion to the shade. */
function colorShades(shades: Float32Array, pixels: Uint8ClampedArray, theme: ChartTheme): void {
  const [ground, bid, ask] = [rgbOf(theme.background), rgbOf(theme.up), rgbOf(theme.down)]
  for (let cell = 0; cell < shades.length; cell++) {
    const shade = shades[cell] ?? 0
    const [color, share] = shade > 0 ? [bid, shade] : [ask, -shade]
    const at = cell * 4
    pixels[at] = ground[0] + (color[0] - ground[0]) * share
    pixels[at + 1] = ground[1] + (color[1] - ground[1]) * share
    pixels[at + 2] = ground[2] + (color[2] - ground[2]) * share
    pixels[at + 3] = 255
  }
}

type Labels = Pick<Scene, 'theme' | 'range' | 'height'> & { readonly formatPrice: (price: number) => string }

/** Prices at the left edge, where the columns are oldest. */
function paintPrices(context: CanvasRenderingContext2D, { theme, range, height, formatPrice }: Labels): void {
  context.font = `${FONT_PX}px ${theme.fontFamily}`
  context.textBaseline = 'middle'
  for (const share of [0.08, 0.5, 0.92]) {
    const text = formatPrice(range.high - share * (range.high - range.low))
    const y = share * height
    context.fillStyle = theme.background
    context.globalAlpha = 0.75
    context.fillRect(0, y - FONT_PX * 0.7, context.measureText(text).width + 6, FONT_PX * 1.4)
    context.globalAlpha = 1
    context.fillStyle = theme.muted
    context.fillText(text, 3, y)
  }
}
