// Things on their way: each arrives at its due time, those due together in the order in which they were put in.
import { ensure } from '../../../src-shared/domain/result.ts'

export type LatencyQueue<T> = {
  /** When the first thing arrives, or Infinity. A plain field, because the hot path reads it for every price. */
  nextDueMs: number
  /** When the last thing under way arrives, or -Infinity. */
  lastDueMs(): number
  size(): number
  /** Throws when the queue is full: whoever fills it has stopped reading. */
  push(dueMs: number, item: T): void
  /** Takes out the first thing. Call only when `nextDueMs` is not Infinity. */
  shift(): T
  entries(): readonly { readonly dueMs: number; readonly item: T }[]
}

/** How many taken entries may lie in front before the array is cut. */
const SLACK = 256

export function createLatencyQueue<T>(what: string, sizeMax: number): LatencyQueue<T> {
  let waiting: { readonly dueMs: number; readonly item: T }[] = []
  let head = 0
  const queue: LatencyQueue<T> = {
    nextDueMs: Infinity,
    lastDueMs: () => (waiting.length === head ? -Infinity : (waiting.at(-1)?.dueMs ?? -Infinity)),
    size: () => waiting.length - head,
    push(dueMs, item) {
      ensure(waiting.length - head < sizeMax, () => `${what}: more than ${sizeMax} under way`)
      let at = waiting.length
      while (at > head && (waiting[at - 1]?.dueMs ?? -Infinity) > dueMs) at--
      // Nearly everything is due after what is under way already, and `splice` makes an array each time.
      if (at === waiting.length) waiting.push({ dueMs, item })
      else waiting.splice(at, 0, { dueMs, item })
      queue.nextDueMs = waiting[head]?.dueMs ?? Infinity
    },
    shift() {
      const first = waiting[head]
      ensure(first !== undefined, () => `${what}: nothing under way`)
      head++
      if (head > SLACK && head * 2 > waiting.length) {
        waiting = waiting.slice(head)
        head = 0
      }
      queue.nextDueMs = waiting[head]?.dueMs ?? Infinity
      return first.item
    },
    entries: () => waiting.slice(head),
  }
  return queue
}
