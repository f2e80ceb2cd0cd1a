// From TypeScript to JavaScript by blanking out the types: every line and column stays where it was.
import { MessageChannel, type MessagePort, Worker, receiveMessageOnPort } from 'node:worker_threads'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'

/**
 * Node's type stripper is itself WebAssembly, and source that is nested too deeply leaves it broken for the rest of its thread's life.
 * So it has a thread of its own, which is replaced after every source that it could not read.
 */
const THREAD = `
const { port } = require('node:worker_threads').workerData
port.on('message', ({ source, done }) => {
  try {
    port.postMessage({ javaScript: require('node:module').stripTypeScriptTypes(source) })
  } catch (error) {
    port.postMessage({ message: String(error.message), stack: String(error.stack) })
  }
  Atomics.store(done, 0, 1)
  Atomics.notify(done, 0)
})
`
const STRIP_MS_MAX = 5_000

type Thread = { readonly worker: Worker; readonly port: MessagePort }
type Answer = { readonly javaScript?: unknown; readonly message?: unknown; readonly stack?: unknown }

export class TypeStripper {
  #thread = startThread()

  /**
   * The JavaScript of a source, or a sentence with file and line about what cannot be read. Types are not checked: a wrong one does not matter here.
   * Waits for the thread: a file is loaded when it was saved, not on the way of a candle.
   */
  strip(source: string, fileName: string): Result<string, string> {
    const answer = this.#ask(source)
    const javaScript = answer?.javaScript
    if (typeof javaScript === 'string') return ok(javaScript)
    endThread(this.#thread)
    this.#thread = startThread()
    return err(answer === null ? `${fileName}: could not be read within ${STRIP_MS_MAX} ms` : `${fileName}${reasonOf(answer)}`)
  }

  close(): void {
    endThread(this.#thread)
  }

  #ask(source: string): Answer | null {
    const done = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    this.#thread.port.postMessage({ source, done })
    Atomics.wait(done, 0, 0, STRIP_MS_MAX)
    const received: unknown = receiveMessageOnPort(this.#thread.port)?.message
    return typeof received === 'object' && received !== null ? received : null
  }
}

function startThread(): Thread {
  const { port1, port2 } = new MessageChannel()
  const worker = new Worker(THREAD, {
    eval: true,
    workerData: { port: port2 },
    transferList: [port2],
    // Silences, in this thread alone, the warning that the stripper is experimental.
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  // A thread that dies leaves no answer, and that is what the caller is told.
  worker.on('error', () => undefined)
  worker.unref()
  port1.unref()
  return { worker, port: port1 }
}

function endThread({ worker, port }: Thread): void {
  port.close()
  void worker.terminate()
}

function reasonOf({ message, stack }: Answer): string {
  const reason = String(message)
  if (/call stack|out of bounds|unreachable/.test(reason)) return ': its brackets are nested too deeply to be read'
  // Node puts ":<line>" and the line itself in front of the stack.
  const line = /^:(\d+)\n/.exec(String(stack))?.[1]
  return `${line === undefined ? '' : `:${line}`}: ${reason.slice(0, 300)}`
}
