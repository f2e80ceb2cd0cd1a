// Proves that what no library has agrees to 1e-9 with its definition, written out plainly and computed anew for each candle from the window it
// names, on real minute candles.
import { describe, expect, it } from 'vitest'
import type { FeatureColumns } from '../../src-main/core/features/feature-set.ts'
import { findFeature } from '../../src-main/core/features/registry.ts'
import { MEASURES, type Measure } from '../../src-shared/domain/measure.ts'
import { featureOf, minuteCandles } from '../support/feature-columns.ts'

const candles = minuteCandles()
const count = candles.close.length
type Column = Exclude<keyof typeof candles, 'measures'>
const at = (column: Column, i: number): number => candles[column][i] ?? NaN
const typical = (i: number): number => (at('high', i) + at('low', i) + at('close', i)) / 3

/** The values of the last `period` candles up to `end`, oldest first. */
const last = (period: number, end: number, value: (i: number) => number): number[] =>
  Array.from({ length: period }, (_, k) => value(end - period + 1 + k))
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const mean = (values: readonly number[]): number => sum(values) / values.length
const moment = (values: readonly number[], power: number): number => mean(values.map((value) => (value - mean(values)) ** power))
const sigma = (values: readonly number[]): number => Math.sqrt(moment(values, 2))
const logReturn = (i: number): number => Math.log(at('close', i) / at('close', i - 1))
/** Share of lower values, equal ones counted half. */
const rankIn = (values: readonly number[], value: number): number =>
  (values.filter((other) => other < value).length + values.filter((other) => other === value).length / 2) / values.length

/** Compares at every 31st candle, because plain definitions are slow. `scale` is what the error is relative to for values near zero. */
function expectPlain(
  name: string,
  expected: (i: number) => number,
  { columns = candles, scale = 0 }: { columns?: FeatureColumns; scale?: number } = {},
) {
  const spec = findFeature(name)
  if (!spec.ok) throw new Error(spec.error.message)
  const ours = featureOf(name, columns)
  let compared = 0
  for (let i = spec.value.warmupCandles - 1; i < count; i += 31) {
    const [value, plain] = [ours[i] ?? NaN, expected(i)]
    const agrees = Object.is(value, plain) || Math.abs(value - plain) <= 1e-9 * Math.max(scale, Math.abs(plain))
    expect(agrees, `${name} at candle ${i}: ${value}, expected ${plain}`).toBe(true)
    compared += Number(!Number.isNaN(plain))
  }
  expect(compared, name).toBeGreaterThan(90)
}

const memo = (compute: () => Float64Array): (() => Float64Array) => {
  let values: Float64Array | null = null
  return () => (values ??= compute())
}
const ema20 = memo(() => featureOf('ema_20', candles))
const atr20 = memo(() => featureOf('atr_20', candles))
const atr14 = memo(() => featureOf('atr_14', candles))

describe('bands and ranks', () => {
  it('Keltner is an EMA with ATR around it', () => {
    const ema = (i: number) => ema20()[i] ?? NaN
    const atr = (i: number) => atr20()[i] ?? NaN
    expectPlain('keltner_mid_20_1.5', ema)
    expectPlain('keltner_upper_20_1.5', (i) => ema(i) + 1.5 * atr(i))
    expectPlain('keltner_lower_20_1.5', (i) => ema(i) - 1.5 * atr(i))
  })

  it('ATR in percent and its rank', () => {
    const percent = (i: number) => (100 * (atr14()[i] ?? NaN)) / at('close', i)
    expectPlain('atr_percent_14', percent)
    expectPlain('atr_percent_rank_14', (i) => rankIn(last(500, i, percent), percent(i)))
  })

  it('Bollinger width, its rank, and the place of the close between the bands', () => {
    const closes = (i: number) => last(20, i, (k) => at('close', k))
    const width = (i: number) => (4 * sigma(closes(i))) / mean(closes(i))
    expectPlain('bollinger_width_20', width, { scale: 1 })
    expectPlain('bollinger_percent_b_20', (i) => (at('close', i) - mean(closes(i))) / (4 * sigma(closes(i))) + 0.5, { scale: 100 })
    const widths = Array.from({ length: count }, (_, i) => (i < 19 ? NaN : width(i)))
    expectPlain('bollinger_width_rank_20_100', (i) =>
      rankIn(
        last(100, i, (k) => widths[k] ?? NaN),
        widths[i] ?? NaN,
      ),
    )
  })

  it('the spread of three EMAs and its rank', () => {
    const [fast, middle, slow] = [featureOf('ema_8', candles), featureOf('ema_21', candles), featureOf('ema_55', candles)]
    const spread = (i: number) => {
      const three = [fast[i] ?? NaN, middle[i] ?? NaN, slow[i] ?? NaN]
      return (Math.max(...three) - Math.min(...three)) / at('close', i)
    }
    expectPlain('ema_spread', spread)
    expectPlain('ema_spread_rank', (i) => rankIn(last(100, i, spread), spread(i)))
  })

  it('the slope of an EMA, in percent of the close', () => {
    const ema = featureOf('ema_50', candles)
    expectPlain('ema_slope_50', (i) => (100 * ((ema[i] ?? NaN) - (ema[i - 1] ?? NaN))) / at('close', i), { scale: 1 })
  })

  it('the cloud of 26 candles before', () => {
    const middle = (period: number, i: number) =>
      (Math.max(...last(period, i, (k) => at('high', k))) + Math.min(...last(period, i, (k) => at('low', k)))) / 2
    expectPlain('ichimoku_cloud_a', (i) => (middle(9, i - 26) + middle(26, i - 26)) / 2)
    expectPlain('ichimoku_cloud_b', (i) => middle(52, i - 26))
  })
})

describe('volume', () => {
  const weighted = (window: readonly number[]) => {
    const total = sum(window.map((i) => at('volume', i)))
    const average = sum(window.map((i) => typical(i) * at('volume', i))) / total
    return { average, deviation: Math.sqrt(sum(window.map((i) => (typical(i) - average) ** 2 * at('volume', i))) / total) }
  }

  it('the deviation around the day VWAP', () => {
    const today = (i: number) => weighted(last((i % 1440) + 1, i, (k) => k))
    expectPlain('vwap_day', (i) => today(i).average)
    expectPlain('vwap_day_sigma', (i) => today(i).deviation, { scale: 1 })
  })

  it('the rolling VWAP and its bands', () => {
    const rolling = (i: number) => weighted(last(96, i, (k) => k))
    expectPlain('vwap_rolling_96', (i) => rolling(i).average)
    expectPlain('vwap_rolling_sigma_96', (i) => rolling(i).deviation, { scale: 10 })
    expectPlain('vwap_rolling_upper_96_2.5', (i) => rolling(i).average + 2.5 * rolling(i).deviation)
    expectPlain('vwap_rolling_lower_96_2.5', (i) => rolling(i).average - 2.5 * rolling(i).deviation)
  })

  it('volume against its mean, and Amihud illiquidity', () => {
    const volumes = (i: number) => last(20, i, (k) => at('volume', k))
    expectPlain('volume_ratio_20', (i) => at('volume', i) / mean(volumes(i)))
    expectPlain('volume_zscore_20', (i) => (at('volume', i) - mean(volumes(i))) / sigma(volumes(i)), { scale: 1 })
    expectPlain('amihud_96', (i) => mean(last(96, i, (k) => Math.abs(logReturn(k)) / (at('close', k) * at('volume', k)))))
  })

  it('the profile of volume by price', () => {
    const profile = (i: number) => plainProfile(last(240, i, (k) => k))
    expectPlain('volume_profile_poc_240', (i) => profile(i).pointOfControl)
    expectPlain('volume_profile_vah_240', (i) => profile(i).high)
    expectPlain('volume_profile_val_240', (i) => profile(i).low)
  })
})

/** Fifty bins, each candle's volume shared out by how much of its range lies in a bin; 70 % grown from the fullest bin. */
function plainProfile(window: readonly number[]): { pointOfControl: number; high: number; low: number } {
  const bottom = Math.min(...window.map((i) => at('low', i)))
  const step = (Math.max(...window.map((i) => at('high', i))) - bottom) / 50
  const bins = Array.from({ length: 50 }, (_, bin) => {
    const [from, to] = [bottom + bin * step, bottom + (bin + 1) * step]
    return sum(
      window.map((i) => {
        const [low, high] = [at('low', i), at('high', i)]
        if (low === high) return low >= from && (low < to || bin === 49) ? at('volume', i) : 0
        return (at('volume', i) * Math.max(0, Math.min(high, to) - Math.max(low, from))) / (high - low)
      }),
    )
  })
  const fullest = bins.indexOf(Math.max(...bins))
  let [first, end] = [fullest, fullest + 1]
  while (sum(bins.slice(first, end)) < 0.7 * sum(bins)) {
    if ((bins[end] ?? -1) >= (bins[first - 1] ?? -1)) end += 1
    else first -= 1
  }
  return { pointOfControl: bottom + (fullest + 0.5) * step, high: bottom + end * step, low: bottom + first * step }
}

type Pivot = { readonly at: number; readonly price: number }
/** Fractals of 5 on either side: above what follows, not below what came before. */
function plainPivots(sign: 1 | -1): Pivot[] {
  const price = (i: number) => (sign > 0 ? at('high', i) : -at('low', i))
  return Array.from({ length: count }, (_, i) => i)
    .slice(5, -5)
    .filter((i) => [1, 2, 3, 4, 5].every((k) => price(i) > price(i + k) && price(i) >= price(i - k)))
    .map((i) => ({ at: i, price: sign * price(i) }))
}

describe('levels', () => {
  const [highs, lows] = [plainPivots(1), plainPivots(-1)]
  const newest = (pivots: readonly Pivot[], i: number) => pivots.findLast((pivot) => pivot.at + 5 <= i)

  it('the last confirmed swings and how long ago they were', () => {
    expect(highs.length).toBeGreaterThan(100)
    expectPlain('swing_high_5', (i) => newest(highs, i)?.price ?? NaN)
    expectPlain('swing_high_age_5', (i) => i - (newest(highs, i)?.at ?? NaN))
    expectPlain('swing_low_5', (i) => newest(lows, i)?.price ?? NaN)
    expectPlain('swing_low_age_5', (i) => i - (newest(lows, i)?.at ?? NaN))
  })

  it('clusters of swings around the close', () => {
    // A high and a low of the same candle are confirmed together, the high first.
    const all = [...highs, ...lows].toSorted((a, b) => a.at - b.at)
    const clusters = (i: number) => {
      const prices = all
        .filter((pivot) => pivot.at + 5 <= i)
        .slice(-20)
        .map(({ price }) => price)
        .toSorted((a, b) => a - b)
      const groups: number[][] = []
      for (const price of prices) {
        const group = groups.at(-1)
        if (group && price - (group.at(-1) ?? NaN) <= 0.5 * (atr14()[i] ?? NaN)) group.push(price)
        else groups.push([price])
      }
      return groups
    }
    const below = (i: number) => clusters(i).findLast((group) => mean(group) <= at('close', i))
    const above = (i: number) => clusters(i).find((group) => mean(group) > at('close', i))
    expectPlain('support_5', (i) => mean(below(i) ?? []))
    expectPlain('support_touches_5', (i) => below(i)?.length ?? NaN)
    expectPlain('resistance_5', (i) => mean(above(i) ?? []))
    expectPlain('resistance_touches_5', (i) => above(i)?.length ?? NaN)
  })
})

describe('statistics', () => {
  const MINUTES_PER_YEAR = 365 * 1440
  const returns = (period: number, i: number) => last(period, i, logReturn)

  it.each([1, 3, 6, 12, 24, 48, 96])('the log return over %i candles', (n) => {
    expectPlain(`log_return_${n}`, (i) => Math.log(at('close', i) / at('close', i - n)))
  })

  it('volatility by closes, by ranges, by both, and how much it varies itself', () => {
    const realized = (i: number) => Math.sqrt(mean(returns(24, i).map((value) => value ** 2)) * MINUTES_PER_YEAR)
    expectPlain('realized_volatility_24', realized)
    const range = (k: number) => Math.log(at('high', k) / at('low', k))
    expectPlain('parkinson_volatility_48', (i) =>
      Math.sqrt((sum(last(48, i, (k) => range(k) ** 2)) / (4 * Math.log(2) * 48)) * MINUTES_PER_YEAR),
    )
    const both = (k: number) => 0.5 * range(k) ** 2 - (2 * Math.log(2) - 1) * Math.log(at('close', k) / at('open', k)) ** 2
    expectPlain('garman_klass_volatility_48', (i) => Math.sqrt(mean(last(48, i, both)) * MINUTES_PER_YEAR))
    expectPlain('volatility_of_volatility', (i) => sigma(last(96, i, realized)) / mean(last(96, i, realized)))
  })

  it('the shape of the returns', () => {
    expectPlain('skewness_96', (i) => moment(returns(96, i), 3) / sigma(returns(96, i)) ** 3, { scale: 1 })
    expectPlain('excess_kurtosis_96', (i) => moment(returns(96, i), 4) / sigma(returns(96, i)) ** 4 - 3, { scale: 1 })
    expectPlain('return_entropy_96', (i) => plainEntropy(returns(96, i)))
  })

  it('the memory of the returns', () => {
    for (const lag of [1, 4]) {
      const products = (values: readonly number[]) =>
        values.slice(lag).map((value, k) => (value - mean(values)) * ((values[k] ?? NaN) - mean(values)))
      expectPlain(
        lag === 1 ? 'autocorrelation_96' : `autocorrelation_96_${lag}`,
        (i) => sum(products(returns(96, i))) / (96 * moment(returns(96, i), 2)),
        { scale: 1 },
      )
    }
    expectPlain('hurst_128', (i) => plainHurst(returns(128, i)))
    expectPlain('hurst_100', (i) => plainHurst(returns(100, i)))
  })

  it('where the close stands among the last', () => {
    const closes = (i: number) => last(96, i, (k) => at('close', k))
    expectPlain('zscore_96', (i) => (at('close', i) - mean(closes(i))) / sigma(closes(i)), { scale: 1 })
    expectPlain('close_rank_96', (i) => rankIn(closes(i), at('close', i)))
  })

  it('how much of the closes a straight line explains', () => {
    const fit = (i: number) => {
      const y = last(20, i, (k) => at('close', k))
      const x = y.map((_, k) => k)
      const covariance = mean(x.map((value, k) => (value - mean(x)) * ((y[k] ?? NaN) - mean(y))))
      return covariance ** 2 / (moment(x, 2) * moment(y, 2))
    }
    expectPlain('linreg_r_squared_20', fit, { scale: 1 })
  })
})

function plainEntropy(values: readonly number[]): number {
  const [lowest, highest] = [Math.min(...values), Math.max(...values)]
  const bins = values.map((value) => Math.min(9, Math.floor((10 * (value - lowest)) / (highest - lowest))))
  const shares = [...new Set(bins)].map((bin) => bins.filter((other) => other === bin).length / values.length)
  return -sum(shares.map((share) => share * Math.log(share))) / Math.log(10)
}

function plainHurst(values: readonly number[]): number {
  const points: [number, number][] = []
  for (let length = values.length; length >= 8; length = Math.floor(length / 2)) {
    const pieces = Array.from({ length: Math.floor(values.length / length) }, (_, k) => values.slice(k * length, (k + 1) * length))
    const rescaled = pieces.map((piece) => {
      const walk = piece.map((_, k) => sum(piece.slice(0, k + 1).map((value) => value - mean(piece))))
      return (Math.max(0, ...walk) - Math.min(0, ...walk)) / sigma(piece)
    })
    points.push([Math.log(length), Math.log(mean(rescaled))])
  }
  const [x, y] = [points.map(([value]) => value), points.map(([, value]) => value)]
  return mean(x.map((value, k) => (value - mean(x)) * ((y[k] ?? NaN) - mean(y)))) / moment(x, 2)
}

describe('the calendar', () => {
  it('turns once a day and once a week, from Monday 00:00 UTC', () => {
    const date = (i: number) => new Date(at('openTimeMs', i))
    const turn = (share: number) => 2 * Math.PI * share
    const time = (i: number) => turn((date(i).getUTCHours() * 60 + date(i).getUTCMinutes()) / 1440)
    const weekday = (i: number) => turn(((date(i).getUTCDay() + 6) % 7) / 7)
    expectPlain('hour_sin', (i) => Math.sin(time(i)), { scale: 1 })
    expectPlain('hour_cos', (i) => Math.cos(time(i)), { scale: 1 })
    expectPlain('weekday_sin', (i) => Math.sin(weekday(i)), { scale: 1 })
    expectPlain('weekday_cos', (i) => Math.cos(weekday(i)), { scale: 1 })
  })
})

describe('measures', () => {
  // The numbers are not real, but each measure has its own: what is proven is which one is read, and what is done with it.
  const value = (measure: Measure, i: number): number => 2 + Math.sin((i * (MEASURES.indexOf(measure) + 1)) / 50)
  const columns: FeatureColumns = {
    ...candles,
    measures: Object.fromEntries(MEASURES.map((measure) => [measure, candles.close.map((_, i) => value(measure, i))])) as Record<
      Measure,
      Float64Array
    >,
  }

  it.each(MEASURES)('%s is given as it stands', (measure) => {
    expectPlain(measure, (i) => value(measure, i), { columns })
  })

  it('what follows from two values', () => {
    expectPlain('basis', (i) => at('close', i) / value('spot_price', i) - 1, { columns })
    expectPlain('microprice_offset_bp', (i) => 1e4 * (value('microprice', i) / at('close', i) - 1), { columns })
    const share = (more: Measure, less: Measure) => (i: number) => (value(more, i) - value(less, i)) / (value(more, i) + value(less, i))
    expectPlain('depth_imbalance_10bp', share('bid_depth_10bp', 'ask_depth_10bp'), { columns, scale: 1 })
    expectPlain('depth_imbalance_25bp', share('bid_depth_25bp', 'ask_depth_25bp'), { columns, scale: 1 })
    expectPlain('depth_imbalance_50bp', share('bid_depth_50bp', 'ask_depth_50bp'), { columns, scale: 1 })
    expectPlain('liquidation_imbalance', share('liquidation_buy', 'liquidation_sell'), { columns, scale: 1 })
    expectPlain('open_interest_change_12', (i) => value('open_interest', i) / value('open_interest', i - 12) - 1, { columns, scale: 1 })
    expectPlain('cvd_change_20', (i) => value('cvd', i) - value('cvd', i - 20), { columns, scale: 1 })
  })

  it('standard scores', () => {
    const score = (measure: Measure, period: number) => (i: number) => {
      const values = last(period, i, (k) => value(measure, k))
      return (value(measure, i) - mean(values)) / sigma(values)
    }
    expectPlain('funding_rate_zscore_720', score('funding_rate', 720), { columns, scale: 1 })
    expectPlain('hourly_cvd_zscore_96', score('cvd_1h', 96), { columns, scale: 1 })
  })

  it('is unknown while what it needs is, and known again once it has all of it', () => {
    const openInterest = Float64Array.from({ length: count }, (_, i) => (i === 100 ? NaN : 5 + i))
    const funding = Float64Array.from({ length: count }, (_, i) => (i === 1000 ? NaN : Math.sin(i)))
    const gaps: FeatureColumns = { ...candles, measures: { open_interest: openInterest, funding_rate: funding } }
    const unknown = (name: string) => [...featureOf(name, gaps)].flatMap((number, i) => (Number.isNaN(number) ? [i] : []))
    expect(unknown('open_interest_change_12')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 100, 112])
    expect(unknown('funding_rate_zscore_48')).toEqual([...Array(47).keys(), ...Array.from({ length: 48 }, (_, k) => 1000 + k)])
    expect(unknown('cvd')).toHaveLength(count)
  })
})
