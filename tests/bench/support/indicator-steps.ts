// The bare incremental forms that the indicators are measured against: one small class each, plain fields, one number back per candle.

export class BareSma {
  window: Float64Array
  inverse: number
  next = 0
  seen = 0
  sum = 0
  constructor(period: number) {
    this.window = new Float64Array(period)
    this.inverse = 1 / period
  }
  update(x: number): number {
    const { window, next } = this
    this.sum += x - (window[next] as number)
    window[next] = x
    this.next = next + 1 === window.length ? 0 : next + 1
    if (this.seen < window.length && ++this.seen < window.length) return NaN
    return this.sum * this.inverse
  }
}

export class BareAverage {
  period: number
  weight: number
  seen = 0
  average = 0
  constructor(period: number, weight: number) {
    this.period = period
    this.weight = weight
  }
  update(x: number): number {
    if (this.seen >= this.period) return (this.average += this.weight * (x - this.average))
    this.average += x
    if (++this.seen < this.period) return NaN
    return (this.average /= this.period)
  }
}
const ema = (period: number): BareAverage => new BareAverage(period, 2 / (period + 1))
const rma = (period: number): BareAverage => new BareAverage(period, 1 / period)
export { ema as bareEmaStep }

export class BareRsi {
  up: BareAverage
  down: BareAverage
  previous = NaN
  constructor(period: number) {
    this.up = rma(period)
    this.down = rma(period)
  }
  update(x: number): number {
    const { previous } = this
    this.previous = x
    if (Number.isNaN(previous)) return NaN
    const change = x - previous
    const gain = (change + Math.abs(change)) * 0.5
    const up = this.up.update(gain)
    const down = this.down.update(gain - change)
    return (100 * up) / (up + down)
  }
}

export class BareMacd {
  fast: BareAverage
  slow: BareAverage
  average: BareAverage
  skip: number
  line = NaN
  signal = NaN
  constructor(fast: number, slow: number, signal: number) {
    this.fast = ema(fast)
    this.slow = ema(slow)
    this.average = ema(signal)
    this.skip = slow - fast
  }
  update(x: number): number {
    const slow = this.slow.update(x)
    if (this.skip > 0) {
      this.skip -= 1
      return NaN
    }
    const fast = this.fast.update(x)
    if (Number.isNaN(slow)) return NaN
    this.line = fast - slow
    this.signal = this.average.update(this.line)
    return this.line - this.signal
  }
}

export class BareBollinger {
  window: Float64Array
  inverse: number
  multiple: number
  anchor = NaN
  next = 0
  seen = 0
  sum = 0
  squares = 0
  upper = NaN
  lower = NaN
  constructor(period: number, multiple: number) {
    this.window = new Float64Array(period)
    this.inverse = 1 / period
    this.multiple = multiple
  }
  update(x: number): number {
    if (Number.isNaN(this.anchor)) this.anchor = x
    const { window, next } = this
    const entering = x - this.anchor
    const leaving = window[next] as number
    window[next] = entering
    this.next = next + 1 === window.length ? 0 : next + 1
    this.sum += entering - leaving
    this.squares += entering * entering - leaving * leaving
    if (this.seen < window.length && ++this.seen < window.length) return NaN
    const mean = this.sum * this.inverse
    const variance = this.squares * this.inverse - mean * mean
    const distance = variance > 0 ? this.multiple * Math.sqrt(variance) : 0
    this.upper = mean + this.anchor + distance
    this.lower = mean + this.anchor - distance
    return mean + this.anchor
  }
}

export class BareAtr {
  average: BareAverage
  previous = NaN
  constructor(period: number) {
    this.average = rma(period)
  }
  update(high: number, low: number, close: number): number {
    const { previous } = this
    this.previous = close
    if (Number.isNaN(previous)) return NaN
    const above = high - previous
    const below = low - previous
    return this.average.update((above + Math.abs(above) - below + Math.abs(below)) * 0.5)
  }
}

export class BareAdx {
  period: number
  decay: number
  inverse: number
  previousHigh = NaN
  previousLow = 0
  seen = 0
  count = 0
  plus = 0
  minus = 0
  average = 0
  constructor(period: number) {
    this.period = period
    this.decay = 1 - 1 / period
    this.inverse = 1 / period
  }
  update(high: number, low: number): number {
    const { previousHigh, previousLow } = this
    this.previousHigh = high
    this.previousLow = low
    if (Number.isNaN(previousHigh)) return NaN
    const up = high - previousHigh
    const down = previousLow - low
    const gain = (up + Math.abs(up)) * 0.5
    const loss = (down + Math.abs(down)) * 0.5
    const plus = gain * +(gain > loss)
    const minus = loss * +(loss > gain)
    if (++this.seen < this.period) {
      this.plus += plus
      this.minus += minus
      return NaN
    }
    this.plus = this.plus * this.decay + plus
    this.minus = this.minus * this.decay + minus
    const total = this.plus + this.minus
    const index = total > 0 ? (100 * Math.abs(this.plus - this.minus)) / total : 0
    if (this.count >= this.period) return (this.average += this.inverse * (index - this.average))
    this.average += index
    return ++this.count === this.period ? (this.average *= this.inverse) : NaN
  }
}

/** The lowest is the highest of the negated series. */
class BareExtreme {
  window: Float64Array
  sign: number
  next = 0
  extreme = -Infinity
  extremeAt = -1
  constructor(period: number, sign: 1 | -1) {
    this.window = new Float64Array(period)
    this.sign = sign
  }
  update(x: number): number {
    const { window, next, sign } = this
    const value = sign * x
    window[next] = value
    this.next = next + 1 === window.length ? 0 : next + 1
    if (value >= this.extreme) {
      this.extreme = value
      this.extremeAt = next
    } else if (this.extremeAt === next) {
      let extreme = -Infinity
      let extremeAt = 0
      for (let j = 0; j < window.length; j += 1) {
        const other = window[j] as number
        if (other >= extreme) {
          extreme = other
          extremeAt = j
        }
      }
      this.extreme = extreme
      this.extremeAt = extremeAt
    }
    return sign * this.extreme
  }
}

export class BareStochastic {
  highest: BareExtreme
  lowest: BareExtreme
  average: BareSma
  period: number
  seen = 0
  d = NaN
  constructor(period: number, signal: number) {
    this.highest = new BareExtreme(period, 1)
    this.lowest = new BareExtreme(period, -1)
    this.average = new BareSma(signal)
    this.period = period
  }
  update(high: number, low: number, close: number): number {
    const top = this.highest.update(high)
    const bottom = this.lowest.update(low)
    if (this.seen < this.period && ++this.seen < this.period) return NaN
    const range = top - bottom
    const k = range > 0 ? (100 * (close - bottom)) / range : 0
    this.d = this.average.update(k)
    return k
  }
}

export class BareSuperTrend {
  range: BareAtr
  multiple: number
  upper = NaN
  lower = NaN
  isUp = true
  previous = NaN
  constructor(period: number, multiple: number) {
    this.range = new BareAtr(period)
    this.multiple = multiple
  }
  update(high: number, low: number, close: number): number {
    const distance = this.multiple * this.range.update(high, low, close)
    const { previous } = this
    this.previous = close
    if (Number.isNaN(distance)) return NaN
    const middle = (high + low) * 0.5
    if (Number.isNaN(this.upper)) {
      this.upper = middle + distance
      this.lower = middle - distance
      this.isUp = close > this.lower
    } else {
      if (middle + distance < this.upper || previous > this.upper) this.upper = middle + distance
      if (middle - distance > this.lower || previous < this.lower) this.lower = middle - distance
      if (this.isUp) {
        if (close < this.lower) this.isUp = false
      } else if (close > this.upper) this.isUp = true
    }
    return this.isUp ? this.lower : this.upper
  }
}

export class BareIchimoku {
  highs: readonly [BareExtreme, BareExtreme, BareExtreme]
  lows: readonly [BareExtreme, BareExtreme, BareExtreme]
  conversion = NaN
  base = NaN
  spanA = NaN
  spanB = NaN
  constructor(conversion: number, base: number, span: number) {
    this.highs = [new BareExtreme(conversion, 1), new BareExtreme(base, 1), new BareExtreme(span, 1)]
    this.lows = [new BareExtreme(conversion, -1), new BareExtreme(base, -1), new BareExtreme(span, -1)]
  }
  update(high: number, low: number): number {
    this.conversion = (this.highs[0].update(high) + this.lows[0].update(low)) * 0.5
    this.base = (this.highs[1].update(high) + this.lows[1].update(low)) * 0.5
    this.spanB = (this.highs[2].update(high) + this.lows[2].update(low)) * 0.5
    this.spanA = (this.conversion + this.base) * 0.5
    return this.base
  }
}
