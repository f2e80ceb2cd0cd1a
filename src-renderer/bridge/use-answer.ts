// A question to the engine as a component sees it: the last answer, whether a new one is on its way, and what went wrong.
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Bridge, BridgeError, BridgeResult } from '../../src-shared/bridge/contract.ts'
import { useBridge } from './context.tsx'

type Settled<T> = { readonly key: string; readonly value: T | null; readonly error: BridgeError | null }

export type Answer<T> = {
  /** The newest value; it belongs to an older question while `pending` and `stale` say so. */
  readonly value: T | null
  readonly error: BridgeError | null
  readonly pending: boolean
  /** The value or error answers another question than the present one. */
  readonly stale: boolean
  readonly askAgain: () => void
}

/**
 * Asks when it is first drawn, whenever `key` changes, after `askAgain()`, and when a lost connection is back.
 * A null key asks nothing. Only the answer to the newest question counts.
 */
export function useAnswer<T>(key: string | null, ask: (bridge: Bridge) => Promise<BridgeResult<T>>): Answer<T> {
  const bridge = useBridge()
  const [round, setRound] = useState(0)
  const [settled, setSettled] = useState<(Settled<T> & { readonly round: number }) | null>(null)
  const question = useRef(ask)
  useEffect(() => {
    question.current = ask
  })
  const askAgain = useCallback(() => setRound((n) => n + 1), [])

  useEffect(() => bridge.onConnection((connected) => connected && setRound((n) => n + 1)), [bridge])
  useEffect(() => {
    if (key === null) return
    let current = true
    void question.current(bridge).then((result) => {
      if (!current) return
      setSettled((before) =>
        result.ok
          ? { key, round, value: result.value, error: null }
          : { key, round, value: before?.key === key ? before.value : null, error: result.error },
      )
    })
    return () => {
      current = false
    }
  }, [bridge, key, round])

  return {
    value: settled?.value ?? null,
    error: settled?.error ?? null,
    pending: key !== null && (settled === null || settled.key !== key || settled.round !== round),
    stale: settled !== null && settled.key !== key,
    askAgain,
  }
}
