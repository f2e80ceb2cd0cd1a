// Measures what the practice venue itself costs whoever is tested against it: an order's way there and back over loopback beside a bare Node
// server's, and a simulated day of three markets with what it leaves in memory. Run: node --expose-gc tests/bench/practice-venue.bench.ts
import { createHmac } from 'node:crypto'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BINANCE_MARKETS } from '../../src-main/practice-venue/binance/instruments.ts'
import { BINANCE_RULES } from '../../src-main/practice-venue/core/state.ts'
import { VenueCore } from '../../src-main/practice-venue/core/venue-core.ts'
import { PRACTICE_DEFAULTS, openPracticeVenue } from '../../src-main/practice-venue/wire/practice-venue.ts'
import { money, price, quantity } from '../../src-shared/domain/decimal.ts'

const ORDERS = 1_000
const DAY_MS = 86_400_000

const percentile = (sorted: readonly number[], share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN

function post(agent: Agent, url: string, headers: Record<string, string>): Promise<number> {
  const from = performance.now()
  return new Promise((done, failed) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume()
      response.on('end', () =>
        response.statusCode === 200 ? done(performance.now() - from) : failed(new Error(`HTTP ${response.statusCode}`)),
      )
    })
    sent.on('error', failed)
    sent.end()
  })
}

/** One after the other, on one connection. */
async function roundTrips(urlOf: (index: number) => string, headers: Record<string, string>): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const times: number[] = []
  for (let index = 0; index < ORDERS; index++) {
    times.push(await post(agent, urlOf(index), headers))
  }
  agent.destroy()
  return times.toSorted((a, b) => a - b)
}

async function measureOrders() {
  // The limits of a large trader: with the usual ones the exchange would refuse after three hundred.
  const limits = { weightPerMinute: 1_000_000, ordersPer10Seconds: 1_000_000, ordersPerMinute: 1_000_000 }
  const venue = await openPracticeVenue({ ...PRACTICE_DEFAULTS, venue: 'binanceusdm', limits })
  const urlOf = (index: number): string => {
    const text = `symbol=BTCUSDT&side=${index % 2 === 0 ? 'BUY' : 'SELL'}&type=MARKET&quantity=0.002&timestamp=${Date.now()}`
    return `${venue.restUrl}/fapi/v1/order?${text}&signature=${createHmac('sha256', venue.key.secret).update(text).digest('hex')}`
  }
  const orders = await roundTrips(urlOf, { 'x-mbx-apikey': venue.key.key })
  await venue.close()
  const bare = createServer((incoming, response) => {
    incoming.resume()
    response.end('{}')
  })
  await new Promise<void>((done) => bare.listen(0, '127.0.0.1', done))
  const { port } = bare.address() as AddressInfo
  const reference = await roundTrips(() => `http://127.0.0.1:${port}/`, {})
  bare.close()
  return { orders, reference }
}

function measureDay() {
  let events = 0
  const core = new VenueCore({
    seed: 1,
    startMs: Date.UTC(2026, 0, 1),
    rules: BINANCE_RULES,
    markets: BINANCE_MARKETS,
    accounts: { desk: { USDT: money('1000000') } },
    onEvent: () => {
      events += 1
    },
  })
  const heaps: number[] = []
  const from = performance.now()
  for (let hour = 0; hour < DAY_MS / 3_600_000; hour++) {
    for (let turn = 0; turn < 20; turn++) {
      const common = { symbol: 'BTCUSDT', timeInForce: 'gtc', reduceOnly: false, positionSide: 'both', clientId: null } as const
      core.submit('desk', { ...common, side: turn % 2 === 0 ? 'buy' : 'sell', type: 'market', quantity: quantity('0.01'), price: null })
      core.submit('desk', { ...common, side: 'buy', type: 'limit', quantity: quantity('0.01'), price: price('96000') })
      core.cancelAll('desk', null)
      core.advance(core.nowMs + 180_000)
    }
    globalThis.gc?.()
    heaps.push(process.memoryUsage().heapUsed / 2 ** 20)
  }
  return { seconds: (performance.now() - from) / 1_000, events, heaps }
}

const { orders, reference } = await measureOrders()
const day = measureDay()
const figures = {
  orderMsP50: percentile(orders, 0.5),
  orderMsP99: percentile(orders, 0.99),
  bareServerMsP50: percentile(reference, 0.5),
  timesBareServerP50: percentile(orders, 0.5) / percentile(reference, 0.5),
  simulatedDaySeconds: day.seconds,
  simulatedDayEvents: day.events,
  heapMiBAfterHour12: day.heaps[11] ?? Number.NaN,
  heapMiBAfterHour24: day.heaps[23] ?? Number.NaN,
}
for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(24)} ${value.toFixed(3)}`)
console.log(JSON.stringify(figures))
