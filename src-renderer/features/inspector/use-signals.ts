// The journal's signals for the list: the newest at once, older ones page by page, and the newest again when the desk has decided.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useJournalChange, useOf, useRunSource } from '../../bridge/run-context.ts'
import type { Bridge, BridgeError } from '../../../src-shared/bridge/contract.ts'
import { useBridge } from '../../bridge/context.tsx'
import { useDesk } from '../../stores/desk-store.ts'
import type { SignalFilter } from './detail.ts'
import { extended, hasOlder, NO_PAGES, PAGE_ROWS, refreshed, refreshLimit, type SignalPages } from './signal-pages.ts'

/** Outcomes are written down every half hour of market time: then results of rows may have changed. */
const OUTCOMES_EVERY_MS = 1_800_000
const REFRESH_DELAY_MS = 1000

/** Counts half hours of market time; stands still for a run, which is over. */
export function useHalfHour(): number {
  const isRun = useRunSource() !== null
  return useDesk((desk) => (isRun ? 0 : Math.floor((desk.marketMs ?? 0) / OUTCOMES_EVERY_MS)))
}

export type Signals = SignalPages & {
  /** True until the journal has answered for this filter; the rows shown are those of the filter before. */
  readonly loading: boolean
  readonly error: BridgeError | null
  /** Reads the next older page; null when all is here or an answer is on its way. */
  readonly older: (() => void) | null
  readonly reload: () => void
}
type Held = { readonly question: string; readonly pages: SignalPages; readonly error: BridgeError | null }

export function useSignals(filter: SignalFilter): Signals {
  const bridge = useBridge()
  const [held, setHeld] = useState<Held>({ question: '', pages: NO_PAGES, error: null })
  const [turn, setTurn] = useState(0)
  const [answered, setAnswered] = useState('')
  const [readingOlder, setReadingOlder] = useState(false)
  const halfHour = useHalfHour()
  const of = useOf()
  const json = JSON.stringify({ ...of, filter })
  const question = `${json} ${turn} ${halfHour}`
  const pages = useRef<{ readonly json: string; readonly pages: SignalPages }>({ json: '', pages: NO_PAGES })
  useEffect(() => {
    pages.current = { json: held.question, pages: held.pages }
  })

  useEffect(() => {
    let current = true
    const before = pages.current.json === json ? pages.current.pages : NO_PAGES
    const limit = refreshLimit(before)
    void read(bridge, json, { limit, offset: 0 }).then((result) => {
      if (!current) return
      setAnswered(question)
      // Rows read meanwhile at the far end count too.
      setHeld((now) => {
        if (!result.ok) return { question: json, pages: now.question === json ? now.pages : NO_PAGES, error: result.error }
        return { question: json, pages: refreshed(now.question === json ? now.pages : NO_PAGES, result.value, limit), error: null }
      })
    })
    return () => {
      current = false
    }
  }, [bridge, json, question])

  const loading = answered !== question
  const reload = useCallback(() => setTurn((n) => n + 1), [])
  useJournalChange({ concerns: (event) => event.type === 'decision', onChange: reload, busy: loading, delayMs: REFRESH_DELAY_MS })

  const readOlder = useCallback(() => {
    setReadingOlder(true)
    void read(bridge, json, { limit: PAGE_ROWS, offset: pages.current.pages.rows.length }).then((result) => {
      setReadingOlder(false)
      setHeld((now) => {
        if (now.question !== json) return now
        return result.ok ? { ...now, pages: extended(now.pages, result.value) } : { ...now, error: result.error }
      })
    })
  }, [bridge, json])
  const isOfThis = held.question === json
  // After a failure the person asks again: a list that scrolls must not ask without end.
  const older = isOfThis && !readingOlder && held.error === null && hasOlder(held.pages) ? readOlder : null
  return useMemo(() => ({ ...held.pages, loading: !isOfThis, error: held.error, older, reload }), [held, isOfThis, older, reload])
}

type Asked = { readonly run?: string; readonly filter: SignalFilter }
/** `json` is the question as text: it changes only when the question does. */
const read = (bridge: Bridge, json: string, page: { readonly limit: number; readonly offset: number }) =>
  bridge.invoke('signals.list', { ...page, ...(JSON.parse(json) as Asked) }) // Written above.
