// Tells a page that something it shows has changed, no more often than the page can take.
import { useEffect, useRef } from 'react'
import type { Payload } from '../../src-shared/bridge/contract.ts'
import { useBridge } from './context.tsx'

type DeskEvent = Payload<'desk'>['events'][number]
type DeskChange = {
  /** Whether the event changes what the page shows. */
  readonly concerns: (event: DeskEvent) => boolean
  readonly onChange: () => void
  /** While true the call waits: asking again would throw the answer away that is on its way. */
  readonly busy?: boolean
  /** From the first event to the call, so that a burst of events is one question. */
  readonly delayMs?: number
}
const DELAY_MS = 500

/** Calls `onChange` soon after events that concern the page and when a lost connection is back; not while the window is hidden. */
export function useDeskChange(change: DeskChange): void {
  const bridge = useBridge()
  const newest = useRef(change)
  useEffect(() => {
    newest.current = change
  })
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    const schedule = () => {
      timer ??= setTimeout(fire, newest.current.delayMs ?? DELAY_MS)
    }
    const fire = () => {
      timer = null
      if (document.hidden || newest.current.busy) schedule()
      else newest.current.onChange()
    }
    const undo = [
      bridge.subscribe('desk', (frame) => frame.events.some((event) => newest.current.concerns(event)) && schedule()),
      bridge.onConnection((connected) => connected && schedule()),
    ]
    return () => {
      for (const off of undo) off()
      if (timer !== null) clearTimeout(timer)
    }
  }, [bridge])
}
