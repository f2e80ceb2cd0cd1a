// The bare loops that the indicators are measured against: nothing but the arithmetic, one call per column with its arrays handed in, or one
// small class per indicator with plain fields. No names, no registry, no rebuilding against drift. Results are checked against the product's.

export type Columns = { readonly high: Float64Array; readonly low: Float64Array; readonly close: Float64Array }
type Out = readonly Float64Array[]
const at = (values: Float64Array, index: number): number => values[index] as number
const column = (out: Out, index: number): Float64Array => out[index] as Float64Array

export function bareSma(x: Float64Array, period: number, out: Float64Array): void {
  let sum = 0
  for (let i = 0; i < period - 1; i += 1) {
    sum += at(x, i)
    out[i] = NaN
  }
  const inverse = 1 / period
  for (let i = period - 1; i < x.length; i += 1) {
    sum += at(x, i)
    out[i] = sum * inverse
    sum -= at(x, i - period + 1)
  }
}

export function bareEma(x: Float64Array, period: number, out: Float64Array): void {
  const weight = 2 / (period + 1)
  let sum = 0
  for (let i = 0; i < period; i += 1) {
    sum += at(x, i)
    out[i] = NaN
  }
  let average = sum / period
  out[period - 1] = average
  for (let i = period; i < x.length; i += 1) {
    average += weight * (at(x, i) - average)
    out[i] = average
  }
}

export function bareRsi(x: Float64Array, period: number, out: Float64Array): void {
  let up = 0
  let down = 0
  out[0] = NaN
  for (let i = 1; i <= period; i += 1) {
    const change = at(x, i) - at(x, i - 1)
    if (change > 0) up += change
    else down -= change
    out[i] = NaN
  }
  up /= period
  down /= period
  out[period] = (100 * up) / (up + down)
  const weight = 1 / period
  let previous = at(x, period)
  for (let i = period + 1; i < x.length; i += 1) {
    const change = at(x, i) - previous
    previous = at(x, i)
    const gain = (change + Math.abs(change)) * 0.5
    up += weight * (gain - up)
    down += weight * (gain - change - down)
    out[i] = (100 * up) / (up + down)
  }
}

export function bareMacd(x: Float64Array, [fast, slow, signal]: readonly [number, number, number], out: Out): void {
  const line = column(out, 0)
  const average = column(out, 1)
  const histogram = column(out, 2)
  const fastWeight = 2 / (fast + 1)
  const slowWeight = 2 / (slow + 1)
  const signalWeight = 2 / (signal + 1)
  let a = 0
  let b = 0
  for (let i = 0; i < slow; i += 1) {
    b += at(x, i)
    if (i >= slow - fast) a += at(x, i)
    line[i] = NaN
  }
  a /= fast
  b /= slow
  line[slow - 1] = a - b
  let sum = a - b
  let i = slow
  for (; i < slow + signal - 1; i += 1) {
    a += fastWeight * (at(x, i) - a)
    b += slowWeight * (at(x, i) - b)
    line[i] = a - b
    sum += a - b
  }
  let mean = sum / signal
  average.fill(NaN, 0, i - 1)
  histogram.fill(NaN, 0, i - 1)
  average[i - 1] = mean
  histogram[i - 1] = at(line, i - 1) - mean
  for (; i < x.length; i += 1) {
    const value = at(x, i)
    a += fastWeight * (value - a)
    b += slowWeight * (value - b)
    const difference = a - b
    mean += signalWeight * (difference - mean)
    line[i] = difference
    average[i] = mean
    histogram[i] = difference - mean
  }
}

export function bareBollinger(x: Float64Array, [period, multiple]: readonly [number, number], out: Out): void {
  const mid = column(out, 0)
  const upper = column(out, 1)
  const lower = column(out, 2)
  const inverse = 1 / period
  const anchor = at(x, 0)
  let sum = 0
  let squares = 0
  for (let i = 0; i < x.length; i += 1) {
    const entering = at(x, i) - anchor
    sum += entering
    squares += entering * entering
    if (i >= period) {
      const leaving = at(x, i - period) - anchor
      sum -= leaving
      squares -= leaving * leaving
    }
    if (i >= period - 1) {
      const mean = sum * inverse
      let variance = squares * inverse - mean * mean
      if (variance < 0) variance = 0
      const distance = multiple * Math.sqrt(variance)
      const middle = mean + anchor
      mid[i] = middle
      upper[i] = middle + distance
      lower[i] = middle - distance
    } else mid[i] = upper[i] = lower[i] = NaN
  }
}

export function bareAtr({ high, low, close }: Columns, period: number, out: Float64Array): void {
  out[0] = NaN
  let sum = 0
  for (let i = 1; i <= period; i += 1) {
    sum += Math.max(at(high, i), at(close, i - 1)) - Math.min(at(low, i), at(close, i - 1))
    out[i] = NaN
  }
  let average = sum / period
  out[period] = average
  const weight = 1 / period
  let previous = at(close, period)
  for (let i = period + 1; i < close.length; i += 1) {
    const above = at(high, i) - previous
    const below = at(low, i) - previous
    previous = at(close, i)
    average += weight * ((above + Math.abs(above) - below + Math.abs(below)) * 0.5 - average)
    out[i] = average
  }
}

/** The true range cancels out of ADX. */
export function bareAdx({ high, low }: Columns, period: number, out: Float64Array): void {
  const decay = 1 - 1 / period
  const inverse = 1 / period
  let plus = 0
  let minus = 0
  let average = 0
  let count = 0
  let previousHigh = at(high, 0)
  let previousLow = at(low, 0)
  out.fill(NaN, 0, 2 * period - 1)
  for (let i = 1; i < high.length; i += 1) {
    const top = at(high, i)
    const bottom = at(low, i)
    const up = top - previousHigh
    const down = previousLow - bottom
    previousHigh = top
    previousLow = bottom
    const gain = (up + Math.abs(up)) * 0.5
    const loss = (down + Math.abs(down)) * 0.5
    const p = gain * +(gain > loss)
    const m = loss * +(loss > gain)
    if (i < period) {
      plus += p
      minus += m
      continue
    }
    plus = plus * decay + p
    minus = minus * decay + m
    const total = plus + minus
    const index = total > 0 ? (100 * Math.abs(plus - minus)) / total : 0
    if (count < period) {
      average += index
      count += 1
      if (count === period) out[i] = average *= inverse
    } else out[i] = average += inverse * (index - average)
  }
}

/** Keeps the extreme and where it is, and searches the window only when it has left it. */
export function bareStochastic({ high, low, close }: Columns, [period, signal]: readonly [number, number], out: Out): void {
  const k = column(out, 0)
  const d = column(out, 1)
  let maxAt = -1
  let minAt = -1
  let max = at(high, 0)
  let min = at(low, 0)
  let sum = 0
  const inverse = 1 / signal
  for (let i = 0; i < close.length; i += 1) {
    const oldest = i - period + 1
    if (at(high, i) >= max) {
      maxAt = i
      max = at(high, i)
    } else if (maxAt < oldest) {
      maxAt = oldest
      max = at(high, oldest)
      for (let j = oldest + 1; j <= i; j += 1)
        if (at(high, j) >= max) {
          max = at(high, j)
          maxAt = j
        }
    }
    if (at(low, i) <= min) {
      minAt = i
      min = at(low, i)
    } else if (minAt < oldest) {
      minAt = oldest
      min = at(low, oldest)
      for (let j = oldest + 1; j <= i; j += 1)
        if (at(low, j) <= min) {
          min = at(low, j)
          minAt = j
        }
    }
    if (oldest < 0) {
      k[i] = d[i] = NaN
      continue
    }
    const range = max - min
    const value = range > 0 ? (100 * (at(close, i) - min)) / range : 0
    k[i] = value
    sum += value
    if (i >= period - 1 + signal) sum -= at(k, i - signal)
    d[i] = i >= period + signal - 2 ? sum * inverse : NaN
  }
}

export function bareSuperTrend({ high, low, close }: Columns, [period, multiple]: readonly [number, number], out: Out): void {
  const line = column(out, 0)
  const direction = column(out, 1)
  bareAtr({ high, low, close }, period, direction)
  let upper = NaN
  let lower = NaN
  let isUp = true
  for (let i = 0; i < period; i += 1) line[i] = NaN
  for (let i = period; i < close.length; i += 1) {
    const middle = (at(high, i) + at(low, i)) * 0.5
    const distance = multiple * at(direction, i)
    const previous = at(close, i - 1)
    if (i === period || middle + distance < upper || previous > upper) upper = middle + distance
    if (i === period || middle - distance > lower || previous < lower) lower = middle - distance
    if (i === period) isUp = at(close, i) > lower
    if (isUp) {
      if (at(close, i) < lower) isUp = false
    } else if (at(close, i) > upper) isUp = true
    line[i] = isUp ? lower : upper
    direction[i] = isUp ? 1 : -1
  }
}

function bareMiddles({ high, low }: Columns, period: number, out: Float64Array): void {
  let maxAt = -1
  let minAt = -1
  let max = at(high, 0)
  let min = at(low, 0)
  for (let i = 0; i < high.length; i += 1) {
    const oldest = i - period + 1
    if (at(high, i) >= max) {
      maxAt = i
      max = at(high, i)
    } else if (maxAt < oldest) {
      maxAt = oldest
      max = at(high, oldest)
      for (let j = oldest + 1; j <= i; j += 1)
        if (at(high, j) >= max) {
          max = at(high, j)
          maxAt = j
        }
    }
    if (at(low, i) <= min) {
      minAt = i
      min = at(low, i)
    } else if (minAt < oldest) {
      minAt = oldest
      min = at(low, oldest)
      for (let j = oldest + 1; j <= i; j += 1)
        if (at(low, j) <= min) {
          min = at(low, j)
          minAt = j
        }
    }
    out[i] = oldest >= 0 ? (max + min) * 0.5 : NaN
  }
}

export function bareIchimoku(columns: Columns, [conversion, base, span]: readonly [number, number, number], out: Out): void {
  bareMiddles(columns, conversion, column(out, 0))
  bareMiddles(columns, base, column(out, 1))
  bareMiddles(columns, span, column(out, 3))
  const first = column(out, 0)
  const second = column(out, 1)
  const mean = column(out, 2)
  for (let i = 0; i < mean.length; i += 1) mean[i] = (at(first, i) + at(second, i)) * 0.5
}
