// The commands that start, stop and list jobs. A specification is checked here, before anything is queued.
import type { z } from 'zod'
import { BacktestSpec, SearchSpec, WalkForwardSpec } from '../../../src-shared/config/lab.ts'
import { describeIssues } from '../../../src-shared/config/describe-issue.ts'
import { runTitle } from '../jobs/job-run.ts'
import type { LabHandlers } from './handlers.ts'
import { Refusal } from './refusal.ts'

/** Throws a Refusal that names the field, its value and what was expected. */
export function parseSpec<T>(schema: z.ZodType<T>, raw: unknown): T {
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  throw new Refusal('bad_input', describeIssues(parsed.error.issues, { raw, what: 'a part of a specification' }))
}

/** Draws the decision times of a check. They are the same for the same specification. */
export const CHECK_SEED = 1

export const JOB_HANDLERS = {
  'lab.jobs': ({ jobs }) => [...jobs.list()],
  'lab.job.cancel': ({ jobs }, { jobId }) => {
    jobs.cancel(jobId)
    return {}
  },
  'lab.job.resume': ({ jobs }, { jobId }) => {
    jobs.resume(jobId)
    return {}
  },
  'lab.backtest.start': ({ jobs }, input) => {
    const spec = parseSpec(BacktestSpec, input.spec)
    return { jobId: jobs.start({ kind: 'backtest', spec, journal: true, runId: null }, runTitle(spec)) }
  },
  'lab.search.start': ({ jobs }, input) => {
    const spec = parseSpec(SearchSpec, input.spec)
    return { jobId: jobs.start({ kind: 'search', spec, runId: null }, runTitle(spec.backtest)) }
  },
  'lab.walkForward.start': ({ jobs }, input) => {
    const spec = parseSpec(WalkForwardSpec, input.spec)
    return { jobId: jobs.start({ kind: 'walk_forward', spec, runId: null }, runTitle(spec.search.backtest)) }
  },
  'lab.lookAhead.start': ({ jobs }, input) => {
    const spec = parseSpec(BacktestSpec, input.spec)
    const task = { kind: 'look_ahead', spec, cuts: input.cuts, seed: CHECK_SEED, runId: null } as const
    return { jobId: jobs.start(task, runTitle(spec)) }
  },
  'lab.warmUp.start': ({ jobs }, input) => {
    const spec = parseSpec(BacktestSpec, input.spec)
    return { jobId: jobs.start({ kind: 'warm_up', spec, runId: null }, runTitle(spec)) }
  },
  'lab.parity.start': ({ jobs }, { sessionId }) => ({
    jobId: jobs.start({ kind: 'parity', sessionId, runId: null }, `Session ${sessionId}`),
  }),
} as const satisfies Partial<LabHandlers>
