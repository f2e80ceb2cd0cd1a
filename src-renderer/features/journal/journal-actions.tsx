// Export and verification: the journal in the person's own hands.
import { Download, ShieldCheck, ShieldX } from 'lucide-react'
import { useState } from 'react'
import type { BridgeResult, Input, Output } from '../../../src-shared/bridge/contract.ts'
import { useBridge } from '../../bridge/context.tsx'
import { useOf } from '../../bridge/run-context.ts'
import { useCommand } from '../../bridge/use-command.ts'
import { Button } from '../../components/button.tsx'
import { saveTextFile } from '../../components/save-file.ts'
import { wordsOf } from '../../format/words.ts'

type Table = Input<'journal.export'>['table']
type Format = Input<'journal.export'>['format']

/** `table` is the one in view. A window that cannot save files says so instead of failing. */
export function ExportButtons({ table }: { readonly table: Table }) {
  const { capabilities } = useBridge()
  const run = useCommand()
  const of = useOf()
  const [busy, setBusy] = useState(false)
  const exportAs = async (format: Format) => {
    setBusy(true)
    const result = await run('journal.export', { ...of, table, format }, { what: `Export ${wordsOf(table)}` })
    setBusy(false)
    if (result.ok) saveTextFile({ ...result.value, format })
  }
  const title = capabilities.saveFile ? `All ${wordsOf(table)} of the journal as a file` : 'This window cannot save files'
  return (
    <>
      {(['csv', 'json'] as const).map((format) => (
        <Button key={format} disabled={busy || !capabilities.saveFile} title={title} onClick={() => void exportAs(format)}>
          <Download size={12} aria-hidden /> {format.toUpperCase()}
        </Button>
      ))}
    </>
  )
}

type Verification = BridgeResult<Output<'journal.verify'>>

/** Checks that every record still carries the hash of the one before it. */
export function VerifyButton() {
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
        {state === 'running' ? 'Verifying…' : 'Verify journal'}
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
