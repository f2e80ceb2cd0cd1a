// Indicators that weigh by volume, or look at the volume itself.
import { Sma, fillSma } from './averages.ts'
import { type FeatureFamily, PERIOD, afterPeriod, columnAt, first, multiple, outputs, parameterAt } from './family.ts'
import { Amihud, Cmf, Mfi, Obv } from './volume.ts'
import { VolumeProfile } from './volume-profile.ts'
import { DayVwap, RollingVwap, typicalPrice } from './vwap.ts'

const NO_WHOLE_DAY = 'no day has been seen from its start yet'

export const vwap: FeatureFamily = {
  version: 1,
  inputs: ['openTimeMs', 'high', 'low', 'close', 'volume'],
  parameters: [],
  typical: [[]],
  outputs: outputs(
    () => 1,
    [
      {
        base: 'vwap_day',
        unit: 'price',
        unknownWhen: NO_WHOLE_DAY,
        definition: 'Volume-weighted typical price since 00:00 UTC; NaN before the first day that is seen from its start',
      },
      {
        base: 'vwap_day_sigma',
        unit: 'price',
        unknownWhen: NO_WHOLE_DAY,
        definition: 'Volume-weighted standard deviation of the typical price around the day VWAP (West 1979)',
      },
    ],
  ),
  start(_parameters, { cells, at }) {
    const average = new DayVwap()
    return (candle) => {
      cells[at] = average.update(candle.openTimeMs, typicalPrice(candle.high, candle.low, candle.close), candle.volume)
      cells[at + 1] = average.sigma
    }
  },
}

export const rollingVwap: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low', 'close', 'volume'],
  parameters: [PERIOD, multiple(2)],
  typical: [[96, 2]],
  outputs: outputs(first, [
    { base: 'vwap_rolling', unit: 'price', definition: 'Volume-weighted typical price of the last n candles' },
    { base: 'vwap_rolling_sigma', unit: 'price', definition: 'Volume-weighted standard deviation around the rolling VWAP' },
    { base: 'vwap_rolling_upper', unit: 'price', definition: 'Rolling VWAP + multiple × its standard deviation' },
    { base: 'vwap_rolling_lower', unit: 'price', definition: 'Rolling VWAP − multiple × its standard deviation' },
  ]),
  start(parameters, { cells, at }) {
    const average = new RollingVwap(first(parameters))
    const times = parameterAt(parameters, 1)
    return (candle) => {
      const mid = average.update(typicalPrice(candle.high, candle.low, candle.close), candle.volume)
      cells[at] = mid
      cells[at + 1] = average.sigma
      cells[at + 2] = mid + times * average.sigma
      cells[at + 3] = mid - times * average.sigma
    }
  },
}

export const volumeSma: FeatureFamily = {
  version: 1,
  inputs: ['volume'],
  parameters: [PERIOD],
  typical: [[20]],
  outputs: outputs(first, [{ base: 'volume_sma', unit: 'volume', definition: 'Mean of the volumes of the last n candles (TA-Lib SMA)' }]),
  start(parameters, { cells, at }) {
    const average = new Sma(first(parameters))
    return (candle) => {
      cells[at] = average.update(candle.volume)
    }
  },
  fill(parameters, { volume }, targets) {
    fillSma(volume, columnAt(targets, 0), { period: first(parameters) })
  },
}

const NO_VOLUME = 'the window has no volume'

export const volumeProfile: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low', 'volume'],
  parameters: [
    { ...PERIOD, max: 2000 },
    { name: 'bins', min: 2, max: 500, whole: true, default: 50 },
  ],
  typical: [[96, 50]],
  outputs: outputs(first, [
    {
      base: 'volume_profile_poc',
      unit: 'price',
      unknownWhen: NO_VOLUME,
      definition: 'Point of control: middle of the fullest of the bins over the last n candles (Steidlmayer, Market Profile)',
    },
    {
      base: 'volume_profile_vah',
      unit: 'price',
      unknownWhen: NO_VOLUME,
      definition: 'Upper edge of the bins around the point of control that hold 70 % of the volume (Steidlmayer)',
    },
    {
      base: 'volume_profile_val',
      unit: 'price',
      unknownWhen: NO_VOLUME,
      definition: 'Lower edge of the bins around the point of control that hold 70 % of the volume (Steidlmayer)',
    },
  ]),
  start(parameters, { cells, at }) {
    const profile = new VolumeProfile({ period: first(parameters), binCount: parameterAt(parameters, 1) })
    return (candle) => {
      cells[at] = profile.update(candle.high, candle.low, candle.volume)
      cells[at + 1] = profile.valueHigh
      cells[at + 2] = profile.valueLow
    }
  },
}

export const volumeRatio: FeatureFamily = {
  version: 1,
  inputs: ['volume'],
  parameters: [PERIOD],
  typical: [[20]],
  outputs: outputs(first, [
    { base: 'volume_ratio', unit: 'ratio', definition: 'Volume ÷ mean volume of the last n candles; 0 without any' },
  ]),
  start(parameters, { cells, at }) {
    const average = new Sma(first(parameters))
    return (candle) => {
      const mean = average.update(candle.volume)
      cells[at] = mean === 0 ? 0 : candle.volume / mean
    }
  },
}

export const mfi: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low', 'close', 'volume'],
  parameters: [PERIOD],
  typical: [[14]],
  outputs: outputs(afterPeriod, [
    {
      base: 'mfi',
      unit: 'index_0_100',
      definition: 'Share of the traded value at rising typical prices in n candles; 0 without any (TA-Lib MFI)',
    },
  ]),
  start(parameters, { cells, at }) {
    const index = new Mfi(first(parameters))
    return (candle) => {
      cells[at] = index.update(typicalPrice(candle.high, candle.low, candle.close), candle.volume)
    }
  },
}

export const obv: FeatureFamily = {
  version: 1,
  inputs: ['close', 'volume'],
  parameters: [],
  typical: [[]],
  outputs: outputs(
    () => 1,
    [{ base: 'obv', unit: 'volume', definition: 'Volume of rising closes − volume of falling ones since the first candle (TA-Lib OBV)' }],
  ),
  start(_parameters, { cells, at }) {
    const balance = new Obv()
    return (candle) => {
      cells[at] = balance.update(candle.close, candle.volume)
    }
  },
}

export const cmf: FeatureFamily = {
  version: 1,
  inputs: ['high', 'low', 'close', 'volume'],
  parameters: [PERIOD],
  typical: [[20]],
  outputs: outputs(first, [
    {
      base: 'cmf',
      unit: 'ratio',
      definition: 'Σ place of the close in its candle (−1 to 1) × volume ÷ Σ volume of n candles; 0 without volume (Chaikin)',
    },
  ]),
  start(parameters, { cells, at }) {
    const flow = new Cmf(first(parameters))
    return (candle) => {
      cells[at] = flow.update(candle)
    }
  },
}

export const amihud: FeatureFamily = {
  version: 1,
  inputs: ['close', 'volume'],
  parameters: [PERIOD],
  typical: [[96]],
  outputs: outputs(afterPeriod, [
    {
      base: 'amihud',
      unit: 'per_price_volume',
      unknownWhen: NO_VOLUME,
      definition: 'Mean |log return| ÷ (close × volume) of the candles with volume among n (Amihud 2002)',
    },
  ]),
  start(parameters, { cells, at }) {
    const illiquidity = new Amihud(first(parameters))
    return (candle) => {
      cells[at] = illiquidity.update(candle.close, candle.volume)
    }
  },
}
