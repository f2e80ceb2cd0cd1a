// OKX's perpetual contracts, and the one place where base units become contracts and back. What the venue calls a size is a number of contracts of
// `ctVal` coins each, in steps of `lotSz` contracts, which may be parts of one.
import {
  type Price,
  type Quantity,
  ZERO_PRICE,
  money,
  notionalOf,
  price,
  quantity,
  rate,
  toText,
} from '../../../../../src-shared/domain/decimal.ts'
import { type InstrumentId, instrumentId } from '../../../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../../../src-shared/domain/instrument.ts'
import { type Fields, decimalOf, textOf, textOrNull } from '../fields.ts'
import { amountFromBase, amountFromVenue } from '../venue-amount.ts'

export type MarginMode = 'cross' | 'isolated'
export type OkxContract = {
  /** The venue's name, such as BTC-USDT-SWAP. */
  readonly instId: string
  /** The venue's name of the group that fees and brackets are told for. */
  readonly family: string
  readonly feeGroup: string | null
  /** Sizes in base units, whatever the venue counts in. */
  readonly instrument: Instrument
  /** Where orders of this contract go: a position in one mode is not reduced by an order in the other. */
  readonly marginMode: MarginMode
}

/** Until the account's own terms are known: a careful guess. */
const CAREFUL = {
  makerFeeRate: rate('0.0002'),
  takerFeeRate: rate('0.0005'),
  maintenanceMarginRate: rate('0.025'),
  leverageMax: 20,
} as const

/** A row of public/instruments; null for what is no linear perpetual that counts in its base coin. */
export function readContract(row: Fields, marginMode: MarginMode): OkxContract | null {
  const family = textOrNull(row, 'instFamily') ?? textOrNull(row, 'uly')
  const [base, quote] = family?.split('-') ?? []
  if (family === null || base === undefined || quote === undefined) return null
  if (row['ctType'] !== 'linear' || row['ctValCcy'] !== base || row['instType'] !== 'SWAP') return null
  const settle = textOf(row, 'settleCcy')
  const contractSize = product(
    quantity(decimalOf(row, 'ctVal')),
    quantity(textOrNull(row, 'ctMult') === null ? '1' : decimalOf(row, 'ctMult')),
  )
  const inBase = (name: string): Quantity => product(contractSize, quantity(decimalOf(row, name)))
  const instrument: Instrument = {
    id: instrumentId(`${base}/${quote}:${settle}`),
    venue: 'okx',
    base,
    quote,
    settle,
    tickSize: price(decimalOf(row, 'tickSz')),
    lotSize: inBase('lotSz'),
    minQuantity: inBase('minSz'),
    maxQuantity: inBase('maxLmtSz'),
    maxMarketQuantity: inBase('maxMktSz'),
    // There is none: the least size is all.
    minNotional: money('0'),
    contractSize,
    ...CAREFUL,
  }
  return { instId: textOf(row, 'instId'), family, feeGroup: textOrNull(row, 'groupId'), instrument, marginMode }
}
const product = (a: Quantity, b: Quantity): Quantity => notionalOf(a as bigint as Price, b) as bigint as Quantity

/** As the venue counts, exact. Throws RangeError for what is no multiple of the lot. */
export const contractsText = ({ instrument }: OkxContract, baseQuantity: Quantity): string =>
  toText(amountFromBase(baseQuantity, { unit: 'contracts', instrument, price: ZERO_PRICE }).venueAmount)
/** Base units of a number of contracts in a row. */
export const baseOf = ({ instrument }: OkxContract, row: Fields, name: string): Quantity =>
  amountFromVenue(quantity(decimalOf(row, name)), { unit: 'contracts', instrument, price: ZERO_PRICE }).baseQuantity

/** All linear perpetuals, found by either name. */
export class OkxContracts {
  readonly #byId = new Map<InstrumentId, OkxContract>()
  readonly #byInstId = new Map<string, OkxContract>()

  add(contract: OkxContract): void {
    this.#byId.set(contract.instrument.id, contract)
    this.#byInstId.set(contract.instId, contract)
  }
  get(id: InstrumentId): OkxContract | null {
    return this.#byId.get(id) ?? null
  }
  /** Throws RangeError: whoever asks by id has it from here. */
  of(id: InstrumentId): OkxContract {
    const contract = this.#byId.get(id)
    if (contract === undefined) throw new RangeError(`${id} is no contract of OKX`)
    return contract
  }
  byInstId(instId: string): OkxContract | null {
    return this.#byInstId.get(instId) ?? null
  }
}
