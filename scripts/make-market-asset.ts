// Makes assets/market and assets/market-2023 from a folder of recorded market data: node scripts/make-market-asset.ts <folder>
// The folder holds candles/binance-usdm and funding/binance-usdm as gzipped CSV. Run it again and the same bytes come out.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'

type Source = { readonly repository: string; readonly path: string; readonly commit: string; readonly licence: string }
type Part = { readonly from: string; readonly file: string; readonly what: string; readonly sources: readonly Source[] }
type Sample = {
  readonly manifest: Readonly<Record<string, string | number>>
  readonly earlier: Part
  readonly funding: Part
}

type Recording = {
  readonly folder: string
  readonly title: string
  readonly baseTimeframe: '1m' | '5m'
  readonly suggestedStart: string
  /** Where the candles begin and end; the whole source when it is left out. */
  readonly period?: readonly [from: string, until: string]
  readonly earlierFrom: string
  /** Weeks before the start: strategies look at a month of funding. */
  readonly fundingFrom: string
  readonly candlesOf: (base: string) => Part
}

const ASSETS = resolve(import.meta.dirname, '../assets')
const LENGTH_MS = { '1m': 60_000, '5m': 300_000 }
const HOUR_MS = 3_600_000

const FREQTRADE_DATA = 'user_data/data/binance/futures'
const typhonun = (path: string): Source => ({
  repository: 'typhonun/DcaTpStrategy',
  path: `${FREQTRADE_DATA}/${path}`,
  commit: '057525d1db7e',
  licence: 'MIT',
})
const snowGuru = (path: string): Source => ({
  repository: 'TheSnowGuru/Market-Swarm-Agents-',
  path: `${FREQTRADE_DATA}/${path}`,
  commit: 'a03d14a5f0e1',
  licence: "MIT (LICENSE.md; the repository also carries freqtrade's GPL-3.0 file)",
})
const unlicensed = (repository: string, path: string, commit: string): Source => ({
  repository,
  path: `${FREQTRADE_DATA}/${path}`,
  commit,
  licence: "none stated in the repository; the rows are the exchange's published figures",
})

const COMMON = {
  venue: 'binanceusdm',
  quote: 'USDT',
  settle: 'USDT',
  contractSize: '1',
  makerFeeRate: '0.0002',
  takerFeeRate: '0.0005',
  maintenanceMarginRate: '0.004',
  leverageMax: 125,
}

const candlesOf = (base: string): Part => ({
  from: `candles/binance-usdm/${base}USDT-1m-2025-05-04_2025-06-24.csv.gz`,
  file: `${base}USDT-1m.csv.gz`,
  what: `${base}USDT 1m candles; two recordings joined, their overlap identical`,
  sources: [typhonun(`${base}_USDT_USDT-1m-futures.feather`), snowGuru(`${base}_USDT_USDT-1m-futures.feather`)],
})

const earlierOf = (base: string): Part => ({
  from: `candles/binance-usdm/${base}USDT-1h-2023-01_2025-06.csv.gz`,
  file: `${base}USDT-1h.csv.gz`,
  what: `${base}USDT 1h candles, for averages of many days`,
  sources: [unlicensed('maxakak1998/trading_bot', `${base}_USDT_USDT-1h-futures.feather`, 'f96ec996209a')],
})

const SAMPLES: readonly Sample[] = [
  {
    manifest: {
      ...COMMON,
      id: 'BTC/USDT:USDT',
      base: 'BTC',
      tickSize: '0.1',
      lotSize: '0.001',
      minQuantity: '0.001',
      maxQuantity: '1000',
      maxMarketQuantity: '120',
      minNotional: '100',
    },
    earlier: earlierOf('BTC'),
    funding: {
      from: 'funding/binance-usdm/BTCUSDT-funding-2022-01_2025-06.csv.gz',
      file: 'BTCUSDT-funding.csv',
      what: 'BTCUSDT funding rates, every 8 h',
      sources: [unlicensed('kalievil/ml-trading-system', 'BTC_USDT_USDT-8h-funding_rate.feather', 'f53c39bd5efc')],
    },
  },
  {
    manifest: {
      ...COMMON,
      id: 'ETH/USDT:USDT',
      base: 'ETH',
      tickSize: '0.01',
      lotSize: '0.001',
      minQuantity: '0.001',
      maxQuantity: '10000',
      maxMarketQuantity: '2000',
      minNotional: '20',
    },
    earlier: earlierOf('ETH'),
    funding: {
      from: 'funding/binance-usdm/ETHUSDT-funding-2023-01_2025-06.csv.gz',
      file: 'ETHUSDT-funding.csv',
      what: 'ETHUSDT funding rates, every 8 h',
      sources: [unlicensed('maxakak1998/trading_bot', 'ETH_USDT_USDT-8h-funding_rate.feather', 'f96ec996209a')],
    },
  },
]

const fiveMinutesOf = (base: string): Part => ({
  from: `candles/binance-usdm/${base}USDT-5m-2023-01_2024-02.csv.gz`,
  file: `${base}USDT-5m.csv.gz`,
  what: `${base}USDT 5m candles`,
  sources: [unlicensed('catman77/cyft_trader', `${base}_USDT_USDT-5m-futures.feather`, '2d910419499e')],
})

const RECORDINGS: readonly Recording[] = [
  {
    folder: 'market',
    title: 'Binance USDT-M futures, BTC and ETH, May and June 2025',
    baseTimeframe: '1m',
    suggestedStart: '2025-05-21T13:00:00Z',
    earlierFrom: '2024-05-01T00:00:00Z',
    fundingFrom: '2025-03-12T00:00:00Z',
    candlesOf,
  },
  {
    folder: 'market-2023',
    title: 'Binance USDT-M futures, BTC and ETH, January to August 2023, in steps of five minutes',
    baseTimeframe: '5m',
    suggestedStart: '2023-03-09T12:00:00Z',
    period: ['2023-01-01T00:00:00Z', '2023-09-01T00:00:00Z'],
    earlierFrom: '2023-01-01T00:00:00Z',
    fundingFrom: '2023-01-01T00:00:00Z',
    candlesOf: fiveMinutesOf,
  },
]

type Written = {
  readonly part: Part
  readonly sha256: string
  readonly bytes: number
  readonly rows: number
  readonly firstMs: number
  readonly lastMs: number
}

const timesOf = (csv: string): number[] =>
  csv
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((row) => Number(row.slice(0, row.indexOf(','))))

function write(target: string, part: Part, { bytes, csv }: { bytes: Buffer; csv: string }): Written {
  writeFileSync(join(target, part.file), bytes)
  const times = timesOf(csv)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { part, sha256, bytes: bytes.length, rows: times.length, firstMs: times[0] ?? Number.NaN, lastMs: times.at(-1) ?? Number.NaN }
}

/** The file as it is. */
function copyFile(from: string, target: string, part: Part): Written {
  const bytes = readFileSync(join(from, part.from))
  return write(target, part, { bytes, csv: gunzipSync(bytes).toString('utf8') })
}

/** The rows whose time lies between both, both included. */
function copyRows(from: string, target: string, { part, fromMs, untilMs }: { part: Part; fromMs: number; untilMs: number }): Written {
  const [header = '', ...rows] = gunzipSync(readFileSync(join(from, part.from)))
    .toString('utf8')
    .trimEnd()
    .split('\n')
  const within = (row: string): boolean => {
    const timeMs = Number(row.slice(0, row.indexOf(',')))
    return timeMs >= fromMs && timeMs <= untilMs
  }
  const csv = `${[header, ...rows.filter(within)].join('\n')}\n`
  return write(target, part, { bytes: part.file.endsWith('.gz') ? gzipSync(csv, { level: 9 }) : Buffer.from(csv), csv })
}

const minuteText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')}`

function provenance(all: readonly Written[]): string {
  const rows = all.map(({ part, rows: count, firstMs, lastMs, bytes, sha256 }) => {
    const sources = part.sources
      .map((source) => `\`${source.repository}\` \`${source.path}\` @ \`${source.commit}\` (${source.licence})`)
      .join('<br>')
    return `| \`${part.file}\` | ${part.what} | ${minuteText(firstMs)} – ${minuteText(lastMs)} | ${count} | ${bytes} | ${sources} | \`${sha256}\` |`
  })
  return `${PROVENANCE_HEAD}${rows.join('\n')}\n${PROVENANCE_TAIL}`
}

const PROVENANCE_HEAD = `# Where the recorded market comes from

Binance USDT-M perpetual futures, recorded by others from the exchange's public endpoints and published in public repositories.
Times are UTC and name the first and the last row. Candle columns: open time in Unix milliseconds, open, high, low, close, volume in the
base asset. Funding columns: the time that the exchange returned (it can be some milliseconds after the hour) and the rate as a fraction.

| file | what | period | rows | bytes | source: repository, path, commit (licence) | sha256 |
|---|---|---|---:|---:|---|---|
`
const PROVENANCE_TAIL = `
No candle is missing, out of order or malformed in this period; added up to hours they equal the separately published ones.
The funding rates come from repositories that state no licence. They are bare figures that the exchange publishes.

## Instrument figures in manifest.json

| figure | source |
|---|---|
| tick size, lot size, quantity limits, largest market order, least notional | \`GET /fapi/v1/exchangeInfo\` as recorded on 2025-08-07 in \`thrasher-corp/gocryptotrader\` \`exchanges/binance/testdata/http.json\` @ \`7417b81be26a\` (MIT): filters PRICE_FILTER, LOT_SIZE, MARKET_LOT_SIZE and MIN_NOTIONAL |
| maintenance margin rate 0.004, leverage up to 125 | the exchange's first bracket (up to 50 000 USDT) for both symbols as published in October 2024; larger positions have higher rates |
| maker fee 0.0002, taker fee 0.0005 | the exchange's published fees for accounts without a discount |
`

function make(from: string, recording: Recording): void {
  const { folder, title, baseTimeframe, suggestedStart, period, earlierFrom, fundingFrom } = recording
  const target = join(ASSETS, folder)
  const lengthMs = LENGTH_MS[baseTimeframe]
  mkdirSync(target, { recursive: true })
  const made = SAMPLES.map((sample) => {
    const part = recording.candlesOf(String(sample.manifest['base']))
    const candles =
      period === undefined
        ? copyFile(from, target, part)
        : copyRows(from, target, { part, fromMs: Date.parse(period[0]), untilMs: Date.parse(period[1]) - lengthMs })
    const untilMs = candles.lastMs + lengthMs
    const earlier = copyRows(from, target, { part: sample.earlier, fromMs: Date.parse(earlierFrom), untilMs: untilMs - HOUR_MS })
    const funding = copyRows(from, target, { part: sample.funding, fromMs: Date.parse(fundingFrom), untilMs })
    return { sample, candles, earlier, funding }
  })
  const fileOf = ({ part, sha256, rows }: Written) => ({ file: part.file, sha256, rows })
  const manifest = {
    format: 1,
    title,
    baseTimeframe,
    suggestedStartMs: Date.parse(suggestedStart),
    instruments: made.map(({ sample, candles, earlier, funding }) => ({
      ...sample.manifest,
      candles: fileOf(candles),
      earlier: fileOf(earlier),
      funding: fileOf(funding),
    })),
  }
  writeFileSync(join(target, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  writeFileSync(join(target, 'PROVENANCE.md'), provenance(made.flatMap(({ candles, earlier, funding }) => [candles, earlier, funding])))
}

const from = process.argv[2]
if (from === undefined) throw new Error('which folder? node scripts/make-market-asset.ts <folder with candles/ and funding/>')
for (const recording of RECORDINGS) make(from, recording)
