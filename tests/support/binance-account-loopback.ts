// An account of Binance USDT-M on the loopback interface: signed requests, both lists of orders, trades, positions, the private stream. It matches
// nothing by itself: the test says what fills, what fires and what goes wrong.
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { resolve } from 'node:path'
import { type WebSocket, WebSocketServer } from 'ws'

type Params = Readonly<Record<string, string>>
type Answer = { readonly status?: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
type Row = Record<string, string | number | boolean>
/** `drop`: the order is carried out and the connection reset. `hang`: no answer. `truncate`: half of the answer. `lose`: reset, nothing carried out. */
export type LoopbackFault = 'drop' | 'hang' | 'truncate' | 'lose' | Answer

const fixture: { exchangeInfo: string } = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../fixtures/market/binance-payloads.json'), 'utf8'),
)
const refused = (code: number, msg: string): Answer => ({ status: 400, body: { code, msg } })

export class BinanceAccountLoopback {
  readonly key = 'loopback-key-0123456789'
  readonly secret = 'loopback-secret-9876543210'
  readonly #server: Server = createServer((request, response) => void this.#read(request, response))
  readonly #sockets = new WebSocketServer({ noServer: true })
  readonly plain = new Map<string, Row>()
  readonly algo = new Map<string, Row>()
  readonly trades: Row[] = []
  readonly positions = new Map<string, { amount: number; entry: number; updateTime: number }>()
  /** `METHOD /path`, in order of arrival, with their parameters. */
  readonly requests: { readonly what: string; readonly params: Params; readonly headers: IncomingMessage['headers'] }[] = []
  /** Faults of the next requests, by `METHOD /path`. */
  readonly faults = new Map<string, LoopbackFault[]>()
  headers: Record<string, string> = {}
  wallet = '10000.00000000'
  hedgeMode = false
  clockOffsetMs = 0
  rights: Row | null = {
    ipRestrict: true,
    enableFutures: true,
    enableWithdrawals: false,
    enableReading: true,
    tradingAuthorityExpirationTime: 0,
  }
  /** False: new private connections are turned away. */
  letsIn = true
  /** Whether orders are told of by stream. */
  tells = true
  streamPath = /^\/private\/ws\?listenKey=/
  listenKeys = 0
  connections: string[] = []
  #nextId = 1_000

  constructor() {
    this.#server.on('upgrade', (request, socket, head) => {
      const path = request.url ?? ''
      if (!this.letsIn || !this.streamPath.test(path)) return void socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
      this.#sockets.handleUpgrade(request, socket, head, () => this.connections.push(path))
    })
  }
  async listen(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done))
    return this
  }
  async close(): Promise<void> {
    this.dropStreams()
    this.#server.closeAllConnections()
    await new Promise<void>((done) => this.#server.close(() => done()))
  }
  get port(): number {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the loopback account is not listening')
    return address.port
  }
  get endpoints(): { restOrigin: string; streamOrigin: string } {
    return { restOrigin: `http://127.0.0.1:${this.port}`, streamOrigin: `ws://127.0.0.1:${this.port}` }
  }
  get openStreams(): number {
    return this.#sockets.clients.size
  }
  get streams(): readonly WebSocket[] {
    return [...this.#sockets.clients]
  }
  dropStreams(): void {
    for (const socket of this.#sockets.clients) socket.terminate()
  }
  /** Resolves when everything sent so far has been read at both ends, and what was answered to it too: a pong comes after the messages before its ping. */
  async heard(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(
        this.streams.map((socket) => {
          return new Promise<void>((resolve) => {
            const done = (): void => {
              socket.off('pong', done).off('close', done)
              resolve()
            }
            socket.on('pong', done).on('close', done).ping()
          })
        }),
      )
      // Requests and answers that are on their way pass in the same turns.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  fail(what: string, ...faults: LoopbackFault[]): void {
    this.faults.set(what, [...(this.faults.get(what) ?? []), ...faults])
  }
  asked(what: string): number {
    return this.requests.filter((request) => request.what === what).length
  }
  now(): number {
    return Date.now() + this.clockOffsetMs
  }
  tell(event: object): void {
    for (const socket of this.#sockets.clients) socket.send(JSON.stringify(event))
  }

  // ---- what the test lets happen -------------------------------------------------------------------------------

  /** Part or all of a plain order trades. Returns the row of the trade. */
  fill(clientId: string, qty: string, price: string, options: { readonly tell?: boolean } = {}): Row {
    const order = this.#plainOrThrow(clientId)
    const executed = Number(order['executedQty']) + Number(qty)
    order['executedQty'] = String(executed)
    order['status'] = executed >= Number(order['origQty']) ? 'FILLED' : 'PARTIALLY_FILLED'
    order['updateTime'] = this.now()
    const trade: Row = {
      symbol: String(order['symbol']),
      id: this.#nextId++,
      orderId: Number(order['orderId']),
      side: String(order['side']),
      price,
      qty,
      quoteQty: '0',
      realizedPnl: '0',
      commission: String(Number(qty) * Number(price) * 0.0005),
      commissionAsset: 'USDT',
      maker: false,
      buyer: order['side'] === 'BUY',
      positionSide: 'BOTH',
      time: this.now(),
    }
    this.trades.push(trade)
    const held = this.positions.get(String(order['symbol'])) ?? { amount: 0, entry: 0, updateTime: 0 }
    const amount = held.amount + (order['side'] === 'BUY' ? 1 : -1) * Number(qty)
    this.positions.set(String(order['symbol']), { amount: Number(amount.toFixed(8)), entry: Number(price), updateTime: this.now() })
    if (options.tell !== false) this.tellOrder(order, 'TRADE', trade)
    return trade
  }
  /** A conditional order fires and becomes a plain market order. Returns that one's client id. */
  fire(algoClientId: string, options: { readonly childName?: string; readonly tell?: boolean } = {}): string {
    const algo = this.algo.get(algoClientId)
    if (algo === undefined) throw new Error(`no algo order ${algoClientId}`)
    const childName = options.childName ?? `child_${algoClientId}`
    const child = this.#newPlain({ symbol: String(algo['symbol']), side: String(algo['side']), type: 'MARKET', quantity: String(algo['quantity']), reduceOnly: 'true', newClientOrderId: childName }) // prettier-ignore
    algo['algoStatus'] = 'TRIGGERED'
    algo['actualOrderId'] = String(child['orderId'])
    if (options.tell !== false) {
      this.tellAlgo(algo, 'TRIGGERED')
      this.tellOrder(child, 'NEW')
    }
    return childName
  }
  finish(algoClientId: string, options: { readonly tell?: boolean } = {}): void {
    const algo = this.algo.get(algoClientId)
    if (algo === undefined) throw new Error(`no algo order ${algoClientId}`)
    algo['algoStatus'] = 'FINISHED'
    if (options.tell !== false) this.tellAlgo(algo, 'FINISHED')
  }
  end(clientId: string, how: 'CANCELED' | 'EXPIRED', options: { readonly tell?: boolean } = {}): void {
    const order = this.#plainOrThrow(clientId)
    order['status'] = how
    if (options.tell !== false) this.tellOrder(order, how)
  }
  tellOrder(order: Row, x: string, trade?: Row): void {
    if (!this.tells) return
    const o = {
      s: order['symbol'],
      c: order['clientOrderId'],
      S: order['side'],
      o: order['type'],
      f: order['timeInForce'],
      q: order['origQty'],
      p: order['price'],
      ap: '0',
      sp: '0',
      x,
      X: order['status'],
      i: order['orderId'],
      l: trade?.['qty'] ?? '0',
      z: order['executedQty'],
      L: trade?.['price'] ?? '0',
      ...(trade && { n: trade['commission'], N: trade['commissionAsset'] }),
      T: trade?.['time'] ?? this.now(),
      t: trade?.['id'] ?? 0,
      m: trade?.['maker'] ?? false,
      R: order['reduceOnly'],
      wt: 'CONTRACT_PRICE',
      ot: order['origType'],
      ps: 'BOTH',
      cp: false,
    }
    this.tell({ e: 'ORDER_TRADE_UPDATE', E: this.now(), T: this.now(), o })
  }
  tellAlgo(algo: Row, X: string): void {
    if (!this.tells) return
    const o = {
      caid: algo['clientAlgoId'],
      aid: algo['algoId'],
      at: 'CONDITIONAL',
      o: algo['orderType'],
      s: algo['symbol'],
      S: algo['side'],
      ps: 'BOTH',
      f: 'GTC',
      q: algo['quantity'],
      X,
      ai: algo['actualOrderId'],
      ap: '0',
      aq: '0',
      tp: algo['triggerPrice'],
      p: '0',
      wt: algo['workingType'],
      cp: false,
      R: algo['reduceOnly'],
    }
    this.tell({ e: 'ALGO_UPDATE', E: this.now(), T: this.now(), o })
  }

  // ---- requests ------------------------------------------------------------------------------------------------

  async #read(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const url = new URL(request.url ?? '/', 'http://loopback')
    const what = `${request.method ?? 'GET'} ${url.pathname}`
    const raw = url.search.slice(1) + text
    const params: Params = Object.fromEntries(new URLSearchParams(raw))
    this.requests.push({ what, params, headers: request.headers })
    const fault = this.faults.get(what)?.shift()
    if (fault === 'hang') return
    if (fault === 'lose') return void request.socket.destroy()
    const answer = typeof fault === 'object' ? fault : this.#answer(what, params, { raw, apiKey: request.headers['x-mbx-apikey'] })
    if (fault === 'drop') return void request.socket.destroy()
    const body = JSON.stringify(answer.body)
    response.writeHead(answer.status ?? 200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...this.headers,
      ...answer.headers,
    })
    if (fault !== 'truncate') return void response.end(body)
    response.write(body.slice(0, Math.floor(body.length / 2)))
    setImmediate(() => request.socket.destroy())
  }

  #answer(what: string, params: Params, { raw, apiKey }: { raw: string; apiKey: unknown }): Answer {
    if (what === 'GET /fapi/v1/time') return { body: { serverTime: this.now() } }
    if (what === 'GET /fapi/v1/exchangeInfo') return { body: JSON.parse(fixture.exchangeInfo) }
    if (what === 'GET /fapi/v1/fundingRate') return { body: [] }
    if (apiKey !== this.key) return { status: 401, body: { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' } }
    if (what.endsWith('/fapi/v1/listenKey')) return { body: { listenKey: `listen-${(this.listenKeys += 1)}` } }
    const unsigned = raw.replace(/&?signature=[0-9a-f]+$/, '')
    if (createHmac('sha256', this.secret).update(unsigned).digest('hex') !== params['signature'])
      return refused(-1022, 'Signature for this request is not valid.')
    const age = this.now() - Number(params['timestamp'])
    if (age > Number(params['recvWindow'] ?? 5_000) || age < -1_000)
      return refused(-1021, 'Timestamp for this request is outside of the recvWindow.')
    return this.#signed(what, params)
  }

  #signed(what: string, params: Params): Answer {
    const symbol = params['symbol'] ?? ''
    switch (what) {
      case 'GET /fapi/v1/positionSide/dual':
        return { body: { dualSidePosition: this.hedgeMode } }
      case 'GET /fapi/v1/commissionRate':
        return { body: { symbol, makerCommissionRate: '0.00018', takerCommissionRate: '0.00045' } }
      case 'GET /fapi/v1/leverageBracket':
        return { body: [{ symbol, brackets: [{ bracket: 1, initialLeverage: 75, notionalCap: 50_000, notionalFloor: 0, maintMarginRatio: 0.0065, cum: 0 }] }] } // prettier-ignore
      case 'POST /fapi/v1/leverage':
      case 'POST /fapi/v1/marginType':
        return { body: { code: 200, msg: 'success' } }
      case 'GET /fapi/v3/positionRisk':
        return { body: [...this.positions].map(([name, held]) => positionRow(name, held)) }
      case 'GET /fapi/v3/balance':
        return { body: [{ asset: 'BNB', balance: '0' }, { asset: 'USDT', balance: this.wallet }] } // prettier-ignore
      case 'GET /fapi/v1/openOrders':
        return { body: [...this.plain.values()].filter((row) => row['symbol'] === symbol && isOpen(row['status'])) }
      case 'GET /fapi/v1/openAlgoOrders':
        return { body: [...this.algo.values()].filter((row) => row['symbol'] === symbol && row['algoStatus'] === 'NEW') }
      case 'GET /fapi/v1/userTrades':
        return { body: this.#tradesFor(params) }
      case 'GET /fapi/v1/income':
        return { body: [] }
      case 'GET /sapi/v1/account/apiRestrictions':
        return this.rights === null ? { status: 404, body: {} } : { body: this.rights }
      default:
        return what.endsWith('/algoOrder') ? this.#algoOrder(what, params) : this.#plainOrder(what, params)
    }
  }
  #plainOrder(what: string, params: Params): Answer {
    if (what === 'POST /fapi/v1/order') {
      const id = params['newClientOrderId'] ?? ''
      if (isOpen(this.plain.get(id)?.['status'])) return refused(-4116, 'ClientOrderId is duplicated.')
      const row = this.#newPlain(params)
      this.tellOrder(row, 'NEW')
      return { body: row }
    }
    const row =
      [...this.plain.values()].find((each) => String(each['orderId']) === params['orderId']) ??
      this.plain.get(params['origClientOrderId'] ?? '')
    if (what === 'GET /fapi/v1/order') return row === undefined ? refused(-2013, 'Order does not exist.') : { body: row }
    if (what !== 'DELETE /fapi/v1/order') return { status: 404, body: {} }
    if (row === undefined || !isOpen(row['status'])) return refused(-2011, 'Unknown order sent.')
    row['status'] = 'CANCELED'
    this.tellOrder(row, 'CANCELED')
    return { body: row }
  }
  #algoOrder(what: string, params: Params): Answer {
    const id = params['clientAlgoId'] ?? ''
    if (what === 'POST /fapi/v1/algoOrder') {
      if (this.algo.get(id)?.['algoStatus'] === 'NEW') return refused(-4116, 'ClientOrderId is duplicated.')
      const row: Row = {
        algoId: this.#nextId++,
        clientAlgoId: id,
        algoType: 'CONDITIONAL',
        orderType: params['type'] ?? '',
        symbol: params['symbol'] ?? '',
        side: params['side'] ?? '',
        positionSide: 'BOTH',
        quantity: params['quantity'] ?? '',
        algoStatus: 'NEW',
        actualOrderId: '',
        triggerPrice: params['triggerPrice'] ?? '',
        price: '0.00',
        workingType: params['workingType'] ?? '',
        closePosition: false,
        reduceOnly: params['reduceOnly'] === 'true',
        createTime: this.now(),
        updateTime: this.now(),
      }
      this.algo.set(id, row)
      this.tellAlgo(row, 'NEW')
      return { body: row }
    }
    const row = this.algo.get(id)
    if (what === 'GET /fapi/v1/algoOrder') return row === undefined ? refused(-2013, 'Order does not exist.') : { body: row }
    if (what !== 'DELETE /fapi/v1/algoOrder') return { status: 404, body: {} }
    if (row?.['algoStatus'] !== 'NEW') return refused(-2011, 'Unknown order sent.')
    row['algoStatus'] = 'CANCELED'
    this.tellAlgo(row, 'CANCELED')
    return { body: { algoId: row['algoId'], clientAlgoId: id, code: '200', msg: 'success' } }
  }
  #tradesFor(params: Params): Row[] {
    const from = Number(params['fromId'] ?? 0)
    const start = Number(params['startTime'] ?? 0)
    return this.trades
      .filter((row) => row['symbol'] === params['symbol'] && Number(row['id']) >= from && Number(row['time']) >= start)
      .filter((row) => params['orderId'] === undefined || String(row['orderId']) === params['orderId'])
      .slice(0, Number(params['limit'] ?? 500))
  }
  #newPlain(params: Params): Row {
    const id = params['newClientOrderId'] ?? ''
    const type = params['type'] ?? 'MARKET'
    const row: Row = {
      orderId: this.#nextId++,
      symbol: params['symbol'] ?? '',
      status: 'NEW',
      clientOrderId: id,
      price: params['price'] ?? '0',
      avgPrice: '0.00',
      origQty: params['quantity'] ?? '0',
      executedQty: '0',
      cumQuote: '0',
      timeInForce: params['timeInForce'] ?? 'GTC',
      type,
      origType: type,
      reduceOnly: params['reduceOnly'] === 'true',
      closePosition: false,
      side: params['side'] ?? '',
      positionSide: 'BOTH',
      stopPrice: '0',
      workingType: 'CONTRACT_PRICE',
      time: this.now(),
      updateTime: this.now(),
    }
    this.plain.set(id, row)
    return row
  }
  #plainOrThrow(clientId: string): Row {
    const order = this.plain.get(clientId)
    if (order === undefined) throw new Error(`no order ${clientId}`)
    return order
  }
}

const isOpen = (status: unknown): boolean => status === 'NEW' || status === 'PARTIALLY_FILLED'
const positionRow = (symbol: string, held: { amount: number; entry: number; updateTime: number }): Row => ({
  symbol,
  positionSide: 'BOTH',
  positionAmt: String(held.amount),
  entryPrice: String(held.entry),
  breakEvenPrice: '0',
  markPrice: String(held.entry),
  unRealizedProfit: '0',
  liquidationPrice: '0',
  isolatedMargin: '0',
  notional: '0',
  marginAsset: 'USDT',
  updateTime: held.updateTime,
})
