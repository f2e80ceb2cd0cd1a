// Proves what reduce-only means at the venue: it never opens, never turns a position over, and does not outlive the position.
import { expect, it } from 'vitest'
import { quantity } from '../../src-shared/domain/decimal.ts'
import { openDesk, order, told } from '../support/venue-kit.ts'

const reduce = { side: 'sell', reduceOnly: true } as const

it('clips a reduce-only market order to the position and expires the rest', () => {
  const desk = openDesk()
  desk.submit(order({ quantity: '2' }))
  expect(told(desk.submit(order({ id: 'close', ...reduce, quantity: '3' })))).toEqual([
    'accepted close',
    'fill close 2 @ 1000 taker fee 1',
    'expired close reduce_only_no_position',
  ])
  expect(desk.snapshot().positions).toEqual([])
  expect(desk.lookup('close').order).toMatchObject({ status: 'expired', filledQuantity: quantity('2') })
})

it('rejects a reduce-only order on the side of the position', () => {
  const desk = openDesk()
  desk.submit(order())
  expect(told(desk.submit(order({ id: 'more', reduceOnly: true })))).toEqual(['rejected more reduce_only_rejected'])
})

it('keeps an oversized stop while the position shrinks, and clips it when it fires', () => {
  const desk = openDesk()
  desk.submit(order({ quantity: '2' }))
  desk.submit(order({ id: 'stop', ...reduce, type: 'stop_market', quantity: '2', triggerPrice: '990' }))
  desk.submit(order({ ...reduce, quantity: '1.5' }))
  expect(desk.snapshot().orders).toMatchObject([{ clientOrderId: 'stop', quantity: quantity('2') }])
  expect(told(desk.trade(990))).toEqual(['triggered stop', 'fill stop 0.5 @ 990 taker fee 0.2475', 'expired stop reduce_only_no_position'])
})

it('expires all reduce-only orders when the position is closed, and leaves the others', () => {
  const desk = openDesk()
  desk.submit(order())
  desk.submit(order({ id: 'stop', ...reduce, type: 'stop_market', triggerPrice: '990' }))
  desk.submit(order({ id: 'target', ...reduce, type: 'limit', limitPrice: '1010' }))
  desk.submit(order({ id: 'bid', type: 'limit', limitPrice: '900' }))
  expect(told(desk.submit(order({ id: 'exit', ...reduce })))).toEqual([
    'accepted exit',
    'fill exit 1 @ 1000 taker fee 0.5',
    'expired stop reduce_only_no_position',
    'expired target reduce_only_no_position',
  ])
  expect(desk.snapshot().orders.map((found) => found.clientOrderId)).toEqual(['bid'])
})

it('expires reduce-only orders of the old side when an ordinary order turns the position over', () => {
  const desk = openDesk()
  desk.submit(order())
  desk.submit(order({ id: 'stop', ...reduce, type: 'stop_market', triggerPrice: '990' }))
  expect(told(desk.submit(order({ id: 'flip', side: 'sell', quantity: '3' })))).toEqual([
    'accepted flip',
    'fill flip 3 @ 1000 taker fee 1.5',
    'expired stop reduce_only_no_position',
  ])
  expect(desk.snapshot().positions).toMatchObject([{ side: 'short', quantity: quantity('2') }])
})

it('fires two stops at once without going through flat', () => {
  const desk = openDesk()
  desk.submit(order())
  desk.submit(order({ id: 'old', ...reduce, type: 'stop_market', triggerPrice: '985' }))
  desk.submit(order({ id: 'new', ...reduce, type: 'stop_market', triggerPrice: '990' }))
  expect(told(desk.trade(980))).toEqual(['triggered new', 'fill new 1 @ 980 taker fee 0.49', 'expired old reduce_only_no_position'])
})
