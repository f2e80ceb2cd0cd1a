// OKX's private streams: one for orders and funding, another for algo orders. Both want a log-in first, then subscriptions, and are ready when each of
// those is confirmed. What the messages mean is told by `okx-messages`.
import { parseJson } from '../../transport/venue-rest.ts'
import { type Fields, isFields, listOf, textOrNull } from '../fields.ts'
import type { PrivateStream, StreamEvent, VenueContext } from '../venue-adapter.ts'

type Channel = Readonly<Record<string, string>>
export type OkxStreamOptions = {
  readonly name: string
  readonly address: '/ws/v5/private' | '/ws/v5/business'
  readonly channels: readonly Channel[]
  /** What a row of a channel means. May throw: then the account's own lists must tell. */
  readonly read: (channel: string, row: Fields) => readonly StreamEvent[]
}

export class OkxStream implements PrivateStream {
  readonly name: string
  readonly readyOnOpen = false
  /** It answers in words, and hangs up after thirty seconds without any. */
  readonly pingText = 'ping'
  readonly renewal = null
  readonly #context: VenueContext
  readonly #options: OkxStreamOptions
  readonly #confirmed = new Set<string>()

  constructor(context: VenueContext, options: OkxStreamOptions) {
    this.#context = context
    this.#options = options
    this.name = options.name
  }

  path(): Promise<string> {
    return Promise.resolve(this.#options.address)
  }
  greeting(): readonly string[] {
    this.#confirmed.clear()
    const { login, nowMs } = this.#context
    const timestamp = String(Math.floor(nowMs() / 1_000))
    const sign = login.sign(`${timestamp}GET/users/self/verify`, 'base64')
    return [JSON.stringify({ op: 'login', args: [{ apiKey: login.key, passphrase: login.passphrase ?? '', timestamp, sign }] })]
  }

  read(text: string): readonly StreamEvent[] {
    if (text === 'pong') return []
    const message = parseJson(text)
    // Whatever it told is lost, and so is the order in which it came: a new connection is followed by a look at the whole account.
    if (message === null) return [{ type: 'redial', reason: 'a private message is no JSON' }]
    if (!isFields(message)) return []
    return typeof message['event'] === 'string' ? this.#control(message['event'], message) : this.#rows(message)
  }

  #control(event: string, message: Fields): readonly StreamEvent[] {
    switch (event) {
      case 'login':
        return [{ type: 'send', text: JSON.stringify({ op: 'subscribe', args: this.#options.channels }) }]
      case 'subscribe':
        return this.#subscribed(message)
      // A refused log-in or subscription, and the notice that the venue is about to hang up.
      case 'error':
      case 'notice':
      case 'channel-conn-count-error':
        return [{ type: 'redial', reason: `${textOrNull(message, 'code') ?? event}: ${textOrNull(message, 'msg') ?? 'no reason given'}` }]
      default:
        return []
    }
  }
  #subscribed({ arg }: Fields): readonly StreamEvent[] {
    const wasReady = this.#confirmed.size === this.#options.channels.length
    if (isFields(arg)) this.#confirmed.add(String(arg['channel']))
    return !wasReady && this.#confirmed.size === this.#options.channels.length ? [{ type: 'ready' }] : []
  }

  /** Each row for itself: one that cannot be read leaves the others as they are. */
  #rows({ arg, data }: Fields): readonly StreamEvent[] {
    const channel = isFields(arg) ? textOrNull(arg, 'channel') : null
    if (channel === null || !Array.isArray(data)) return []
    return data.flatMap((row: unknown) => this.#row(channel, row))
  }
  #row(channel: string, row: unknown): readonly StreamEvent[] {
    try {
      const [fields] = listOf([row], 'the private message')
      return fields === undefined ? [] : this.#options.read(channel, fields)
    } catch (error) {
      // An unfamiliar state or a missing field: the account's own lists tell what this message could not.
      const reason = error instanceof Error ? error.message : String(error)
      return [{ type: 'ask', find: () => Promise.reject(new Error(`a private message cannot be read: ${reason}`)) }]
    }
  }
}
