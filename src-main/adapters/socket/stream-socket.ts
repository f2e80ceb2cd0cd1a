// One WebSocket to the venue that is kept open: dialled again with growing pauses when it breaks, and broken when it has fallen silent.
import type { Agent } from 'node:http'
import WebSocket from 'ws'
import type { Scheduler } from '../../core/ports/scheduler.ts'

/** An address to dial, and what carries the connection there; null goes straight. */
export type Dial = { readonly url: string; readonly agent: Agent | null }
export type StreamSocketOptions = {
  /** Asked before each dial: an address may hold a key that expires. One that rejects is a failed dial; its message is the reason. */
  readonly address: () => Promise<Dial>
  /** Longer messages end the connection. */
  readonly messageBytesMax: number
  readonly scheduler: Scheduler
  /** A number from 0 to 1, for the jitter of pauses. */
  readonly chance: () => number
  /** After this long without any message or pong the connection counts as dead. */
  readonly silenceMsMax: number
  /** After this long without a message it is given up as well, though pongs come; Infinity where silence is normal. */
  readonly dataSilenceMsMax: number
  /** What asks for a sign of life where the venue does not answer the protocol's own ping. */
  readonly pingText?: string
}
export type StreamSocketListener = {
  onOpen(): void
  onMessage(bytes: Uint8Array): void
  /** It broke, or could not be opened; it is being dialled again. One sentence. */
  onLost(reason: string): void
}

const HANDSHAKE_MS_MAX = 10_000
const CHECK_MS = 5_000
const PAUSE_MS_MIN = 500
const PAUSE_MS_MAX = 30_000
/** A connection that held this long was a good one: the next pause is short again. */
const GOOD_AFTER_MS = 60_000
const REASON_LENGTH_MAX = 200

export class StreamSocket {
  readonly #options: StreamSocketOptions
  readonly #listener: StreamSocketListener
  #socket: WebSocket | null = null
  #attempt = 0
  #openedMs = Number.NaN
  #heardMs = 0
  /** Monotonic time of the last message; pongs do not count. */
  #dataMs = 0
  /** Why we ended the connection ourselves, or null. */
  #verdict: string | null = null
  #stopped = false
  readonly #timers = new Map<'check' | 'dial', () => void>()

  constructor(options: StreamSocketOptions, listener: StreamSocketListener) {
    this.#options = options
    this.#listener = listener
  }

  start(): void {
    void this.#dial()
    this.#check()
  }
  /** No listener is called afterwards. Resolves when the socket is closed. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
    const socket = this.#socket
    this.#socket = null
    if (socket === null || socket.readyState === WebSocket.CLOSED) return
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.terminate()
    await closed
  }

  /** False when the connection is not open: nothing is kept for later. */
  send(text: string): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false
    this.#socket.send(text)
    return true
  }
  /** Gives the present connection up for this reason; it is dialled again at the usual pace. */
  drop(reason: string): void {
    this.#verdict = reason
    this.#socket?.terminate()
  }
  /** Milliseconds since the last sign of life, or null while there is no open connection. */
  get ageMs(): number | null {
    return this.#socket?.readyState === WebSocket.OPEN ? this.#options.scheduler.monotonicMs() - this.#heardMs : null
  }

  async #dial(): Promise<void> {
    try {
      const { url, agent } = await this.#options.address()
      if (!this.#stopped) this.#connect(url, agent)
    } catch (error) {
      this.#failed(error instanceof Error ? error.message : String(error))
    }
  }
  #connect(url: string, agent: Agent | null): void {
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      // Whoever reads the bytes takes ASCII alone or checks them.
      skipUTF8Validation: true,
      maxPayload: this.#options.messageBytesMax,
      handshakeTimeout: HANDSHAKE_MS_MAX,
      followRedirects: false,
      ...(agent && { agent }),
    })
    this.#socket = socket
    this.#heardMs = this.#options.scheduler.monotonicMs()
    this.#openedMs = Number.NaN
    this.#verdict = null
    let reason = 'the connection was closed'
    socket.on('open', () => {
      this.#openedMs = this.#options.scheduler.monotonicMs()
      this.#heardMs = this.#openedMs
      this.#dataMs = this.#openedMs
      if (!this.#stopped) this.#listener.onOpen()
    })
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      this.#heardMs = this.#options.scheduler.monotonicMs()
      this.#dataMs = this.#heardMs
      if (!this.#stopped && !isBinary) this.#listener.onMessage(data)
    })
    socket.on('pong', () => (this.#heardMs = this.#options.scheduler.monotonicMs()))
    // Always followed by a close.
    socket.on('error', (error) => (reason = error.message.slice(0, REASON_LENGTH_MAX)))
    socket.on('close', () => this.#lost(socket, this.#verdict ?? reason))
  }

  #lost(socket: WebSocket, reason: string): void {
    if (this.#stopped || this.#socket !== socket) return
    if (this.#options.scheduler.monotonicMs() - this.#openedMs >= GOOD_AFTER_MS) this.#attempt = 0
    this.#failed(reason)
  }
  #failed(reason: string): void {
    if (this.#stopped) return
    const { chance } = this.#options
    const pauseMs = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** Math.min(this.#attempt, 20)) * (0.5 + chance() / 2)
    this.#attempt += 1
    this.#after('dial', pauseMs, () => void this.#dial())
    this.#listener.onLost(reason)
  }

  /** Asks for a sign of life, and gives the connection up when there was none for too long. */
  #check(): void {
    this.#after('check', CHECK_MS, () => {
      const socket = this.#socket
      if (socket?.readyState === WebSocket.OPEN) {
        this.#verdict = this.#silence()
        if (this.#verdict !== null) socket.terminate()
        else if (this.#options.pingText === undefined) socket.ping()
        else socket.send(this.#options.pingText)
      }
      this.#check()
    })
  }
  /** Why the open connection is worth nothing, or null. */
  #silence(): string | null {
    const { scheduler, silenceMsMax, dataSilenceMsMax } = this.#options
    const nowMs = scheduler.monotonicMs()
    if (nowMs - this.#heardMs > silenceMsMax) return `no sign of life for ${silenceMsMax / 1_000} s`
    return nowMs - this.#dataMs > dataSilenceMsMax ? `it sent no data for ${dataSilenceMsMax / 1_000} s` : null
  }
  #after(timer: 'check' | 'dial', delayMs: number, then: () => void): void {
    this.#timers.get(timer)?.()
    this.#timers.set(timer, this.#options.scheduler.schedule(delayMs, then))
  }
}
