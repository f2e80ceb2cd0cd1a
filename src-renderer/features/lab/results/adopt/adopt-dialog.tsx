// Parameters into a playbook: what would change, what speaks against it, a name, and nothing that is switched by itself.
import { Dialog } from '@base-ui/react/dialog'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import { useId, useState } from 'react'
import { useCommand } from '../../../../bridge/use-command.ts'
import { type Query, useQuery } from '../../../../bridge/use-query.ts'
import { Button } from '../../../../components/button.tsx'
import { type Column, DataTable } from '../../../../components/data-table.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../../../components/states.tsx'
import { openDialog } from '../../../../stores/ui-store.ts'
import { formatParameter, inWords } from '../parameter-text.ts'
import type { AdoptPreview, Parameters } from '../views.ts'
import type { Honesty } from './adopt-words.ts'

type AdoptDialogProps = {
  readonly runId: string
  readonly parameters: Parameters
  /** Where they come from: "trial 25 of IMBA, half a year". */
  readonly source: string
  readonly honesty: readonly Honesty[]
  readonly onClose: () => void
}

export function AdoptDialog(props: AdoptDialogProps) {
  const [written, setWritten] = useState<string | null>(null)
  return (
    <Dialog.Root open onOpenChange={(open) => !open && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/55" />
        <Dialog.Popup className="tw-pop fixed top-16 left-1/2 z-50 flex max-h-[85vh] w-[38rem] max-w-[95vw] -translate-x-1/2 flex-col">
          <Dialog.Title className="flex-none border-b border-line px-4 py-3 text-base font-semibold">
            {written === null ? 'Adopt these parameters?' : 'A playbook was written'}
          </Dialog.Title>
          {written === null ? <Question {...props} onWritten={setWritten} /> : <Done playbookId={written} onClose={props.onClose} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

const TITLE_MAX = 80

function Question({
  runId,
  parameters,
  source,
  honesty,
  onWritten,
}: AdoptDialogProps & { readonly onWritten: (playbookId: string) => void }) {
  const preview = useQuery('lab.adopt.preview', { runId, parameters })
  const run = useCommand()
  const [typed, setTyped] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const title = (typed ?? preview.value?.title ?? '').trim()
  const changes = preview.value?.changes ?? []
  const adopt = async () => {
    setBusy(true)
    const result = await run('lab.adopt', { runId, parameters, title }, { what: 'Write the playbook' })
    setBusy(false)
    if (result.ok) onWritten(result.value.playbookId)
  }
  return (
    <>
      <div
        className="flex min-h-0 flex-1 flex-col gap-3 overflow-auto px-4 py-3"
        tabIndex={0}
        role="group"
        aria-label="What would be adopted"
      >
        <p className="text-sm text-muted">
          From {source}. A new version of the playbook is written into your folder; nothing that runs is changed.
        </p>
        <Doubts honesty={honesty} />
        <Changes preview={preview} />
        {preview.value && (
          <TitleField
            value={typed ?? preview.value.title}
            playbookId={preview.value.playbookId}
            onChange={setTyped}
            isEmpty={title === ''}
          />
        )}
      </div>
      <div className="flex flex-none justify-end gap-2 border-t border-line px-4 py-2">
        <Dialog.Close render={<Button className="h-7 px-3" />}>Cancel</Dialog.Close>
        <Button tone="accent" className="h-7 px-3" disabled={busy || title === '' || changes.length === 0} onClick={() => void adopt()}>
          {busy ? 'Writing…' : 'Write the playbook'}
        </Button>
      </div>
    </>
  )
}

function Doubts({ honesty }: { readonly honesty: readonly Honesty[] }) {
  return (
    <ul aria-label="Before you adopt them" className="flex flex-col gap-1 rounded-sm border border-warn bg-warn-soft px-3 py-2 text-sm">
      {honesty.map(({ serious, sentence }) => (
        <li key={sentence} className="flex items-start gap-2">
          {serious ? (
            <TriangleAlert size={13} className="mt-0.5 flex-none text-warn" aria-label="Serious" />
          ) : (
            <span aria-hidden className="w-3.25 flex-none text-center text-muted">
              ·
            </span>
          )}
          <span>{sentence}</span>
        </li>
      ))}
    </ul>
  )
}

type Change = AdoptPreview['changes'][number]
const COLUMNS: readonly Column<Change>[] = [
  { key: 'strategy', title: 'Strategy', render: ({ strategyId }) => strategyId },
  {
    key: 'parameter',
    title: 'Parameter',
    className: 'font-medium',
    render: ({ parameter }) => <span title={parameter}>{inWords(parameter)}</span>,
  },
  { key: 'from', title: 'Now', align: 'right', className: 'text-muted', render: ({ from }) => formatParameter(from) },
  { key: 'to', title: 'New', align: 'right', className: 'font-semibold', render: ({ to }) => formatParameter(to) },
  { key: 'unit', title: 'Unit', className: 'text-muted', render: ({ unit }) => unit },
]

function Changes({ preview: { value, error, loading, reload } }: { readonly preview: Query<AdoptPreview> }) {
  if (value)
    return (
      <DataTable
        label="Changes to the playbook"
        columns={COLUMNS}
        rows={value.changes}
        rowKey={({ strategyId, parameter }) => `${strategyId}.${parameter}`}
        empty={<EmptyState title="Nothing would change" detail="The playbook already has these parameters." />}
      />
    )
  return error && !loading ? <ErrorState error={error} onRetry={reload} /> : <Skeleton rows={4} />
}

type TitleFieldProps = {
  readonly value: string
  readonly playbookId: string
  readonly onChange: (value: string) => void
  readonly isEmpty: boolean
}

function TitleField({ value, playbookId, onChange, isEmpty }: TitleFieldProps) {
  const id = useId()
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-xs text-muted">
        Title of the new playbook
      </label>
      <input
        id={id}
        value={value}
        maxLength={TITLE_MAX}
        aria-invalid={isEmpty}
        aria-describedby={`${id}-id`}
        onChange={(event) => onChange(event.target.value)}
        className="tw-field text-sm"
      />
      <p id={`${id}-id`} className={`text-xs ${isEmpty ? 'text-down' : 'text-muted'}`}>
        {isEmpty ? 'A title of 1 to 80 characters is needed.' : `It becomes the playbook "${playbookId}".`}
      </p>
    </div>
  )
}

function Done({ playbookId, onClose }: { readonly playbookId: string; readonly onClose: () => void }) {
  return (
    <>
      <p role="status" className="flex items-start gap-2 px-4 py-3 text-sm">
        <CircleCheck size={15} className="mt-0.5 flex-none text-up" aria-hidden />
        <span>
          The playbook <b className="font-semibold">{playbookId}</b> is in your folder. Nothing was switched: the desk goes on with the
          playbook it has until you choose another.
        </span>
      </p>
      <div className="flex justify-end gap-2 border-t border-line px-4 py-2">
        <Button className="h-7 px-3" onClick={onClose}>
          Close
        </Button>
        <Button
          tone="accent"
          className="h-7 px-3"
          onClick={() => {
            onClose()
            openDialog({ kind: 'playbooks' })
          }}
        >
          Choose a playbook…
        </Button>
      </div>
    </>
  )
}
