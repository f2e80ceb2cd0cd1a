// A venue on the loopback interface that speaks the book part of Binance USDT-M: depth on /public, trades and forced orders on /market, snapshots by
// request. The test moves its book.
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import type { BookEndpoints } from '../../src-main/adapters/binance-stream/live-book-feed.ts'

type Levels = readonly (readonly [price: string, quantity: string])[]

export class LoopbackBook {
  readonly #server: Server = createServer((request, response) => this.#answer(request, response))
  readonly #sockets = new WebSocketServer({ noServer: true })
  readonly #paths = new Map<WebSocket, string>()
  readonly #bids = new Map<string, string>()
  readonly #asks = new Map<string, string>()
  #id = 1_000
  #tradeId = 5
  nowMs: number
  /** HTTP status of snapshots, and whether stream connections are let in. */
  status = 200
  letsIn = true
  /** Sent with snapshots. */
  headers: Readonly<Record<string, string>> = {}
  /** While true, snapshots are answered by `answerHeld` only. */
  holds = false
  readonly #held: (() => void)[] = []
  /** Replaces the body of the next snapshots. */
  body: string | null = null
  readonly snapshots: string[] = []
  connections: string[] = []

  constructor(nowMs: number) {
    this.nowMs = nowMs
    this.#server.on('upgrade', (request, socket, head) => {
      if (!this.letsIn) return void socket.end('HTTP/1.1 503 Refused\r\nConnection: close\r\n\r\n')
      this.#sockets.handleUpgrade(request, socket, head, (client) => {
        this.connections.push(request.url ?? '')
        this.#paths.set(client, request.url ?? '')
        client.on('close', () => this.#paths.delete(client))
      })
    })
  }

  async listen(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done))
  }
  async close(): Promise<void> {
    this.drop()
    this.#server.closeAllConnections()
    await new Promise<void>((done) => this.#server.close(() => done()))
  }
  get openSockets(): number {
    return this.#paths.size
  }
  get endpoints(): BookEndpoints {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the loopback venue is not listening')
    const host = `127.0.0.1:${address.port}`
    return { restOrigin: `http://${host}`, streamOrigin: `ws://${host}` }
  }
  drop(): void {
    for (const socket of this.#paths.keys()) socket.terminate()
  }

  /** One change of the book. A silent one never reaches anybody: the next one shows a hole. */
  move(bids: Levels, asks: Levels, silent = false): void {
    const previous = this.#id
    this.#id += 10
    for (const [levels, side] of [
      [bids, this.#bids],
      [asks, this.#asks],
    ] as const) {
      for (const [price, quantity] of levels) {
        if (Number(quantity) === 0) side.delete(price)
        else side.set(price, quantity)
      }
    }
    const data = {
      e: 'depthUpdate',
      E: this.nowMs,
      T: this.nowMs,
      s: 'BTCUSDT',
      U: previous + 1,
      u: this.#id,
      pu: previous,
      b: bids,
      a: asks,
    }
    if (!silent) this.sendPublic(JSON.stringify({ stream: 'btcusdt@depth@100ms', data }))
  }
  /** A silent one never reaches anybody: the next one shows a hole. */
  trade(price: string, quantity: string, { isMaker = false, silent = false } = {}): void {
    this.#tradeId += 1
    const a = this.#tradeId
    const data = { e: 'aggTrade', E: this.nowMs, a, s: 'BTCUSDT', p: price, q: quantity, f: 1, l: 1, T: this.nowMs, m: isMaker }
    if (!silent) this.#send('/market/', JSON.stringify({ stream: 'btcusdt@aggTrade', data }))
  }
  forced(price: string, quantity: string, side: 'BUY' | 'SELL'): void {
    const o = { s: 'BTCUSDT', S: side, o: 'LIMIT', q: quantity, p: price, ap: price, X: 'FILLED', l: quantity, z: quantity, T: this.nowMs }
    this.#send('/market/', JSON.stringify({ stream: 'btcusdt@forceOrder', data: { e: 'forceOrder', E: this.nowMs, o } }))
  }
  /** The price that liquidations go by, told of every second also when nobody trades. */
  markPrice(price: string): void {
    const data = { e: 'markPriceUpdate', E: this.nowMs, s: 'BTCUSDT', p: price, i: price, P: price, r: '0.00010000', T: this.nowMs }
    this.#send('/market/', JSON.stringify({ stream: 'btcusdt@markPrice@1s', data }))
  }
  sendPublic(text: string): void {
    this.#send('/public/', text)
  }

  #send(path: string, text: string): void {
    for (const [socket, url] of this.#paths) if (url.startsWith(path)) socket.send(text)
  }
  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.snapshots.push(request.url ?? '')
    if (this.holds) this.#held.push(() => this.#reply(response))
    else this.#reply(response)
  }
  /** Answers the oldest of the requests that are held. */
  answerHeld(): void {
    this.#held.shift()?.()
  }
  #reply(response: ServerResponse): void {
    response.writeHead(this.status, { 'content-type': 'application/json', ...this.headers })
    const bids = [...this.#bids].toSorted(([a], [b]) => Number(b) - Number(a))
    const asks = [...this.#asks].toSorted(([a], [b]) => Number(a) - Number(b))
    response.end(this.body ?? JSON.stringify({ lastUpdateId: this.#id, E: this.nowMs, T: this.nowMs, bids, asks }))
  }
}
