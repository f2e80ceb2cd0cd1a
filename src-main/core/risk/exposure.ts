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
import { notionalMaxAt, priceFromNumber } from '../../../src-shared/domain/instrument.ts'
import type { OrderRequest } from '../../../src-shared/domain/order.ts'
import { type RiskContext, known } from './risk-context.ts'

const NOTE_LENGTH_MAX = 300

/** The most that one limit lets through, and why. */
export type SizeCap = { readonly step: string; readonly quantityMax: Quantity; readonly note: string }

/** Exact amounts of one judgement: its checks and caps ask a dozen times for the same few, and each costs a microsecond to make. */
class Amounts {
  #context: RiskContext
  #equity: Money | null = null
  #markPrice: Price | null = null
  #positionValueMax: Money | null = null
  #leverageValueLeft: Money | null = null
  #grossValueLeft: Money | null = null
  #marginRate: Rate | null = null
  #marginLeft: Money | null = null
  #riskBudget: Money | null = null

  constructor(context: RiskContext) {
    this.#context = context
  }

  /** Everything that an amount is made of is the same: a context that only got its exits shares those of the one it was made from. */
  areOf(context: RiskContext): boolean {
    const known = this.#context
    if (context === known) return true
    const same =
      context.account === known.account &&
      context.policy === known.policy &&
      context.instrument === known.instrument &&
      context.markPrice === known.markPrice &&
      context.leverage === known.leverage &&
      context.positions === known.positions &&
      context.workingEntries === known.workingEntries
    if (same) this.#context = context
    return same
  }

  get equity(): Money {
    return (this.#equity ??= moneyFromNumber(known(this.#context.account, 'account').equity))
  }
  get markPrice(): Price {
    const { instrument, markPrice } = this.#context
    return (this.#markPrice ??= priceFromNumber(known(instrument, 'instrument'), known(markPrice, 'mark_price'), 'half_even'))
  }
  get riskBudget(): Money {
    return (this.#riskBudget ??= timesRate(this.equity, rateFromNumber(this.#context.policy.riskPerTrade), 'down'))
  }
  get positionValueMax(): Money {
    return (this.#positionValueMax ??= this.#maxOfOne())
  }
  get leverageValueLeft(): Money {
    return (this.#leverageValueLeft ??= this.#valueLeft(leverageAllowed(this.#context)))
  }
  get grossValueLeft(): Money {
    return (this.#grossValueLeft ??= this.#valueLeft(this.#context.policy.grossExposureMax))
  }
  get marginRate(): Rate {
    const { leverage, instrument } = this.#context
    return (this.#marginRate ??= add(rateFromNumber(1 / leverage), known(instrument, 'instrument').takerFeeRate))
  }
  get marginLeft(): Money {
    return (this.#marginLeft ??= this.#freeMargin())
  }

  #maxOfOne(): Money {
    const leverage = Math.min(this.#context.leverage, leverageAllowed(this.#context))
    const share = timesRate(this.equity, rateFromNumber(this.#context.policy.positionShareMax), 'down')
    return timesRate(share, rateFromNumber(leverage), 'down')
  }
  #valueLeft(multipleOfEquity: number): Money {
    const most = timesRate(this.equity, rateFromNumber(multipleOfEquity), 'down')
    return subtract(most, moneyFromNumber(grossExposure(this.#context)))
  }
  #freeMargin(): Money {
    const forWorking = timesRate(moneyFromNumber(workingNotional(this.#context)), this.marginRate, 'up')
    return subtract(moneyFromNumber(known(this.#context.account, 'account').availableMargin), forWorking)
  }
}

let latest: Amounts | null = null
function amountsOf(context: RiskContext): Amounts {
  if (latest === null || !latest.areOf(context)) latest = new Amounts(context)
  return latest
}

/** The mark price on the tick grid. */
export const markPriceOf = (context: RiskContext): Price => amountsOf(context).markPrice

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
export const riskBudget = (context: RiskContext): Money => amountsOf(context).riskBudget

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
export const positionValueMax = (context: RiskContext): Money => amountsOf(context).positionValueMax
/** Value that may still be added before gross exposure reaches its limit. Negative when it is exceeded already. */
export const grossValueLeft = (context: RiskContext): Money => amountsOf(context).grossValueLeft
/** Value that may still be added before the account as a whole uses more leverage than allowed. */
export const leverageValueLeft = (context: RiskContext): Money => amountsOf(context).leverageValueLeft

/** Margin and entry fee per unit of value: 1 ÷ leverage + taker fee. */
export const marginRate = (context: RiskContext): Rate => amountsOf(context).marginRate
/** Free margin once the working entries have theirs. */
export const marginLeft = (context: RiskContext): Money => amountsOf(context).marginLeft

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

/** Value that the venue's bracket for the leverage that is set leaves for this instrument; null without brackets. Negative when exceeded already. */
export function bracketValueLeft(context: RiskContext): Money | null {
  const instrument = known(context.instrument, 'instrument')
  const most = notionalMaxAt(instrument, context.leverage)
  if (most === null) return null
  const isHere = ({ instrumentId }: { readonly instrumentId: string }): boolean => instrumentId === instrument.id
  const held = [...context.positions.filter(isHere), ...context.workingEntries.filter(isHere)].reduce(
    (sum, { notional }) => sum + notional,
    0,
  )
  return subtract(most, moneyFromNumber(held))
}
function bracketCap(context: RiskContext, byValue: (step: string, value: Money, note: string) => SizeCap): readonly SizeCap[] {
  const left = bracketValueLeft(context)
  return left === null ? [] : [byValue('cap_leverage_bracket', left, 'largest value that the venue allows at this leverage')]
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
    ...bracketCap(context, byValue),
    byValue('cap_available_margin', overRate(marginLeft(context), marginRate(context), 'down'), 'free margin ÷ (1 ÷ leverage + taker fee)'),
    {
      step: 'cap_venue_max',
      quantityMax: smaller(instrument.maxQuantity, instrument.maxMarketQuantity),
      note: 'largest order the venue takes',
    },
  ]
}
