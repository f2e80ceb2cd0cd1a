// Proves when a source is asked, again and again: at its interval, ever more rarely while it fails, not while its host wants to be left alone;
// and that whatever a source does ends as a state with a sentence, at most one line of the log an hour.
import { describe, expect, it } from 'vitest'
import { Asker, type HostPauses } from '../../src-main/adapters/context/asker.ts'
import { nextDelayMs } from '../../src-main/adapters/context/back-off.ts'
import { HOSTS } from '../../src-main/adapters/context/hosts.ts'
import type { GetText, HttpFault } from '../../src-main/adapters/context/http-get.ts'
import { SourcePoller } from '../../src-main/adapters/context/source-poller.ts'
import type { LiveSource, SourceAnswer } from '../../src-main/adapters/context/source.ts'
import { fearGreed } from '../../src-main/adapters/context/sources/fear-greed.ts'
import { fundingRate } from '../../src-main/adapters/context/sources/funding-rate.ts'
import { openInterest } from '../../src-main/adapters/context/sources/open-interest.ts'
import { type Result, err, ok } from '../../src-shared/domain/result.ts'
import { INSTRUMENTS } from '../support/context-loopback.ts'
import { FakeScheduler } from '../support/market-scheduler.ts'

const HOUR_MS = 3_600_000
const NOW_MS = Date.UTC(2026, 0, 1)
const fault = (message: string, more: Partial<HttpFault> = {}): Result<string, HttpFault> =>
  err({ kind: 'failed', message, retryAfterMs: null, ...more })
const FUNDING = JSON.stringify({ lastFundingRate: '0.0001', time: NOW_MS })
const FNG = JSON.stringify({ data: [{ value: '40', timestamp: '1551157200' }] })

/** One source with its asker on a clock of the test; `answers` says what the network does. */
function polling(source: LiveSource, answers: (address: string) => Result<string, HttpFault>, asker?: Asker) {
  const scheduler = new FakeScheduler(NOW_MS)
  const asked: { readonly atMs: number; readonly address: string }[] = []
  const told: SourceAnswer[] = []
  const log: string[] = []
  const getText: GetText = (address) => {
    asked.push({ atMs: scheduler.nowMs() - NOW_MS, address })
    return Promise.resolve(answers(address))
  }
  const poller = new SourcePoller({
    source,
    instruments: INSTRUMENTS,
    asker: asker ?? new Asker({ hosts: HOSTS, getText, scheduler, timeoutMs: 1_000, pauses: new Map() }),
    scheduler,
    random: () => 0,
    onAnswer: (_source, answer) => void told.push(answer),
    onLog: (level, message) => void log.push(`${level} ${message}`),
  })
  /** Lets time pass to every timer on the way, and each answer be heard. */
  const pass = async (ms: number): Promise<void> => {
    const untilMs = scheduler.nowMs() + ms
    await heard()
    while (scheduler.nowMs() + scheduler.nextInMs <= untilMs) {
      scheduler.advance(scheduler.nextInMs)
      await heard()
    }
    scheduler.advance(untilMs - scheduler.nowMs())
  }
  const state = (freshUntilMs = 0) => poller.view(scheduler.nowMs(), { lastValueMs: null, freshUntilMs })
  return { poller, scheduler, asked, told, log, pass, state }
}
const heard = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the next try', () => {
  const at = (failures: number, random: number, retryAfterMs: number | null = null): number =>
    nextDelayMs({ intervalMs: 60_000, failures, retryAfterMs }, random)

  it('comes after the interval and up to a twentieth more while answers come', () => {
    expect([at(0, 0), at(0, 1)]).toEqual([60_000, 63_000])
  })
  it('comes ever later while none come, at most after an hour, of which half is left to chance', () => {
    expect([1, 2, 3, 4, 10, 1_000].map((failures) => at(failures, 1))).toEqual([5_000, 10_000, 20_000, 40_000, 2_560_000, 3_600_000])
    expect([1, 2, 3, 1_000].map((failures) => at(failures, 0))).toEqual([2_500, 5_000, 10_000, 1_800_000])
  })
  it('is not before a server wants it, unless that is longer than three days', () => {
    expect(at(1, 0, 120_000)).toBe(120_000)
    expect(at(1, 0, 1_000)).toBe(2_500)
    expect(at(1, 0, 1e12)).toBe(3 * 24 * HOUR_MS)
  })
  it('is not more often than the interval of a source that is asked less than hourly', () => {
    expect(nextDelayMs({ intervalMs: 12 * HOUR_MS, failures: 50, retryAfterMs: null }, 1)).toBe(12 * HOUR_MS)
  })
})

describe('a source that answers', () => {
  it('is asked about each instrument, then again after its interval', async () => {
    const { poller, asked, told, pass, state } = polling(fundingRate, () => ok(FUNDING))
    expect(state().state).toBe('waiting')
    poller.start(300)
    await pass(1_000)
    expect(asked.map(({ address }) => address)).toEqual([
      'https://fapi.binance.com/fapi/v1/premiumIndex?symbol=BTCUSDT',
      'https://fapi.binance.com/fapi/v1/premiumIndex?symbol=ETHUSDT',
    ])
    await pass(120_000)
    expect(asked.map(({ atMs }) => atMs)).toEqual([300, 300, 60_300, 60_300, 120_300, 120_300])
    expect(told.flatMap(({ points }) => points.map(({ instrumentId }) => instrumentId))).toHaveLength(6)
    expect(state(NOW_MS + 10 * HOUR_MS)).toMatchObject({ state: 'fresh', failures: 0, message: '', nextDueMs: NOW_MS + 180_300 })
    expect(state(NOW_MS)).toMatchObject({ state: 'stale' })
  })

  it('is asked no more after the end, and holds no timer', async () => {
    const { poller, scheduler, asked, pass } = polling(fearGreed, () => ok(FNG))
    poller.start(0)
    await pass(0)
    poller.stop()
    await pass(10 * HOUR_MS)
    expect([asked.length, scheduler.timers]).toEqual([1, 0])
  })
})

describe('a source that does not answer', () => {
  it('backs off, says why, and recovers', async () => {
    let dead = true
    const { poller, asked, pass, state } = polling(fearGreed, () => (dead ? fault('api.alternative.me answered HTTP 502') : ok(FNG)))
    poller.start(0)
    await pass(40_000)
    expect(asked.map(({ atMs }) => atMs)).toEqual([0, 2_500, 7_500, 17_500, 37_500])
    expect(state()).toMatchObject({ state: 'failing', failures: 5, message: 'api.alternative.me answered HTTP 502' })
    dead = false
    await pass(60_000)
    expect(state(NOW_MS + HOUR_MS)).toMatchObject({ state: 'fresh', failures: 0, message: '' })
  })

  it('writes one line an hour, and one when it answers again', async () => {
    let dead = true
    const { poller, asked, log, pass } = polling(fundingRate, () => (dead ? fault('the network is gone') : ok(FUNDING)))
    poller.start(0)
    await pass(10 * HOUR_MS)
    expect(asked.length).toBeGreaterThan(20)
    expect(log.length).toBeGreaterThan(3)
    expect(log.length).toBeLessThanOrEqual(10)
    expect(new Set(log)).toEqual(new Set(['warn Funding rate: ETH/USDT:USDT: the network is gone']))
    dead = false
    await pass(2 * HOUR_MS)
    expect(log.filter((line) => line === 'info Funding rate: it answers again')).toHaveLength(1)
  })

  it('that answers for one instrument still gives that one', async () => {
    const { poller, told, pass, state } = polling(fundingRate, (address) => (address.endsWith('ETHUSDT') ? ok(FUNDING) : fault('gone')))
    poller.start(0)
    await pass(0)
    expect(told).toHaveLength(1)
    expect(state()).toMatchObject({ state: 'failing', message: 'BTC/USDT:USDT: gone' })
  })

  it('about one instrument is asked about the others at their interval, and says which one and why', async () => {
    let knowsEth = false
    const { poller, asked, log, pass, state } = polling(fundingRate, (address) =>
      address.endsWith('BTCUSDT') || knowsEth ? ok(FUNDING) : fault('fapi.binance.com answered HTTP 400'),
    )
    const timesOf = (pair: string) => asked.filter(({ address }) => address.endsWith(pair)).map(({ atMs }) => atMs)
    poller.start(0)
    await pass(HOUR_MS)
    expect(timesOf('BTCUSDT')).toEqual(Array.from({ length: 61 }, (_, minute) => minute * 60_000))
    expect(timesOf('ETHUSDT')).toEqual([0, 2_500, 7_500, 17_500, 37_500, 77_500, 157_500, 317_500, 637_500, 1_277_500, 2_557_500])
    expect(state(NOW_MS + 2 * HOUR_MS)).toMatchObject({
      state: 'failing',
      failures: 11,
      message: 'ETH/USDT:USDT: fapi.binance.com answered HTTP 400',
      nextDueMs: NOW_MS + HOUR_MS + 60_000,
    })
    expect(log.length).toBeLessThanOrEqual(2)
    knowsEth = true
    await pass(HOUR_MS)
    expect(state(NOW_MS + 3 * HOUR_MS)).toMatchObject({ state: 'fresh', failures: 0, message: '' })
  })

  it.each([
    ['garbage', '<html>', 'the answer cannot be read: the answer is not JSON'],
    [
      'a time far ahead of ours',
      JSON.stringify({ lastFundingRate: '0.0001', time: NOW_MS + 2 * HOUR_MS }),
      '120 minutes ahead of this machine',
    ],
  ])('in a form that can be used, with %s, is failing like any other', async (_what, body, sentence) => {
    const { poller, told, pass, state } = polling(fundingRate, () => ok(body))
    poller.start(0)
    await pass(0)
    expect(told).toEqual([])
    expect(state().message).toContain(sentence)
  })
})

describe('a host that wants to be left alone', () => {
  it('is asked by no source until its time is over, and by each again afterwards', async () => {
    let limited = true
    const scheduler = new FakeScheduler(NOW_MS)
    const asked: string[] = []
    const getText: GetText = (address) => {
      asked.push(new URL(address).pathname)
      return Promise.resolve(limited ? fault('limited', { kind: 'limited', retryAfterMs: 90_000 }) : ok(FUNDING))
    }
    const pauses: HostPauses = new Map()
    const open = () => new Asker({ hosts: HOSTS, getText, scheduler, timeoutMs: 1_000, pauses })
    let asker = open()
    const ask = (source: LiveSource) => {
      const [request] = source.requests(INSTRUMENTS)
      if (request === undefined) throw new Error('it asks nothing')
      return asker.ask({ ...request, accept: source.accept, bytesMax: source.bytesMax })
    }
    expect(await ask(fundingRate)).toMatchObject({ ok: false, error: { kind: 'limited', retryAfterMs: 90_000 } })
    scheduler.advance(30_000)
    // Also not by the next session.
    await asker.stop()
    asker = open()
    expect(await ask(openInterest)).toMatchObject({
      ok: false,
      error: { message: 'fapi.binance.com asked to be left alone for another 60 s', retryAfterMs: 60_000 },
    })
    expect(asked).toEqual(['/fapi/v1/premiumIndex'])
    await ask(fearGreed)
    expect(asked).toEqual(['/fapi/v1/premiumIndex', '/fng/'])
    limited = false
    scheduler.advance(60_000)
    expect(await ask(openInterest)).toMatchObject({ ok: true })
  })

  it('stops a round at once: the other instruments would be refused as well', async () => {
    const { poller, asked, pass, state } = polling(fundingRate, () => fault('limited', { kind: 'limited', retryAfterMs: 90_000 }))
    poller.start(0)
    await pass(89_000)
    expect(asked).toHaveLength(1)
    expect(state()).toMatchObject({ state: 'failing', failures: 1, nextDueMs: NOW_MS + 90_000 })
  })

  it('is asked about no instrument before its time, also about those that it answered', async () => {
    const { poller, asked, pass, state } = polling(fundingRate, (address) =>
      address.endsWith('BTCUSDT') ? ok(FUNDING) : fault('limited', { kind: 'limited', retryAfterMs: 90_000 }),
    )
    poller.start(0)
    await pass(89_000)
    expect(asked).toHaveLength(2)
    expect(state()).toMatchObject({ state: 'failing', failures: 1, nextDueMs: NOW_MS + 90_000 })
  })
})
