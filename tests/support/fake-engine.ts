// An engine that trades nothing, for tests of what stands around an engine: runs as a thread or as a child process, answers a
// few commands of the contract, keeps one number across restarts in its data directory, and fails in every way asked for.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import type { FromEngine, ToEngine } from '../../src-shared/bridge/wire.ts'
import type { EngineOptions } from '../../src-main/engine/options.ts'
import { deskSnapshot, position } from './desk-views.ts'

const options: EngineOptions = parentPort ? workerData : JSON.parse(process.argv[2] ?? 'null')
const send = process.send?.bind(process)
const post = (message: FromEngine): void => void (parentPort ? parentPort.postMessage(message) : send?.(message))
const stateFile = path.join(options.dataDir, 'fake-engine.json')
/** Positions without a working stop. */
let naked: number = existsSync(stateFile) ? JSON.parse(readFileSync(stateFile, 'utf8')) : 0

function setNaked(count: number): void {
  naked = count
  writeFileSync(stateFile, JSON.stringify(count))
}

const later = (action: () => void): object => {
  setTimeout(action, 5)
  return {}
}
function fault(kind: unknown): object {
  if (kind === 'hang') for (;;);
  if (kind === 'exit') return later(() => process.exit(3))
  return later(() => {
    throw new Error(kind === 'throw' ? 'injected fault' : String(kind))
  })
}

function floodDesk(frames: number): object {
  const filler = 'x'.repeat(900)
  for (let sequence = 1; sequence <= frames; sequence++) {
    const alert = { code: 'test', severity: 'info', message: filler, tsMs: 0, instrumentId: null }
    post({ t: 'event', topic: 'desk', json: JSON.stringify({ sequence, events: [{ type: 'alert', alert }] }) })
  }
  return {}
}

const handlers: Record<string, (input: Record<string, unknown>) => unknown> = {
  'desk.snapshot': () => deskSnapshot({ positions: Array.from({ length: naked }, (_, n) => position(`p${n}`, 'none')) }),
  'positions.protectAll': () => {
    setNaked(0)
    return { naked: 0 }
  },
  // Stands in for anything that changes state: opens one unprotected position.
  'strategy.pause': () => {
    setNaked(naked + 1)
    return {}
  },
  'playback.setSpeed': ({ speed }) => floodDesk(Number(speed)),
  'order.cancel': () => ({ surplus: true }),
  'position.close': () => {
    throw Object.assign(new Error('no such position'), { code: 'not_found' })
  },
  'debug.fault': ({ kind }) => fault(kind),
}

function answer(message: Extract<ToEngine, { t: 'request' }>): void {
  try {
    const value = handlers[message.command]?.(message.input as Record<string, unknown>)
    post({ t: 'response', id: message.id, ok: true, value })
  } catch (error) {
    const { code, message: text } = error as Error & { code: string }
    post({ t: 'response', id: message.id, ok: false, code, message: text })
  }
}

/** The start of a key says what the venue makes of it. */
function probe({ id, handed: { credentials } }: Extract<ToEngine, { t: 'probe' }>): void {
  const { key, secret } = credentials
  const report = { canTrade: !key.startsWith('read'), canWithdraw: key.startsWith('draw'), ipRestricted: true, expiresMs: null }
  if (key.startsWith('bad')) post({ t: 'response', id, ok: false, code: 'refused', message: `the venue does not know ${key} ${secret}` })
  else post({ t: 'response', id, ok: true, value: report })
  if (key.startsWith('crash')) later(() => fault(`crashed with ${key} ${secret}`))
}

/** Says that it came, and nothing of what is in it but the end of the key. */
function credentials({ venue, environment, answer: handed }: Extract<ToEngine, { t: 'credentials' }>): void {
  const what = handed.ok ? `${environment} ${handed.value.key.slice(-4)}` : handed.error
  post({ t: 'log', tsMs: 0, level: 'info', message: `handed for ${venue}: ${what}` })
}

function handle(message: ToEngine): void {
  if (message.t === 'ping') post({ t: 'pong', n: message.n })
  else if (message.t === 'shutdown') post({ t: 'bye' })
  else if (message.t === 'power') post({ t: 'log', tsMs: 0, level: 'info', message: `power ${message.condition}` })
  else if (message.t === 'probe') probe(message)
  else if (message.t === 'credentials') credentials(message)
  else if (message.t === 'request') answer(message)
}

if (parentPort) parentPort.on('message', handle)
else {
  process.on('message', handle)
  process.on('disconnect', () => process.exit(0))
}
post({ t: 'log', tsMs: 0, level: 'info', message: 'fake engine up, apiSecret=abcdef' })
post({ t: 'ready' })
