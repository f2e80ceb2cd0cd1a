// Proves that files as exchanges and freqtrade write them come into the store whole and exact, that a look at them says what they are, and that
// an import tells how far it is and can be called off.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { importFile } from '../../src-main/adapters/market-store/importers/import-file.ts'
import { previewFile } from '../../src-main/adapters/market-store/importers/preview-file.ts'
import type { Candle } from '../../src-shared/domain/candle.ts'
import { toText } from '../../src-shared/domain/decimal.ts'
import { type SeriesId, seriesIdOf } from '../../src-shared/domain/series.ts'
import { rowsOf } from '../support/market-candles.ts'
import { KLINES_HEADER, importContent, klinesText, temporaryMarketFile } from '../support/market-files.ts'
import { EVERYTHING, NOW_MS, START_MS, importCandles, minutes, openTemporaryStore, refOf } from '../support/market-store.ts'
import { zipFile } from '../support/zip-file.ts'

const ID = seriesIdOf(refOf('candles'))
const FIXTURES = path.resolve(import.meta.dirname, '../fixtures/market-store')
const SHARED = path.resolve(import.meta.dirname, '../../../shared/data')
const candles = minutes(0, 1_000)
/** The rows that the feather fixtures were made from. */
const recorded: Candle[] = gunzipSync(readFileSync(path.resolve(import.meta.dirname, '../../assets/market/BTCUSDT-1m.csv.gz')))
  .toString('utf8')
  .split('\n')
  .slice(1, 301)
  .map((line) => {
    const [openTimeMs = 0, open = 0, high = 0, low = 0, close = 0, volume = 0] = line.split(',').map(Number)
    return { openTimeMs, open, high, low, close, volume }
  })

async function stored(file: { name: string; content: string | Buffer }, request: Parameters<typeof importContent>[2] = {}) {
  const store = openTemporaryStore()
  const result = await importContent(store, file, request)
  if (!result.ok) throw new Error(result.error.message)
  return { store, passport: result.value, candles: () => rowsOf(store.candles(result.value.id, EVERYTHING)) }
}
const previewed = async (name: string, content: string | Buffer) => {
  const result = await previewFile(temporaryMarketFile(name, content), name)
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

describe('klines of the exchange', () => {
  const plain = klinesText(candles)
  it.each([
    ['BTCUSDT-1m-2024-01.csv', plain],
    ['BTCUSDT-1m-2024-01.csv', klinesText(candles, { header: false })],
    ['BTCUSDT-1m-2025-01.csv', klinesText(candles, { header: false, perMs: 1_000 })],
    ['BTCUSDT-1m-2024-01.csv.gz', gzipSync(plain)],
    ['BTCUSDT-1m-2024-01.zip', zipFile([{ name: 'BTCUSDT-1m-2024-01.csv', data: Buffer.from(plain) }])],
    ['windows.csv', `\ufeff${plain.replaceAll('\n', '\r\n')}`],
    ['quoted.csv', klinesText(candles).replaceAll(/[\d.]+/g, (number) => `"${number}"`)],
    ['blank-lines.csv', plain.replaceAll('\n', '\n\n')],
    ['newest-first.csv', klinesText(candles.toReversed())],
  ])('of %s are stored value for value', async (name, content) => {
    const { passport, candles: found } = await stored({ name, content })
    expect(found()).toEqual(candles)
    expect(passport).toMatchObject({ rows: 1_000, missing: 0, duplicates: 0, refused: 0, instrumentFrom: 'inferred' })
    const sha256 = createHash('sha256').update(content).digest('hex')
    expect(passport.sources).toEqual([{ kind: 'file', name, importedMs: NOW_MS, rows: 1_000, sha256 }])
  })
  it('are known by name and content', async () => {
    expect(await previewed('BTCUSDT-1m-2024-01.zip', zipFile([{ name: 'x.csv', data: Buffer.from(plain) }]))).toMatchObject({
      format: 'binance-klines',
      kind: 'candles',
      instrumentId: 'BTC/USDT:USDT',
      timeframe: '1m',
      columns: KLINES_HEADER.split(','),
      columnMap: null,
    })
    const bare = await previewed('data.csv', klinesText(candles, { header: false }))
    expect(bare).toMatchObject({
      format: 'binance-klines',
      instrumentId: null,
      timeframe: null,
      columns: ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12'],
    })
    expect(bare.sample).toHaveLength(10)
    expect(bare.sample[0]?.[1]).toBe(String(candles[0]?.open))
  })
  it('keep what is known of the instrument, and otherwise tell its steps', async () => {
    const store = openTemporaryStore()
    importCandles(store, minutes(5_000, 5_001))
    const known = await importContent(store, { name: 'a.csv', content: plain })
    expect(known.ok && known.value.instrumentFrom).toBe('bundled')
    const other = await importContent(store, { name: 'b.csv', content: plain }, { instrumentId: 'SOLUSDT' })
    expect(other.ok && other.value.instrumentFrom).toBe('inferred')
    const instrument = store.instrument('binanceusdm', 'SOL/USDT:USDT')
    expect(instrument && [instrument.tickSize, instrument.lotSize].map(toText)).toEqual(['0.1', '0.001'])
  })
})

describe('trades and funding of the exchange', () => {
  const aggregated = (t: number, maker: string): string => `26129,0.01633102,4.70443515,27781,27781,${t},${maker}`
  const trade = (t: number, maker: string): string => `28457,4.00000100,12.00000000,48.000012,${t},${maker}`
  const expected = { timeMs: Float64Array.of(START_MS, START_MS + 7), side: Int8Array.of(-1, 1) }
  it.each([
    [
      'BTCUSDT-aggTrades-2024-01.csv',
      `agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n${aggregated(START_MS, 'true')}\n${aggregated(START_MS + 7, 'false')}\n`,
      4.70443515,
    ],
    [
      'BTCUSDT-aggTrades-2025-01.csv',
      `${aggregated(START_MS * 1_000, 'True')},True\n${aggregated((START_MS + 7) * 1_000 + 999, 'False')},True\n`,
      4.70443515,
    ],
    [
      'BTCUSDT-trades-2024-01.csv',
      `id,price,qty,quote_qty,time,is_buyer_maker\n${trade(START_MS, 'true')}\n${trade(START_MS + 7, 'false')}\n`,
      12,
    ],
    ['BTCUSDT-trades-2024-01.csv', `${trade(START_MS, 'True')},True\n${trade(START_MS + 7, 'False')},True`, 12],
  ])('%s: the taker sells where the maker bought', async (name, content, quantity) => {
    const { store, passport } = await stored({ name, content }, { format: 'binance-trades', kind: 'trades', timeframe: null })
    const trades = store.trades(passport.id, EVERYTHING)
    expect({ timeMs: trades.timeMs, side: trades.side }).toEqual(expected)
    expect([...trades.quantity]).toEqual([quantity, quantity])
    expect(await previewed(name, content)).toMatchObject({ format: 'binance-trades', kind: 'trades', timeframe: null })
  })
  it('funding keeps its sign and its milliseconds', async () => {
    const content = `calc_time,funding_interval_hours,last_funding_rate\n${START_MS + 4},8,0.00010000\n${START_MS + 28_800_001},8,-0.00003999\n`
    const { store, passport } = await stored({ name: 'f.csv', content }, { format: 'binance-funding', kind: 'funding', timeframe: null })
    expect(store.funding(passport.id, EVERYTHING)).toEqual({
      timeMs: Float64Array.of(START_MS + 4, START_MS + 28_800_001),
      rate: Float64Array.of(0.0001, -0.00003999),
    })
    expect(await previewed('BTCUSDT-fundingRate-2024-01.csv', content)).toMatchObject({
      format: 'binance-funding',
      instrumentId: 'BTC/USDT:USDT',
    })
  })
})

describe('files of freqtrade', () => {
  const json = JSON.stringify(candles.map(({ openTimeMs, open, high, low, close, volume }) => [openTimeMs, open, high, low, close, volume]))
  it.each([
    ['BTC_USDT_USDT-1m-futures.json', json],
    ['BTC_USDT-1m.json', JSON.stringify(JSON.parse(json), null, 1)],
    ['BTC_USDT_USDT-1m-futures.json.gz', gzipSync(json)],
    ['BTC_USDT_USDT-1m-futures.json', `${json.replaceAll('],', ']  \n ,')}\n`],
  ])('%s', async (name, content) => {
    const { candles: found } = await stored({ name, content }, { format: 'freqtrade-json' })
    expect(found()).toEqual(candles)
    const preview = await previewed(name, content)
    expect(preview).toMatchObject({ format: 'freqtrade-json', kind: 'candles', instrumentId: 'BTC/USDT:USDT', timeframe: '1m' })
    expect(preview.sample).toHaveLength(10)
  })
  it('of many megabytes in one line are cut at their rows', async () => {
    const many = minutes(0, 60_000)
    const content = JSON.stringify(
      many.map(({ openTimeMs, open, high, low, close, volume }) => [openTimeMs, open, high, low, close, volume]),
    )
    expect(content.length).toBeGreaterThan(3_000_000)
    const { candles: found } = await stored({ name: 'x.json', content }, { format: 'freqtrade-json' })
    expect(found()).toEqual(many)
    expect((await previewed('x.json', content)).sample).toHaveLength(10)
  })
  it.each([
    ['lz4-ns', 300],
    ['zstd-ms', 300],
    ['plain-us', 50],
  ])('%s.feather, written by another program, batch by batch', async (name, rows) => {
    const store = openTemporaryStore()
    const file = { path: path.join(FIXTURES, `${name}.feather`), fileName: 'BTC_USDT_USDT-1m-futures.feather' }
    const request = {
      ...file,
      format: 'freqtrade-feather',
      venue: 'binanceusdm',
      instrumentId: 'BTCUSDT',
      kind: 'candles',
      timeframe: '1m',
      columns: null,
    } as const
    let batches = 0
    const result = await importFile(store, request, { nowMs: NOW_MS, onProgress: () => (batches += 1) })
    expect(result).toMatchObject({ ok: true, value: { rows, missing: 0, refused: 0 } })
    expect(rowsOf(store.candles(ID, EVERYTHING))).toEqual(recorded.slice(0, rows))
    expect(batches).toBe(rows === 300 ? 4 : 2)
    expect(await previewFile(file.path, file.fileName)).toMatchObject({
      ok: true,
      value: {
        format: 'freqtrade-feather',
        instrumentId: 'BTC/USDT:USDT',
        timeframe: '1m',
        columns: ['date', 'open', 'high', 'low', 'close', 'volume'],
      },
    })
  })
  it('funding.feather keeps the rate as the open', async () => {
    const store = openTemporaryStore()
    const fileName = 'BTC_USDT_USDT-8h-funding_rate.feather'
    const preview = await previewFile(path.join(FIXTURES, 'funding.feather'), fileName)
    expect(preview).toMatchObject({ ok: true, value: { kind: 'funding', timeframe: null } })
    const request = {
      path: path.join(FIXTURES, 'funding.feather'),
      fileName,
      format: 'freqtrade-feather',
      venue: 'binanceusdm',
      instrumentId: 'BTCUSDT',
      kind: 'funding',
      timeframe: null,
      columns: null,
    } as const
    expect(await importFile(store, request, { nowMs: NOW_MS })).toMatchObject({ ok: true, value: { rows: 9 } })
    expect([...store.funding(seriesIdOf(refOf('funding')), EVERYTHING).rate]).toEqual([-3, -2, -1, 0, 1, 2, 3, 4, 5].map((n) => n / 1e5))
  })
})

describe('any other CSV', () => {
  const map = { time: 'when', timeUnit: 'iso', open: 'o', high: 'h', low: 'l', close: 'c', volume: 'v' } as const
  const line = ({ openTimeMs, open, high, low, close, volume }: Candle, time = new Date(openTimeMs).toISOString()): string =>
    [`"note, with ""quotes"""`, volume, close, low, high, open, time].join(';')
  it('is read by the names of its columns, in any order, with quotes and semicolons', async () => {
    const content = ['text;v;c;l;h;o;when', ...candles.map((candle) => line(candle))].join('\n')
    const { candles: found } = await stored({ name: 'x.csv', content }, { format: 'generic-csv', columns: map })
    expect(found()).toEqual(candles)
  })
  it.each([
    ['s', (ms: number) => String(ms / 1_000)],
    ['us', (ms: number) => String(ms * 1_000)],
    ['iso', (ms: number) => new Date(ms).toISOString().replace('T', ' ').slice(0, 19)],
    ['iso', (ms: number) => new Date(ms + 5.5 * 3_600_000).toISOString().replace('Z', '+05:30')],
  ] as const)('takes times in %s', async (timeUnit, textOf) => {
    const content = candles.map((candle) => line(candle, textOf(candle.openTimeMs))).join('\n')
    const columns = { time: '7', timeUnit, open: '6', high: '5', low: '4', close: '3', volume: '2' }
    const { candles: found } = await stored({ name: 'x.csv', content }, { format: 'generic-csv', columns })
    expect(found()).toEqual(candles)
  })
  it('is proposed a map by the usual names', async () => {
    const preview = await previewed('x.csv', `Unix Timestamp,Symbol,Open,High,Low,Close,Volume BTC\n1704067200,BTCUSD,1,2,1,2,5\n`)
    expect(preview).toMatchObject({
      format: null,
      kind: 'candles',
      columns: ['Unix Timestamp', 'Symbol', 'Open', 'High', 'Low', 'Close', 'Volume BTC'],
    })
    expect(preview.columnMap).toMatchObject({ time: 'Unix Timestamp', timeUnit: 's' })
    expect((await previewed('z.csv', 'a,b\n1,2\n')).columnMap).toBeNull()
    expect((await previewed('y.csv', 'Date,Open,High,Low,Close,Volume BTC\n2024-01-01 00:00:00,1,2,1,2,5')).columnMap).toEqual({
      time: 'Date',
      timeUnit: 'iso',
      open: 'Open',
      high: 'High',
      low: 'Low',
      close: 'Close',
      volume: 'Volume BTC',
    })
  })
  it('of trades takes the side in words, or from whether the maker bought', async () => {
    const bySide = { time: 't', timeUnit: 'ms', price: 'p', quantity: 'q', side: 's' } as const
    const content = `t,p,q,s,isBuyerMaker\n${START_MS},1.5,2,buy,false\n${START_MS + 1},1.5,2,SELL,true\n`
    for (const columns of [bySide, { ...bySide, side: 'isBuyerMaker' }]) {
      const { store, passport } = await stored(
        { name: 'x.csv', content },
        { format: 'generic-csv', kind: 'trades', timeframe: null, columns },
      )
      expect([...store.trades(passport.id, EVERYTHING).side]).toEqual([1, -1])
    }
  })
})

describe('an import', () => {
  it('tells how far it is, to the last byte', async () => {
    const content = gzipSync(klinesText(minutes(0, 20_000)))
    const seen: { bytes: number; bytesTotal: number; rows: number }[] = []
    await stored({ name: 'x.csv.gz', content }, { onProgress: (progress) => seen.push(progress) })
    expect(seen.length).toBeGreaterThan(3)
    expect(
      seen.every(
        ({ bytes, rows }, index) => index === 0 || (bytes >= (seen[index - 1]?.bytes ?? 0) && rows >= (seen[index - 1]?.rows ?? 0)),
      ),
    ).toBe(true)
    expect(seen.at(-1)).toEqual({ bytes: content.length, bytesTotal: content.length, rows: 20_000 })
  })
  it('can be called off in the middle, and leaves nothing', async () => {
    const store = openTemporaryStore()
    const before = importCandles(store, minutes(0, 10))
    const controller = new AbortController()
    const onProgress = ({ rows }: { rows: number }): void => {
      if (rows > 20_000) controller.abort()
    }
    const result = await importContent(
      store,
      { name: 'x.csv', content: klinesText(minutes(0, 200_000)) },
      { signal: controller.signal, onProgress },
    )
    expect(result).toEqual({ ok: false, error: { kind: 'canceled', message: 'x.csv was not imported: it was canceled' } })
    expect(store.list()).toEqual([before])
    const already = await importContent(store, { name: 'x.csv', content: klinesText(candles) }, { signal: AbortSignal.abort() })
    expect(already).toMatchObject({ ok: false, error: { kind: 'canceled' } })
  })
  it('says when the disk is full, and leaves the store as it was', async () => {
    const store = openTemporaryStore(undefined, { sizeMaxBytes: 512 * 1024 })
    const before = importCandles(store, minutes(0, 10))
    const result = await importContent(store, { name: 'x.csv', content: klinesText(minutes(0, 200_000)) })
    expect(result).toMatchObject({ ok: false, error: { kind: 'store', message: expect.stringContaining('full') } })
    expect(store.list()).toEqual([before])
  })
  it('of the same file again adds nothing and says so', async () => {
    const store = openTemporaryStore()
    const first = await importContent(store, { name: 'x.csv', content: klinesText(candles) })
    const again = await importContent(store, { name: 'y.csv', content: klinesText(candles) })
    expect(
      first.ok && again.ok && [again.value.contentHash === first.value.contentHash, again.value.duplicates, again.value.conflicts],
    ).toEqual([true, 1_000, 0])
  })
})

describe.skipIf(!existsSync(SHARED))('recorded files of real exchanges', () => {
  const folder = path.join(SHARED, 'candles/binance-usdm')
  it('come in whole, without gaps, and agree with each other but for what the exchange itself says twice', async () => {
    const store = openTemporaryStore()
    const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('SOL') || name.startsWith('XRP')) : []
    for (const fileName of files) {
      const preview = await previewFile(path.join(folder, fileName), fileName)
      if (!preview.ok) throw new Error(preview.error.message)
      const { instrumentId, timeframe, columnMap } = preview.value
      const request = {
        path: path.join(folder, fileName),
        fileName,
        format: 'generic-csv',
        venue: 'binanceusdm',
        instrumentId: instrumentId ?? '',
        kind: 'candles',
        timeframe,
        columns: columnMap,
      } as const
      expect(await importFile(store, request, { nowMs: NOW_MS })).toMatchObject({
        ok: true,
        value: { missing: 0, refused: 0, duplicates: 0 },
      })
    }
    expect(files.length).toBe(8)
    const hours = store.passport('binanceusdm|SOL/USDT:USDT|candles|1h' as SeriesId)
    expect(hours.crossChecks.map(({ against, compared, different }) => [against.split('|')[3], compared, different])).toEqual([
      ['15m', 804, 0],
      ['1m', 0, 0],
      ['5m', 804, 0],
    ])
  })
})
