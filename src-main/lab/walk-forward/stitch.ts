// The tests of a walk-forward laid end to end: what somebody would have had who always traded what was chosen before.
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import type { RunRecord, RunSteps } from '../../core/analytics/run-record.ts'

const ALERTS_MAX = 100

/**
 * One record of several that follow each other, each begun with the balance where the one before ended, so that equity goes on without a
 * step. The next test begins flat: what was open at the end of a test has been closed there, with its costs, by the run of the test itself
 * (`Backtest.closeOpen`). Ids of positions and decisions are those of their own run.
 * The error is one sentence that names the record that does not follow: its time, its balance, or its candles.
 */
export function stitchRecords(records: readonly RunRecord[]): Result<RunRecord, string> {
  const [first] = records
  if (first === undefined) return err('there is no test to lay end to end, expected at least one')
  const fault = records
    .slice(1)
    .map((record, at) => faultBetween(records.slice(0, at + 1), record))
    .find((text) => text !== null)
  if (fault !== undefined) return err(fault)
  return ok({
    initialBalance: first.initialBalance,
    baseCandleMs: first.baseCandleMs,
    steps: stitchSteps(records.map(({ steps }) => steps)),
    trips: records.flatMap(({ trips }) => trips),
    fills: records.flatMap(({ fills }) => fills),
    decisions: records.flatMap(({ decisions }) => decisions),
    incidents: records.flatMap(({ incidents }) => incidents),
    liquidations: records.reduce((sum, { liquidations }) => sum + liquidations, 0),
    alerts: records.flatMap(({ alerts }) => alerts).slice(0, ALERTS_MAX),
  })
}

function faultBetween(before: readonly RunRecord[], record: RunRecord): string | null {
  const [first] = before
  const last = before.at(-1)
  if (first === undefined || last === undefined) return null
  const name = `test ${before.length + 1}`
  if (record.baseCandleMs !== first.baseCandleMs)
    return `${name} has candles of ${record.baseCandleMs} ms, expected ${first.baseCandleMs} as before`
  const endMs = before.findLast(({ steps }) => steps.tsMs.length > 0)?.steps.tsMs.at(-1)
  const startMs = record.steps.tsMs[0]
  if (endMs !== undefined && startMs !== undefined && startMs <= endMs)
    return `${name} begins at ${startMs}, expected after ${endMs}, where the one before ends`
  const balance = last.steps.equity.at(-1) ?? last.initialBalance
  // A balance travels as text of eight digits after the point.
  if (Math.abs(record.initialBalance - balance) <= 1e-8 + 1e-9 * Math.abs(balance)) return null
  return `${name} begins with ${record.initialBalance}, expected ${balance}, with which the one before ended`
}

function stitchSteps(parts: readonly RunSteps[]): RunSteps {
  // Each part's benchmark begins anew at what 1 has become by then.
  let held = 1
  const benchmark = parts.flatMap((steps) => {
    const scale = held
    held *= steps.benchmark.at(-1) ?? 1
    return Array.from(steps.benchmark, (value) => value * scale)
  })
  const size = parts.reduce((sum, { tsMs }) => sum + tsMs.length, 0)
  const tsMs = new Float64Array(size)
  const equity = new Float64Array(size)
  const open = new Uint8Array(size)
  let at = 0
  for (const steps of parts) {
    tsMs.set(steps.tsMs, at)
    equity.set(steps.equity, at)
    open.set(steps.open, at)
    at += steps.tsMs.length
  }
  return { tsMs, equity, open, benchmark: Float64Array.from(benchmark) }
}
