// The engine's file, unchanged in three holders: a thread, Electron's utility process, a child process.
import { parentPort as threadPort, workerData } from 'node:worker_threads'
import type { FromEngine, ToEngine } from '../../src-shared/bridge/wire.ts'
import { startEngine } from './engine.ts'
import type { EngineOptions } from './options.ts'

type Port = { post(message: FromEngine): void; onMessage(listener: (message: ToEngine) => void): void; readonly options: EngineOptions }
/** The part of Electron's `process.parentPort` used here; @types/node does not know it. */
type UtilityPort = { postMessage(message: FromEngine): void; on(event: 'message', listener: (event: { data: ToEngine }) => void): void }

/** The host says nothing before `ready` but shutdown, power and ping; more than this means that something is wrong. */
const EARLY_MESSAGES_MAX = 1_000

function openPort(): Port {
  if (threadPort) {
    const port = threadPort
    return { post: (message) => port.postMessage(message), onMessage: (listener) => void port.on('message', listener), options: workerData }
  }
  const options: EngineOptions = JSON.parse(process.argv[2] ?? 'null')
  if ('parentPort' in process && process.parentPort) {
    const port = process.parentPort as UtilityPort
    return {
      post: (message) => port.postMessage(message),
      onMessage: (listener) => port.on('message', (event) => listener(event.data)),
      options,
    }
  }
  const send = process.send?.bind(process)
  if (!send) throw new Error('the engine must be started by its host: there is no channel to a parent')
  // Without a supervisor nobody would restart, watch or stop it.
  process.on('disconnect', () => process.exit(0))
  return {
    post: (message) => void send(message),
    onMessage: (listener) => void process.on('message', (message) => listener(message as ToEngine)),
    options,
  }
}

async function run(port: Port): Promise<void> {
  const early: ToEngine[] = []
  let handle = (message: ToEngine): void => {
    if (early.length >= EARLY_MESSAGES_MAX) throw new Error(`more than ${EARLY_MESSAGES_MAX} messages before the engine was ready`)
    early.push(message)
  }
  port.onMessage((message) => handle(message))
  const engine = await startEngine(port.options, (message) => port.post(message))
  handle = (message) => engine.handle(message)
  for (const message of early) engine.handle(message)
}

// A failed start ends this thread or process with its error; the supervisor takes it from there.
void run(openPort())
