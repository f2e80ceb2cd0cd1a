// The account as it must be before anything is traded, and the instruments with this account's own fees and brackets.
import { rate, rateFromNumber } from '../../../../../src-shared/domain/decimal.ts'
import type { InstrumentId } from '../../../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../../../src-shared/domain/instrument.ts'
import { parseInstrument } from '../../binance-instrument.ts'
import { VenueRefusal } from '../../transport/venue-failure.ts'
import type { VenueRequest } from '../../transport/venue-rest.ts'
import { decimalOf, fieldsOf, listOf } from '../fields.ts'
import { AccountFault, type OpenedAccount, type VenueContext } from '../venue-adapter.ts'
import * as requests from './binance-requests.ts'

/** What is known of the account once it is open. */
export type BinanceAccount = OpenedAccount & {
  /** The currency that all instruments are settled in. */
  readonly settle: string
  /** Of every perpetual the venue lists, traded here or not, by the venue's name. */
  readonly idByMarketId: ReadonlyMap<string, InstrumentId>
}

/** Throws AccountFault or VenueRefusal. */
export async function openBinanceAccount(context: VenueContext): Promise<BinanceAccount> {
  const mode = fieldsOf(await context.ask(requests.positionMode), 'the position mode')
  if (mode['dualSidePosition'] === true)
    throw new AccountFault(
      'this account of Binance USDT-M is in hedge mode; switch it to one-way mode there, with no position and no order open, because here a position has one side',
    )
  const notices: string[] = []
  const listed = readMarkets(await context.ask(requests.exchangeInfo))
  const instruments: Instrument[] = []
  for (const id of context.wishes.instrumentIds) {
    const instrument = listed.get(id)
    if (instrument === undefined) throw new AccountFault(`Binance USDT-M does not list ${id}`)
    instruments.push(await withAccountTerms(instrument, context, notices))
  }
  const settle = oneSettlement(instruments)
  for (const instrument of instruments) await setWishes(instrument, context, notices)
  const idByMarketId = new Map([...listed.keys()].map((id) => [requests.marketIdOf(id), id]))
  return { instruments, notices, settle, idByMarketId }
}

/** What cannot be read as a perpetual is left out: other kinds of contracts are not traded here. */
function readMarkets(body: unknown): ReadonlyMap<InstrumentId, Instrument> {
  const listed = new Map<InstrumentId, Instrument>()
  for (const symbol of listOf(fieldsOf(body, 'the list of markets')['symbols'], 'markets')) {
    if (symbol['contractType'] !== 'PERPETUAL') continue
    const parsed = parseInstrument(symbol)
    if (parsed.ok) listed.set(parsed.value.id, parsed.value)
  }
  return listed
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
  const fees = await optional(requests.commissionRate(symbol), context, (body) => {
    const fields = fieldsOf(body, 'the commission rate')
    return { makerFeeRate: rate(decimalOf(fields, 'makerCommissionRate')), takerFeeRate: rate(decimalOf(fields, 'takerCommissionRate')) }
  })
  const bracket = await optional(requests.leverageBracket(symbol), context, (body) => readFirstBracket(body, symbol))
  if (fees === null) notices.push(`the fees of ${instrument.id} could not be asked for and are the published ones`)
  if (bracket === null) notices.push(`the leverage brackets of ${instrument.id} could not be asked for and are a careful guess`)
  return { ...instrument, ...fees, ...bracket }
}
function readFirstBracket(body: unknown, symbol: string): Pick<Instrument, 'maintenanceMarginRate' | 'leverageMax'> {
  const rows = Array.isArray(body) ? listOf(body, 'the brackets') : [fieldsOf(body, 'the brackets')]
  const own = rows.find((row) => row['symbol'] === symbol)
  const [first] = listOf(own?.['brackets'], `the brackets of ${symbol}`)
  const { maintMarginRatio, initialLeverage } = fieldsOf(first, `the first bracket of ${symbol}`)
  return { maintenanceMarginRate: rateFromNumber(Number(maintMarginRatio)), leverageMax: Number(initialLeverage) }
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

/** What cannot be changed now, because something is open, stays as it is: keeping the account out would leave that unprotected. */
async function setWishes({ id, leverageMax }: Instrument, { ask, wishes }: VenueContext, notices: string[]): Promise<void> {
  const symbol = requests.marketIdOf(id)
  const wanted: [string, VenueRequest][] = []
  if (wishes.marginMode !== null) wanted.push([`margin mode ${wishes.marginMode}`, requests.setMarginMode(symbol, wishes.marginMode)])
  if (wishes.leverage !== null) {
    const leverage = Math.max(1, Math.min(Math.floor(wishes.leverage), leverageMax))
    wanted.push([`leverage ${leverage}`, requests.setLeverage(symbol, leverage)])
  }
  for (const [what, request] of wanted) {
    try {
      await ask(request)
    } catch (error) {
      if (!(error instanceof VenueRefusal) || error.failure.outcome !== 'final' || error.failure.code.startsWith('key_')) throw error
      if (error.failure.code !== 'no_change') notices.push(`${what} of ${id} could not be set (${error.failure.message})`)
    }
  }
}
