// Bringing files in: chosen or dropped, uploaded in pieces, looked at before anything is stored, and started as jobs.
import { Dialog } from '@base-ui/react/dialog'
import { FileUp } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import type { Passport } from '../../format/coverage.ts'
import { formatBytes, formatNumber } from '../../format/numbers.ts'
import { openDialog, useUi } from '../../stores/ui-store.ts'
import { ImportFileList } from './import-file-list.tsx'
import { ImportForm } from './import-form.tsx'
import { type ImportItem, copiedTarget, goesBySelf, isReady } from './import-queue.ts'
import { DEFAULT_VENUE } from './import-target.ts'
import { type ImportQueue, useImportQueue } from './use-import-queue.ts'

const ACCEPTED = '.csv,.zip,.json,.feather,.gz'

export function ImportDialog({ series }: { readonly series: readonly Passport[] }) {
  const dialog = useUi((ui) => ui.dialog)
  const open = dialog?.kind === 'import'
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && openDialog(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/55" />
        <Dialog.Popup className="tw-pop fixed top-16 left-1/2 z-50 flex max-h-[84vh] w-[46rem] -translate-x-1/2 flex-col">
          {open && <ImportFiles files={dialog.files} series={series} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

type ImportFilesProps = { readonly files: readonly File[]; readonly series: readonly Passport[] }

/** Mounted while the dialog is open, so that closing it ends what is being sent. */
function ImportFiles({ files, series }: ImportFilesProps) {
  const [venue, setVenue] = useState(() => series[0]?.venue ?? DEFAULT_VENUE)
  const queue = useImportQueue(venue)
  const [chosen, setChosen] = useState<number | null>(null)
  useDroppedFiles(files, queue)
  const selected = queue.items.find(({ key }) => key === chosen) ?? firstToLookAt(queue.items)
  const setVenueOfAll = (next: string) => {
    setVenue(next)
    queue.retarget((target) => ({ ...target, venue: next }))
  }
  return (
    <>
      <Dialog.Title className="flex-none border-b border-line px-4 py-3 text-base font-semibold">Import market data</Dialog.Title>
      <div className="flex min-h-0 flex-1 flex-col overflow-auto">
        <DropZone onFiles={queue.add} small={queue.items.length > 0} />
        <ImportFileList queue={queue} selected={selected?.key ?? null} onSelect={setChosen} />
        {selected !== undefined && (
          <ImportForm
            key={selected.key}
            item={selected}
            series={series}
            onTarget={(target) => {
              // Whoever answers for a file stays with it, also once it is ready.
              setChosen(selected.key)
              queue.setTarget(selected.key, target)
            }}
            onVenue={setVenueOfAll}
            {...(queue.items.length > 1
              ? { onCopyToAll: (from) => queue.retarget((target, preview) => copiedTarget(from, target, preview)) }
              : {})}
          />
        )}
      </div>
      <Footer queue={queue} />
    </>
  )
}

/** What was dropped on the page is taken once, also when effects run twice. */
function useDroppedFiles(files: readonly File[], queue: ImportQueue): void {
  const taken = useRef<readonly File[] | null>(null)
  const { add } = queue
  useEffect(() => {
    if (taken.current === files || files.length === 0) return
    taken.current = files
    add(files)
  })
}

/** The first that waits for an answer of the person, else the first. */
const firstToLookAt = (items: readonly ImportItem[]): ImportItem | undefined =>
  items.find((item) => item.step.kind === 'preview' && !isReady(item)) ?? items.find(({ step }) => step.kind === 'preview') ?? items[0]

function DropZone({ onFiles, small }: { readonly onFiles: (files: readonly File[]) => void; readonly small: boolean }) {
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  return (
    <div
      className={`m-3 flex flex-none items-center justify-center gap-3 rounded-sm border border-dashed ${small ? 'h-10' : 'flex-col py-5'} ${over ? 'border-accent bg-accent-soft' : 'border-edge'}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        event.stopPropagation()
        setOver(false)
        onFiles([...event.dataTransfer.files])
      }}
    >
      {!small && <FileUp size={20} className="text-muted" aria-hidden />}
      <span className="text-sm">{small ? 'Drop more files here' : 'Drop files here'}, or</span>
      <Button tone={small ? 'normal' : 'accent'} className="h-7 px-3" onClick={() => input.current?.click()}>
        Choose files…
      </Button>
      {!small && (
        <span className="max-w-120 text-center text-xs text-muted">
          Archives of exchanges (klines, funding, trades as CSV or zip), freqtrade JSON and feather, or any CSV whose columns you name.
          Nothing is stored before you have seen what a file is.
        </span>
      )}
      <input
        ref={input}
        type="file"
        multiple
        accept={ACCEPTED}
        aria-label="Files to import"
        className="tw-sr-only"
        tabIndex={-1}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
    </div>
  )
}

function Footer({ queue }: { readonly queue: ImportQueue }) {
  const { items, going } = queue
  const count = (...kinds: readonly ImportItem['step']['kind'][]) => items.filter(({ step }) => kinds.includes(step.kind)).length
  const ready = items.filter(isReady).length
  const refused = items.filter(({ step }) => step.kind === 'preview' && step.refusal !== null).length
  const coming = count('waiting', 'uploading')
  const started = count('started')
  const allStarted = items.length > 0 && started === items.length
  useEffect(() => {
    if (allStarted) openDialog(null)
  }, [allStarted])
  const busy = going && items.filter(goesBySelf).length + coming + count('starting') > 0
  const wanted = ready + refused + coming
  return (
    <div className="flex flex-none items-center gap-2 border-t border-line px-4 py-2">
      <span className="min-w-0 truncate text-xs text-muted" role="status">
        {items.length > 0 && statusText(items, { ready, started, busy })}
      </span>
      <Dialog.Close render={<Button className="ml-auto h-7 px-3" />}>{started > 0 ? 'Close' : 'Cancel'}</Dialog.Close>
      <Button tone="accent" className="h-7 px-3" disabled={ready + refused === 0 || busy} onClick={queue.start}>
        {busy ? 'Importing…' : wanted > 1 ? `Import ${formatNumber(wanted, 0)} files` : 'Import'}
      </Button>
    </div>
  )
}

type Counts = { readonly ready: number; readonly started: number; readonly busy: boolean }

function statusText(items: readonly ImportItem[], { ready, started, busy }: Counts): string {
  const bytes = items.reduce((sum, { file }) => sum + file.size, 0)
  const files = `${items.length} ${items.length === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}`
  if (busy) return `${files}: ${started} handed over. Closing stops what is not.`
  return `${files}; ${ready} ready${started > 0 ? `, ${started} handed over` : ''}`
}
