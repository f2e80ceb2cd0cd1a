// Public channels: who listens to what, and events in OKX's words.
import { toText } from '../../../src-shared/domain/decimal.ts'
import { openTimeOf } from '../core/candles.ts'
import type { MarketEvent } from '../core/events.ts'
import type { WireContext, WireSocket } from '../wire/contract.ts'
import type { Arg } from './private-streams.ts'
import { BARS, candleRow, checksumOf, fundingJson, instrumentJson, levelsOf, printJson, tickerJson } from './rest-market.ts'

const DEPTHS: Readonly<Record<string, number>> = { books: 400, 'books-l2-tbt': 400, 'books50-l2-tbt': 50, books5: 5, 'bbo-tbt': 1 }
/** A snapshot first, then changes that follow on; the others are whole each time. */
const isChained = (channel: string): boolean => ['books', 'books-l2-tbt', 'books50-l2-tbt'].includes(channel)
const PLAIN = ['tickers', 'trades', 'mark-price', 'funding-rate', 'instruments', ...Object.keys(DEPTHS)]
const CANDLE = /^candle(.+)$/
/** On which address a channel is served, or null where there is no such channel. */
export function servedOn(channel: string): 'public' | 'business' | null {
  if (PLAIN.includes(channel)) return 'public'
  return BARS[CANDLE.exec(channel)?.[1] ?? ''] === undefined ? null : 'business'
}

export class MarketStreams {
  readonly #context: WireContext
  /** By channel and contract. */
  readonly #listeners = new Map<string, Map<WireSocket, Arg>>()
  /** When a throttled channel was last sent, in venue time. */
  readonly #sentMs = new Map<string, number>()

  constructor(context: WireContext) {
    this.#context = context
  }

  /** False when there is no such contract. */
  subscribe(socket: WireSocket, arg: Arg): boolean {
    const market = this.#context.core.market(String(arg['instId']))
    if (arg.channel !== 'instruments' && !market) return false
    const key = keyOf(arg)
    const listeners = this.#listeners.get(key) ?? new Map<WireSocket, Arg>()
    listeners.set(socket, arg)
    this.#listeners.set(key, listeners)
    if (arg.channel === 'instruments') this.#send(socket, arg, { data: [...this.#context.core.state.markets.values()].map(instrumentJson) })
    else if (market && DEPTHS[arg.channel] !== undefined) this.#snapshot(socket, arg, market.instrument.symbol)
    return true
  }
  unsubscribe(socket: WireSocket, arg: Arg | null): void {
    for (const [key, listeners] of this.#listeners) {
      if (arg === null || key === keyOf(arg)) listeners.delete(socket)
      if (listeners.size === 0) this.#listeners.delete(key)
    }
  }

  onEvent(event: MarketEvent): void {
    if (this.#listeners.size === 0) return
    const { symbol } = event
    const market = this.#context.core.market(symbol)
    if (!market) return
    switch (event.type) {
      case 'book':
        this.#book(event)
        if (this.#isDue('tickers', symbol, 100)) this.#tell('tickers', symbol, () => [tickerJson({ context: this.#context }, market)])
        break
      case 'print':
        this.#tell('trades', symbol, () => [{ ...printJson(symbol, event), count: '1' }])
        break
      case 'mark':
        this.#tell('mark-price', symbol, () => [
          { instId: symbol, instType: 'SWAP', markPx: toText(event.mark), ts: String(this.#context.nowMs()) },
        ])
        if (this.#isDue('funding-rate', symbol, 30_000))
          this.#tell('funding-rate', symbol, () => [fundingJson(market, this.#context.nowMs())])
        break
      case 'candle':
        this.#candle(event)
        break
      case 'instrument':
        this.#tell('instruments', '', () => [instrumentJson(market)])
        break
      case 'funding':
      case 'liquidation':
    }
  }

  #send(socket: WireSocket, arg: Arg, body: { readonly data: readonly unknown[]; readonly action?: string }): void {
    socket.send(arg.channel, JSON.stringify({ arg, ...body }))
  }
  /** Makes the rows once, and only when somebody listens. */
  #tell(channel: string, symbol: string, make: () => readonly unknown[]): void {
    let data: readonly unknown[] | null = null
    for (const [socket, arg] of this.#listeners.get(`${channel} ${symbol}`) ?? []) {
      data ??= make()
      this.#send(socket, arg, isChained(channel) ? { action: 'update', data } : { data })
    }
  }
  #isDue(channel: string, symbol: string, everyMs: number): boolean {
    const key = `${channel} ${symbol}`
    const { nowMs } = this.#context.core
    if (!this.#listeners.has(key) || nowMs - (this.#sentMs.get(key) ?? Number.NEGATIVE_INFINITY) < everyMs) return false
    this.#sentMs.set(key, nowMs)
    return true
  }

  #levels(symbol: string, depth: number): { bids: string[][]; asks: string[][]; seqId: number; checksum: number } {
    const { bids, asks, lastId } = this.#context.core.snapshot(symbol, depth)
    const [b, a] = [levelsOf(symbol, bids), levelsOf(symbol, asks)]
    return { bids: b, asks: a, seqId: lastId, checksum: checksumOf(b, a) }
  }
  #snapshot(socket: WireSocket, arg: Arg, symbol: string): void {
    const ts = String(this.#context.nowMs())
    const levels = this.#levels(symbol, DEPTHS[arg.channel] ?? 1)
    if (isChained(arg.channel)) this.#send(socket, arg, { action: 'snapshot', data: [{ ...levels, prevSeqId: -1, ts }] })
    else this.#send(socket, arg, { data: [{ ...levels, instId: symbol, ts }] })
  }
  #book(event: Extract<MarketEvent, { type: 'book' }>): void {
    const { symbol } = event
    const ts = String(event.tsMs)
    for (const [channel, depth] of Object.entries(DEPTHS)) {
      if (!this.#listeners.has(`${channel} ${symbol}`)) continue
      if (!isChained(channel)) this.#tell(channel, symbol, () => [{ ...this.#levels(symbol, depth), instId: symbol, ts }])
      else {
        const change = (): unknown => ({
          asks: levelsOf(symbol, event.asks),
          bids: levelsOf(symbol, event.bids),
          checksum: this.#levels(symbol, 25).checksum,
          prevSeqId: event.previousId,
          seqId: event.lastId,
          ts,
        })
        this.#tell(channel, symbol, () => [change()])
      }
    }
  }

  #candle({ symbol, candle, isClosed }: Extract<MarketEvent, { type: 'candle' }>): void {
    const minuteEnd = candle.openMs + 60_000
    for (const [bar, lengthMs] of Object.entries(BARS)) {
      const channel = `candle${bar}`
      if (!this.#listeners.has(`${channel} ${symbol}`)) continue
      const isEnd = isClosed && openTimeOf(minuteEnd, lengthMs) === minuteEnd
      if (!isEnd && !this.#isDue(channel, symbol, 500)) continue
      const openMs = openTimeOf(candle.openMs, lengthMs)
      const range = { lengthMs, fromMs: openMs, toMs: minuteEnd - 1, limit: 1 }
      const whole = lengthMs === 60_000 ? candle : this.#context.core.candles(symbol, range)[0]
      if (whole) this.#tell(channel, symbol, () => [candleRow(symbol, whole, isEnd)])
    }
  }
}

const keyOf = (arg: Arg): string => `${arg.channel} ${arg.channel === 'instruments' ? '' : String(arg['instId'])}`
