// Asks the engine or the journal for something to show, and asks again when the question changes.
import { useCallback, useEffect, useState } from 'react'
import type { BridgeError, CommandName, Input, Output } from '../../src-shared/bridge/contract.ts'
import { useBridge } from './context.tsx'

export type Query<T> = {
  /** The last good answer; kept while a newer one is on its way, so that nothing flickers. */
  readonly value: T | null
  readonly error: BridgeError | null
  readonly loading: boolean
  readonly reload: () => void
}

type Answer<C extends CommandName> = {
  readonly value: Output<C> | null
  readonly error: BridgeError | null
  readonly question: string | null
}

/** `input` may be a new object on every render: it is compared by its JSON. An answer to an older question is dropped. */
export function useQuery<C extends CommandName>(command: C, input: Input<C>): Query<Output<C>> {
  const bridge = useBridge()
  const [turn, setTurn] = useState(0)
  const json = JSON.stringify(input)
  const question = `${command} ${json} ${turn}`
  const [answer, setAnswer] = useState<Answer<C>>({ value: null, error: null, question: null })
  useEffect(() => {
    let current = true
    // The JSON was made from an Input<C> a few lines above.
    const asked = JSON.parse(json) as Input<C>
    void bridge.invoke(command, asked).then((result) => {
      if (!current) return
      setAnswer((before) =>
        result.ok ? { value: result.value, error: null, question } : { value: before.value, error: result.error, question },
      )
    })
    return () => {
      current = false
    }
  }, [bridge, command, json, question])
  const reload = useCallback(() => setTurn((n) => n + 1), [])
  return { value: answer.value, error: answer.error, loading: answer.question !== question, reload }
}
