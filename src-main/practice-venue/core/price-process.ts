// Where prices come from: a seeded walk, a script, recorded candles or trades, or nowhere until somebody sets one.
import { type Random, createRandom } from './random.ts'

/** The market trades: `quantity` at `price`. `mark` where it is not to follow the price. */
export type PricePoint = { readonly tsMs: number; readonly price: number; readonly quantity: number; readonly mark?: number }

export type PriceSource =
  | {
      readonly kind: 'walk'
      readonly startPrice: number
      /** Of one year, as fractions: 0.6 is 60 %. */
      readonly volatility: number
      readonly drift: number
      readonly jumpsPerDay: number
      /** Standard deviation of a jump's logarithm. */
      readonly jumpSize: number
      readonly tickMs: number
    }
  /** Points relative to the start of the exchange. After the last the price stands still, printing every `tickMs`. */
  | { readonly kind: 'script'; readonly points: readonly PricePoint[]; readonly tickMs: number }
  /** Times are the recording's own; the first candle starts with the exchange. The adverse extreme comes by the candle's colour. */
  | {
      readonly kind: 'candles'
      readonly lengthMs: number
      readonly candles: readonly {
        readonly open: number
        readonly high: number
        readonly low: number
        readonly close: number
        readonly volume: number
      }[]
      readonly tickMs: number
    }
  /** Stands still at `startPrice` until a price is set. */
  | { readonly kind: 'manual'; readonly startPrice: number; readonly tickMs: number }

/** An endless row of points whose times never go back. */
export type PriceProcess = { next(): PricePoint }

const YEAR_MS = 365 * 86_400_000
const QUANTITY_MEAN = 0.5

/** Geometric Brownian motion with lognormal jumps at Poisson times (Merton, 1976). */
function walk(source: Extract<PriceSource, { kind: 'walk' }>, startMs: number, random: Random): PriceProcess {
  const years = source.tickMs / YEAR_MS
  const step = source.volatility * Math.sqrt(years)
  const trend = (source.drift - source.volatility ** 2 / 2) * years
  const jumpChance = (source.jumpsPerDay * source.tickMs) / 86_400_000
  let price = source.startPrice
  let tsMs = startMs
  return {
    next() {
      const jump = random.fraction() < jumpChance ? source.jumpSize * random.normal() : 0
      price *= Math.exp(trend + step * random.normal() + jump)
      tsMs += source.tickMs
      return { tsMs, price, quantity: QUANTITY_MEAN * (0.02 + 2 * random.fraction()) }
    },
  }
}

function listed(points: readonly PricePoint[], startMs: number, tickMs: number): PriceProcess {
  let at = 0
  let last: PricePoint = { ...(points[0] ?? { price: 1, quantity: 0 }), tsMs: 0 }
  return {
    next() {
      const point = points[at]
      // Between two points of the list the price stands and the exchange goes on printing.
      if (point && point.tsMs <= last.tsMs + tickMs) {
        at += 1
        last = point
      } else last = { ...last, tsMs: last.tsMs + tickMs, quantity: 0 }
      return { ...last, tsMs: startMs + last.tsMs }
    },
  }
}

function candlePoints(source: Extract<PriceSource, { kind: 'candles' }>): PricePoint[] {
  const quarter = source.lengthMs / 4
  return source.candles.flatMap(({ open, high, low, close, volume }, index) => {
    const path = close >= open ? [open, low, high, close] : [open, high, low, close]
    return path.map((price, corner) => ({
      tsMs: Math.round(index * source.lengthMs + (corner === 3 ? source.lengthMs - 1 : corner * quarter)),
      price,
      quantity: volume / 4,
    }))
  })
}

/** Starts a source at `startMs`. Points whose times go back, or prices that are not more than 0, are the caller's fault and throw RangeError. */
export function startProcess(source: PriceSource, startMs: number, seed: number): PriceProcess {
  if (source.tickMs < 1) throw new RangeError(`tickMs ${source.tickMs}, expected 1 or more`)
  switch (source.kind) {
    case 'walk':
      if (!(source.startPrice > 0)) throw new RangeError(`start price ${source.startPrice}, expected more than 0`)
      return walk(source, startMs, createRandom(seed))
    case 'manual':
      return listed([{ tsMs: 0, price: source.startPrice, quantity: 0 }], startMs, source.tickMs)
    case 'script':
      return listed(checkedPoints(source.points), startMs, source.tickMs)
    case 'candles':
      return listed(checkedPoints(candlePoints(source)), startMs, source.tickMs)
  }
}

function checkedPoints(points: readonly PricePoint[]): readonly PricePoint[] {
  if (points.length === 0) throw new RangeError('a list of prices needs at least one')
  points.forEach((point, index) => {
    if (!(point.price > 0)) throw new RangeError(`price ${point.price} at place ${index}, expected more than 0`)
    if (point.tsMs < (points[index - 1]?.tsMs ?? 0)) throw new RangeError(`time ${point.tsMs} at place ${index} lies before the one before`)
  })
  return points
}
