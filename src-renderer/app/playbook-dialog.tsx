// Which playbook runs, and the others that could. Choosing one is confirmed: it begins a new session.
import { Dialog } from '@base-ui/react/dialog'
import { useState } from 'react'
import type { Output } from '../../src-shared/bridge/contract.ts'
import { plainError, useCommand } from '../bridge/use-command.ts'
import { useQuery } from '../bridge/use-query.ts'
import { Badge } from '../components/badge.tsx'
import { Button } from '../components/button.tsx'
import { ConfirmDialog } from '../components/confirm-dialog.tsx'
import { EmptyState, ErrorState, Skeleton } from '../components/states.tsx'
import { useDesk } from '../stores/desk-store.ts'
import { openDialog, useUi } from '../stores/ui-store.ts'

type Playbook = Output<'playbook.list'>[number]

export function PlaybookDialog() {
  const open = useUi((ui) => ui.dialog?.kind === 'playbooks')
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && openDialog(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/55" />
        <Dialog.Popup className="tw-pop fixed top-24 left-1/2 z-50 flex max-h-[70vh] w-[36rem] -translate-x-1/2 flex-col">
          <Dialog.Title className="flex-none border-b border-line px-4 py-3 text-base font-semibold">Playbooks</Dialog.Title>
          <PlaybookList />
          <div className="flex flex-none justify-end border-t border-line px-4 py-2">
            <Dialog.Close render={<Button className="h-7 px-3" />}>Close</Dialog.Close>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** Mounted while open, so that the list is as new as the question. */
function PlaybookList() {
  const list = useQuery('playbook.list', {})
  const [wanted, setWanted] = useState<Playbook | null>(null)
  if (list.value === null && list.error !== null)
    return (
      <ErrorState
        error={{ ...list.error, message: `Playbooks cannot be listed. ${plainError(list.error)}: ${list.error.message}` }}
        onRetry={list.reload}
      />
    )
  if (list.value === null) return <Skeleton rows={4} />
  if (list.value.length === 0) return <EmptyState title="No playbooks" detail="None is bundled and the playbooks folder is empty." />
  return (
    <>
      <ul className="min-h-0 overflow-auto" aria-label="Playbooks" tabIndex={0}>
        {list.value.map((playbook) => (
          <PlaybookRow key={playbook.id} playbook={playbook} onChoose={() => setWanted(playbook)} />
        ))}
      </ul>
      {wanted && <Question playbook={wanted} onCancel={() => setWanted(null)} />}
    </>
  )
}

function PlaybookRow({ playbook, onChoose }: { readonly playbook: Playbook; readonly onChoose: () => void }) {
  return (
    <li className="flex items-start gap-3 border-b border-line px-4 py-3 last:border-0">
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="flex items-center gap-2 text-sm font-semibold">
          <span className="truncate">{playbook.title}</span>
          {playbook.source === 'user' && <Badge tone="muted">yours</Badge>}
        </p>
        <p className="text-xs">{playbook.description}</p>
        <p className="text-xs text-muted">{playbook.strategies.length === 0 ? 'No strategies' : playbook.strategies.join(', ')}</p>
      </div>
      {playbook.isActive ? (
        <Badge tone="up">running</Badge>
      ) : (
        <Button aria-label={`Choose ${playbook.title}`} onClick={onChoose}>
          Choose…
        </Button>
      )}
    </li>
  )
}

function Question({ playbook, onCancel }: { readonly playbook: Playbook; readonly onCancel: () => void }) {
  const run = useCommand()
  const open = useDesk((desk) => desk.positions.length)
  const [busy, setBusy] = useState(false)
  const send = async () => {
    setBusy(true)
    const told = { what: `Run ${playbook.title}`, done: `${playbook.title} runs in a new session` }
    const result = await run('playbook.select', { id: playbook.id }, told)
    setBusy(false)
    if (result.ok) openDialog(null)
    else onCancel()
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={(stays) => !stays && onCancel()}
      title={`Run ${playbook.title}?`}
      description={
        <>
          A new session begins at the present time with {playbook.strategies.length}{' '}
          {playbook.strategies.length === 1 ? 'strategy' : 'strategies'}.{' '}
          {open === 0
            ? 'No position is open.'
            : `${open === 1 ? 'The open position stays' : `The ${open} open positions stay`}, with stops and targets.`}
        </>
      }
      confirmLabel="Run it"
      busy={busy}
      onConfirm={() => void send()}
    />
  )
}
