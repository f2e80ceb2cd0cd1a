// A venue on the loopback interface that speaks the public part of Binance USDT-M: markets, candles, candle and trade streams.
// Its market is the bundled recording; the clock is `nowMs`, moved by the test.
import { longerBars } from '../../src-main/adapters/replay/longer-bars.ts'
import { TIMEFRAME_MS, type Timeframe, isTimeframe } from '../../src-shared/domain/time.ts'
import { readFileSync } from 'node:fs'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { type WebSocket, WebSocketServer } from 'ws'
import type { RecordedSeries, Recording } from '../../src-main/adapters/replay/recording.ts'
import type { Candle } from '../../src-shared/domain/candle.ts'

const LENGTH_MS = 60_000
const fixture: { exchangeInfo: string } = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../fixtures/market/binance-payloads.json'), 'utf8'),
)

export class LoopbackVenue {
  readonly #server: Server = createServer((request, response) => this.#answer(request, response))
  readonly #sockets = new WebSocketServer({ noServer: true })
  readonly #streams = new Map<WebSocket, string[]>()
  readonly #recording: Recording
  #subscribed: (() => void)[] = []
  nowMs: number
  /** The candle list begins here. */
  listedSinceMs = Number.NEGATIVE_INFINITY
  /** Open times that the candle list leaves out, by market id. */
  readonly missing = new Map<string, Set<number>>()
  /** Settled funding, oldest first, by market id. */
  readonly funding = new Map<string, { readonly rate: string; readonly tsMs: number }[]>()
  /** Replaces a candle of the list. */
  spoil: (marketId: string, candle: Candle) => Candle = (_, candle) => candle
  /** HTTP status for requests and stream connections; 200 lets them through. */
  status = 200
  /** Sent with every answer. */
  headers: Readonly<Record<string, string>> = {}
  requests: string[] = []
  connections = 0
  refusals = 0

  constructor(recording: Recording, nowMs: number) {
    this.#recording = recording
    this.nowMs = nowMs
    this.#server.on('upgrade', (request, socket, head) => {
      if (this.status !== 200) {
        this.refusals++
        socket.end(`HTTP/1.1 ${this.status} Refused\r\nConnection: close\r\n\r\n`)
        return
      }
      this.#sockets.handleUpgrade(request, socket, head, (client) => this.#connected(client))
    })
  }

  async listen(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done))
  }
  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#server.closeAllConnections()
    await new Promise<void>((done) => this.#server.close(() => done()))
  }
  get openSockets(): number {
    return this.#sockets.clients.size
  }
  get port(): number {
    const address: string | AddressInfo | null = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the loopback venue is not listening')
    return address.port
  }
  get baseUrl(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get endpoints(): { restOrigin: string; streamOrigin: string } {
    return { restOrigin: this.baseUrl, streamOrigin: `ws://127.0.0.1:${this.port}` }
  }

  /** Resolves when `count` streams are subscribed at this moment. */
  async subscribed(count: number): Promise<void> {
    while ([...this.#streams.values()].flat().length < count) await new Promise<void>((done) => this.#subscribed.push(done))
  }
  /** Resolves when everything sent so far has been read at the other end: a pong comes after the messages before its ping. */
  async heard(): Promise<void> {
    await Promise.all(
      [...this.#streams.keys()].map((socket) => {
        return new Promise<void>((resolve) => {
          const done = (): void => {
            socket.off('pong', done).off('close', done)
            resolve()
          }
          socket.on('pong', done).on('close', done).ping()
        })
      }),
    )
  }
  dropSockets(): void {
    for (const socket of this.#sockets.clients) socket.terminate()
  }

  /** Moves the clock one minute on and, unless told otherwise, sends the closed candle of each market. */
  closeMinute(options: { readonly without?: readonly string[]; readonly silent?: boolean } = {}): void {
    const openTimeMs = this.nowMs - (this.nowMs % LENGTH_MS)
    this.nowMs = openTimeMs + LENGTH_MS
    if (options.silent) return
    for (const marketId of ['BTCUSDT', 'ETHUSDT']) {
      if (!options.without?.includes(marketId)) this.sendCandle(marketId, openTimeMs, true)
    }
  }
  sendCandle(marketId: string, openTimeMs: number, closed: boolean): void {
    const candle = this.candle(marketId, openTimeMs)
    const text = klineText(marketId, candle, closed)
    this.send(`${marketId.toLowerCase()}@kline_1m`, text)
  }
  sendTrade(marketId: string, priceText: string, tsMs: number, quantityText = '0.100'): void {
    const trade = { e: 'aggTrade', E: tsMs, s: marketId, a: 12345, p: priceText, q: quantityText, f: 100, l: 105, T: tsMs, m: true }
    this.send(`${marketId.toLowerCase()}@aggTrade`, JSON.stringify(trade))
  }
  send(stream: string, text: string): void {
    for (const [socket, streams] of this.#streams) if (streams.includes(stream)) socket.send(text)
  }
  candle(marketId: string, openTimeMs: number): Candle {
    const candles = this.#seriesOf(marketId)?.candles
    const row = candles ? (openTimeMs - (candles.openTimeMs[0] ?? Number.NaN)) / LENGTH_MS : -1
    if (!candles || candles.openTimeMs[row] !== openTimeMs) throw new Error(`the recording holds no candle of ${marketId} at ${openTimeMs}`)
    const at = (column: Float64Array): number => column[row] ?? Number.NaN
    return {
      openTimeMs,
      open: at(candles.open),
      high: at(candles.high),
      low: at(candles.low),
      close: at(candles.close),
      volume: at(candles.volume),
    }
  }

  #connected(socket: WebSocket): void {
    this.connections++
    this.#streams.set(socket, [])
    socket.on('close', () => this.#streams.delete(socket))
    socket.on('message', (data: Buffer) => {
      const request: { method: string; params: string[]; id: number } = JSON.parse(data.toString('utf8'))
      if (request.method === 'SUBSCRIBE') this.#streams.get(socket)?.push(...request.params)
      socket.send(JSON.stringify({ result: null, id: request.id }))
      const waiting = this.#subscribed
      this.#subscribed = []
      for (const done of waiting) done()
    })
  }
  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.baseUrl)
    this.requests.push(`${url.pathname}${url.search}`)
    const body = this.status === 200 ? this.#body(url) : '{"code":0,"msg":"refused by the test"}'
    response.writeHead(body === null ? 404 : this.status, { 'content-type': 'application/json', ...this.headers })
    response.end(body ?? '{"code":-5000,"msg":"Path not found"}')
  }
  #body(url: URL): string | null {
    if (url.pathname === '/fapi/v1/ping') return '{}'
    if (url.pathname === '/fapi/v1/exchangeInfo') return fixture.exchangeInfo
    if (url.pathname === '/fapi/v1/klines') return this.#klines(url.searchParams)
    if (url.pathname === '/fapi/v1/fundingRate') return this.#fundingRates(url.searchParams)
    return null
  }
  #fundingRates(query: URLSearchParams): string {
    const symbol = query.get('symbol') ?? ''
    const settled = this.funding.get(symbol) ?? []
    const due = settled.filter(({ tsMs }) => tsMs >= Number(query.get('startTime')) && tsMs <= this.nowMs)
    const page = due.slice(0, Number(query.get('limit') ?? 100))
    return JSON.stringify(page.map(({ rate, tsMs }) => ({ symbol, fundingTime: tsMs, fundingRate: rate, markPrice: '106000.00000000' })))
  }
  /** Like the venue: from the start time on, the candle that is still growing included, never more than the limit. */
  #klines(query: URLSearchParams): string {
    const marketId = query.get('symbol') ?? ''
    const limit = Number(query.get('limit') ?? 500)
    const rows: unknown[] = []
    const startMs = Number(query.get('startTime'))
    const interval = query.get('interval') ?? ''
    if (isTimeframe(interval) && TIMEFRAME_MS[interval] > LENGTH_MS) return this.#longerKlines(marketId, query, interval)
    for (
      let openTimeMs = Math.ceil(startMs / LENGTH_MS) * LENGTH_MS;
      openTimeMs <= this.nowMs && rows.length < limit;
      openTimeMs += LENGTH_MS
    ) {
      if (openTimeMs >= this.listedSinceMs && !this.missing.get(marketId)?.has(openTimeMs))
        rows.push(klineRow(this.spoil(marketId, this.candle(marketId, openTimeMs))))
    }
    return JSON.stringify(rows)
  }
  #seriesOf(marketId: string): RecordedSeries | undefined {
    return this.#recording.series.find((series) => series.instrumentId.replace('/USDT:', '') === marketId)
  }
  /** The bar that is still growing included. */
  #longerKlines(marketId: string, query: URLSearchParams, timeframe: Timeframe): string {
    const earlier = this.#seriesOf(marketId)?.earlier
    const limit = Number(query.get('limit') ?? 500)
    const bars = earlier ? longerBars(earlier, { timeframe, untilMs: this.nowMs + TIMEFRAME_MS[timeframe], limit: 100_000 }) : null
    const rows = Array.from(bars?.openTimeMs ?? [], (openTimeMs, row) => {
      const at = (column: Float64Array | undefined): number => column?.[row] ?? Number.NaN
      return klineRow({
        openTimeMs,
        open: at(bars?.open),
        high: at(bars?.high),
        low: at(bars?.low),
        close: at(bars?.close),
        volume: at(bars?.volume),
      })
    })
    return JSON.stringify(rows.filter(([openTimeMs]) => Number(openTimeMs) >= Number(query.get('startTime'))).slice(0, limit))
  }
}

/** The twelve fields of the venue's candle list; what the recording does not hold is zero. */
const klineRow = ({ openTimeMs, open, high, low, close, volume }: Candle): unknown[] => [
  openTimeMs,
  String(open),
  String(high),
  String(low),
  String(close),
  String(volume),
  openTimeMs + LENGTH_MS - 1,
  '0',
  0,
  '0',
  '0',
  '0',
]
export const klineText = (marketId: string, candle: Candle, closed: boolean): string => {
  const { openTimeMs: t, open, high, low, close, volume } = candle
  const texts = { o: String(open), c: String(close), h: String(high), l: String(low), v: String(volume) }
  const k = { t, T: t + LENGTH_MS - 1, s: marketId, i: '1m', f: 100, L: 200, ...texts, n: 100, x: closed, q: '0', V: '0', Q: '0', B: '0' }
  return JSON.stringify({ e: 'kline', E: t + LENGTH_MS, s: marketId, k })
}
