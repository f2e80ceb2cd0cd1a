// Makes assets/market-book from a folder of recorded market data: node scripts/make-book-asset.ts <folder>
// The folder holds book/binance-usdm as gzipped lines of "<receive time> <message>", and candles/binance-usdm as gzipped CSV. Run it again and the
// same bytes come out.
// Kept are the depth updates, the snapshot and the trades as received; left out are the best bids and asks, which the book tells as well.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'

type Trade = { readonly e: string; readonly T: number; readonly p: string; readonly q: string; readonly X?: string }
type Candle = { openTimeMs: number; open: string; high: string; low: string; close: string; volume: number }

const TARGET = resolve(import.meta.dirname, '../assets/market-book')
const SOURCE = 'book/binance-usdm/BTCUSDT-raw-2024-08-08T2354.jsonl.gz'
const STREAM = 'BTCUSDT-stream.jsonl.gz'
const CANDLES = 'BTCUSDT-1m.csv'
const EARLIER_SOURCE = 'candles/binance-usdm/BTCUSDT-1h-2023-01_2025-06.csv.gz'
const EARLIER = 'BTCUSDT-1h.csv.gz'
const EARLIER_FROM_MS = Date.UTC(2023, 9, 1)
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: node scripts/make-book-asset.ts <folder with book/binance-usdm>')

const lines = gunzipSync(readFileSync(join(folder, SOURCE)))
  .toString('utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.includes('@bookTicker"'))
const candles = candlesOf(lines)
const stream = gzipSync(Buffer.from(`${lines.join('\n')}\n`), { level: 9 })
const csv = Buffer.from(
  `openTimeMs,open,high,low,close,volume\n${candles
    .map(({ openTimeMs, open, high, low, close, volume }) => `${openTimeMs},${open},${high},${low},${close},${volume.toFixed(3)}\n`)
    .join('')}`,
)

const earlierRows = earlierOf(folder)
const earlier = gzipSync(Buffer.from(`openTimeMs,open,high,low,close,volume\n${earlierRows.join('\n')}\n`), { level: 9 })

mkdirSync(TARGET, { recursive: true })
writeFileSync(join(TARGET, EARLIER), earlier)
writeFileSync(join(TARGET, STREAM), stream)
writeFileSync(join(TARGET, CANDLES), csv)
writeFileSync(join(TARGET, 'manifest.json'), `${JSON.stringify(manifest(), null, 2)}\n`)
writeFileSync(join(TARGET, 'PROVENANCE.md'), provenance())

/** One candle per minute that has trades, from the trades that takers made, by their trade time. */
function candlesOf(all: readonly string[]): Candle[] {
  const byMinute = new Map<number, Candle>()
  for (const line of all) {
    if (!line.includes('@trade"')) continue
    const { T, p, q, X }: Trade = (JSON.parse(line.slice(line.indexOf(' ') + 1)) as { data: Trade }).data
    if (X !== undefined && X !== 'MARKET') continue
    const openTimeMs = T - (T % MINUTE_MS)
    const candle = byMinute.get(openTimeMs)
    if (candle === undefined) byMinute.set(openTimeMs, { openTimeMs, open: p, high: p, low: p, close: p, volume: Number(q) })
    else {
      if (Number(p) > Number(candle.high)) candle.high = p
      if (Number(p) < Number(candle.low)) candle.low = p
      candle.close = p
      candle.volume += Number(q)
    }
  }
  return [...byMinute.values()].toSorted((a, b) => a.openTimeMs - b.openTimeMs)
}

/** Hours that had closed when the recording begins. */
function earlierOf(from: string): string[] {
  const [, ...rows] = gunzipSync(readFileSync(join(from, EARLIER_SOURCE)))
    .toString('utf8')
    .trimEnd()
    .split('\n')
  return rows.filter((row) => {
    const openTimeMs = Number(row.slice(0, row.indexOf(',')))
    return openTimeMs >= EARLIER_FROM_MS && openTimeMs + HOUR_MS <= firstTimeMs()
  })
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
function firstTimeMs(): number {
  const first = lines.find((line) => line.includes('"T":')) ?? ''
  return Number(/"T":(\d+)/.exec(first)?.[1])
}

function manifest(): unknown {
  return {
    format: 1,
    title: 'Binance USDT-M futures, BTC with order book and trades, five minutes of August 2024',
    baseTimeframe: '1m',
    suggestedStartMs: firstTimeMs() - 1_000,
    instruments: [
      {
        venue: 'binanceusdm',
        quote: 'USDT',
        settle: 'USDT',
        contractSize: '1',
        makerFeeRate: '0.0002',
        takerFeeRate: '0.0005',
        maintenanceMarginRate: '0.004',
        leverageMax: 125,
        id: 'BTC/USDT:USDT',
        base: 'BTC',
        tickSize: '0.1',
        lotSize: '0.001',
        minQuantity: '0.001',
        maxQuantity: '1000',
        maxMarketQuantity: '120',
        minNotional: '100',
        candles: { file: CANDLES, sha256: sha256(csv), rows: candles.length },
        earlier: { file: EARLIER, sha256: sha256(earlier), rows: earlierRows.length },
        funding: null,
        stream: { file: STREAM, sha256: sha256(stream), rows: lines.length, marketId: 'BTCUSDT' },
      },
    ],
  }
}

function provenance(): string {
  const time = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
  const first = candles[0]?.openTimeMs ?? 0
  const last = candles.at(-1)?.openTimeMs ?? 0
  return `# Where the recorded order book comes from

Binance USDT-M perpetual BTCUSDT, public streams recorded by others and published in a public repository. Times are UTC.

| file | what | period | rows | bytes | source: repository, path, commit (licence) | sha256 |
|---|---|---|---:|---:|---|---|
| \`${STREAM}\` | "<receive time in ns> <message as received>" per line: depth updates, one snapshot, trades; best bids and asks left out | ${time(first)} – ${time(last + MINUTE_MS)} | ${lines.length} | ${stream.length} | \`nkaz001/hftbacktest\` \`examples/usdm/btcusdt_20240808.gz\` @ \`5f3ec40b2afb\` (MIT) | \`${sha256(stream)}\` |
| \`${CANDLES}\` | 1m candles made from those trades; the first minute begins within the recording, and no minute before it is known | ${time(first)} – ${time(last)} | ${candles.length} | ${csv.length} | made by \`scripts/make-book-asset.ts\` | \`${sha256(csv)}\` |
| \`${EARLIER}\` | 1h candles from before the recording, for averages of many days | ${time(EARLIER_FROM_MS)} – ${time(first - (first % HOUR_MS) - HOUR_MS)} | ${earlierRows.length} | ${earlier.length} | \`maxakak1998/trading_bot\` \`user_data/data/binance/futures/BTC_USDT_USDT-1h-futures.feather\` @ \`f96ec996209a\` (none stated in the repository; the rows are the exchange's published figures) | \`${sha256(earlier)}\` |

There are no forced orders and no funding in it. The receiver's clock is about 1.27 s behind the exchange's; the venue's own times count here.
Figures of the instrument are those of the default recording.
`
}
