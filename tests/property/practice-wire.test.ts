// Proves that no request, however wrong its parameters, brings the Binance wire of the practice venue down: it answers with JSON and a code.
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createBinanceWire } from '../../src-main/practice-venue/binance/binance-wire.ts'
import type { WireRequest } from '../../src-main/practice-venue/wire/contract.ts'
import { practiceKey } from '../../src-main/practice-venue/wire/keys.ts'
import { ACCOUNT, START_MS, openCore } from '../support/practice-core.ts'

const words = (text: string): string[] => text.trim().split(/\s+/)
const PATHS = words(`
  order algoOrder batchOrders leverage marginType positionMargin positionSide/dual countdownCancelAll listenKey
  depth klines aggTrades fundingRate openOrders allOrders userTrades income openAlgoOrders allAlgoOrders
  ticker/24hr premiumIndex leverageBracket symbolConfig allOpenOrders algoOpenOrders openOrder order/test
`).map((name) => `/fapi/v1/${name}`)
const NAMES = words(`
  symbol side type quantity price timeInForce positionSide reduceOnly closePosition triggerPrice algoType
  callbackRate activatePrice workingType orderId origClientOrderId newClientOrderId clientAlgoId algoId
  batchOrders limit startTime endTime fromId interval leverage marginType amount dualSidePosition countdownTime
  goodTillDate
`)
const value = fc.oneof(
  fc.constantFrom(
    'BTCUSDT',
    'BUY',
    'SELL',
    'LIMIT',
    'MARKET',
    'STOP_MARKET',
    'TRAILING_STOP_MARKET',
    'CONDITIONAL',
    'GTC',
    'GTX',
    'GTD',
    '1m',
    '1w',
  ),
  fc.constantFrom(
    '0.01',
    '0',
    '-1',
    '1e5',
    'NaN',
    '99999999999999999999999999',
    '0.0000000000001',
    '95000',
    '105000',
    'true',
    'false',
    '1',
    '20',
  ),
  fc.constantFrom('[]', '[1,null,"x",{}]', '[{"symbol":"BTCUSDT","side":"BUY","type":"MARKET","quantity":"0.01"}]', '{"a":1}', '['),
  fc.string({ maxLength: 12 }),
)

it('answers whatever it is asked', () => {
  const statuses = new Set<number>()
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
          fc.constantFrom(...PATHS),
          fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 12, size: 'max' }),
        ),
        { minLength: 10, maxLength: 40, size: 'max' },
      ),
      (requests) => {
        const { core } = openCore()
        const key = practiceKey(ACCOUNT, 1, START_MS)
        const wire = createBinanceWire({
          core,
          keys: new Map([[key.key, key]]),
          limits: { weightPerMinute: 1e9, ordersPer10Seconds: 1e9, ordersPerMinute: 1e9 },
          conditions: { clockOffsetMs: 0, isMaintenance: false, visibleAfterMs: 0 },
          nowMs: () => core.nowMs,
          checksTimestamps: () => true,
        })
        for (const [method, path, values] of requests) {
          const text = new URLSearchParams({ symbol: 'BTCUSDT', side: 'BUY', ...values, timestamp: String(core.nowMs) }).toString()
          const signature = createHmac('sha256', key.secret).update(text).digest('hex')
          const request: WireRequest = {
            method,
            path,
            query: `${text}&signature=${signature}`,
            body: '',
            headers: { 'x-mbx-apikey': key.key },
            ip: '127.0.0.1',
          }
          const answer = wire.handle(request)
          statuses.add(answer.status)
          const body: unknown = JSON.parse(answer.body)
          if (answer.status !== 200) expect(body).toMatchObject({ code: expect.any(Number), msg: expect.any(String) })
          core.advance(core.nowMs + 100)
        }
      },
    ),
    { numRuns: 150 },
  )
  expect([...statuses].toSorted((a, b) => a - b)).toEqual([200, 400, 404])
})
