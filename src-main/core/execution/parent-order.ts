// An order that is carried out in parts: what is still to be sent, when, and at which price. The desk of parents acts; this file only says.
import type { ExecutionPlan } from '../../../src-shared/config/execution-policy.ts'
import {
  type Price,
  type Quantity,
  ZERO_QUANTITY,
  larger,
  smaller,
  subtract,
  toStep,
  quantityTimesRate,
  rateFromNumber,
  toText,
} from '../../../src-shared/domain/decimal.ts'
import type { ClientOrderId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import type { Order, OrderRequest } from '../../../src-shared/domain/order.ts'
import { ensure, unreachable } from '../../../src-shared/domain/result.ts'
import type { Approved } from '../../../src-shared/events/effect.ts'
import { createRandom } from '../simulation/random.ts'
import { AT_MARKET, type Pricing, betterBy, postOnly, resting, takingEntry, touchOf } from './entry-pricing.ts'
import { type Slice, planSlices, seedOf, smallestOrder } from './slices.ts'

export type PartPlan = Exclude<ExecutionPlan, { type: 'market' }>

/** What the market of the instrument looks like now. */
export type Quote = { readonly instrument: Instrument; readonly lastPrice: number; readonly spreadBps: number }

export type Parent = {
  /** The whole, as it was approved. Its id is the parent's; the venue never sees it. */
  readonly request: Approved<OrderRequest>
  readonly decisionPrice: Price
  readonly plan: PartPlan
  readonly startedMs: number
  readonly endsMs: number
  /** Of the plans that go by time; empty for those that rest in the book. */
  readonly slices: readonly Slice[]
  readonly smallest: Quantity
  /** The one child that may still trade, or whose end is not proven yet. */
  child: ClientOrderId | null
  /** How often the ended child has been looked up; 0 while it works. */
  lookups: number
  /** What children have traded, and what nobody can prove that they have not: none of it is sent again. */
  committed: Quantity
  /** What children have traded for certain. */
  filled: Quantity
  /** The rest has been offered at the market once. */
  hasCrossed: boolean
  refusals: number
  /** Why no further child follows, or null. */
  ending: string | null
  /** Code of the last check that held a child back: told once. */
  heldBy: string | null
}

type Opening = {
  readonly request: Approved<OrderRequest>
  readonly decisionPrice: Price
  readonly plan: PartPlan
  readonly instrument: Instrument
  readonly nowMs: number
  readonly volumeBetween: (fromMs: number, toMs: number) => number
}

export function openParent({ request, decisionPrice, plan, instrument, nowMs, volumeBetween }: Opening): Parent {
  const lowest = request.entryPlan === null ? decisionPrice : smaller(decisionPrice, request.entryPlan.stopPrice)
  const smallest = smallestOrder(instrument, lowest)
  const isSliced = plan.type === 'twap' || plan.type === 'vwap'
  const slices = isSliced
    ? planSlices({
        instrument,
        total: request.quantity,
        smallest,
        startMs: nowMs,
        durationMs: plan.durationMs,
        count: plan.slices,
        jitter: plan.jitter,
        random: createRandom(seedOf(request.clientOrderId)),
        volumeBetween: plan.type === 'vwap' ? volumeBetween : () => 1,
      })
    : []
  return {
    request,
    decisionPrice,
    plan,
    startedMs: nowMs,
    endsMs: nowMs + (isSliced ? plan.durationMs : plan.timeoutMs),
    slices,
    smallest,
    child: null,
    lookups: 0,
    committed: ZERO_QUANTITY,
    filled: ZERO_QUANTITY,
    hasCrossed: false,
    refusals: 0,
    ending: null,
    heldBy: null,
  }
}

export const restOf = ({ request, committed }: Parent): Quantity => larger(subtract(request.quantity, committed), ZERO_QUANTITY)

/** Are what is left at the end bought and sold at market? A plan by time has done its part by then. */
export const mayCross = ({ plan }: Parent): boolean => 'atTimeout' in plan && plan.atTimeout === 'cross'

/** How much the next child may have now; zero when it is too early or nothing is left that the venue would take. */
export function dueNow(parent: Parent, { instrument }: Quote, nowMs: number): Quantity {
  const rest = restOf(parent)
  const most = smaller(instrument.maxQuantity, instrument.maxMarketQuantity)
  const wanted = smaller(wantedNow(parent, instrument, { rest, nowMs }), most)
  if (wanted < parent.smallest) {
    // The last bit of a close may be smaller: venues exempt what only reduces from the least value.
    const isLastBit = parent.request.reduceOnly && wanted === rest && rest >= instrument.minQuantity
    return isLastBit ? rest : ZERO_QUANTITY
  }
  // What would be left over must be large enough for another.
  const left = subtract(rest, wanted)
  return left > 0n && left < parent.smallest && rest <= most ? rest : wanted
}

function wantedNow(parent: Parent, instrument: Instrument, { rest, nowMs }: { rest: Quantity; nowMs: number }): Quantity {
  const { plan, request, slices } = parent
  switch (plan.type) {
    case 'limit':
    case 'post_only':
    case 'sniper':
      return rest
    case 'iceberg': {
      if (nowMs >= parent.endsMs) return rest
      const visible = toStep(quantityTimesRate(request.quantity, rateFromNumber(plan.visibleShare), 'down'), instrument.lotSize, 'down')
      return smaller(rest, larger(visible, parent.smallest))
    }
    case 'twap':
    case 'vwap': {
      const until = slices.findLast((slice) => slice.atMs <= nowMs)?.until ?? ZERO_QUANTITY
      const behind = larger(subtract(until, parent.committed), ZERO_QUANTITY)
      // After a pause the plan is not made up for all at once: at most two parts together.
      return smaller(behind, largestOfTwo(parent))
    }
    default:
      return unreachable(plan, 'execution plan')
  }
}

function largestOfTwo({ slices, smallest }: Parent): Quantity {
  let largest = smallest
  let before = ZERO_QUANTITY
  for (const { until } of slices) {
    largest = larger(largest, subtract(until, before))
    before = until
  }
  return (largest * 2n) as Quantity
}

/** When the next part is due after `nowMs`: at the latest at the end. */
export const nextDueMs = ({ slices, endsMs }: Parent, nowMs: number): number => slices.find((slice) => slice.atMs > nowMs)?.atMs ?? endsMs

/** The price of a child that is sent now. Entries that take are guarded; what reduces takes any price. */
export function pricingOf(parent: Parent, quote: Quote, guard: { readonly slippageBpsMax: number; readonly isCrossing: boolean }): Pricing {
  const { plan, request, decisionPrice } = parent
  const { side } = request
  const at = { instrument: quote.instrument, side }
  const taking = request.reduceOnly ? AT_MARKET : takingEntry(at, decisionPrice, guard.slippageBpsMax)
  if (guard.isCrossing) return taking
  switch (plan.type) {
    case 'twap':
    case 'vwap':
      return taking
    case 'limit':
    case 'iceberg':
      return resting(betterBy(at, decisionPrice, plan.offsetBps))
    case 'post_only':
      return postOnly(lessEager(side, betterBy(at, decisionPrice, plan.offsetBps), touchOf(at, quote.lastPrice, quote.spreadBps)))
    case 'sniper':
      return postOnly(sniperPrice(parent, quote, guard.slippageBpsMax))
    default:
      return unreachable(plan, 'execution plan')
  }
}

/** First in the book, as far from the decision price as the plan and, for entries, the guard follow. */
function sniperPrice({ plan, request, decisionPrice }: Parent, quote: Quote, slippageBpsMax: number): Price {
  ensure(plan.type === 'sniper', 'the plan is a sniper')
  const at = { instrument: quote.instrument, side: request.side }
  const isGuarded = !request.reduceOnly && slippageBpsMax > 0
  const chaseBps = isGuarded ? Math.min(plan.chaseBpsMax, slippageBpsMax) : plan.chaseBpsMax
  const { limitPrice: farthest } = takingEntry(at, decisionPrice, chaseBps)
  const touch = touchOf(at, quote.lastPrice, quote.spreadBps)
  return farthest === null ? touch : lessEager(request.side, farthest, touch)
}
const lessEager = (side: OrderRequest['side'], a: Price, b: Price): Price => (side === 'buy' ? smaller(a, b) : larger(a, b))

/** Has the market moved away from a resting sniper, within what it follows? */
export function shouldReprice(parent: Parent, child: Order, { quote, slippageBpsMax }: { quote: Quote; slippageBpsMax: number }): boolean {
  if (parent.plan.type !== 'sniper' || child.limitPrice === null) return false
  const price = sniperPrice(parent, quote, slippageBpsMax)
  return parent.request.side === 'buy' ? price > child.limitPrice : price < child.limitPrice
}

/** For alerts and the list on the screen. */
export const inWords = ({ request, plan }: Parent): string =>
  `${plan.type} ${request.side} of ${toText(request.quantity)} ${request.instrumentId}`
