// Deleting a run: first nobody sees it any more, then its folder goes, then its rows. Cut short anywhere, the rest is done at the next start.
import type { Database } from '../sqlite/database.ts'
import { LabStoreError } from './lab-store-error.ts'
import { runSeq } from './reader.ts'
import { removeRunFolder } from './run-folder.ts'
import { type WriteContext, commit } from './write-context.ts'

export type Deleting = {
  /** With the runs below it, their trials, artefacts and folders. `wrong_state` while one of them is running. */
  deleteRun(runId: string): void
  /** Finishes what was cut short. Returns how many runs are still there because a file of theirs cannot be removed. */
  sweep(): number
}

export function deleting(context: WriteContext): Deleting {
  const sql = prepareStatements(context.db)

  function mark(runId: string): void {
    const family = sql.family.all(runSeq(context.queries, runId))
    const running = family.find(({ state }) => state === 'running')
    if (running) throw new LabStoreError('wrong_state', `run ${running.id} is running: cancel it before deleting it`)
    for (const { seq, id } of family) {
      sql.mark.run(seq)
      sql.leaveJob.run(id)
    }
  }
  function sweep(): number {
    let left = 0
    for (const { seq, id } of sql.marked.all()) {
      // Children come first: a parent that has one left stays, because its rows would take those of the child along.
      const isGone = sql.child.get(seq) === undefined && removeRunFolder(context.dataDir, id)
      if (isGone) commit(context, `deleting run ${id}`, () => void sql.remove.run(seq))
      else left += 1
    }
    return left
  }
  return {
    deleteRun(runId) {
      commit(context, `deleting run ${runId}`, () => mark(runId))
      sweep()
    },
    sweep,
  }
}

function prepareStatements(db: Database) {
  return {
    /** The run and all below it. */
    family: db.prepare<[number], { seq: number; id: string; state: string }>(
      `WITH RECURSIVE family (seq) AS (VALUES (?) UNION ALL SELECT r.seq FROM runs r JOIN family f ON r.parent_seq = f.seq)
       SELECT r.seq, r.id, r.state FROM family f JOIN runs r ON r.seq = f.seq`,
    ),
    mark: db.prepare<[number]>('UPDATE runs SET deleting = 1 WHERE seq = ?'),
    leaveJob: db.prepare<[string]>('UPDATE jobs SET run_id = NULL WHERE run_id = ?'),
    marked: db.prepare<[], { seq: number; id: string }>('SELECT seq, id FROM runs WHERE deleting = 1 ORDER BY seq DESC'),
    child: db.prepare<[number], { seq: number }>('SELECT seq FROM runs WHERE parent_seq = ? LIMIT 1'),
    remove: db.prepare<[number]>('DELETE FROM runs WHERE seq = ?'),
  }
}
