// Subscriptions: what can be listened to, and events in Deribit's words.
import { toNumber } from '../../../src-shared/domain/decimal.ts'
import type { AccountEvent, BookLevel, MarketEvent } from '../core/events.ts'
import type { Market } from '../core/state.ts'
import type { WireContext } from '../wire/contract.ts'
import { sessionFunding, summaryJson } from './account-methods.ts'
import type { Connection } from './connection.ts'
import { RESOLUTIONS, printJson, tickerJson } from './market-methods.ts'
import { type Call, type Methods, onSocket } from './method.ts'
import { invalidParam } from './refusals.ts'
import { orderJson, positionJson, triggerJson, userTradeJson } from './words.ts'

const PRIVATE = /^user\.(orders|trades|changes)\.(?:(any|future)\.([A-Za-z]+)|([\w-]+))\.(raw|100ms|agg2)$|^user\.portfolio\.([A-Za-z]+)$/
const PUBLIC =
  /^(?:book\.([\w-]+)\.(raw|100ms|agg2)|book\.([\w-]+)\.([\w.]+)\.(\d+)\.(100ms|agg2)|(?:ticker|trades|perpetual)\.([\w-]+)\.(raw|100ms|agg2)|trades\.(future|any)\.([A-Za-z]+)\.(raw|100ms|agg2)|quote\.([\w-]+)|chart\.trades\.([\w-]+)\.(\w+)|platform_state|announcements|deribit_price_index\.\w+)$/
/** Every change of the book is told to whoever is logged in alone. */
const RAW = /^(book|ticker|trades)\..+\.raw$/

export class Channels {
  readonly #context: WireContext
  readonly #connections: ReadonlySet<Connection>
  /** Prices that listeners to the book have been told of, by market and side: whether a level is new or changed depends on it. */
  readonly #told = new Map<string, { readonly bids: Set<string>; readonly asks: Set<string> }>()

  constructor(context: WireContext, connections: ReadonlySet<Connection>) {
    this.#context = context
    this.#connections = connections
  }

  #listeners(channel: string): Connection[] {
    return [...this.#connections].filter(({ channels }) => channels.has(channel))
  }
  #tell(channels: readonly string[], make: () => unknown): void {
    for (const channel of channels) {
      const listeners = this.#listeners(channel)
      if (listeners.length === 0) continue
      const data = make()
      for (const connection of listeners) connection.notify(channel, data)
    }
  }
  /** Names by market and by currency; `raw` alone, and every slower interval. */
  #names(kind: string, { instrument }: Market): string[] {
    const places = [
      instrument.symbol,
      ...['any', 'future'].flatMap((each) =>
        ['any', instrument.settle, instrument.settle.toLowerCase()].map((currency) => `${each}.${currency}`),
      ),
    ]
    return places.map((place) => `${kind}.${place}`)
  }

  /** A first book, to whoever has just asked for it. */
  greet(connection: Connection, channel: string): void {
    const symbol = /^book\.([\w-]+)\.(?:raw|100ms|agg2)$/.exec(channel)?.[1]
    if (symbol === undefined) return
    const { lastId, bids, asks } = this.#context.core.snapshot(symbol, 10_000)
    const rows = (levels: readonly BookLevel[]): unknown[] => levels.map(([at, amount]) => ['new', toNumber(at), toNumber(amount)])
    const prices = (levels: readonly BookLevel[]): Set<string> => new Set(levels.map(([at]) => String(at)))
    this.#told.set(symbol, { bids: prices(bids), asks: prices(asks) })
    const about = { instrument_name: symbol, timestamp: this.#context.nowMs(), change_id: lastId }
    connection.notify(channel, { type: 'snapshot', ...about, bids: rows(bids), asks: rows(asks) })
  }

  onAccount(event: AccountEvent): void {
    if (this.#connections.size === 0) return
    if (event.type === 'account') {
      for (const { asset } of event.assets) this.#portfolio(event.accountId, asset)
      return
    }
    if (event.type !== 'order' && event.type !== 'conditional') return
    const symbol = event.type === 'order' ? event.order.symbol : event.conditional.symbol
    const market = this.#context.core.market(symbol)
    if (!market) return
    const account = this.#context.core.account(event.accountId)
    if (event.type === 'conditional') {
      // What happens between firing and what comes of it is told by the order that comes of it.
      if (event.conditional.status === 'triggering' || event.conditional.status === 'finished') return
      this.#orderChanged(event.accountId, market, { order: triggerJson(market, event.conditional), trade: null })
      return
    }
    // A market order is told of when it has met the book.
    if (event.kind === 'new' && event.order.type === 'market') return
    const trade = event.trade === null ? null : userTradeJson(market, account, event.trade)
    this.#orderChanged(event.accountId, market, { order: orderJson(market, account, event.order), trade })
  }
  #orderChanged(
    accountId: string,
    market: Market,
    change: { order: Record<string, unknown>; trade: Record<string, unknown> | null },
  ): void {
    const { core } = this.#context
    const { symbol } = market.instrument
    const view = core.positions(accountId).find((each) => each.symbol === symbol)
    const trades = change.trade === null ? [] : [change.trade]
    const positions =
      change.trade === null || !view ? [] : [positionJson(market, view, sessionFunding(core, core.account(accountId), symbol))]
    for (const interval of ['raw', '100ms', 'agg2']) {
      const names = (kind: string): string[] => this.#names(kind, market).map((name) => `${name}.${interval}`)
      this.#tell(names('user.changes'), () => ({ instrument_name: symbol, trades, orders: [change.order], positions }))
      this.#tell(names('user.orders'), () => (interval === 'raw' ? change.order : [change.order]))
      if (change.trade !== null) this.#tell(names('user.trades'), () => trades)
    }
  }
  #portfolio(accountId: string, asset: string): void {
    const key = [...this.#context.keys.values()].find((each) => each.accountId === accountId) ?? null
    this.#tell([`user.portfolio.${asset}`, `user.portfolio.${asset.toLowerCase()}`, 'user.portfolio.any'], () =>
      summaryJson({ context: this.#context, key } as Call, asset),
    )
  }

  onMarket(event: MarketEvent): void {
    const market = this.#context.core.market(event.symbol)
    if (this.#connections.size === 0 || !market) return
    const { symbol } = event
    switch (event.type) {
      case 'book':
        this.#book(event)
        break
      case 'print':
        this.#tell(
          ['raw', '100ms', 'agg2'].flatMap((interval) => this.#names('trades', market).map((name) => `${name}.${interval}`)),
          () => [printJson(market, event)],
        )
        break
      case 'mark':
        this.#tell(
          ['raw', '100ms', 'agg2'].map((interval) => `ticker.${symbol}.${interval}`),
          () => tickerJson(this.#context, market),
        )
        this.#tell(
          ['raw', '100ms'].map((interval) => `perpetual.${symbol}.${interval}`),
          () => ({ timestamp: event.tsMs, interest: toNumber(event.fundingRate), index_price: toNumber(event.index) }),
        )
        break
      case 'candle':
        this.#candle(event)
        break
      case 'funding':
      case 'liquidation':
      case 'instrument':
        break
    }
  }
  #book(event: Extract<MarketEvent, { type: 'book' }>): void {
    const { symbol } = event
    const told = this.#told.get(symbol)
    const rows = (levels: readonly BookLevel[], told: Set<string> | undefined): unknown[] =>
      levels.map(([at, amount]) => {
        const what = amount === 0n ? 'delete' : told?.has(String(at)) === true ? 'change' : 'new'
        if (amount === 0n) told?.delete(String(at))
        else told?.add(String(at))
        return [what, toNumber(at), toNumber(amount)]
      })
    const about = { instrument_name: symbol, timestamp: event.tsMs, change_id: event.lastId, prev_change_id: event.previousId }
    const change = { type: 'change', ...about, bids: rows(event.bids, told?.bids), asks: rows(event.asks, told?.asks) }
    this.#tell(
      ['raw', '100ms', 'agg2'].map((interval) => `book.${symbol}.${interval}`),
      () => change,
    )
    const grouped = [...this.#connections]
      .flatMap(({ channels }) => [...channels])
      .filter((name) => name.startsWith(`book.${symbol}.none.`))
    for (const name of new Set(grouped)) this.#tell([name], () => this.#depth(symbol, Number(name.split('.')[3])))
    this.#tell([`quote.${symbol}`], () => {
      const ticker = this.#context.core.market(symbol)
      return ticker ? tickerJson(this.#context, ticker) : {}
    })
  }
  #depth(symbol: string, depth: number): unknown {
    const { lastId, bids, asks } = this.#context.core.snapshot(symbol, depth)
    const rows = (levels: readonly BookLevel[]): unknown[] => levels.map(([at, amount]) => [toNumber(at), toNumber(amount)])
    return { instrument_name: symbol, timestamp: this.#context.nowMs(), change_id: lastId, bids: rows(bids), asks: rows(asks) }
  }
  #candle({ symbol, candle }: Extract<MarketEvent, { type: 'candle' }>): void {
    for (const [resolution, lengthMs] of Object.entries(RESOLUTIONS)) {
      this.#tell([`chart.trades.${symbol}.${resolution}`], () => {
        const tick = Math.floor(candle.openMs / lengthMs) * lengthMs
        const [row = candle] = this.#context.core.candles(symbol, { lengthMs, fromMs: tick, toMs: candle.openMs + 59_999, limit: 1 })
        return { tick, open: row.open, high: row.high, low: row.low, close: row.close, volume: row.volume, cost: row.quoteVolume }
      })
    }
  }
}

/** Unknown channels are left out of the answer, as are private ones of nobody. */
function subscribe(call: Call, channels: Channels, isPrivate: boolean): string[] {
  const { connection } = call
  if (!connection) throw invalidParam('channels', 'only on a WebSocket')
  const granted = call.params.list('channels').filter((name) => {
    if (PRIVATE.test(name)) return isPrivate
    return PUBLIC.test(name) && (!RAW.test(name) || connection.session !== null)
  })
  for (const name of granted) {
    const isNew = !connection.channels.has(name)
    connection.channels.add(name)
    if (isNew) channels.greet(connection, name)
  }
  return granted
}
function unsubscribe(call: Call): string[] {
  const names = call.params.list('channels')
  for (const name of names) call.connection?.channels.delete(name)
  return names
}
function unsubscribeAll(call: Call): string {
  call.connection?.channels.clear()
  return 'ok'
}

export const socketMethods = (channels: Channels): Methods => ({
  'public/subscribe': onSocket('public', (call) => subscribe(call, channels, call.key !== null)),
  'public/unsubscribe': onSocket('public', unsubscribe),
  'public/unsubscribe_all': onSocket('public', unsubscribeAll),
  'private/subscribe': onSocket('read', (call) => subscribe(call, channels, true)),
  'private/unsubscribe': onSocket('read', unsubscribe),
  'private/unsubscribe_all': onSocket('read', unsubscribeAll),
  'public/set_heartbeat': onSocket('public', (call) => {
    const seconds = call.params.integer('interval')
    if (seconds === null || seconds < 10) throw invalidParam('interval', 'must be at least 10')
    call.connection?.setHeartbeat(seconds * 1_000, call.context.core.nowMs)
    return 'ok'
  }),
  'public/disable_heartbeat': onSocket('public', (call) => {
    call.connection?.setHeartbeat(null, 0)
    return 'ok'
  }),
  'private/logout': onSocket('read', (call) => {
    call.connection?.loggedOut()
    call.connection?.socket.close(1000, 'logged out')
    return 'ok'
  }),
})
