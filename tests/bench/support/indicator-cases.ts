// Ten indicators, each in every form that is measured: ours, the bare loop, and the npm peers. Each alternative has a loop of its own, so that the
// harness adds no call site that all of them share.
import { IndicatorsSync } from '@ixjb94/indicators'
import * as indicatorts from 'indicatorts'
import * as technical from 'technicalindicators'
import * as signals from 'trading-signals'
import { Sma, createEma } from '../../../src-main/core/features/averages.ts'
import { computeFeatures } from '../../../src-main/core/features/feature-set.ts'
import { Ichimoku } from '../../../src-main/core/features/ichimoku.ts'
import { Macd, Rsi } from '../../../src-main/core/features/momentum.ts'
import { Stochastic } from '../../../src-main/core/features/oscillators.ts'
import { DirectionalMovement, SuperTrend } from '../../../src-main/core/features/trend.ts'
import { Atr, Bollinger } from '../../../src-main/core/features/volatility.ts'
import type { CandleColumns } from '../../../src-main/core/ports/market-feed.ts'
import * as bare from './indicator-loops.ts'
import * as steps from './indicator-steps.ts'

/**
 * Runs over all candles once. What it returns is kept until the next run: it keeps the work from being optimised away, and the shape of its
 * objects alive, without which a collection throws away the code that was optimised for them.
 */
export type Run = () => unknown
export type IndicatorCase = {
  readonly name: string
  readonly batch: { readonly ours: Run; readonly bare: Run; readonly peers: Readonly<Record<string, Run>> }
  readonly stream: { readonly ours: Run; readonly bare: Run; readonly peers: Readonly<Record<string, Run>> }
  /** Last values of the primary output, ours and the bare loop's: they must agree. */
  lastValues(): readonly [ours: number, bare: number]
}

export function indicatorCases(columns: CandleColumns): readonly IndicatorCase[] {
  const { high, low, close } = columns
  const count = close.length
  const [C, H, L] = [[...close], [...high], [...low]]
  const bars = C.map((price, i) => ({ high: H[i] as number, low: L[i] as number, close: price }))
  const ixjb = new IndicatorsSync()
  const mine = Array.from({ length: 4 }, () => new Float64Array(count))
  const theirs = Array.from({ length: 4 }, () => new Float64Array(count))
  const first = theirs[0] as Float64Array
  const feature = (...names: string[]): Run => {
    const out = mine.slice(0, names.length)
    return () => computeFeatures(names, columns, out)
  }
  const lastValues = (index: number) => (): readonly [number, number] => [mine[index]?.at(-1) ?? NaN, theirs[index]?.at(-1) ?? NaN]
  const closeAt = (i: number): number => close[i] as number
  const barAt = (i: number): (typeof bars)[number] => bars[i] as (typeof bars)[number]
  return [
    {
      name: 'SMA(20)',
      lastValues: lastValues(0),
      batch: {
        ours: feature('sma_20'),
        bare: () => bare.bareSma(close, 20, first),
        peers: {
          technicalindicators: () => technical.SMA.calculate({ period: 20, values: C }),
          'trading-signals': () => new signals.SMA(20).updates(C, false),
          indicatorts: () => indicatorts.sma(C, { period: 20 }),
          '@ixjb94/indicators': () => ixjb.sma(C, 20),
        },
      },
      stream: {
        ours: () => {
          const x = new Sma(20)
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(close[i] as number)
          return [x, sum]
        },
        bare: () => {
          const x = new steps.BareSma(20)
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(close[i] as number)
          return [x, sum]
        },
        peers: {
          technicalindicators: () => {
            const x = new technical.SMA({ period: 20, values: [] })
            for (let i = 0; i < count; i += 1) x.nextValue(closeAt(i))
            return x
          },
          'trading-signals': () => {
            const x = new signals.SMA(20)
            for (let i = 0; i < count; i += 1) x.update(closeAt(i), false)
            return x
          },
        },
      },
    },
    {
      name: 'EMA(20)',
      lastValues: lastValues(0),
      batch: {
        ours: feature('ema_20'),
        bare: () => bare.bareEma(close, 20, first),
        peers: {
          technicalindicators: () => technical.EMA.calculate({ period: 20, values: C }),
          'trading-signals': () => new signals.EMA(20).updates(C, false),
          indicatorts: () => indicatorts.ema(C, { period: 20 }),
          '@ixjb94/indicators': () => ixjb.ema(C, 20),
        },
      },
      stream: {
        ours: () => {
          const x = createEma(20)
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(close[i] as number)
          return [x, sum]
        },
        bare: () => {
          const x = steps.bareEmaStep(20)
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(close[i] as number)
          return [x, sum]
        },
        peers: {
          technicalindicators: () => {
            const x = new technical.EMA({ period: 20, values: [] })
            for (let i = 0; i < count; i += 1) x.nextValue(closeAt(i))
            return x
          },
          'trading-signals': () => {
            const x = new signals.EMA(20)
            for (let i = 0; i < count; i += 1) x.update(closeAt(i), false)
            return x
          },
        },
      },
    },
    {
      name: 'RSI(14)',
      lastValues: lastValues(0),
      batch: {
        ours: feature('rsi_14'),
        bare: () => bare.bareRsi(close, 14, first),
        peers: {
          technicalindicators: () => technical.RSI.calculate({ period: 14, values: C }),
          'trading-signals': () => new signals.RSI(14).updates(C, false),
          indicatorts: () => indicatorts.rsi(C, { period: 14 }),
          '@ixjb94/indicators': () => ixjb.rsi(C, 14),
        },
      },
      stream: {
        ours: () => {
          const x = new Rsi(14)
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(close[i] as number)
          return [x, sum]
        },
        bare: () => {
          const x = new steps.BareRsi(14)
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(close[i] as number)
          return [x, sum]
        },
        peers: {
          technicalindicators: () => {
            const x = new technical.RSI({ period: 14, values: [] })
            for (let i = 0; i < count; i += 1) x.nextValue(closeAt(i))
            return x
          },
          'trading-signals': () => {
            const x = new signals.RSI(14)
            for (let i = 0; i < count; i += 1) x.update(closeAt(i), false)
            return x
          },
        },
      },
    },
    {
      name: 'MACD(12,26,9)',
      lastValues: lastValues(1),
      batch: {
        ours: feature('macd_line', 'macd_signal', 'macd_histogram'),
        bare: () => bare.bareMacd(close, [12, 26, 9], theirs),
        peers: {
          technicalindicators: () =>
            technical.MACD.calculate({
              values: C,
              fastPeriod: 12,
              slowPeriod: 26,
              signalPeriod: 9,
              SimpleMAOscillator: false,
              SimpleMASignal: false,
            }),
          'trading-signals': () => new signals.MACD(new signals.EMA(12), new signals.EMA(26), new signals.EMA(9)).updates(C, false),
          indicatorts: () => indicatorts.macd(C, { fast: 12, slow: 26, signal: 9 }),
          '@ixjb94/indicators': () => ixjb.macd(C, 12, 26, 9),
        },
      },
      stream: {
        ours: () => {
          const x = new Macd(12, 26, 9)
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(close[i] as number)
          return [x, sum]
        },
        bare: () => {
          const x = new steps.BareMacd(12, 26, 9)
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(close[i] as number)
          return [x, sum]
        },
        peers: {
          technicalindicators: () => {
            const x = new technical.MACD({
              values: [],
              fastPeriod: 12,
              slowPeriod: 26,
              signalPeriod: 9,
              SimpleMAOscillator: false,
              SimpleMASignal: false,
            })
            for (let i = 0; i < count; i += 1) x.nextValue(closeAt(i))
            return x
          },
          'trading-signals': () => {
            const x = new signals.MACD(new signals.EMA(12), new signals.EMA(26), new signals.EMA(9))
            for (let i = 0; i < count; i += 1) x.update(closeAt(i), false)
            return x
          },
        },
      },
    },
    {
      name: 'Bollinger(20,2)',
      lastValues: lastValues(1),
      batch: {
        ours: feature('bollinger_mid_20', 'bollinger_upper_20', 'bollinger_lower_20'),
        bare: () => bare.bareBollinger(close, [20, 2], theirs),
        peers: {
          technicalindicators: () => technical.BollingerBands.calculate({ period: 20, stdDev: 2, values: C }),
          'trading-signals': () => new signals.BollingerBands(20, 2).updates(C, false),
          indicatorts: () => indicatorts.bb(C, { period: 20 }),
          '@ixjb94/indicators': () => ixjb.bbands(C, 20, 2),
        },
      },
      stream: {
        ours: () => {
          const x = new Bollinger(20, 2)
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(close[i] as number)
          return [x, sum]
        },
        bare: () => {
          const x = new steps.BareBollinger(20, 2)
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(close[i] as number)
          return [x, sum]
        },
        peers: {
          technicalindicators: () => {
            const x = new technical.BollingerBands({ period: 20, stdDev: 2, values: [] })
            for (let i = 0; i < count; i += 1) x.nextValue(closeAt(i))
            return x
          },
          'trading-signals': () => {
            const x = new signals.BollingerBands(20, 2)
            for (let i = 0; i < count; i += 1) x.update(closeAt(i), false)
            return x
          },
        },
      },
    },
    {
      name: 'ATR(14)',
      lastValues: lastValues(0),
      batch: {
        ours: feature('atr_14'),
        bare: () => bare.bareAtr(columns, 14, first),
        peers: {
          technicalindicators: () => technical.ATR.calculate({ period: 14, high: H, low: L, close: C }),
          'trading-signals': () => new signals.ATR(14).updates(bars, false),
          indicatorts: () => indicatorts.atr(H, L, C, { period: 14 }),
          '@ixjb94/indicators': () => ixjb.atr(H, L, C, 14),
        },
      },
      stream: {
        ours: () => {
          const x = new Atr(14)
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(high[i] as number, low[i] as number, close[i] as number)
          return [x, sum]
        },
        bare: () => {
          const x = new steps.BareAtr(14)
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(high[i] as number, low[i] as number, close[i] as number)
          return [x, sum]
        },
        peers: {
          'trading-signals': () => {
            const x = new signals.ATR(14)
            for (let i = 0; i < count; i += 1) x.update(barAt(i), false)
            return x
          },
        },
      },
    },
    {
      name: 'ADX(14)',
      lastValues: lastValues(0),
      batch: {
        ours: feature('adx_14'),
        bare: () => bare.bareAdx(columns, 14, first),
        peers: {
          technicalindicators: () => technical.ADX.calculate({ period: 14, high: H, low: L, close: C }),
          'trading-signals': () => new signals.ADX(14).updates(bars, false),
          '@ixjb94/indicators': () => ixjb.adx(H, L, 14),
        },
      },
      stream: {
        ours: () => {
          const x = new DirectionalMovement(14)
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(high[i] as number, low[i] as number, close[i] as number)
          return [x, sum]
        },
        bare: () => {
          const x = new steps.BareAdx(14)
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(high[i] as number, low[i] as number)
          return [x, sum]
        },
        peers: {
          'trading-signals': () => {
            const x = new signals.ADX(14)
            for (let i = 0; i < count; i += 1) x.update(barAt(i), false)
            return x
          },
        },
      },
    },
    {
      name: 'Stochastic(14,1,3)',
      lastValues: lastValues(1),
      batch: {
        ours: feature('stochastic_k_14_1_3', 'stochastic_d_14_1_3'),
        bare: () => bare.bareStochastic(columns, [14, 3], theirs),
        peers: {
          technicalindicators: () => technical.Stochastic.calculate({ period: 14, signalPeriod: 3, high: H, low: L, close: C }),
          'trading-signals': () => new signals.StochasticOscillator({ kPeriod: 14, kSlowingPeriod: 1, dPeriod: 3 }).updates(bars, false),
          indicatorts: () => indicatorts.stoch(H, L, C, { kPeriod: 14, dPeriod: 3 }),
          '@ixjb94/indicators': () => ixjb.stoch(H, L, C, 14, 1, 3),
        },
      },
      stream: {
        ours: () => {
          const x = new Stochastic({ period: 14, slowing: 1, signal: 3 })
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(high[i] as number, low[i] as number, close[i] as number)
          return [x, sum]
        },
        bare: () => {
          const x = new steps.BareStochastic(14, 3)
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(high[i] as number, low[i] as number, close[i] as number)
          return [x, sum]
        },
        peers: {
          'trading-signals': () => {
            const x = new signals.StochasticOscillator({ kPeriod: 14, kSlowingPeriod: 1, dPeriod: 3 })
            for (let i = 0; i < count; i += 1) x.update(barAt(i), false)
            return x
          },
        },
      },
    },
    {
      name: 'SuperTrend(10,3)',
      lastValues: lastValues(0),
      batch: {
        ours: feature('supertrend', 'supertrend_direction'),
        bare: () => bare.bareSuperTrend(columns, [10, 3], theirs),
        peers: { 'trading-signals': () => new signals.SuperTrend({ interval: 10, multiplier: 3 }).updates(bars, false) },
      },
      stream: {
        ours: () => {
          const x = new SuperTrend(10, 3)
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(high[i] as number, low[i] as number, close[i] as number)
          return [x, sum]
        },
        bare: () => {
          const x = new steps.BareSuperTrend(10, 3)
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(high[i] as number, low[i] as number, close[i] as number)
          return [x, sum]
        },
        peers: {
          'trading-signals': () => {
            const x = new signals.SuperTrend({ interval: 10, multiplier: 3 })
            for (let i = 0; i < count; i += 1) x.update(barAt(i), false)
            return x
          },
        },
      },
    },
    {
      name: 'Ichimoku(9,26,52)',
      lastValues: lastValues(1),
      batch: {
        ours: feature('ichimoku_conversion', 'ichimoku_base', 'ichimoku_span_a', 'ichimoku_span_b'),
        bare: () => bare.bareIchimoku(columns, [9, 26, 52], theirs),
        peers: {
          technicalindicators: () =>
            technical.IchimokuCloud.calculate({ high: H, low: L, conversionPeriod: 9, basePeriod: 26, spanPeriod: 52, displacement: 26 }),
          'trading-signals': () =>
            new signals.IchimokuCloud({ conversionInterval: 9, baseInterval: 26, spanBInterval: 52 }).updates(bars, false),
        },
      },
      stream: {
        ours: () => {
          const x = new Ichimoku({ conversion: 9, base: 26, span: 52 })
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(high[i] as number, low[i] as number)
          return [x, sum]
        },
        bare: () => {
          const x = new steps.BareIchimoku(9, 26, 52)
          let sum = 0
          for (let i = 0; i < count; i += 1) sum += x.update(high[i] as number, low[i] as number)
          return [x, sum]
        },
        peers: {
          'trading-signals': () => {
            const x = new signals.IchimokuCloud({ conversionInterval: 9, baseInterval: 26, spanBInterval: 52 })
            for (let i = 0; i < count; i += 1) x.update(barAt(i), false)
            return x
          },
        },
      },
    },
  ]
}
