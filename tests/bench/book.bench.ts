// How fast the order book takes what a socket brings: recorded depth updates of Binance BTCUSDT over a real WebSocket on loopback, to a sorted book
// whose ten best levels a side are read after every update. Beside it, in the same process and turn by turn, ccxt's own way on the same server:
// `ccxt.pro` watchOrderBook of binanceusdm, its transport pointed here, its REST snapshot too. The server is a thread of its own.
// Messages per second by the clock, which need a machine with two idle cores, and per second of CPU of this thread, which holds on a busy one as
// well. Then the book alone, in ns of CPU per level.
// Run: npm run bench -- book
import { Worker } from 'node:worker_threads'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import ccxt from 'ccxt'
import WebSocket from 'ws'
import { ByteDecoder } from '../../src-main/adapters/binance-stream/byte-decoder.ts'
import { RawLines } from '../../src-main/adapters/replay/raw-lines.ts'
import type { PriceGrid } from '../../src-main/core/market/book-grid.ts'
import { BookSync } from '../../src-main/core/market/book-sync.ts'
import { BookUpdate } from '../../src-main/core/market/book-update.ts'
import { BookLevels, OrderBook } from '../../src-main/core/market/order-book.ts'
import { MarketMessage } from '../../src-main/core/ports/market-messages.ts'
import type { ServerReady } from './book-server.ts'

const ROUNDS = 7
const TOP = 10
const REACH_PER_SECOND = 75_000
const GRID: PriceGrid = { decimals: 1, step: 1, scale: 10 }
const INSTRUMENTS = [{ marketId: 'BTCUSDT', grid: GRID }]
const SYMBOL = 'BTC/USDT:USDT'

type Run = { readonly perSecond: number; readonly cpuMicros: number; readonly bid: number; readonly ask: number }

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

class Clock {
  readonly #startMs = performance.now()
  readonly #cpu = process.threadCpuUsage()
  read(messages: number): Pick<Run, 'perSecond' | 'cpuMicros'> {
    const { user, system } = process.threadCpuUsage(this.#cpu)
    return { perSecond: messages / ((performance.now() - this.#startMs) / 1_000), cpuMicros: (user + system) / messages }
  }
}

async function ours(server: Worker, ready: ServerReady): Promise<Run> {
  const book = new OrderBook(GRID)
  const sync = new BookSync(book, () => undefined)
  const decoder = new ByteDecoder(INSTRUMENTS)
  const message = new MarketMessage()
  const bids = new BookLevels(TOP)
  const asks = new BookLevels(TOP)
  message.instrument = 0
  const snapshot = new Uint8Array(await (await fetch(`http://127.0.0.1:${ready.port}/fapi/v1/depth`)).arrayBuffer())
  if (decoder.decode(snapshot, { from: 0, to: snapshot.length }, message) !== null) throw new Error('the snapshot cannot be read')
  sync.snapshot(message.book)
  const socket = new WebSocket(`ws://127.0.0.1:${ready.port}/public/ws`, { perMessageDeflate: false, skipUTF8Validation: true })
  await new Promise((resolve) => socket.once('open', resolve))
  const clock = new Clock()
  await new Promise<void>((resolve, reject) => {
    let left = ready.messages
    socket.on('message', (data: Buffer) => {
      const fault = decoder.decode(data, { from: 0, to: data.length }, message)
      if (fault !== null || sync.update(message.book) !== 'applied') return reject(new Error(fault ?? sync.detail))
      book.read('bids', bids)
      book.read('asks', asks)
      if (--left === 0) resolve()
    })
    server.postMessage('go')
  })
  const run = { ...clock.read(ready.messages), bid: bids.prices[0] ?? 0, ask: asks.prices[0] ?? 0 }
  socket.terminate()
  return run
}

async function theirs(server: Worker, ready: ServerReady): Promise<Run> {
  const exchange = new ccxt.pro.binanceusdm({ newUpdates: true, enableRateLimit: false })
  await exchange.loadHttpProxyAgent()
  exchange.urls['api'].ws.future = `ws://127.0.0.1:${ready.port}/ws`
  exchange.urls['api'].fapiPublic = `http://127.0.0.1:${ready.port}/fapi/v1`
  exchange.setMarkets([
    exchange.safeMarketStructure({
      id: 'BTCUSDT',
      lowercaseId: 'btcusdt',
      symbol: SYMBOL,
      base: 'BTC',
      quote: 'USDT',
      settle: 'USDT',
      baseId: 'BTC',
      quoteId: 'USDT',
      settleId: 'USDT',
      type: 'swap',
      swap: true,
      contract: true,
      linear: true,
      precision: { price: 0.1, amount: 0.001 },
    }),
  ])
  const book = await exchange.watchOrderBook(SYMBOL)
  const clock = new Clock()
  server.postMessage('go')
  // The object is the live one. A message that is handled between two watch calls wakes nobody, so the end is looked for beside them.
  let poll: NodeJS.Timeout | undefined
  const ended = new Promise<void>((resolve) => {
    poll = setInterval(() => {
      if (book.nonce === ready.lastId) resolve()
    }, 1)
  })
  while ((book.nonce ?? 0) < ready.lastId) {
    await Promise.race([exchange.watchOrderBook(SYMBOL), ended])
    if (book.bids.slice(0, TOP).length + book.asks.slice(0, TOP).length !== 2 * TOP) throw new Error('fewer than ten levels a side')
  }
  clearInterval(poll)
  const run = { ...clock.read(ready.messages), bid: Number(book.bids[0]?.[0]), ask: Number(book.asks[0]?.[0]) }
  await exchange.close()
  return run
}

/** The book alone: all updates are in memory, ten levels a side are read after each. ns of CPU per level, the median of the rounds. */
function levelNanos(): number {
  const bytes = gunzipSync(readFileSync(join(import.meta.dirname, '../../assets/market-book/BTCUSDT-stream.jsonl.gz')))
  const decoder = new ByteDecoder(INSTRUMENTS)
  const message = new MarketMessage()
  const updates: BookUpdate[] = []
  let levels = 0
  for (const lines = new RawLines(bytes); lines.next();) {
    message.instrument = 0
    decoder.decode(bytes, lines, message)
    const { book, kind } = message
    if (kind !== 'depth' && kind !== 'snapshot') continue
    const count = book.bidCount + book.askCount
    const copy = new BookUpdate(count)
    copy.ticks.set(book.ticks.subarray(0, count))
    copy.quantities.set(book.quantities.subarray(0, count))
    updates.push(Object.assign(copy, { bidCount: book.bidCount, askCount: book.askCount }))
    levels += count
  }
  const bids = new BookLevels(TOP)
  const asks = new BookLevels(TOP)
  const nanos: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const book = new OrderBook(GRID)
    const before = process.threadCpuUsage()
    for (const update of updates) {
      book.apply(update)
      book.read('bids', bids)
      book.read('asks', asks)
    }
    const { user, system } = process.threadCpuUsage(before)
    if (round > 0) nanos.push(((user + system) * 1_000) / levels)
  }
  return median(nanos)
}

const server = new Worker(new URL('./book-server.ts', import.meta.url))
const ready = await new Promise<ServerReady>((resolve) => server.once('message', resolve))
const runs = { ours: [] as Run[], ccxt: [] as Run[] }
for (let round = -2; round < ROUNDS; round += 1) {
  globalThis.gc?.()
  const mine = await ours(server, ready)
  globalThis.gc?.()
  const other = await theirs(server, ready)
  if (mine.bid !== other.bid || mine.ask !== other.ask)
    throw new Error(`the books differ: ${mine.bid}/${mine.ask}, ccxt ${other.bid}/${other.ask}`)
  // The first rounds warm the code up.
  if (round < 0) continue
  runs.ours.push(mine)
  runs.ccxt.push(other)
}
await server.terminate()
const perSecond = median(runs.ours.map((run) => run.perSecond))
const ccxtPerSecond = median(runs.ccxt.map((run) => run.perSecond))
const cpuMicros = median(runs.ours.map((run) => run.cpuMicros))
const ccxtCpuMicros = median(runs.ccxt.map((run) => run.cpuMicros))
const levels = levelNanos()
const average = { bytes: Math.round(ready.bytes / ready.messages), levels: Math.round(ready.levels / ready.messages) }
console.log(
  `${ready.messages} recorded depth updates a round, ${average.bytes} bytes and ${average.levels} levels each on average; ${ROUNDS} rounds, medians`,
)
console.log(
  `socket to book to top ${TOP}: ${Math.round(perSecond)} messages/s, ${cpuMicros.toFixed(1)} µs CPU each (reach ${REACH_PER_SECOND}/s)`,
)
console.log(`ccxt.pro watchOrderBook:  ${Math.round(ccxtPerSecond)} messages/s, ${ccxtCpuMicros.toFixed(1)} µs CPU each`)
console.log(`the book alone: ${levels.toFixed(1)} ns per level, with a top-${TOP} read per update`)
console.log(
  JSON.stringify({
    bench: 'book',
    messagesPerSecond: Math.round(perSecond),
    reachPerSecond: REACH_PER_SECOND,
    ccxtMessagesPerSecond: Math.round(ccxtPerSecond),
    ratio: Number((perSecond / ccxtPerSecond).toFixed(1)),
    cpuMicros: Number(cpuMicros.toFixed(2)),
    ccxtCpuMicros: Number(ccxtCpuMicros.toFixed(1)),
    cpuRatio: Number((ccxtCpuMicros / cpuMicros).toFixed(1)),
    perCpuSecond: Math.round(1e6 / cpuMicros),
    levelNanos: Number(levels.toFixed(1)),
    bytesPerMessage: average.bytes,
    levelsPerMessage: average.levels,
  }),
)
process.exit(0)
