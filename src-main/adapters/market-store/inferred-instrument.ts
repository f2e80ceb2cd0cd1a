// An instrument of which nothing is known but its data: steps as fine as the data shows, the fees and limits a careful person would assume.
import { money, price, quantity, rate, smaller } from '../../../src-shared/domain/decimal.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import type { DataPassport, SeriesRef } from '../../../src-shared/domain/series.ts'

export type KnownInstrument = { readonly instrument: Instrument; readonly from: DataPassport['instrumentFrom'] }
/** Digits after the point of the finest price and quantity seen. */
export type Digits = { readonly price: number; readonly quantity: number }

/** What is assumed before any row was seen. */
export const DEFAULT_DIGITS: Digits = { price: 2, quantity: 3 }
const DIGITS_MAX = 12

/** One unit in the last of so many digits, as text. */
const step = (digits: number): string => {
  const within = Math.max(0, Math.min(digits, DIGITS_MAX))
  return within === 0 ? '1' : `0.${'0'.repeat(within - 1)}1`
}

export function inferredInstrument({ venue, instrumentId }: Pick<SeriesRef, 'venue' | 'instrumentId'>, digits: Digits): Instrument {
  const [base = '', rest = ''] = instrumentId.split('/')
  const [quote = '', settle = quote] = rest.split(':')
  const lotSize = quantity(step(digits.quantity))
  return {
    id: instrumentId,
    venue,
    base,
    quote,
    settle,
    tickSize: price(step(digits.price)),
    lotSize,
    minQuantity: lotSize,
    maxQuantity: quantity('1000000000'),
    maxMarketQuantity: quantity('1000000000'),
    minNotional: money('5'),
    contractSize: quantity('1'),
    makerFeeRate: rate('0.0002'),
    takerFeeRate: rate('0.0005'),
    maintenanceMarginRate: rate('0.025'),
    leverageMax: 20,
  }
}

/** What the venue says is better than what a recording says, and that than a guess. */
const RANK: Readonly<Record<DataPassport['instrumentFrom'], number>> = { inferred: 0, bundled: 1, venue: 2 }

/** What is known after an import. `digits` are those of its data, null where it has none: of two guesses the finer steps count. */
export function betterInstrument(known: KnownInstrument | null, added: KnownInstrument, digits: Digits | null): KnownInstrument {
  if (known !== null && RANK[known.from] > RANK[added.from]) return known
  if (added.from !== 'inferred') return added
  if (digits === null) return known ?? added
  const guess = inferredInstrument({ venue: added.instrument.venue, instrumentId: added.instrument.id }, digits)
  const lotSize = known === null ? guess.lotSize : smaller(known.instrument.lotSize, guess.lotSize)
  const tickSize = known === null ? guess.tickSize : smaller(known.instrument.tickSize, guess.tickSize)
  return { instrument: { ...guess, tickSize, lotSize, minQuantity: lotSize }, from: 'inferred' }
}
