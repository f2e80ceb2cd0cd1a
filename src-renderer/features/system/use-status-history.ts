// Asks for the system's status once a second while the page can be seen, and keeps the last five minutes of it.
import { useEffect, useState } from 'react'
import type { Bridge, BridgeError, Output } from '../../../src-shared/bridge/contract.ts'

export type SystemStatus = Output<'system.status'>
export const SAMPLES_MAX = 300
export const SAMPLE_INTERVAL_MS = 1000

export type StatusHistory = {
  /** Oldest first, at most SAMPLES_MAX. */
  readonly samples: readonly SystemStatus[]
  /** The last answer, or null before the first. */
  readonly status: SystemStatus | null
  /** Set while the last question failed; the samples stay. */
  readonly error: BridgeError | null
}
const EMPTY: StatusHistory = { samples: [], status: null, error: null }

/** One question at a time: a slow answer delays the next question, it never piles them up. Stops on unmount and while hidden. */
export function useStatusHistory(bridge: Bridge): StatusHistory {
  const [history, setHistory] = useState(EMPTY)
  useEffect(() => pollWhileVisible(bridge, (update) => setHistory(update)), [bridge])
  return history
}

function pollWhileVisible(bridge: Bridge, update: (change: (history: StatusHistory) => StatusHistory) => void): () => void {
  let timer: ReturnType<typeof setInterval> | null = null
  let asking = false
  let stopped = false
  const ask = async () => {
    if (asking) return
    asking = true
    const result = await bridge.invoke('system.status', {})
    asking = false
    if (stopped) return
    update((history) =>
      result.ok
        ? { samples: [...history.samples, result.value].slice(-SAMPLES_MAX), status: result.value, error: null }
        : { ...history, error: result.error },
    )
  }
  const followVisibility = () => {
    if (document.hidden) {
      if (timer !== null) clearInterval(timer)
      timer = null
      return
    }
    if (timer !== null) return
    timer = setInterval(() => void ask(), SAMPLE_INTERVAL_MS)
    void ask()
  }
  document.addEventListener('visibilitychange', followVisibility)
  followVisibility()
  return () => {
    stopped = true
    document.removeEventListener('visibilitychange', followVisibility)
    if (timer !== null) clearInterval(timer)
  }
}
