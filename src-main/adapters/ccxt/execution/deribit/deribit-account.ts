// The account as it is before anything is traded, and the linear perpetuals that stand for the data venue's instruments, with this account's own fees.
import { type Money, ZERO_MONEY, add, money, price, quantity, rate, ratioOf, subtract } from '../../../../../src-shared/domain/decimal.ts'
import type { InstrumentId } from '../../../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../../../src-shared/domain/instrument.ts'
import { type Fields, decimalOf, fieldsOf, integerOf, isFields, listOf, textOf } from '../fields.ts'
import { AccountFault, type OpenedAccount, type VenueContext } from '../venue-adapter.ts'
import * as requests from './deribit-requests.ts'

export type DeribitAccount = OpenedAccount & {
  /** By the venue's name. */
  readonly idByMarketId: ReadonlyMap<string, InstrumentId>
}

/** The venue tells no largest size. */
const QUANTITY_MAX = quantity('1000000000')

/** Throws AccountFault or VenueRefusal. */
export async function openDeribitAccount(context: VenueContext): Promise<DeribitAccount> {
  const summary = await readSummary(context)
  const { instrumentIds, leverage, marginMode } = context.wishes
  if (instrumentIds.length === 0) throw new AccountFault('no instrument to trade was named')
  const listed = new Map<string, Fields>()
  for (const row of listOf(requests.resultOf(await context.ask(requests.instruments)), 'the instruments'))
    if (isLinearPerpetual(row)) listed.set(textOf(row, 'instrument_name'), row)
  const idByMarketId = new Map<string, InstrumentId>()
  const instruments: Instrument[] = []
  for (const id of instrumentIds) {
    const marketId = requests.marketIdOf(id)
    const row = marketId === null ? undefined : listed.get(marketId)
    if (marketId === null || row === undefined) {
      const missing = marketId === null ? 'it trades only contracts settled in dollars from here' : `it lists no ${marketId}`
      throw new AccountFault(`Deribit has no contract for ${id}: ${missing}`)
    }
    idByMarketId.set(marketId, id)
    instruments.push({ ...readInstrument(row, id), ...feesOf(summary, row) })
  }
  const notices: string[] = []
  if (leverage !== null)
    notices.push(`leverage ${leverage} is kept by the desk alone: Deribit takes it from what the whole account holds and cannot be told`)
  if (marginMode === 'isolated') notices.push('Deribit has no isolated margin: positions share all of the account')
  return { instruments, notices, idByMarketId }
}

const isLinearPerpetual = (row: Fields): boolean =>
  row['settlement_period'] === 'perpetual' && row['settlement_currency'] === requests.SETTLE && row['is_active'] !== false

function readInstrument(row: Fields, id: InstrumentId): Instrument {
  const minQuantity = quantity(decimalOf(row, 'min_trade_amount'))
  const contractSize = quantity(decimalOf(row, 'contract_size'))
  const leverageMax = row['max_leverage'] === undefined ? 1 : integerOf(row, 'max_leverage')
  return {
    id,
    venue: 'deribit',
    base: textOf(row, 'base_currency'),
    quote: requests.SETTLE,
    settle: requests.SETTLE,
    tickSize: price(decimalOf(row, 'tick_size')),
    // Amounts are multiples of both, one of which is a multiple of the other.
    lotSize: minQuantity > contractSize ? minQuantity : contractSize,
    minQuantity,
    maxQuantity: QUANTITY_MAX,
    maxMarketQuantity: QUANTITY_MAX,
    minNotional: money('0'),
    // The venue counts these in base coins, whatever it calls a contract.
    contractSize: quantity('1'),
    makerFeeRate: rate(decimalOf(row, 'maker_commission')),
    takerFeeRate: rate(decimalOf(row, 'taker_commission')),
    // Maintenance begins at half of the initial margin (support.deribit.com, margin of linear contracts).
    maintenanceMarginRate: ratioOf(rate('1'), rate(String(BigInt(leverageMax) * 2n))),
    leverageMax,
  }
}

/** An account with a discount is told its rates apart; `relative` ones are shares of the published rate. */
function feesOf(summary: Fields, row: Fields): Partial<Pick<Instrument, 'makerFeeRate' | 'takerFeeRate'>> {
  const rows = Array.isArray(summary['fees']) ? listOf(summary['fees'], 'the fees') : []
  const own = rows.find((fees) => fees['kind'] === 'perpetual' && fees['index_name'] === row['price_index'])
  const rates = own !== undefined && isFields(own['value']) ? own['value']['default'] : null
  if (!isFields(rates) || rates['type'] !== 'fixed') return {}
  return { makerFeeRate: rate(decimalOf(rates, 'maker')), takerFeeRate: rate(decimalOf(rates, 'taker')) }
}

export const readSummary = async ({ ask }: VenueContext): Promise<Fields> =>
  fieldsOf(requests.resultOf(await ask(requests.accountSummary)), 'the account')

/**
 * Deposits, realised results, fees and settled funding. The venue's `balance` is not that: results of the session are added to it once a day, those of open
 * positions too. What is left of the equity without the open positions' result since their entry is. Their funding flows every few seconds and counts from
 * when it is settled, once a day or with the position's end.
 */
export function walletOf(summary: Fields, positions: readonly Fields[]): Money {
  if (summary['total_pl'] === undefined || summary['total_pl'] === null) return money(decimalOf(summary, 'balance'))
  const funding = positions
    .filter((row) => typeof row['realized_funding'] === 'number')
    .reduce<Money>((sum, row) => add(sum, money(decimalOf(row, 'realized_funding'))), ZERO_MONEY)
  return subtract(subtract(money(decimalOf(summary, 'equity')), money(decimalOf(summary, 'total_pl'))), funding)
}
