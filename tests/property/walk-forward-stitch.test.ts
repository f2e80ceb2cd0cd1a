// Proves that tests laid end to end make one curve without a step in time or money, and that what does not follow is refused.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { RunRecord } from '../../src-main/core/analytics/run-record.ts'
import { stitchRecords } from '../../src-main/lab/walk-forward/stitch.ts'

const MINUTE_MS = 60_000
const factors = fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true }), { maxLength: 12 })

/** A test that grows its balance by these factors, minute by minute. */
function record(fromMs: number, initialBalance: number, growth: readonly number[]): RunRecord {
  let equity = initialBalance
  let held = 1
  const rows = growth.map((factor, at) => {
    equity *= factor
    held *= 2 - factor
    return { tsMs: fromMs + (at + 1) * MINUTE_MS, equity, held, open: at % 3 }
  })
  return {
    initialBalance,
    baseCandleMs: MINUTE_MS,
    steps: {
      tsMs: Float64Array.from(rows, (row) => row.tsMs),
      equity: Float64Array.from(rows, (row) => row.equity),
      open: Uint8Array.from(rows, (row) => row.open),
      benchmark: Float64Array.from(rows, (row) => row.held),
    },
    trips: [],
    fills: [],
    decisions: [],
    incidents: [],
    liquidations: growth.length,
    alerts: growth.map((_, at) => `alert ${fromMs} ${at}`),
  }
}

/** Each begins where the one before ended, in time and in money: to eight digits after the point, as a specification says it. */
function following(growths: readonly (readonly number[])[]): RunRecord[] {
  const records: RunRecord[] = []
  let balance = 10_000
  for (const [at, growth] of growths.entries()) {
    const made = record(at * 100 * MINUTE_MS, balance, growth)
    records.push(made)
    balance = Number((made.steps.equity.at(-1) ?? balance).toFixed(8))
  }
  return records
}

it('equity, benchmark and time go on without a step', () => {
  fc.assert(
    fc.property(fc.array(factors, { minLength: 1, maxLength: 8 }), (growths) => {
      const stitched = stitchRecords(following(growths))
      if (!stitched.ok) throw new Error(stitched.error)
      const { steps, initialBalance, liquidations, alerts } = stitched.value
      const all = growths.flat()
      expect(steps.tsMs.length).toBe(all.length)
      expect(initialBalance).toBe(10_000)
      expect(liquidations).toBe(all.length)
      expect(alerts.length).toBe(Math.min(100, all.length))
      for (const [at, factor] of all.entries()) {
        expect((steps.equity[at] ?? 0) / (steps.equity[at - 1] ?? 10_000)).toBeCloseTo(factor, 9)
        expect((steps.benchmark[at] ?? 0) / (steps.benchmark[at - 1] ?? 1)).toBeCloseTo(2 - factor, 9)
        if (at > 0) expect(steps.tsMs[at]).toBeGreaterThan(steps.tsMs[at - 1] ?? Number.NaN)
      }
      expect([...steps.open]).toEqual(growths.flatMap((growth) => growth.map((_, at) => at % 3)))
    }),
  )
})

it('what does not follow is refused in one sentence', () => {
  const first = record(0, 100, [1.5])
  const next = record(10 * MINUTE_MS, 150, [1])
  expect(stitchRecords([first, next]).ok).toBe(true)
  expect(stitchRecords([])).toEqual({ ok: false, error: 'there is no test to lay end to end, expected at least one' })
  expect(stitchRecords([first, { ...next, initialBalance: 100 }])).toEqual({
    ok: false,
    error: 'test 2 begins with 100, expected 150, with which the one before ended',
  })
  expect(stitchRecords([first, record(0, 150, [1])])).toEqual({
    ok: false,
    error: 'test 2 begins at 60000, expected after 60000, where the one before ends',
  })
  expect(stitchRecords([first, next, { ...record(20 * MINUTE_MS, 150, [1]), baseCandleMs: 1 }])).toEqual({
    ok: false,
    error: 'test 3 has candles of 1 ms, expected 60000 as before',
  })
})
