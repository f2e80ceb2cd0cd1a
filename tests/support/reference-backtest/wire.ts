// What is under way between the desk and the exchange, and the alarms that the desk has set. Every message takes the same time, each way.

export type Wire = {
  /** Delivers everything due by then, in order of time; of one moment first to the exchange, then to the desk, then alarms. */
  advance(nowMs: number): void
  send(to: 'exchange' | 'desk', sentMs: number, deliver: (nowMs: number) => void): void
  /** An alarm of the same name is moved. */
  setAlarm(name: string, dueMs: number, ring: (nowMs: number) => void): void
  clearAlarm(name: string): void
  isEmpty(): boolean
}

type Item = { readonly dueMs: number; readonly rank: number; readonly name: string; readonly deliver: (nowMs: number) => void }

export function createWire(latencyMs: number): Wire {
  const items: Item[] = []
  const clear = (name: string): void => {
    const at = items.findIndex((item) => item.name === name)
    if (at >= 0) items.splice(at, 1)
  }
  const first = (): Item | undefined => {
    let found: Item | undefined
    for (const item of items)
      if (found === undefined || item.dueMs < found.dueMs || (item.dueMs === found.dueMs && item.rank < found.rank)) found = item
    return found
  }
  return {
    advance(nowMs) {
      for (let next = first(); next !== undefined && next.dueMs <= nowMs; next = first()) {
        items.splice(items.indexOf(next), 1)
        next.deliver(next.dueMs)
      }
    },
    send: (to, sentMs, deliver) => void items.push({ dueMs: sentMs + latencyMs, rank: to === 'exchange' ? 0 : 1, name: '', deliver }),
    setAlarm(name, dueMs, ring) {
      clear(name)
      items.push({ dueMs, rank: 2, name, deliver: ring })
    },
    clearAlarm: clear,
    isEmpty: () => items.every(({ rank }) => rank === 2),
  }
}
