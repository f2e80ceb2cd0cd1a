// An instrument as JSON text, its exact figures as decimals.
import { z } from 'zod'
import { type Decimal, money, price, quantity, rate, toText } from '../../../src-shared/domain/decimal.ts'
import { instrumentId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import { MarketStoreError } from './market-store-error.ts'

const exact = <D extends Decimal>(parse: (text: string) => D) => z.string().transform((text) => parse(text))

const Stored = z.strictObject({
  id: z.string().transform((text) => instrumentId(text)),
  venue: z.string(),
  base: z.string(),
  quote: z.string(),
  settle: z.string(),
  tickSize: exact(price),
  lotSize: exact(quantity),
  minQuantity: exact(quantity),
  maxQuantity: exact(quantity),
  maxMarketQuantity: exact(quantity),
  minNotional: exact(money),
  contractSize: exact(quantity),
  makerFeeRate: exact(rate),
  takerFeeRate: exact(rate),
  maintenanceMarginRate: exact(rate),
  leverageMax: z.number(),
})

export const instrumentText = (instrument: Instrument): string =>
  JSON.stringify(instrument, (_, value: unknown) => (typeof value === 'bigint' ? toText(value as Decimal) : value))

/** Throws MarketStoreError `corrupt` for text that is no stored instrument. */
export function parseInstrumentText(text: string): Instrument {
  try {
    return Stored.parse(JSON.parse(text))
  } catch (error) {
    throw new MarketStoreError(
      'corrupt',
      `a stored instrument is damaged: ${error instanceof Error ? error.message : String(error)}`,
      error,
    )
  }
}
