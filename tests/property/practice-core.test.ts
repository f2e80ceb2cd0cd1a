// Proves over random orders, stops and prices that the practice venue's core never loses or makes money, never lets a reduce-only order turn a
// position round, never lets an account open what it cannot keep, and that its books add up.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BTCUSDT } from '../../src-main/practice-venue/binance/instruments.ts'
import type { CoreEvent } from '../../src-main/practice-venue/core/events.ts'
import { isReducing } from '../../src-main/practice-venue/core/order-checks.ts'
import type { OrderParams } from '../../src-main/practice-venue/core/order.ts'
import type { VenueCore } from '../../src-main/practice-venue/core/venue-core.ts'
import { type Money, ZERO_MONEY, absolute, add, price, quantity, subtract, sum, toText } from '../../src-shared/domain/decimal.ts'
import { ACCOUNT, INVERSE, START_MS, manualMarket, openCore, stop } from '../support/practice-core.ts'

type Step =
  | {
      readonly do: 'order'
      readonly side: 'buy' | 'sell'
      readonly lots: number
      readonly offset: number | null
      readonly reduceOnly: boolean
      readonly tif: OrderParams['timeInForce']
    }
  | { readonly do: 'stop'; readonly side: 'buy' | 'sell'; readonly lots: number; readonly offset: number; readonly closes: boolean }
  | { readonly do: 'price'; readonly change: number }
  | { readonly do: 'amend'; readonly offset: number; readonly lots: number }
  | { readonly do: 'cancel' }
  | { readonly do: 'wait'; readonly hours: number }
  | { readonly do: 'leverage'; readonly leverage: number }

const side = fc.constantFrom('buy' as const, 'sell' as const)
const lots = fc.integer({ min: 1, max: 60 })
const offset = fc.integer({ min: -300, max: 300 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('order' as const),
      side,
      lots,
      offset: fc.option(offset),
      reduceOnly: fc.boolean(),
      tif: fc.constantFrom('gtc' as const, 'ioc' as const, 'fok' as const, 'post_only' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('stop' as const), side, lots, offset, closes: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('price' as const), change: fc.double({ min: -0.06, max: 0.06, noNaN: true }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('amend' as const), offset, lots }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leverage' as const), leverage: fc.constantFrom(1, 5, 20, 50) }) },
)

type Setting = { readonly kind: 'linear' | 'inverse'; readonly hedge: boolean; readonly isolated: boolean; readonly strict: boolean }
const setting: fc.Arbitrary<Setting> = fc.record({
  kind: fc.constantFrom('linear' as const, 'inverse' as const),
  hedge: fc.boolean(),
  isolated: fc.boolean(),
  strict: fc.boolean(),
})

function run(at: Setting, steps: readonly Step[], check: (core: VenueCore, events: readonly CoreEvent[]) => void): void {
  const instrument = at.kind === 'linear' ? BTCUSDT : INVERSE
  const thin = { ...manualMarket(instrument, 100_000), shape: { levels: 10, meanLots: 12 } }
  const market = { ...thin, source: { kind: 'manual' as const, startPrice: 100_000, tickMs: 600_000 } }
  const { core, events } = openCore({
    markets: [market],
    wallets: { USDT: '250', BTC: '0.0025' },
    rules: { refusesImmediateTrigger: at.strict, reduceOnlyReserves: at.strict },
  })
  if (at.hedge) core.setPositionMode(ACCOUNT, 'hedge')
  if (at.isolated) core.setMarginMode(ACCOUNT, instrument.symbol, 'isolated')
  for (const one of steps) {
    events.length = 0
    carryOut(core, one, {
      symbol: instrument.symbol,
      lot: at.kind === 'linear' ? 0.001 : 10,
      tick: at.kind === 'linear' ? 0.1 : 0.5,
      hedge: at.hedge,
    })
    check(core, events)
  }
}

function carryOut(core: VenueCore, one: Step, of: { symbol: string; lot: number; tick: number; hedge: boolean }): void {
  const last = Number(toText(core.market(of.symbol)?.last ?? price('1')))
  const at = (ticks: number) => price((Math.round(last / of.tick + ticks) * of.tick).toFixed(1))
  const amount = (count: number) => quantity((count * of.lot).toFixed(3))
  const positionSide = of.hedge ? (Math.abs(Math.trunc(last)) % 2 === 0 ? ('long' as const) : ('short' as const)) : ('both' as const)
  switch (one.do) {
    case 'order':
      core.submit(ACCOUNT, {
        symbol: of.symbol,
        side: one.side,
        type: one.offset === null ? 'market' : 'limit',
        timeInForce: one.tif,
        quantity: amount(one.lots),
        price: one.offset === null ? null : at(one.offset),
        reduceOnly: one.reduceOnly && !of.hedge,
        positionSide,
        clientId: null,
      })
      break
    case 'stop':
      core.submitConditional(ACCOUNT, {
        ...stop(one.side, toText(at(one.offset * 10)), { symbol: of.symbol, positionSide, closePosition: one.closes }),
        quantity: one.closes ? quantity('0') : amount(one.lots),
      })
      break
    case 'price':
      core.setPrice(of.symbol, last * (1 + one.change))
      break
    case 'amend': {
      const [open] = core.account(ACCOUNT).open.values()
      if (open) core.amend(ACCOUNT, { orderId: open.id, price: at(one.offset), quantity: amount(one.lots) })
      break
    }
    case 'cancel': {
      const [open] = core.account(ACCOUNT).open.values()
      if (open) core.cancel(ACCOUNT, open.id)
      break
    }
    case 'wait':
      core.advance(core.nowMs + one.hours * 3_600_000)
      break
    case 'leverage':
      core.setLeverage(ACCOUNT, of.symbol, one.leverage)
  }
}

const holds = (check: Parameters<typeof run>[2]): void =>
  fc.assert(
    fc.property(setting, fc.array(step, { minLength: 20, maxLength: 80, size: 'max' }), (at, steps) => run(at, steps, check)),
    { numRuns: 100 },
  )
const assetOf = (core: VenueCore): string => [...core.state.markets.values()][0]?.instrument.settle ?? ''

describe('money', () => {
  it('of a wallet is the sum of its incomes, and what trades made is what they say', () => {
    holds((core) => {
      const { incomes, wallets, trades } = core.account(ACCOUNT)
      for (const [asset, wallet] of wallets) {
        expect(sum(incomes.filter((income) => income.asset === asset).map(({ amount }) => amount))).toBe(wallet)
      }
      const of = (kind: string): Money => sum(incomes.filter((income) => income.kind === kind).map(({ amount }) => amount))
      expect(of('realized_profit')).toBe(sum(trades.map(({ realizedProfit }) => realizedProfit)))
      expect(of('fee')).toBe(subtract(ZERO_MONEY, sum(trades.map(({ fee }) => fee))))
    })
  })

  it('spent and earned by a round trip is the difference of its values', () => {
    holds((core) => {
      const account = core.account(ACCOUNT)
      if (core.positions(ACCOUNT).length > 0) return
      // Flat: every linear buy was paid by a sell. Signed values add up to the profit, to rounding by trade.
      const { kind } = [...core.state.markets.values()][0]?.instrument ?? BTCUSDT
      const cash = account.trades.reduce<Money>(
        (total, { side: taken, value }) => add(total, (taken === 'sell') === (kind === 'linear') ? value : subtract(ZERO_MONEY, value)),
        ZERO_MONEY,
      )
      const profit = sum(account.trades.map(({ realizedProfit }) => realizedProfit))
      expect(absolute(subtract(cash, profit)) <= BigInt(account.trades.length) * 10_000n).toBe(true)
    })
  })

  it('never goes below zero: the insurance fund pays', () => {
    holds((core) => {
      if (core.positions(ACCOUNT).length === 0) expect(core.margin(ACCOUNT, assetOf(core)).wallet >= 0n).toBe(true)
    })
  })
})

describe('positions', () => {
  it('are the sum of the trades of their side', () => {
    let [trades, liquidations] = [0, 0]
    holds((core, events) => {
      const account = core.account(ACCOUNT)
      trades += events.filter((event) => event.type === 'order' && event.trade !== null).length
      liquidations += events.filter(({ type }) => type === 'liquidation').length
      for (const position of account.positions.values()) {
        const signed = account.trades
          .filter(({ positionSide }) => positionSide === position.side)
          .reduce((total, trade) => total + (trade.side === 'buy' ? (trade.quantity as bigint) : -(trade.quantity as bigint)), 0n)
        expect(position.quantity as bigint).toBe(signed)
      }
    })
    // What is proven here is proven of something.
    expect(trades).toBeGreaterThan(500)
    expect(liquidations).toBeGreaterThan(0)
  })

  it('are never turned round or made larger by an order that may only reduce them', () => {
    const held = new Map<VenueCore, Map<string, bigint>>()
    holds((core, events) => {
      const before = held.get(core) ?? new Map<string, bigint>()
      held.set(core, before)
      for (const event of events) {
        if (event.type !== 'order' || event.trade === null) continue
        const key = event.order.positionSide
        const was = before.get(key) ?? 0n
        const is = was + (event.order.side === 'buy' ? (event.trade.quantity as bigint) : -(event.trade.quantity as bigint))
        before.set(key, is)
        if (!isReducing(event.order)) continue
        const size = (value: bigint): bigint => (value < 0n ? -value : value)
        expect(size(is)).toBeLessThan(size(was))
        expect(is === 0n || is > 0n === was > 0n).toBe(true)
      }
      held.clear()
      held.set(core, before)
    })
  })

  it('of a hedge stay on their side', () => {
    holds((core) => {
      for (const { side: held, quantity: amount } of core.account(ACCOUNT).positions.values()) {
        if (held === 'long') expect(amount >= 0n).toBe(true)
        if (held === 'short') expect(amount <= 0n).toBe(true)
      }
    })
  })

  it('keep their maintenance margin, or are gone', () => {
    holds((core) => {
      const { crossWallet, crossUnrealized, crossMaintenance } = core.margin(ACCOUNT, assetOf(core))
      if (crossMaintenance > 0n) expect(add(crossWallet, crossUnrealized) >= crossMaintenance).toBe(true)
    })
  })
})

describe('orders', () => {
  it('are not amended beyond what they may reduce', () => {
    const { core } = openCore()
    const place = (params: Partial<OrderParams>) =>
      core.submit(ACCOUNT, {
        ...stop('buy', null),
        type: 'market',
        price: null,
        quantity: quantity('0.01'),
        reduceOnly: false,
        ...params,
      } as OrderParams)
    place({ side: 'buy' })
    const placed = place({ side: 'sell', type: 'limit', price: price('102000'), quantity: quantity('0.005'), reduceOnly: true })
    if (!placed.ok) throw new Error(placed.error.detail)
    core.amend(ACCOUNT, { orderId: placed.value.id, price: null, quantity: quantity('0.02') })
    expect(toText(placed.value.quantity)).toBe('0.01')
  })

  it('are open exactly while something of them is left, and reducing ones never claim more than there is to reduce', () => {
    holds((core) => {
      const account = core.account(ACCOUNT)
      for (const order of account.orders.values()) {
        expect(order.filled <= order.quantity).toBe(true)
        expect(account.open.has(order.id)).toBe(order.status === 'new' || order.status === 'partially_filled')
        if (order.status === 'filled') expect(order.filled).toBe(order.quantity)
        if (!account.open.has(order.id) || !isReducing(order)) continue
        const position = account.positions.get(`${order.symbol} ${order.positionSide}`)
        expect(order.quantity - order.filled <= absolute(position?.quantity ?? quantity('0'))).toBe(true)
      }
      for (const conditional of account.conditionals.values()) expect(account.armed.has(conditional.id)).toBe(conditional.status === 'new')
    })
  })

  it('that were refused leave everything as it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), offset, (count, ticks) => {
        const { core, events } = openCore()
        events.length = 0
        const placed = core.submit(ACCOUNT, {
          symbol: 'BTCUSDT',
          side: 'buy',
          type: 'limit',
          timeInForce: 'post_only',
          quantity: quantity((count / 1_000).toFixed(3)),
          price: price((100_000 + ticks * 20).toFixed(1)),
          reduceOnly: false,
          positionSide: 'both',
          clientId: null,
        })
        if (placed.ok) return
        expect(events).toEqual([])
        expect(core.account(ACCOUNT).orders.size).toBe(0)
        expect(core.nowMs).toBe(START_MS)
      }),
    )
  })
})
