// Buys when the price closes back inside its lower Bollinger band, sells when it closes back inside the upper one,
// and gets out in the middle. Copy it, give it another id, change it: it is loaded again each time you save.
import type { Input, Intent, Signal, Strategy } from 'tradewright'

// The declared features by their position in `input.features`.
const MID = 0
const UPPER = 1
const LOWER = 2
const ATR = 3

export const strategy: Strategy = {
  id: 'band-return',
  title: 'Band return',
  description: 'Trades the return into the Bollinger bands, towards their middle',
  timeframe: '5m',
  warmupCandles: 100,
  features: ['bollinger_mid_20', 'bollinger_upper_20', 'bollinger_lower_20', 'atr_14'],
  parameters: [
    {
      name: 'stopMultiple',
      title: 'Stop distance',
      unit: '× ATR',
      help: 'Distance of the stop from the close',
      min: 0.5,
      max: 5,
      step: 0.1,
      default: 2,
    },
    {
      name: 'minWidth',
      title: 'Least width',
      unit: '%',
      help: 'Bands narrower than this are left alone',
      min: 0,
      max: 10,
      step: 0.1,
      default: 0.5,
    },
  ],

  create(_instrumentId, { stopMultiple = 2, minWidth = 0.5 }) {
    // State lives here: one copy for each instrument.
    let wasBelow = false
    let wasAbove = false

    return {
      onCandle(input: Input): Signal | null {
        const { close, features, position } = input
        const [mid, upper, lower, atr] = [features[MID], features[UPPER], features[LOWER], features[ATR]]
        const cameUp = wasBelow && close >= lower
        const cameDown = wasAbove && close <= upper
        wasBelow = close < lower
        wasAbove = close > upper

        // A feature is NaN while it warms up, and a comparison with NaN is false.
        const widthPercent = ((upper - lower) / mid) * 100
        if (position !== null || !(widthPercent >= minWidth) || !(cameUp || cameDown)) return null

        const distance = stopMultiple * atr
        return {
          direction: cameUp ? 'buy' : 'sell',
          strength: Math.min(1, Math.abs(mid - close) / distance),
          stopPrice: cameUp ? close - distance : close + distance,
          why: { close, mid, upper, lower, atr, widthPercent },
        }
      },

      manage(input: Input): Intent | null {
        const { close, features, position } = input
        if (position === null) return null
        const reachedMiddle = position.side === 'long' ? close >= features[MID] : close <= features[MID]
        return reachedMiddle ? { type: 'close', reason: 'reached_the_middle' } : null
      },
    }
  },
}
