// A lab worker: takes trials of searches on other machines from the shared queue until it is told to stop.
import { openWorkerPool, poolSize } from '../pool/worker-pool.ts'
import { PASSWORD_VARIABLE, parseQueueUrl } from '../remote/connection.ts'
import type { Call, Command } from './command.ts'
import { CommandFailure, UsageError } from './faults.ts'
import { labOptions } from './run-job.ts'
import { whole } from './values.ts'
import type { World } from './world.ts'

const THREADS_MAX = 64

const WORKER: Command = {
  name: 'worker',
  summary: 'Take trials from a shared queue and run them here, until Ctrl-C',
  operands: [],
  options: {
    queue: { value: 'URL', help: 'the queue, such as redis://10.0.0.2:6379 (default: lab.queue of the settings)' },
    threads: { value: 'N', help: 'trials at the same time (default: one less than the machine has cores)' },
    name: { value: 'NAME', help: 'how the page calls this worker (default: host and process)' },
  },
  notes: [
    'A worker needs no market data: what a search is about comes through the queue. It takes trials of its own version only.',
    `A password of the queue is read from ${PASSWORD_VARIABLE}.`,
  ],
  run: runWorker,
}

async function runWorker(call: Call, world: World): Promise<number> {
  const { settings } = labOptions(call, world)
  const url = call.text('queue') ?? settings.lab.queue
  if (url === null) throw new UsageError('--queue is missing, and the settings name no lab.queue')
  const address = parseQueueUrl(url)
  if (!address.ok) throw new UsageError(`--queue: ${address.error}`)
  const size = poolSize(whole('threads', call.text('threads') ?? '0', { min: 0, max: THREADS_MAX }))
  const say = (message: string): void => world.say(`${message}\n`)
  const name = call.text('name')
  const { openQueueWorker } = await import('../remote/queue-worker.ts')
  const opened = await openQueueWorker({
    address: address.value,
    password: process.env[PASSWORD_VARIABLE],
    version: world.version,
    size,
    openPool: (data) => openWorkerPool({ entry: world.entry, size, data, onLog: say }),
    onLog: say,
    ...(name === undefined ? {} : { name }),
  })
  if (!opened.ok) throw new CommandFailure(opened.error)
  say(`${opened.value.name} takes up to ${size} trials at a time from ${address.value.host}:${address.value.port}. Ctrl-C ends it.`)
  await interrupted(world)
  say('stopping: trials under way go back to the queue')
  await opened.value.close()
  return 0
}

const interrupted = (world: World): Promise<void> =>
  new Promise((resolve) => {
    const undo = world.onInterrupt(() => {
      undo()
      resolve()
    })
  })

export const WORKER_COMMANDS: readonly Command[] = [WORKER]
