// Raw messages of a venue's public streams, as recorded or as they arrive: whoever reads the bytes stands behind this shape.
import { BookUpdate } from '../market/book-update.ts'

export type MarketMessageKind =
  /** A change of some levels of the book. */
  | 'depth'
  /** The whole book as far as the venue tells it. */
  | 'snapshot'
  | 'trade'
  /** Best bid and ask as the venue itself says. */
  | 'ticker'
  | 'forced'
  /** Well-formed, but nothing that is used here, or of an instrument that is not followed. */
  | 'other'

/** One message, filled again and again. Only the fields of its kind are set; the others hold what an earlier message left. */
export class MarketMessage {
  kind: MarketMessageKind = 'other'
  /** Place of the instrument in the list the decoder was made with; −1 where none is named. */
  instrument = -1
  /** When the venue's engine did it; NaN where the venue does not say. */
  tsMs = Number.NaN
  readonly book = new BookUpdate()
  /** Of a trade or a forced order. `isBuy`: the taker, or the forced order, bought. */
  price = 0
  quantity = 0
  isBuy = false
  tradeId = 0
  /** Of a ticker; its last change is `book.finalId`. */
  bidTick = 0
  bidQuantity = 0
  askTick = 0
  askQuantity = 0
}

export type MarketMessageDecoder = {
  /**
   * Reads `bytes[from..to)` into `into`. Returns null, or one sentence about what is wrong with the bytes; `into` is worth nothing then.
   * Never throws, whatever the bytes are.
   */
  decode(bytes: Uint8Array, range: { readonly from: number; readonly to: number }, into: MarketMessage): string | null
}
