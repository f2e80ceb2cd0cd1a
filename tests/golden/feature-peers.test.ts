// Proves that what TA-Lib does not define, or its build gets wrong, agrees to 1e-9 with independent libraries on real minute candles, once their
// different seeds have died out.
import { IndicatorsSync } from '@ixjb94/indicators'
import { chaikinMoneyFlow } from 'indicatorts'
import { BollingerBands, IchimokuCloud, VWAP } from 'technicalindicators'
import { SuperTrend, StochasticOscillator, HMA } from 'trading-signals'
import { describe, it } from 'vitest'
import { expectAgreement, featureOf, minuteCandles } from '../support/feature-columns.ts'

const candles = minuteCandles()
const [open, high, low, close, volume] = [candles.open, candles.high, candles.low, candles.close, candles.volume].map((column) => [
  ...column,
]) as [number[], number[], number[], number[], number[]]
const bars = close.map((value, i) => ({
  open: open[i] ?? NaN,
  high: high[i] ?? NaN,
  low: low[i] ?? NaN,
  close: value,
  volume: volume[i] ?? NaN,
}))
/** A library that leaves its warm-up out. */
const offsetOf = (theirs: { readonly length: number }): number => close.length - theirs.length
const agree = (name: string, theirs: readonly (number | undefined)[], more: { from?: number; scale?: number } = {}): void =>
  expectAgreement(name, { ours: featureOf(name, candles), theirs, offset: offsetOf(theirs), ...more })

describe('agreement with technicalindicators', () => {
  it('holds for Bollinger Bands', () => {
    const bands = BollingerBands.calculate({ period: 20, stdDev: 2.5, values: close })
    agree(
      'bollinger_upper_20_2.5',
      bands.map(({ upper }) => upper),
    )
    agree(
      'bollinger_lower_20_2.5',
      bands.map(({ lower }) => lower),
    )
    agree(
      'bollinger_mid_20_2.5',
      bands.map(({ middle }) => middle),
    )
  })

  it('holds for Ichimoku', () => {
    const cloud = IchimokuCloud.calculate({ high, low, conversionPeriod: 9, basePeriod: 26, spanPeriod: 52, displacement: 26 })
    agree(
      'ichimoku_conversion',
      cloud.map(({ conversion }) => conversion),
    )
    agree(
      'ichimoku_base',
      cloud.map(({ base }) => base),
    )
    agree(
      'ichimoku_span_a',
      cloud.map(({ spanA }) => spanA),
    )
    agree(
      'ichimoku_span_b',
      cloud.map(({ spanB }) => spanB),
    )
  })

  it('holds for the day VWAP on its first day', () => {
    const day = 1440
    const theirs = VWAP.calculate({
      high: high.slice(0, day),
      low: low.slice(0, day),
      close: close.slice(0, day),
      volume: volume.slice(0, day),
    })
    expectAgreement('vwap_day', { ours: featureOf('vwap_day', candles).slice(0, day), theirs, offset: 0 })
  })
})

describe('agreement with trading-signals', () => {
  it('holds for the stochastic oscillator without slowing', () => {
    const theirs = new StochasticOscillator({ kPeriod: 14, kSlowingPeriod: 1, dPeriod: 3 })
      .updates(bars, false)
      .flatMap((value) => value ?? [])
    agree(
      'stochastic_k_14_1_3',
      theirs.map(({ stochK }) => stochK),
    )
    agree(
      'stochastic_d_14_1_3',
      theirs.map(({ stochD }) => stochD),
    )
  })

  it('holds for SuperTrend', () => {
    const theirs = new SuperTrend({ interval: 10, multiplier: 3 }).updates(bars, false).flatMap((value) => value ?? [])
    agree(
      'supertrend',
      theirs.map((value) => (typeof value === 'number' ? value : value.supertrend)),
      { from: 200 },
    )
  })

  it('holds for the Hull moving average of a period with a whole root', () => {
    agree(
      'hma_16',
      new HMA(16).updates(close, false).flatMap((value) => value ?? []),
    )
  })
})

describe('agreement with the others', () => {
  it('holds for the Hull moving average (@ixjb94/indicators)', () => {
    agree('hma_20', new IndicatorsSync().hma(close, 20))
  })

  it('holds for Chaikin money flow (indicatorts)', () => {
    const theirs = chaikinMoneyFlow(high, low, close, volume, { period: 20 })
    agree('cmf_20', theirs, { from: 20 })
  })
})
