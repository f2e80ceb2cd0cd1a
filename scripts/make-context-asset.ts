// Makes assets/context from a folder of recorded data: node scripts/make-context-asset.ts <folder>
// The folder holds sentiment/, onchain/, metrics/ and candles/ as gzipped CSV. Run it again and the same bytes come out.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { openHeadlineReader } from '../src-main/adapters/context/headline-reader.ts'

type Row = { readonly timeMs: number; readonly rest: string }
type Part = {
  readonly file: string
  readonly what: string
  readonly from: string
  readonly source: string
  readonly header: string
  readonly manifest: Readonly<Record<string, unknown>>
  readonly rows: readonly Row[]
}

const TARGET = resolve(import.meta.dirname, '../assets/context')
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const FIN_AGENT = '`StamKavid/FinAgent` @ `f467c71926d0` (MIT)'
const OKX_SOL = '`jabine9966/project` @ `3e01cff2ac21` (none stated; the rows are the figures that the exchange publishes)'
const SOL = { venue: 'okx', id: 'SOL/USDT:USDT' }

type Cells = Readonly<Record<string, string>>
function readCsv(from: string, path: string): readonly Cells[] {
  const [header = '', ...lines] = gunzipSync(readFileSync(join(from, path)))
    .toString('utf8')
    .trimEnd()
    .split('\n')
  const names = header.split(',')
  return lines.map((line) => {
    const cells = line.split(',')
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']))
  })
}
const cell = (row: Cells, name: string): string => {
  const text = row[name]
  if (text === undefined || text === '') throw new Error(`column ${name} is missing in ${JSON.stringify(row)}`)
  return text
}
const day = (row: Cells): number => Date.parse(`${cell(row, 'date')}T00:00:00Z`)

/** Six significant digits are more than any of these figures has to say. */
const rounded = (value: number): string => String(Number(value.toPrecision(6)))

function daily(from: string, spec: Omit<Part, 'rows' | 'header'> & { readonly figureOf: (row: Cells) => string }): Part {
  const { figureOf, ...part } = spec
  return { ...part, header: 'timeMs,value', rows: readCsv(from, part.from).map((row) => ({ timeMs: day(row), rest: figureOf(row) })) }
}

function okx(from: string, spec: { measure: string; name: string; what: string; figureOf(row: Cells): string }): Part {
  const path = `metrics/okx-swap/SOL-USDT-SWAP-${spec.name}-1h-2026-06-01_2026-06-19.csv.gz`
  return {
    file: `okx-sol-${spec.name}-1h.csv.gz`,
    what: spec.what,
    from: path,
    source: OKX_SOL,
    header: 'timeMs,value',
    manifest: { source: spec.measure, measure: spec.measure, instrument: SOL, knownAfterMs: HOUR_MS, validForMs: 3 * HOUR_MS },
    rows: readCsv(from, path).map((row) => ({ timeMs: Number(cell(row, 'timeMs')), rest: spec.figureOf(row) })),
  }
}

function positioning(from: string): readonly Part[] {
  // The exchange tells dollars; the measure counts the base asset. Its value at the time of the figure is the open of the candle that begins.
  const opens = new Map(
    readCsv(from, 'candles/okx-swap/SOL-USDT-SWAP-1h-2026-06-01_2026-06-19.csv.gz').map((row) => [
      Number(cell(row, 'openTimeMs')),
      Number(cell(row, 'open')),
    ]),
  )
  const inBase = (row: Cells): string => {
    const price = opens.get(Number(cell(row, 'timeMs')))
    if (price === undefined) throw new Error(`no candle opens at ${cell(row, 'timeMs')}`)
    return rounded(Number(cell(row, 'openInterestUsd')) / price)
  }
  const takers = (row: Cells): string => rounded(Number(cell(row, 'buyVol')) / Number(cell(row, 'sellVol')))
  return [
    okx(from, {
      measure: 'open_interest',
      name: 'open-interest',
      what: 'SOL-USDT-SWAP open interest, hourly: dollars divided by the open of the hourly candle',
      figureOf: inBase,
    }),
    okx(from, {
      measure: 'global_long_short_ratio',
      name: 'long-short-ratio',
      what: 'SOL-USDT-SWAP accounts long to short, hourly',
      figureOf: (row) => rounded(Number(cell(row, 'longShortAccountRatio'))),
    }),
    okx(from, {
      measure: 'taker_ratio',
      name: 'taker-volume',
      what: 'SOL-USDT-SWAP taker buys to taker sells, hourly: quotient of the two volumes',
      figureOf: takers,
    }),
  ]
}

function global(from: string): readonly Part[] {
  return [
    daily(from, {
      file: 'fear-greed-2018_2023.csv.gz',
      what: 'Crypto Fear & Greed index, daily; three days of April 2018 are missing',
      from: 'sentiment/fear-greed-2018_2023-12.csv.gz',
      source: `figures of alternative.me, through ${FIN_AGENT}`,
      manifest: { source: 'fear_greed', measure: 'fear_greed', instrument: null, knownAfterMs: DAY_MS, validForMs: 2 * DAY_MS },
      figureOf: (row) => rounded(Number(cell(row, 'value'))),
    }),
    daily(from, {
      file: 'btc-dominance-weekly-2013_2023.csv.gz',
      what: 'Bitcoin dominance, weekly; computed from market caps of BTC, ETH, USDT, BNB, SOL and all others',
      from: 'onchain/btc-dominance-weekly-2013_2023.csv.gz',
      source: `figures of CoinMarketCap, through ${FIN_AGENT}`,
      manifest: { source: 'btc_dominance', measure: 'btc_dominance', instrument: null, knownAfterMs: DAY_MS, validForMs: 8 * DAY_MS },
      figureOf: (row) => rounded(Number(cell(row, 'btcDominancePct')) / 100),
    }),
    daily(from, {
      file: 'hash-rate-daily-2019_2021.csv.gz',
      what: 'estimated Bitcoin hash rate in TH/s, daily',
      from: 'onchain/bitcoin-hash-rate-daily-2019_2021.csv.gz',
      source: 'chart of Blockchain.com, through `blockchain-energy-labels/bitcoin` @ `e252bc17f173` (Apache-2.0)',
      manifest: { source: 'hash_rate', measure: 'hash_rate', instrument: null, knownAfterMs: DAY_MS, validForMs: 2 * DAY_MS },
      figureOf: (row) => rounded(Number(cell(row, 'hashRateThs'))),
    }),
  ]
}

/** Read by the program's own reader, so that a replay needs no language model. A title that comes twice counts once. */
async function headlines(from: string): Promise<Part> {
  const path = 'sentiment/news-headlines-2024-04-05.csv.gz'
  const reader = await openHeadlineReader([])
  const [, ...lines] = gunzipSync(readFileSync(join(from, path)))
    .toString('utf8')
    .trimEnd()
    .split('\n')
  const seen = new Set<string>()
  const rows = lines.flatMap((line): Row[] => {
    const [, time = '', raw = ''] = /^([^,]+),(.*),[^,]*$/.exec(line) ?? []
    // The source writes a bar where a comma would have ended its cell.
    const title = raw.replaceAll('|', ',').replace(/\s+/g, ' ').replace(/^"|"$/g, '').trim()
    if (title === '' || seen.has(title)) return []
    seen.add(title)
    const { sentiment, assets } = reader.read(title)
    return [{ timeMs: Date.parse(`${time.replace(' ', 'T')}Z`), rest: `${rounded(sentiment)},${assets.join(' ')},${title}` }]
  })
  return {
    file: 'headlines-2024.csv.gz',
    what: 'crypto headlines in lower case; sentiment and assets read by this program, the scores of the source left out',
    from: path,
    source: '`Ualh/crypto-sentiment-tracker` @ `29d989c895db` (MIT); the headlines are their publishers’',
    header: 'timeMs,sentiment,assets,title',
    manifest: { source: 'headlines_recorded', knownAfterMs: 0 },
    rows: rows.toSorted((a, b) => a.timeMs - b.timeMs),
  }
}

type Written = { readonly part: Part; readonly sha256: string; readonly bytes: number; readonly firstMs: number; readonly lastMs: number }

function write(part: Part): Written {
  const csv = `${[part.header, ...part.rows.map(({ timeMs, rest }) => `${timeMs},${rest}`)].join('\n')}\n`
  const bytes = gzipSync(csv, { level: 9 })
  writeFileSync(join(TARGET, part.file), bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { part, sha256, bytes: bytes.length, firstMs: part.rows[0]?.timeMs ?? Number.NaN, lastMs: part.rows.at(-1)?.timeMs ?? Number.NaN }
}

const entry = ({ part, sha256, firstMs, lastMs }: Written): Record<string, unknown> => ({
  file: part.file,
  sha256,
  rows: part.rows.length,
  firstMs,
  lastMs,
  ...part.manifest,
})

function provenance(written: readonly Written[]): string {
  const minute = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
  const rows = written.map(
    ({ part, sha256, bytes, firstMs, lastMs }) =>
      `| \`${part.file}\` | ${part.what} | ${minute(firstMs)} – ${minute(lastMs)} | ${part.rows.length} | ${bytes} | ${part.source} | \`${sha256}\` |`,
  )
  return `${HEAD}${rows.join('\n')}\n${TAIL}`
}

const HEAD = `# Where the recorded context comes from

Figures and headlines that others recorded from public sources and published in public repositories. Times are UTC, in Unix milliseconds, as in
the source: a day carries its beginning. \`knownAfterMs\` in manifest.json says how much later a value was known, a day for what is said of a whole
day; nothing is shown to a recorded market before that. Values are rounded to six digits.

| file | what | period | rows | bytes | source, repository, commit (licence) | sha256 |
|---|---|---|---:|---:|---|---|
`
const TAIL = `
The figures of alternative.me and CoinMarketCap come through repositories under the MIT licence; whoever passes them on should look at these
publishers' own terms. Headlines are quoted with the time of their publication and without their articles.
`

async function main(): Promise<void> {
  const from = process.argv[2]
  if (from === undefined)
    throw new Error('which folder? node scripts/make-context-asset.ts <folder with sentiment/, onchain/ and metrics/>')
  mkdirSync(TARGET, { recursive: true })
  const series = [...global(from), ...positioning(from)].map(write)
  const headline = write(await headlines(from))
  const manifest = { format: 1, series: series.map(entry), headlines: entry(headline) }
  writeFileSync(join(TARGET, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  writeFileSync(join(TARGET, 'PROVENANCE.md'), provenance([...series, headline]))
}

await main()
