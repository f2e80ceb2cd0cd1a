// A backtest over stored candles against a paper session of the same time on the recording those candles came from; and what must hold of any run.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Backtest, openBacktest } from '../../src-main/lab/backtest/backtest.ts'
import { planBacktest } from '../../src-main/lab/backtest/backtest-plan.ts'
import { loadRunData } from '../../src-main/lab/backtest/run-data.ts'
import { END_OF_TEST } from '../../src-main/core/analytics/run-record.ts'
import { encodeExact } from '../../src-main/engine/session-recorder.ts'
import { replaySession } from '../../src-main/engine/session-replay.ts'
import type { BacktestSpec } from '../../src-shared/config/lab.ts'
import { Settings } from '../../src-shared/config/settings.ts'
import { toNumber } from '../../src-shared/domain/decimal.ts'
import type { JournalRecord } from '../../src-shared/events/journal-record.ts'
import { openEngine } from '../support/engine-in-process.ts'
import { DAY_MS, SAMPLE, sampleData, sampleSpec } from '../support/lab-world.ts'
import { CONTEXT_DIR, storeOf } from '../support/recording-store.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

async function open(spec: BacktestSpec, records: JournalRecord[] = []): Promise<Backtest> {
  const plan = await planBacktest(spec)
  if (!plan.ok) throw new Error(plan.error)
  const sink = { append: (record: JournalRecord) => void records.push(record), commit: () => true }
  const opened = openBacktest(plan.value, sampleData(spec), { sink })
  if (!opened.ok) throw new Error(opened.error)
  return opened.value
}

/** What was decided and traded, without the names that each session makes for itself. */
function deeds(records: readonly JournalRecord[], untilMs: number): readonly string[] {
  const told = records.filter(({ kind, tsMs }) => (kind === 'decision' || kind === 'fill' || kind === 'round_trip') && tsMs <= untilMs)
  return told.map(({ kind, body }) =>
    encodeExact({
      kind,
      body: JSON.parse(encodeExact(body), (name, value: unknown) => (/Id$|^id$/.test(name) && name !== 'strategyId' ? '' : value)),
    }),
  )
}

describe('a backtest', () => {
  it('decides and trades as a paper session on the same market does, to the last digit', async () => {
    const dataDir = temporaryDir()
    const engine = await openEngine(dataDir, { speed: 0, settings: Settings.parse({ playbook: 'trend' }) })
    const until = SAMPLE.suggestedStartMs + 4 * DAY_MS
    const marketMs = async (): Promise<number> => (await engine.ask('desk.snapshot', {})).marketMs
    await engine.until('four days of market', async () => (await marketMs()) >= until)
    await engine.stop()
    const paper: JournalRecord[] = []
    const [file = ''] = readdirSync(join(dataDir, 'recordings'))
    await replaySession(join(dataDir, 'recordings', file), (effect) => {
      if (effect.type === 'journal') paper.push(effect.record)
    })

    const records: JournalRecord[] = []
    const backtest = await open(sampleSpec({ fromMs: SAMPLE.suggestedStartMs, days: 4 }), records)
    backtest.run(Number.POSITIVE_INFINITY)
    const expected = deeds(paper, until)
    expect(expected.length).toBeGreaterThan(50)
    expect(deeds(records, until)).toEqual(expected)
  }, 60_000)

  it('comes to the same in one go and step by step', async () => {
    const spec = sampleSpec({ fromMs: SAMPLE.suggestedStartMs, days: 5 })
    const [whole, steps] = [await open(spec), await open(spec)]
    whole.run(Number.POSITIVE_INFINITY)
    while (!steps.run(7)) expect(steps.done).toBeLessThanOrEqual(steps.total)
    expect(steps.done).toBe(5 * 1440)
    expect(whole.record()).toEqual(steps.record())
  })

  it('accounts for every step: equity, exposure, and the trades that made it', async () => {
    const backtest = await open(sampleSpec({ fromMs: SAMPLE.suggestedStartMs, days: 5 }))
    backtest.run(Number.POSITIVE_INFINITY)
    const { steps, trips, initialBalance, fills } = backtest.record()
    expect(trips.length).toBeGreaterThan(5)
    const realised = trips.reduce((sum, { trip }) => sum + Number(trip.netPnl), 0) / 1e12
    if (steps.open.at(-1) === 0) expect(steps.equity.at(-1)).toBeCloseTo(initialBalance + realised, 6)
    for (const { mae, mfe, trip, initialRisk, decisionPrice } of trips) {
      expect(Math.abs((decisionPrice ?? 0) / (Number(trip.entryPrice) / 1e12) - 1)).toBeLessThan(0.01)
      expect(mae).toBeLessThanOrEqual(0)
      expect(mfe).toBeGreaterThanOrEqual(0)
      expect(initialRisk).toBeGreaterThan(0)
      expect(trip.closedMs).toBeGreaterThan(trip.openedMs)
    }
    expect(fills.every(({ fee }) => fee > 0)).toBe(true)
    expect(steps.benchmark[0]).toBeCloseTo(1, 2)
  })

  it.each(['fixed', 'depth'] as const)('closes what is open at its end with fee and %s slippage, and counts it as trades', async (kind) => {
    const sample = sampleSpec({ fromMs: SAMPLE.suggestedStartMs, days: 5 })
    const slippage = kind === 'fixed' ? { kind, basisPoints: 10 } : { kind, basisPoints: 2, impact: 1 }
    const backtest = await open({ ...sample, simulation: { ...sample.simulation, slippage } })
    const { portfolio } = backtest.kernel
    while (portfolio.openCount < 2) if (backtest.run(1)) throw new Error('two positions at once are expected')
    const positions = portfolio
      .positions()
      .map(({ instrumentId, side, quantity }) => ({ instrumentId, side, quantity: toNumber(quantity) }))
    const lasts = positions.map(({ instrumentId }) => portfolio.holding(instrumentId).price)
    const before = backtest.record()
    const marked = before.steps.equity.at(-1) ?? Number.NaN
    backtest.closeOpen()
    const { steps, trips, fills, initialBalance } = backtest.record()

    expect(steps.tsMs).toEqual(before.steps.tsMs)
    expect(steps.equity.slice(0, -1)).toEqual(before.steps.equity.slice(0, -1))
    expect(steps.open.at(-1)).toBe(0)
    const closed = trips.slice(before.trips.length)
    expect(closed.map(({ trip }) => [trip.instrumentId, trip.side, toNumber(trip.quantity), trip.exitReason])).toEqual(
      positions.map(({ instrumentId, side, quantity }) => [instrumentId, side, quantity, END_OF_TEST]),
    )
    let costs = 0
    for (const [at, fill] of fills.slice(-positions.length).entries()) {
      const [last = Number.NaN, position] = [lasts[at], positions[at]]
      const against = position?.side === 'long' ? last - fill.price : fill.price - last
      expect(against / last).toBeGreaterThanOrEqual(kind === 'fixed' ? 0.001 : 0.0002)
      expect(against / last).toBeLessThan(0.01)
      expect(fill.fee).toBeCloseTo(0.0005 * fill.price * fill.quantity, 6)
      costs += against * fill.quantity + fill.fee
    }
    expect(steps.equity.at(-1)).toBeCloseTo(marked - costs, 6)
    // All is closed, so the round trips are the whole account.
    const realised = trips.reduce((sum, { trip }) => sum + toNumber(trip.netPnl), 0)
    expect(steps.equity.at(-1)).toBeCloseTo(initialBalance + realised, 6)
    for (const { initialRisk, decisionPrice } of closed)
      expect([initialRisk ?? 0, decisionPrice ?? 0].every((known) => known > 0)).toBe(true)

    backtest.closeOpen()
    expect(backtest.record()).toEqual({ ...backtest.record(), steps, trips, fills })
  })

  it('can be had of a part of the data that was loaded, with the same result', async () => {
    const wide = sampleSpec({ fromMs: SAMPLE.suggestedStartMs - 2 * DAY_MS, days: 8 })
    const narrow = sampleSpec({ fromMs: SAMPLE.suggestedStartMs, days: 2 })
    const plan = await planBacktest(narrow)
    if (!plan.ok) throw new Error(plan.error)
    const [fromWide, fromNarrow] = [wide, narrow].map((spec) => {
      const opened = openBacktest(plan.value, sampleData(spec))
      if (!opened.ok) throw new Error(opened.error)
      opened.value.run(Number.POSITIVE_INFINITY)
      return opened.value.record()
    })
    expect(fromWide).toEqual(fromNarrow)
  })

  it.each([
    [{ instruments: ['SOLUSDT'] }, 'none of SOL/USDT:USDT'],
    [{ instruments: ['BTCUSDT', 'BTCUSDT'] }, 'named twice'],
    [{ instruments: ['what'] }, 'is not a unified symbol'],
  ])('says what is missing: %j', (over, sentence) => {
    const spec = sampleSpec({ fromMs: SAMPLE.suggestedStartMs, days: 1, ...over })
    expect(loadRunData(storeOf(SAMPLE), spec, CONTEXT_DIR)).toMatchObject({ ok: false, error: expect.stringContaining(sentence) })
  })
  it('says what the store has when the period lies outside of it', () => {
    const spec = sampleSpec({ fromMs: Date.UTC(2019, 0), days: 1 })
    expect(loadRunData(storeOf(SAMPLE), spec, CONTEXT_DIR)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/no 1m candles from 2019.*2025-05/),
    })
  })
})
