// From TypeScript to JavaScript by blanking out the types: every line and column stays where it was.
import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'

/**
 * Node's type stripper is itself WebAssembly, and source that is nested too deeply leaves it broken for the rest of the thread's life.
 * So it runs in a thread that lives for one file. Only in that thread is Node's warning about the stripper being experimental silenced.
 */
const STRIPPER = `
const { workerData: { source, port, done } } = require('node:worker_threads')
try {
  port.postMessage({ javaScript: require('node:module').stripTypeScriptTypes(source) })
} catch (error) {
  port.postMessage({ message: String(error.message), stack: String(error.stack) })
}
Atomics.store(done, 0, 1)
Atomics.notify(done, 0)
`
const STRIP_MS_MAX = 5_000

/** The JavaScript of a source, or a sentence with file and line about what cannot be read. Types are not checked: a wrong one does not matter here. */
export function stripTypes(source: string, fileName: string): Result<string, string> {
  const answer = askStripper(source)
  if (answer === null) return err(`${fileName}: could not be read within ${STRIP_MS_MAX} ms`)
  const { javaScript, message, stack } = answer
  if (typeof javaScript === 'string') return ok(javaScript)
  const reason = String(message)
  if (/call stack|out of bounds|unreachable/.test(reason)) return err(`${fileName}: its brackets are nested too deeply to be read`)
  // Node puts ":<line>" and the line itself in front of the stack.
  const line = /^:(\d+)\n/.exec(String(stack))?.[1]
  return err(`${fileName}${line === undefined ? '' : `:${line}`}: ${reason.slice(0, 300)}`)
}

type StripperAnswer = { readonly javaScript?: unknown; readonly message?: unknown; readonly stack?: unknown }

/** Waits for the other thread: a file is loaded when it was saved, not on the way of a candle. Null when it takes too long. */
function askStripper(source: string): StripperAnswer | null {
  const done = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const { port1, port2 } = new MessageChannel()
  const worker = new Worker(STRIPPER, {
    eval: true,
    workerData: { source, port: port2, done },
    transferList: [port2],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  // A thread that dies leaves no answer, and that is what the caller is told.
  worker.on('error', () => undefined)
  worker.unref()
  try {
    Atomics.wait(done, 0, 0, STRIP_MS_MAX)
    const received: unknown = receiveMessageOnPort(port1)?.message
    return typeof received === 'object' && received !== null ? received : null
  } finally {
    port1.close()
    void worker.terminate()
  }
}
