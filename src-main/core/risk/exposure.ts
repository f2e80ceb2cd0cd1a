// What the limits mean in money. The checks compare with these amounts and sizing is capped by them: one formula for both, in exact
// arithmetic, so that a size cut to a limit is never denied for a rounding.
import {
  type Money,
  type Price,
  type Quantity,
  type Rate,
  ZERO_MONEY,
  ZERO_QUANTITY,
  absolute,
  add,
  larger,
  moneyFromNumber,
  notionalOf,
  overRate,
  quantityFor,
  rateFromNumber,
  smaller,
  subtract,
  timesRate,
} from '../../../src-shared/domain/decimal.ts'
import { type Instrument, priceFromNumber } from '../../../src-shared/domain/instrument.ts'
import type { OrderRequest } from '../../../src-shared/domain/order.ts'
import { type RiskContext, known } from './risk-context.ts'

const NOTE_LENGTH_MAX = 300

/** The most that one limit lets through, and why. */
export type SizeCap = { readonly step: string; readonly quantityMax: Quantity; readonly note: string }

const equityOf = (context: RiskContext): Money => moneyFromNumber(known(context.account, 'account').equity)

/** The last mark price that was brought onto the grid: one judgement asks for the same a dozen times. */
let latest: { readonly instrument: Instrument; readonly markPrice: number; readonly price: Price } | null = null

/** The mark price on the tick grid. */
export function markPriceOf(context: RiskContext): Price {
  const instrument = known(context.instrument, 'instrument')
  const markPrice = known(context.markPrice, 'mark_price')
  if (latest === null || latest.instrument !== instrument || latest.markPrice !== markPrice)
    latest = { instrument, markPrice, price: priceFromNumber(instrument, markPrice, 'half_even') }
  return latest.price
}

/** The price an entry is judged by: its limit, or the mark price of a market order. */
export const entryPriceOf = (context: RiskContext, request: OrderRequest): Price => request.limitPrice ?? markPriceOf(context)

/** The largest value the entry may turn out to have: a sell limit below the market fills at the market. */
export function entryNotionalOf(context: RiskContext, request: OrderRequest): Money {
  const mark = markPriceOf(context)
  const worst = request.side === 'sell' ? larger(entryPriceOf(context, request), mark) : entryPriceOf(context, request)
  return notionalOf(worst, request.quantity)
}

/** The stop that position care will place: the one in the order itself, so that what is judged is what is done. */
export const stopPriceOf = (request: OrderRequest): Price => known(request.entryPlan, 'stop_price').stopPrice
/** Distance from the entry price to the stop, in price units. */
export const stopDistanceOf = (context: RiskContext, request: OrderRequest): Price =>
  absolute(subtract(entryPriceOf(context, request), stopPriceOf(request)))

/** Value of all open positions, in settlement currency. */
export const openNotional = (context: RiskContext): number => context.positions.reduce((total, position) => total + position.notional, 0)
/** Value of all entries that may still fill. */
export const workingNotional = (context: RiskContext): number => context.workingEntries.reduce((total, entry) => total + entry.notional, 0)
/** Open positions and working entries together. */
export const grossExposure = (context: RiskContext): number => openNotional(context) + workingNotional(context)

/** Settlement currency, for messages. */
export const settleOf = (context: RiskContext): string => known(context.instrument, 'instrument').settle

/** Highest leverage that the policy and the instrument allow. */
export const leverageAllowed = (context: RiskContext): number =>
  Math.min(context.policy.leverageMax, known(context.instrument, 'instrument').leverageMax)

/** What may be lost when the stop is hit, before fees. */
export const riskBudget = (context: RiskContext): Money => timesRate(equityOf(context), rateFromNumber(context.policy.riskPerTrade), 'down')

/** What the position that is added to would lose at the stop, before fees: part of the budget is spent. */
function spentRisk({ addsTo }: RiskContext): Money {
  return addsTo === null ? ZERO_MONEY : notionalOf(absolute(subtract(addsTo.entryPrice, addsTo.stopPrice)), addsTo.quantity)
}
/** Value at the mark price of the position that is added to. */
export const addedToValue = (context: RiskContext): Money =>
  context.addsTo === null ? ZERO_MONEY : notionalOf(markPriceOf(context), context.addsTo.quantity)
/** Loss of the whole position when the stop is hit: that of the entry, and of what it adds to. */
export const riskOf = (context: RiskContext, request: OrderRequest): Money =>
  add(notionalOf(stopDistanceOf(context, request), request.quantity), spentRisk(context))

/** Largest value of one position: equity × share × leverage. */
export function positionValueMax(context: RiskContext): Money {
  const leverage = Math.min(context.leverage, leverageAllowed(context))
  return timesRate(timesRate(equityOf(context), rateFromNumber(context.policy.positionShareMax), 'down'), rateFromNumber(leverage), 'down')
}

const valueLeft = (context: RiskContext, multipleOfEquity: number): Money =>
  subtract(timesRate(equityOf(context), rateFromNumber(multipleOfEquity), 'down'), moneyFromNumber(grossExposure(context)))
/** Value that may still be added before gross exposure reaches its limit. Negative when it is exceeded already. */
export const grossValueLeft = (context: RiskContext): Money => valueLeft(context, context.policy.grossExposureMax)
/** Value that may still be added before the account as a whole uses more leverage than allowed. */
export const leverageValueLeft = (context: RiskContext): Money => valueLeft(context, leverageAllowed(context))

/** Margin and entry fee per unit of value: 1 ÷ leverage + taker fee. */
export const marginRate = (context: RiskContext): Rate =>
  add(rateFromNumber(1 / context.leverage), known(context.instrument, 'instrument').takerFeeRate)
/** Free margin once the working entries have theirs. */
export function marginLeft(context: RiskContext): Money {
  const forWorking = timesRate(moneyFromNumber(workingNotional(context)), marginRate(context), 'up')
  return subtract(moneyFromNumber(known(context.account, 'account').availableMargin), forWorking)
}

/**
 * The most that each limit lets through for such an entry: what sizing is cut to. Never throws: when the limits cannot be told
 * (no account, no instrument, a number that is none, a stop at the entry price), the only cap is zero, and its note says why.
 */
export function sizeCaps(context: RiskContext, entry: { entryPrice: Price; stopPrice: Price }): readonly SizeCap[] {
  try {
    return knownCaps(context, entry)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return [{ step: 'cap_unknown', quantityMax: ZERO_QUANTITY, note: `the limits cannot be told: ${why}`.slice(0, NOTE_LENGTH_MAX) }]
  }
}

function knownCaps(context: RiskContext, entry: { entryPrice: Price; stopPrice: Price }): readonly SizeCap[] {
  const { entryPrice, stopPrice } = entry
  const instrument = known(context.instrument, 'instrument')
  const distance = absolute(subtract(entryPrice, stopPrice))
  const byValue = (step: string, value: Money, note: string): SizeCap => ({
    step,
    quantityMax: larger(quantityFor(value, entryPrice, 'down'), ZERO_QUANTITY),
    note,
  })
  return [
    {
      step: 'cap_risk_per_trade',
      quantityMax: larger(quantityFor(subtract(riskBudget(context), spentRisk(context)), distance, 'down'), ZERO_QUANTITY),
      note: 'risk budget ÷ distance to the stop',
    },
    byValue('cap_position_size', subtract(positionValueMax(context), addedToValue(context)), 'equity × position share × leverage'),
    byValue('cap_leverage', leverageValueLeft(context), 'equity × highest leverage − gross exposure'),
    byValue('cap_gross_exposure', grossValueLeft(context), 'equity × highest gross exposure − gross exposure'),
    byValue('cap_available_margin', overRate(marginLeft(context), marginRate(context), 'down'), 'free margin ÷ (1 ÷ leverage + taker fee)'),
    {
      step: 'cap_venue_max',
      quantityMax: smaller(instrument.maxQuantity, instrument.maxMarketQuantity),
      note: 'largest order the venue takes',
    },
  ]
}
