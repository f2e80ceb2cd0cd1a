// The log: what was written before the page opened, and every line since.
import { useEffect, useState } from 'react'
import type { Bridge, BridgeError } from '../../../src-shared/bridge/contract.ts'
import { appendLines, joinTail, LOG_LINES_MAX, type LogLine, type NumberedLine } from './log-buffer.ts'

export type LogState = { readonly lines: readonly NumberedLine[]; readonly loading: boolean; readonly error: BridgeError | null }
const LOADING: LogState = { lines: [], loading: true, error: null }

/** Listens first and asks second, so that no line falls between the two. */
export function useLogLines(bridge: Bridge): LogState {
  const [state, setState] = useState(LOADING)
  useEffect(() => {
    let stopped = false
    let arrived: readonly LogLine[] | null = []
    const unsubscribe = bridge.subscribe('log', (lines) => {
      if (arrived) arrived = [...arrived, ...lines].slice(-LOG_LINES_MAX)
      else setState((previous) => ({ ...previous, lines: appendLines(previous.lines, lines) }))
    })
    void bridge.invoke('log.tail', { limit: LOG_LINES_MAX }).then((result) => {
      if (stopped) return
      const waiting = arrived ?? []
      arrived = null
      const lines = result.ok ? joinTail(result.value, waiting) : waiting
      setState({ lines: appendLines([], lines), loading: false, error: result.ok ? null : result.error })
    })
    return () => {
      stopped = true
      unsubscribe()
    }
  }, [bridge])
  return state
}
