// Which faults are set, and which of them the next request, message or connection meets.
import { type Fault, type FaultInput, type ConnectionAction, type MessageAction, type RequestAction, faultSchema } from './fault.ts'

export type SetFault = { readonly id: number; readonly fault: Fault; readonly happened: number; readonly isOver: boolean }

type Entry = { readonly id: number; readonly fault: Fault; toSkip: number; left: number | null; happened: number }

/** More than any scenario needs; a client that goes on setting faults is told. */
const FAULTS_MAX = 1_000

export class FaultPlane {
  readonly #entries = new Map<number, Entry>()
  readonly #onConnectionFault: (fault: Extract<Fault, { on: 'connection' }>) => number
  #lastId = 0

  /** `onConnectionFault` does to open sockets what it is told and returns to how many. */
  constructor(onConnectionFault: (fault: Extract<Fault, { on: 'connection' }>) => number) {
    this.#onConnectionFault = onConnectionFault
  }

  /** Sets a fault and returns its id. Throws what the schema finds wrong, and RangeError beyond 1,000 faults. */
  add(input: FaultInput): number {
    const fault = faultSchema.parse(input)
    if (this.#entries.size >= FAULTS_MAX) throw new RangeError(`${FAULTS_MAX} faults are set already: clear some first`)
    this.#lastId += 1
    const entry: Entry = { id: this.#lastId, fault, toSkip: fault.skip, left: fault.times, happened: 0 }
    if (fault.on === 'connection' && fault.action.type !== 'refuse') {
      entry.happened = this.#onConnectionFault(fault)
      entry.left = 0
    }
    this.#entries.set(entry.id, entry)
    return entry.id
  }

  list(): SetFault[] {
    return [...this.#entries.values()].map(({ id, fault, happened, left }) => ({ id, fault, happened, isOver: left === 0 }))
  }
  /** Removes one, or all. Returns how many there were. */
  clear(id: number | null): number {
    if (id !== null) return this.#entries.delete(id) ? 1 : 0
    const count = this.#entries.size
    this.#entries.clear()
    return count
  }

  takeRequest(request: { method: string; path: string; text: string }): RequestAction | null {
    return this.#take((fault) =>
      fault.on === 'request' &&
      (fault.match.method ?? request.method) === request.method &&
      has(request.path, fault.match.path) &&
      has(request.text, fault.match.contains)
        ? fault.action
        : null,
    )
  }
  takeMessage(message: { path: string; topic: string; text: string }): MessageAction | null {
    return this.#take((fault) =>
      fault.on === 'message' &&
      has(message.path, fault.match.path) &&
      has(message.topic, fault.match.topic) &&
      has(message.text, fault.match.contains)
        ? fault.action
        : null,
    )
  }
  takeConnection(path: string): ConnectionAction | null {
    return this.#take((fault) => (fault.on === 'connection' && has(path, fault.match.path) ? fault.action : null))
  }

  /** The first fault that has not happened often enough. */
  #take<T>(actionOf: (fault: Fault) => T | null): T | null {
    for (const entry of this.#entries.values()) {
      if (entry.left === 0) continue
      const action = actionOf(entry.fault)
      if (action === null) continue
      if (entry.toSkip > 0) {
        entry.toSkip -= 1
        continue
      }
      if (entry.left !== null) entry.left -= 1
      entry.happened += 1
      return action
    }
    return null
  }
}

const has = (text: string, part: string | undefined): boolean => part === undefined || text.includes(part)
