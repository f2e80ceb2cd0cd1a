// What is sent to one screen, bounded: a reader that is too slow loses frames of the desk and is told to take a new snapshot. Of the books it gets
// the newest alone.
import type { TopicName } from '../../../src-shared/bridge/contract.ts'

/** The part of a WebSocket needed here. */
export interface OutgoingSocket {
  readonly bufferedAmount: number
  send(text: string): void
  terminate(): void
}
export type OutboxOptions = {
  /** Unsent bytes above which frames of the desk are dropped. */
  readonly dropBytes: number
  /** Unsent bytes below which the reader has caught up. */
  readonly resumeBytes: number
  /** Unsent bytes above which the connection is given up. */
  readonly giveUpBytes: number
  readonly checkMs: number
}
export const OUTBOX_DEFAULTS: OutboxOptions = { dropBytes: 1 << 20, resumeBytes: 1 << 16, giveUpBytes: 1 << 26, checkMs: 100 }

const RESYNC = eventMessage('resync', JSON.stringify({ reason: 'this screen was too slow and missed changes' }))

/** A frame of a book names its instrument; only that is read of it here. */
const BOOK_INSTRUMENT = /"instrumentId":"([^"]{1,64})"/

/** The message of an event, made once for all screens. */
export function eventMessage(topic: TopicName, payloadJson: string): string {
  return `{"t":"event","topic":"${topic}","payload":${payloadJson}}`
}

export class Outbox {
  readonly #socket: OutgoingSocket
  readonly #options: OutboxOptions
  /** Runs while frames are being dropped or held. */
  #drainCheck: NodeJS.Timeout | undefined
  #isDropping = false
  /** The newest book of each instrument that could not be sent yet. */
  readonly #books = new Map<string, string>()

  constructor(socket: OutgoingSocket, options: Partial<OutboxOptions> = {}) {
    this.#socket = socket
    this.#options = { ...OUTBOX_DEFAULTS, ...options }
  }

  /** Answers are never dropped. */
  send(message: string): void {
    if (this.#socket.bufferedAmount > this.#options.giveUpBytes) return this.#socket.terminate()
    this.#socket.send(message)
  }

  /** `message` comes from `eventMessage`. Frames of the desk, books and log lines may be dropped, states never. */
  sendEvent(topic: TopicName, message: string): void {
    if (topic === 'book') return this.#sendBook(message)
    const mayDrop = topic === 'desk' || topic === 'log'
    if (!mayDrop) return this.send(message)
    if (!this.#isDropping && this.#socket.bufferedAmount <= this.#options.dropBytes) return this.#socket.send(message)
    this.#isDropping = true
    this.#waitForDrain()
  }

  close(): void {
    clearInterval(this.#drainCheck)
    this.#drainCheck = undefined
    this.#isDropping = false
    this.#books.clear()
  }

  /** A newer book stands for the older: while the reader is behind, one is held per instrument. */
  #sendBook(message: string): void {
    if (this.#socket.bufferedAmount <= this.#options.resumeBytes && this.#books.size === 0) return this.#socket.send(message)
    const instrumentId = BOOK_INSTRUMENT.exec(message)?.[1]
    if (instrumentId === undefined) return
    this.#books.set(instrumentId, message)
    this.#waitForDrain()
  }

  #waitForDrain(): void {
    this.#drainCheck ??= setInterval(() => this.#resumeWhenDrained(), this.#options.checkMs)
  }
  #resumeWhenDrained(): void {
    if (this.#socket.bufferedAmount > this.#options.resumeBytes) return
    const messages = [...(this.#isDropping ? [RESYNC] : []), ...this.#books.values()]
    this.close()
    for (const message of messages) this.#socket.send(message)
  }
}
