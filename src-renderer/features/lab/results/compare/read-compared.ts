// Two to six runs in one form, whatever kinds they are of.
import type { Bridge, BridgeResult } from '../../../../../src-shared/bridge/contract.ts'
import type { CurveColor } from '../../../../charts/curve-legend.tsx'
import { KIND_TITLES } from '../run-header.tsx'
import type { EquityCurve } from '../report/equity-panel.tsx'
import type { Metrics, Month, Passport, RunRow, Spec } from '../views.ts'

export const COMPARED_MIN = 2
export const COMPARED_MAX = 6

export type ComparedRun = {
  readonly run: RunRow
  readonly spec: Spec
  readonly metrics: Metrics
  readonly curve: EquityCurve
  /** Null where the lab does not tell them, as for a walk-forward. */
  readonly months: readonly Month[] | null
  /** Empty where the lab does not tell them. */
  readonly passports: readonly Passport[]
}
export type Compared = {
  readonly runs: readonly ComparedRun[]
  /** One sentence for each run that cannot be compared. */
  readonly refusals: readonly string[]
}

/** Runs that cannot be read, or have no curve of their own, are refused one by one; the others are compared all the same. */
export async function readCompared(bridge: Bridge, runIds: readonly string[]): Promise<BridgeResult<Compared>> {
  const asked = [...new Set(runIds)].slice(0, COMPARED_MAX)
  const answers = await Promise.all(asked.map((runId) => readRun(bridge, runId)))
  const firstError = answers.find((answer) => 'error' in answer)
  // With nobody answering there is nothing to refuse.
  if (firstError && answers.every((answer) => 'error' in answer)) return { ok: false, error: firstError.error }
  return {
    ok: true,
    value: {
      runs: answers.flatMap((answer) => ('run' in answer ? [answer] : [])),
      refusals: answers.flatMap((answer) => ('refusal' in answer ? [answer.refusal] : 'error' in answer ? [answer.error.message] : [])),
    },
  }
}

type Answer = ComparedRun | { readonly refusal: string } | { readonly error: Extract<BridgeResult<never>, { readonly ok: false }>['error'] }

async function readRun(bridge: Bridge, runId: string): Promise<Answer> {
  const row = await bridge.invoke('lab.run', { runId })
  if (!row.ok) return { error: row.error }
  const { kind, title } = row.value
  if (kind === 'backtest') {
    const report = await bridge.invoke('lab.run.report', { runId })
    if (!report.ok) return { error: report.error }
    const { run, spec, metrics, equity, months, passports } = report.value
    return { run, spec, metrics, curve: equity, months, passports }
  }
  if (kind === 'walk_forward') {
    const walkForward = await bridge.invoke('lab.run.walkForward', { runId })
    if (!walkForward.ok) return { error: walkForward.error }
    const { run, spec, metrics, equity } = walkForward.value
    return { run, spec, metrics, curve: equity, months: null, passports: [] }
  }
  return { refusal: `"${title}" is a ${KIND_TITLES[kind].toLowerCase()}: it has no curve of its own to compare.` }
}

export type RunMark = { readonly letter: string; readonly color: CurveColor; readonly dashed: boolean }
const COLORS: readonly CurveColor[] = ['line1', 'line2', 'line3', 'line5', 'line6', 'line4']

/** A letter, a colour and a line for each place: neither colour nor place alone must tell two runs apart. */
export const markOf = (place: number): RunMark => ({
  letter: 'ABCDEF'[place] ?? '?',
  color: COLORS[place] ?? 'line4',
  dashed: place >= 3,
})
