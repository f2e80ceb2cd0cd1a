// Proves that the bundled recording loads whole and small, and that a broken one is refused with a sentence naming the file and the line.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCsvColumns } from '../../src-main/adapters/replay/csv-columns.ts'
import { type Recording, openRecording } from '../../src-main/adapters/replay/recording.ts'
import { createReplayFeed } from '../../src-main/adapters/replay/replay-feed.ts'
import { toText } from '../../src-shared/domain/decimal.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'
import { flatCandle } from '../support/market-candles.ts'
import { candleCsv, fundingCsv, temporaryFolder, writeRecording } from '../support/market-recordings.ts'
import { FakeScheduler } from '../support/market-scheduler.ts'

const ASSETS = resolve(import.meta.dirname, '../../assets/market')
const T0 = 1_700_000_040_000
const minutes = (...indexes: readonly number[]) => indexes.map((index) => flatCandle(T0 + index * 60_000, 100 + index))

function open(dir: string): Recording {
  const opened = openRecording(dir)
  if (!opened.ok) throw new Error(opened.error)
  return opened.value
}
function refusal(dir: string): string {
  const opened = openRecording(dir)
  return opened.ok ? 'opened' : opened.error
}

describe('the bundled recording', () => {
  const recording = open(ASSETS)

  it('holds 51 days of BTC and ETH without a fault', () => {
    expect(recording.instruments.map(({ id }) => id)).toEqual(['BTC/USDT:USDT', 'ETH/USDT:USDT'])
    expect(recording.series.map(({ candles }) => candles.close.length)).toEqual([73_139, 73_140])
    expect(recording.series.map(({ fundingRate }) => fundingRate.length)).toEqual([314, 314])
    expect(recording.series.flatMap(({ incidents }) => incidents)).toEqual([])
  })

  it('carries the exact figures of its instruments', () => {
    const [btc, eth] = recording.instruments
    expect(
      [btc, eth].map(
        (each) => each && [toText(each.tickSize), toText(each.lotSize), toText(each.minNotional), toText(each.maxMarketQuantity)],
      ),
    ).toEqual([
      ['0.1', '0.001', '100', '120'],
      ['0.01', '0.001', '20', '2000'],
    ])
  })

  it('brings a year of hours from before it, that agree with its minutes where both are', async () => {
    const feed = createReplayFeed(recording, { scheduler: new FakeScheduler(0), speed: 0, playing: false })
    const untilMs = recording.suggestedStartMs
    for (const [index, { id }] of recording.instruments.entries()) {
      const days = await feed.bars(id, { timeframe: '1d', untilMs, limit: 1000 })
      expect(days.close.length).toBeGreaterThan(365)
      expect((days.openTimeMs.at(-1) ?? 0) + DAY_MS).toBeLessThanOrEqual(untilMs)
      const hours = await feed.bars(id, { timeframe: '1h', untilMs, limit: 2 })
      expect([...hours.openTimeMs]).toEqual([untilMs - 2 * HOUR_MS, untilMs - HOUR_MS])
      const minutes = recording.series[index]?.candles
      const lastMinute = minutes?.openTimeMs.indexOf(untilMs - MINUTE_MS) ?? -1
      expect(hours.close[1]).toBe(minutes?.close[lastMinute])
      expect(hours.high[1]).toBe(Math.max(...(minutes?.high.slice(lastMinute - 59, lastMinute + 1) ?? [])))
    }
    expect((await feed.bars(recording.instruments[0]?.id ?? expect.fail(), { timeframe: '15m', untilMs, limit: 5 })).close.length).toBe(0)
  })

  it('suggests a start with at least twelve days before it and a month after it', () => {
    expect(recording.suggestedStartMs - recording.startMs).toBeGreaterThan(12 * DAY_MS)
    expect(recording.endMs - recording.suggestedStartMs).toBeGreaterThan(30 * DAY_MS)
  })

  it('reads every number as the plain conversion of its text would', () => {
    const btc = recording.series[0]
    const { candles } = JSON.parse(readFileSync(join(ASSETS, 'manifest.json'), 'utf8')).instruments[0]
    expect(candles.rows).toBe(btc?.candles.open.length)
    expect([btc?.candles.open[0], btc?.candles.high[1], btc?.candles.low[1], btc?.candles.volume[1]]).toEqual([
      95505.4, 95502.8, 95478, 28.313,
    ])
  })
})

describe('opening a recording', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  it('loads plain and packed files, with and without funding', () => {
    writeRecording(folder.dir, [
      { base: 'BTC', candles: candleCsv(minutes(0, 1, 2)), gzip: true },
      { base: 'ETH', candles: candleCsv(minutes(1, 2, 3)), funding: fundingCsv([[T0 + 60_000, -0.0001]]) },
    ])
    const recording = open(folder.dir)
    expect([recording.startMs, recording.endMs]).toEqual([T0, T0 + 4 * 60_000])
    expect([...(recording.series[0]?.fundingRate ?? [])]).toEqual([])
    expect([...(recording.series[1]?.fundingRate ?? [])]).toEqual([-0.0001])
  })

  it('keeps bad candles out and remembers where they and the gaps were', () => {
    const rows = [...minutes(0, 1), { ...flatCandle(T0 + 2 * 60_000), low: 0 }, ...minutes(3, 3, 2, 5)]
    writeRecording(folder.dir, [{ base: 'BTC', candles: candleCsv(rows) }])
    const series = open(folder.dir).series[0]
    expect([...(series?.candles.openTimeMs ?? [])]).toEqual([0, 1, 3, 5].map((index) => T0 + index * 60_000))
    expect(
      series?.incidents.map(({ row, incident }) => [row, incident.kind, incident.fault, (incident.fromMs - T0) / 60_000, incident.missing]),
    ).toEqual([
      [2, 'bad_candle', 'zero_price', 2, 0],
      [2, 'gap', null, 2, 1],
      [3, 'bad_candle', 'duplicate', 3, 0],
      [3, 'bad_candle', 'out_of_order', 2, 0],
      [3, 'gap', null, 4, 1],
    ])
  })

  const csvWith = (line: string): string => candleCsv(minutes(0, 1)).replace(/\n$/, `\n${line}\n`)
  it.each([
    ['a word', csvWith('1700000160000,100,x,100,100,1')],
    ['too few columns', csvWith('1700000160000,100,100,100,100')],
    ['too many columns', csvWith('1700000160000,100,100,100,100,1,7')],
    ['an empty value', csvWith('1700000160000,100,,100,100,1')],
    ['an empty line', csvWith('')],
    ['a carriage return', csvWith('1700000160000,100,100,100,100,1\r')],
    ['NaN', csvWith('1700000160000,100,NaN,100,100,1')],
    ['two points', csvWith('1700000160000,100,1.0.0,100,100,1')],
  ])('names file and line of a row with %s', (_, candles) => {
    writeRecording(folder.dir, [{ base: 'BTC', candles }])
    expect(refusal(folder.dir)).toMatch(/BTC\.csv line 4: .+ is not 6 plain numbers$/)
  })

  it.each<[string, (dir: string) => void, RegExp]>([
    ['a folder without a manifest', (dir) => rmSync(join(dir, 'manifest.json')), /manifest\.json cannot be read: ENOENT/],
    ['a manifest that is not JSON', (dir) => writeFileSync(join(dir, 'manifest.json'), '{'), /manifest\.json: is not JSON/],
    ['a missing candle file', (dir) => rmSync(join(dir, 'BTC.csv')), /BTC\.csv cannot be read: ENOENT/],
    [
      'a changed candle file',
      (dir) => writeFileSync(join(dir, 'BTC.csv'), candleCsv(minutes(0))),
      /BTC\.csv is damaged: its sha256 is [0-9a-f]{64}, expected/,
    ],
    [
      'a candle file that is a folder',
      (dir) => (rmSync(join(dir, 'BTC.csv')), mkdirSync(join(dir, 'BTC.csv'))),
      /BTC\.csv cannot be read: EISDIR/,
    ],
  ])('refuses %s', (_, spoil, sentence) => {
    writeRecording(folder.dir, [{ base: 'BTC', candles: candleCsv(minutes(0, 1)) }])
    spoil(folder.dir)
    expect(refusal(folder.dir)).toMatch(sentence)
  })

  type Spoil = Parameters<typeof writeRecording>[2]
  it.each<[string, NonNullable<Spoil>, RegExp]>([
    ['another format', (manifest) => (manifest['format'] = 2), /manifest\.json: format: /],
    ['a tick size of zero', (_, [btc]) => btc && (btc['tickSize'] = '0'), /instruments\.0\.tickSize: "0" must be more than 0/],
    [
      'a lot size that is no decimal',
      (_, [btc]) => btc && (btc['lotSize'] = '1e-3'),
      /instruments\.0\.lotSize: quantity: "1e-3" is not a plain decimal/,
    ],
    ['an unknown symbol form', (_, [btc]) => btc && (btc['id'] = 'bitcoin'), /instruments\.0\.id: instrument "bitcoin"/],
    [
      'a file outside its folder',
      (_, [btc]) => btc && (btc['candles'] = { file: '../x.csv', sha256: '0'.repeat(64), rows: 1 }),
      /candles\.file: must be a plain file name/,
    ],
    ['a wrong number of rows', (_, [btc]) => Object.assign(btc?.['candles'] ?? {}, { rows: 9 }), /BTC\.csv has 2 rows, expected 9/],
    ['a start outside the recording', (manifest) => (manifest['suggestedStartMs'] = 1), /suggestedStartMs 1 is not within the recording/],
    ['an instrument twice', (_, instruments) => instruments.push({ ...instruments[0] }), /BTC\/USDT:USDT is there twice/],
    ['a field nobody knows', (manifest) => (manifest['extra'] = true), /manifest\.json: .*extra/],
  ])('refuses a manifest with %s', (_, spoil, sentence) => {
    writeRecording(folder.dir, [{ base: 'BTC', candles: candleCsv(minutes(0, 1)) }], spoil)
    expect(refusal(folder.dir)).toMatch(sentence)
  })

  it('refuses a packed file that cannot be unpacked', () => {
    writeRecording(folder.dir, [{ base: 'BTC', candles: candleCsv(minutes(0, 1)) }], (_, [btc]) => {
      writeFileSync(join(folder.dir, 'BTC.csv.gz'), 'no gzip')
      const sha256 = createHash('sha256').update('no gzip').digest('hex')
      Object.assign(btc?.['candles'] ?? {}, { file: 'BTC.csv.gz', sha256 })
    })
    expect(refusal(folder.dir)).toMatch(/BTC\.csv\.gz cannot be unpacked: /)
  })

  it('refuses funding times that do not rise, and a file without a usable candle', () => {
    writeRecording(folder.dir, [
      {
        base: 'BTC',
        candles: candleCsv(minutes(0)),
        funding: fundingCsv([
          [5, 0.1],
          [5, 0.1],
        ]),
      },
    ])
    expect(refusal(folder.dir)).toMatch(/BTC-funding\.csv line 3: time 5 is not after the line before it/)
    writeRecording(folder.dir, [{ base: 'BTC', candles: candleCsv([flatCandle(T0, -1)]) }])
    expect(refusal(folder.dir)).toMatch(/BTC\.csv: holds no usable candle/)
  })
})

describe('the CSV reader', () => {
  it('agrees with Number() on every plain number', () => {
    const numbers = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.tuple(fc.integer(), fc.nat(999_999)).map(([a, b]) => Number(`${a}.${b}`)),
    )
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 1, maxLength: 20 }), (values) => {
        const columns = parseCsvColumns(Buffer.from(`a\n${values.map(String).join('\n')}`), ['a'])
        expect(columns.ok && [...(columns.value[0] ?? [])]).toEqual(values.map((value) => Number(String(value))))
      }),
    )
  })

  it('names a wrong header', () => {
    expect(parseCsvColumns(Buffer.from('time,price\n1,2\n'), ['openTimeMs', 'close'])).toEqual({
      ok: false,
      error: { line: 1, message: 'the header is "time,price", expected "openTimeMs,close"' },
    })
  })
})
