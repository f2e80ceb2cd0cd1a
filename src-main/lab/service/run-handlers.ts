// The commands about runs: what there is, what they say, what is done with them.
import path from 'node:path'
import type { Result } from '../../../src-shared/domain/result.ts'
import { Playbooks } from '../../engine/playbooks.ts'
import { type Adoption, adopt, bundledDeclarations, previewAdoption } from '../adopt.ts'
import type { LabHandlers } from './handlers.ts'
import type { Lab } from './lab.ts'
import { Refusal } from './refusal.ts'
import { backtestOf, checkView, exportRun, heatMapView, reportView, studyView, tradesOf, walkForwardView } from './run-views.ts'

export const RUN_HANDLERS = {
  'lab.runs': ({ store }, { limit, offset, kind, parentId }) => {
    const { total, rows } = store.runs({ limit, offset }, { ...(kind === null ? {} : { kind: kindOf(kind) }), parentId })
    return { total, rows: [...rows] }
  },
  'lab.run': ({ store }, { runId }) => store.run(runId).row,
  'lab.run.report': ({ store }, { runId }) => reportView(store, runId),
  'lab.run.trades': ({ store }, { runId, limit, offset }) => {
    const trades = tradesOf(store, runId)
    const rows = trades.slice(offset, offset + limit)
    return { total: trades.length, rows: rows.map(({ regime: _r, voters: _v, decisionPrice: _p, maeR: _a, mfeR: _f, ...row }) => row) }
  },
  'lab.run.study': ({ store }, { runId }) => studyView(store, runId),
  'lab.run.heatMap': ({ store }, input) => heatMapView(store, input),
  'lab.run.walkForward': ({ store }, { runId }) => walkForwardView(store, runId),
  'lab.run.check': ({ store }, { runId }) => checkView(store, runId),
  'lab.run.note': ({ store }, { runId, note }) => {
    store.note(runId, note)
    return {}
  },
  'lab.run.delete': ({ store, jobs }, { runId }) => {
    store.deleteRun(runId)
    jobs.forgetRun(runId)
    return {}
  },
  'lab.run.export': ({ store }, { runId, format }) => exportRun(store, runId, format),
  'lab.mlflow.start': ({ jobs, options }) => {
    const folder = path.join(options.dataDir, 'lab', 'mlruns')
    return { jobId: jobs.start({ kind: 'mlflow', folder }, 'All runs for MLflow'), folder }
  },
  'lab.adopt.preview': (lab, { runId, parameters }) => orRefuse(previewAdoption(adoptionOf(lab, runId, parameters))),
  'lab.adopt': (lab, { runId, parameters, title }) => orRefuse(adopt(adoptionOf(lab, runId, parameters), title)),
} as const satisfies Partial<LabHandlers>

const KINDS = ['backtest', 'search', 'walk_forward', 'look_ahead', 'warm_up', 'parity'] as const
function kindOf(text: string): (typeof KINDS)[number] {
  const kind = KINDS.find((known) => known === text)
  if (kind === undefined) throw new Refusal('bad_input', `kind is "${text}", expected one of ${KINDS.join(', ')}`)
  return kind
}

/** The playbook as it stands now; the one of the run where it is no more. */
function adoptionOf({ store, options: { dataDir, settings } }: Lab, runId: string, parameters: Readonly<Record<string, number>>): Adoption {
  const { playbook: asRun } = backtestOf(store, runId)
  const listed = new Playbooks(dataDir, settings).list().find(({ playbook }) => playbook.id === asRun.id)
  return { dataDir, playbook: listed?.playbook ?? asRun, parameters, declarations: bundledDeclarations() }
}

function orRefuse<T>(result: Result<T, string>): T {
  if (!result.ok) throw new Refusal('refused', result.error)
  return result.value
}
