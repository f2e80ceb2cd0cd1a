import { ShieldCheck, ShieldX } from 'lucide-react'
import { useState } from 'react'
import type { BridgeResult, Output } from '../../src-shared/bridge/contract.ts'
import { useBridge } from '../bridge/context.tsx'
import { useOf } from '../bridge/run-context.ts'
import { Button } from './button.tsx'

type Verification = BridgeResult<Output<'journal.verify'>>

/** Checks that every record still carries the hash of the one before it. */
export function VerifyButton({ label = 'Verify journal' }: { readonly label?: string }) {
  const bridge = useBridge()
  const of = useOf()
  const [state, setState] = useState<Verification | 'running' | null>(null)
  const verify = async () => {
    setState('running')
    setState(await bridge.invoke('journal.verify', of))
  }
  return (
    <>
      <span role="status" className="truncate text-xs">
        {state !== null && state !== 'running' && <VerificationResult result={state} />}
      </span>
      <Button disabled={state === 'running'} onClick={() => void verify()} title="Check the chain of hashes over all records">
        {state === 'running' ? 'Verifying…' : label}
      </Button>
    </>
  )
}

function VerificationResult({ result }: { readonly result: Verification }) {
  if (!result.ok) return <span className="text-down">Could not verify: {result.error.message}</span>
  const { ok, records, message } = result.value
  const Icon = ok ? ShieldCheck : ShieldX
  return (
    <span title={message} className={`inline-flex items-center gap-1 ${ok ? 'text-up' : 'font-semibold text-down'}`}>
      <Icon size={13} aria-hidden />
      {ok
        ? `Chain intact, ${records.toLocaleString('en-US')} records`
        : `Chain broken, ${records.toLocaleString('en-US')} records read: ${message}`}
    </span>
  )
}
