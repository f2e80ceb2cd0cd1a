// The simulated venue behind its contract: a Binance USDT-M account in one-way mode with cross margin, driven by whoever owns time and prices.
//
// What it does where a choice had to be made, always the pessimistic one:
// - A market order fills at the last price plus slippage, at most its share of the volume of each price point; the rest goes on at the next points.
// - A resting limit order fills as maker at its own price once the market has traded strictly beyond it: a touch is not a fill. With the queue
//   model `volume` it stands behind a multiple of a candle's mean volume, counted when it is accepted: what trades at its very price eats that
//   first, then fills it, up to its share. Nobody before it ever cancels, and who cancels and comes back stands at the end again.
// - A stop fires on a touch. Inside a candle's path it executes at its trigger plus slippage, after a gap at the gap price plus slippage.
// - Reduce-only needs a position when it arrives, is clipped to the position when it executes, and expires when the position is gone.
// - Liquidation comes before anything else that the same price would do.
// - Messages need the latency and up to the jitter more. Those of one direction share a connection: none overtakes another.
// - Funding is paid by what is open at its time, orders that arrive at that very millisecond included.
//
// What the caller should know: the volume given to `setPrice` is what trades at that point, so a walk spreads a candle's volume over the points of
// its path. A save also holds prices, but prices alone do not move the revision: they come back with the feed. Reports that are still on their
// way to us are not saved: a crash loses them, and the client has to ask.
import { ZERO_QUANTITY, notionalOf, rateFromNumber } from '../../../src-shared/domain/decimal.ts'
import type { ClientOrderId, InstrumentId, TradeId } from '../../../src-shared/domain/ids.ts'
import type { OrderRequest } from '../../../src-shared/domain/order.ts'
import { unreachable } from '../../../src-shared/domain/result.ts'
import type { VenueReport } from '../../../src-shared/events/venue-report.ts'
import { applyFundingTo, feeFor, isCandleSafe, isMarginSafe, venuePosition, walletBalance } from './account.ts'
import { addCandle } from './candle-averages.ts'
import { walkCandle } from './candle-path.ts'
import { feeRates } from './fee-schedule.ts'
import { liquidate } from './liquidation.ts'
import { moveMarket, receiveOrder } from './matching.ts'
import { takerPrice } from './pricing.ts'
import { restoreCore, saveCore } from './saved-state.ts'
import { type Market, type Message, type OrderAtVenue, type VenueCore, createCore, emit, marketOf, putOnWay } from './state.ts'
import { checkConfig } from './config-validation.ts'
import type { CandlePath, CreateSimulatedVenue, SimulatedVenue } from './venue.ts'
import { endOrder, fillsAfter, findOrder, venueOrder } from './working-orders.ts'

const NO_REPORTS: readonly VenueReport[] = []

/** Throws RangeError for a configuration that cannot be simulated. */
export const createSimulatedVenue: CreateSimulatedVenue = (instruments, config) => {
  checkConfig(instruments, config)
  const core = createCore(instruments, config)
  const send = (message: Message, nowMs: number): void => {
    core.revision++
    putOnWay(core, core.inbound, { fromMs: nowMs, item: message })
  }
  return {
    submit: (order, nowMs) => send({ type: 'submit', order: orderAtVenue(order) }, nowMs),
    cancel: (clientOrderId, nowMs) => send({ type: 'cancel', clientOrderId }, nowMs),
    lookup: (clientOrderId, nowMs) => send({ type: 'lookup', clientOrderId }, nowMs),
    requestSnapshot: (afterTradeId, nowMs) => send({ type: 'snapshot', afterTradeId }, nowMs),
    lastPriceMs: () => Math.max(0, ...[...core.markets.values()].map((market) => market.tsMs)),
    nextDueMs: () => Math.min(core.inbound.nextDueMs, core.outbound.nextDueMs),
    advanceTo: (nowMs) => advance(core, nowMs),
    ...marketSide(core),
    save: () => saveCore(core),
    restore: (saved) => restoreCore(core, saved),
    revision: () => core.revision,
  }
}

type MarketCall = 'pass' | 'isUntouched' | 'hasStake' | 'openCandle' | 'path' | 'setPrice' | 'takerQuote' | 'applyFunding'

/** The half of the venue that the event loop calls with prices. */
function marketSide(core: VenueCore): Pick<SimulatedVenue, MarketCall> {
  const { isAveraging } = core
  let recent: Market | null = null
  const marketFor = (instrumentId: InstrumentId): Market => {
    if (recent === null || recent.instrument.id !== instrumentId) recent = marketOf(core, instrumentId)
    return recent
  }
  const isUntouched = (market: Market, candle: CandlePath): boolean => {
    if (!(candle.low > market.touchBelow && candle.high < market.touchAbove)) return false
    if (core.inbound.nextDueMs !== Infinity || core.outbound.nextDueMs !== Infinity) return false
    return core.exposed.length === 0 || isCandleSafe(core, market, candle)
  }
  return {
    pass(instrumentId, candle, lengthMs) {
      const market = marketFor(instrumentId)
      if (!isUntouched(market, candle)) return false
      market.tsMs = candle.openTimeMs + lengthMs
      market.last = candle.close
      market.volume = candle.volume
      market.taken = ZERO_QUANTITY
      if (isAveraging) addCandle(market.averages, candle)
      return true
    },
    isUntouched: (instrumentId, candle) => isUntouched(marketFor(instrumentId), candle),
    hasStake: (instrumentId) => hasStake(core, marketFor(instrumentId)),
    openCandle(instrumentId, candle) {
      if (isAveraging) addCandle(marketFor(instrumentId).averages, candle)
    },
    path: (instrumentId, candle, lengthMs) => walkCandle(core, marketFor(instrumentId), { candle, lengthMs }),
    // oxlint-disable-next-line max-params -- the contract: an options object would be allocated for every price
    setPrice(instrumentId, tsMs, last, volume) {
      const market = marketFor(instrumentId)
      if (core.inbound.nextDueMs <= tsMs) receiveDue(core, tsMs)
      const isOutside = !(last > market.touchBelow && last < market.touchAbove && volume >= 0 && volume < Infinity)
      if (isOutside || (core.exposed.length > 0 && !isMarginSafe(core, market, last))) {
        checkPoint(instrumentId, last, volume)
        core.nowMs = tsMs
        moveMarket(core, market, { tsMs, price: last, volume })
        return
      }
      market.tsMs = tsMs
      market.last = last
      market.volume = volume
      market.taken = ZERO_QUANTITY
      market.isPathOpening = false
    },
    takerQuote(instrumentId, order) {
      const market = marketFor(instrumentId)
      const price = takerPrice(core, market, { ...order, limitPrice: null })
      return { price, fee: feeFor(notionalOf(price, order.quantity), feeRates(core, market).taker) }
    },
    applyFunding(instrumentId, rate, tsMs) {
      const market = marketFor(instrumentId)
      receiveDue(core, tsMs)
      if (core.config.funding !== false && market.positionQuantity !== 0n) payFunding(core, market, { rate, tsMs })
    },
  }
}

function hasStake(core: VenueCore, { instrument, orders, positionQuantity }: Market): boolean {
  if (positionQuantity !== 0n || orders.length > 0) return true
  return core.inbound.entries().some(({ item }) => item.type === 'submit' && item.order.instrumentId === instrument.id)
}

function payFunding(core: VenueCore, market: Market, payment: { rate: number; tsMs: number }): void {
  core.nowMs = payment.tsMs
  const amount = applyFundingTo(core, market, rateFromNumber(payment.rate))
  emit(core, { type: 'funding_paid', instrumentId: market.instrument.id, amount, rate: payment.rate, tsEventMs: core.nowMs })
  liquidate(core)
}

function orderAtVenue(order: OrderRequest): OrderAtVenue {
  const { clientOrderId, instrumentId, side, type, timeInForce, quantity, limitPrice, triggerPrice, triggerSource, reduceOnly } = order
  return { clientOrderId, instrumentId, side, type, timeInForce, quantity, limitPrice, triggerPrice, triggerSource, reduceOnly }
}

function checkPoint(instrumentId: InstrumentId, last: number, volume: number): void {
  if (!(last > 0 && last < Infinity)) throw new RangeError(`${instrumentId} price ${last}, expected a finite number above 0`)
  if (!(volume >= 0 && volume < Infinity)) throw new RangeError(`${instrumentId} volume ${volume}, expected a finite number of 0 or more`)
}

function advance(core: VenueCore, nowMs: number): readonly VenueReport[] {
  receiveDue(core, nowMs)
  if (core.outbound.nextDueMs > nowMs) return NO_REPORTS
  const reports: VenueReport[] = []
  while (core.outbound.nextDueMs <= nowMs) reports.push(core.outbound.shift())
  return reports
}

/** Lets everything that was sent and has arrived by now take effect, at the price of the moment of its arrival. */
function receiveDue(core: VenueCore, nowMs: number): void {
  while (core.inbound.nextDueMs <= nowMs) {
    core.nowMs = core.inbound.nextDueMs
    receive(core, core.inbound.shift())
  }
}

function receive(core: VenueCore, message: Message): void {
  switch (message.type) {
    case 'submit':
      return receiveOrder(core, message.order)
    case 'cancel':
      return receiveCancel(core, message.clientOrderId)
    case 'lookup':
      return answerLookup(core, message.clientOrderId)
    case 'snapshot':
      return answerSnapshot(core, message.afterTradeId)
    default:
      return unreachable(message, 'message to the venue')
  }
}

function receiveCancel(core: VenueCore, clientOrderId: ClientOrderId): void {
  const order = core.openOrders.get(clientOrderId)
  if (order === undefined) return emit(core, { type: 'cancel_rejected', clientOrderId, code: 'unknown_order', tsEventMs: core.nowMs })
  endOrder(core, order, 'canceled')
  emit(core, { type: 'canceled', clientOrderId, code: 'requested', tsEventMs: core.nowMs })
}

function answerLookup(core: VenueCore, clientOrderId: ClientOrderId): void {
  const order = findOrder(core, clientOrderId)
  const fills = order === null ? [] : core.fills.filter((fill) => fill.venueOrderId === order.venueOrderId)
  emit(core, { type: 'lookup', clientOrderId, order, fills, tsEventMs: core.nowMs })
}

function answerSnapshot(core: VenueCore, afterTradeId: TradeId | null): void {
  const markets = [...core.markets.values()]
  const { fills, missing } = fillsAfter(core, afterTradeId)
  emit(core, {
    type: 'snapshot',
    orders: markets.flatMap((market) => market.orders.map((order) => venueOrder(order))),
    positions: core.exposed.map((market) => venuePosition(core, market)),
    fills,
    ...(missing ? { fillsMissing: true } : {}),
    walletBalance: walletBalance(core.ledger),
    tsEventMs: core.nowMs,
  })
}
