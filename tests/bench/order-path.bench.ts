// How long an order takes from the decision to the socket, and to the venue's acknowledgement, at 100 orders a second for ten seconds. The venue is a
// loopback account in a process of its own. The reference is a bare fetch of the same bytes in this process. Run: npm run bench -- order-path
import { spawn } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { price } from '../../src-shared/domain/decimal.ts'
import { openExecutionClient } from '../../src-main/adapters/ccxt/execution/open-execution.ts'
import { systemScheduler } from '../../src-main/adapters/system/scheduler.ts'
import { WeightBudget } from '../../src-main/adapters/ccxt/transport/weight-budget.ts'
import { BTC, Heard, request } from '../support/execution-client.ts'

const SECONDS = 10
const PER_SECOND = 100
const ORDERS = SECONDS * PER_SECOND
const WARM_UP = 100
const INSIDE_P50_MS_MAX = 0.3
const INSIDE_P99_MS_MAX = 2
const ACKNOWLEDGED_P99_MS_MAX = 20

type Row = { p50: number; p99: number }
const percentiles = (values: readonly number[]): Row => {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99) }
}
const shown = ({ p50, p99 }: Row): string => `p50 ${p50.toFixed(3)} ms   p99 ${p99.toFixed(3)} ms`

/** When the bytes of each order were handed to the socket, by the client order id in its body. */
const onSocketMs = new Map<string, number>()
/** Of the reference's requests that are not on the socket yet. */
const bareIds: string[] = []
let sampleBody = ''
let sampleHeaders = ''
subscribe('undici:client:sendHeaders', (message) => {
  const { request: sent, headers } = message as { request: { body: unknown }; headers: string }
  const body = typeof sent.body === 'string' ? sent.body : sent.body instanceof Uint8Array ? Buffer.from(sent.body).toString() : ''
  // fetch turns a body into a stream; its requests leave in the order in which they were made.
  const id = /newClientOrderId=(\w+)/.exec(body)?.[1] ?? (headers.startsWith('POST /fapi/v1/order') ? bareIds.shift() : undefined)
  if (id === undefined) return
  onSocketMs.set(id, performance.now())
  if (body !== '') sampleBody = body
  sampleHeaders = headers
})

/** Calls `send` at the pace, whatever the calls take. */
async function paced(count: number, send: (at: number) => void): Promise<void> {
  const startMs = performance.now()
  for (let at = 0; at < count; at += 1) {
    const dueMs = startMs + (at * 1_000) / PER_SECOND
    const waitMs = dueMs - performance.now()
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    send(at)
  }
}

const server = spawn(process.execPath, [join(import.meta.dirname, 'order-path-server.ts')], { stdio: ['ignore', 'pipe', 'inherit'] })
const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string]
const { endpoints, key, secret } = JSON.parse(line) as {
  endpoints: { restOrigin: string; streamOrigin: string }
  key: string
  secret: string
}

const opened = await openExecutionClient({
  venue: 'binanceusdm',
  environment: 'practice',
  credentials: { key, secret, passphrase: null },
  endpoints,
  instrumentIds: [BTC],
  scheduler: systemScheduler,
  // The pace is above what the venue lets an account order; the accounting is the same.
  budget: new WeightBudget(systemScheduler, [{ unit: 'orders', limit: 100_000, windowMs: 60_000, header: null }]),
})
if (!opened.ok) throw new Error(opened.error)
const client = opened.value
const decidedMs = new Map<string, number>()
const acknowledgedMs = new Map<string, number>()
let rejected = 0
const heard = new Heard()
client.start({
  onReport(report) {
    if (report.type === 'accepted' && !acknowledgedMs.has(report.clientOrderId)) acknowledgedMs.set(report.clientOrderId, performance.now())
    else if (report.type === 'rejected' || report.type === 'outcome_unknown') rejected += 1
  },
  onState: (state, detail) => heard.onState(state, detail),
  onClock: () => {},
})
await heard.state('live')

const order = (name: string, at: number): void => {
  const id = `${name}${at}`
  decidedMs.set(id, performance.now())
  client.submit(request(id, { type: 'limit', limitPrice: price('100000.1') }))
}
await paced(WARM_UP, (at) => order('warm', at))
global.gc?.()
await paced(ORDERS, (at) => order('twbE', at))
await new Promise((resolve) => setTimeout(resolve, 500))

const ids = Array.from({ length: ORDERS }, (_, at) => `twbE${at}`)
const since = (times: ReadonlyMap<string, number>, starts: ReadonlyMap<string, number>): number[] =>
  ids.flatMap((id) => {
    const [end, start] = [times.get(id), starts.get(id)]
    return end === undefined || start === undefined ? [] : [end - start]
  })
const inside = percentiles(since(onSocketMs, decidedMs))
const acknowledged = percentiles(since(acknowledgedMs, decidedMs))
const answered = client.health()
const complete = ids.filter((id) => acknowledgedMs.has(id)).length

// ---- the reference: the same bytes by a bare fetch -------------------------------------------------------------

const fetchStartMs = new Map<string, number>()
const fetchEndMs = new Map<string, number>()
const template = sampleBody
const headers = { 'X-MBX-APIKEY': key, 'content-type': 'application/x-www-form-urlencoded' }
const pending: Promise<void>[] = []
const bare = async (id: string): Promise<void> => {
  fetchStartMs.set(id, performance.now())
  bareIds.push(id)
  const body = template.replace(/newClientOrderId=\w+/, `newClientOrderId=${id}`)
  const response = await fetch(`${endpoints.restOrigin}/fapi/v1/order`, { method: 'POST', headers, body })
  await response.text()
  fetchEndMs.set(id, performance.now())
}
for (let at = 0; at < WARM_UP; at += 1) await bare(`warmF${at}`)
onSocketMs.clear()
await paced(ORDERS, (at) => pending.push(bare(`twbE${at}`)))
await Promise.all(pending)
const bareInside = percentiles(since(onSocketMs, fetchStartMs))
const bareAnswered = percentiles(since(fetchEndMs, fetchStartMs))

console.log(
  `${ORDERS} orders at ${PER_SECOND} a second, ${complete} acknowledged, ${rejected} not; request line of ${sampleHeaders.length} bytes`,
)
console.log(`decision to socket            ${shown(inside)}`)
console.log(`  bare fetch                  ${shown(bareInside)}   ratio of p50 ${(inside.p50 / bareInside.p50).toFixed(2)}`)
console.log(`decision to acknowledgement   ${shown(acknowledged)}`)
console.log(`decision to answer            ${shown({ p50: answered.submitMsP50 ?? Number.NaN, p99: answered.submitMsP99 ?? Number.NaN })}`)
console.log(`  bare fetch                  ${shown(bareAnswered)}`)
const isGood =
  complete === ORDERS && inside.p50 < INSIDE_P50_MS_MAX && inside.p99 < INSIDE_P99_MS_MAX && acknowledged.p99 < ACKNOWLEDGED_P99_MS_MAX
console.log(
  JSON.stringify({
    ordersPerSecond: PER_SECOND,
    acknowledged: complete,
    insideMsP50: inside.p50,
    insideMsP99: inside.p99,
    acknowledgedMsP50: acknowledged.p50,
    acknowledgedMsP99: acknowledged.p99,
    answeredMsP99: answered.submitMsP99,
    bareInsideMsP50: bareInside.p50,
    bareInsideMsP99: bareInside.p99,
    isGood,
  }),
)
await client.close()
server.kill()
process.exitCode = isGood ? 0 : 1
