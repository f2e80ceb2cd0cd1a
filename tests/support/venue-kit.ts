// Instruments, orders and a small driver for tests of the simulated venue.
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import type { CandlePath, SimulatedVenue, SimulationConfig } from '../../src-main/core/simulation/venue.ts'
import { money, price, quantity, rate, toText } from '../../src-shared/domain/decimal.ts'
import { type TradeId, clientOrderId, instrumentId, strategyId } from '../../src-shared/domain/ids.ts'
import type { Instrument } from '../../src-shared/domain/instrument.ts'
import type { OrderRequest } from '../../src-shared/domain/order.ts'
import type { VenueReport } from '../../src-shared/events/venue-report.ts'

const usdtPerpetual = {
  venue: 'binanceusdm',
  quote: 'USDT',
  settle: 'USDT',
  contractSize: quantity('1'),
  makerFeeRate: rate('0.0002'),
  takerFeeRate: rate('0.0005'),
  leverageMax: 125,
}
export const BTC: Instrument = {
  ...usdtPerpetual,
  id: instrumentId('BTC/USDT:USDT'),
  base: 'BTC',
  tickSize: price('0.1'),
  lotSize: quantity('0.001'),
  minQuantity: quantity('0.001'),
  maxQuantity: quantity('1000'),
  maxMarketQuantity: quantity('120'),
  minNotional: money('100'),
  maintenanceMarginRate: rate('0.004'),
}
export const ETH: Instrument = {
  ...usdtPerpetual,
  id: instrumentId('ETH/USDT:USDT'),
  base: 'ETH',
  tickSize: price('0.01'),
  lotSize: quantity('0.001'),
  minQuantity: quantity('0.001'),
  maxQuantity: quantity('10000'),
  maxMarketQuantity: quantity('2000'),
  minNotional: money('20'),
  maintenanceMarginRate: rate('0.005'),
}

export const FRICTIONLESS: SimulationConfig = {
  seed: 1,
  initialBalance: money('10000'),
  leverage: 10,
  latencyMs: 0,
  slippage: { kind: 'fixed', basisPoints: 0 },
  participationMax: 1,
  markPremium: 0,
}

let lastNumber = 0

type OrderText = Partial<Omit<OrderRequest, 'quantity' | 'limitPrice' | 'triggerPrice' | 'clientOrderId'>> & {
  id?: string
  quantity?: string
  limitPrice?: string
  triggerPrice?: string
}

/** A market buy of 1 BTC unless told otherwise; every call without an id gets a new one. */
export function order(text: OrderText = {}): OrderRequest {
  const { id, quantity: quantityText = '1', limitPrice, triggerPrice, ...rest } = text
  return {
    clientOrderId: clientOrderId(id ?? `order${++lastNumber}`),
    instrumentId: BTC.id,
    strategyId: strategyId('test'),
    positionId: null,
    decisionId: null,
    purpose: 'entry',
    side: 'buy',
    type: 'market',
    timeInForce: 'gtc',
    triggerSource: 'last',
    reduceOnly: false,
    decisionPrice: null,
    entryPlan: null,
    quantity: quantity(quantityText),
    limitPrice: limitPrice === undefined ? null : price(limitPrice),
    triggerPrice: triggerPrice === undefined ? null : price(triggerPrice),
    ...rest,
  }
}

/** Prices and requests one second apart. Every call returns the reports that reached us by its time. */
export type Desk = {
  readonly venue: SimulatedVenue
  nowMs(): number
  trade(last: number, volume?: number, instrument?: Instrument): readonly VenueReport[]
  submit(request: OrderRequest): readonly VenueReport[]
  cancel(id: string): readonly VenueReport[]
  lookup(id: string): Extract<VenueReport, { type: 'lookup' }>
  snapshot(after?: TradeId | null): Extract<VenueReport, { type: 'snapshot' }>
  /** Walks a candle of one minute that opens now; its volume is spread evenly over the points of its path. */
  candle(open: number, high: number, low: number, close: number, volume?: number): readonly VenueReport[]
}

export function deskOf(venue: SimulatedVenue, latencyMs = 0): Desk {
  let nowMs = 1_000_000
  const answer = <T extends VenueReport['type']>(type: T): Extract<VenueReport, { type: T }> => {
    nowMs += 2 * latencyMs
    const found = venue.advanceTo(nowMs).find((report): report is Extract<VenueReport, { type: T }> => report.type === type)
    if (found === undefined) throw new Error(`no ${type} report`)
    return found
  }
  const settle = (): readonly VenueReport[] => {
    nowMs += 1_000
    return venue.advanceTo(nowMs)
  }
  const desk: Desk = {
    venue,
    nowMs: () => nowMs,
    trade(last, volume = 1_000, instrument = BTC) {
      venue.setPrice(instrument.id, nowMs, last, volume)
      return settle()
    },
    submit(request) {
      venue.submit(request, nowMs)
      return settle()
    },
    cancel(id) {
      venue.cancel(clientOrderId(id), nowMs)
      return settle()
    },
    lookup(id) {
      venue.lookup(clientOrderId(id), nowMs)
      return answer('lookup')
    },
    snapshot(after = null) {
      venue.requestSnapshot(after, nowMs)
      return answer('snapshot')
    },
    candle(open, high, low, close, volume = 4_000) {
      const candle = { openTimeMs: nowMs, open, high, low, close, volume }
      venue.openCandle(BTC.id, candle)
      const path = venue.path(BTC.id, candle, 60_000)
      const reports: VenueReport[] = []
      for (const point of path) {
        reports.push(...venue.advanceTo(point.tsMs))
        venue.setPrice(BTC.id, point.tsMs, point.price, volume / path.length)
      }
      nowMs += 60_000
      return [...reports, ...settle()]
    },
  }
  return desk
}

/** A desk over a new frictionless venue (no latency, slippage or partial fills) with the market at `last`. */
export function openDesk(config: Partial<SimulationConfig> = {}, last = 1_000, instruments: readonly Instrument[] = [BTC, ETH]): Desk {
  const desk = deskOf(createSimulatedVenue(instruments, { ...FRICTIONLESS, ...config }), config.latencyMs ?? 0)
  desk.trade(last)
  return desk
}

/** Reports as short lines: "accepted a", "fill a 1 @ 1000 taker fee 0.5", "rejected a off_tick". */
export function told(reports: readonly VenueReport[]): string[] {
  return reports.map((report) => {
    switch (report.type) {
      case 'fill': {
        const { clientOrderId: id, quantity: size, price: at, liquidity, fee } = report.fill
        return `fill ${id} ${toText(size)} @ ${toText(at)} ${liquidity} fee ${toText(fee)}`
      }
      case 'accepted':
      case 'triggered':
      case 'lookup':
        return `${report.type} ${report.clientOrderId}`
      case 'funding_paid':
        return `funding_paid ${toText(report.amount)}`
      case 'snapshot':
        return 'snapshot'
      default:
        return `${report.type} ${report.clientOrderId} ${report.code}`
    }
  })
}

/** A candle whose prices reach from `low` to `high`. */
export const candleBetween = (low: number, high: number): CandlePath => ({ openTimeMs: 0, open: low, high, low, close: high, volume: 1 })
