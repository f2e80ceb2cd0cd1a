// Public streams: who listens to what, and events in Bybit's words.
import { toText } from '../../../src-shared/domain/decimal.ts'
import { openTimeOf } from '../core/candles.ts'
import type { Candle, MarketEvent } from '../core/events.ts'
import type { WireContext, WireSocket } from '../wire/contract.ts'
import type { StreamRequest } from './private-streams.ts'
import { INTERVALS, levelsOf, tickerRow } from './rest-market.ts'
import { execIdOf } from './words.ts'

const TOPIC = /^(?:orderbook\.(?:1|50|200|500|1000)|tickers|publicTrade|kline\.(?:\d+|[DW])|allLiquidation)\.([A-Z0-9]+)$/
const CANDLE_EVERY_MS = 250

export class MarketStreams {
  readonly #context: WireContext
  readonly #listeners = new Map<string, Set<WireSocket>>()
  /** When a throttled topic was last sent, in venue time. */
  readonly #sentMs = new Map<string, number>()
  /** The number of the last book message of a topic. */
  readonly #updates = new Map<string, number>()

  constructor(context: WireContext) {
    this.#context = context
  }

  close(socket: WireSocket): void {
    for (const [topic, sockets] of this.#listeners) {
      sockets.delete(socket)
      if (sockets.size === 0) this.#listeners.delete(topic)
    }
  }
  message(socket: WireSocket, { op, args, reqId }: StreamRequest): void {
    const answer = (fault: string | null): void => {
      const text = op === 'ping' ? 'pong' : (fault ?? '')
      socket.send(op, JSON.stringify({ success: fault === null, ret_msg: text, conn_id: 'practice', req_id: reqId, op }))
    }
    const topics = args.map(String)
    if (op === 'subscribe') {
      const wrong = topics.find((topic) => this.#context.core.market(TOPIC.exec(topic)?.[1] ?? '') === undefined)
      answer(wrong === undefined ? null : `error:handler not found,topic:${wrong}`)
      if (wrong === undefined) for (const topic of topics) this.#subscribe(topic, socket)
      return
    }
    if (op === 'unsubscribe') for (const topic of topics) this.#listeners.get(topic)?.delete(socket)
    answer(op === 'ping' || op === 'unsubscribe' ? null : `Request method ${op} is not supported`)
  }

  #subscribe(topic: string, socket: WireSocket): void {
    const sockets = this.#listeners.get(topic) ?? new Set<WireSocket>()
    sockets.add(socket)
    this.#listeners.set(topic, sockets)
    const symbol = TOPIC.exec(topic)?.[1] ?? ''
    const market = this.#context.core.market(symbol)
    if (market === undefined) return
    if (topic.startsWith('orderbook')) socket.send(topic, JSON.stringify(this.#snapshot(topic, symbol)))
    if (topic.startsWith('tickers')) socket.send(topic, JSON.stringify(this.#message(topic, 'snapshot', tickerRow(this.#context, market))))
  }

  onEvent(event: MarketEvent): void {
    if (this.#listeners.size === 0) return
    switch (event.type) {
      case 'book':
        return this.#book(event)
      case 'print':
        return this.#print(event)
      case 'mark':
        return this.#mark(event)
      case 'candle':
        return this.#candle(event)
      case 'liquidation':
        return this.#send(`allLiquidation.${event.symbol}`, () => {
          const S = event.order.side === 'buy' ? 'Sell' : 'Buy'
          return {
            data: [{ T: event.tsMs, s: event.symbol, S, v: toText(event.order.quantity), p: toText(event.price) }],
            type: 'snapshot',
          }
        })
      case 'instrument':
      case 'funding':
    }
  }

  #message = (topic: string, type: 'snapshot' | 'delta', data: unknown): Record<string, unknown> => ({
    topic,
    type,
    data,
    ts: this.#context.nowMs(),
  })
  /** Makes the message once, and only when somebody listens. */
  #send(topic: string, make: () => { data: unknown; type: 'snapshot' | 'delta' } & Record<string, unknown>): void {
    const sockets = this.#listeners.get(topic)
    if (sockets === undefined || sockets.size === 0) return
    const text = JSON.stringify({ topic, ts: this.#context.nowMs(), ...make() })
    for (const socket of sockets) socket.send(topic, text)
  }

  /** A book that is cut short is sent whole each time, one that has every level as changes. */
  #book(event: Extract<MarketEvent, { type: 'book' }>): void {
    for (const topic of this.#listeners.keys()) {
      if (!topic.startsWith('orderbook.') || !topic.endsWith(`.${event.symbol}`)) continue
      const isWhole = Number(topic.split('.')[1]) >= (this.#context.core.market(event.symbol)?.shape.levels ?? 0)
      this.#send(topic, () => {
        if (!isWhole)
          return { ...this.#snapshot(topic, event.symbol), type: 'snapshot' as const, data: this.#snapshot(topic, event.symbol)['data'] }
        const data = { s: event.symbol, b: levelsOf(event.bids), a: levelsOf(event.asks), u: this.#next(topic), seq: event.lastId }
        return { type: 'delta', data, cts: event.tsMs }
      })
    }
  }
  #snapshot(topic: string, symbol: string): Record<string, unknown> {
    const { lastId, bids, asks } = this.#context.core.snapshot(symbol, Number(topic.split('.')[1]))
    const data = { s: symbol, b: levelsOf(bids), a: levelsOf(asks), u: this.#next(topic), seq: lastId }
    return { ...this.#message(topic, 'snapshot', data), cts: this.#context.nowMs() }
  }
  #next(topic: string): number {
    const update = (this.#updates.get(topic) ?? 1_000) + 1
    this.#updates.set(topic, update)
    return update
  }

  #print(event: Extract<MarketEvent, { type: 'print' }>): void {
    const [p, v] = [toText(event.price), toText(event.quantity)]
    const S = event.takerSide === 'buy' ? 'Buy' : 'Sell'
    this.#send(`publicTrade.${event.symbol}`, () => ({
      type: 'snapshot',
      data: [{ T: event.tsMs, s: event.symbol, S, v, p, L: 'PlusTick', i: execIdOf(event.id), BT: false, RPI: false, seq: event.id }],
    }))
  }
  #mark(event: Extract<MarketEvent, { type: 'mark' }>): void {
    this.#send(`tickers.${event.symbol}`, () => {
      const market = this.#context.core.market(event.symbol)
      const whole = market === undefined ? {} : tickerRow(this.#context, market)
      const { symbol, lastPrice, markPrice, indexPrice, bid1Price, bid1Size, ask1Price, ask1Size } = whole
      const data = { symbol, lastPrice, markPrice, indexPrice, bid1Price, bid1Size, ask1Price, ask1Size }
      return { type: 'delta', data, cs: event.tsMs }
    })
  }

  #candle(event: Extract<MarketEvent, { type: 'candle' }>): void {
    const minuteEnd = event.candle.openMs + 60_000
    for (const [interval, lengthMs] of Object.entries(INTERVALS)) {
      const topic = `kline.${interval}.${event.symbol}`
      if (!this.#listeners.has(topic)) continue
      const isEnd = openTimeOf(minuteEnd, lengthMs) === minuteEnd
      if (event.isClosed ? !isEnd : !this.#isDue(topic)) continue
      const range = { lengthMs, fromMs: openTimeOf(event.candle.openMs, lengthMs), toMs: minuteEnd - 1, limit: 1 }
      const candle = lengthMs === 60_000 ? event.candle : this.#context.core.candles(event.symbol, range)[0]
      const data = candle && [candleRow(candle, { interval, lengthMs, isClosed: event.isClosed, nowMs: this.#context.nowMs() })]
      if (data) this.#send(topic, () => ({ type: 'snapshot', data }))
    }
  }
  #isDue(topic: string): boolean {
    const { nowMs } = this.#context.core
    if (nowMs - (this.#sentMs.get(topic) ?? Number.NEGATIVE_INFINITY) < CANDLE_EVERY_MS) return false
    this.#sentMs.set(topic, nowMs)
    return true
  }
}

const candleRow = (
  candle: Candle,
  of: { readonly interval: string; readonly lengthMs: number; readonly isClosed: boolean; readonly nowMs: number },
): Record<string, unknown> => ({
  start: candle.openMs,
  end: candle.openMs + of.lengthMs - 1,
  interval: of.interval,
  open: String(candle.open),
  close: String(candle.close),
  high: String(candle.high),
  low: String(candle.low),
  volume: candle.volume.toFixed(3),
  turnover: candle.quoteVolume.toFixed(4),
  confirm: of.isClosed,
  timestamp: of.nowMs,
})
