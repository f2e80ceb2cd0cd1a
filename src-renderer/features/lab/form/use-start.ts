// Sends what the form says and puts a refusal at the field it is about.
import { useState } from 'react'
import type { Bridge, BridgeResult } from '../../../../src-shared/bridge/contract.ts'
import { useBridge } from '../../../bridge/context.tsx'
import { plainError } from '../../../bridge/use-command.ts'
import { type Faults, faultsOfMessage } from './faults.ts'
import { type LabForm, type Task, numberText } from './lab-form.ts'
import { numberOf } from './number-text.ts'
import type { LabSpec } from './spec.ts'

export type Order = { readonly task: Task; readonly form: LabForm; readonly spec: LabSpec | null }
export type Refusal = { readonly message: string; readonly faults: Faults; readonly form: LabForm }

export function useStart() {
  const bridge = useBridge()
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const start = async (order: Order): Promise<boolean> => {
    setBusy(true)
    setRefusal(null)
    const result = await send(bridge, order)
    setBusy(false)
    if (result.ok) return true
    const { error } = result
    const faults = error.code === 'bad_input' || error.code === 'refused' ? faultsOfMessage(order.task, error.message, order.form) : {}
    setRefusal({ message: `${plainError(error)}: ${error.message}`, faults, form: order.form })
    return false
  }
  return { busy, refusal, start }
}

function send(bridge: Bridge, { task, form, spec }: Order): Promise<BridgeResult<{ jobId: string }>> {
  if (task === 'parity') return bridge.invoke('lab.parity.start', { sessionId: form.sessionId ?? '' })
  const plain = { spec: { ...spec?.spec } }
  switch (task) {
    case 'backtest':
      return bridge.invoke('lab.backtest.start', plain)
    case 'search':
      return bridge.invoke('lab.search.start', plain)
    case 'walk_forward':
      return bridge.invoke('lab.walkForward.start', plain)
    case 'checks':
      return form.check === 'warm_up'
        ? bridge.invoke('lab.warmUp.start', plain)
        : bridge.invoke('lab.lookAhead.start', { ...plain, cuts: numberOf(numberText(form, 'cuts')) ?? 0 })
  }
}
