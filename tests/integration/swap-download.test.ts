// Proves the download from Bybit, OKX and Deribit, through ccxt and against each of them on loopback: candles whole and in base units whatever the
// venue's limit, contract and order; funding as it was settled, in either direction; going on where it was stopped; refusals in a sentence.
import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DownloadOptions, type DownloadRequest, downloadSeries } from '../../src-main/adapters/ccxt/candle-download.ts'
import type { SwapVenue } from '../../src-main/adapters/ccxt/swap-market.ts'
import type { SqliteMarketStore } from '../../src-main/adapters/market-store/market-store.ts'
import { openRecording } from '../../src-main/adapters/replay/recording.ts'
import { systemScheduler } from '../../src-main/adapters/system/scheduler.ts'
import type { Scheduler } from '../../src-main/core/ports/scheduler.ts'
import { toText } from '../../src-shared/domain/decimal.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import { seriesIdOf } from '../../src-shared/domain/series.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'
import { loadRunData } from '../../src-main/lab/backtest/run-data.ts'
import { sampleSpec } from '../support/lab-world.ts'
import { rowsOf } from '../support/market-candles.ts'
import { EVERYTHING, openTemporaryStore } from '../support/market-store.ts'
import { type Payment, SwapLoopback } from '../support/swap-loopback.ts'

const opened = openRecording(resolve(import.meta.dirname, '../../assets/market'))
if (!opened.ok) throw new Error(opened.error)
const recorded = rowsOf(
  opened.value.series[0]?.candles ??
    (() => {
      throw new Error('the recording holds no BTC')
    })(),
).slice(0, 6_000)
const startMs = recorded[0]?.openTimeMs ?? 0
const at = (minute: number): number => startMs + minute * MINUTE_MS
const DEADLINE_MS = 15_500

const VENUES = [
  { name: 'bybit', id: 'BTC/USDT:USDT', pages: 3, steps: ['0.1', '0.001', '500'], from: 'venue' },
  { name: 'okx', id: 'BTC/USDT:USDT', pages: 9, steps: ['0.1', '0.0001', '350'], from: 'venue' },
  { name: 'deribit', id: 'BTC/USDC:USDC', pages: 1, steps: ['1', '0.0001', '1000000000'], from: 'venue' },
] as const satisfies readonly { readonly name: SwapVenue; readonly [other: string]: unknown }[]

let venue: SwapLoopback
let store: SqliteMarketStore
let scheduler: Scheduler
let nowMs: number
const use = async (name: SwapVenue): Promise<void> => {
  venue = new SwapLoopback(name)
  venue.candles = [...recorded]
  venue.listedMs = startMs
  await venue.listen()
}
beforeEach(() => {
  nowMs = at(6_000)
  store = openTemporaryStore()
  scheduler = {
    ...systemScheduler,
    nowMs: () => nowMs,
    schedule: (delayMs, callback) => systemScheduler.schedule(delayMs === DEADLINE_MS ? delayMs : delayMs / 200, callback),
  }
})
afterEach(() => venue.close())

/** As fast as loopback goes: the pace between requests is the library's own. */
const prepare: DownloadOptions['prepare'] = async (exchange) => {
  await venue.prepare(exchange)
  exchange.enableRateLimit = false
}
const run = (
  { name, id }: { readonly name: SwapVenue; readonly id: string },
  request: Partial<DownloadRequest> = {},
  options: Partial<DownloadOptions> = {},
) =>
  downloadSeries(
    store,
    { venue: name, instrumentId: instrumentId(id), kind: 'candles', timeframe: '1m', fromMs: at(0), toMs: at(2_499), ...request },
    { scheduler, importCcxt: () => import('ccxt'), prepare, random: () => 0.5, ...options },
  )
const series = ({ name, id }: { readonly name: SwapVenue; readonly id: string }, kind: 'candles' | 'funding' = 'candles') =>
  seriesIdOf({ venue: name, instrumentId: instrumentId(id), kind, timeframe: kind === 'candles' ? '1m' : null })

describe.each(VENUES)('$name', (known) => {
  beforeEach(() => use(known.name))

  it('brings candles with their volume in base units, and the contract in steps of base units', async () => {
    expect(await run(known)).toEqual({ ok: true, value: { rows: 2_500 } })
    expect(rowsOf(store.candles(series(known), EVERYTHING))).toEqual(recorded.slice(0, 2_500))
    expect(venue.asked('candles')).toHaveLength(known.pages)
    const passport = store.passport(series(known))
    expect(passport).toMatchObject({ missing: 0, duplicates: 0, refused: 0, instrumentFrom: known.from })
    expect(passport.sources).toMatchObject([{ kind: 'download', name: known.name, rows: 2_500 }])
    const instrument = store.instrument(known.name, known.id)
    expect(instrument && [instrument.tickSize, instrument.lotSize, instrument.maxMarketQuantity].map(toText)).toEqual(known.steps)
    expect(instrument && toText(instrument.contractSize)).toBe('1')
  })

  it('brings them all when it gives fewer at once than it says', async () => {
    venue.candlesMax = { bybit: 400, okx: 100, deribit: 700 }
    expect(await run(known)).toEqual({ ok: true, value: { rows: 2_500 } })
    expect(rowsOf(store.candles(series(known), EVERYTHING))).toEqual(recorded.slice(0, 2_500))
    expect(store.passport(series(known)).duplicates).toBe(0)
  })

  it('goes over holes of its own, and asks for nothing from before its listing', async () => {
    const hole = (ms: number): boolean => ms >= at(100) && ms < at(1_700)
    venue.candles = recorded.filter(({ openTimeMs }) => !hole(openTimeMs))
    expect(await run(known, { fromMs: at(0) - 400 * DAY_MS })).toEqual({ ok: true, value: { rows: 900 } })
    expect(store.passport(series(known))).toMatchObject({ rows: 900, missing: 1_600 })
    expect(venue.asked('candles').length).toBeLessThan(known.pages + 12)
  })

  it('keeps what has come when it is called off, and asks for the rest alone the next time', async () => {
    venue.candlesMax = { bybit: 1_000, okx: 300, deribit: 5_000 }
    const stop = new AbortController()
    const wanted = { toMs: at(5_900) }
    const stopped = await run(known, wanted, { signal: stop.signal, onProgress: () => stop.abort() })
    expect(stopped).toMatchObject({ ok: false, error: { kind: 'canceled' } })
    const kept = stopped.ok ? 0 : stopped.error.rows
    expect(kept).toBeGreaterThanOrEqual(300)
    expect(kept).toBeLessThan(5_901)
    const before = venue.asked('candles').length
    expect(await run(known, wanted)).toEqual({ ok: true, value: { rows: 5_901 - kept } })
    expect(venue.asked('candles').length - before).toBeLessThanOrEqual(20)
    expect(rowsOf(store.candles(series(known), EVERYTHING))).toEqual(recorded.slice(0, 5_901))
  })

  it('leaves out what is not over', async () => {
    nowMs = at(2_000) + 30_000
    venue.candles = recorded.slice(0, 2_001)
    expect(await run(known)).toEqual({ ok: true, value: { rows: 2_000 } })
  })

  it('brings funding as it was settled, oldest to newest, and later what was settled since', async () => {
    const stepMs = known.name === 'deribit' ? HOUR_MS : 4 * HOUR_MS
    const firstMs = Math.ceil(startMs / stepMs) * stepMs
    const paid = (count: number): Payment[] =>
      Array.from({ length: count }, (_, n) => ({ tsMs: firstMs + n * stepMs, rate: (0.0001 + n / 1e8).toFixed(8) }))
    const wanted = { kind: 'funding', timeframe: null, toMs: firstMs + 2_000 * stepMs } as const
    nowMs = wanted.toMs
    venue.payments = paid(1_500)
    expect(await run(known, wanted)).toEqual({ ok: true, value: { rows: 1_500 } })
    const expected = (count: number) => paid(count).map(({ tsMs, rate }) => [tsMs, Number(rate)])
    const stored = () => {
      const { timeMs, rate } = store.funding(series(known, 'funding'), EVERYTHING)
      return Array.from(timeMs, (ms, n) => [ms, rate[n]])
    }
    expect(stored()).toEqual(expected(1_500))
    const before = venue.asked('funding').length
    venue.payments = paid(1_600)
    expect(await run(known, wanted)).toEqual({ ok: true, value: { rows: 100 } })
    expect(stored()).toEqual(expected(1_600))
    expect(store.passport(series(known, 'funding')).duplicates).toBe(0)
    expect(venue.asked('funding').length - before).toBeLessThan(4)
  })

  it('says in a sentence what it does not have, and that it did not answer', async () => {
    expect(await run({ name: known.name, id: 'DOGE/USDT:USDT' })).toMatchObject({
      ok: false,
      error: { kind: 'venue', message: expect.stringMatching(/does not list DOGE\/USDT:USDT as a perpetual contract/) },
    })
    venue.status = 503
    expect(await run(known)).toMatchObject({ ok: false, error: { kind: 'venue', message: expect.stringContaining('cannot be loaded') } })
  })
})

describe('Deribit', () => {
  beforeEach(() => use('deribit'))
  const inverse = { name: 'deribit', id: 'BTC/USD:BTC' } as const

  it('has contracts of ten dollars, whose volume is stored in coins and whose lots are a guess', async () => {
    expect(await run(inverse)).toEqual({ ok: true, value: { rows: 2_500 } })
    expect(rowsOf(store.candles(series(inverse), EVERYTHING))).toEqual(recorded.slice(0, 2_500))
    expect(store.passport(series(inverse)).instrumentFrom).toBe('inferred')
    const spec = sampleSpec({ fromMs: at(0), days: 1, instruments: [inverse.id] })
    expect(loadRunData(store, { ...spec, data: { ...spec.data, venue: 'deribit' } }, null)).toEqual({
      ok: false,
      error: 'BTC/USD:BTC is settled in BTC: what it earns is not in proportion to its price, which is not simulated',
    })
  })

  it('has no candles of four hours', async () => {
    expect(await run(inverse, { timeframe: '4h' })).toMatchObject({
      ok: false,
      error: { message: 'Deribit perpetual has no candles of 4h, expected one of 1m, 5m, 15m, 1h, 1d' },
    })
    expect(venue.requests).toEqual([])
  })
})

it('asks at half the pace that the library allows', async () => {
  await use('okx')
  let rateLimit = 0
  await run(
    { name: 'okx', id: 'BTC/USDT:USDT' },
    { toMs: at(10) },
    {
      prepare: async (exchange) => {
        rateLimit = exchange.rateLimit ?? 0
        expect(exchange.enableRateLimit).toBe(true)
        const { okx } = await import('ccxt')
        expect(rateLimit).toBe(2 * (new okx().rateLimit ?? 0))
        await venue.prepare(exchange)
      },
    },
  )
  expect(rateLimit).toBeGreaterThan(0)
})
