// Proves that a recorded market never sees a value before it was known, whatever steps its time takes; that where a session begins makes no
// difference to what counts then; and that what comes later changes nothing of what was told before.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRecordedContext } from '../../src-main/adapters/context/recorded-context.ts'
import { MeasureBoard } from '../../src-main/core/market/measure-board.ts'
import type { ContextFeed, ContextSnapshot, MeasuresEvent } from '../../src-main/core/ports/context-feed.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import type { Instrument } from '../../src-shared/domain/instrument.ts'
import { BTC, CONTEXT_SETTINGS, INSTRUMENTS } from '../support/context-loopback.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const ASSETS = path.resolve(import.meta.dirname, '../../assets/context')
const ALL_TIME = { startMs: 0, endMs: Number.MAX_SAFE_INTEGER }
const SOL = instrumentId('SOL/USDT:USDT')
const [btc] = INSTRUMENTS
if (btc === undefined) throw new Error('the bundled market has instruments')
const MARKET: readonly Instrument[] = [...INSTRUMENTS, { ...btc, id: SOL, base: 'SOL', venue: 'okx' }]

function open(dir = ASSETS, instruments = MARKET, period = ALL_TIME): ContextFeed {
  const feed = createRecordedContext({ dir, instruments, settings: CONTEXT_SETTINGS, period, funding: [] })
  if (!feed.ok) throw new Error(feed.error)
  return feed.value
}
type Told = { readonly atMs: number; readonly event: MeasuresEvent }
function play(feed: ContextFeed, times: readonly number[]): readonly Told[] {
  const told: Told[] = []
  const [fromMs = 0, ...steps] = times
  let nowMs = fromMs
  feed.start(fromMs, { onMeasures: (event) => void told.push({ atMs: nowMs, event }), onLog: (_level, message) => expect.fail(message) })
  for (const step of steps) feed.advanceTo((nowMs = step))
  return told
}
/** What counts for an instrument after these events. */
function board(told: readonly Told[], id: string, nowMs: number): readonly number[] {
  const measures = new MeasureBoard()
  for (const { event } of told)
    if (event.instrumentId === null || event.instrumentId === id) measures.apply(event.values, event.tsEventMs, event.validForMs)
  return [...measures.read(nowMs)]
}

/** The rows of a bundled file, by day. */
const rowsOf = (file: string): ReadonlyMap<number, number> =>
  new Map(
    gunzipSync(readFileSync(path.join(ASSETS, file)))
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => [Number(line.split(',')[0]), Number(line.split(',')[1])]),
  )
const fearGreed = rowsOf('fear-greed-2018_2023.csv.gz')

/** Rising times between two dates, some of them only minutes apart. */
const times = (from: string, to: string): fc.Arbitrary<readonly number[]> =>
  fc
    .tuple(
      fc.integer({ min: Date.parse(from) / 60_000, max: Date.parse(to) / 60_000 }),
      fc.array(fc.oneof(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 40_000 })), { maxLength: 12 }),
    )
    .map(([startMinute, steps]) =>
      steps.reduce<number[]>((all, step) => [...all, (all.at(-1) ?? 0) + step * 60_000], [startMinute * 60_000]),
    )

describe('a recorded market', () => {
  const anyTimes = fc.oneof(times('2017-12-01', '2024-06-01'), times('2024-03-01', '2024-05-10'), times('2026-05-30', '2026-06-22'))

  it('is told nothing before it was known, and all of it in order of time', () => {
    fc.assert(
      fc.property(anyTimes, (steps) => {
        const told = play(open(), steps)
        for (const { atMs, event } of told) {
          expect(event.tsEventMs).toBeLessThanOrEqual(atMs)
          expect(event.tsEventMs + event.validForMs).toBeGreaterThan(steps[0] ?? 0)
        }
        expect(told.map(({ event }) => event.tsEventMs)).toEqual(told.map(({ event }) => event.tsEventMs).toSorted((a, b) => a - b))
      }),
      { numRuns: 60 },
    )
  })

  it('learns the index of a day only when the day is over', () => {
    fc.assert(
      fc.property(times('2018-02-01', '2023-12-01'), (steps) => {
        for (const { atMs, event } of play(open(), steps)) {
          if (event.values.fear_greed === undefined) continue
          const dayMs = event.tsEventMs - DAY_MS
          expect(dayMs % DAY_MS).toBe(0)
          expect(atMs).toBeGreaterThanOrEqual(dayMs + DAY_MS)
          expect(event.values.fear_greed).toBe(fearGreed.get(dayMs))
        }
      }),
      { numRuns: 40 },
    )
  })

  it('knows the same at a time, however it got there', () => {
    fc.assert(
      fc.property(anyTimes, (steps) => {
        const lastMs = steps.at(-1) ?? 0
        const [walked, sought] = [open(), open()]
        const all = play(walked, steps)
        const once = play(sought, [lastMs])
        for (const { id } of MARKET) expect(board(all, id, lastMs)).toEqual(board(once, id, lastMs))
        expect(walked.snapshot()).toEqual(sought.snapshot())
      }),
      { numRuns: 60 },
    )
  })

  it('had a past that is what it would have been told on the way', () => {
    fc.assert(
      fc.property(anyTimes, (steps) => {
        const [fromMs = 0, untilMs = 0] = [steps[0], steps.at(-1)]
        const told = play(open(), steps).filter(({ event }) => event.tsEventMs > fromMs)
        expect(open().past(fromMs, untilMs)).toEqual(told.map(({ event }) => event))
      }),
      { numRuns: 40 },
    )
  })

  it('is told the same twice', () => {
    fc.assert(
      fc.property(anyTimes, (steps) => {
        expect(play(open(), steps)).toEqual(play(open(), steps))
      }),
      { numRuns: 20 },
    )
  })

  it('has a history that ends at its own time and is made of what it was told', () => {
    fc.assert(
      fc.property(times('2018-03-01', '2023-11-01'), fc.integer({ min: 2, max: 50 }), (steps, pointsMax) => {
        const feed = open()
        play(feed, steps)
        const nowMs = steps.at(-1) ?? 0
        const query = { measure: 'fear_greed', instrumentId: null, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER } as const
        const whole = feed.history({ ...query, pointsMax: 5_000 })
        expect(whole.every(({ tsMs, value }) => tsMs <= nowMs && fearGreed.get(tsMs - DAY_MS) === value)).toBe(true)
        const thinned = feed.history({ ...query, pointsMax })
        expect(thinned.length).toBe(Math.min(pointsMax, whole.length))
        expect([thinned[0], thinned.at(-1)]).toEqual([whole[0], whole.at(-1)])
      }),
      { numRuns: 30 },
    )
  })
})

describe('values that come later', () => {
  /** A folder with one series of these values, an hour apart, each known ten minutes after its time. */
  function folder(values: readonly number[]): string {
    const dir = temporaryDir()
    const bytes = gzipSync(`timeMs,value\n${values.map((value, row) => `${row * HOUR_MS},${value}`).join('\n')}\n`)
    writeFileSync(path.join(dir, 'ratio.csv.gz'), bytes)
    const series = {
      file: 'ratio.csv.gz',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      rows: values.length,
      firstMs: 0,
      lastMs: (values.length - 1) * HOUR_MS,
      source: 'taker_ratio',
      measure: 'taker_ratio',
      instrument: { venue: 'binanceusdm', id: BTC },
      knownAfterMs: 600_000,
      validForMs: 2 * HOUR_MS,
    }
    writeFileSync(path.join(dir, 'manifest.json'), JSON.stringify({ format: 1, series: [series], headlines: null }))
    return dir
  }

  it('change nothing of what was told and shown before', () => {
    const value = fc.integer({ min: 1, max: 999 }).map((thousandths) => thousandths / 1_000)
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 20 }),
        fc.array(value, { minLength: 1, maxLength: 20 }),
        fc.array(fc.integer({ min: 0, max: 1_200_000 }), { maxLength: 40 }),
        (before, after, steps) => {
          const untilMs = before.length * HOUR_MS + 599_999
          const walk = steps.reduce<number[]>((all, step) => [...all, (all.at(-1) ?? 0) + step], [0]).filter((ms) => ms <= untilMs)
          const [short, long] = [open(folder(before)), open(folder([...before, ...after]))]
          expect(play(long, walk)).toEqual(play(short, walk))
          const shown = ({ measures }: ContextSnapshot) => measures.map(({ measure, value: known, tsMs }) => [measure, known, tsMs])
          // Past its last value the shorter recording has nothing more to say about the time.
          if ((walk.at(-1) ?? 0) < (before.length - 1) * HOUR_MS + 600_000) expect(shown(long.snapshot())).toEqual(shown(short.snapshot()))
          const query = { measure: 'taker_ratio', instrumentId: BTC, fromMs: 0, toMs: 1e15, pointsMax: 100 } as const
          expect(long.history(query)).toEqual(short.history(query))
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('the bundled recordings', () => {
  const state = (feed: ContextFeed, id: string) => {
    const { state: at, message } = feed.snapshot().sources.find((source) => source.id === id) ?? expect.fail(id)
    return [at, message]
  }
  const known = (feed: ContextFeed, measure: string, id: string | null) =>
    feed.snapshot().measures.find((each) => each.measure === measure && each.instrumentId === id)

  it('show a market of 2021 fear and greed, dominance and hash rate, and say what they lack', () => {
    const feed = open()
    play(feed, [Date.parse('2021-05-20T12:00:00Z')])
    expect(known(feed, 'fear_greed', null)).toMatchObject({
      value: fearGreed.get(Date.parse('2021-05-19T00:00:00Z')),
      tsMs: Date.parse('2021-05-20T00:00:00Z'),
    })
    expect(known(feed, 'btc_dominance', null)?.value).toBeCloseTo(0.42, 1)
    expect(known(feed, 'hash_rate', null)?.value).toBeGreaterThan(1e8)
    expect(state(feed, 'fear_greed')).toEqual(['fresh', 'from the recording'])
    expect(state(feed, 'taker_ratio')).toEqual(['off', 'no recorded values for this time'])
    expect(known(feed, 'taker_ratio', SOL)).toMatchObject({ value: null, tsMs: null })
  })

  it('show OKX figures to the market of OKX and to no other', () => {
    const feed = open()
    play(feed, [Date.parse('2026-06-10T12:00:00Z')])
    expect(known(feed, 'open_interest', SOL)?.value).toBeGreaterThan(1e6)
    expect(known(feed, 'global_long_short_ratio', SOL)?.value).toBeGreaterThan(1)
    expect(known(feed, 'taker_ratio', BTC)).toMatchObject({ value: null })
    const elsewhere = open(
      ASSETS,
      MARKET.map((instrument) => ({ ...instrument, venue: 'binanceusdm' })),
    )
    expect(play(elsewhere, [Date.parse('2026-06-10T12:00:00Z')])).toEqual([])
  })

  it('show a market of April 2024 its headlines and their mood, which ends with them', () => {
    const feed = open()
    const told = play(feed, [Date.parse('2024-04-20T12:00:00Z'), Date.parse('2024-05-01T12:00:00Z')])
    expect(told.filter(({ event }) => event.instrumentId === BTC && 'headline_sentiment' in event.values).length).toBeGreaterThan(20)
    const { headlines } = feed.snapshot()
    expect(headlines.length).toBeGreaterThan(50)
    expect(headlines.every(({ tsMs }) => tsMs <= Date.parse('2024-05-01T12:00:00Z'))).toBe(true)
    expect(state(feed, 'headlines_recorded')[0]).toBe('fresh')
    feed.advanceTo(Date.parse('2024-06-01T00:00:00Z'))
    expect(known(feed, 'headline_sentiment', BTC)).toMatchObject({ value: null })
    expect(state(feed, 'headlines_recorded')[0]).toBe('off')
  })

  it('have nothing for the market of 2025, and open no file for it', () => {
    const period = { startMs: Date.parse('2025-05-04T00:00:00Z'), endMs: Date.parse('2025-06-24T00:00:00Z') }
    const dir = temporaryDir()
    writeFileSync(path.join(dir, 'manifest.json'), readFileSync(path.join(ASSETS, 'manifest.json')))
    const feed = open(dir, MARKET, period)
    expect(play(feed, [period.startMs, period.endMs])).toEqual([])
    expect(new Set(feed.snapshot().sources.map(({ state: at }) => at))).toEqual(new Set(['off']))
    expect(feed.snapshot().measures.every(({ value }) => value === null)).toBe(true)
  })
})
