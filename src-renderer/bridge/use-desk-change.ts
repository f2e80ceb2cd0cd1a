// Tells a page that something it shows has changed, at most twice a second.
import { useEffect, useRef } from 'react'
import type { Payload } from '../../src-shared/bridge/contract.ts'
import { useBridge } from './context.tsx'

type DeskEvent = Payload<'desk'>['events'][number]

/** From the event to the call, so that a burst of events is one question to the journal. */
const DELAY_MS = 500

/** Calls `onChange` soon after desk events that `concerns` accepts, and when a lost connection is back. */
export function useDeskChange(concerns: (event: DeskEvent) => boolean, onChange: () => void): void {
  const bridge = useBridge()
  const newest = useRef({ concerns, onChange })
  useEffect(() => {
    newest.current = { concerns, onChange }
  })
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    const schedule = () => {
      timer ??= setTimeout(() => {
        timer = null
        newest.current.onChange()
      }, DELAY_MS)
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
