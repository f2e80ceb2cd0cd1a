// Reads Binance's public messages straight from bytes into ticks and floats: no strings, no objects. Measured against JSON.parse in
// `npm run bench -- book`. It knows the one way in which the venue writes these messages; whatever looks different is read by JSON.parse.
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import { priceGrid } from '../../core/market/book-grid.ts'
import { LEVELS_MAX } from '../../core/market/book-update.ts'
import type { MarketMessage, MarketMessageDecoder } from '../../core/ports/market-messages.ts'
import { type StreamInstrument, decodeJson } from './json-message.ts'

/** Larger than any message of these streams; a snapshot of 5,000 levels a side has half a megabyte. */
export const MESSAGE_BYTES_MAX = 4 << 20

const QUOTE = 0x22
const COMMA = 0x2c
const POINT = 0x2e
const ZERO = 0x30
const COLON = 0x3a
const OPEN = 0x5b
const CLOSE = 0x5d
const BRACE = 0x7b
const BRACE_END = 0x7d
const BACKSLASH = 0x5c
/** Digits that a float holds exactly, whatever they are. */
const DIGITS_MAX = 15
/** The first operand has at most 15 digits and the second is exact, so that the division is correctly rounded: the same float as Number(text). */
const POWERS_OF_TEN = Float64Array.from({ length: DIGITS_MAX + 1 }, (_, power) => 10 ** power)
const powerOfTen = (power: number): number => POWERS_OF_TEN[power] ?? 1

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const ENVELOPE = ascii('{"stream":"')
const ENVELOPE_DATA = ascii('"data":')
const SNAPSHOT_ID = ascii('lastUpdateId')
const MARKET = ascii('MARKET')
const TRUE = ascii('true')
const FALSE = ascii('false')
const DEPTH = 1
const AGGREGATE = 2
const TRADE = 3
const TICKER_EVENT = 4
const NO_EVENT = 0
const EVENTS: readonly { readonly name: Uint8Array; readonly event: number }[] = [
  { name: ascii('depthUpdate'), event: 1 },
  { name: ascii('aggTrade'), event: 2 },
  { name: ascii('trade'), event: 3 },
  { name: ascii('bookTicker'), event: TICKER_EVENT },
]

/** One bit per field that was seen; `b` and `a` mean different things by what stands there. A field that comes twice takes the slow way. */
const SEEN = {
  e: 1 << 0,
  E: 1 << 1,
  T: 1 << 2,
  s: 1 << 3,
  U: 1 << 4,
  u: 1 << 5,
  pu: 1 << 6,
  bids: 1 << 7,
  bidPrice: 1 << 8,
  asks: 1 << 9,
  askPrice: 1 << 10,
  aggregateId: 1 << 11,
  B: 1 << 12,
  A: 1 << 13,
  p: 1 << 14,
  q: 1 << 15,
  t: 1 << 16,
  m: 1 << 17,
  X: 1 << 18,
}
const ANY_B = SEEN.bids | SEEN.bidPrice
const ANY_A = SEEN.asks | SEEN.askPrice | SEEN.aggregateId
const DEPTH_FIELDS = SEEN.E | SEEN.s | SEEN.U | SEEN.u | SEEN.bids | SEEN.asks
const TRADE_FIELDS = SEEN.E | SEEN.s | SEEN.p | SEEN.q | SEEN.m
const TICKER_FIELDS = SEEN.s | SEEN.u | SEEN.bidPrice | SEEN.askPrice | SEEN.B | SEEN.A

/** Stands for itself inside a JSON string. */
const isPlain = (byte: number): boolean => byte >= 0x20 && byte < 0x7f && byte !== BACKSLASH && byte !== QUOTE

export class ByteDecoder implements MarketMessageDecoder {
  readonly #instruments: readonly StreamInstrument[]
  readonly #marketIds: readonly Uint8Array[]
  readonly #text = new TextDecoder()
  /** How many messages JSON.parse had to read. */
  slowMessages = 0
  #bytes: Uint8Array = new Uint8Array(0)
  #at = 0
  #to = 0
  #seen = 0
  #event = NO_EVENT
  #eventMs = 0
  #engineMs = 0
  #decimals = 0
  #step = 1
  #tradeId = 0
  #aggregateId = 0
  #isMarket = true

  constructor(instruments: readonly StreamInstrument[]) {
    this.#instruments = instruments
    this.#marketIds = instruments.map(({ marketId }) => ascii(marketId))
  }

  decode(bytes: Uint8Array, range: { readonly from: number; readonly to: number }, into: MarketMessage): string | null {
    const { from, to } = range
    if (to - from > MESSAGE_BYTES_MAX) return `message of ${to - from} bytes, expected at most ${MESSAGE_BYTES_MAX}`
    this.#bytes = bytes
    this.#at = from
    this.#to = to
    const wanted = into.instrument
    if (this.#envelope(into)) return null
    this.slowMessages += 1
    into.instrument = wanted
    return decodeJson(this.#text.decode(bytes.subarray(from, to)), this.#instruments, into)
  }

  // ---- every method below leaves `#at` behind what it has read, and returns false (or −1) at the first byte it does not expect.

  #envelope(into: MarketMessage): boolean {
    if (!this.#skip(ENVELOPE)) return this.#object(into) && this.#at === this.#to
    return (
      this.#string() &&
      this.#skipByte(COMMA) &&
      this.#skip(ENVELOPE_DATA) &&
      this.#object(into) &&
      this.#skipByte(BRACE_END) &&
      this.#at === this.#to
    )
  }

  #object(into: MarketMessage): boolean {
    this.#seen = 0
    this.#event = NO_EVENT
    this.#isMarket = true
    if (!this.#skipByte(BRACE)) return false
    for (;;) {
      if (!this.#field(into)) return false
      if (this.#skipByte(COMMA)) continue
      return this.#skipByte(BRACE_END) && this.#finish(into)
    }
  }

  #finish(into: MarketMessage): boolean {
    const seen = this.#seen
    into.tsMs = (seen & SEEN.T) !== 0 ? this.#engineMs : (seen & SEEN.E) !== 0 ? this.#eventMs : Number.NaN
    switch (this.#event) {
      case DEPTH:
        if ((seen & DEPTH_FIELDS) !== DEPTH_FIELDS) return false
        if ((seen & SEEN.pu) === 0) into.book.previousId = Number.NaN
        into.kind = 'depth'
        return true
      case AGGREGATE:
      case TRADE: {
        const isAggregate = this.#event === AGGREGATE
        if ((seen & TRADE_FIELDS) !== TRADE_FIELDS || (seen & (isAggregate ? SEEN.aggregateId : SEEN.t)) === 0) return false
        into.tradeId = isAggregate ? this.#aggregateId : this.#tradeId
        into.kind = this.#isMarket ? 'trade' : 'other'
        return true
      }
      default:
        // Spot's best bid and ask names no event and no time.
        if ((seen & TICKER_FIELDS) !== TICKER_FIELDS) return false
        if ((seen & SEEN.T) === 0) into.tsMs = Number.NaN
        into.kind = 'ticker'
        return true
    }
  }

  /** One `"key":value`. Keys have one letter, apart from `pu` and those that are passed over. */
  #field(into: MarketMessage): boolean {
    const bytes = this.#bytes
    const at = this.#at
    if (bytes[at] !== QUOTE) return false
    if (bytes[at + 2] === QUOTE && bytes[at + 3] === COLON) {
      this.#at = at + 4
      return this.#letter(bytes[at + 1] ?? 0, into)
    }
    if (bytes[at + 1] === 0x70 && bytes[at + 2] === 0x75 && bytes[at + 3] === QUOTE && bytes[at + 4] === COLON) {
      this.#at = at + 5
      into.book.previousId = this.#integer()
      return into.book.previousId >= 0 && this.#note(SEEN.pu)
    }
    this.#at = at + 1
    // A snapshot comes by request, once: it takes the slow way.
    if (this.#skip(SNAPSHOT_ID)) return false
    return this.#string() && this.#skipByte(COLON) && this.#anyScalar()
  }

  #letter(letter: number, into: MarketMessage): boolean {
    switch (letter) {
      case 0x65: // e
        return this.#eventName() && this.#note(SEEN.e)
      case 0x45: // E
        return (this.#eventMs = this.#integer()) >= 0 && this.#note(SEEN.E)
      case 0x54: // T
        return (this.#engineMs = this.#integer()) >= 0 && this.#note(SEEN.T)
      case 0x73: // s
        return this.#marketId(into) && this.#note(SEEN.s)
      case 0x55: // U
        return (into.book.firstId = this.#integer()) >= 0 && this.#note(SEEN.U)
      case 0x75: // u
        return (into.book.finalId = this.#integer()) >= 0 && this.#note(SEEN.u)
      case 0x74: // t
        return (this.#tradeId = this.#integer()) >= 0 && this.#note(SEEN.t)
      case 0x62: // b
        return (this.#seen & ANY_B) === 0 && this.#bids(into)
      case 0x61: // a
        return (this.#seen & ANY_A) === 0 && this.#asksOrId(into)
      case 0x42: // B
        return (into.bidQuantity = this.#quoted()) >= 0 && this.#note(SEEN.B)
      case 0x41: // A
        return (into.askQuantity = this.#quoted()) >= 0 && this.#note(SEEN.A)
      case 0x70: // p
        return (into.price = this.#quoted()) >= 0 && this.#note(SEEN.p)
      case 0x71: // q
        return (into.quantity = this.#quoted()) >= 0 && this.#note(SEEN.q)
      case 0x6d: // m
        return this.#isMaker(into) && this.#note(SEEN.m)
      case 0x58: // X
        return this.#isMarketTrade() && this.#note(SEEN.X)
      default:
        return isPlain(letter) && this.#anyScalar()
    }
  }

  /** False when the field has been there before. */
  #note(bit: number): boolean {
    if ((this.#seen & bit) !== 0) return false
    this.#seen |= bit
    return true
  }

  #eventName(): boolean {
    if (!this.#skipByte(QUOTE)) return false
    for (const { name, event } of EVENTS) {
      if (!this.#skip(name)) continue
      this.#event = event
      return this.#skipByte(QUOTE)
    }
    return false
  }
  #marketId(into: MarketMessage): boolean {
    if (!this.#skipByte(QUOTE)) return false
    for (let i = 0; i < this.#marketIds.length; i += 1) {
      const id = this.#marketIds[i]
      if (id === undefined || this.#bytes[this.#at + id.length] !== QUOTE || !this.#skip(id)) continue
      const grid = this.#instruments[i]?.grid
      if (grid === undefined) return false
      into.instrument = i
      this.#decimals = grid.decimals
      this.#step = grid.step
      return this.#skipByte(QUOTE)
    }
    return false
  }
  #isMaker(into: MarketMessage): boolean {
    const letter = this.#bytes[this.#at]
    into.isBuy = letter === 0x66 // f
    return this.#anyScalar() && (letter === 0x66 || letter === 0x74)
  }
  #isMarketTrade(): boolean {
    if (!this.#skipByte(QUOTE)) return false
    this.#isMarket = this.#skip(MARKET)
    if (this.#isMarket) return this.#skipByte(QUOTE)
    return this.#string()
  }

  #bids(into: MarketMessage): boolean {
    if ((this.#seen & SEEN.s) === 0) return false
    if (this.#bytes[this.#at] !== OPEN) return (into.bidTick = this.#quotedTick()) >= 0 && this.#note(SEEN.bidPrice)
    // Levels lie bids first; a message that has its asks first takes the slow way.
    if ((this.#seen & ANY_A) !== 0) return false
    const count = this.#levels(into, 0)
    into.book.bidCount = count
    return count >= 0 && this.#note(SEEN.bids)
  }
  #asksOrId(into: MarketMessage): boolean {
    const byte = this.#bytes[this.#at] ?? 0
    if (byte === OPEN) {
      if ((this.#seen & SEEN.bids) === 0) return false
      const count = this.#levels(into, into.book.bidCount)
      into.book.askCount = count
      return count >= 0 && this.#note(SEEN.asks)
    }
    if (byte === QUOTE) return (this.#seen & SEEN.s) !== 0 && (into.askTick = this.#quotedTick()) >= 0 && this.#note(SEEN.askPrice)
    return (this.#aggregateId = this.#integer()) >= 0 && this.#note(SEEN.aggregateId)
  }

  /** `[["price","quantity"],…]` from this place of the columns on; the number of levels, or −1. The hot loop. */
  #levels(into: MarketMessage, first: number): number {
    const { ticks, quantities } = into.book
    const bytes = this.#bytes
    const at = this.#at + 1
    if (bytes[at] === CLOSE) {
      this.#at = at + 1
      return 0
    }
    this.#at = at
    for (let level = first; level < LEVELS_MAX; level += 1) {
      if (bytes[this.#at] !== OPEN) return -1
      this.#at += 1
      const tick = this.#quotedTick()
      if (tick < 0 || bytes[this.#at] !== COMMA) return -1
      this.#at += 1
      const quantity = this.#quoted()
      if (quantity < 0 || bytes[this.#at] !== CLOSE) return -1
      ticks[level] = tick
      quantities[level] = quantity
      const next = bytes[this.#at + 1]
      this.#at += 2
      if (next === CLOSE) return level + 1 - first
      if (next !== COMMA) return -1
    }
    return -1
  }

  /** `"123.45"` as a float; −1 where it is not one. */
  #quoted(): number {
    const bytes = this.#bytes
    let at = this.#at + 1
    if (bytes[at - 1] !== QUOTE) return -1
    let value = 0
    const start = at
    let digit = (bytes[at] ?? 0) - ZERO
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit
      at += 1
      digit = (bytes[at] ?? 0) - ZERO
    }
    if (at === start) return -1
    let fraction = 0
    if (bytes[at] === POINT) {
      const point = at
      at += 1
      digit = (bytes[at] ?? 0) - ZERO
      while (digit >= 0 && digit <= 9) {
        value = value * 10 + digit
        at += 1
        digit = (bytes[at] ?? 0) - ZERO
      }
      fraction = at - point - 1
      if (fraction === 0) return -1
    }
    if (bytes[at] !== QUOTE || at >= this.#to || at - start > DIGITS_MAX) return -1
    this.#at = at + 1
    return fraction === 0 ? value : value / powerOfTen(fraction)
  }

  /** `"123.45"` as a number of ticks; −1 where it is none. The same walk as `#quoted`: a shared one took 15 % more per message. */
  #quotedTick(): number {
    const bytes = this.#bytes
    let at = this.#at + 1
    if (bytes[at - 1] !== QUOTE) return -1
    let value = 0
    const start = at
    let digit = (bytes[at] ?? 0) - ZERO
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit
      at += 1
      digit = (bytes[at] ?? 0) - ZERO
    }
    if (at === start) return -1
    let fraction = 0
    if (bytes[at] === POINT) {
      const point = at
      at += 1
      digit = (bytes[at] ?? 0) - ZERO
      while (digit >= 0 && digit <= 9) {
        value = value * 10 + digit
        at += 1
        digit = (bytes[at] ?? 0) - ZERO
      }
      fraction = at - point - 1
      if (fraction === 0) return -1
    }
    if (bytes[at] !== QUOTE || at >= this.#to || at - start > DIGITS_MAX) return -1
    this.#at = at + 1
    return this.#tickFrom(value, fraction)
  }
  #tickFrom(value: number, fraction: number): number {
    const decimals = this.#decimals
    if (fraction > decimals) value /= powerOfTen(fraction - decimals)
    else if (fraction < decimals) value *= powerOfTen(decimals - fraction)
    if (this.#step !== 1) value /= this.#step
    return Number.isSafeInteger(value) ? value : -1
  }

  /** A whole number without a sign or leading zeros; −1 where it is none. */
  #integer(): number {
    const bytes = this.#bytes
    const start = this.#at
    let at = start
    let value = 0
    let digit = (bytes[at] ?? 0) - ZERO
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit
      at += 1
      digit = (bytes[at] ?? 0) - ZERO
    }
    const length = at - start
    if (length === 0 || length > DIGITS_MAX || at >= this.#to || (length > 1 && bytes[start] === ZERO)) return -1
    const after = bytes[at]
    if (after !== COMMA && after !== BRACE_END) return -1
    this.#at = at
    return value
  }

  /** The rest of a string whose opening quote has been read: plain ASCII without escapes. */
  #string(): boolean {
    const bytes = this.#bytes
    for (let at = this.#at; at < this.#to; at += 1) {
      const byte = bytes[at] ?? 0
      if (byte === QUOTE) {
        this.#at = at + 1
        return true
      }
      if (!isPlain(byte)) return false
    }
    return false
  }
  #anyScalar(): boolean {
    const byte = this.#bytes[this.#at] ?? 0
    if (byte === QUOTE) {
      this.#at += 1
      return this.#string()
    }
    if (byte === 0x74) return this.#skip(TRUE)
    if (byte === 0x66) return this.#skip(FALSE)
    return this.#integer() >= 0
  }
  #skip(text: Uint8Array): boolean {
    const bytes = this.#bytes
    const at = this.#at
    if (at + text.length > this.#to) return false
    for (let i = 0; i < text.length; i += 1) if (bytes[at + i] !== text[i]) return false
    this.#at = at + text.length
    return true
  }
  #skipByte(byte: number): boolean {
    if (this.#at >= this.#to || this.#bytes[this.#at] !== byte) return false
    this.#at += 1
    return true
  }
}

/** Reads the messages of one instrument: for recordings. */
export const decoderFor = (instrument: Instrument, marketId: string): MarketMessageDecoder =>
  new ByteDecoder([{ marketId, grid: priceGrid(instrument.tickSize) }])
