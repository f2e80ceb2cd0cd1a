// How a worker of the host speaks to it, unchanged in three holders: a thread, Electron's utility process, a child process.
import { parentPort as threadPort, workerData } from 'node:worker_threads'
import type { FromEngine, ToEngine } from '../../src-shared/bridge/wire.ts'

export type WorkerPort<Options> = {
  post(message: FromEngine): void
  onMessage(listener: (message: ToEngine) => void): void
  /** What the host said at the start. */
  readonly options: Options
}
export type WorkerHandle = { handle(message: ToEngine): void }

/** The part of Electron's `process.parentPort` used here; @types/node does not know it. */
type UtilityPort = { postMessage(message: FromEngine): void; on(event: 'message', listener: (event: { data: ToEngine }) => void): void }

/** The host says nothing before `ready` but shutdown, power and ping; more than this means that something is wrong. */
const EARLY_MESSAGES_MAX = 1_000

/** The port of whatever holds this file. `Options` is what the host passes to it: both are parts of one program. Throws without a parent. */
export function openWorkerPort<Options>(): WorkerPort<Options> {
  if (threadPort) {
    const port = threadPort
    return { post: (message) => port.postMessage(message), onMessage: (listener) => void port.on('message', listener), options: workerData }
  }
  const options: Options = JSON.parse(process.argv[2] ?? 'null')
  if ('parentPort' in process && process.parentPort) {
    const port = process.parentPort as UtilityPort
    return {
      post: (message) => port.postMessage(message),
      onMessage: (listener) => port.on('message', (event) => listener(event.data)),
      options,
    }
  }
  const send = process.send?.bind(process)
  if (!send) throw new Error('a worker must be started by its host: there is no channel to a parent')
  // Without a supervisor nobody would restart, watch or stop it.
  process.on('disconnect', () => process.exit(0))
  return {
    post: (message) => void send(message),
    onMessage: (listener) => void process.on('message', (message) => listener(message as ToEngine)),
    options,
  }
}

/** Starts the worker and passes messages on to it, also those that came before it was ready. Rejects when it cannot start. */
export async function serveWorker<Options>(port: WorkerPort<Options>, start: () => Promise<WorkerHandle>): Promise<void> {
  const early: ToEngine[] = []
  let handle = (message: ToEngine): void => {
    if (early.length >= EARLY_MESSAGES_MAX) throw new Error(`more than ${EARLY_MESSAGES_MAX} messages before the worker was ready`)
    early.push(message)
  }
  port.onMessage((message) => handle(message))
  const worker = await start()
  handle = (message) => worker.handle(message)
  for (const message of early) worker.handle(message)
}
