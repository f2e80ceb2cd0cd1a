// Makes assets/market from a folder of recorded market data: node scripts/make-market-asset.ts <folder>
// The folder holds candles/binance-usdm and funding/binance-usdm as gzipped CSV. Run it again and the same bytes come out.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'

type Source = { readonly repository: string; readonly path: string; readonly commit: string; readonly licence: string }
type Part = { readonly from: string; readonly file: string; readonly what: string; readonly sources: readonly Source[] }
type Sample = {
  readonly manifest: Readonly<Record<string, string | number>>
  readonly candles: Part
  readonly earlier: Part
  readonly funding: Part
}

const TARGET = resolve(import.meta.dirname, '../assets/market')
const SUGGESTED_START = '2025-05-21T13:00:00Z'
const EARLIER_FROM = '2024-05-01T00:00:00Z'
/** Ten weeks before the start: strategies look at a month of funding. */
const FUNDING_FROM = '2025-03-12T00:00:00Z'

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
  what: `${base}USDT 1h candles from a year before, for averages of many days`,
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
    candles: candlesOf('BTC'),
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
    candles: candlesOf('ETH'),
    earlier: earlierOf('ETH'),
    funding: {
      from: 'funding/binance-usdm/ETHUSDT-funding-2023-01_2025-06.csv.gz',
      file: 'ETHUSDT-funding.csv',
      what: 'ETHUSDT funding rates, every 8 h',
      sources: [unlicensed('maxakak1998/trading_bot', 'ETH_USDT_USDT-8h-funding_rate.feather', 'f96ec996209a')],
    },
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

function write(part: Part, bytes: Buffer, csv: string): Written {
  writeFileSync(join(TARGET, part.file), bytes)
  const times = timesOf(csv)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { part, sha256, bytes: bytes.length, rows: times.length, firstMs: times[0] ?? Number.NaN, lastMs: times.at(-1) ?? Number.NaN }
}

function writeCandles(from: string, part: Part): Written {
  const bytes = readFileSync(join(from, part.from))
  return write(part, bytes, gunzipSync(bytes).toString('utf8'))
}

/** The rows from `fromMs` to the close of the last candle. */
function writeRows(from: string, part: Part, { fromMs, untilMs }: { fromMs: number; untilMs: number }): Written {
  const [header = '', ...rows] = gunzipSync(readFileSync(join(from, part.from)))
    .toString('utf8')
    .trimEnd()
    .split('\n')
  const within = (row: string): boolean => {
    const timeMs = Number(row.slice(0, row.indexOf(',')))
    return timeMs >= fromMs && timeMs <= untilMs
  }
  const csv = `${[header, ...rows.filter(within)].join('\n')}\n`
  // Without a time of its own, so that the same bytes come out.
  return write(part, part.file.endsWith('.gz') ? gzipSync(csv, { level: 9 }) : Buffer.from(csv), csv)
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
No candle is missing, out of order or malformed in this period; the candles added up to 15m and 1h equal the separately published ones.
The funding rates come from repositories that state no licence. They are bare figures that the exchange publishes.

## Instrument figures in manifest.json

| figure | source |
|---|---|
| tick size, lot size, quantity limits, largest market order, least notional | \`GET /fapi/v1/exchangeInfo\` as recorded on 2025-08-07 in \`thrasher-corp/gocryptotrader\` \`exchanges/binance/testdata/http.json\` @ \`7417b81be26a\` (MIT): filters PRICE_FILTER, LOT_SIZE, MARKET_LOT_SIZE and MIN_NOTIONAL |
| maintenance margin rate 0.004, leverage up to 125 | the exchange's first bracket (up to 50 000 USDT) for both symbols as published in October 2024; larger positions have higher rates |
| maker fee 0.0002, taker fee 0.0005 | the exchange's published fees for accounts without a discount |
`

function main(): void {
  const from = process.argv[2]
  if (from === undefined) throw new Error('which folder? node scripts/make-market-asset.ts <folder with candles/ and funding/>')
  mkdirSync(TARGET, { recursive: true })
  const made = SAMPLES.map((sample) => {
    const candles = writeCandles(from, sample.candles)
    const untilMs = candles.lastMs + 60_000
    const earlier = writeRows(from, sample.earlier, { fromMs: Date.parse(EARLIER_FROM), untilMs: untilMs - 3_600_000 })
    return { sample, candles, earlier, funding: writeRows(from, sample.funding, { fromMs: Date.parse(FUNDING_FROM), untilMs }) }
  })
  const fileOf = ({ part, sha256, rows }: Written) => ({ file: part.file, sha256, rows })
  const manifest = {
    format: 1,
    title: 'Binance USDT-M futures, BTC and ETH, May and June 2025',
    baseTimeframe: '1m',
    suggestedStartMs: Date.parse(SUGGESTED_START),
    instruments: made.map(({ sample, candles, earlier, funding }) => ({
      ...sample.manifest,
      candles: fileOf(candles),
      earlier: fileOf(earlier),
      funding: fileOf(funding),
    })),
  }
  writeFileSync(join(TARGET, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  writeFileSync(join(TARGET, 'PROVENANCE.md'), provenance(made.flatMap(({ candles, earlier, funding }) => [candles, earlier, funding])))
}

main()
