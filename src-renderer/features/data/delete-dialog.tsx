// Deleting a series: says what goes, and asks for its symbol.
import { type FormEvent, useState } from 'react'
import { useCommand } from '../../bridge/use-command.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import type { Passport } from '../../format/coverage.ts'
import { symbolOf } from '../../format/instruments.ts'
import { formatBytes, formatNumber } from '../../format/numbers.ts'
import { seriesTitle } from '../../format/series.ts'
import { formatUtc } from '../../format/times.ts'

type DeleteProps = { readonly series: Passport; readonly onClose: () => void; readonly onDeleted: () => void }

export function DeleteDialog({ series, onClose, onDeleted }: DeleteProps) {
  const run = useCommand()
  const [word, setWord] = useState('')
  const [busy, setBusy] = useState(false)
  const title = seriesTitle(series)
  const symbol = symbolOf(series.instrumentId)
  const typed = word.trim().toUpperCase() === symbol.toUpperCase()
  const send = async () => {
    if (!typed || busy) return
    setBusy(true)
    const result = await run('lab.series.delete', { id: series.id }, { what: `Delete ${title}`, done: `${title} was deleted` })
    setBusy(false)
    if (!result.ok) return
    onClose()
    onDeleted()
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={(stays) => !stays && onClose()}
      title={`Delete ${title}?`}
      description={
        <>
          <b className="text-fg">{formatNumber(series.rows, 0)}</b> rows of {series.venue} from{' '}
          <b className="text-fg">{formatUtc(series.fromMs, 'date')}</b> to <b className="text-fg">{formatUtc(series.toMs, 'date')}</b>,{' '}
          {formatBytes(series.bytes)}, and their passport go for good. Runs that used them keep their results, but cannot be run again
          without them.
        </>
      }
      confirmLabel="Delete"
      tone="danger"
      busy={busy}
      confirmDisabled={!typed}
      onConfirm={() => void send()}
    >
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          void send()
        }}
      >
        <label className="flex flex-col gap-1 text-xs text-muted">
          Type {symbol} to delete it
          <input
            className="tw-field text-fg"
            value={word}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setWord(event.target.value)}
          />
        </label>
      </form>
    </ConfirmDialog>
  )
}
