// Proves that whatever is written down is read back as it was: every order, fill, position, round trip, risk state and checkpoint,
// and that a wrong field is named.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DecodeError, parseJson } from '../../src-main/adapters/journal/json-fields.ts'
import { fillFromJson, orderFromJson } from '../../src-main/adapters/journal/order-codec.ts'
import { positionFromJson, roundTripFromJson } from '../../src-main/adapters/journal/position-codec.ts'
import { checkpointFromJson, encodeBody, riskStateFromJson } from '../../src-main/adapters/journal/record-codec.ts'
import { type Decimal, money, price, quantity, toText } from '../../src-shared/domain/decimal.ts'
import { clientOrderId, decisionId, instrumentId, positionId, strategyId, tradeId, venueOrderId } from '../../src-shared/domain/ids.ts'
import { type Fill, ORDER_PURPOSES, ORDER_STATES, ORDER_TYPES, type Order } from '../../src-shared/domain/order.ts'
import type { Position, PositionCare, RoundTrip, Target } from '../../src-shared/domain/position.ts'
import { type RiskState, TRADING_STATES, type Trip } from '../../src-shared/events/risk-state.ts'
import type { JournalRecord } from '../../src-shared/events/journal-record.ts'
import { START_MS, openPosition, orderAfter, orderRequest } from '../support/journal-records.ts'

/** Any decimal the domain can hold: up to 24 digits before the point and 12 after it. */
const decimalText = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 24n - 1n }), fc.bigInt({ min: 0n, max: 10n ** 12n - 1n }))
  .map(([negative, whole, fraction]) => `${negative ? '-' : ''}${whole}.${fraction.toString().padStart(12, '0')}`)
const exact = <D extends Decimal>(parse: (text: string) => D) => decimalText.map(parse)
const anyPrice = exact(price)
const anyQuantity = exact(quantity)
const anyMoney = exact(money)
/** JSON has one zero: minus zero comes back as zero, which no reader of these fields can tell apart. */
const float = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
const timeMs = fc.integer({ min: 0, max: 4_102_444_800_000 })
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null })
const id = <T>(brand: (text: string) => T, pattern: RegExp) => fc.stringMatching(pattern).map(brand)
const anyClientOrderId = id(clientOrderId, /^[A-Za-z0-9]{1,32}$/)
const anyInstrumentId = fc.constantFrom('BTC/USDT:USDT', '1000PEPE/USDC:USDC').map(instrumentId)
const anyStrategyId = id(strategyId, /^[a-z0-9][a-z0-9-]{0,63}$/)
const anyPositionId = id(positionId, /^[A-Za-z0-9-]{1,64}$/)
const anyDecisionId = id(decisionId, /^[A-Za-z0-9-]{1,64}$/)
const anyVenueOrderId = id(venueOrderId, /^[\w-]{1,64}$/)
/** Any text, lone surrogates included. */
const anyText = fc.string({ unit: 'binary' })

const plainOrder = fc.record({
  clientOrderId: anyClientOrderId,
  instrumentId: anyInstrumentId,
  strategyId: anyStrategyId,
  positionId: orNull(anyPositionId),
  decisionId: orNull(anyDecisionId),
  purpose: fc.constantFrom(...ORDER_PURPOSES),
  side: fc.constantFrom('buy', 'sell'),
  type: fc.constantFrom(...ORDER_TYPES),
  timeInForce: fc.constantFrom('gtc', 'ioc', 'post_only'),
  quantity: anyQuantity,
  limitPrice: orNull(anyPrice),
  triggerPrice: orNull(anyPrice),
  triggerSource: fc.constantFrom('mark', 'last'),
  reduceOnly: fc.boolean(),
  decisionPrice: orNull(anyPrice),
  entryPlan: orNull(
    fc.oneof(
      fc.record({ stopPrice: anyPrice, chandelierDistance: orNull(float) }),
      fc.record({ stopPrice: anyPrice, chandelierDistance: orNull(float), isContinued: fc.constant(true) }),
    ),
  ),
  state: fc.constantFrom(...ORDER_STATES),
  venueOrderId: orNull(anyVenueOrderId),
  filledQuantity: anyQuantity,
  averagePrice: orNull(anyPrice),
  filledNotional: anyMoney,
  feePaid: anyMoney,
  createdMs: timeMs,
  updatedMs: timeMs,
  reason: orNull(anyText),
})
const anyOrder: fc.Arbitrary<Order> = fc.oneof(
  plainOrder,
  fc.tuple(plainOrder, anyClientOrderId).map(([order, parentId]) => ({ ...order, parentId })),
)
const anyFill: fc.Arbitrary<Fill> = fc.record({
  tradeId: id(tradeId, /^[\w-]{1,64}$/),
  clientOrderId: anyClientOrderId,
  venueOrderId: anyVenueOrderId,
  instrumentId: anyInstrumentId,
  side: fc.constantFrom('buy', 'sell'),
  price: anyPrice,
  quantity: anyQuantity,
  fee: anyMoney,
  liquidity: fc.constantFrom('maker', 'taker'),
  tsEventMs: timeMs,
})
const anyTarget: fc.Arbitrary<Target> = fc.record({
  price: anyPrice,
  fraction: float,
  clientOrderId: orNull(anyClientOrderId),
  state: fc.constantFrom('planned', 'working', 'filled', 'abandoned'),
})
const anyCare: fc.Arbitrary<PositionCare> = fc.record({
  phase: fc.constantFrom('opening', 'protected', 'closing', 'emergency'),
  stopPrice: anyPrice,
  initialStopPrice: anyPrice,
  stopState: fc.constantFrom('none', 'placing', 'working', 'failed'),
  stopOrderId: orNull(anyClientOrderId),
  replacementOrderId: orNull(anyClientOrderId),
  stopAttempts: fc.nat(),
  targets: fc.array(anyTarget, { maxLength: 5 }),
  breakEvenDone: fc.boolean(),
  trailing: fc.boolean(),
  extremePrice: float,
  chandelierDistance: orNull(float),
  unprotectedSinceMs: orNull(timeMs),
  unprotectedMs: float,
  incident: fc.boolean(),
  closeReason: orNull(anyText),
})
const shared = {
  instrumentId: anyInstrumentId,
  strategyId: anyStrategyId,
  decisionId: orNull(anyDecisionId),
  side: fc.constantFrom('long' as const, 'short' as const),
  quantity: anyQuantity,
  entryPrice: anyPrice,
  openedMs: timeMs,
  fees: anyMoney,
  funding: anyMoney,
}
const anyPosition: fc.Arbitrary<Position> = fc.record({
  ...shared,
  id: anyPositionId,
  initialQuantity: anyQuantity,
  entryQuantity: anyQuantity,
  closedMs: orNull(timeMs),
  realizedPnl: anyMoney,
  exitQuantity: anyQuantity,
  exitNotional: anyMoney,
  care: anyCare,
})
const anyRoundTrip: fc.Arbitrary<RoundTrip> = fc.record({
  ...shared,
  positionId: anyPositionId,
  exitPrice: anyPrice,
  closedMs: timeMs,
  grossPnl: anyMoney,
  netPnl: anyMoney,
  rMultiple: orNull(float),
  exitReason: anyText,
  secondsUnprotected: float,
})
const anyTrip: fc.Arbitrary<Trip> = fc.record({
  code: anyText,
  message: anyText,
  tsMs: timeMs,
  state: fc.constantFrom(...TRADING_STATES),
  resumeMs: orNull(timeMs),
})
const anyRiskState: fc.Arbitrary<RiskState> = fc.record({
  tradingState: fc.constantFrom(...TRADING_STATES),
  trips: fc.array(anyTrip, { maxLength: 4 }),
  startEquity: float,
  peakEquity: float,
  dayStartMs: timeMs,
  dayStartEquity: float,
  weekStartMs: timeMs,
  weekStartEquity: float,
  tradesToday: fc.nat(),
  consecutiveLosses: fc.nat(),
})
const anyCheckpoint = fc.record({ marketMs: timeMs, nextOrderNumber: fc.nat(), nextDecisionNumber: fc.nat(), nextPositionNumber: fc.nat() })

const throughJson = (record: JournalRecord): unknown => parseJson(encodeBody(record), 'body')

describe('decode(encode(x)) is x', () => {
  test('for every order', () => {
    fc.assert(
      fc.property(anyOrder, (body) => {
        expect(orderFromJson(throughJson({ kind: 'order', tsMs: 0, body }), 'order')).toEqual(body)
      }),
    )
  })
  test('for every fill', () => {
    fc.assert(
      fc.property(anyFill, (body) => {
        expect(fillFromJson(throughJson({ kind: 'fill', tsMs: 0, body }), 'fill')).toEqual(body)
      }),
    )
  })
  test('for every position', () => {
    fc.assert(
      fc.property(anyPosition, (body) => {
        expect(positionFromJson(throughJson({ kind: 'position', tsMs: 0, body }), 'position')).toEqual(body)
      }),
    )
  })
  test('for every round trip', () => {
    fc.assert(
      fc.property(anyRoundTrip, (body) => {
        expect(roundTripFromJson(throughJson({ kind: 'round_trip', tsMs: 0, body }), 'trip')).toEqual(body)
      }),
    )
  })
  test('for every risk state', () => {
    fc.assert(
      fc.property(anyRiskState, (body) => {
        expect(riskStateFromJson(throughJson({ kind: 'risk_state', tsMs: 0, body }), 'risk')).toEqual(body)
      }),
    )
  })
  test('for every checkpoint', () => {
    fc.assert(
      fc.property(anyCheckpoint, (body) => {
        expect(checkpointFromJson(throughJson({ kind: 'checkpoint', tsMs: 0, body }), 'checkpoint')).toEqual(body)
      }),
    )
  })
})

describe('a body that is not as it was written', () => {
  const order = orderAfter(orderRequest(1), [], START_MS)
  const orderJson = encodeBody({ kind: 'order', tsMs: START_MS, body: order })
  test.each([
    ['quantity', '0.25', '"quantity":"0.25"', '"quantity":"1e3"'],
    ['state', 'initialized', '"state":"initialized"', '"state":"lost"'],
    ['createdMs', 'a time', `"createdMs":${START_MS}`, '"createdMs":1.5'],
    ['clientOrderId', 'TW1', '"clientOrderId":"TW1"', '"clientOrderId":""'],
    ['reduceOnly', 'false', '"reduceOnly":false', '"reduceOnly":0'],
    ['limitPrice', 'null', '"limitPrice":null,', ''],
  ])('names the field %s', (field, _was, written, tampered) => {
    expect(orderJson).toContain(written)
    const value = parseJson(orderJson.replace(written, tampered), 'order')
    expect(() => orderFromJson(value, 'order')).toThrow(DecodeError)
    expect(() => orderFromJson(value, 'order')).toThrow(`order.${field}`)
  })
  test('is named down to the rung of a ladder', () => {
    const json = encodeBody({ kind: 'position', tsMs: START_MS, body: openPosition(1, START_MS) })
    const value = parseJson(json.replace('"planned"', '"maybe"'), 'position')
    expect(() => positionFromJson(value, 'position')).toThrow(
      'position.care.targets[0].state: expected one of planned, working, filled, abandoned, found "maybe"',
    )
  })
  test('is refused when it is no JSON at all', () => {
    expect(() => parseJson('{"a":', 'record 7')).toThrow(/^record 7: expected JSON text/)
  })
  test('is refused before it is written when a number is not finite', () => {
    const position = openPosition(1, START_MS)
    const body = { ...position, care: { ...position.care, extremePrice: Number.NEGATIVE_INFINITY } }
    expect(() => encodeBody({ kind: 'position', tsMs: START_MS, body })).toThrow('position.care.extremePrice')
  })
})

test('amounts are written as plain decimals', () => {
  fc.assert(
    fc.property(anyFill, (body) => {
      const json = encodeBody({ kind: 'fill', tsMs: 0, body })
      expect(json).toContain(`"price":"${toText(body.price)}"`)
    }),
  )
})
