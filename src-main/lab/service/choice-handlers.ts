// What a form of the lab can offer: playbooks, the user's files, recorded sessions, where trials run, and how fast.
import { Playbooks, withSettings } from '../../engine/playbooks.ts'
import { poolSize } from '../pool/worker-pool.ts'
import { queueView } from '../remote/queue-view.ts'
import type { LabHandlers } from './handlers.ts'
import { pacesOf } from './pace-view.ts'
import { listSessions } from './recorded-sessions.ts'
import { readStrategyFiles } from './strategy-files.ts'
import { strategiesOf } from './strategy-views.ts'

export const CHOICE_HANDLERS = {
  // Read anew each time: adopting writes one.
  'lab.playbooks': ({ options: { dataDir, settings } }) =>
    new Playbooks(dataDir, settings).list().map(({ playbook, source }) => {
      const complete = withSettings(playbook, settings)
      const { id, title, description } = complete
      return { id, title, description, source, playbook: complete, strategies: strategiesOf(complete) }
    }),
  'lab.files': ({ options }) => readStrategyFiles(options.dataDir),
  'lab.sessions': async ({ options }) => [...(await listSessions(options.dataDir))],
  'lab.queue': ({ options }) => queueView(options),
  'lab.pace': ({ options: { settings }, store }) => ({ threads: settings.lab.queue === null ? poolSize(0) : null, paces: pacesOf(store) }),
} as const satisfies Partial<LabHandlers>
