// The sessions of the desk that were recorded, as the folder tells.
import { createReadStream, readdirSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { clipped } from '../../../src-shared/bridge/order-view.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import type { Timeframe } from '../../../src-shared/domain/time.ts'
import { type RecordingLine, decodeExact } from '../../engine/session-recorder.ts'

type SessionView = Output<'lab.sessions'>[number]
export type RecordedSession = SessionView & {
  readonly file: string
  readonly endedMs: number
  readonly instruments: readonly string[]
  readonly timeframe: Timeframe
}

/** The contract's bound. */
const STRATEGIES_MAX = 100
const SAFE_NAME = /^[\w.-]{1,64}$/
/** How much of the end of a file is looked at: the last line is short, and so are events. */
const TAIL_BYTES = 64 * 1024

const folderOf = (dataDir: string): string => path.join(dataDir, 'recordings')

/** Newest first. One that cannot be read is left out. */
export async function listSessions(dataDir: string): Promise<readonly SessionView[]> {
  const read = await Promise.all(namesIn(folderOf(dataDir)).map((name) => readSession(dataDir, name)))
  return read.flatMap((session) => (session.ok ? [viewOf(session.value)] : [])).toSorted((a, b) => b.startedMs - a.startedMs)
}

/** The error is one sentence that names the session. */
export async function readSession(dataDir: string, id: string): Promise<Result<RecordedSession, string>> {
  const file = path.join(folderOf(dataDir), `${id}.jsonl`)
  const stats = SAFE_NAME.test(id) ? statSync(file, { throwIfNoEntry: false }) : undefined
  if (stats === undefined) return err(`there is no recorded session "${id}"; recordings lie in ${folderOf(dataDir)}`)
  try {
    const header = await readHeader(file)
    if (header === null) return err(`recorded session ${id} does not begin as a recording does`)
    const { config, strategies, playbook } = header
    const tail = await readTail(file, stats.size)
    return ok({
      id,
      file,
      startedMs: config.startMs,
      endedMs: lastTimeIn(tail) ?? config.startMs,
      bytes: stats.size,
      playbook: playbook === undefined ? null : { id: clipped(playbook.id, 64), title: clipped(playbook.title, 80) },
      strategies: strategies.map((strategy) => strategy.id).slice(0, STRATEGIES_MAX),
      instruments: config.instruments.map((instrument) => instrument.id),
      timeframe: config.baseTimeframe,
      complete: isComplete(tail),
    })
  } catch (cause) {
    return err(`recorded session ${id} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

const viewOf = ({ id, startedMs, bytes, playbook, strategies, complete }: RecordedSession): SessionView => ({
  id,
  startedMs,
  bytes,
  playbook,
  strategies,
  complete,
})

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir).flatMap((name) => (name.endsWith('.jsonl') ? [path.basename(name, '.jsonl')] : []))
  } catch {
    // No folder, nothing was recorded.
    return []
  }
}

async function readHeader(file: string): Promise<Extract<RecordingLine, { t: 'header' }> | null> {
  const input = createReadStream(file, 'utf8')
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const line = decodeExact(text) as RecordingLine
      return line.t === 'header' ? line : null
    }
    return null
  } finally {
    input.destroy()
  }
}

async function readTail(file: string, bytes: number): Promise<string> {
  await using handle = await open(file, 'r')
  const tail = Buffer.alloc(Math.min(TAIL_BYTES, bytes))
  const { bytesRead } = await handle.read(tail, 0, tail.length, bytes - tail.length)
  return tail.toString('utf8', 0, bytesRead).trimEnd()
}

/** Market time of the last event; null when none is near the end. */
function lastTimeIn(tail: string): number | null {
  const times = [...tail.matchAll(/"tsMs":(\d+)/g)]
  const last = times.at(-1)?.[1]
  return last === undefined ? null : Number(last)
}

/** Whether the session ended in order, with room left in its recording. */
function isComplete(tail: string): boolean {
  const last = tail.slice(tail.lastIndexOf('\n') + 1)
  return last.startsWith('{"t":"end"') && last.includes('"full":false')
}
