// Proves that the byte parser reads what JSON.parse reads: on every recorded message, on messages made at random, and on recorded ones that were
// damaged. It never throws, and what neither can read is refused with a sentence.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteDecoder } from '../../src-main/adapters/binance-stream/byte-decoder.ts'
import { decodeJson } from '../../src-main/adapters/binance-stream/json-message.ts'
import { RawLines } from '../../src-main/adapters/replay/raw-lines.ts'
import { MarketMessage } from '../../src-main/core/ports/market-messages.ts'
import { HUNDREDTH, SHARED_RECORDINGS, TENTH, hasSharedRecordings, sharedBytes, sliceBytes } from '../support/book-recordings.ts'

const BTC = [{ marketId: 'BTCUSDT', grid: TENTH }]
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Only what the kind of message sets. */
function content(message: MarketMessage): unknown {
  const { kind, instrument, tsMs, book } = message
  const count = book.bidCount + book.askCount
  switch (kind) {
    case 'depth':
    case 'snapshot':
      return {
        kind,
        instrument,
        tsMs,
        firstId: book.firstId,
        finalId: book.finalId,
        previousId: book.previousId,
        bidCount: book.bidCount,
        askCount: book.askCount,
        ticks: [...book.ticks.subarray(0, count)],
        quantities: [...book.quantities.subarray(0, count)],
      }
    case 'trade':
      return { kind, instrument, tsMs, price: message.price, quantity: message.quantity, isBuy: message.isBuy, id: message.tradeId }
    case 'forced':
      return { kind, instrument, tsMs, price: message.price, quantity: message.quantity, isBuy: message.isBuy }
    case 'ticker': {
      const { bidTick, bidQuantity, askTick, askQuantity } = message
      return { kind, instrument, tsMs, id: book.finalId, bidTick, bidQuantity, askTick, askQuantity }
    }
    case 'other':
      return { kind }
  }
}
/** The same comparison for hundreds of thousands of messages: what is equal is not made into objects first. */
function isSame(a: MarketMessage, b: MarketMessage): boolean {
  if (a.kind !== 'depth' || b.kind !== 'depth') return JSON.stringify(content(a)) === JSON.stringify(content(b))
  const count = a.book.bidCount + a.book.askCount
  for (let i = 0; i < count; i += 1) {
    if (a.book.ticks[i] !== b.book.ticks[i] || a.book.quantities[i] !== b.book.quantities[i]) return false
  }
  const fields = ({ instrument, tsMs, book }: MarketMessage): string =>
    [instrument, tsMs, book.firstId, book.finalId, book.previousId, book.bidCount, book.askCount].join()
  return fields(a) === fields(b)
}
function both(bytes: Uint8Array, instruments = BTC): { fast: unknown; slow: unknown } {
  const read = (into: MarketMessage, fault: string | null): unknown => fault ?? content(into)
  const fast = new MarketMessage()
  const slow = new MarketMessage()
  fast.instrument = 0
  slow.instrument = 0
  const byBytes = new ByteDecoder(instruments).decode(bytes, { from: 0, to: bytes.length }, fast)
  return { fast: read(fast, byBytes), slow: read(slow, decodeJson(new TextDecoder().decode(bytes), instruments, slow)) }
}
const messages = (bytes: Uint8Array): Uint8Array[] => {
  const lines = new RawLines(bytes)
  const found: Uint8Array[] = []
  while (lines.next()) found.push(bytes.slice(lines.from, lines.to))
  return found
}

const slice = messages(sliceBytes())
/** One of each kind that the fast way knows, from the recording; the shortest ones, so that a damaged byte is likely to matter. */
const samples = ['"e":"depthUpdate"', '"e":"trade"', '"e":"bookTicker"'].map((mark) => {
  const texts = slice.map((each) => new TextDecoder().decode(each)).filter((text) => text.includes(mark))
  return texts.toSorted((a, b) => a.length - b.length)[0] ?? ''
})

const decimal = fc.tuple(fc.nat(999_999), fc.nat(9)).map(([whole, fraction]) => `${whole}.${fraction}0`)
const level = fc.tuple(
  decimal,
  fc.tuple(fc.nat(9_999), fc.nat(999)).map(([whole, part]) => `${whole}.${String(part).padStart(3, '0')}`),
)
const depth = fc.record({
  e: fc.constant('depthUpdate'),
  E: fc.nat(),
  T: fc.nat(),
  s: fc.constantFrom('BTCUSDT', 'ETHUSDT'),
  U: fc.nat(),
  u: fc.nat(),
  pu: fc.nat(),
  b: fc.array(level, { maxLength: 6 }),
  a: fc.array(level, { maxLength: 6 }),
})
const trade = fc.record({
  e: fc.constantFrom('aggTrade', 'trade'),
  E: fc.nat(),
  a: fc.nat(),
  t: fc.nat(),
  s: fc.constant('BTCUSDT'),
  p: decimal,
  q: decimal,
  T: fc.nat(),
  m: fc.boolean(),
  X: fc.constantFrom('MARKET', 'INSURANCE_FUND'),
})

describe('the byte parser', () => {
  it('agrees with JSON.parse on the whole bundled slice', () => {
    for (const bytes of slice) {
      const { fast, slow } = both(bytes)
      expect(fast).toEqual(slow)
      expect(fast).toMatchObject({ kind: expect.any(String) })
    }
  })

  // Skipped without the shared data folder beside the project: the recordings are too large to carry along.
  it.skipIf(!hasSharedRecordings).each(SHARED_RECORDINGS)('agrees with JSON.parse on $file', (recording) => {
    const fastDecoder = new ByteDecoder([recording])
    const fast = new MarketMessage()
    const slow = new MarketMessage()
    let different = 0
    const bytes = sharedBytes(recording)
    const lines = new RawLines(bytes)
    const text = new TextDecoder()
    while (lines.next()) {
      fast.instrument = 0
      slow.instrument = 0
      const faults = [
        fastDecoder.decode(bytes, lines, fast),
        decodeJson(text.decode(bytes.subarray(lines.from, lines.to)), [recording], slow),
      ]
      if (faults[0] !== null || faults[1] !== null || !isSame(fast, slow)) different += 1
    }
    expect(different).toBe(0)
    // Mark prices and the snapshot are not what it is made for.
    expect(fastDecoder.slowMessages).toBeLessThan(1_100)
  })

  it('agrees with JSON.parse on messages made at random, in an envelope or without', () => {
    fc.assert(
      fc.property(fc.oneof(depth, trade), fc.boolean(), (data, wrapped) => {
        const { fast, slow } = both(bytesOf(JSON.stringify(wrapped ? { stream: 'x@y', data } : data)))
        expect(fast).toEqual(slow)
      }),
      { numRuns: 400 },
    )
  })

  it('agrees with JSON.parse on damaged messages: both read the same, or both refuse', () => {
    const damage = fc.array(
      fc.record({
        at: fc.nat(2_000),
        kind: fc.constantFrom('set', 'cut', 'insert'),
        byte: fc.constantFrom(...bytesOf('0917"[]{},:.-eEbaTU\\ \n\u0000')),
      }),
      { minLength: 1, maxLength: 3 },
    )
    fc.assert(
      fc.property(fc.constantFrom(...samples), damage, (sample, damages) => {
        const bytes = [...bytesOf(sample)]
        for (const { at, kind, byte } of damages) {
          const place = at % bytes.length
          if (kind === 'set') bytes[place] = byte
          if (kind === 'cut') bytes.splice(place, 1)
          if (kind === 'insert') bytes.splice(place, 0, byte)
        }
        const { fast, slow } = both(Uint8Array.from(bytes))
        expect(fast).toEqual(slow)
      }),
      { numRuns: 6_000 },
    )
  })

  it('never throws on garbage and says what it could not read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { fast } = both(bytes)
        expect(typeof fast === 'string' ? fast : 'read').toMatch(/^(read|message .* cannot be read: .+)$/s)
      }),
    )
    expect(both(bytesOf('{"e":"depthUpdate","s":"BTCUSDT","E":1,"U":1,"u":2,"b":[["61800.25","1"]],"a":[]}')).fast).toContain(
      'price "61800.25" is not on the grid of 0.1',
    )
    const huge = new Uint8Array((4 << 20) + 1)
    expect(both(huge).fast).toBe('message of 4194305 bytes, expected at most 4194304')
  })

  it('reads a forced order and a snapshot with white space by JSON.parse', () => {
    const forced = `{"e":"forceOrder","E":5,"o":{"s":"BTCUSDT","S":"SELL","o":"LIMIT","q":"0.014","p":"9910.0","ap":"9910.5","X":"FILLED","l":"0.014","z":"0.014","T":1568014460893}}`
    expect(both(bytesOf(forced)).fast).toEqual({
      kind: 'forced',
      instrument: 0,
      tsMs: 1568014460893,
      price: 9910.5,
      quantity: 0.014,
      isBuy: false,
    })
    const snapshot = '{"lastUpdateId": 7, "E": 5, "T": 4, "bids": [["1.5", "2"]], "asks": [["1.6", "0.1"]]}'
    expect(both(bytesOf(snapshot)).fast).toMatchObject({ kind: 'snapshot', finalId: 7, tsMs: 4, ticks: [15, 16], quantities: [2, 0.1] })
  })

  it('refuses a message with more levels than there is room for', () => {
    const levels = (count: number): string => Array.from({ length: count }, (_, i) => `["${i + 1}.0","1.000"]`).join(',')
    const text = (bids: number, asks: number): Uint8Array =>
      bytesOf(`{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":1,"u":2,"pu":0,"b":[${levels(bids)}],"a":[${levels(asks)}]}`)
    expect(both(text(5_000, 5_000)).fast).toMatchObject({ kind: 'depth', bidCount: 5_000, askCount: 5_000 })
    for (const read of Object.values(both(text(5_000, 5_001)))) expect(read).toContain('more than 10000 levels')
  })

  it('tells instruments apart, each on its own grid', () => {
    const two = [...BTC, { marketId: 'ETHUSDT', grid: HUNDREDTH }]
    const text = '{"e":"bookTicker","u":1,"s":"ETHUSDT","b":"2681.62","B":"1.165","a":"2681.63","A":"73.077","T":9,"E":9}'
    expect(both(bytesOf(text), two).fast).toMatchObject({ instrument: 1, bidTick: 268_162, askTick: 268_163 })
  })
})
