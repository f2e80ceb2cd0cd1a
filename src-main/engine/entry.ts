// The engine's file: what a holder starts.
import { isMainThread } from 'node:worker_threads'
import { refuseMemoryDumps } from '../adapters/keychain/memory-dumps.ts'
import { KnownSecrets } from './known-secrets.ts'
import { startEngine } from './engine.ts'
import type { EngineOptions } from './options.ts'
import { openWorkerPort, serveWorker } from './worker-port.ts'

const port = openWorkerPort<EngineOptions>()
const secrets = new KnownSecrets()
if (isMainThread) endInSafeWords()
// A failed start ends this thread or process with its error; the supervisor takes it from there.
void serveWorker(port, () => startEngine(port.options, (message) => port.post(message), { secrets }))

/** A process of its own prints what ends it, and may write down its memory. A thread tells its holder, who knows what to hide. */
function endInSafeWords(): void {
  refuseMemoryDumps()
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${secrets.scrub(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`)
    process.exit(1)
  })
}
