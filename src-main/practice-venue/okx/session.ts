// One socket: log-in, subscriptions, and the ping in words.
import type { WireContext, WireSocket } from '../wire/contract.ts'
import { type MarketStreams, servedOn } from './market-streams.ts'
import { type Arg, PRIVATE_CHANNELS, type PrivateStreams } from './private-streams.ts'
import { TIME_MS_MAX, isSame, signatureOf } from './request.ts'

/** A client that says nothing for this long is hung up on. */
const SILENCE_MS_MAX = 30_000
export type Streams = { readonly privates: PrivateStreams; readonly markets: MarketStreams }
type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

export class Session {
  readonly #context: WireContext
  readonly #socket: WireSocket
  readonly #streams: Streams
  readonly #onClosed: () => void
  readonly #connId: string
  #accountId: string | null = null
  #heardMs: number
  /** Of the message that is being answered: answers carry it. */
  #requestId: string | null = null

  constructor(context: WireContext, socket: WireSocket, rest: { streams: Streams; connId: string; onClosed: () => void }) {
    this.#context = context
    this.#socket = socket
    this.#streams = rest.streams
    this.#connId = rest.connId
    this.#onClosed = rest.onClosed
    this.#heardMs = context.core.nowMs
  }
  get isLoggedIn(): boolean {
    return this.#accountId !== null
  }

  message(text: string): void {
    this.#heardMs = this.#context.core.nowMs
    if (text === 'ping') return this.#socket.send('pong', 'pong')
    const request = requestOf(text)
    this.#requestId = request?.id ?? null
    if (request === null) return this.#fail('60012', `Invalid request: ${text.slice(0, 100)}`)
    switch (request.op) {
      case 'login':
        return this.#login(request.args[0] ?? {})
      case 'subscribe':
        for (const arg of request.args) this.#subscribe(arg)
        return
      case 'unsubscribe':
        for (const arg of request.args) this.#unsubscribe(arg)
        return
      default:
        this.#fail('60012', `Invalid request: ${text.slice(0, 100)}`)
    }
  }
  closed(): void {
    this.#streams.privates.unsubscribe(this.#socket, null)
    this.#streams.markets.unsubscribe(this.#socket, null)
    this.#onClosed()
  }
  tick(nowMs: number): void {
    if (this.#context.checksTimestamps() && nowMs - this.#heardMs > SILENCE_MS_MAX) this.#socket.close(4004, 'No data received in 30s.')
  }
  /** As before an upgrade of the service: a notice, then the end. */
  end(): void {
    this.#requestId = null
    this.#event({ event: 'notice', code: '64008', msg: 'The connection will soon be closed for a service upgrade. Please reconnect.' })
    this.#socket.close(4001, 'service upgrade')
  }

  #event(event: { readonly event: string } & Fields): void {
    this.#socket.send(
      event.event,
      JSON.stringify({ ...(this.#requestId !== null && { id: this.#requestId }), ...event, connId: this.#connId }),
    )
  }
  #fail(code: string, msg: string): void {
    this.#event({ event: 'error', code, msg })
  }

  #login({ apiKey, passphrase, timestamp, sign }: Fields): void {
    const key = this.#context.keys.get(String(apiKey))
    const sentMs = Number(timestamp) * 1_000
    if (!Number.isFinite(sentMs)) return this.#fail('60004', 'Invalid timestamp')
    if (this.#context.checksTimestamps() && Math.abs(this.#context.nowMs() - sentMs) > TIME_MS_MAX)
      return this.#fail('60006', 'Timestamp request expired')
    if (key === undefined || key.state === 'unknown') return this.#fail('60005', 'Invalid apiKey')
    if (key.state === 'expired') return this.#fail('60032', "API key doesn't exist")
    if (!isSame(String(passphrase), key.passphrase)) return this.#fail('60024', 'Wrong passphrase')
    if (!isSame(String(sign), signatureOf(key.secret, `${String(timestamp)}GET/users/self/verify`)))
      return this.#fail('60007', 'Invalid sign')
    this.#accountId = key.accountId
    this.#event({ event: 'login', code: '0', msg: '' })
  }

  #subscribe(arg: Fields): void {
    const channel = String(arg['channel'])
    const named: Arg = { ...arg, channel }
    const address = this.#socket.path.split('/').at(-1)
    const unknown = `Wrong URL or channel:${channel},instId:${String(arg['instId'])} doesn't exist. Please use the correct URL, channel and parameters referring to API document.`
    if (PRIVATE_CHANNELS[channel] !== undefined) {
      if (PRIVATE_CHANNELS[channel] !== address) return this.#fail('60018', unknown)
      if (this.#accountId === null) return this.#fail('60011', 'Please log in')
      this.#event({ event: 'subscribe', arg })
      this.#event({ event: 'channel-conn-count', channel, connCount: '1' })
      return this.#streams.privates.subscribe({ socket: this.#socket, accountId: this.#accountId, arg: named })
    }
    const isListed = channel === 'instruments' || this.#context.core.market(String(arg['instId'])) !== undefined
    if (servedOn(channel) !== address || !isListed) return this.#fail('60018', unknown)
    this.#event({ event: 'subscribe', arg })
    this.#streams.markets.subscribe(this.#socket, named)
  }
  #unsubscribe(arg: Fields): void {
    const named: Arg = { ...arg, channel: String(arg['channel']) }
    this.#streams.privates.unsubscribe(this.#socket, named)
    this.#streams.markets.unsubscribe(this.#socket, named)
    this.#event({ event: 'unsubscribe', arg })
  }
}

function requestOf(text: string): { readonly op: string; readonly args: readonly Fields[]; readonly id: string | null } | null {
  try {
    const parsed: unknown = JSON.parse(text)
    if (!isFields(parsed) || typeof parsed['op'] !== 'string') return null
    const args: readonly unknown[] = Array.isArray(parsed['args']) ? parsed['args'] : []
    return { op: parsed['op'], args: args.filter(isFields), id: typeof parsed['id'] === 'string' ? parsed['id'] : null }
  } catch {
    return null
  }
}
