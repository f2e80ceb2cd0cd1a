// Range and volume of the last candles of one market: two stores per candle, averaged only when an order asks. Nothing is summed up along the
// way, so nothing drifts and a restored venue comes to the same figures.
import { AVERAGED_CANDLES, type CandlePath } from './venue.ts'

/** The present candle and those before it. */
const SIZE = AVERAGED_CANDLES + 1

export type CandleAverages = {
  readonly ranges: Float64Array
  readonly volumes: Float64Array
  /** Index of the present candle. */
  newest: number
  /** How many are known, the present one included; at most {@link AVERAGED_CANDLES} + 1. */
  known: number
}

export const createAverages = (): CandleAverages => ({
  ranges: new Float64Array(SIZE),
  volumes: new Float64Array(SIZE),
  newest: SIZE - 1,
  known: 0,
})

/** Makes this the present candle. */
export const addCandle = (averages: CandleAverages, { high, low, volume }: Pick<CandlePath, 'high' | 'low' | 'volume'>): void =>
  store(averages, high - low, volume)

function store(averages: CandleAverages, range: number, volume: number): void {
  const at = averages.newest === SIZE - 1 ? 0 : averages.newest + 1
  averages.ranges[at] = range
  averages.volumes[at] = volume
  averages.newest = at
  if (averages.known < SIZE) averages.known += 1
}

/** Mean of high − low, in price units, over the candles before the present one; of that one when there are none; 0 when there is none at all. */
export const averageRange = (averages: CandleAverages): number => meanOf(averages, averages.ranges)
/** Mean volume of the same candles, in base units. */
export const averageVolume = (averages: CandleAverages): number => meanOf(averages, averages.volumes)
/** Volume of the present candle, in base units. */
export const presentVolume = ({ known, volumes, newest }: CandleAverages): number => (known === 0 ? 0 : (volumes[newest] ?? 0))

function meanOf({ newest, known }: CandleAverages, column: Float64Array): number {
  if (known < 2) return known === 0 ? 0 : (column[newest] ?? 0)
  let sum = 0
  for (let back = known - 1; back > 0; back -= 1) sum += column[(newest - back + SIZE) % SIZE] ?? 0
  return sum / (known - 1)
}

/** Range and volume of each known candle, oldest first, to be saved. */
export const savedAverages = ({ newest, known, ranges, volumes }: CandleAverages): readonly (readonly [range: number, volume: number])[] =>
  Array.from({ length: known }, (_, index) => {
    const at = (newest - (known - 1 - index) + SIZE) % SIZE
    return [ranges[at] ?? 0, volumes[at] ?? 0]
  })

export function restoreAverages(averages: CandleAverages, saved: readonly (readonly number[])[]): void {
  averages.known = 0
  for (const [range = 0, volume = 0] of saved) store(averages, range, volume)
}
