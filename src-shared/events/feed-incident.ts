// The words for what is wrong with market data, the same for every feed.
import type { Candle, CandleFault } from '../domain/candle.ts'
import type { CandleGuard } from '../domain/candle-guard.ts'
import type { InstrumentId } from '../domain/ids.ts'
import { unreachable } from '../domain/result.ts'
import type { FeedIncident } from './market-event.ts'

/** An ISO time, or the bare number where it is no time at all. */
const timeText = (ms: number): string => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms))

function faultText(fault: CandleFault, candle: Candle): string {
  const { open, high, low, close, volume } = candle
  switch (fault) {
    case 'not_finite':
      return `open ${open}, high ${high}, low ${low}, close ${close}, volume ${volume} are not all finite numbers`
    case 'zero_price':
      return `open ${open}, high ${high}, low ${low}, close ${close} are not all more than 0`
    case 'crossed':
      return `open ${open} and close ${close} do not lie between low ${low} and high ${high}`
    case 'negative_volume':
      return `volume ${volume} is less than 0`
    case 'misaligned':
      return 'its open time is not on the grid of its timeframe'
    case 'duplicate':
      return 'the same candle was already used'
    case 'out_of_order':
      return 'a later candle was already used'
    default:
      return unreachable(fault, 'candle fault')
  }
}

export function badCandleIncident(instrumentId: InstrumentId, candle: Candle, fault: CandleFault): FeedIncident {
  const message = `${instrumentId} candle ${timeText(candle.openTimeMs)} is not used: ${faultText(fault, candle)}`
  return { instrumentId, kind: 'bad_candle', fault, fromMs: candle.openTimeMs, missing: 0, message }
}

/** The gap that the guard found right before its last good candle. Call only while `guard.missing` is more than 0. */
export function gapIncident(instrumentId: InstrumentId, guard: CandleGuard): FeedIncident {
  const { missing, missingFromMs: fromMs } = guard
  const message = `${instrumentId}: ${missing} ${missing === 1 ? 'candle is' : 'candles are'} missing from ${timeText(fromMs)}`
  return { instrumentId, kind: 'gap', fault: null, fromMs, missing, message }
}
