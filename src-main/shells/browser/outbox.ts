// What is sent to one screen, bounded: a reader that is too slow loses frames of the desk and is told to take a new snapshot. Of the books it gets
// the newest alone, with the trades of those that were held back for it.
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

/** As many trades as the contract allows in one frame of a book. */
const BOOK_TRADES_MAX = 200

/** The newest book that could not be sent, and the trades of those it stands for, oldest first. */
type HeldBook = { readonly message: string; readonly missed: readonly unknown[] }

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
  /** By instrument. */
  readonly #books = new Map<string, HeldBook>()

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

  /** A newer book stands for the older, but its trades are only its own: while the reader is behind, one book is held per instrument, and the trades of all. */
  #sendBook(message: string): void {
    if (this.#socket.bufferedAmount <= this.#options.resumeBytes && this.#books.size === 0) return this.#socket.send(message)
    const instrumentId = BOOK_INSTRUMENT.exec(message)?.[1]
    if (instrumentId === undefined) return
    const held = this.#books.get(instrumentId)
    this.#books.set(instrumentId, { message, missed: held === undefined ? [] : tradesBefore(message, held) })
    this.#waitForDrain()
  }

  #waitForDrain(): void {
    this.#drainCheck ??= setInterval(() => this.#resumeWhenDrained(), this.#options.checkMs)
  }
  #resumeWhenDrained(): void {
    if (this.#socket.bufferedAmount > this.#options.resumeBytes) return
    const messages = [...(this.#isDropping ? [RESYNC] : []), ...[...this.#books.values()].map(bookMessage)]
    this.close()
    for (const message of messages) this.#socket.send(message)
  }
}

type BookPayload = Readonly<Record<string, unknown>>

function payloadOf(message: string): BookPayload {
  const event: unknown = JSON.parse(message)
  const payload = isRecord(event) ? event['payload'] : null
  return isRecord(payload) ? payload : {}
}
const isRecord = (value: unknown): value is BookPayload => typeof value === 'object' && value !== null && !Array.isArray(value)

const tradesOf = ({ trades }: BookPayload): readonly unknown[] => (Array.isArray(trades) ? trades : [])

/** The newest trades that the reader of this book alone would miss; none when the market was wound back, because it starts over then. */
function tradesBefore(message: string, held: HeldBook): readonly unknown[] {
  const before = payloadOf(held.message)
  if (Number(payloadOf(message)['tsMs']) < Number(before['tsMs'])) return []
  return [...held.missed, ...tradesOf(before)].slice(-BOOK_TRADES_MAX)
}

function bookMessage({ message, missed }: HeldBook): string {
  if (missed.length === 0) return message
  const payload = payloadOf(message)
  return eventMessage('book', JSON.stringify({ ...payload, trades: [...missed, ...tradesOf(payload)].slice(-BOOK_TRADES_MAX) }))
}
