// One key: what is known of it, and what can be done with it.
import { RefreshCw, Replace, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { VENUES } from '../../../src-shared/domain/venue.ts'
import { useCommand } from '../../bridge/use-command.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { useNow } from '../../components/use-now.ts'
import { formatUtc } from '../../format/times.ts'
import { sentence } from '../../format/words.ts'
import { ENVIRONMENTS, type KeyView, nameOf } from './key-names.ts'
import { RotateDialog } from './rotate-dialog.tsx'

type KeyRowProps = { readonly record: KeyView; readonly canChange: boolean; readonly onChanged: () => void }

export function KeyRow({ record, canChange, onChanged }: KeyRowProps) {
  const { title, tone } = ENVIRONMENTS[record.environment]
  return (
    <li className="flex flex-col gap-1.5 border-b border-line px-3 py-2.5">
      <div className="flex min-h-6 items-center gap-2">
        <span className="text-sm font-semibold whitespace-nowrap">{VENUES[record.venue].name}</span>
        <Badge tone={tone}>{title}</Badge>
        {record.inUse && <Badge tone="danger">trades live now</Badge>}
        <code className="font-mono text-xs">…{record.lastFour}</code>
        <span className="min-w-0 truncate text-xs text-muted" title={record.label}>
          {record.label}
        </span>
        <Actions record={record} canChange={canChange} onChanged={onChanged} />
      </div>
      <TestResult record={record} />
    </li>
  )
}

const EXPIRES_SOON_MS = 14 * 86_400_000

function TestResult({ record: { test, addedMs } }: { readonly record: KeyView }) {
  const nowMs = useNow(30_000)
  const when = (
    <span className="ml-auto text-xs whitespace-nowrap text-muted" title="UTC">
      tested {formatUtc(test.atMs, 'minute')}, added {formatUtc(addedMs, 'date')}
    </span>
  )
  if (!test.ok)
    return (
      <p className="flex items-start gap-2 text-xs">
        <Badge tone="down">test failed</Badge>
        <span className="min-w-0 break-words">{sentence(test.message)}</span>
        {when}
      </p>
    )
  const { canTrade, canWithdraw, ipRestricted, expiresMs } = test.report
  return (
    <p className="flex flex-wrap items-center gap-2 text-xs">
      <Badge tone={canTrade ? 'up' : 'warn'}>{canTrade ? 'may trade' : 'may only read'}</Badge>
      <Badge tone={canWithdraw ? 'danger' : 'up'}>{canWithdraw ? 'can withdraw: not used' : 'cannot withdraw'}</Badge>
      {ipRestricted !== null && (
        <Badge tone={ipRestricted ? 'up' : 'warn'} title={ipRestricted ? '' : 'Bind the key to your address at the venue'}>
          {ipRestricted ? 'bound to addresses' : 'works from any address'}
        </Badge>
      )}
      {expiresMs !== null && (
        <Badge tone={expiresMs - nowMs < EXPIRES_SOON_MS ? 'warn' : 'muted'}>expires {formatUtc(expiresMs, 'date')}</Badge>
      )}
      {when}
    </p>
  )
}

function Actions({ record, canChange, onChanged }: KeyRowProps) {
  const run = useCommand()
  const [open, setOpen] = useState<'rotate' | 'remove' | null>(null)
  const [busy, setBusy] = useState(false)
  const send = async (action: () => Promise<unknown>) => {
    setBusy(true)
    await action()
    setBusy(false)
    setOpen(null)
    onChanged()
  }
  const test = () => send(() => run('keys.test', { id: record.id }, { what: `Test the key ${nameOf(record)}` }))
  const remove = () =>
    send(() =>
      run('keys.remove', { id: record.id }, { what: `Remove the key ${nameOf(record)}`, done: `The key ${nameOf(record)} was removed` }),
    )
  const changes = canChange && !busy && !record.inUse
  const why = record.inUse ? 'Live trading runs with this key; go back to paper first' : undefined
  return (
    <div className="ml-auto flex flex-none gap-1">
      <Button disabled={!canChange || busy} onClick={() => void test()} aria-label={`Test ${nameOf(record)}`}>
        <RefreshCw size={12} aria-hidden /> {busy && open === null ? 'Testing…' : 'Test'}
      </Button>
      <Button disabled={!changes} title={why} onClick={() => setOpen('rotate')} aria-label={`Rotate ${nameOf(record)}`}>
        <Replace size={12} aria-hidden /> Rotate…
      </Button>
      <Button disabled={!changes} title={why} onClick={() => setOpen('remove')} aria-label={`Remove ${nameOf(record)}`}>
        <Trash2 size={12} aria-hidden /> Remove…
      </Button>
      {open === 'rotate' && <RotateDialog record={record} onClose={() => setOpen(null)} onRotated={onChanged} />}
      <ConfirmDialog
        open={open === 'remove'}
        onOpenChange={(stays) => !stays && setOpen(null)}
        title={`Remove the key ${nameOf(record)}?`}
        description="It is deleted from this machine. At the venue it stays valid until you delete it there as well."
        confirmLabel="Remove key"
        tone="danger"
        busy={busy}
        onConfirm={() => void remove()}
      />
    </div>
  )
}
