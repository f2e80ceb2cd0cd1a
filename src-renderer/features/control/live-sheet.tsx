// The one honest moment between paper and live: what will be traded, where, what can be lost, what is missing, and a typed word.
import { Dialog } from '@base-ui/react/dialog'
import { Segmented } from '../../components/segmented.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { ErrorState } from '../../components/states.tsx'
import { useNow } from '../../components/use-now.ts'
import { Button } from '../../components/button.tsx'
import { type Query, useQuery } from '../../bridge/use-query.ts'
import { plainError } from '../../bridge/use-command.ts'
import { VENUES, VENUE_IDS, accountName } from '../../../src-shared/domain/venue.ts'
import { type LiveAccount, openDialog, selectLiveAccount, useUi } from '../../stores/ui-store.ts'
import { useState } from 'react'
import { ArmForm } from './arm-form.tsx'
import type { Sheet } from './arm-refusal.ts'
import { EvidenceList } from './evidence-list.tsx'
import { Limits, PaperResults, SheetSection, WhatAndWhere } from './sheet-facts.tsx'

export function LiveSheetDialog() {
  return (
    <Dialog.Root open onOpenChange={(open) => !open && openDialog(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/60" />
        <Dialog.Popup className="tw-pop fixed top-12 left-1/2 z-50 flex max-h-[calc(100vh-6rem)] w-[58rem] max-w-[calc(100vw-4rem)] -translate-x-1/2 flex-col">
          <SheetContent />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function SheetContent() {
  const account = useUi((ui) => ui.liveAccount)
  const query = useQuery('live.sheet', account)
  // While another account is asked about, nothing of the one before may be read as its own.
  const sheet = query.value !== null && isOf(query.value, account) ? query.value : null
  const failed = query.error !== null && !query.loading
  return (
    <>
      <header className="flex flex-none flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-3">
        <Dialog.Title className="text-base font-semibold">Trade live</Dialog.Title>
        <AccountChoice account={account} />
        <Button className="ml-auto" disabled={query.loading} onClick={query.reload}>
          Ask again
        </Button>
      </header>
      <div className="min-h-96 flex-1 overflow-auto px-4 py-3" tabIndex={0} role="group" aria-label="What you agree to">
        <SheetBody account={account} sheet={sheet} query={query} />
      </div>
      <ArmForm
        key={`${account.venue} ${account.environment}`}
        account={account}
        sheet={failed ? null : sheet}
        asking={query.loading}
        failed={failed}
      />
    </>
  )
}

const isOf = (sheet: Sheet, { venue, environment }: LiveAccount): boolean => sheet.venue === venue && sheet.environment === environment

const ENVIRONMENTS = [
  { value: 'live', title: 'Live', hint: 'Real money' },
  { value: 'testnet', title: 'Test system', hint: 'The venue’s own test or demo system: its rules, no real money' },
  {
    value: 'practice',
    title: 'Practice venue',
    hint: 'An exchange on this machine that speaks the venue’s language: no account and no money',
  },
] as const

function AccountChoice({ account }: { readonly account: LiveAccount }) {
  return (
    <div className="flex items-center gap-2">
      <SelectField
        label="Venue"
        value={account.venue}
        options={VENUE_IDS.map((value) => ({ value, title: VENUES[value].name }))}
        onChange={(venue) => selectLiveAccount({ ...account, venue })}
        className="w-36"
      />
      <Segmented
        label="Environment"
        value={account.environment}
        options={ENVIRONMENTS}
        onChange={(environment) => selectLiveAccount({ ...account, environment })}
      />
    </div>
  )
}

type BodyProps = { readonly account: LiveAccount; readonly sheet: Sheet | null; readonly query: Query<Sheet> }

function SheetBody({ account, sheet, query }: BodyProps) {
  if (query.loading && sheet === null) return <Asking account={account} />
  if (query.error !== null && !query.loading) {
    const { code, message } = query.error
    return (
      <ErrorState
        error={{ code, message: `${accountName(account)} could not be asked. ${plainError(query.error)}: ${message}` }}
        onRetry={query.reload}
      />
    )
  }
  if (sheet === null) return <Asking account={account} />
  return (
    <div className={`grid grid-cols-2 gap-x-8 gap-y-4 ${query.loading ? 'opacity-60' : ''}`} aria-busy={query.loading}>
      <div className="flex flex-col gap-4">
        <WhatAndWhere sheet={sheet} />
        <Limits sheet={sheet} />
      </div>
      <div className="flex flex-col gap-4">
        <PaperResults sheet={sheet} />
        <SheetSection title="What must be true first">
          <EvidenceList evidence={sheet.evidence} />
        </SheetSection>
      </div>
    </div>
  )
}

/** A venue takes seconds to answer: what is asked, and for how long already. */
function Asking({ account }: { readonly account: LiveAccount }) {
  const [sinceMs] = useState(() => Date.now())
  const seconds = Math.max(0, Math.floor((useNow() - sinceMs) / 1000))
  return (
    <div role="status" className="flex flex-col gap-3">
      <p className="text-sm">
        Asking {accountName(account)} about the key, the account and its clock…
        <span className="ml-2 inline-block w-8 text-muted">{seconds > 0 ? `${seconds} s` : ''}</span>
      </p>
      <div className="grid grid-cols-2 gap-x-8 gap-y-4" aria-hidden>
        {Array.from({ length: 12 }, (_, row) => (
          <div key={row} className="flex h-5 items-center">
            <div className="tw-skeleton h-2" style={{ width: `${90 - ((row * 23) % 50)}%` }} />
          </div>
        ))}
      </div>
    </div>
  )
}
