// Cuts a parent order into parts over time: how much shall have been sent by when. No part is too small for the venue.
import {
  type Price,
  type Quantity,
  ZERO_QUANTITY,
  larger,
  priceTimesRate,
  quantityFor,
  quantityTimesRate,
  rate,
  rateFromNumber,
  subtract,
  toStep,
} from '../../../src-shared/domain/decimal.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import type { Random } from '../simulation/random.ts'

/** By this time so much of the whole is to have been sent. */
export type Slice = { readonly atMs: number; readonly until: Quantity }

export type SlicingInput = {
  readonly instrument: Instrument
  readonly total: Quantity
  /** No part is smaller. */
  readonly smallest: Quantity
  readonly startMs: number
  readonly durationMs: number
  readonly count: number
  /** How far a part may be from its even time, as a share of the pause. */
  readonly jitter: number
  readonly random: Random
  /** What the market trades in a span, in any unit; NaN when that is not known. */
  readonly volumeBetween: (fromMs: number, toMs: number) => number
}

/** Room for the price to fall between the plan and the order. */
const PRICE_ROOM = rate('0.95')

/** The least quantity that the venue takes as an order of its own near this price, on the lot grid. */
export function smallestOrder({ lotSize, minQuantity, minNotional }: Instrument, price: Price): Quantity {
  const byValue = quantityFor(minNotional, priceTimesRate(price, PRICE_ROOM, 'down'), 'up')
  return toStep(larger(byValue, minQuantity), lotSize, 'up')
}

/** The parts in order of time; the first is due at once, the last completes the whole. At least one, whatever its size. */
export function planSlices(input: SlicingInput): readonly Slice[] {
  const { instrument, total, smallest, startMs, durationMs, jitter, random } = input
  const fitting = smallest > 0n ? Number(total / smallest) : input.count
  const count = Math.max(1, Math.min(input.count, fitting))
  const pauseMs = durationMs / count
  const shares = sharesOf(input, count)
  const slices: Slice[] = []
  let share = 0
  let sent = ZERO_QUANTITY
  for (let i = 0; i < count; i += 1) {
    share += shares[i] ?? 0
    const late = i === 0 ? 0 : (random.fraction() - 0.5) * jitter * pauseMs
    const until =
      i === count - 1 ? total : toStep(quantityTimesRate(total, rateFromNumber(Math.min(1, share)), 'down'), instrument.lotSize, 'down')
    const tooSmall = subtract(until, sent) < smallest || (until < total && subtract(total, until) < smallest)
    // What is too small for an order of its own goes with the next part; the last takes all that is left.
    if (tooSmall && i < count - 1) continue
    slices.push({ atMs: Math.round(startMs + i * pauseMs + late), until })
    sent = until
  }
  const [first, ...rest] = slices
  return first === undefined ? [{ atMs: startMs, until: total }] : [{ ...first, atMs: startMs }, ...rest]
}

/** Adding up to 1: in proportion to the usual volume, even where nothing is known of it. */
function sharesOf({ startMs, durationMs, volumeBetween }: SlicingInput, count: number): readonly number[] {
  const pauseMs = durationMs / count
  const volumes = Array.from({ length: count }, (_, i) => volumeBetween(startMs + i * pauseMs, startMs + (i + 1) * pauseMs))
  const total = volumes.reduce((sum, volume) => sum + volume, 0)
  return total > 0 && Number.isFinite(total) ? volumes.map((volume) => volume / total) : volumes.map(() => 1 / count)
}

/** The seed of a parent's jitter, from its id: FNV-1a, so that a replay draws the same. */
export function seedOf(id: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i += 1) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  return hash | 0
}
