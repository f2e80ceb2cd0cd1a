// A lab worker in a process of its own that takes trials and never answers, to be killed. Says "taken" on its output for each.
import { openQueueWorker } from '../../src-main/lab/remote/queue-worker.ts'

const port = Number(process.argv[2])
const version = process.argv[3] ?? ''
const opened = await openQueueWorker({
  address: { host: '127.0.0.1', port, database: 0, tls: false },
  password: undefined,
  version,
  size: 1,
  name: 'dead',
  lostMs: 1_000,
  onLog: () => undefined,
  openPool: () => ({
    size: 1,
    close: async () => undefined,
    run() {
      process.stdout.write('taken\n')
      return new Promise(() => undefined)
    },
  }),
})
if (!opened.ok) throw new Error(opened.error)
