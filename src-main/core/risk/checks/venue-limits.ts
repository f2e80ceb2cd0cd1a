// What the venue would reject, and what could later not be sold: an entry is refused when any of its exits would be too small to close.
import {
  type Quantity,
  ZERO_QUANTITY,
  isMultipleOf,
  smaller,
  subtract,
  sum,
  toNumber,
  toText,
} from '../../../../src-shared/domain/decimal.ts'
import type { Why } from '../../../../src-shared/domain/decision.ts'
import { type Instrument, sizeFault } from '../../../../src-shared/domain/instrument.ts'
import type { OrderRequest } from '../../../../src-shared/domain/order.ts'
import { entryPriceOf, stopPriceOf } from '../exposure.ts'
import { type PlannedExit, type RiskContext, known } from '../risk-context.ts'
import { isSellable } from '../sellable.ts'
import { type RiskCheck, verdict } from '../verdict.ts'

function faultOf(context: RiskContext, request: OrderRequest, instrument: Instrument): string | null {
  const size = sizeFault(instrument, entryPriceOf(context, request), request.quantity, {
    reduceOnly: false,
    market: request.type === 'market',
  })
  if (size !== null) return size
  const stop = stopPriceOf(request)
  if (!isMultipleOf(stop, instrument.tickSize)) return 'stop_off_tick'
  if (request.limitPrice !== null && !isMultipleOf(request.limitPrice, instrument.tickSize)) return 'limit_off_tick'
  const leftForStop = subtract(request.quantity, sum<Quantity>(context.exits.map((exit) => exit.quantity)))
  if (leftForStop < 0n) return 'exits_exceed_entry'
  // A rung is closed at its price, or by the stop when the market turns: it must be large enough at both.
  const sellable = (exit: PlannedExit): boolean =>
    isMultipleOf(exit.price, instrument.tickSize) && isSellable(instrument, smaller(exit.price, stop), exit.quantity)
  if (!context.exits.every(sellable)) return 'unsellable_target'
  // Before the first target the stop closes everything, after the last only the rest: both must be possible.
  if (!isSellable(instrument, stop, request.quantity)) return 'unsellable_position'
  return leftForStop === ZERO_QUANTITY || isSellable(instrument, stop, leftForStop) ? null : 'unsellable_remainder'
}

type Sizes = { readonly words: string; readonly numbers: Why }

/** What an instrument allows never changes: it is put into words once. */
const sizesOf = new WeakMap<Instrument, Sizes>()
function sizes(instrument: Instrument): Sizes {
  const { lotSize, minQuantity, maxQuantity, minNotional, settle } = instrument
  const made = sizesOf.get(instrument) ?? {
    words: `steps of ${toText(lotSize)}, ${toText(minQuantity)} to ${toText(maxQuantity)}, at least ${toText(minNotional)} ${settle}`,
    numbers: {
      lotSize: toNumber(lotSize),
      minQuantity: toNumber(minQuantity),
      maxQuantity: toNumber(maxQuantity),
      minNotional: toNumber(minNotional),
    },
  }
  sizesOf.set(instrument, made)
  return made
}

export const venueLimits: RiskCheck = {
  code: 'venue_limits',
  title: 'Venue limits',
  check(context, request) {
    const instrument = known(context.instrument, 'instrument')
    const allowed = sizes(instrument)
    return verdict({
      check: 'venue_limits',
      denial: faultOf(context, request, instrument),
      message: () => `${toText(request.quantity)} ${instrument.base} in ${context.exits.length} planned exits; ${allowed.words}`,
      numbers: { quantity: toNumber(request.quantity), ...allowed.numbers },
    })
  },
}
