// The account as it must be before anything is traded, and the instruments with this account's own fees and first risk limits.
import { type Rate, money, price, quantity, rate } from '../../../../../src-shared/domain/decimal.ts'
import { type InstrumentId, instrumentId } from '../../../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../../../src-shared/domain/instrument.ts'
import { VenueRefusal } from '../../transport/venue-failure.ts'
import type { VenueRequest } from '../../transport/venue-rest.ts'
import { type Fields, decimalOf, fieldsOf, textOf, textOrNull } from '../fields.ts'
import { AccountFault, type OpenedAccount, type VenueContext } from '../venue-adapter.ts'
import { resultOf, rowsOf } from './bybit-orders.ts'
import { readWhole } from './bybit-pages.ts'
import * as requests from './bybit-requests.ts'

/** What is known of the account once it is open. */
export type BybitAccount = OpenedAccount & {
  /** The currency that all instruments are settled in. */
  readonly settle: string
  /** Of every perpetual the venue lists, traded here or not, by the venue's name. */
  readonly idByMarketId: ReadonlyMap<string, InstrumentId>
}

/** The venue's published terms for accounts without a discount, and a careful guess at the first risk limit. */
const PUBLISHED_FEES = { makerFeeRate: rate('0.0002'), takerFeeRate: rate('0.00055') } as const
const CAREFUL_RATE = rate('0.025')
const CLASSIC_ACCOUNT = 1

/** Throws AccountFault or VenueRefusal. */
export async function openBybitAccount(context: VenueContext): Promise<BybitAccount> {
  const mode = await checkAccount(context)
  const notices: string[] = []
  const listed = readMarkets(await readWhole(context.ask, requests.instruments, 'the markets'))
  const instruments: Instrument[] = []
  for (const id of context.wishes.instrumentIds) {
    const instrument = listed.get(id)
    if (instrument === undefined) throw new AccountFault(`Bybit lists no perpetual ${id}`)
    await checkPositionMode(id, context)
    instruments.push(await withAccountTerms(instrument, context, notices))
  }
  const settle = oneSettlement(instruments)
  await setMarginMode(mode, context, notices)
  for (const instrument of instruments) await setLeverage(instrument, context, notices)
  const idByMarketId = new Map([...listed.keys()].map((id) => [requests.marketIdOf(id), id]))
  return { instruments, notices, settle, idByMarketId }
}

/** Returns the account's margin mode. */
async function checkAccount({ ask }: VenueContext): Promise<string | null> {
  const info = resultOf(await ask(requests.account), 'the account')
  if (Number(info['unifiedMarginStatus']) === CLASSIC_ACCOUNT)
    throw new AccountFault(
      'this account of Bybit is a classic one; upgrade it to a unified trading account there, because orders here need one',
    )
  return textOrNull(info, 'marginMode')
}
/** The venue keeps the mode per market; in hedge mode it lists both sides, also of nothing. */
async function checkPositionMode(id: InstrumentId, { ask }: VenueContext): Promise<void> {
  const rows = rowsOf(await ask(requests.positionsOf(requests.marketIdOf(id))), 'the position')
  if (rows.some((row) => Number(row['positionIdx']) !== 0))
    throw new AccountFault(
      `this account of Bybit is in hedge mode for ${id}; switch it to one-way mode there, with no position and no order open, because here a position has one side`,
    )
}

/** What cannot be read as a perpetual that trades is left out: other kinds of contracts are not traded here. */
function readMarkets(rows: readonly Fields[]): ReadonlyMap<InstrumentId, Instrument> {
  const listed = new Map<InstrumentId, Instrument>()
  for (const row of rows) {
    if (row['contractType'] !== 'LinearPerpetual' || row['status'] !== 'Trading') continue
    try {
      const instrument = instrumentOf(row)
      if (requests.marketIdOf(instrument.id) === row['symbol']) listed.set(instrument.id, instrument)
    } catch {
      // A market in words that are not known yet; if it is wanted, it is missed by name.
    }
  }
  return listed
}
/** A row of instruments-info. Sizes are base units. */
export function instrumentOf(row: Fields): Instrument {
  const [base, quote, settle] = [textOf(row, 'baseCoin'), textOf(row, 'quoteCoin'), textOf(row, 'settleCoin')]
  const lot = fieldsOf(row['lotSizeFilter'], 'lotSizeFilter')
  return {
    id: instrumentId(`${base}/${quote}:${settle}`),
    venue: 'bybit',
    base,
    quote,
    settle,
    tickSize: price(decimalOf(fieldsOf(row['priceFilter'], 'priceFilter'), 'tickSize')),
    lotSize: quantity(decimalOf(lot, 'qtyStep')),
    minQuantity: quantity(decimalOf(lot, 'minOrderQty')),
    maxQuantity: quantity(decimalOf(lot, 'maxOrderQty')),
    maxMarketQuantity: quantity(decimalOf(lot, lot['maxMktOrderQty'] === undefined ? 'maxOrderQty' : 'maxMktOrderQty')),
    minNotional: money(lot['minNotionalValue'] === undefined ? '5' : decimalOf(lot, 'minNotionalValue')),
    contractSize: quantity('1'),
    ...PUBLISHED_FEES,
    maintenanceMarginRate: CAREFUL_RATE,
    leverageMax: Math.floor(Number(fieldsOf(row['leverageFilter'], 'leverageFilter')['maxLeverage'])),
  }
}

function oneSettlement(instruments: readonly Instrument[]): string {
  const [first, ...others] = instruments
  if (first === undefined) throw new AccountFault('no instrument to trade was named')
  const other = others.find(({ settle }) => settle !== first.settle)
  if (other === undefined) return first.settle
  throw new AccountFault(`${first.id} and ${other.id} are settled in two currencies; one account here has one`)
}

async function withAccountTerms(instrument: Instrument, context: VenueContext, notices: string[]): Promise<Instrument> {
  const symbol = requests.marketIdOf(instrument.id)
  const fees = await optional(requests.feeRate(symbol), context, (body) => {
    const row = ofSymbol(rowsOf(body, 'the fee rates'), symbol)
    return { makerFeeRate: rate(decimalOf(row, 'makerFeeRate')), takerFeeRate: rate(decimalOf(row, 'takerFeeRate')) }
  })
  const limit = await optional(requests.riskLimits(symbol), context, (body) => firstRiskLimit(rowsOf(body, 'the risk limits'), symbol))
  if (fees === null) notices.push(`the fees of ${instrument.id} could not be asked for and are the published ones`)
  if (limit === null) notices.push(`the risk limits of ${instrument.id} could not be asked for and are a careful guess`)
  return { ...instrument, ...fees, ...limit }
}
function ofSymbol(rows: readonly Fields[], symbol: string): Fields {
  const row = rows.find((each) => each['symbol'] === symbol)
  if (row === undefined) throw new TypeError(`${symbol} is not listed in the answer`)
  return row
}
/** Some markets are told in percent, others as fractions; a rate that would leave nothing of the margin is the former. */
export function firstRiskLimit(rows: readonly Fields[], symbol: string): Pick<Instrument, 'maintenanceMarginRate' | 'leverageMax'> {
  const own = rows.filter((row) => row['symbol'] === symbol)
  const first = ofSymbol(
    own.filter((row) => Number(row['isLowestRisk']) === 1),
    symbol,
  )
  const leverageMax = Math.floor(Number(first['maxLeverage']))
  const told = rate(decimalOf(first, 'maintenanceMargin'))
  const isPercent = (told as bigint) * BigInt(leverageMax) >= rate('1')
  return { leverageMax, maintenanceMarginRate: isPercent ? (((told as bigint) / 100n) as Rate) : told }
}

/** Null when the venue does not offer this. Whatever else is wrong, with the key above all, is thrown. */
async function optional<T>(request: VenueRequest, { ask }: VenueContext, read: (body: unknown) => T): Promise<T | null> {
  try {
    return read(await ask(request))
  } catch (error) {
    if (error instanceof VenueRefusal && error.failure.code !== 'bad_request') throw error
    return null
  }
}

async function setMarginMode(present: string | null, context: VenueContext, notices: string[]): Promise<void> {
  const { marginMode } = context.wishes
  if (marginMode === null || present === requests.MARGIN_MODES[marginMode]) return
  await wish(requests.setMarginMode(marginMode), context, (reason) =>
    notices.push(`margin mode ${marginMode} could not be set (${reason})`),
  )
}
async function setLeverage({ id, leverageMax }: Instrument, context: VenueContext, notices: string[]): Promise<void> {
  if (context.wishes.leverage === null) return
  const leverage = Math.max(1, Math.min(Math.floor(context.wishes.leverage), leverageMax))
  const request = requests.setLeverage(requests.marketIdOf(id), leverage)
  await wish(request, context, (reason) => notices.push(`leverage ${leverage} of ${id} could not be set (${reason})`))
}
const KEY_FAULTS = new Set(['no_permission', 'ip_not_allowed', 'location_refused'])
/** What cannot be changed now, because something is open, stays as it is: keeping the account out would leave that unprotected. */
async function wish(request: VenueRequest, { ask }: VenueContext, onRefused: (reason: string) => void): Promise<void> {
  try {
    await ask(request)
  } catch (error) {
    const failure = error instanceof VenueRefusal && error.failure.outcome === 'final' ? error.failure : null
    if (failure === null || failure.code.startsWith('key_') || KEY_FAULTS.has(failure.code)) throw error
    if (failure.code !== 'no_change') onRefused(failure.message)
  }
}
