// Trials of a search: each is written when it begins, at its looks, and when it ends.
import type { Database } from '../sqlite/database.ts'
import { jsonOf, packDoubles } from './documents.ts'
import { LabStoreError } from './lab-store-error.ts'
import { runSeq } from './reader.ts'
import { INTERMEDIATE_MAX, type NewTrial, checkedTrial, intermediatePairs } from './rows.ts'
import { type WriteContext, commit } from './write-context.ts'

export const TRIALS_MAX = 100_000
/** More than a hundred years. */
const RETURNS_MAX = 40_000

export type TrialWrites = {
  /** Puts it in the place of what had this number. */
  putTrial(runId: string, trial: NewTrial): void
}

export function trialWrites(context: WriteContext): TrialWrites {
  const sql = prepareStatements(context.db)

  function put(runId: string, { intermediate, dailyReturns, ...plain }: NewTrial): void {
    const runKey = runSeq(context.queries, runId)
    const trial = checkedTrial(plain)
    if (trial.number < 0 || trial.number >= TRIALS_MAX)
      throw new LabStoreError('bad_value', `trial number is ${trial.number}, expected 0 to ${TRIALS_MAX - 1}`)
    if (intermediate.length > INTERMEDIATE_MAX || (dailyReturns?.length ?? 0) > RETURNS_MAX)
      throw new LabStoreError(
        'too_large',
        `trial ${trial.number}: at most ${INTERMEDIATE_MAX} intermediate values and ${RETURNS_MAX} returns`,
      )
    sql.put.run({
      ...trial,
      runKey,
      savedMs: context.nowMs(),
      parameters: jsonOf(trial.parameters, 'parameters'),
      metrics: jsonOf(trial.metrics, 'metrics'),
      intermediate: jsonOf(intermediatePairs(intermediate), 'intermediate values'),
    })
    if (dailyReturns !== null) sql.putReturns.run(runKey, trial.number, packDoubles(dailyReturns))
  }
  return { putTrial: (runId, trial) => commit(context, `writing trial ${trial.number} of run ${runId}`, () => put(runId, trial)) }
}

type Row = Omit<NewTrial, 'intermediate' | 'dailyReturns' | 'parameters' | 'metrics'> & {
  readonly runKey: number
  readonly savedMs: number
  readonly parameters: string
  readonly metrics: string
  readonly intermediate: string
}

function prepareStatements(db: Database) {
  return {
    put: db.prepare<[Row]>(
      `INSERT INTO trials (run_seq, number, state, parameters, objective, metrics, intermediate, seconds, worker, message, saved_ms)
       VALUES (@runKey, @number, @state, @parameters, @objective, @metrics, @intermediate, @seconds, @worker, @message, @savedMs)
       ON CONFLICT (run_seq, number) DO UPDATE SET state = excluded.state, parameters = excluded.parameters, objective = excluded.objective,
         metrics = excluded.metrics, intermediate = excluded.intermediate, seconds = excluded.seconds, worker = excluded.worker,
         message = excluded.message, saved_ms = excluded.saved_ms`,
    ),
    putReturns: db.prepare<[number, number, Buffer]>(
      'INSERT INTO trial_returns VALUES (?, ?, ?) ON CONFLICT (run_seq, number) DO UPDATE SET body = excluded.body',
    ),
  }
}
