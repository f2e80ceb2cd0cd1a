// Proves that the simulated venue refuses what Binance USDT-M refuses, with the code promised for it, and that a refused order leaves no trace.
import { describe, expect, it } from 'vitest'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import type { SimulationConfig } from '../../src-main/core/simulation/venue.ts'
import { money, quantity, rate } from '../../src-shared/domain/decimal.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import type { OrderRequest } from '../../src-shared/domain/order.ts'
import { BTC, ETH, FRICTIONLESS, openDesk, order, told } from '../support/venue-kit.ts'

const limit = { type: 'limit', limitPrice: '900' } as const

describe('an order is rejected', () => {
  const cases: readonly [string, OrderRequest, string][] = [
    ['for an instrument that is not listed', order({ instrumentId: instrumentId('DOGE/USDT:USDT') }), 'unknown_instrument'],
    ['for a limit order without a price', order({ type: 'limit' }), 'invalid_order'],
    ['for a market order with a price', order({ limitPrice: '900' }), 'invalid_order'],
    ['for a stop without a trigger', order({ type: 'stop_market' }), 'invalid_order'],
    ['for a price of zero', order({ type: 'limit', limitPrice: '0' }), 'invalid_order'],
    ['for a negative price', order({ type: 'limit', limitPrice: '-1' }), 'invalid_order'],
    ['for a limit price off the tick', order({ type: 'limit', limitPrice: '900.05' }), 'off_tick'],
    ['for a trigger price off the tick', order({ type: 'stop_market', triggerPrice: '1100.01' }), 'off_tick'],
    ['for a quantity off the lot', order({ quantity: '0.1005' }), 'off_lot'],
    ['for a quantity of zero', order({ quantity: '0' }), 'below_min_quantity'],
    ['for a negative quantity', order({ quantity: '-1' }), 'below_min_quantity'],
    ['for a market order above the market maximum', order({ quantity: '120.001' }), 'above_max_quantity'],
    ['for a limit order above the maximum', order({ ...limit, quantity: '1000.001' }), 'above_max_quantity'],
    ['for a notional below the minimum', order({ quantity: '0.099' }), 'below_min_notional'],
    ['for a limit notional below the minimum', order({ ...limit, quantity: '0.111' }), 'below_min_notional'],
    ['for reduce-only without a position', order({ side: 'sell', reduceOnly: true }), 'reduce_only_rejected'],
    ['for post-only that would take', order({ type: 'limit', timeInForce: 'post_only', limitPrice: '1000.1' }), 'would_take'],
    [
      'for a post-only sell that would take',
      order({ side: 'sell', type: 'limit', timeInForce: 'post_only', limitPrice: '999.9' }),
      'would_take',
    ],
    ['for a buy stop below the market', order({ type: 'stop_market', triggerPrice: '999.9' }), 'would_immediately_trigger'],
    ['for a sell stop at the market', order({ side: 'sell', type: 'stop_market', triggerPrice: '1000' }), 'would_immediately_trigger'],
    [
      'for a sell target below the market',
      order({ side: 'sell', type: 'take_profit_market', triggerPrice: '999' }),
      'would_immediately_trigger',
    ],
    ['for a buy target above the market', order({ type: 'take_profit_market', triggerPrice: '1001' }), 'would_immediately_trigger'],
    ['for more than the margin carries', order({ quantity: '99.6' }), 'margin_insufficient'],
  ]
  it.each(cases)('%s', (_name, request, code) => {
    const desk = openDesk()
    const before = desk.snapshot()
    expect(told(desk.submit(request))).toEqual([`rejected ${request.clientOrderId} ${code}`])
    const { tsEventMs: _then, ...truth } = before
    expect(desk.snapshot()).toMatchObject(truth)
    expect(desk.lookup(request.clientOrderId).order).toBeNull()
  })

  it('before the instrument has traded', () => {
    const desk = openDesk()
    expect(told(desk.submit(order({ id: 'early', instrumentId: ETH.id })))).toEqual(['rejected early no_price'])
  })

  it('for a client order id of an open order, while the id of an ended one may be used again', () => {
    const desk = openDesk()
    desk.submit(order({ id: 'twice', ...limit }))
    expect(told(desk.submit(order({ id: 'twice', ...limit })))).toEqual(['rejected twice duplicate_client_order_id'])
    desk.cancel('twice')
    expect(told(desk.submit(order({ id: 'twice', ...limit })))).toEqual(['accepted twice'])
  })

  it('when 200 orders work in the instrument, but a market order still passes', () => {
    const desk = openDesk({ initialBalance: money('1000000') })
    for (let count = 0; count < 200; count++) expect(told(desk.submit(order(limit)))[0]).toMatch(/^accepted/)
    expect(told(desk.submit(order({ id: 'full', ...limit })))).toEqual(['rejected full too_many_orders'])
    expect(told(desk.submit(order({ id: 'exit' })))).toEqual(['accepted exit', 'fill exit 1 @ 1000 taker fee 0.5'])
  })
})

describe('an order is accepted', () => {
  const cases: readonly [string, OrderRequest][] = [
    ['at exactly the minimum notional', order({ quantity: '0.1' })],
    ['at exactly the largest market quantity the margin carries', order({ quantity: '99.5' })],
    ['as a post-only buy at the last price', order({ type: 'limit', timeInForce: 'post_only', limitPrice: '1000' })],
    ['as a buy stop above the market', order({ type: 'stop_market', triggerPrice: '1000.1' })],
    [
      'as a conditional entry whose margin is asked for only when it fires',
      order({ type: 'stop_market', triggerPrice: '1100', quantity: '120' }),
    ],
  ]
  it.each(cases)('%s', (_name, request) => {
    expect(told(openDesk().submit(request))[0]).toBe(`accepted ${request.clientOrderId}`)
  })

  it('below the minimum notional when it is reduce-only, so that dust can be closed', () => {
    const desk = openDesk()
    desk.submit(order())
    const dust = order({ id: 'dust', side: 'sell', quantity: '0.001', reduceOnly: true })
    expect(told(desk.submit(dust))).toEqual(['accepted dust', 'fill dust 0.001 @ 1000 taker fee 0.0005'])
  })

  it('against a trigger on the mark while only the last price is through it', () => {
    const desk = openDesk({ markPremium: 0.01 })
    const stop = { side: 'sell', type: 'stop_market', triggerPrice: '1005' } as const
    expect(told(desk.submit(order({ id: 'onMark', ...stop, triggerSource: 'mark' })))).toEqual(['accepted onMark'])
    expect(told(desk.submit(order({ id: 'onLast', ...stop, triggerSource: 'last' })))).toEqual([
      'rejected onLast would_immediately_trigger',
    ])
  })
})

const tier = (volumeMin: string) => ({ volumeMin: money(volumeMin), maker: rate('0'), taker: rate('0.0005') })

describe('a venue is not created', () => {
  const cases: readonly [string, Partial<SimulationConfig>][] = [
    ['with a fractional latency', { latencyMs: 0.5 }],
    ['with a negative latency', { latencyMs: -1 }],
    ['with a participation of zero', { participationMax: 0 }],
    ['with a participation above one', { participationMax: 1.1 }],
    ['with a leverage below one', { leverage: 0.5 }],
    ['with a leverage that is not a number', { leverage: Number.NaN }],
    ['with a negative balance', { initialBalance: money('-1') }],
    ['with negative slippage', { slippage: { kind: 'fixed', basisPoints: -1 } }],
    ['with a slippage share above one', { slippage: { kind: 'volatility', share: 1.5 } }],
    ['with a slippage share that is not a number', { slippage: { kind: 'volatility', share: Number.NaN } }],
    ['with a negative spread', { slippage: { kind: 'depth', basisPoints: -1, impact: 1 } }],
    ['with a negative impact', { slippage: { kind: 'depth', basisPoints: 1, impact: -0.1 } }],
    ['with a fractional jitter', { latencyJitterMs: 1.5 }],
    ['with a negative jitter', { latencyJitterMs: -1 }],
    ['with a queue that is behind us', { queue: { kind: 'volume', ahead: -1 } }],
    ['with a queue that is not a number', { queue: { kind: 'volume', ahead: Number.NaN } }],
    ['with a taker who is paid', { fees: { kind: 'fixed', maker: rate('0'), taker: rate('-0.0001') } }],
    ['with a rebate of a tenth', { fees: { kind: 'fixed', maker: rate('-0.1'), taker: rate('0') } }],
    ['without a tier', { fees: { kind: 'tiers', tiers: [] } }],
    ['with tiers that do not begin at zero', { fees: { kind: 'tiers', tiers: [tier('1')] } }],
    ['with tiers out of order', { fees: { kind: 'tiers', tiers: [tier('0'), tier('5'), tier('5')] } }],
    ['with a mark premium that is not a number', { markPremium: Number.NaN }],
    ['with an infinite seed', { seed: Infinity }],
  ]
  it.each(cases)('%s', (_name, change) => {
    expect(() => createSimulatedVenue([BTC], { ...FRICTIONLESS, ...change })).toThrow(RangeError)
  })
  it('and says which tier is wrong', () => {
    const fees = { kind: 'tiers', tiers: [tier('0'), tier('500'), tier('400')] } as const
    expect(() => createSimulatedVenue([BTC], { ...FRICTIONLESS, fees })).toThrow(
      'simulated venue: fees.tiers[2].volumeMin 400, expected more than 500 of the tier before',
    )
  })
  it('without instruments, with one listed twice, or with lots that are no whole number of contracts', () => {
    expect(() => createSimulatedVenue([], FRICTIONLESS)).toThrow(RangeError)
    expect(() => createSimulatedVenue([BTC, BTC], FRICTIONLESS)).toThrow(RangeError)
    expect(() => createSimulatedVenue([{ ...BTC, contractSize: quantity('0.01') }], FRICTIONLESS)).toThrow(/contract size 0.01/)
    expect(() => createSimulatedVenue([{ ...BTC, contractSize: quantity('0.001') }], FRICTIONLESS)).not.toThrow()
  })
})

it('refuses prices and volumes that no market has', () => {
  const { venue } = openDesk()
  for (const last of [0, -1, Number.NaN, Infinity]) expect(() => venue.setPrice(BTC.id, 2_000_000, last, 1)).toThrow(RangeError)
  for (const volume of [-1, Number.NaN, Infinity]) expect(() => venue.setPrice(BTC.id, 2_000_000, 1_000, volume)).toThrow(RangeError)
  const candle = { openTimeMs: 2_000_000, open: 1_000, high: 1_010, low: 990, close: 1_005, volume: 1 }
  for (const fault of [{ low: 1_001 }, { high: 1_004 }, { low: 0 }, { close: Number.NaN }, { high: Infinity }]) {
    expect(() => venue.path(BTC.id, { ...candle, ...fault }, 60_000)).toThrow(/is not a candle/)
  }
  expect(() => venue.setPrice(instrumentId('DOGE/USDT:USDT'), 2_000_000, 1, 1)).toThrow(/does not list DOGE/)
})
