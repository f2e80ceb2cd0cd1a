// Proves that every broken file gives one clear sentence, which names the file, the place, the value and what was expected, and that the store is
// afterwards exactly as it was.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { openFeather } from '../../src-main/adapters/market-store/importers/feather-rows.ts'
import { ImportFault } from '../../src-main/adapters/market-store/importers/import-fault.ts'
import { previewFile } from '../../src-main/adapters/market-store/importers/preview-file.ts'
import { textLines } from '../../src-main/adapters/market-store/importers/text-lines.ts'
import type { SqliteMarketStore } from '../../src-main/adapters/market-store/market-store.ts'
import { openReadOnly } from '../../src-main/adapters/sqlite/database.ts'
import { seriesIdOf } from '../../src-shared/domain/series.ts'
import { rowsOf } from '../support/market-candles.ts'
import { KLINES_HEADER, importContent, klineLine, klinesText, temporaryMarketFile } from '../support/market-files.ts'
import {
  EVERYTHING,
  START_MS,
  importCandles,
  minutes,
  openTemporaryStore,
  refOf,
  temporaryStoreFile,
  wavyCandle,
} from '../support/market-store.ts'
import { type ZipEntry, zipFile } from '../support/zip-file.ts'

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures/market-store')
const ID = seriesIdOf(refOf('candles'))
const good = minutes(100, 1_100)
const lines = good.map((candle) => klineLine(candle))

let file: string
let store: SqliteMarketStore
beforeEach(() => {
  file = temporaryStoreFile()
  store = openTemporaryStore(file)
  importCandles(store, minutes(0, 200))
})

/** The sentence that the file is refused with, once it is proven that nothing else happened. */
async function refusal(...args: Parameters<typeof importContent> extends [unknown, ...infer Rest] ? Rest : never): Promise<string> {
  const before = store.passport(ID)
  const result = await importContent(store, ...args)
  expect(store.list()).toEqual([before])
  expect(rowsOf(store.candles(ID, EVERYTHING))).toEqual(minutes(0, 200))
  const db = openReadOnly(file)
  expect(db.prepare('SELECT COUNT(*) AS n FROM series WHERE id IS NULL').get()).toEqual({ n: 0 })
  db.close()
  if (result.ok) throw new Error('the file was taken')
  expect(result.error.kind).toBe('bad_file')
  expect(result.error.message).not.toContain('\n')
  expect(result.error.message.startsWith(args[0].name)).toBe(true)
  expect(result.error.message).not.toContain(path.dirname(file))
  return result.error.message
}
const withLine = (row: number, line: string): string => [KLINES_HEADER, ...lines.with(row, line), ''].join('\n')
const withCell = (row: number, cell: number, text: string): string => withLine(row, lines[row]?.split(',').with(cell, text).join(',') ?? '')
const csv = (content: string | Buffer) => ({ name: 'BTCUSDT-1m-2024-01.csv', content })
const zip = (content: Buffer) => ({ name: 'BTCUSDT-1m-2024-01.zip', content })
const entry = (data = klinesText(good), more: Partial<ZipEntry> = {}): ZipEntry => ({
  name: 'BTCUSDT-1m-2024-01.csv',
  data: Buffer.from(data),
  ...more,
})

describe('a table', () => {
  it.each([
    ['a value that is no number', withCell(5, 4, 'abc'), 'line 7: close is "abc", expected a number'],
    ['NaN for a price', withCell(0, 1, 'NaN'), 'line 2: open is "NaN", expected a number'],
    ['an empty cell', withCell(0, 5, ''), 'line 2: volume is "", expected a number'],
    ['a hexadecimal number', withCell(0, 5, '0x10'), 'line 2: volume is "0x10", expected a number'],
    ['infinity', withCell(0, 5, '1e999'), 'line 2: volume is "1e999", expected a number'],
    ['a negative price', withCell(5, 3, '-12.5'), 'line 7: low is -12.5, expected 0 or more'],
    [
      'a row too short',
      withLine(9, lines[9]?.split(',').slice(0, 7).join(',') ?? ''),
      'line 11: has 7 columns, expected 12: open_time,open,',
    ],
    ['a row too long', withLine(9, `${lines[9]},1`), 'line 11: has 13 columns, expected 12'],
    ['the header of something else', `a,b,c\n${lines.join('\n')}`, 'line 1 has the header "a,b,c", expected that of klines'],
    [
      'columns of something else',
      good.map(({ openTimeMs, close }) => `${openTimeMs},${close}`).join('\n'),
      'line 1 has 2 columns, expected 12',
    ],
    [
      'times in two units',
      withCell(700, 0, `${START_MS}000`),
      'line 702: the time 1704067200000000 is in microseconds, the rows before it are in milliseconds: expected one unit in one file',
    ],
    ['a date for a time', withCell(0, 0, '2024-01-01'), 'line 2: the time is "2024-01-01", expected milliseconds since 1970'],
    ['quotes that never end', withLine(3, `"${lines[3]}`), 'line 5: '],
    ['nothing', '', 'holds no candles: it is empty'],
    ['nothing but a header', `${KLINES_HEADER}\n`, 'holds no candles: it is empty'],
    ['nothing but empty lines', '\n\n\n', 'holds no candles: it is empty'],
  ])('with %s', async (_, content, expected) => {
    expect(await refusal(csv(content))).toContain(expected)
  })
  it('of another timeframe than was said, told by its steps', async () => {
    const hours = Array.from({ length: 30 }, (__, row) => ({ ...wavyCandle(START_MS), openTimeMs: START_MS + row * 3_600_000 }))
    expect(await refusal(csv(klinesText(hours)))).toBe('BTCUSDT-1m-2024-01.csv: its rows are 1h apart, expected 1m candles')
    expect(await refusal(csv(klinesText(good)), { timeframe: '5m' })).toBe(
      'BTCUSDT-1m-2024-01.csv: its rows are 1m apart, expected 5m candles',
    )
    expect(await refusal(csv(klinesText(minutes(0, 5_000))), { timeframe: '1h' })).toContain('its rows are 1m apart, expected 1h candles')
  })
  it('off the grid', async () => {
    const off = good.map((candle) => ({ ...candle, openTimeMs: candle.openTimeMs + 1_000 }))
    const sentence = await refusal(csv(klinesText(off)))
    expect(sentence).toContain(`line 2: time ${START_MS + 100 * 60_000 + 1_000}`)
    expect(sentence).toContain('expected an open time on the grid of 1m; 999 more of 1000 rows are as impossible')
  })
  it('of impossible candles, which single ones are not refused for', async () => {
    const crossed = (count: number): string => klinesText(good.map((candle, row) => (row % 100 < count ? { ...candle, high: 1 } : candle)))
    expect(await refusal(csv(crossed(2)))).toContain('expected open and close between low and high; 19 more of 1000 rows are as impossible')
    const few = await importContent(store, csv(crossed(1)))
    expect(few).toMatchObject({ ok: true, value: { refused: 10, rows: 1_100 - 9 } })
  })
  it('of nothing but impossible rows is not read to its end', async () => {
    const many = klinesText(minutes(0, 60_000).map((candle) => ({ ...candle, close: 0 })))
    let rows = 0
    const sentence = await refusal(csv(many), { onProgress: (progress) => (rows = progress.rows) })
    expect(sentence).toContain('expected prices above 0; 9999 more of 9999 rows')
    expect(rows).toBeLessThan(10_000)
  })
  it('without its columns being named, or with names it does not have', async () => {
    const content = 'when,price\n1704067200000,5\n'
    const generic = { format: 'generic-csv', columns: null } as const
    expect(await refusal(csv(content), generic)).toContain('line 1 needs to be told which column is what')
    const columns = { time: 'when', timeUnit: 'ms', open: 'o', high: 'price', low: 'price', close: 'price', volume: 'price' } as const
    expect(await refusal(csv(content), { ...generic, columns })).toContain('line 1 has no column "o", expected one of when, price')
    expect(await refusal(csv(content), { ...generic, columns: { time: 'when', timeUnit: 'ms', open: 'price' } })).toContain(
      'needs a column for high',
    )
    const seconds = { time: 'when', timeUnit: 's', open: 'price', high: 'price', low: 'price', close: 'price', volume: 'price' } as const
    expect(await refusal(csv(content), { ...generic, columns: seconds })).toContain(
      'line 2: the time 1704067200000 is in milliseconds, expected seconds',
    )
  })
  it('of trades without a side, or with an impossible one', async () => {
    const trades = { format: 'binance-trades', kind: 'trades', timeframe: null } as const
    expect(await refusal(csv(`1,2,3,4,${START_MS},maybe\n`), trades)).toContain(
      'line 1: the side is "maybe", expected true or false (is_buyer_maker)',
    )
    expect(await refusal(csv(`1,0,3,4,${START_MS},true\n`), trades)).toContain('line 1: 3 at a price of 0, expected more than 0 of both')
  })
  it('of funding far from any rate', async () => {
    const content = `calc_time,funding_interval_hours,last_funding_rate\n${START_MS},8,1.5\n`
    expect(await refusal(csv(content), { format: 'binance-funding', kind: 'funding', timeframe: null })).toContain(
      'line 2: a rate of 1.5, expected a fraction between -0.1 and 0.1',
    )
  })
  it('for an instrument that has no such name, or candles without a timeframe', async () => {
    expect(await refusal(csv(klinesText(good)), { instrumentId: 'bitcoin' })).toContain('"bitcoin" is not a unified symbol')
    expect(await refusal(csv(klinesText(good)), { timeframe: null })).toContain('candles need a timeframe')
    expect(await refusal(csv(klinesText(good)), { kind: 'funding' })).toContain('of the format binance-klines holds candles, not funding')
    const trades = { format: 'freqtrade-json', kind: 'trades', timeframe: null } as const
    expect(await refusal({ name: 'x.json', content: '[]' }, trades)).toContain('holds candles or funding, not trades')
  })
})

describe('bytes that are no text', () => {
  it.each([
    ['random ones', Buffer.from(Array.from({ length: 5_000 }, (_, at) => (at * 7_919) % 256))],
    ['zeros', Buffer.alloc(100_000)],
    ['text of another encoding', Buffer.from(klinesText(good), 'utf16le')],
    ['a picture', Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), Buffer.alloc(500, 200)])],
  ])('%s', async (_, content) => {
    expect(await refusal(csv(content))).toContain('holds bytes from line 1 on that are no text: expected a CSV or JSON file in UTF-8')
    const name = 'BTCUSDT-1m-2024-01.csv'
    expect(await previewFile(temporaryMarketFile(name, content), name)).toMatchObject({ ok: false, error: { kind: 'bad_file' } })
  })
})

describe('a line without an end', () => {
  it('is refused after its first pieces, however long it is', async () => {
    let pieces = 0
    async function* endless(): AsyncGenerator<Buffer> {
      // 10 GB in pieces of 64 KiB.
      for (; pieces < 163_840; pieces += 1) yield Buffer.alloc(65_536, 'x')
    }
    const read = async (): Promise<void> => {
      for await (const piece of textLines(endless(), 'long.csv')) expect(piece).toBeUndefined()
    }
    await expect(read()).rejects.toThrow(
      new ImportFault('long.csv line 1 is longer than 65536 characters: this is no table of market data'),
    )
    expect(pieces).toBeLessThan(3)
    expect(await refusal(csv(`${KLINES_HEADER}\n${lines[0]}\n${'9'.repeat(20_000_000)}`))).toContain(
      'line 3 is longer than 65536 characters',
    )
  })
  it('neither in JSON', async () => {
    const content = `[[${'1'.repeat(1_000_000)}`
    expect(await refusal({ name: 'x.json', content }, { format: 'freqtrade-json' })).toContain('row 1 is longer than 65536 characters')
  })
})

describe('a packed file', () => {
  const whole = zipFile([entry(klinesText(minutes(0, 30_000)))])
  it.each([0.01, 0.3, 0.7, 0.999])('zip, cut off at %d of its length', async (share) => {
    expect(await refusal(zip(whole.subarray(0, Math.ceil(whole.length * share))))).toContain('is not a whole zip archive')
  })
  it.each([0.3, 0.999])('gzip, cut off at %d of its length', async (share) => {
    const packed = gzipSync(klinesText(minutes(0, 30_000)))
    const content = packed.subarray(0, Math.floor(packed.length * share))
    expect(await refusal({ name: 'x.csv.gz', content })).toBe('x.csv.gz ends in the middle of its packed data: it was cut off')
  })
  it('with a byte turned inside', async () => {
    const damaged = Buffer.from(whole)
    damaged[Math.floor(whole.length / 2)] = (damaged[Math.floor(whole.length / 2)] ?? 0) ^ 0x10
    expect(await refusal(zip(damaged))).toMatch(/cannot be read|is damaged|line \d+/)
    expect(await refusal(zip(zipFile([entry(klinesText(good), { saysCrc: 1 })])))).toContain(
      'is damaged: its content is not what its checksum says',
    )
  })
  it('that unpacks to more than it says, or to far more than any data packs', async () => {
    expect(await refusal(zip(zipFile([entry(klinesText(good), { saysBytes: 50 })])))).toContain('cannot be read')
    const bomb = klineLine(good[0] ?? wavyCandle(START_MS))
      .concat('\n')
      .repeat(900_000)
    const packed = zipFile([entry(bomb)])
    expect(packed.length).toBeLessThan(bomb.length / 200)
    const sentence = await refusal(zip(packed))
    expect(sentence).toContain(`${packed.length} bytes unpack to more than 67`)
    expect(sentence).toContain('expected at most 200 times as many')
    expect(await refusal({ name: 'x.csv.gz', content: gzipSync(bomb) })).toContain('this is no market data')
  }, 60_000)
  it('that holds no data, or several files of it', async () => {
    expect(await refusal(zip(zipFile([{ name: 'readme.txt', data: Buffer.from('hello') }])))).toContain(
      'holds 0 data files, expected one .csv or .json',
    )
    const two = zipFile([entry(), { ...entry(), name: 'b.csv' }])
    expect(await refusal(zip(two))).toContain('holds 2 data files (BTCUSDT-1m-2024-01.csv, b.csv), expected one .csv or .json')
    expect(await refusal(zip(zipFile([])))).toContain('holds 0 data files')
  })
})

describe('a file of freqtrade', () => {
  const json = (content: string) => refusal({ name: 'x.json', content }, { format: 'freqtrade-json' })
  it.each([
    ['{"a":1}', 'x.json begins with "{\\"a\\":1}", expected [[milliseconds, open, high, low, close, volume], …]'],
    ['[1,2,3]', 'x.json begins with "[1,2,3]", expected [[milliseconds'],
    ['[[1704067200000,1,2', 'x.json ends after row 0 without a closing bracket: it was cut off'],
    ['[[1704067200000,1,2,0.5,1,9],[1704067260000,1', 'x.json ends after row 1 without a closing bracket: it was cut off'],
    ['[[1704067200000,1,2,0.5,1,9]]x', 'x.json goes on after its end with "x"'],
    ['[[1704067200000,1,2,0.5,NaN,9]]', 'x.json is no JSON in row 1'],
    ['[[1704067200000,1,2,0.5,null,9]]', 'x.json row 1: close is "null", expected a number'],
    ['[[1704067200000,1,2,0.5,1]]', 'x.json row 1: has 5 columns, expected 6: date, open, high, low, close, volume'],
    ['[[1704067200,1,2,0.5,1,9]]', 'x.json row 1: the time 1704067200 is in seconds, expected milliseconds since 1970'],
    ['[[1704067200000,1,2,-0.5,1,9]]', 'x.json row 1: low is -0.5, expected 0 or more'],
    ['[]', 'x.json holds no candles: it is empty'],
    ['', 'x.json holds no rows: it is empty'],
    ['\u0000\u0001', 'x.json begins with'],
  ])('%s', async (content, expected) => {
    expect(await json(content)).toContain(expected)
  })

  const bytes = readFileSync(path.join(FIXTURES, 'lz4-ns.feather'))
  const feather = (content: Buffer) => refusal({ name: 'x.feather', content }, { format: 'freqtrade-feather' })
  it.each([0.001, 0.2, 0.6, 0.95, 0.9999])('feather, cut off at %d of its length', async (share) => {
    const content = bytes.subarray(0, Math.floor(bytes.length * share))
    expect(await feather(content)).toMatch(/does not (begin|end) as a feather file does/)
    const preview = await previewFile(temporaryMarketFile('x.feather', content), 'x.feather')
    expect(preview.ok).toBe(false)
  })
  it.each(['lz4-ns', 'zstd-ms', 'plain-us'])('%s.feather with any bytes turned is refused with a sentence or read, soon', async (name) => {
    const sound = readFileSync(path.join(FIXTURES, `${name}.feather`))
    const names = ['date', 'open', 'high', 'low', 'close', 'volume']
    const where = temporaryMarketFile('x.feather', sound)
    // Mostly in the tables at both ends, where lengths stand.
    const anyPlace = fc.oneof(
      fc.nat(700),
      fc.nat(1_200).map((back) => sound.length - 1 - back),
      fc.nat(sound.length - 1),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(anyPlace, fc.nat(255)), { minLength: 1, maxLength: 4 }), async (changes) => {
        const damaged = Buffer.from(sound)
        for (const [at, byte] of changes) damaged[at] = byte
        writeFileSync(where, damaged)
        const began = performance.now()
        try {
          const feather = await openFeather({ path: where, fileName: 'x.feather' })
          try {
            for await (const { columns } of feather.batches(names)) expect(columns).toHaveLength(6)
          } finally {
            await feather.close()
          }
        } catch (error) {
          expect(error).toBeInstanceOf(ImportFault)
        }
        expect(performance.now() - began).toBeLessThan(5_000)
      }),
      { numRuns: 300 },
    )
  })
  it('feather with a missing value, or columns of another type', async () => {
    expect(await feather(readFileSync(path.join(FIXTURES, 'hole.feather')))).toBe('x.feather row 8: close is "NaN", expected a number')
    expect(await feather(readFileSync(path.join(FIXTURES, 'text-dates.feather')))).toBe(
      'x.feather: the column date is of type Utf8, expected timestamp',
    )
    expect(await feather(Buffer.from('FEA1'.padEnd(64)))).toContain('is of feather version 1, expected version 2')
    expect(await feather(Buffer.from(klinesText(good)))).toContain('does not begin as a feather file does, with ARROW1')
  })
})

it('a file that is not there', async () => {
  expect(await previewFile('/nowhere/x.csv', 'x.csv')).toMatchObject({
    ok: false,
    error: { kind: 'bad_file', message: expect.stringContaining('x.csv cannot be read') },
  })
})
