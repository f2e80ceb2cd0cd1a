// Proves over real HTTP and a real file that all sources together feed a session: what they tell, what is shown of them, what is still known
// without a network, that the archive fetches each row once, and that a source that fails costs nothing but itself.
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLiveContext } from '../../src-main/adapters/context/live-context.ts'
import type { ContextFeed, ContextSource, MeasuresEvent } from '../../src-main/core/ports/context-feed.ts'
import type { Scheduler } from '../../src-main/core/ports/scheduler.ts'
import type { ContextSettings } from '../../src-shared/config/settings.ts'
import { BTC, CONTEXT_SETTINGS, ETH, INSTRUMENTS, LoopbackSources, presentAnswers } from '../support/context-loopback.ts'
import { FakeScheduler } from '../support/market-scheduler.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const START_MS = Date.UTC(2026, 5, 10, 12)

const server = new LoopbackSources(() => ({}))
let scheduler = new FakeScheduler(START_MS)
let file = ''
let open: ContextFeed[] = []
beforeEach(async () => {
  await server.listen()
  server.asked.length = 0
  scheduler = new FakeScheduler(START_MS)
  server.answer = presentAnswers(() => scheduler.nowMs())
  file = join(temporaryDir(), 'context.db')
})
afterEach(async () => {
  await Promise.all(open.map((feed) => feed.stop()))
  open = []
  await server.close()
})

type Desk = { readonly feed: ContextFeed; readonly told: MeasuresEvent[]; readonly log: string[]; source(id: string): ContextSource }

function start(settings: Partial<ContextSettings> = {}, clock: Scheduler = scheduler): Desk {
  const told: MeasuresEvent[] = []
  const log: string[] = []
  const feed = createLiveContext({
    instruments: INSTRUMENTS,
    settings: { ...CONTEXT_SETTINGS, ...settings },
    file,
    scheduler: clock,
    random: () => 0.5,
    hosts: server.hosts,
    // Longer than any answer takes on a busy machine; that silence ends is proven in context-http.
    timeoutMs: 30_000,
  })
  feed.start(clock.nowMs(), {
    onMeasures: (event) => void told.push(event),
    onLog: (level, message) => void log.push(`${level} ${message}`),
  })
  open.push(feed)
  const source = (id: string): ContextSource => feed.snapshot().sources.find((each) => each.id === id) ?? expect.fail(`no source ${id}`)
  return { feed, told, log, source }
}

/** Sockets need real turns of the event loop; the clock of the sources stands still meanwhile. */
async function until(what: string, holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 25_000
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`not within 25 s: ${what}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
const POLLED = 12
const tried = ({ feed }: Desk): number =>
  feed.snapshot().sources.filter(({ lastTriedMs, nextDueMs }) => lastTriedMs !== null && nextDueMs !== null).length
async function firstRound(desk: Desk): Promise<void> {
  scheduler.advance(5_000)
  await until('every source has been asked', () => tried(desk) === POLLED)
  await until('the headlines have been read', () => desk.told.some(({ values }) => 'headline_sentiment' in values))
}
const only = (...ids: (keyof ContextSettings['sources'])[]): Partial<ContextSettings> => ({
  sources: Object.fromEntries(
    Object.keys(CONTEXT_SETTINGS.sources).map((id) => [id, (ids as string[]).includes(id)]),
  ) as ContextSettings['sources'],
})

describe('all sources together', () => {
  it('tell each measure with its instrument, its time and how long it counts', async () => {
    const desk = start()
    await firstRound(desk)
    const newest = (measure: string, id: string | null) =>
      desk.told.findLast(({ values, instrumentId }) => measure in values && instrumentId === id) ?? expect.fail(`${measure} of ${id}`)
    expect(newest('fear_greed', null)).toEqual({
      type: 'measures',
      instrumentId: null,
      values: { fear_greed: 25 },
      validForMs: 2 * DAY_MS,
      tsEventMs: Date.UTC(2026, 5, 10),
    })
    expect(newest('btc_dominance', null)).toMatchObject({ values: { btc_dominance: 0.585 } })
    expect(newest('hash_rate', null)).toMatchObject({ values: { hash_rate: 9.5e8 }, tsEventMs: Date.UTC(2026, 5, 10) })
    expect(newest('spot_price', BTC)).toMatchObject({ values: { spot_price: 107_000.5 }, validForMs: MINUTE_MS })
    expect(newest('spot_price', ETH)).toMatchObject({ values: { spot_price: 2_550.25 } })
    for (const id of [BTC, ETH])
      for (const measure of ['funding_rate', 'open_interest', 'top_long_short_ratio', 'global_long_short_ratio', 'taker_ratio'])
        expect(newest(measure, id).tsEventMs, `${measure} ${id}`).toBeLessThanOrEqual(scheduler.nowMs())
    expect(newest('headline_sentiment', BTC).values.headline_sentiment).toBeGreaterThan(0)
    expect(newest('headline_sentiment', ETH)).toMatchObject({ values: { headline_sentiment: null } })
    for (const { tsEventMs } of desk.told) expect(tsEventMs).toBeLessThanOrEqual(scheduler.nowMs())
  })

  it('are shown with state, value and age', async () => {
    const desk = start()
    expect(new Set(desk.feed.snapshot().sources.map(({ state }) => state))).toEqual(new Set(['waiting', 'off']))
    await firstRound(desk)
    const { sources, measures, headlines } = desk.feed.snapshot()
    expect(sources.filter(({ state }) => state === 'fresh')).toHaveLength(POLLED)
    expect(desk.source('positioning_archive').state).toBe('waiting')
    expect(desk.source('headlines_recorded')).toMatchObject({ state: 'off', message: 'for recorded markets only' })
    expect(measures.find(({ measure }) => measure === 'fear_greed')).toEqual({
      measure: 'fear_greed',
      instrumentId: null,
      value: 25,
      tsMs: Date.UTC(2026, 5, 10),
      validForMs: 2 * DAY_MS,
    })
    expect(measures).toHaveLength(3 + 7 * INSTRUMENTS.length)
    expect(headlines.map(({ title, assets }) => [title, assets])).toEqual([
      ...Array.from({ length: 3 }, () => ['Bitcoin gains as investors celebrate good news', ['BTC']]),
      ...Array.from({ length: 3 }, () => ['Hackers steal millions', []]),
    ])
  })

  it('tell a value again only when it is a new one', async () => {
    const desk = start(only('fear_greed'))
    scheduler.advance(5_000)
    await until('it was told', () => desk.told.length === 1)
    for (let hour = 0; hour < 3; hour += 1) {
      const asked = server.count('/fng/')
      await until('the next question is due', () => desk.source('fear_greed').nextDueMs !== null)
      scheduler.advance(1.1 * HOUR_MS)
      await until('it was asked', () => server.count('/fng/') > asked && desk.source('fear_greed').nextDueMs !== null)
    }
    expect(desk.told).toHaveLength(1)
  })

  it('fall silent at the end: no question, no timer, nothing told', async () => {
    const desk = start()
    scheduler.advance(1_000)
    await desk.feed.stop()
    const [asked, told] = [server.asked.length, desk.told.length]
    scheduler.advance(DAY_MS)
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    expect([server.asked.length, desk.told.length, scheduler.timers]).toEqual([asked, told, 0])
  })

  it('are not asked when they are switched off', async () => {
    const desk = start(only('fear_greed'))
    scheduler.advance(30_000)
    await until('it was told', () => desk.told.length === 1)
    expect(new Set(server.asked.map(({ path }) => path))).toEqual(new Set(['/fng/']))
    expect(desk.source('spot_price')).toMatchObject({ state: 'off', message: 'switched off in the settings' })
  })
})

describe('sources that fail', () => {
  it.each([
    ['errors', { status: 500 }, 'answered HTTP 500'],
    ['limits', { status: 429, headers: { 'retry-after': '60' } }, 'limited this address'],
    ['garbage', { body: '<html>' }, 'cannot be read'],
    ['floods', { body: 'x'.repeat(5_000_000) }, 'longer than'],
  ])('with %s are shown as failing, each with its sentence, and tell nothing', async (_what, reply, sentence) => {
    server.answer = () => reply
    const desk = start()
    scheduler.advance(5_000)
    await until('every source has been asked', () => tried(desk) === POLLED)
    const { sources } = desk.feed.snapshot()
    const failing = sources.filter(({ state }) => state === 'failing')
    expect(failing).toHaveLength(POLLED)
    expect(desk.told).toEqual([])
    expect(failing.filter(({ message }) => message.includes(sentence) || message.includes('left alone')).map(({ id }) => id)).toEqual(
      failing.map(({ id }) => id),
    )
    expect(desk.log.length).toBe(POLLED)
  })

  it('leave the others alone, also while one is silent', async () => {
    const good = presentAnswers(() => scheduler.nowMs())
    server.answer = (asked) => (asked.path === '/fng/' ? undefined : asked.path.startsWith('/futures') ? { status: 403 } : good(asked))
    const desk = start()
    scheduler.advance(5_000)
    await until('every other source has been asked', () => tried(desk) === POLLED - 1)
    await until('the headlines have been read', () => desk.told.some(({ values }) => 'headline_sentiment' in values))
    const states = Object.fromEntries(desk.feed.snapshot().sources.map(({ id, state }) => [id, state]))
    expect(states).toMatchObject({
      taker_ratio: 'failing',
      btc_dominance: 'fresh',
      funding_rate: 'fresh',
      headlines_decrypt: 'fresh',
    })
    expect(desk.source('fear_greed')).toMatchObject({ failures: 0, lastValueMs: null, nextDueMs: null })
    expect(desk.source('taker_ratio').message).toContain('127.0.0.1 refuses this location, HTTP 403')
  })
})

describe('a start without network', () => {
  it('shows the last known values with their age, and counts those that still do', async () => {
    const before = start()
    await firstRound(before)
    await before.feed.stop()
    const later = new FakeScheduler(START_MS + 3 * HOUR_MS)
    server.answer = () => ({ status: 502 })
    const desk = start({}, later)
    const known = (measure: string) => desk.feed.snapshot().measures.find((each) => each.measure === measure)
    expect(known('spot_price')).toMatchObject({ value: 107_000.5, instrumentId: BTC })
    expect(later.nowMs() - (known('spot_price')?.tsMs ?? 0)).toBeGreaterThan(2.9 * HOUR_MS)
    expect(desk.feed.snapshot().headlines).toHaveLength(6)
    // What counted for hours still counts; what counted for a minute does not.
    expect(desk.told.map(({ values }) => String(Object.keys(values)[0])).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'btc_dominance',
      'fear_greed',
      'hash_rate',
    ])
    later.advance(5_000)
    await until('every source has been asked', () => tried(desk) === POLLED)
    expect(desk.source('fear_greed')).toMatchObject({ state: 'failing', lastValueMs: Date.UTC(2026, 5, 10) })
    expect(known('fear_greed')?.value).toBe(25)
  })
})

describe('a wall clock that was ahead for a while', () => {
  const AHEAD_MS = 2 * HOUR_MS
  let aheadMs = 0
  const wall: Scheduler = {
    nowMs: () => scheduler.nowMs() + aheadMs,
    monotonicMs: () => scheduler.monotonicMs(),
    schedule: (delayMs, callback) => scheduler.schedule(delayMs, callback),
  }
  const spotOf = ({ feed }: Desk) => feed.snapshot().measures.find(({ measure }) => measure === 'spot_price')
  async function toldOnce(desk: Desk): Promise<void> {
    const before = desk.told.length
    scheduler.advance(11_000)
    await until('both prices are told', () => desk.told.length === before + INSTRUMENTS.length)
    await until('the next question is due', () => desk.source('spot_price').nextDueMs !== null)
  }
  beforeEach(() => {
    aheadMs = AHEAD_MS
  })

  it('holds back no value that is stamped once it is right', async () => {
    const desk = start(only('spot_price'), wall)
    await toldOnce(desk)
    expect(desk.told.at(-1)?.tsEventMs).toBe(wall.nowMs())
    aheadMs = 0
    // Nobody knows how old what was stamped in the future is, so it is not called fresh.
    expect(spotOf(desk)).toMatchObject({ value: null, tsMs: null })
    expect(desk.source('spot_price')).toMatchObject({ state: 'stale', lastValueMs: null })
    await toldOnce(desk)
    expect(desk.told.at(-1)).toMatchObject({ values: { spot_price: 2_550.25 }, tsEventMs: scheduler.nowMs() })
    expect(spotOf(desk)).toMatchObject({ value: 107_000.5, tsMs: scheduler.nowMs() })
    expect(desk.source('spot_price')).toMatchObject({ state: 'fresh', lastValueMs: scheduler.nowMs() })
  })

  it('leaves nothing that a later start would take for fresh', async () => {
    const before = start(only('spot_price'), wall)
    await toldOnce(before)
    await before.feed.stop()
    aheadMs = 0
    const desk = start(only('spot_price'), wall)
    expect(desk.told).toEqual([])
    expect(spotOf(desk)).toMatchObject({ value: null, tsMs: null })
    await toldOnce(desk)
    expect(desk.told.every(({ tsEventMs }) => tsEventMs <= scheduler.nowMs())).toBe(true)
    await desk.feed.stop()
    // The value that is remembered is the right one now.
    expect(start(only('spot_price'), wall).told.map(({ tsEventMs }) => tsEventMs)).toEqual([scheduler.nowMs(), scheduler.nowMs()])
  })
})

describe('the archive of positioning', () => {
  const ARCHIVE = only('positioning_archive', 'open_interest', 'top_long_short_ratio', 'global_long_short_ratio', 'taker_ratio')
  const isArchive = ({ query }: { query: URLSearchParams }): boolean => query.has('startTime')
  async function fill(desk: Desk, clock = scheduler): Promise<void> {
    const isDone = (): boolean =>
      desk.source('positioning_archive').lastTriedMs !== null && desk.source('positioning_archive').nextDueMs !== null
    for (let turn = 0; turn < 2_000 && !isDone(); turn += 1) {
      clock.advance(500)
      await new Promise((resolve) => setImmediate(resolve))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await until('the archive is filled', isDone)
  }
  const rows = (desk: Desk, id = BTC) =>
    desk.feed.history({ measure: 'taker_ratio', instrumentId: id, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, pointsMax: 20_000 })

  it('fetches thirty days once, then only what is new, and writes the same rows twice without harm', async () => {
    const desk = start(ARCHIVE)
    await fill(desk)
    const first = rows(desk)
    expect(first.length).toBeGreaterThan(8_600)
    expect(first.every(({ tsMs }, at) => at === 0 || tsMs - (first[at - 1]?.tsMs ?? 0) === 5 * MINUTE_MS)).toBe(true)
    expect(rows(desk, ETH)).toEqual(first)
    const asked = server.asked.filter(isArchive).length
    expect(asked).toBe(8 * 18)
    expect(desk.source('positioning_archive')).toMatchObject({ state: 'fresh', failures: 0 })
    await desk.feed.stop()

    const later = new FakeScheduler(scheduler.nowMs() + 6 * HOUR_MS)
    server.answer = presentAnswers(() => later.nowMs())
    const again = start(ARCHIVE, later)
    await fill(again, later)
    expect(server.asked.filter(isArchive).length - asked).toBe(8)
    const second = rows(again)
    expect(second.slice(0, first.length)).toEqual(first)
    expect(second.every(({ tsMs }, at) => at === 0 || tsMs - (second[at - 1]?.tsMs ?? 0) === 5 * MINUTE_MS)).toBe(true)
  }, 30_000)

  it('goes on where it broke off', async () => {
    const good = presentAnswers(() => scheduler.nowMs())
    let left = 30
    server.answer = (asked) => (isArchive(asked) && --left < 0 ? { status: 500 } : good(asked))
    const desk = start(ARCHIVE)
    await fill(desk)
    expect(desk.source('positioning_archive')).toMatchObject({ state: 'failing', failures: 1 })
    await desk.feed.stop()
    const asked = server.asked.filter(isArchive).length
    server.answer = good
    scheduler = new FakeScheduler(scheduler.nowMs())
    const again = start(ARCHIVE)
    await fill(again)
    // Of thirty questions the last failed; a session begins in between, which is one question more for each series that was done.
    expect(asked).toBe(31)
    expect(server.asked.filter(isArchive).length - asked).toBeLessThanOrEqual(8 * 18 - 30 + 8)
    expect(rows(again).length).toBeGreaterThan(8_600)
    expect(rows(again).every(({ tsMs }, at, all) => at === 0 || tsMs - (all[at - 1]?.tsMs ?? 0) === 5 * MINUTE_MS)).toBe(true)
  }, 30_000)
})
