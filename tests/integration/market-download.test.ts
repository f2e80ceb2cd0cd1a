// Proves that a download brings exactly what the store lacks, through ccxt and against a venue on loopback: page by page, going on after it was
// called off, failed or was interrupted, and never a candle that is still growing.
import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DownloadOptions, type DownloadRequest, downloadSeries } from '../../src-main/adapters/ccxt/candle-download.ts'
import type { SqliteMarketStore } from '../../src-main/adapters/market-store/market-store.ts'
import { openRecording } from '../../src-main/adapters/replay/recording.ts'
import { systemScheduler } from '../../src-main/adapters/system/scheduler.ts'
import type { Scheduler } from '../../src-main/core/ports/scheduler.ts'
import { createRandom } from '../../src-main/core/simulation/random.ts'
import { toText } from '../../src-shared/domain/decimal.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import { seriesIdOf } from '../../src-shared/domain/series.ts'
import { HOUR_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'
import { rowsOf } from '../support/market-candles.ts'
import { LoopbackVenue } from '../support/market-loopback.ts'
import { EVERYTHING, importCandles, importOf, openTemporaryStore, refOf } from '../support/market-store.ts'

const opened = openRecording(resolve(import.meta.dirname, '../../assets/market'))
if (!opened.ok) throw new Error(opened.error)
const recording = opened.value
const series = recording.series[0]
if (series === undefined) throw new Error('the recording holds no BTC')
const recorded = rowsOf(series.candles)
const startMs = recorded[0]?.openTimeMs ?? 0
const at = (minute: number): number => startMs + minute * MINUTE_MS
const ID = seriesIdOf(refOf('candles'))
const FUNDING = seriesIdOf(refOf('funding'))
/** The library's own deadline of a request; every other delay passes two hundred times as fast. */
const DEADLINE_MS = 15_500

describe('a download', () => {
  let venue: LoopbackVenue
  let store: SqliteMarketStore
  let scheduler: Scheduler
  beforeEach(async () => {
    venue = new LoopbackVenue(recording, at(10_000))
    venue.listedSinceMs = startMs
    await venue.listen()
    store = openTemporaryStore()
    scheduler = {
      ...systemScheduler,
      nowMs: () => venue.nowMs,
      schedule: (delayMs, callback) => systemScheduler.schedule(delayMs === DEADLINE_MS ? delayMs : delayMs / 200, callback),
    }
  })
  afterEach(() => venue.close())

  const run = (request: Partial<DownloadRequest>, options: Partial<DownloadOptions> = {}) =>
    downloadSeries(
      store,
      {
        venue: 'binanceusdm',
        instrumentId: instrumentId('BTC/USDT:USDT'),
        kind: 'candles',
        timeframe: '1m',
        fromMs: at(0),
        toMs: at(2_499),
        ...request,
      },
      { scheduler, importCcxt: () => import('ccxt'), endpoints: venue.endpoints, random: createRandom(1).fraction, ...options },
    )
  const klineRequests = (): string[] => venue.requests.filter((request) => request.startsWith('/fapi/v1/klines'))
  const stored = () => rowsOf(store.candles(ID, EVERYTHING))

  it('brings a range page by page, with the instrument as the venue describes it', async () => {
    const seen: { rows: number; rowsTotal: number | null; atMs: number }[] = []
    expect(await run({}, { onProgress: (progress) => seen.push(progress) })).toEqual({ ok: true, value: { rows: 2_500 } })
    expect(stored()).toEqual(recorded.slice(0, 2_500))
    expect(klineRequests()).toHaveLength(3)
    expect(seen.map(({ rows, rowsTotal, atMs }) => [rows, rowsTotal, (atMs - startMs) / MINUTE_MS])).toEqual([
      [1_000, 2_500, 999],
      [2_000, 2_500, 1_999],
      [2_500, 2_500, 2_499],
    ])
    const passport = store.passport(ID)
    expect(passport).toMatchObject({ missing: 0, duplicates: 0, instrumentFrom: 'venue' })
    expect(passport.sources).toEqual([{ kind: 'download', name: 'binanceusdm', importedMs: venue.nowMs, rows: 2_500, sha256: null }])
    const instrument = store.instrument('binanceusdm', 'BTC/USDT:USDT')
    expect(instrument && [instrument.tickSize, instrument.lotSize, instrument.minNotional].map(toText)).toEqual(['0.1', '0.001', '100'])
  })
  it('asks only for what is not there: before, after and in between', async () => {
    importCandles(store, [...recorded.slice(100, 700), ...recorded.slice(720, 1_000)])
    expect(await run({ toMs: at(1_199) })).toEqual({ ok: true, value: { rows: 100 + 20 + 200 } })
    expect(stored()).toEqual(recorded.slice(0, 1_200))
    expect(store.passport(ID).duplicates).toBe(0)
    expect(klineRequests()).toHaveLength(3)
    venue.requests = []
    expect(await run({ toMs: at(1_199) })).toEqual({ ok: true, value: { rows: 0 } })
    expect(klineRequests()).toEqual([])
  })
  it('keeps what has come when it is called off, and goes on from there', async () => {
    const controller = new AbortController()
    const first = await run({}, { signal: controller.signal, onProgress: ({ rows }) => rows >= 2_000 && controller.abort() })
    expect(first).toEqual({ ok: false, error: { kind: 'canceled', message: 'the download was canceled', rows: 2_000 } })
    expect(store.passport(ID).rows).toBe(2_000)
    venue.requests = []
    expect(await run({})).toEqual({ ok: true, value: { rows: 500 } })
    expect(klineRequests()).toHaveLength(1)
    expect(stored()).toEqual(recorded.slice(0, 2_500))
    expect(store.passport(ID).sources).toHaveLength(1)
  })
  it('outlives some failures, and says which one it did not', async () => {
    const refuseOnce = ({ rows }: { rows: number }): void => {
      if (rows === 2_500) return
      venue.status = 503
      const before = venue.requests.length
      const look = setInterval(() => {
        if (venue.requests.length === before) return
        venue.status = 200
        clearInterval(look)
      }, 1)
    }
    expect(await run({}, { onProgress: refuseOnce })).toEqual({ ok: true, value: { rows: 2_500 } })
    expect(klineRequests().length).toBeGreaterThanOrEqual(5)
    const failed = await run({ toMs: at(5_000) }, { onProgress: () => (venue.status = 503) })
    expect(failed).toMatchObject({
      ok: false,
      error: { kind: 'venue', rows: 1_000, message: expect.stringMatching(/did not answer 7 times: .*503/) },
    })
    expect(store.passport(ID).rows).toBe(3_500)
    expect(await run({ toMs: at(5_000) })).toMatchObject({
      ok: false,
      error: { kind: 'venue', message: expect.stringContaining('cannot be loaded') },
    })
  })
  it('leaves out what is not over, by either clock', async () => {
    venue.nowMs = at(200) + 20_000
    expect(await run({ fromMs: at(150), toMs: at(400) })).toEqual({ ok: true, value: { rows: 50 } })
    expect(store.passport(ID).toMs).toBe(at(199))
    // Our clock is five minutes ahead: the newest of the venue's candles is still growing.
    scheduler = { ...scheduler, nowMs: () => venue.nowMs + 5 * MINUTE_MS }
    venue.nowMs = at(210) + 20_000
    expect(await run({ fromMs: at(150), toMs: at(400) })).toEqual({ ok: true, value: { rows: 10 } })
    expect(stored()).toEqual(recorded.slice(150, 210))
  })
  it('tells of candles that the venue itself lacks, or has wrong', async () => {
    venue.missing.set('BTCUSDT', new Set([at(10), at(11), at(1_400)]))
    venue.spoil = (_, candle) => (candle.openTimeMs === at(20) ? { ...candle, high: 1 } : candle)
    expect(await run({})).toEqual({ ok: true, value: { rows: 2_496 } })
    expect(store.passport(ID).gaps).toEqual([
      { fromMs: at(10), toMs: at(11), rows: 2 },
      { fromMs: at(20), toMs: at(20), rows: 1 },
      { fromMs: at(1_400), toMs: at(1_400), rows: 1 },
    ])
    venue.listedSinceMs = at(6_000)
    expect(await run({ fromMs: at(4_000), toMs: at(6_100) })).toEqual({ ok: true, value: { rows: 101 } })
  })
  it('brings funding, and later what was settled since', async () => {
    const settled = Array.from({ length: 250 }, (_, n) => ({
      rate: String((n - 100) / 1e6),
      tsMs: startMs - (250 - n) * 8 * HOUR_MS + (n % 9),
    }))
    venue.funding.set('BTCUSDT', settled)
    const request = { kind: 'funding', timeframe: null, fromMs: 0 } as const
    expect(await run({ ...request, toMs: startMs - 50 * 8 * HOUR_MS })).toEqual({ ok: true, value: { rows: 200 } })
    venue.requests = []
    expect(await run({ ...request, toMs: startMs })).toEqual({ ok: true, value: { rows: 50 } })
    expect(venue.requests.filter((each) => each.startsWith('/fapi/v1/fundingRate')).length).toBeLessThanOrEqual(3)
    const { timeMs, rate } = store.funding(FUNDING, EVERYTHING)
    expect([...timeMs]).toEqual(settled.map(({ tsMs }) => tsMs))
    expect([...rate]).toEqual(settled.map((each) => Number(each.rate)))
    expect(store.passport(FUNDING)).toMatchObject({ missing: 0, duplicates: 0 })
  })
  it('fills what funding is known to lack', async () => {
    const settled = Array.from({ length: 30 }, (_, n) => ({ rate: '0.0001', tsMs: startMs - (30 - n) * 8 * HOUR_MS }))
    venue.funding.set('BTCUSDT', settled)
    const writer = store.begin(importOf(refOf('funding')))
    const kept = settled.filter((_, n) => n < 10 || n > 14)
    writer.addFunding({ timeMs: Float64Array.from(kept, ({ tsMs }) => tsMs), rate: Float64Array.from(kept, () => 0.0001) })
    expect(writer.finish().missing).toBe(5)
    const request = { kind: 'funding', timeframe: null, fromMs: settled[0]?.tsMs ?? 0, toMs: settled.at(-1)?.tsMs ?? 0 } as const
    expect(await run(request)).toEqual({ ok: true, value: { rows: 5 } })
    expect(store.passport(FUNDING)).toMatchObject({ rows: 30, missing: 0, duplicates: 0 })
  })
  it('says in a sentence what cannot be downloaded', async () => {
    expect(await run({ venue: 'kraken' })).toMatchObject({
      ok: false,
      error: {
        kind: 'bad_request',
        message: 'nothing can be downloaded from kraken, expected binanceusdm, bybit, okx or deribit: import files of other venues',
      },
    })
    expect(await run({ fromMs: at(5), toMs: at(4) })).toMatchObject({ ok: false, error: { kind: 'bad_request' } })
    expect(await run({ timeframe: null })).toMatchObject({ ok: false, error: { kind: 'bad_request', message: 'candles need a timeframe' } })
    expect(await run({ instrumentId: instrumentId('NONE/USDT:USDT') })).toMatchObject({
      ok: false,
      error: { kind: 'venue', message: expect.stringContaining('does not list NONE/USDT:USDT') },
    })
    expect(venue.requests.filter((each) => each.startsWith('/fapi/v1/klines'))).toEqual([])
  })
})
