// One private stream of a venue: dialled with whatever key it needs, logged in, renewed by the wall clock, redialled when it is worth nothing.
import type { Scheduler } from '../../../core/ports/scheduler.ts'
import type { StreamAge } from '../../../../src-shared/domain/venue.ts'
import { StreamSocket } from '../../socket/stream-socket.ts'
import { errorText, redact } from '../redact.ts'
import type { ProxyList } from '../transport/proxy-list.ts'
import { VenueRefusal } from '../transport/venue-failure.ts'
import type { PrivateStream, StreamEvent } from './venue-adapter.ts'

/** Those that are not about the connection itself. */
export type ToldEvent = Extract<StreamEvent, { readonly type: 'report' } | { readonly type: 'ask' }>
export type PrivateStreamOptions = {
  readonly stream: PrivateStream
  readonly origin: string
  readonly proxies: ProxyList
  readonly scheduler: Scheduler
  /** 0 to 1, for the jitter of pauses. */
  readonly chance: () => number
  readonly onEvent: (event: ToldEvent) => void
  /** Ready or lost; the reason is one redacted sentence. */
  readonly onChange: (reason: string) => void
}

const MESSAGE_BYTES_MAX = 4 * 1_048_576
/** Pings go out every five seconds. */
const SILENCE_MS_MAX = 15_000
/** A renewal that failed without a verdict is tried again after this; the key lives for an hour. */
const RENEWAL_RETRY_MS = 60_000

export class PrivateStreamRunner {
  readonly #options: PrivateStreamOptions
  readonly #socket: StreamSocket
  #isReady = false
  #renewAtMs = Number.POSITIVE_INFINITY
  #proxy: string | null = null
  #attempt = 0
  reconnects = 0

  constructor(options: PrivateStreamOptions) {
    this.#options = options
    const { scheduler, chance, stream } = options
    this.#socket = new StreamSocket(
      {
        address: () => this.#address(),
        messageBytesMax: MESSAGE_BYTES_MAX,
        scheduler,
        chance,
        silenceMsMax: SILENCE_MS_MAX,
        dataSilenceMsMax: Number.POSITIVE_INFINITY,
        ...(stream.pingText !== null && { pingText: stream.pingText }),
      },
      {
        onOpen: () => this.#onOpen(),
        onMessage: (bytes) => this.#onMessage(bytes),
        onLost: (reason) => this.#onLost(reason),
      },
    )
  }
  get isReady(): boolean {
    return this.#isReady
  }
  get age(): StreamAge {
    return { name: this.#options.stream.name, ageMs: this.#socket.ageMs ?? SILENCE_MS_MAX, ageMsMax: SILENCE_MS_MAX }
  }
  start(): void {
    this.#socket.start()
  }
  stop(): Promise<void> {
    this.#isReady = false
    return this.#socket.stop()
  }
  /** The connection is given up and dialled anew. */
  redial(reason: string): void {
    this.#socket.drop(reason)
  }
  /** To be called every second or so: renewals go by the wall clock, so that a machine that slept renews as soon as it wakes. */
  tick(): void {
    const { renewal } = this.#options.stream
    const nowMs = this.#options.scheduler.nowMs()
    if (renewal === null || !this.#isReady || nowMs < this.#renewAtMs) return
    this.#renewAtMs = nowMs + RENEWAL_RETRY_MS
    void this.#renew(renewal)
  }

  async #address(): Promise<{ url: string; agent: ReturnType<ProxyList['socketAgent']> }> {
    const { stream, origin, proxies } = this.#options
    const path = await stream.path(this.#attempt++)
    this.#proxy = proxies.current
    return { url: origin + path, agent: proxies.socketAgent() }
  }
  #onOpen(): void {
    const { stream } = this.#options
    for (const text of stream.greeting()) this.#socket.send(text)
    if (stream.readyOnOpen) this.#ready()
  }
  #ready(): void {
    const { stream, scheduler, onChange } = this.#options
    this.#isReady = true
    this.#attempt = 0
    if (stream.renewal !== null) this.#renewAtMs = scheduler.nowMs() + stream.renewal.everyMs
    onChange(`${stream.name} stream connected`)
  }
  #onMessage(bytes: Uint8Array): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
    for (const event of this.#options.stream.read(text)) {
      if (event.type === 'report' || event.type === 'ask') this.#options.onEvent(event)
      else if (event.type === 'ready') this.#ready()
      else if (event.type === 'send') this.#socket.send(event.text)
      else this.redial(event.reason)
    }
  }
  #onLost(reason: string): void {
    const { stream, proxies, onChange } = this.#options
    if (!this.#isReady) proxies.failOver(this.#proxy)
    else this.reconnects += 1
    this.#isReady = false
    onChange(`${stream.name} stream lost: ${redact(reason)}`)
  }
  async #renew(renewal: NonNullable<PrivateStream['renewal']>): Promise<void> {
    try {
      for (const text of await renewal.renew()) this.#socket.send(text)
      this.#renewAtMs = this.#options.scheduler.nowMs() + renewal.everyMs
    } catch (error) {
      // A refusal is a verdict on the key; a request that was lost says nothing about it.
      if (error instanceof VenueRefusal && error.failure.outcome === 'final')
        this.redial(`the stream's key is refused: ${errorText(error)}`)
    }
  }
}
