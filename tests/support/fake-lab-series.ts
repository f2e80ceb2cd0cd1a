// Series as a store holds them after some months of use: most are whole, some have holes, two have been patched together from sources that disagree.
import type { Output } from '../../src-shared/bridge/contract.ts'
import { DAY_MS, HOUR_MS, TIMEFRAME_MS, type Timeframe } from '../../src-shared/domain/time.ts'

export type FakePassport = Output<'lab.series.list'>[number]

const BASES = [
  'BTC',
  'ETH',
  'SOL',
  'BNB',
  'XRP',
  'ADA',
  'DOGE',
  'AVAX',
  'LINK',
  'DOT',
  'LTC',
  'UNI',
  'ATOM',
  'NEAR',
  'APT',
  'ARB',
  'OP',
  'SUI',
  'TIA',
  'INJ',
]
const SHAPES: readonly { readonly kind: FakePassport['kind']; readonly timeframe: Timeframe | null }[] = [
  { kind: 'candles', timeframe: '1m' },
  { kind: 'candles', timeframe: '1h' },
  { kind: 'funding', timeframe: null },
  { kind: 'candles', timeframe: '1d' },
  { kind: 'candles', timeframe: '15m' },
]
/** Where the fake data ends. */
export const FAKE_DATA_END_MS = Date.UTC(2025, 4, 4)

/** The same every time: a Lehmer generator. */
function generator(seed: number): () => number {
  let state = seed * 48_271 + 11
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

const hashOf = (seed: number): string => {
  const next = generator(seed + 7)
  return Array.from({ length: 64 }, () => Math.floor(next() * 16).toString(16)).join('')
}

/** `count` series: the first instruments with every kind, then further ones. */
export const fakePassports = (count: number): FakePassport[] =>
  Array.from({ length: count }, (_, at) => {
    const shape = SHAPES[at % SHAPES.length] ?? SHAPES[0]
    const round = Math.floor(at / SHAPES.length)
    const base = BASES[round % BASES.length] ?? 'BTC'
    const series = round < BASES.length ? base : `${base}${Math.floor(round / BASES.length)}`
    return fakePassport({
      instrumentId: `${series}/USDT:USDT`,
      kind: shape?.kind ?? 'candles',
      timeframe: shape?.timeframe ?? null,
      seed: at + 1,
    })
  })

type Wanted = {
  readonly instrumentId: string
  readonly kind: FakePassport['kind']
  readonly timeframe: Timeframe | null
  readonly seed: number
}

export function fakePassport({ instrumentId, kind, timeframe, seed }: Wanted): FakePassport {
  const next = generator(seed)
  const stepMs = timeframe === null ? 8 * HOUR_MS : TIMEFRAME_MS[timeframe]
  const days = 90 + Math.floor(next() * 640)
  const toMs = FAKE_DATA_END_MS - stepMs - (seed % 7 === 6 ? 40 * DAY_MS : 0)
  const fromMs = toMs - Math.floor((days * DAY_MS) / stepMs) * stepMs
  const gaps = fakeGaps({ next, fromMs, toMs, stepMs, count: seed % 3 === 0 ? 0 : seed % 11 === 4 ? 40 : seed % 5 })
  const listed = gaps.reduce((sum, gap) => sum + gap.rows, 0)
  const missing = listed
  const rows = Math.round((toMs - fromMs) / stepMs) + 1 - missing
  const messy = seed % 11 === 4
  return {
    id: `binanceusdm|${instrumentId}|${kind}|${timeframe ?? '-'}`,
    venue: 'binanceusdm',
    instrumentId,
    kind,
    timeframe,
    rows,
    fromMs,
    toMs,
    missing,
    gaps,
    duplicates: messy ? 1440 : 0,
    conflicts: messy ? 3 : 0,
    refused: messy ? 2 : 0,
    outliersMs:
      kind === 'candles' && seed % 4 === 1
        ? Array.from({ length: 3 + (seed % 5) }, (_, i) => fromMs + Math.floor((i + 1) * (days / 10)) * DAY_MS)
        : [],
    zeroVolume: kind === 'candles' && timeframe === '1m' ? Math.floor(next() * 400) : 0,
    crossChecks:
      timeframe === '1h' || timeframe === '1d'
        ? [
            {
              against: `binanceusdm|${instrumentId}|candles|1m`,
              compared: Math.floor(rows * 0.8),
              different: messy ? 4 : 0,
              examplesMs: messy ? [0, 1, 2, 3].map((i) => fromMs + i * 30 * DAY_MS) : [],
            },
          ]
        : [],
    sources: fakeSources({ instrumentId, kind, timeframe, fromMs, rows, seed }),
    contentHash: hashOf(seed),
    instrumentFrom: seed % 13 === 5 ? 'inferred' : 'venue',
    bytes: Math.round(rows * (kind === 'funding' ? 9 : 17.3)),
  }
}

type GapsWanted = { next: () => number; fromMs: number; toMs: number; stepMs: number; count: number }
function fakeGaps({ next, fromMs, toMs, stepMs, count }: GapsWanted): FakePassport['gaps'] {
  const room = (toMs - fromMs) / (count + 1)
  const gaps = Array.from({ length: count }, (_, at) => {
    const rows = 1 + Math.floor(next() ** 6 * (room / stepMs) * 0.4)
    const start = fromMs + Math.floor(((at + 0.3 + next() * 0.3) * room) / stepMs) * stepMs
    return { fromMs: start, toMs: start + (rows - 1) * stepMs, rows }
  })
  return gaps.toSorted((a, b) => b.rows - a.rows)
}

type SourcesWanted = Pick<FakePassport, 'instrumentId' | 'kind' | 'timeframe' | 'fromMs' | 'rows'> & { seed: number }
function fakeSources({ instrumentId, kind, timeframe, fromMs, rows, seed }: SourcesWanted): FakePassport['sources'] {
  const pair = instrumentId.split(':')[0]?.replace('/', '') ?? ''
  const importedMs = FAKE_DATA_END_MS - (20 - (seed % 17)) * DAY_MS
  if (seed % 2 === 0) return [{ kind: 'download', name: 'binanceusdm', importedMs, rows, sha256: null }]
  const months = 1 + (seed % 6)
  return Array.from({ length: months }, (_, at) => {
    const month = new Date(fromMs + at * 31 * DAY_MS).toISOString().slice(0, 7)
    const what = kind === 'funding' ? 'fundingRate' : (timeframe ?? 'trades')
    return {
      kind: 'file' as const,
      name: `${pair}-${what}-${month}.zip`,
      importedMs: importedMs + at * 1000,
      rows: Math.floor(rows / months),
      sha256: hashOf(seed * 31 + at),
    }
  })
}
