// Asks the same question again and again while the window can be seen, and never two at a time.
import { useCallback, useEffect, useState } from 'react'
import type { BridgeError, CommandName, Input, Output } from '../../src-shared/bridge/contract.ts'
import { useBridge } from './context.tsx'
import type { Query } from './use-query.ts'

/**
 * Calls `ask` at once and then `intervalMs` after the last call, unless the window is hidden or an answer is still on its way.
 * A window that is seen again asks as soon as the interval is over. Returns how to stop.
 */
export function pollWhileVisible(ask: () => Promise<unknown>, intervalMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null
  let askedMs = -Infinity
  let asking = false
  let stopped = false
  const schedule = () => {
    if (stopped || asking || timer !== null || document.hidden) return
    const waitMs = askedMs + intervalMs - performance.now()
    if (waitMs <= 0) void fire()
    else timer = setTimeout(() => void fire(), waitMs)
  }
  const fire = async () => {
    timer = null
    if (document.hidden) return
    asking = true
    askedMs = performance.now()
    await ask()
    asking = false
    schedule()
  }
  document.addEventListener('visibilitychange', schedule)
  schedule()
  return () => {
    stopped = true
    document.removeEventListener('visibilitychange', schedule)
    if (timer !== null) clearTimeout(timer)
  }
}

type Answer<T> = { readonly value: T | null; readonly error: BridgeError | null; readonly json: string | null }

/** As `useQuery`, asked again every `intervalMs`. The last good answer stays when a later one fails; `error` says that it did. */
export function usePolledQuery<C extends CommandName>(command: C, input: Input<C>, intervalMs: number): Query<Output<C>> {
  const bridge = useBridge()
  const [turn, setTurn] = useState(0)
  const json = JSON.stringify(input)
  const [answer, setAnswer] = useState<Answer<Output<C>>>({ value: null, error: null, json: null })
  useEffect(() => {
    let current = true
    const ask = async () => {
      // The JSON was made from an Input<C> a few lines above.
      const result = await bridge.invoke(command, JSON.parse(json) as Input<C>)
      if (!current) return
      setAnswer((before) => (result.ok ? { value: result.value, error: null, json } : { ...before, error: result.error, json }))
    }
    const stop = pollWhileVisible(ask, intervalMs)
    return () => {
      current = false
      stop()
    }
  }, [bridge, command, json, intervalMs, turn])
  const reload = useCallback(() => setTurn((n) => n + 1), [])
  return { value: answer.value, error: answer.error, loading: answer.json !== json, reload }
}
