// Indicators that weigh by volume, or look at the volume itself.
import { Sma } from './averages.ts'
import { type FeatureFamily, PERIOD, first, multiple, outputs, parameterAt } from './family.ts'
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
