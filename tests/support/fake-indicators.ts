// Indicator columns of the fake market, in their textbook forms, so that pictures of the screen show lines that belong to the candles.
import type { Bars } from './fake-market.ts'

type Column = (number | null)[]

function ema(values: readonly number[], length: number): Column {
  const alpha = 2 / (length + 1)
  let mean = values[0] ?? 0
  return values.map((value, i) => {
    mean = i === 0 ? value : mean + alpha * (value - mean)
    return i < length - 1 ? null : mean
  })
}

function bollinger(values: readonly number[], sigmas: number): Column {
  return values.map((_, i) => {
    if (i < 19) return null
    const slice = values.slice(i - 19, i + 1)
    const mean = slice.reduce((a, b) => a + b, 0) / 20
    return mean + sigmas * Math.sqrt(slice.reduce((a, b) => a + (b - mean) ** 2, 0) / 20)
  })
}

function rsi(values: readonly number[]): Column {
  let gain = 0
  let loss = 0
  return values.map((value, i) => {
    const change = value - (values[i - 1] ?? value)
    gain += (Math.max(0, change) - gain) / 14
    loss += (Math.max(0, -change) - loss) / 14
    return i < 14 ? null : 100 - 100 / (1 + gain / (loss || 1e-9))
  })
}

function macd(values: readonly number[]): { line: Column; signal: Column; histogram: Column } {
  const fast = ema(values, 12)
  const slow = ema(values, 26)
  const line = values.map((_, i) => (slow[i] == null ? null : (fast[i] ?? 0) - (slow[i] ?? 0)))
  const signal = ema(
    line.map((value) => value ?? 0),
    9,
  ).map((value, i) => (i < 34 ? null : value))
  return { line, signal, histogram: line.map((value, i) => (signal[i] == null || value === null ? null : value - (signal[i] ?? 0))) }
}

function supertrend(bars: Bars): Column {
  let range = 0
  let up = true
  let stop = bars.low[0] ?? 0
  return bars.close.map((close, i) => {
    const high = bars.high[i] ?? close
    const low = bars.low[i] ?? close
    range += (high - low - range) / 10
    const [lower, upper] = [(high + low) / 2 - 3 * range, (high + low) / 2 + 3 * range]
    if (up ? close < stop : close > stop) up = !up
    stop = up ? Math.max(close < stop ? lower : stop, lower) : Math.min(close > stop ? upper : stop, upper)
    if (up && stop > close) stop = lower
    if (!up && stop < close) stop = upper
    return i < 10 ? null : stop
  })
}

function vwap(bars: Bars): Column {
  let day = -1
  let value = 0
  let volume = 0
  return bars.close.map((close, i) => {
    const today = Math.floor((bars.openTimeMs[i] ?? 0) / 86_400_000)
    if (today !== day) [day, value, volume] = [today, 0, 0]
    value += close * (bars.volume[i] ?? 0)
    volume += bars.volume[i] ?? 0
    return volume > 0 ? value / volume : null
  })
}

/** The column of one indicator over all bars, or null for a name nobody knows. */
export function fakeIndicator(name: string, bars: Bars): Column | null {
  if (/^ema_\d+$/.test(name)) return ema(bars.close, Number(name.slice(4)))
  switch (name) {
    case 'bollinger_upper_20':
      return bollinger(bars.close, 2)
    case 'bollinger_mid_20':
      return bollinger(bars.close, 0)
    case 'bollinger_lower_20':
      return bollinger(bars.close, -2)
    case 'supertrend_10_3':
      return supertrend(bars)
    case 'vwap_day':
      return vwap(bars)
    case 'rsi_14':
      return rsi(bars.close)
    case 'macd_line':
      return macd(bars.close).line
    case 'macd_signal':
      return macd(bars.close).signal
    case 'macd_histogram':
      return macd(bars.close).histogram
    default:
      return null
  }
}
