// Fetching history from a venue. Each instrument becomes a job of its own, which can be canceled and taken up again.
import { Dialog } from '@base-ui/react/dialog'
import { type FormEvent, useState } from 'react'
import { useBridge } from '../../bridge/context.tsx'
import { Button } from '../../components/button.tsx'
import { DayRow, FieldError, SelectRow, TextRow } from '../../components/field.tsx'
import type { Passport } from '../../format/coverage.ts'
import { symbolOf } from '../../format/instruments.ts'
import { formatNumber } from '../../format/numbers.ts'
import { downloadVenue } from '../../../src-shared/domain/download-venue.ts'
import { TIMEFRAMES } from '../../../src-shared/domain/time.ts'
import { type SeriesChoice, openDialog, useUi } from '../../stores/ui-store.ts'
import { INSTRUMENT_LIST, Suggestions } from './suggestions.tsx'
import { type DownloadRequest, checkRequest, downloadInputs, expectedRows, initialRequest, venueChoices } from './download-request.ts'

export function DownloadDialog({ series }: { readonly series: readonly Passport[] }) {
  const dialog = useUi((ui) => ui.dialog)
  const open = dialog?.kind === 'download'
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && openDialog(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/55" />
        <Dialog.Popup className="tw-pop fixed top-1/6 left-1/2 z-50 w-[28rem] -translate-x-1/2 p-4">
          {open && <DownloadForm from={dialog.series} series={series} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

const KINDS = [
  { value: 'candles', title: 'candles' },
  { value: 'funding', title: 'funding rates' },
] as const

function DownloadForm({ from, series }: { readonly from: SeriesChoice | null; readonly series: readonly Passport[] }) {
  const [nowMs] = useState(() => Date.now())
  const [request, setRequest] = useState(() => initialRequest(from, nowMs))
  const { busy, refusal, start } = useDownloads(request, setRequest)
  const [tried, setTried] = useState(from !== null)
  const set = (change: Partial<DownloadRequest>) => setRequest({ ...request, ...change })
  const faults = checkRequest(request, nowMs)
  const wrong = Object.keys(faults).length > 0
  const inputs = wrong ? [] : downloadInputs(request, nowMs)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!wrong && !busy) void start(inputs)
  }
  const shown = (fault: string | undefined) => (tried ? (fault ?? null) : null)
  return (
    <form className="flex flex-col gap-1" onSubmit={submit} noValidate>
      <Dialog.Title className="pb-1 text-base font-semibold">Download market data</Dialog.Title>
      <SelectRow
        label="Venue"
        value={request.venue}
        options={venueChoices(request.venue)}
        onChange={(venue) => set({ venue })}
        error={shown(faults.venue)}
        width="w-64"
      />
      <TextRow
        label="Instruments"
        value={request.instruments}
        placeholder={downloadVenue(request.venue)?.example ?? ''}
        help="One or more, separated by commas"
        onChange={(instruments) => set({ instruments })}
        error={shown(faults.instruments)}
        list={INSTRUMENT_LIST}
        width="w-64"
      />
      <SelectRow label="Kind" value={request.kind} options={KINDS} onChange={(kind) => set({ kind })} width="w-64" />
      {request.kind === 'candles' && (
        <SelectRow
          label="Timeframe"
          value={request.timeframe}
          options={TIMEFRAMES.map((timeframe) => ({ value: timeframe, title: timeframe }))}
          onChange={(timeframe) => set({ timeframe })}
          width="w-64"
        />
      )}
      <DayRow label="First day, UTC" value={request.from} onChange={(day) => set({ from: day })} error={shown(faults.from)} width="w-64" />
      <DayRow label="Last day, UTC" value={request.to} onChange={(day) => set({ to: day })} error={shown(faults.to)} width="w-64" />
      <Suggestions series={series} />
      <p className="min-h-8 pt-1 text-xs text-muted" role="status">
        {!wrong &&
          `About ${formatNumber(expectedRows(inputs), 0)} rows in ${inputs.length} ${inputs.length === 1 ? 'job' : 'jobs'}. Fetched within the venue’s limits; what is stored already is kept.`}
      </p>
      <FieldError error={refusal} />
      <div className="flex justify-end gap-2 pt-1">
        <Dialog.Close render={<Button className="h-7 px-3" />}>Cancel</Dialog.Close>
        <Button type="submit" tone="accent" className="h-7 px-3" disabled={busy}>
          {busy ? 'Starting…' : 'Download'}
        </Button>
      </div>
    </form>
  )
}

/** Starts one job after the other. What was refused stays in the form, with the reason. */
function useDownloads(request: DownloadRequest, setRequest: (request: DownloadRequest) => void) {
  const bridge = useBridge()
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const start = async (inputs: ReturnType<typeof downloadInputs>) => {
    setBusy(true)
    setRefusal(null)
    for (const [at, input] of inputs.entries()) {
      const result = await bridge.invoke('lab.download.start', input)
      if (result.ok) continue
      setBusy(false)
      setRefusal(`${symbolOf(input.instrumentId)}: ${result.error.message}`)
      setRequest({
        ...request,
        instruments: inputs
          .slice(at)
          .map(({ instrumentId }) => instrumentId)
          .join(', '),
      })
      return
    }
    openDialog(null)
  }
  return { busy, refusal, start }
}
