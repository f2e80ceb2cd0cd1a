// How a worker (the engine, the lab) is held: as a thread or as a child process. The desktop shell adds Electron's utility process.
import { fork } from 'node:child_process'
import { basename, extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { FromEngine, ToEngine } from '../../src-shared/bridge/wire.ts'
import type { EngineOptions } from '../engine/options.ts'

export interface EngineTransport {
  readonly kind: 'thread' | 'utility' | 'child'
  post(message: ToEngine): void
  onMessage(listener: (message: FromEngine) => void): void
  /** Called once, with the reason in a few words. */
  onExit(listener: (reason: string) => void): void
  /** Resolves when the worker is gone; harmless when it already is. */
  kill(): Promise<void>
}
export type Spawn<Options> = (options: Options) => EngineTransport
export type SpawnEngine = Spawn<EngineOptions>

const HEAP_LIMIT_MB = 1024

/** `entry` is the built file of the worker. A thread starts quickest; a native crash in it would take the program along. */
export const spawnThread =
  <Options>(entry: string): Spawn<Options> =>
  (options) => {
    const name = basename(entry, extname(entry))
    const worker = new Worker(entry, { workerData: options, name, resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB } })
    let lastError = ''
    worker.on('error', (error) => (lastError = error instanceof Error ? error.message : String(error)))
    return {
      kind: 'thread',
      post: (message) => worker.postMessage(message),
      onMessage: (listener) => void worker.on('message', listener),
      onExit: (listener) => void worker.once('exit', (code) => listener(lastError || `exit code ${code}`)),
      kill: async () => void (await worker.terminate()),
    }
  }

/** The same file in a process of its own. It ends by itself when this program is gone. */
export const spawnChild =
  <Options>(entry: string): Spawn<Options> =>
  (options) => {
    const child = fork(entry, [JSON.stringify(options)], { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    // Without a listener, a message sent while the channel closes would end this program; the exit event tells the rest.
    child.on('error', () => {})
    return {
      kind: 'child',
      post: (message) => void (child.connected && child.send(message)),
      // The worker is our own bundle; what crosses here was typed when it was sent.
      onMessage: (listener) => void child.on('message', (message) => listener(message as FromEngine)),
      onExit: (listener) => void child.once('exit', (code, signal) => listener(signal ?? `exit code ${code}`)),
      kill: () => killChild(child),
    }
  }

function killChild(child: ReturnType<typeof fork>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}
