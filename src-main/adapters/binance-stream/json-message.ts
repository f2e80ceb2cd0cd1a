// The slow way to read a message: JSON.parse and checks. For shapes the byte parser leaves aside, and the measure of what it must agree with.
import type { PriceGrid } from '../../core/market/book-grid.ts'
import { type BookUpdate, LEVELS_MAX } from '../../core/market/book-update.ts'
import type { MarketMessage } from '../../core/ports/market-messages.ts'

/** An instrument as the venue's streams name it. */
export type StreamInstrument = { readonly marketId: string; readonly grid: PriceGrid }

type Fields = Readonly<Record<string, unknown>>
const DECIMAL = /^\d{1,15}(?:\.\d{1,15})?$/
/** More digits than a float holds exactly. */
const DIGITS_MAX = 15

class BadMessage extends Error {}

/** As `MarketMessageDecoder.decode`. A snapshot names no instrument: `into.instrument` stays as it is. */
export function decodeJson(text: string, instruments: readonly StreamInstrument[], into: MarketMessage): string | null {
  try {
    const json: unknown = JSON.parse(text)
    const data = isFields(json) && isFields(json['data']) ? json['data'] : json
    if (!isFields(data)) throw new BadMessage('it is not an object')
    readMessage(data, instruments, into)
    return null
  } catch (error) {
    if (!(error instanceof BadMessage || error instanceof SyntaxError)) throw error
    return `message ${JSON.stringify(text.slice(0, 120))} cannot be read: ${error.message}`
  }
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

function readMessage(data: Fields, instruments: readonly StreamInstrument[], into: MarketMessage): void {
  into.kind = 'other'
  if (data['lastUpdateId'] !== undefined) return readSnapshot(data, instruments, into)
  const order = data['e'] === 'forceOrder' && isFields(data['o']) ? data['o'] : null
  const marketId = (order ?? data)['s']
  into.instrument = instruments.findIndex((each) => each.marketId === marketId)
  const grid = instruments[into.instrument]?.grid
  if (grid === undefined) return
  switch (data['e']) {
    case 'depthUpdate':
      return readDepth(data, grid, into)
    case 'aggTrade':
    case 'trade':
      return readTrade(data, into)
    case 'forceOrder':
      return order === null ? undefined : readForced(order, into)
    case 'bookTicker':
    case undefined:
      return readTicker(data, grid, into)
    default:
      return
  }
}

function readDepth(data: Fields, grid: PriceGrid, into: MarketMessage): void {
  const { book } = into
  into.tsMs = timeOf(data)
  book.firstId = idFrom(data['U'], 'U')
  book.finalId = idFrom(data['u'], 'u')
  book.previousId = data['pu'] === undefined ? Number.NaN : idFrom(data['pu'], 'pu')
  readLevels(book, { bids: data['b'], asks: data['a'], grid })
  into.kind = 'depth'
}
/** Its grid is that of the instrument it was asked for. */
function readSnapshot(data: Fields, instruments: readonly StreamInstrument[], into: MarketMessage): void {
  const grid = instruments[into.instrument]?.grid
  if (grid === undefined) throw new BadMessage('a snapshot of no known instrument')
  const { book } = into
  into.tsMs = data['T'] === undefined ? Number.NaN : timeOf(data)
  book.firstId = 0
  book.finalId = idFrom(data['lastUpdateId'], 'lastUpdateId')
  book.previousId = Number.NaN
  readLevels(book, { bids: data['bids'], asks: data['asks'], grid })
  into.kind = 'snapshot'
}
function readTrade(data: Fields, into: MarketMessage): void {
  into.tsMs = timeOf(data)
  // Futures mark trades of the insurance fund and others that no taker made.
  if (data['X'] !== undefined && data['X'] !== 'MARKET') return
  into.tradeId = data['e'] === 'aggTrade' ? idFrom(data['a'], 'a') : idFrom(data['t'], 't')
  into.price = decimalFrom(data['p'], 'p')
  into.quantity = decimalFrom(data['q'], 'q')
  if (typeof data['m'] !== 'boolean') throw new BadMessage(`m is ${JSON.stringify(data['m'])}, expected true or false`)
  into.isBuy = !data['m']
  into.kind = 'trade'
}
function readTicker(data: Fields, grid: PriceGrid, into: MarketMessage): void {
  if (data['B'] === undefined) return
  into.tsMs = data['T'] === undefined ? Number.NaN : timeOf(data)
  into.book.finalId = idFrom(data['u'], 'u')
  into.bidTick = tickFrom(data['b'], grid)
  into.bidQuantity = decimalFrom(data['B'], 'B')
  into.askTick = tickFrom(data['a'], grid)
  into.askQuantity = decimalFrom(data['A'], 'A')
  into.kind = 'ticker'
}
/** What was filled of a liquidation: average price and accumulated quantity. */
function readForced(order: Fields, into: MarketMessage): void {
  into.tsMs = timeOf(order)
  into.price = decimalFrom(order['ap'], 'ap')
  into.quantity = decimalFrom(order['z'], 'z')
  if (order['S'] !== 'BUY' && order['S'] !== 'SELL') throw new BadMessage(`S is ${JSON.stringify(order['S'])}, expected BUY or SELL`)
  into.isBuy = order['S'] === 'BUY'
  into.kind = 'forced'
}

function readLevels(book: BookUpdate, of: { readonly bids: unknown; readonly asks: unknown; readonly grid: PriceGrid }): void {
  book.bidCount = 0
  book.askCount = 0
  book.bidCount = readSide(book, of.bids, of.grid)
  book.askCount = readSide(book, of.asks, of.grid)
}
function readSide(book: BookUpdate, levels: unknown, grid: PriceGrid): number {
  if (!Array.isArray(levels)) throw new BadMessage('a side of the book is no list')
  if (book.bidCount + levels.length > LEVELS_MAX) throw new BadMessage(`more than ${LEVELS_MAX} levels`)
  levels.forEach((level: unknown, i) => {
    if (!Array.isArray(level) || level.length < 2) throw new BadMessage(`level ${JSON.stringify(level)}, expected [price, quantity]`)
    book.ticks[book.bidCount + i] = tickFrom(level[0], grid)
    book.quantities[book.bidCount + i] = decimalFrom(level[1], 'quantity')
  })
  return levels.length
}

/** The time of the venue's engine where it says, else the time it sent the message. */
const timeOf = (data: Fields): number => idFrom(data['T'] ?? data['E'], 'T')

function idFrom(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new BadMessage(`${name} is ${JSON.stringify(value)}, expected a whole number`)
}
function decimalFrom(value: unknown, name: string): number {
  if (typeof value === 'string' && DECIMAL.test(value) && value.replace('.', '').length <= DIGITS_MAX) return Number(value)
  throw new BadMessage(`${name} is ${JSON.stringify(value)}, expected a decimal in quotes`)
}
function tickFrom(value: unknown, grid: PriceGrid): number {
  const tick = Math.round((decimalFrom(value, 'price') * grid.scale) / grid.step)
  if (Number.isSafeInteger(tick) && (tick * grid.step) / grid.scale === Number(value)) return tick
  throw new BadMessage(`price ${JSON.stringify(value)} is not on the grid of ${grid.step / grid.scale}`)
}
