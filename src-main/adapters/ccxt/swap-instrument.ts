// A perpetual contract in the library's words, parsed into an Instrument that counts in base units.
import type { MarketInterface } from 'ccxt'
import {
  type Price,
  type Quantity,
  type Rate,
  money,
  quantity,
  quantityTimesRate,
  rate,
  unitsFromFloat,
} from '../../../src-shared/domain/decimal.ts'
import { instrumentId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'

export type SwapInstrument = {
  readonly instrument: Instrument
  /** Guessed where contracts are worth dollars: lots have no fixed size in base units then. */
  readonly from: 'venue' | 'inferred'
  /** −Infinity where the venue does not tell. */
  readonly listedMs: number
}

const ONE = rate('1')
const FINEST_LOT = quantity('0.00000001')
const QUANTITY_MAX = quantity('1000000000')
/** The first bracket is not told by the public lists; a careful person would assume this. */
const CAREFUL_BRACKET = { maintenanceMarginRate: rate('0.025'), leverageMax: 20 } as const

/** The error is one sentence that names the contract and the field. */
export function swapInstrument(venue: string, market: MarketInterface): Result<SwapInstrument, string> {
  try {
    return ok(readInstrument(venue, market))
  } catch (error) {
    return err(`contract ${market.symbol} of ${venue}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function readInstrument(venue: string, market: MarketInterface): SwapInstrument {
  const isLinear = market.linear === true
  const inBase = baseUnits(venue, market)
  const lotSize = inBase(market.precision.amount) ?? FINEST_LOT
  const maxQuantity = inBase(market.limits.amount?.max) ?? QUANTITY_MAX
  const instrument: Instrument = {
    id: instrumentId(market.symbol),
    venue,
    base: market.base,
    quote: market.quote,
    settle: market.settle ?? market.quote,
    tickSize: unitsFromFloat(known(market.precision.price, 'precision.price'), 'precision.price') as Price,
    lotSize,
    minQuantity: inBase(market.limits.amount?.min) ?? lotSize,
    maxQuantity,
    maxMarketQuantity: inBase(marketOrderMax(market.info)) ?? maxQuantity,
    minNotional: money(String(market.limits.cost?.min ?? 5)),
    contractSize: quantity('1'),
    makerFeeRate: rate(String(market.maker ?? 0.0002)),
    takerFeeRate: rate(String(market.taker ?? 0.0005)),
    ...CAREFUL_BRACKET,
  }
  const created = market.created ?? 0
  return { instrument, from: isLinear ? 'venue' : 'inferred', listedMs: created > 0 ? created : Number.NEGATIVE_INFINITY }
}

/** Amounts as the venue counts them to base units; null for what is not told, or has no fixed size in base units. */
function baseUnits(venue: string, market: MarketInterface): (amount: number | undefined) => Quantity | null {
  if (market.linear !== true) return () => null
  // Deribit counts in coins, whatever it calls the size of a contract.
  const size = venue === 'deribit' ? ONE : (unitsFromFloat(known(market.contractSize, 'contractSize'), 'contractSize') as Rate)
  return (amount) =>
    amount === undefined || !(amount > 0) ? null : quantityTimesRate(unitsFromFloat(amount, 'quantity') as Quantity, size, 'down')
}

/** OKX and Bybit tell it; the library does not. */
function marketOrderMax(info: unknown): number | undefined {
  const { maxMktSz, lotSizeFilter } = info as { maxMktSz?: string; lotSizeFilter?: { maxMktOrderQty?: string } }
  const text = maxMktSz ?? lotSizeFilter?.maxMktOrderQty
  return text === undefined ? undefined : Number(text)
}

function known(value: number | undefined, name: string): number {
  if (value === undefined || !(value > 0)) throw new TypeError(`${name} is ${String(value)}, expected more than 0`)
  return value
}
