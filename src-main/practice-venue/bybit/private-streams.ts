// The private stream: logged in by a signed message, topics by name, events in Bybit's words.
import type { AccountEvent } from '../core/events.ts'
import type { Account } from '../core/state.ts'
import type { WireContext, WireSocket } from '../wire/contract.ts'
import { isSigned } from './parameters.ts'
import { walletRow } from './rest-account.ts'
import { fundingOf } from './rest-lists.ts'
import { executionRow, fundingRow, positionRow } from './account-words.ts'
import { conditionalRow, orderRow } from './words.ts'

const TOPICS = new Set(['order', 'execution', 'position', 'wallet', 'greeks'])
/** The `.linear` that some topics may be narrowed by. */
const baseOf = (topic: string): string => topic.replace(/\.(linear|inverse|spot|option)$/, '')

type Session = { accountId: string | null; readonly topics: Set<string>; readonly connId: string }
export type StreamRequest = { readonly op: string; readonly args: readonly unknown[]; readonly reqId: string }
type Rows = Readonly<Record<string, readonly Record<string, unknown>[]>>

export class PrivateStreams {
  readonly #context: WireContext
  readonly #sessions = new Map<WireSocket, Session>()
  #opened = 0
  #sent = 0

  constructor(context: WireContext) {
    this.#context = context
  }

  open(socket: WireSocket): void {
    this.#opened += 1
    this.#sessions.set(socket, { accountId: null, topics: new Set(), connId: `cpractice-${this.#opened}` })
  }
  close(socket: WireSocket): void {
    this.#sessions.delete(socket)
  }
  /** There are no sessions that could end by themselves: the connections are closed. */
  expireAll(): number {
    const all = [...this.#sessions.keys()]
    for (const socket of all) socket.close(1000, 'session expired')
    return all.length
  }

  message(socket: WireSocket, request: StreamRequest): void {
    const session = this.#sessions.get(socket)
    if (session === undefined) return
    const { op, args, reqId } = request
    const about = { op, conn_id: session.connId, ...(reqId !== '' && { req_id: reqId }) }
    const answer = (fault: string | null): void =>
      socket.send(op, JSON.stringify({ success: fault === null, ret_msg: fault ?? '', ...about }))
    switch (op) {
      case 'ping':
        return socket.send('pong', JSON.stringify({ ...about, op: 'pong', args: [String(this.#context.nowMs())] }))
      case 'auth':
        return answer(this.#logIn(session, args))
      case 'subscribe':
        return answer(subscribe(session, args))
      case 'unsubscribe':
        for (const topic of args) session.topics.delete(String(topic))
        return answer(null)
      default:
        return answer(`Request method ${op} is not supported`)
    }
  }

  /** Null when the log-in is good, or what Bybit says. */
  #logIn(session: Session, [name, expires, signature]: readonly unknown[]): string | null {
    const key = this.#context.keys.get(String(name))
    if (key === undefined || key.state === 'unknown') return 'Invalid apikey'
    if (key.state === 'expired') return 'Your api key has expired'
    if (this.#context.checksTimestamps() && !(Number(expires) > this.#context.nowMs())) return 'Params Error: expires is in the past'
    if (!isSigned(key, `GET/realtime${String(expires)}`, String(signature)))
      return 'Error sign, please check your signature generation algorithm.'
    session.accountId = key.accountId
    return null
  }

  onEvent(event: AccountEvent): void {
    if (![...this.#sessions.values()].some(({ accountId }) => accountId === event.accountId)) return
    this.#deliver(event.accountId, rowsOf(event, this.#context))
  }

  #deliver(accountId: string, rows: Rows): void {
    for (const [name, data] of Object.entries(rows)) {
      if (data.length === 0) continue
      this.#sent += 1
      const creationTime = this.#context.nowMs()
      const id = `${accountId}_${this.#sent}`
      for (const [socket, session] of this.#sessions) {
        const topic = session.accountId === accountId ? [...session.topics].find((each) => baseOf(each) === name) : undefined
        if (topic !== undefined) socket.send(topic, JSON.stringify({ id, topic, creationTime, data }))
      }
    }
  }
}

function subscribe(session: Session, args: readonly unknown[]): string | null {
  if (session.accountId === null) return 'Request not authorized'
  const topics = args.map(String)
  const wrong = topics.find((topic) => !TOPICS.has(baseOf(topic)))
  if (wrong !== undefined) return `error:topic:${wrong} is not supported`
  for (const topic of topics) session.topics.add(topic)
  return null
}

function rowsOf(event: AccountEvent, context: WireContext): Rows {
  const account = context.core.account(event.accountId)
  switch (event.type) {
    case 'order':
      return orderRows(event, account)
    case 'conditional':
      return conditionalRows(event)
    case 'account':
      return accountRows(event, context)
    case 'settings':
    case 'margin_call':
      return {}
  }
}

/** A market order is told of once it has traded: there is no moment at which it only works. */
function orderRows({ order, kind, trade }: Extract<AccountEvent, { type: 'order' }>, account: Account): Rows {
  if (trade !== null) return { execution: [executionRow(account, trade)], order: [orderRow(account, order)] }
  return kind === 'new' && order.type === 'market' ? {} : { order: [orderRow(account, order)] }
}
/** What it becomes when it fires tells the rest under the same id. */
function conditionalRows({ conditional }: Extract<AccountEvent, { type: 'conditional' }>): Rows {
  return conditional.status === 'triggered' || conditional.status === 'finished' ? {} : { order: [conditionalRow(conditional)] }
}
function accountRows(event: Extract<AccountEvent, { type: 'account' }>, context: WireContext): Rows {
  const { core } = context
  const execution = event.reason === 'funding' ? fundingRows(event.accountId, context) : []
  const position = event.positions.map((view) => positionRow(view, 'entryPrice'))
  const wallet = event.assets.map(({ asset }) => walletRow(core.margin(event.accountId, asset)))
  return { execution, position, wallet }
}
function fundingRows(accountId: string, context: WireContext): Record<string, unknown>[] {
  const income = context.core.account(accountId).incomes.findLast(({ kind }) => kind === 'funding')
  return income === undefined ? [] : [fundingRow(income, fundingOf({ context, accountId }, income))]
}
