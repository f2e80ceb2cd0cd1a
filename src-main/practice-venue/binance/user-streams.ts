// The private stream: listen keys that die after an hour, and events in Binance's words.
import { createHash } from 'node:crypto'
import { toText } from '../../../src-shared/domain/decimal.ts'
import type { AccountEvent, PositionView } from '../core/events.ts'
import type { WireContext, WireSocket } from '../wire/contract.ts'
import { BinanceRefusal } from './refusals.ts'
import {
  ALGO_STATUS,
  ALGO_TYPE,
  MARGIN_TYPE,
  ORDER_STATUS,
  POSITION_SIDE,
  TIME_IN_FORCE,
  algoIdOf,
  averageOf,
  percentOf,
  textOr,
  upper,
} from './words.ts'

const LISTEN_KEY_MS = 3_600_000

type Session = { readonly key: string; readonly accountId: string; expiresMs: number }

export class UserStreams {
  readonly #context: WireContext
  /** By account: Binance hands out the same key until it is dead. */
  readonly #sessions = new Map<string, Session>()
  readonly #sockets = new Map<WireSocket, { readonly key: string; readonly accountId: string; readonly wraps: boolean }>()
  #opened = 0

  constructor(context: WireContext) {
    this.#context = context
  }

  open(accountId: string): string {
    const known = this.#sessions.get(accountId)
    const expiresMs = this.#context.core.nowMs + LISTEN_KEY_MS
    if (known) {
      known.expiresMs = expiresMs
      return known.key
    }
    this.#opened += 1
    const key = createHash('sha256').update(`${accountId} ${this.#opened}`).digest('base64url').replaceAll(/[-_]/g, 'x').padEnd(64, 'k')
    this.#sessions.set(accountId, { key, accountId, expiresMs })
    return key
  }
  extend(accountId: string): string {
    const session = this.#sessions.get(accountId)
    if (!session) throw new BinanceRefusal(-1125, 'This listenKey does not exist.')
    session.expiresMs = this.#context.core.nowMs + LISTEN_KEY_MS
    return session.key
  }
  /** Ended by its owner: nothing is told. */
  end(accountId: string): void {
    this.#sessions.delete(accountId)
  }

  /** Whose key it is; null for a dead or unknown one, which Binance accepts and then never sends anything to. */
  attach(socket: WireSocket, key: string, wraps: boolean): void {
    const session = [...this.#sessions.values()].find((each) => each.key === key)
    if (session) this.#sockets.set(socket, { key, accountId: session.accountId, wraps })
  }
  detach(socket: WireSocket): void {
    this.#sockets.delete(socket)
  }

  /** Keys that nobody has extended for an hour die. */
  tick(nowMs: number): void {
    for (const session of this.#sessions.values()) if (session.expiresMs <= nowMs) this.#expire(session)
  }
  expireAll(): number {
    const all = [...this.#sessions.values()]
    for (const session of all) this.#expire(session)
    return all.length
  }
  /** The socket stays open and silent, as it does there. */
  #expire(session: Session): void {
    this.#sessions.delete(session.accountId)
    this.#deliver(session.accountId, { e: 'listenKeyExpired', E: this.#context.nowMs(), listenKey: session.key })
    for (const [socket, attached] of this.#sockets) if (attached.key === session.key) this.#sockets.delete(socket)
  }

  onEvent(event: AccountEvent): void {
    if (![...this.#sockets.values()].some(({ accountId }) => accountId === event.accountId)) return
    for (const message of messagesOf(event, this.#context)) this.#deliver(event.accountId, message)
  }

  #deliver(accountId: string, message: Message): void {
    for (const [socket, attached] of this.#sockets) {
      if (attached.accountId !== accountId) continue
      socket.send(message.e, JSON.stringify(attached.wraps ? { stream: attached.key, data: message } : message))
    }
  }
}

type Message = { readonly e: string } & Readonly<Record<string, unknown>>

function messagesOf(event: AccountEvent, context: WireContext): Message[] {
  const E = context.nowMs()
  const T = event.tsMs
  switch (event.type) {
    case 'order':
      return [...liteOf(event, { E, T }), { e: 'ORDER_TRADE_UPDATE', T, E, o: orderOf(event) }]
    case 'conditional':
      return [{ e: 'ALGO_UPDATE', T, E, o: algoOf(event, context) }]
    case 'account':
      return [{ e: 'ACCOUNT_UPDATE', T, E, a: accountOf(event) }]
    case 'settings':
      return settingsOf(event, { E, T })
    case 'margin_call':
      return [{ e: 'MARGIN_CALL', E, cw: '0', p: event.positions.map(callOf) }]
  }
}

function orderOf({ order, trade, kind }: Extract<AccountEvent, { type: 'order' }>): Record<string, unknown> {
  const type = order.isLiquidation || order.type === 'limit' ? 'LIMIT' : 'MARKET'
  return {
    s: order.symbol,
    c: order.clientId,
    S: upper(order.side),
    o: type,
    f: TIME_IN_FORCE[order.timeInForce],
    q: toText(order.quantity),
    p: textOr(order.price, '0'),
    ap: toText(averageOf(order)),
    sp: '0',
    x: executionType(kind, order.isLiquidation),
    X: ORDER_STATUS[order.status],
    i: order.id,
    l: trade ? toText(trade.quantity) : '0',
    z: toText(order.filled),
    L: trade ? toText(trade.price) : '0',
    ...(trade ? { n: toText(trade.fee), N: trade.feeAsset } : {}),
    T: order.updatedMs,
    t: trade?.id ?? 0,
    b: '0',
    a: '0',
    m: trade?.isMaker ?? false,
    R: order.reduceOnly,
    wt: 'CONTRACT_PRICE',
    ot: type,
    ps: POSITION_SIDE[order.positionSide],
    cp: false,
    rp: trade ? toText(trade.realizedProfit) : '0',
    pP: false,
    si: 0,
    ss: 0,
    V: 'EXPIRE_MAKER',
    pm: 'NONE',
    gtd: order.expiresMs ?? 0,
    er: '0',
  }
}

/** The short message that runs ahead of each fill's full one. */
function liteOf({ order, trade }: Extract<AccountEvent, { type: 'order' }>, at: { E: number; T: number }): Message[] {
  if (!trade || order.isLiquidation) return []
  const own = {
    s: order.symbol,
    q: toText(order.quantity),
    p: textOr(order.price, '0'),
    m: trade.isMaker,
    c: order.clientId,
    S: upper(order.side),
  }
  return [{ e: 'TRADE_LITE', ...at, ...own, L: toText(trade.price), l: toText(trade.quantity), t: trade.id, i: order.id }]
}

function executionType(kind: Extract<AccountEvent, { type: 'order' }>['kind'], isLiquidation: boolean): string {
  switch (kind) {
    case 'new':
    case 'liquidation':
      return 'NEW'
    case 'trade':
      return isLiquidation ? 'CALCULATED' : 'TRADE'
    case 'canceled':
      return 'CANCELED'
    case 'expired':
      return 'EXPIRED'
    case 'amended':
      return 'AMENDMENT'
  }
}

function algoOf({ conditional, accountId }: Extract<AccountEvent, { type: 'conditional' }>, context: WireContext): Record<string, unknown> {
  const child = conditional.childId === null ? undefined : context.core.account(accountId).orders.get(conditional.childId)
  return {
    caid: conditional.clientId,
    aid: algoIdOf(conditional.id),
    at: 'CONDITIONAL',
    o: ALGO_TYPE[conditional.type],
    s: conditional.symbol,
    S: upper(conditional.side),
    ps: POSITION_SIDE[conditional.positionSide],
    f: TIME_IN_FORCE[conditional.timeInForce],
    q: toText(conditional.quantity),
    X: ALGO_STATUS[conditional.status],
    ai: conditional.childId === null ? '' : String(conditional.childId),
    ap: child ? toText(averageOf(child)) : '0',
    aq: child ? toText(child.filled) : '0',
    act: child ? upper(child.type) : '0',
    tp: textOr(conditional.triggerPrice, '0'),
    p: textOr(conditional.price, '0'),
    V: 'EXPIRE_MAKER',
    wt: conditional.trigger === 'mark' ? 'MARK_PRICE' : 'CONTRACT_PRICE',
    pm: 'NONE',
    cp: conditional.closePosition,
    pP: false,
    R: conditional.reduceOnly,
    tt: conditional.triggeredMs ?? 0,
    gtd: 0,
    ...(conditional.type === 'trailing_stop' ? { AP: textOr(conditional.activatePrice, '0'), cr: percentOf(conditional) } : {}),
    ...(conditional.reason === 'reduce_only_rejected' ? { rm: 'Reduce Only reject' } : {}),
  }
}

const REASONS = { order: 'ORDER', funding: 'FUNDING_FEE', transfer: 'DEPOSIT', margin: 'MARGIN_TRANSFER', liquidation: 'ORDER' } as const

const accountOf = (event: Extract<AccountEvent, { type: 'account' }>): Record<string, unknown> => ({
  m: REASONS[event.reason],
  B: event.assets.map(({ asset, wallet, crossWallet, change }) => ({
    a: asset,
    wb: toText(wallet),
    cw: toText(crossWallet),
    bc: toText(change),
  })),
  P: event.positions.map((view) => ({
    s: view.symbol,
    pa: toText(view.quantity),
    ep: toText(view.entryPrice),
    bep: toText(view.entryPrice),
    cr: toText(view.realizedProfit),
    up: toText(view.unrealizedProfit),
    mt: MARGIN_TYPE[view.marginMode],
    iw: toText(view.isolatedWallet),
    ps: POSITION_SIDE[view.side],
    ma: event.assets[0]?.asset ?? 'USDT',
  })),
})

/** Only leverage and multi-assets mode are told; a change of margin or position mode is not. */
function settingsOf({ symbol, leverage }: Extract<AccountEvent, { type: 'settings' }>, at: { E: number; T: number }): Message[] {
  return leverage === null ? [] : [{ e: 'ACCOUNT_CONFIG_UPDATE', ...at, ac: { s: symbol, l: leverage } }]
}

const callOf = (view: PositionView): Record<string, unknown> => ({
  s: view.symbol,
  ps: POSITION_SIDE[view.side],
  pa: toText(view.quantity),
  mt: upper(MARGIN_TYPE[view.marginMode]),
  iw: toText(view.isolatedWallet),
  mp: toText(view.markPrice),
  up: toText(view.unrealizedProfit),
  mm: toText(view.maintenanceMargin),
})
