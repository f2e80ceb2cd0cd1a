// A question that takes several commands to answer, with the same result as `useQuery`.
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Bridge, BridgeError, BridgeResult } from '../../src-shared/bridge/contract.ts'
import { useBridge } from './context.tsx'
import type { Query } from './use-query.ts'

type Ask<T> = (bridge: Bridge) => Promise<BridgeResult<T>>
type Settled<T> = { readonly value: T | null; readonly error: BridgeError | null; readonly question: string | null }

/** Asks when `key` changes and after `reload()`. An answer to an older question is dropped. */
export function useComposedQuery<T>(key: string, ask: Ask<T>): Query<T> {
  const bridge = useBridge()
  const [turn, setTurn] = useState(0)
  const [settled, setSettled] = useState<Settled<T>>({ value: null, error: null, question: null })
  const question = `${key} ${turn}`
  const newestAsk = useRef(ask)
  useEffect(() => {
    newestAsk.current = ask
  })
  useEffect(() => {
    let current = true
    void newestAsk.current(bridge).then((result) => {
      if (!current) return
      setSettled((before) =>
        result.ok ? { value: result.value, error: null, question } : { value: before.value, error: result.error, question },
      )
    })
    return () => {
      current = false
    }
  }, [bridge, question])
  const reload = useCallback(() => setTurn((n) => n + 1), [])
  return { value: settled.value, error: settled.error, loading: settled.question !== question, reload }
}
