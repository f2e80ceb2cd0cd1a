// Tells a page that something it shows has changed on the desk, at most twice a second.
import { useEffect, useRef } from 'react'
import type { Payload } from '../../src-shared/bridge/contract.ts'
import { useBridge } from './context.tsx'

export type DeskEvent = Payload<'desk'>['events'][number]

/** The journal is asked this long after the event, so that a burst of events is one question. */
const DELAY_MS = 500

/** Calls `onEvent` some time after desk events that `concerns` accepts; many events in that time are one call. */
export function useDeskEvent(concerns: (event: DeskEvent) => boolean, onEvent: () => void): void {
  const bridge = useBridge()
  const latest = useRef({ concerns, onEvent })
  useEffect(() => {
    latest.current = { concerns, onEvent }
  })
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    const fire = () => {
      timer = null
      latest.current.onEvent()
    }
    const unsubscribe = bridge.subscribe('desk', (frame) => {
      if (timer === null && frame.events.some((event) => latest.current.concerns(event))) timer = setTimeout(fire, DELAY_MS)
    })
    return () => {
      unsubscribe()
      if (timer !== null) clearTimeout(timer)
    }
  }, [bridge])
}
