// The engine's file: what a holder starts.
import { startEngine } from './engine.ts'
import type { EngineOptions } from './options.ts'
import { openWorkerPort, serveWorker } from './worker-port.ts'

const port = openWorkerPort<EngineOptions>()
// A failed start ends this thread or process with its error; the supervisor takes it from there.
void serveWorker(port, () => startEngine(port.options, (message) => port.post(message)))
