// Public streams: who listens to what, and events in Binance's words.
import { toText } from '../../../src-shared/domain/decimal.ts'
import { openTimeOf } from '../core/candles.ts'
import type { BookLevel, Candle, MarketEvent } from '../core/events.ts'
import type { WireContext, WireSocket } from '../wire/contract.ts'
import { INTERVALS } from './rest-market.ts'
import { POSITION_SIDE, TIME_IN_FORCE, averageOf, upper } from './words.ts'

/** Which host path a stream is served on. On any other it is acknowledged and nothing ever comes. */
export type Category = 'public' | 'market' | 'private' | 'legacy'
const PUBLIC_STREAM = /@(depth|rpiDepth|bookTicker|trade)|^!bookTicker/
export const categoryOf = (stream: string): Category => (PUBLIC_STREAM.test(stream) ? 'public' : 'market')

type Listener = { readonly socket: WireSocket; readonly wraps: boolean }

export class MarketStreams {
  readonly #context: WireContext
  readonly #listeners = new Map<string, Map<WireSocket, Listener>>()
  /** When a throttled stream was last sent, in venue time. */
  readonly #sentMs = new Map<string, number>()

  constructor(context: WireContext) {
    this.#context = context
  }

  subscribe(stream: string, listener: Listener): void {
    const listeners = this.#listeners.get(stream) ?? new Map<WireSocket, Listener>()
    listeners.set(listener.socket, listener)
    this.#listeners.set(stream, listeners)
  }
  unsubscribe(stream: string, socket: WireSocket): void {
    const listeners = this.#listeners.get(stream)
    listeners?.delete(socket)
    if (listeners?.size === 0) {
      this.#listeners.delete(stream)
      this.#sentMs.delete(stream)
    }
  }

  onEvent(event: MarketEvent): void {
    if (this.#listeners.size === 0) return
    const name = event.symbol.toLowerCase()
    switch (event.type) {
      case 'book':
        this.#book(name, event)
        break
      case 'print':
        this.#print(name, event)
        break
      case 'mark':
        this.#mark(name, event)
        break
      case 'candle':
        this.#candle(name, event)
        break
      case 'liquidation':
        this.#send([`${name}@forceOrder`, '!forceOrder@arr'], () => ({ e: 'forceOrder', E: this.#E(), o: forceOrderOf(event) }))
        break
      case 'instrument':
        this.#send(['!contractInfo'], () => ({
          e: 'contractInfo',
          E: this.#E(),
          s: event.symbol,
          ps: event.symbol,
          ct: 'PERPETUAL',
          cs: upper(event.status),
        }))
        break
      case 'funding':
    }
  }

  #E = (): number => this.#context.nowMs()

  /** Makes the message once, and only when somebody listens. */
  #send(streams: readonly string[], make: () => unknown): void {
    let text: string | null = null
    for (const stream of streams) {
      for (const { socket, wraps } of this.#listeners.get(stream)?.values() ?? []) {
        text ??= JSON.stringify(make())
        socket.send(stream, wraps ? `{"stream":"${stream}","data":${text}}` : text)
      }
    }
  }

  #isDue(stream: string, everyMs: number): boolean {
    if (!this.#listeners.has(stream)) return false
    const nowMs = this.#context.core.nowMs
    if (nowMs - (this.#sentMs.get(stream) ?? Number.NEGATIVE_INFINITY) < everyMs) return false
    this.#sentMs.set(stream, nowMs)
    return true
  }

  #book(name: string, event: Extract<MarketEvent, { type: 'book' }>): void {
    const { symbol, tsMs: T } = event
    this.#send([`${name}@depth@100ms`, `${name}@depth`, `${name}@depth@500ms`, `${name}@depth@0ms`], () => ({
      e: 'depthUpdate',
      E: this.#E(),
      T,
      s: symbol,
      ps: symbol,
      st: 1,
      U: event.firstId,
      u: event.lastId,
      pu: event.previousId,
      b: textsOf(event.bids),
      a: textsOf(event.asks),
    }))
    for (const levels of [5, 10, 20]) this.#partial(name, event, levels)
    this.#send([`${name}@bookTicker`, '!bookTicker'], () => {
      const { bids, asks } = this.#context.core.snapshot(symbol, 1)
      const [bid, ask] = [textsOf(bids)[0] ?? ['0', '0'], textsOf(asks)[0] ?? ['0', '0']]
      return { e: 'bookTicker', u: event.lastId, E: this.#E(), T, s: symbol, b: bid[0], B: bid[1], a: ask[0], A: ask[1], st: 1, ps: symbol }
    })
  }

  #partial(name: string, event: Extract<MarketEvent, { type: 'book' }>, levels: number): void {
    const streams = [`${name}@depth${levels}`, `${name}@depth${levels}@100ms`, `${name}@depth${levels}@500ms`]
    this.#send(streams, () => {
      const { bids, asks } = this.#context.core.snapshot(event.symbol, levels)
      const ids = { U: event.firstId, u: event.lastId, pu: event.previousId }
      return { e: 'depthUpdate', E: this.#E(), T: event.tsMs, s: event.symbol, ...ids, b: textsOf(bids), a: textsOf(asks) }
    })
  }

  #print(name: string, event: Extract<MarketEvent, { type: 'print' }>): void {
    const [p, q, m] = [toText(event.price), toText(event.quantity), event.takerSide === 'sell']
    const common = { s: event.symbol, p, q, T: event.tsMs, m, st: 1 }
    this.#send([`${name}@aggTrade`], () => ({ e: 'aggTrade', E: this.#E(), a: event.id, f: event.id, l: event.id, nq: q, ...common }))
    this.#send([`${name}@trade`], () => ({ e: 'trade', E: this.#E(), t: event.id, X: 'MARKET', ...common }))
  }

  #mark(name: string, event: Extract<MarketEvent, { type: 'mark' }>): void {
    const make = (): unknown => ({
      e: 'markPriceUpdate',
      E: this.#E(),
      s: event.symbol,
      p: toText(event.mark),
      i: toText(event.index),
      P: toText(event.index),
      r: toText(event.fundingRate),
      T: event.nextFundingMs,
      st: 1,
    })
    const due = [`${name}@markPrice@1s`].filter((stream) => this.#isDue(stream, 1_000))
    if (this.#isDue(`${name}@markPrice`, 3_000)) due.push(`${name}@markPrice`)
    this.#send(due, make)
    this.#send(['!markPrice@arr', '!markPrice@arr@1s'], () => [make()])
  }

  #candle(name: string, event: Extract<MarketEvent, { type: 'candle' }>): void {
    const minuteEnd = event.candle.openMs + 60_000
    for (const [interval, lengthMs] of Object.entries(INTERVALS)) {
      const stream = `${name}@kline_${interval}`
      if (!this.#listeners.has(stream)) continue
      const isEnd = openTimeOf(minuteEnd, lengthMs) === minuteEnd
      if (event.isClosed ? !isEnd : !this.#isDue(stream, 250)) continue
      const openMs = openTimeOf(event.candle.openMs, lengthMs)
      const range = { lengthMs, fromMs: openMs, toMs: minuteEnd - 1, limit: 1 }
      const candle = lengthMs === 60_000 ? event.candle : this.#context.core.candles(event.symbol, range)[0]
      if (candle) this.#send([stream], () => this.#kline(event.symbol, { candle, interval, lengthMs, isClosed: event.isClosed }))
    }
  }

  #kline(s: string, of: { candle: Candle; interval: string; lengthMs: number; isClosed: boolean }): unknown {
    const { candle } = of
    const k = {
      t: candle.openMs,
      T: candle.openMs + of.lengthMs - 1,
      s,
      i: of.interval,
      f: 1,
      L: candle.trades,
      o: String(candle.open),
      c: String(candle.close),
      h: String(candle.high),
      l: String(candle.low),
      v: candle.volume.toFixed(3),
      n: candle.trades,
      x: of.isClosed,
      q: candle.quoteVolume.toFixed(5),
      V: candle.takerBuyVolume.toFixed(3),
      Q: candle.takerBuyQuote.toFixed(5),
      B: '0',
    }
    return { e: 'kline', E: this.#E(), s, k }
  }
}

const textsOf = (levels: readonly BookLevel[]): string[][] => levels.map(([at, amount]) => [toText(at), toText(amount)])

function forceOrderOf({ order, price }: Extract<MarketEvent, { type: 'liquidation' }>): Record<string, unknown> {
  return {
    s: order.symbol,
    S: upper(order.side),
    o: 'LIMIT',
    f: TIME_IN_FORCE.ioc,
    q: toText(order.quantity),
    p: toText(price),
    ap: toText(averageOf(order)),
    X: 'FILLED',
    l: toText(order.quantity),
    z: toText(order.filled),
    T: order.updatedMs,
    ps: POSITION_SIDE[order.positionSide],
  }
}
