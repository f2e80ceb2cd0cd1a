// @vitest-environment jsdom
// Proves that a book is painted once per frame however fast it comes, that nothing it keeps grows without bound, and that its figures and
// shades are those of the book.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { COLUMNS_MAX, DepthColumns } from '../../src-renderer/charts/depth-columns.ts'
import { rgbOf } from '../../src-renderer/charts/depth-map.tsx'
import { priceRangeOf, shadeDepth } from '../../src-renderer/charts/depth-raster.ts'
import { BookFeed } from '../../src-renderer/stores/book-feed.ts'
import { TAPE_MAX, bookFigures, emptyBook, foldBook } from '../../src-renderer/stores/book-state.ts'
import { BTC, ETH, FakeBridge } from '../support/fake-bridge.ts'
import { type BookFrame, fakeBookFrame, fakeBookFrames } from '../support/fake-book.ts'

const START = Date.UTC(2025, 4, 4)
const frameAt = (i: number, over: Partial<BookFrame> = {}): BookFrame => ({
  ...fakeBookFrame({ instrumentId: BTC, tsMs: START + i * 250, mid: 90_000, seed: i + 1 }),
  ...over,
})
const trade = (quantity: number, tsMs = START, side: 'buy' | 'sell' = 'buy') => ({ tsMs, price: 90_000, quantity, side })

describe('feed', () => {
  let bridge: FakeBridge
  let paints: (() => void)[]
  let feed: BookFeed
  let stop = () => {}
  const told = vi.fn()
  const paint = () => paints.splice(0).forEach((run) => run())
  const settled = async () => {
    for (let turn = 0; turn < 4; turn++) await Promise.resolve()
  }

  beforeEach(() => {
    bridge = new FakeBridge({ minutes: 100, ahead: 10 })
    paints = []
    told.mockClear()
    feed = new BookFeed({
      bridge,
      instrumentId: BTC,
      nextFrame: (run) => {
        paints.push(run)
        return () => void (paints = paints.filter((other) => other !== run))
      },
    })
    feed.listen(told)
  })
  afterEach(() => {
    stop()
    stop = () => {}
  })
  const begin = async () => {
    stop = feed.start()
    await settled()
    told.mockClear()
  }

  test('begins with the newest book the engine has', async () => {
    bridge.books.set(BTC, frameAt(0))
    await begin()
    paint()
    expect(feed.current()).toMatchObject({ phase: 'ready', frame: { tsMs: START } })
  })

  test('says when this market has no book, and shows one that comes later', async () => {
    await begin()
    expect(feed.current().phase).toBe('none')
    bridge.sendBook(frameAt(1))
    paint()
    expect(feed.current().phase).toBe('ready')
  })

  test('passes a refusal on', async () => {
    bridge.fail('book.latest', { code: 'unknown_command', message: 'there is no command "book.latest"' })
    await begin()
    expect(feed.current()).toMatchObject({ phase: 'failed', error: { code: 'unknown_command' } })
  })

  test('tells once per paint, with every frame and trade folded in', async () => {
    await begin()
    for (let i = 0; i < 50; i++) bridge.sendBook(frameAt(i, { trades: [trade(i + 1)] }))
    expect(paints).toHaveLength(1)
    expect(told).not.toHaveBeenCalled()
    paint()
    expect(told).toHaveBeenCalledTimes(1)
    expect(feed.current().frame?.tsMs).toBe(START + 49 * 250)
    expect(feed.current().tape).toHaveLength(50)
    expect(feed.columns.size).toBe(50)
  })

  test('leaves the books of other instruments alone', async () => {
    await begin()
    bridge.sendBook({ ...frameAt(0), instrumentId: ETH })
    expect(paints).toHaveLength(0)
  })

  test('keeps only the newest frames while nothing is painted', async () => {
    await begin()
    for (let i = 0; i < 1000; i++) bridge.sendBook(frameAt(i, { trades: [] }))
    paint()
    expect(feed.columns.size).toBe(COLUMNS_MAX)
    expect(feed.columns.timeAt(0)).toBe(START + 700 * 250)
    expect(feed.columns.timeAt(COLUMNS_MAX - 1)).toBe(START + 999 * 250)
  })

  test('is silent after it was stopped, also for an answer on its way', async () => {
    const late = feed.start()
    bridge.sendBook(frameAt(0))
    late()
    await settled()
    paint()
    bridge.sendBook(frameAt(1))
    expect(told).not.toHaveBeenCalled()
    expect(feed.current().phase).toBe('loading')
  })
})

describe('tape', () => {
  test('is newest first and never longer than its limit', () => {
    const frames = Array.from({ length: 300 }, (_, i) => frameAt(i, { trades: [trade(1, i), trade(2, i)] }))
    const { tape } = frames.reduce((state, frame) => foldBook(state, [frame]), emptyBook)
    expect(tape).toHaveLength(TAPE_MAX)
    expect(tape.slice(0, 3).map(({ tsMs, quantity }) => [tsMs, quantity])).toEqual([
      [299, 2],
      [299, 1],
      [298, 2],
    ])
  })

  test('starts over when the market goes back in time', () => {
    const before = foldBook(emptyBook, [frameAt(9, { trades: [trade(1)] })])
    expect(foldBook(before, [frameAt(3, { trades: [trade(7)] })]).tape.map(({ quantity }) => quantity)).toEqual([7])
  })

  test('calls one trade in twenty big, and none before twenty were seen', () => {
    const upTo = (count: number) => foldBook(emptyBook, [frameAt(0, { trades: Array.from({ length: count }, (_, i) => trade(i + 1)) })])
    expect(upTo(19).bigFrom).toBeNull()
    const { tape, bigFrom } = upTo(100)
    expect(tape.filter(({ quantity }) => quantity >= (bigFrom ?? Infinity))).toHaveLength(6)
    expect(bigFrom).toBe(95)
  })
})

describe('figures', () => {
  test('spread, microprice and imbalance by hand', () => {
    const figures = bookFigures({
      bids: [
        [99, 3],
        [98, 1],
      ],
      asks: [
        [101, 1],
        [102, 3],
      ],
    })
    // Three stand at the bid and one at the ask: the next price is nearer to the ask.
    expect(figures).toEqual({ mid: 100, spread: 2, spreadBp: 200, microprice: 100.5, imbalance: 0 })
  })
  test('imbalance looks at ten levels and no further', () => {
    const level = (quantity: number): [number, number] => [100, quantity]
    const figures = bookFigures({
      bids: [...Array.from({ length: 10 }, () => level(2)), level(1000)],
      asks: Array.from({ length: 10 }, () => level(1)),
    })
    expect(figures?.imbalance).toBeCloseTo(1 / 3)
  })
  test('nothing is claimed of half a book', () => {
    expect(bookFigures({ bids: [[99, 1]], asks: [] })).toBeNull()
    expect(bookFigures({ bids: [[99, 0]], asks: [[101, 0]] })).toBeNull()
  })
})

describe('heat map', () => {
  const columnsOf = (...frames: readonly Pick<BookFrame, 'tsMs' | 'state' | 'bids' | 'asks' | 'trades'>[]) => {
    const columns = new DepthColumns()
    for (const frame of frames) columns.push(frame)
    return columns
  }
  const book = (tsMs: number, bids: [number, number][], asks: [number, number][], trades: BookFrame['trades'] = []) => ({
    tsMs,
    state: 'synced' as const,
    bids,
    asks,
    trades,
  })
  const shadesOf = (columns: DepthColumns, rows: number) => {
    const raster = { rows, shades: new Float32Array(rows * COLUMNS_MAX) }
    const range = priceRangeOf(columns, 1)
    if (range) shadeDepth(columns, range, raster)
    return (row: number, column: number) => raster.shades[row * COLUMNS_MAX + column] ?? Number.NaN
  }

  test('forgets the levels of a deeper book that stood in the same place', () => {
    const columns = columnsOf(
      ...Array.from({ length: COLUMNS_MAX }, (_, i) =>
        book(
          i,
          [
            [99, 1],
            [98, 1],
          ],
          [[101, 1]],
        ),
      ),
      book(COLUMNS_MAX, [[99, 1]], []),
    )
    const levels: number[] = []
    columns.eachLevel(COLUMNS_MAX - 1, (price) => levels.push(price))
    expect(levels).toEqual([99])
  })

  test('puts bids below asks, the newest column at the right edge, and leaves the rest empty', () => {
    const shade = shadesOf(columnsOf(book(1, [[98, 5]], [[100, 5]])), 30)
    const right = COLUMNS_MAX - 1
    const column = Array.from({ length: 30 }, (_, row) => Math.sign(shade(row, right)))
    expect(column.findIndex((sign) => sign < 0)).toBeLessThan(column.findIndex((sign) => sign > 0))
    expect(column.filter((sign) => sign !== 0).length).toBeGreaterThanOrEqual(18)
    expect(Array.from({ length: 30 }, (_, row) => shade(row, right - 1)).every((value) => value === 0)).toBe(true)
  })

  test('shades by the logarithm of the quantity: the greatest is 1, a hundredth of it is not lost', () => {
    const range = { low: 97.5, high: 100.5, step: 1 }
    const raster = { rows: 3, shades: new Float32Array(3 * COLUMNS_MAX) }
    shadeDepth(columnsOf(book(1, [[98, 100]], [[100, 1]])), range, raster)
    const at = (row: number) => raster.shades[row * COLUMNS_MAX + COLUMNS_MAX - 1]
    expect(at(2)).toBeCloseTo(1)
    expect(at(1)).toBe(0)
    expect(at(0)).toBeCloseTo(-Math.log(2) / Math.log(101))
  })

  test('spreads a level over the rows it covers, so that its quantity is kept', () => {
    const raster = { rows: 4, shades: new Float32Array(4 * COLUMNS_MAX) }
    // A step is one row high and lies half in one row, half in the next.
    shadeDepth(columnsOf(book(1, [[100, 8]], [])), { low: 98, high: 102, step: 1 }, raster)
    const column = [0, 1, 2, 3].map((row) => raster.shades[row * COLUMNS_MAX + COLUMNS_MAX - 1])
    expect(column).toEqual([0, 1, 1, 0])
  })

  test('has no prices to show without a level', () => expect(priceRangeOf(columnsOf(book(1, [], [])), 1)).toBeNull())

  test('sums what was traded between two books by side, at its mean price', () => {
    const trades: BookFrame['trades'] = [
      { tsMs: 1, price: 100, quantity: 1, side: 'buy' },
      { tsMs: 1, price: 103, quantity: 2, side: 'buy' },
      { tsMs: 1, price: 99, quantity: 5, side: 'sell' },
    ]
    const columns = columnsOf(book(1, [[99, 1]], [[101, 1]], trades))
    const seen: [number, number, boolean][] = []
    columns.eachTraded(0, (price, quantity, isBuy) => seen.push([price, quantity, isBuy]))
    expect(seen).toEqual([
      [102, 3, true],
      [99, 5, false],
    ])
  })

  test('lets trades go with their column', () => {
    const columns = columnsOf(
      ...Array.from({ length: COLUMNS_MAX }, (_, i) => book(i, [[99, 1]], [[101, 1]], [trade(i + 1)])),
      book(COLUMNS_MAX, [[99, 1]], [[101, 1]]),
    )
    const quantities: number[] = []
    for (let i = 0; i < columns.size; i++) columns.eachTraded(i, (_price, quantity) => quantities.push(quantity))
    expect(quantities).toEqual(Array.from({ length: COLUMNS_MAX - 1 }, (_, i) => i + 2))
  })

  test('shows the newest book whole, and as far as the market has been', () => {
    const range = priceRangeOf(
      columnsOf(
        book(1, [[108, 1]], [[110, 1]]),
        book(
          2,
          [[98, 1]],
          [
            [102, 1],
            [104, 1],
          ],
        ),
      ),
      1,
    )
    // The newest mid is 100 and its book reaches 4; the mid before was 9 away.
    expect(range?.low).toBeCloseTo(100 - (Math.min(13, 12) * 1.03 + 0.5))
    expect(range?.high).toBeCloseTo(100 + (12 * 1.03 + 0.5))
  })

  test('does not let a market that ran away press the newest book flat', () => {
    const range = priceRangeOf(columnsOf(book(1, [[9000, 1]], [[9001, 1]]), book(2, [[98, 1]], [[102, 1]])), 1)
    expect((range?.high ?? 0) - (range?.low ?? 0)).toBeLessThan(15)
    const shade = shadesOf(columnsOf(book(1, [[9000, 1]], [[9001, 1]]), book(2, [[98, 1]], [[102, 1]])), 20)
    expect(Array.from({ length: 20 }, (_, row) => shade(row, COLUMNS_MAX - 2)).every((value) => value === 0)).toBe(true)
  })

  test.each(['stale', 'syncing'] as const)('has no column of a book that is %s, and goes on after it', (state) => {
    const columns = columnsOf(
      book(1, [[99, 1]], [[101, 1]]),
      { ...book(2, [[99, 1]], [[101, 1]]), state },
      { ...book(2, [[99, 1]], [[101, 1]]), state },
      book(3, [[98, 1]], [[101, 1]]),
    )
    expect(Array.from({ length: columns.size }, (_, i) => columns.timeAt(i))).toEqual([1, 3])
  })

  test('has one column per time: the newest book of it, and the trades of all', () => {
    const columns = columnsOf(
      book(1, [[99, 1]], [[101, 1]]),
      book(2, [[99, 1]], [[101, 1]], [trade(1), trade(4, START, 'sell')]),
      book(2, [[98, 7]], [[101, 1]], [trade(2)]),
    )
    expect(columns.size).toBe(2)
    const levels: number[][] = []
    columns.eachLevel(1, (price, quantity) => levels.push([price, quantity]))
    expect(levels).toEqual([
      [98, 7],
      [101, 1],
    ])
    const traded: [number, boolean][] = []
    columns.eachTraded(1, (_price, quantity, isBuy) => traded.push([quantity, isBuy]))
    expect(traded).toEqual([
      [3, true],
      [4, false],
    ])
  })

  test('starts over when the market goes back in time', () => {
    const columns = columnsOf(...fakeBookFrames(20, { instrumentId: BTC, tsMs: START, mid: 90_000 }))
    columns.push(book(START - 1, [[1, 1]], [[2, 1]]))
    expect(columns.size).toBe(1)
    expect(columns.timeAt(0)).toBe(START - 1)
  })

  test('reads colours of six digits, of three, and nothing else', () => {
    expect(rgbOf('#0e141b')).toEqual([14, 20, 27])
    expect(rgbOf('#fff')).toEqual([255, 255, 255])
    expect(rgbOf('rebeccapurple')).toEqual([128, 128, 128])
  })
})
