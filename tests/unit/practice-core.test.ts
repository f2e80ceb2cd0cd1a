// Proves that the practice venue's core does with orders, stops, positions and money what an exchange does.
import { describe, expect, it } from 'vitest'
import { BTCUSDT } from '../../src-main/practice-venue/binance/instruments.ts'
import { money, price, rate, toText } from '../../src-shared/domain/decimal.ts'
import { ACCOUNT, INVERSE, type Options, START_MS, manualMarket, openCore, order, stop } from '../support/practice-core.ts'

const open = (options: Options = {}) => {
  const { core, events } = openCore(options)
  return {
    core,
    events,
    submit: (params: ReturnType<typeof order>) => core.submit(ACCOUNT, params),
    arm: (params: ReturnType<typeof stop>) => core.submitConditional(ACCOUNT, params),
    held: () => core.positions(ACCOUNT).map(({ quantity }) => toText(quantity)),
    wallet: (asset = 'USDT') => toText(core.margin(ACCOUNT, asset).wallet),
    conditional: (id: string) => core.conditionalByClientId(ACCOUNT, id),
  }
}
const ended = (result: { ok: true; value: { status: string } } | { ok: false; error: { code: string } }): string =>
  result.ok ? result.value.status : result.error.code

describe('plain orders', () => {
  it('take from the book, pay the taker fee and open a position', () => {
    const { submit, held, wallet, core } = open()
    expect(ended(submit(order('buy', '0.1')))).toBe('filled')
    expect(held()).toEqual(['0.1'])
    const [trade] = core.account(ACCOUNT).trades
    expect(toText(trade?.price ?? money('0'))).toBe('100000')
    expect(wallet()).toBe('9995')
  })

  it('rest when they do not cross, and fill as maker at their own price when the market comes', () => {
    const { submit, held, core, wallet } = open()
    expect(ended(submit(order('buy', '0.1', { price: '99000' })))).toBe('new')
    core.setPrice('BTCUSDT', 99_500)
    expect(held()).toEqual([])
    core.setPrice('BTCUSDT', 98_500)
    expect(held()).toEqual(['0.1'])
    expect(core.account(ACCOUNT).trades.map(({ price: paid, isMaker }) => [toText(paid), isMaker])).toEqual([['99000', true]])
    expect(wallet()).toBe('9998.02')
  })

  it('fill partly when the book is thin, and the rest of a market order expires', () => {
    const { submit, core } = open({ markets: [{ ...manualMarket(BTCUSDT, 100_000), shape: { levels: 2, meanLots: 10 } }] })
    const placed = submit(order('buy', '0.09'))
    expect(ended(placed)).toBe('expired')
    if (!placed.ok) throw new Error('refused')
    expect(placed.value.filled > 0n && placed.value.filled < placed.value.quantity).toBe(true)
    core.setDepth('BTCUSDT', 0)
    core.setPrice('BTCUSDT', 100_001)
    expect(ended(submit(order('buy', '0.01')))).toBe('expired')
  })

  it.each([
    ['off the tick', order('buy', '0.1', { price: '99000.05' }), 'price_off_tick'],
    ['off the lot', order('buy', '0.0005'), 'quantity_off_lot'],
    ['too large for a market order', order('buy', '121'), 'quantity_too_large'],
    ['below the minimum notional', order('buy', '0.001', { price: '96000' }), 'notional_too_small'],
    ['too far above the mark', order('buy', '0.1', { price: '106000' }), 'price_too_high'],
    ['too far below the mark', order('sell', '0.1', { price: '94000' }), 'price_too_low'],
    ['beyond the margin', order('buy', '2.5'), 'insufficient_margin'],
    ['reduce-only without a position', order('sell', '0.1', { reduceOnly: true }), 'reduce_only_rejected'],
    ['post-only that would take', order('buy', '0.1', { price: '100010', timeInForce: 'post_only' }), 'post_only_would_take'],
    ['for a hedge side in one-way mode', order('buy', '0.1', { positionSide: 'long' }), 'position_side_mismatch'],
    ['of an unknown symbol', order('buy', '0.1', { symbol: 'NOSUCH' }), 'unknown_symbol'],
  ])('are refused when %s', (_, params, code) => {
    const { submit, core, events } = open()
    const before = events.length
    expect(ended(submit(params))).toBe(code)
    expect(core.account(ACCOUNT).orders.size).toBe(0)
    expect(events.length).toBe(before)
  })

  it('keep a client id to themselves only while they are open', () => {
    const { submit, core } = open()
    submit(order('buy', '0.1', { price: '99000', clientId: 'a' }))
    expect(ended(submit(order('buy', '0.1', { price: '98000', clientId: 'a' })))).toBe('duplicate_client_id')
    core.cancelAll(ACCOUNT, 'BTCUSDT')
    // The venue would fill the same order twice: whoever sends again must have asked before.
    expect(ended(submit(order('buy', '0.01', { clientId: 'a' })))).toBe('filled')
    expect(ended(submit(order('buy', '0.01', { clientId: 'a' })))).toBe('filled')
    expect(open({ rules: { clientIdScope: 'ever' } }).submit(order('buy', '0.01', { clientId: 'b' })).ok).toBe(true)
  })

  it('can be amended, keep their id, and trade when the new price crosses', () => {
    const { submit, core, held } = open()
    const placed = submit(order('buy', '0.1', { price: '99000' }))
    if (!placed.ok) throw new Error('refused')
    const { id } = placed.value
    expect(ended(core.amend(ACCOUNT, { orderId: id, price: price('99000'), quantity: null }))).toBe('not_modified')
    expect(ended(core.amend(ACCOUNT, { orderId: id, price: price('100100'), quantity: null }))).toBe('filled')
    expect(held()).toEqual(['0.1'])
  })

  it('fill or kill as a whole', () => {
    const { submit, held } = open({ markets: [{ ...manualMarket(BTCUSDT, 100_000), shape: { levels: 1, meanLots: 10 } }] })
    expect(ended(submit(order('buy', '0.09', { price: '101000', timeInForce: 'fok' })))).toBe('expired')
    expect(held()).toEqual([])
  })
})

describe('reduce-only orders', () => {
  it('are clipped to the position and never turn it round', () => {
    const { submit, held } = open()
    submit(order('buy', '0.1'))
    expect(ended(submit(order('sell', '0.5', { reduceOnly: true })))).toBe('filled')
    expect(held()).toEqual([])
  })

  it('claim the position while they rest, and shrink with it', () => {
    const { submit, core } = open()
    submit(order('buy', '0.1'))
    submit(order('sell', '0.1', { price: '102000', reduceOnly: true, clientId: 'target' }))
    expect(ended(submit(order('sell', '0.1', { reduceOnly: true })))).toBe('reduce_only_conflict')
    submit(order('sell', '0.06'))
    expect(toText(core.orderByClientId(ACCOUNT, 'target')?.quantity ?? money('0'))).toBe('0.04')
    submit(order('sell', '0.04'))
    expect(core.orderByClientId(ACCOUNT, 'target')?.status).toBe('expired')
    expect(core.account(ACCOUNT).open.size).toBe(0)
  })
})

describe('conditional orders', () => {
  it('go through triggering, triggered and finished, and name their child', () => {
    const { submit, arm, core, events, held } = open()
    submit(order('buy', '0.01'))
    arm(stop('sell', '99000', { clientId: 's' }))
    core.setPrice('BTCUSDT', 99_000.1)
    expect(held()).toEqual(['0.01'])
    core.setPrice('BTCUSDT', 98_900)
    const seen = events.flatMap((event) => (event.type === 'conditional' ? [event.conditional.status] : []))
    expect(seen).toEqual(['new', 'triggering', 'triggered', 'finished'])
    const [child] = [...core.account(ACCOUNT).orders.values()].slice(-1)
    expect(core.conditionalByClientId(ACCOUNT, 's')?.childId).toBe(child?.id)
    expect(child?.clientId).toBe('s')
    expect(held()).toEqual([])
  })

  it('look at the price they were told to look at', () => {
    const { submit, arm, core, conditional } = open()
    submit(order('buy', '0.02'))
    arm(stop('sell', '99000', { clientId: 'mark', trigger: 'mark' }))
    arm(stop('sell', '99000', { clientId: 'last', trigger: 'last' }))
    core.setMark('BTCUSDT', price('100000'))
    core.setPrice('BTCUSDT', 98_000)
    expect([conditional('mark')?.status, conditional('last')?.status]).toEqual(['new', 'finished'])
    core.setMark('BTCUSDT', null)
    expect(conditional('mark')?.status).toBe('finished')
  })

  it('are refused when they would fire at once, where the venue does so, and fire at once elsewhere', () => {
    const strict = open()
    strict.submit(order('buy', '0.01'))
    expect(ended(strict.arm(stop('sell', '100500')))).toBe('would_trigger')
    const lax = open({ rules: { refusesImmediateTrigger: false } })
    lax.submit(order('buy', '0.01'))
    expect(ended(lax.arm(stop('sell', '100500')))).toBe('finished')
    expect(lax.held()).toEqual([])
  })

  it('close the whole position, however large it is by then', () => {
    const { submit, arm, core, held } = open()
    submit(order('buy', '0.01'))
    arm(stop('sell', '99000', { closePosition: true }))
    expect(ended(arm(stop('sell', '98000', { closePosition: true })))).toBe('close_position_exists')
    expect(ended(arm(stop('sell', '102000', { closePosition: true, type: 'take_profit_market' })))).toBe('new')
    submit(order('buy', '0.05'))
    core.setPrice('BTCUSDT', 98_000)
    expect(held()).toEqual([])
  })

  it('outlive their position unless told otherwise, and then expire without a child', () => {
    const { submit, arm, core, conditional } = open()
    submit(order('buy', '0.01'))
    arm(stop('sell', '99000', { clientId: 'orphan' }))
    arm(stop('sell', '98500', { clientId: 'tied', endsWithPosition: true }))
    submit(order('sell', '0.01'))
    expect([conditional('orphan')?.status, conditional('tied')?.status]).toEqual(['new', 'expired'])
    core.setPrice('BTCUSDT', 98_900)
    expect(conditional('orphan')).toMatchObject({ status: 'expired', childId: null, reason: 'reduce_only_rejected' })
  })

  it('come before resting targets when they fire', () => {
    const { submit, arm, core, held } = open()
    submit(order('buy', '0.01'))
    submit(order('sell', '0.01', { price: '103000', reduceOnly: true, clientId: 'target' }))
    arm(stop('sell', '99000'))
    core.setPrice('BTCUSDT', 98_900)
    expect(held()).toEqual([])
    expect(core.orderByClientId(ACCOUNT, 'target')?.status).toBe('expired')
  })

  it('are finished too when their child was canceled, and say so', () => {
    const { submit, arm, core, conditional } = open()
    submit(order('buy', '0.01'))
    arm(stop('sell', '99000', { clientId: 'limit', type: 'stop_limit', price: '99500' }))
    core.setPrice('BTCUSDT', 98_900)
    expect(conditional('limit')).toMatchObject({ status: 'triggered' })
    core.cancel(ACCOUNT, conditional('limit')?.childId ?? 0)
    expect(conditional('limit')).toMatchObject({ status: 'finished', reason: 'user' })
  })

  it('trail the best price at their distance, from activation on', () => {
    const { submit, arm, core, conditional, held } = open()
    submit(order('buy', '0.01'))
    arm(stop('sell', null, { type: 'trailing_stop', callbackRate: '0.01', activatePrice: '101000', clientId: 't' }))
    core.setPrice('BTCUSDT', 99_000)
    expect(conditional('t')?.status).toBe('new')
    core.setPrice('BTCUSDT', 102_000)
    expect(toText(conditional('t')?.triggerPrice ?? price('0'))).toBe('100980')
    core.setPrice('BTCUSDT', 101_500)
    expect(toText(conditional('t')?.triggerPrice ?? price('0'))).toBe('100980')
    core.setPrice('BTCUSDT', 100_900)
    expect(held()).toEqual([])
  })
})

describe('positions', () => {
  it('are netted in one-way mode and kept apart in hedge mode', () => {
    const oneWay = open()
    oneWay.submit(order('buy', '0.02'))
    oneWay.submit(order('sell', '0.05'))
    expect(oneWay.held()).toEqual(['-0.03'])
    const hedge = open()
    expect(hedge.core.setPositionMode(ACCOUNT, 'hedge').ok).toBe(true)
    hedge.submit(order('buy', '0.02', { positionSide: 'long' }))
    hedge.submit(order('sell', '0.05', { positionSide: 'short' }))
    expect(hedge.held()).toEqual(['0.02', '-0.05'])
    hedge.submit(order('sell', '0.5', { positionSide: 'long' }))
    expect(hedge.held()).toEqual(['-0.05'])
    expect(ended(hedge.core.setPositionMode(ACCOUNT, 'one_way') as never)).toBe('positions_exist')
  })

  it('settled in base earn in base: quantity ÷ entry − quantity ÷ exit', () => {
    const { submit, core, wallet } = open({
      markets: [manualMarket({ ...INVERSE, takerFeeRate: rate('0') }, 50_000)],
      wallets: { BTC: '1' },
    })
    expect(ended(submit(order('buy', '10000', { symbol: 'BTC-PERPETUAL' })))).toBe('filled')
    const entry = Number(toText(core.positions(ACCOUNT)[0]?.entryPrice ?? price('0')))
    core.setPrice('BTC-PERPETUAL', 51_000)
    submit(order('sell', '10000', { symbol: 'BTC-PERPETUAL' }))
    const exit = Number(toText(core.account(ACCOUNT).trades.at(-1)?.price ?? price('0')))
    expect(Number(wallet('BTC'))).toBeCloseTo(1 + 10_000 / entry - 10_000 / exit, 7)
  })

  it('pay funding at its time: longs pay a positive rate', () => {
    const { submit, core, wallet } = open({ markets: [manualMarket({ ...BTCUSDT, takerFeeRate: rate('0') }, 100_000)] })
    submit(order('buy', '0.1'))
    core.advance(START_MS + 7 * 3_600_000 - 1)
    expect(wallet()).toBe('10000')
    core.advance(START_MS + 7 * 3_600_000)
    expect(wallet()).toBe('9999')
  })

  it.each(['cross', 'isolated'] as const)(
    'are liquidated in %s mode at the price they were told, and the wallet never goes below zero',
    (mode) => {
      const { submit, core, held, events } = open({ wallets: { USDT: '1000' } })
      core.setLeverage(ACCOUNT, 'BTCUSDT', 20)
      if (mode === 'isolated') core.setMarginMode(ACCOUNT, 'BTCUSDT', mode)
      expect(ended(submit(order('buy', '0.1')))).toBe('filled')
      const level = Number(toText(core.positions(ACCOUNT)[0]?.liquidationPrice ?? price('0')))
      expect(level).toBeGreaterThan(90_000)
      core.setPrice('BTCUSDT', level + 1)
      expect(held()).toEqual(['0.1'])
      core.setPrice('BTCUSDT', level - 1)
      expect(held()).toEqual([])
      expect(events.some(({ type }) => type === 'liquidation')).toBe(true)
      expect(core.margin(ACCOUNT, 'USDT').wallet >= 0n).toBe(true)
    },
  )

  it('warn once before they are liquidated', () => {
    const { submit, core, events } = open({ wallets: { USDT: '1000' } })
    submit(order('buy', '0.1'))
    core.setPrice('BTCUSDT', 90_480)
    core.setPrice('BTCUSDT', 90_470)
    expect(events.filter(({ type }) => type === 'margin_call')).toHaveLength(1)
  })
})

describe('the exchange through time', () => {
  it('cancels plain orders when the dead-man switch is not pressed, and leaves stops alone', () => {
    const { submit, arm, core } = open()
    submit(order('buy', '0.01'))
    submit(order('buy', '0.01', { price: '99000' }))
    arm(stop('sell', '97000'))
    core.setCountdown(ACCOUNT, 'BTCUSDT', START_MS + 5_000)
    core.advance(START_MS + 4_999)
    expect(core.account(ACCOUNT).open.size).toBe(1)
    core.advance(START_MS + 5_000)
    expect([core.account(ACCOUNT).open.size, core.account(ACCOUNT).armed.size]).toEqual([0, 1])
  })

  it('settles positions at delivery', () => {
    const { submit, core, held } = open()
    submit(order('buy', '0.01'))
    core.announceDelisting('BTCUSDT', START_MS + 60_000)
    expect(ended(submit(order('buy', '0.01')))).toBe('symbol_closed')
    core.advance(START_MS + 60_000)
    expect(held()).toEqual([])
    expect(core.market('BTCUSDT')?.status).toBe('closed')
  })

  it('gives the same events for the same seed, and others for another', () => {
    const walk = {
      ...manualMarket(BTCUSDT, 100_000),
      source: { kind: 'walk', startPrice: 100_000, volatility: 0.8, drift: 0, jumpsPerDay: 50, jumpSize: 0.01, tickMs: 1000 },
    } as const
    const run = (seed: number): string => {
      const { core, events } = openCore({ markets: [walk], seed })
      core.submit(ACCOUNT, order('buy', '0.01'))
      core.submitConditional(ACCOUNT, stop('sell', '98000'))
      core.advance(START_MS + 600_000)
      return JSON.stringify(events, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
    }
    expect(run(7)).toBe(run(7))
    expect(run(7)).not.toBe(run(8))
  })

  it('keeps candles without holes, also longer ones', () => {
    const { core } = open()
    core.advance(START_MS + 3_600_000)
    const minutes = core.candles('BTCUSDT', { lengthMs: 60_000, fromMs: START_MS - 3_600_000, toMs: START_MS + 3_600_000, limit: 1_000 })
    expect(minutes.map(({ openMs }) => openMs)).toEqual(Array.from({ length: 121 }, (_, index) => START_MS - 3_600_000 + index * 60_000))
    const hours = core.candles('BTCUSDT', { lengthMs: 3_600_000, fromMs: null, toMs: START_MS + 3_600_000, limit: 2 })
    expect(hours.map(({ openMs }) => openMs)).toEqual([START_MS, START_MS + 3_600_000])
    expect(hours[0]?.volume).toBeCloseTo(
      minutes.slice(60, 120).reduce((total, { volume }) => total + volume, 0),
      9,
    )
  })

  it('publishes book changes that add up to its snapshot', () => {
    const { core, events } = open()
    const first = core.snapshot('BTCUSDT', 1000)
    const side = { bids: new Map(first.bids), asks: new Map(first.asks) }
    let lastId = first.lastId
    core.setPrice('BTCUSDT', 100_003)
    core.submit(ACCOUNT, order('buy', '0.5'))
    core.setPrice('BTCUSDT', 99_990)
    for (const event of events) {
      if (event.type !== 'book') continue
      expect([event.previousId, event.firstId]).toEqual([lastId, lastId + 1])
      lastId = event.lastId
      for (const name of ['bids', 'asks'] as const) {
        for (const [at, amount] of event[name]) {
          if (amount === 0n) side[name].delete(at)
          else side[name].set(at, amount)
        }
      }
    }
    const last = core.snapshot('BTCUSDT', 1000)
    expect(lastId).toBe(last.lastId)
    expect(side.bids).toEqual(new Map(last.bids))
    expect(side.asks).toEqual(new Map(last.asks))
    expect((last.bids[0]?.[0] ?? 0n) < (last.asks[0]?.[0] ?? 0n)).toBe(true)
  })
})
