// Jobs, so that what was under way when the process died is found by the next one.
import type { Database } from '../sqlite/database.ts'
import { jsonOf, toDocument } from './documents.ts'
import { LabStoreError } from './lab-store-error.ts'
import { JOBS_UNFINISHED_MAX } from './reader.ts'
import { type JobView, checkedJob } from './rows.ts'
import { type WriteContext, commit } from './write-context.ts'

/** Of jobs that have ended; older ones are forgotten, what they made stays. */
export const JOBS_ENDED_KEPT = 500

export type JobWrites = {
  /**
   * `resume` is whatever its owner needs to go on with it after a crash, as JSON; what was given before stays when it is left out. Meant for
   * transitions: progress between them is nobody's after a crash. `full` when a thousand wait already.
   */
  saveJob(view: JobView, resume?: unknown): void
}

export function jobWrites(context: WriteContext): JobWrites {
  const sql = prepareStatements(context.db)

  function save(given: JobView, resume: unknown): void {
    const view = checkedJob(given)
    const document = resume === undefined ? null : toDocument(resume, `what job ${view.id} needs to go on`)
    sql.put.run({
      id: view.id,
      state: view.state,
      runId: view.runId,
      endedMs: view.endedMs,
      view: jsonOf(view, 'job'),
      encoding: document?.encoding ?? null,
      resume: document?.body ?? null,
    })
    if ((sql.unfinished.get()?.count ?? 0) > JOBS_UNFINISHED_MAX)
      throw new LabStoreError('full', `${JOBS_UNFINISHED_MAX} jobs have not ended yet, no more are taken`)
    sql.forget.run(JOBS_ENDED_KEPT)
  }
  return { saveJob: (view, resume) => commit(context, `writing job ${view.id}`, () => save(view, resume)) }
}

type Row = Pick<JobView, 'id' | 'state' | 'runId' | 'endedMs'> & {
  readonly view: string
  readonly encoding: number | null
  readonly resume: Buffer | null
}

function prepareStatements(db: Database) {
  const ENDED = `state IN ('done', 'failed', 'canceled')`
  return {
    put: db.prepare<[Row]>(
      `INSERT INTO jobs (id, state, run_id, ended_ms, view, encoding, resume)
       VALUES (@id, @state, @runId, @endedMs, @view, @encoding, @resume)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, run_id = excluded.run_id, ended_ms = excluded.ended_ms, view = excluded.view,
         encoding = iif(excluded.resume IS NULL, encoding, excluded.encoding), resume = coalesce(excluded.resume, resume)`,
    ),
    unfinished: db.prepare<[], { count: number }>(`SELECT count(*) AS count FROM jobs WHERE state IN ('queued', 'running', 'paused')`),
    forget: db.prepare<[number]>(
      `DELETE FROM jobs WHERE seq IN (SELECT seq FROM jobs WHERE ${ENDED} ORDER BY ended_ms DESC, seq DESC LIMIT -1 OFFSET ?)`,
    ),
  }
}
