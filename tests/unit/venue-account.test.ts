// Proves the money: exact fees, average cost, margin, funding, and liquidation at the price that was announced.
import { describe, expect, it } from 'vitest'
import { money, price, quantity, rate, toNumber, toText } from '../../src-shared/domain/decimal.ts'
import { BTC, candleBetween, ETH, openDesk, order, told } from '../support/venue-kit.ts'

const wallet = (desk: ReturnType<typeof openDesk>): string => toText(desk.snapshot().walletBalance)

describe('fees', () => {
  it('are exact and rounded up at the 8th digit', () => {
    const odd = { ...BTC, takerFeeRate: rate('0.00037'), lotSize: quantity('0.000001'), minNotional: money('0') }
    const desk = openDesk({}, 1_000.1, [odd])
    // 1000.1 × 0.123457 × 0.00037 = 0.04568365…: the exact product is 0.0456836567909, so the fee is 0.04568366.
    expect(told(desk.submit(order({ id: 'odd', quantity: '0.123457' })))).toContain('fill odd 0.123457 @ 1000.1 taker fee 0.04568366')
    expect(wallet(desk)).toBe('9999.95431634')
  })

  it('of a rebate are credited, rounded down', () => {
    const rebate = {
      ...BTC,
      makerFeeRate: rate('-0.0000123'),
      lotSize: quantity('0.000001'),
      minQuantity: quantity('0.000001'),
      minNotional: money('0'),
    }
    const desk = openDesk({}, 1_000, [rebate])
    desk.submit(order({ id: 'bid', type: 'limit', quantity: '0.000123', limitPrice: '999.9' }))
    // 0.1229877 × -0.0000123 = -0.00000151274871
    expect(told(desk.trade(900))).toEqual(['fill bid 0.000123 @ 999.9 maker fee -0.00000151'])
  })
})

describe('the position', () => {
  it('averages its entry, realises profit against it, and turns over at the new price', () => {
    const desk = openDesk()
    desk.submit(order({ quantity: '1' }))
    desk.trade(1_100)
    desk.submit(order({ quantity: '2' }))
    const [held] = desk.snapshot().positions
    expect(held).toMatchObject({ side: 'long', quantity: quantity('3'), entryPrice: price('1066.666666666667') })
    desk.trade(1_200)
    desk.submit(order({ side: 'sell', quantity: '5' }))
    expect(desk.snapshot().positions).toMatchObject([{ side: 'short', quantity: quantity('2'), entryPrice: price('1200') }])
    // Deposit 10000, profit 3 × 1200 − 3200 = 400 less one unit of the 12th digit per BTC, fees 0.5 + 1.1 + 3.
    expect(toNumber(desk.snapshot().walletBalance)).toBeCloseTo(10_395.4, 10)
  })

  it('is reported for each instrument by itself', () => {
    const desk = openDesk()
    desk.trade(100, 1, ETH)
    desk.submit(order())
    desk.submit(order({ instrumentId: ETH.id, side: 'sell', quantity: '3' }))
    expect(desk.snapshot().positions).toMatchObject([
      { instrumentId: BTC.id, side: 'long', quantity: quantity('1') },
      { instrumentId: ETH.id, side: 'short', quantity: quantity('3') },
    ])
  })
})

describe('margin', () => {
  it('is held by resting orders and given back when they end', () => {
    const desk = openDesk()
    desk.submit(order({ id: 'bid', type: 'limit', limitPrice: '900', quantity: '100' }))
    expect(told(desk.submit(order({ id: 'refused', quantity: '10' })))).toEqual(['rejected refused margin_insufficient'])
    desk.cancel('bid')
    expect(told(desk.submit(order({ id: 'taken', quantity: '10' })))[0]).toBe('accepted taken')
  })

  it('counts an unrealised loss', () => {
    const desk = openDesk()
    desk.submit(order({ quantity: '50' }))
    desk.trade(900)
    // Wallet 9975 − loss 5000 − 4500 held = 475 available: enough for 5 at 900 (450 + 2.25), not for 6.
    expect(told(desk.submit(order({ id: 'six', quantity: '6' })))).toEqual(['rejected six margin_insufficient'])
    expect(told(desk.submit(order({ id: 'five', quantity: '5' })))[0]).toBe('accepted five')
  })

  it('is never asked for what an order closes', () => {
    const desk = openDesk()
    desk.submit(order({ quantity: '95' }))
    desk.trade(950)
    expect(told(desk.submit(order({ id: 'close', side: 'sell', quantity: '95' })))[0]).toBe('accepted close')
  })

  it('follows the lower of the account and the instrument leverage', () => {
    const desk = openDesk({ leverage: 125 }, 1_000, [{ ...BTC, leverageMax: 2 }])
    expect(told(desk.submit(order({ id: 'big', quantity: '20' })))).toEqual(['rejected big margin_insufficient'])
    expect(told(desk.submit(order({ id: 'small', quantity: '19.9' })))[0]).toBe('accepted small')
  })
})

describe('funding', () => {
  it.each([
    ['a long pays a positive rate', 'buy', 0.0001, '-0.2'],
    ['a long receives a negative rate', 'buy', -0.0001, '0.2'],
    ['a short receives a positive rate', 'sell', 0.0001, '0.2'],
    ['a short pays a negative rate', 'sell', -0.0001, '-0.2'],
    ['what is paid is rounded up', 'buy', 0.00000000000123, '-0.00000001'],
    ['what is received is rounded down', 'sell', 0.00000000000123, '0'],
  ] as const)('%s', (_name, side, fundingRate, amount) => {
    const desk = openDesk()
    desk.submit(order({ side, quantity: '2' }))
    const before = desk.snapshot().walletBalance
    desk.venue.applyFunding(BTC.id, fundingRate, desk.nowMs())
    expect(told(desk.venue.advanceTo(desk.nowMs()))).toEqual([`funding_paid ${amount}`])
    expect(desk.snapshot().walletBalance - before).toBe(money(amount))
  })

  it('does nothing without a position', () => {
    const desk = openDesk()
    desk.venue.applyFunding(BTC.id, 0.01, desk.nowMs())
    expect(desk.venue.advanceTo(desk.nowMs())).toEqual([])
    expect(wallet(desk)).toBe('10000')
  })
})

describe('liquidation', () => {
  it('closes the position at the announced price, expires its orders, and charges the liquidation fee', () => {
    const desk = openDesk()
    desk.submit(order({ quantity: '90' }))
    desk.submit(order({ id: 'late', side: 'sell', type: 'stop_market', reduceOnly: true, quantity: '90', triggerPrice: '800' }))
    desk.submit(order({ id: 'bid', type: 'limit', limitPrice: '800' }))
    const announced = desk.snapshot().positions[0]?.liquidationPrice
    // 90 × 1000 − 9955 = 80045; ÷ 90 × 0.996 = 892.96, and the first tick at or below it.
    expect(announced).toBe(price('892.9'))
    expect(told(desk.trade(893))).toEqual([])
    const [first, second, third, ...rest] = told(desk.trade(892.9))
    expect([first, second]).toEqual(['expired late liquidation', 'expired bid liquidation'])
    expect(third).toMatch(/^fill LIQUIDATION\d+ 90 @ 892.9 taker fee 1004.5125$/)
    expect(rest).toEqual([])
    expect(desk.snapshot()).toMatchObject({ positions: [], orders: [], walletBalance: money('-688.5125') })
  })

  it('on a candle path happens at its price, not at the extreme', () => {
    const desk = openDesk()
    desk.submit(order({ quantity: '90' }))
    expect(told(desk.candle(1_000, 1_000, 500, 600))[0]).toMatch(/^fill LIQUIDATION\d+ 90 @ 892.9/)
  })

  it('of a short happens above its entry', () => {
    const desk = openDesk()
    desk.submit(order({ side: 'sell', quantity: '90' }))
    // (90000 + 9955) ÷ 90 × 1.004 = 1106.18…, and the first tick at or above it.
    expect(desk.snapshot().positions[0]?.liquidationPrice).toBe(price('1106.2'))
    expect(told(desk.trade(1_106.1))).toEqual([])
    expect(told(desk.trade(1_106.2))[0]).toMatch(/^fill LIQUIDATION\d+ 90 @ 1106.2/)
  })

  it('does not happen while a stop before it closes the position', () => {
    const desk = openDesk()
    desk.submit(order({ quantity: '90' }))
    desk.submit(order({ id: 'stop', side: 'sell', type: 'stop_market', reduceOnly: true, quantity: '90', triggerPrice: '900' }))
    expect(told(desk.candle(1_000, 1_000, 500, 600))).toEqual(['triggered stop', 'fill stop 90 @ 900 taker fee 40.5'])
  })

  it('comes before a stop when the market gaps through both', () => {
    const desk = openDesk()
    desk.submit(order({ quantity: '90' }))
    desk.submit(order({ id: 'stop', side: 'sell', type: 'stop_market', reduceOnly: true, quantity: '90', triggerPrice: '900' }))
    const lines = told(desk.trade(890))
    expect(lines[0]).toBe('expired stop liquidation')
    expect(lines[1]).toMatch(/^fill LIQUIDATION\d+ 90 @ 890/)
  })

  it('can be caused by funding', () => {
    const desk = openDesk()
    desk.submit(order({ quantity: '90' }))
    desk.trade(893)
    desk.venue.applyFunding(BTC.id, 0.01, desk.nowMs())
    const lines = told(desk.venue.advanceTo(desk.nowMs()))
    expect(lines[0]).toBe('funding_paid -803.7')
    expect(lines[1]).toMatch(/^fill LIQUIDATION/)
  })

  it('takes the position with the largest maintenance margin first, and stops when the rest is covered', () => {
    const desk = openDesk({ initialBalance: money('20000') }, 1_000, [{ ...BTC, maintenanceMarginRate: rate('0.05') }, ETH])
    desk.trade(100, 1, ETH)
    desk.submit(order({ instrumentId: ETH.id, quantity: '20' }))
    desk.submit(order({ quantity: '90' }))
    // Equity 19954 − 90 × 180 = 3754 against 3690 + 10 at 820; 3664 against 3685.5 + 10 at 819.
    expect(told(desk.trade(820))).toEqual([])
    expect(told(desk.trade(819))[0]).toMatch(/^fill LIQUIDATION\d+ 90 @ 819/)
    expect(desk.snapshot().positions).toMatchObject([{ instrumentId: ETH.id }])
  })

  it('takes everything when nothing is covered', () => {
    const desk = openDesk()
    desk.trade(100, 1, ETH)
    desk.submit(order({ instrumentId: ETH.id, quantity: '20' }))
    desk.submit(order({ quantity: '90' }))
    expect(told(desk.trade(800)).filter((line) => line.startsWith('fill LIQUIDATION'))).toHaveLength(2)
    expect(desk.snapshot().positions).toEqual([])
  })

  it('keeps a candle that reaches it from being skipped, on either side', () => {
    const long = openDesk()
    long.submit(order({ quantity: '90' }))
    expect(long.venue.isUntouched(BTC.id, candleBetween(894, 1_500))).toBe(true)
    expect(long.venue.isUntouched(BTC.id, candleBetween(892.9, 1_500))).toBe(false)
    const short = openDesk()
    short.submit(order({ side: 'sell', quantity: '90' }))
    expect(short.venue.isUntouched(BTC.id, candleBetween(500, 1_105))).toBe(true)
    expect(short.venue.isUntouched(BTC.id, candleBetween(500, 1_106.2))).toBe(false)
  })

  it('is not announced for a position that no price can endanger', () => {
    const desk = openDesk()
    desk.submit(order({ quantity: '1' }))
    expect(desk.snapshot().positions).toMatchObject([{ liquidationPrice: null }])
  })

  it('can be looked up like any order', () => {
    const desk = openDesk()
    desk.submit(order({ quantity: '90' }))
    const fill = desk.trade(800).find((report) => report.type === 'fill')
    const id = fill?.type === 'fill' ? fill.fill.clientOrderId : ''
    expect(desk.lookup(id)).toMatchObject({ order: { status: 'filled', filledQuantity: quantity('90') }, fills: [{ clientOrderId: id }] })
  })
})
