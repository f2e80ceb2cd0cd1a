// Replays the recorded stream of one instrument through the same sync, book and order flow that a live one runs through.
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import { BookFrameGate } from '../../core/market/book-frame-gate.ts'
import { OrderFlow } from '../../core/market/order-flow.ts'
import type { MarketFeedEvents } from '../../core/ports/market-feed.ts'
import { MarketMessage, type MarketMessageDecoder } from '../../core/ports/market-messages.ts'
import { RawLines } from './raw-lines.ts'
import type { RecordedStream } from './recording.ts'
import type { StreamTrack } from './replay-cursor.ts'

/** Makes what reads the messages of an instrument; the venue's adapter has it. */
export type DecoderFor = (instrument: Instrument, marketId: string) => MarketMessageDecoder

export class ReplayStream implements StreamTrack {
  readonly flow: OrderFlow
  readonly #instrument: Instrument
  readonly #lines: RawLines
  readonly #decoder: MarketMessageDecoder
  readonly #message = new MarketMessage()
  readonly #gate = new BookFrameGate()
  #events: MarketFeedEvents | null = null
  #hasNews = false
  /** Event time of the message that has been read and not yet been told of; Infinity after the last. Single times may run back; this does not. */
  messageDueMs = Number.NEGATIVE_INFINITY
  /** Lines that could not be read. A lost update shows itself as a gap right after. */
  unreadable = 0

  constructor(instrument: Instrument, stream: RecordedStream, decoder: MarketMessageDecoder) {
    this.#instrument = instrument
    this.#lines = new RawLines(stream.bytes)
    this.#decoder = decoder
    this.flow = new OrderFlow(instrument, {
      onMeasures: (event) => this.#events?.onEvent(event),
      // The one snapshot is among the recorded messages, and another cannot be had: a book that is lost stays lost, and says why.
      onSnapshotNeeded: () => undefined,
    })
    this.flow.start()
    this.#read()
  }

  /** Takes in everything up to this time in silence; what follows is told. */
  start(fromMs: number, events: MarketFeedEvents): void {
    while (this.messageDueMs <= fromMs) this.emitMessage()
    // Before its first message there is nothing to tell of.
    if (Number.isFinite(this.flow.nowMs)) this.flow.advanceTo(fromMs)
    this.#events = events
  }

  get measuresDueMs(): number {
    return this.messageDueMs === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : this.flow.nextDueMs
  }
  emitMeasures(): void {
    this.flow.advanceTo(this.flow.nextDueMs)
  }
  emitMessage(): void {
    const { flow } = this
    const { kind, book, price, quantity, isBuy } = this.#message
    const tsMs = this.messageDueMs
    this.#hasNews = true
    if (kind === 'depth') flow.update(book, tsMs)
    else if (kind === 'snapshot') flow.snapshot(book, tsMs)
    else if (kind === 'forced') flow.forced({ price, quantity, isBuy }, tsMs)
    else if (kind === 'trade') {
      flow.trade({ price, quantity, isBuy }, tsMs)
      this.#events?.onEvent({ type: 'trade', instrumentId: this.#instrument.id, price, quantity, tsEventMs: tsMs })
    }
    this.#read()
    if (this.messageDueMs === Number.POSITIVE_INFINITY) flow.silent('the recording of the order book is over')
  }

  /** A frame for the screen, when there is anything new and the last one was long enough ago. */
  publish(monotonicMs: number): void {
    if (!this.#hasNews || !this.#gate.take(monotonicMs)) return
    this.#hasNews = false
    this.#events?.onBook?.(this.flow.frame())
  }

  /** Reads the next message that can be read; a snapshot names no instrument, and there is only one here. */
  #read(): void {
    const message = this.#message
    while (this.#lines.next()) {
      message.instrument = 0
      if (this.#decoder.decode(this.#lines.bytes, this.#lines, message) !== null) {
        this.unreadable += 1
        continue
      }
      if (message.kind === 'other' || message.kind === 'ticker') continue
      if (message.tsMs > this.messageDueMs) this.messageDueMs = message.tsMs
      return
    }
    this.messageDueMs = Number.POSITIVE_INFINITY
  }
}
