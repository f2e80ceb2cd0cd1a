// Finds the nearest signal that was executed, or blocked: the journal knows it, however far away it is.
import { useCallback, useEffect, useRef } from 'react'
import { useOf } from '../../bridge/run-context.ts'
import { useBridge } from '../../bridge/context.tsx'
import { plainError } from '../../bridge/use-command.ts'
import { notify } from '../../stores/notices.ts'
import type { SignalFilter } from './detail.ts'
import { isFiltering } from './signal-filter.ts'
import type { Steps } from './use-step-keys.ts'

type From = { readonly id: string; readonly filter: SignalFilter; readonly show: (id: string) => void }

/** Stays within the filter. An answer that comes after the person has gone elsewhere is dropped. */
export function useOutcomeStep(from: From): Steps['toOutcome'] {
  const bridge = useBridge()
  const of = useOf()
  const newest = useRef<From | null>(from)
  useEffect(() => {
    newest.current = from
    return () => {
      newest.current = null
    }
  })
  return useCallback(
    (outcome, towards) => {
      const asked = newest.current
      if (asked === null) return
      const { id, filter, show } = asked
      const tell = (title: string, detail?: string) => notify({ tone: 'info', key: 'signal-step', title, ...(detail ? { detail } : {}) })
      if (filter.outcome !== null && filter.outcome !== outcome) return tell(`The filter shows ${filter.outcome} signals only`)
      void bridge.invoke('decision.detail', { ...of, id, filter: { ...filter, outcome } }).then((result) => {
        if (newest.current?.id !== id) return
        if (!result.ok) return tell(plainError(result.error), result.error.message)
        const target = towards === 'next' ? result.value.nextId : result.value.previousId
        if (target !== null) return show(target)
        const within = isFiltering(filter) ? 'Within the filter' : undefined
        tell(`No ${towards === 'next' ? 'newer' : 'older'} ${outcome} signal`, within)
      })
    },
    [bridge, of],
  )
}
