import { useState } from 'react'
import { useCommand } from '../../bridge/use-command.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { toneText } from '../../components/tone.ts'
import { symbolOf } from '../../format/instruments.ts'
import { formatMoney, formatPercent, formatPrice, toneOf } from '../../format/numbers.ts'
import type { Instrument, Position } from '../../stores/desk-state.ts'
import { useDesk } from '../../stores/desk-store.ts'
import { openDialog } from '../../stores/ui-store.ts'
import { type StopRisk, stopRisk, stopTextFromPrice } from './stop-risk.ts'

type MoveStopProps = { readonly position: Position; readonly draggedTo: number | null }

/** Asks for the new stop price and shows, against the mark of this moment, what it risks. */
export function MoveStopDialog({ position, draggedTo }: MoveStopProps) {
  const instrument = useDesk((desk) => desk.instruments.find(({ id }) => id === position.instrumentId) ?? null)
  if (!instrument) return null
  return <MoveStopForm position={position} draggedTo={draggedTo} instrument={instrument} />
}

function MoveStopForm({ position, draggedTo, instrument }: MoveStopProps & { readonly instrument: Instrument }) {
  const run = useCommand()
  const [busy, setBusy] = useState(false)
  const [text, setText] = useState(() => (draggedTo === null ? position.stopPrice : stopTextFromPrice(position, instrument, draggedTo)))
  const risk = stopRisk(position, instrument, text)
  const symbol = symbolOf(position.instrumentId)
  const fault = risk === null ? 'Enter a price, such as 94250.5' : risk.fault
  const send = async () => {
    if (fault !== null || busy) return
    setBusy(true)
    const result = await run(
      'position.moveStop',
      { positionId: position.id, stopPrice: text.trim() },
      { what: `Move the stop of ${symbol}`, done: `New stop of ${symbol} was sent` },
    )
    setBusy(false)
    if (result.ok) openDialog(null)
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && openDialog(null)}
      title={`Move the stop of ${symbol} ${position.side}`}
      description="The new stop is placed first; the old one is canceled when the new one works."
      confirmLabel="Move stop"
      busy={busy}
      confirmDisabled={fault !== null || text.trim() === position.stopPrice}
      onConfirm={() => void send()}
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <label className="flex flex-col gap-1 text-xs text-muted">
          Stop price, {instrument.quote}
          <input
            className="tw-field h-8 text-base text-fg"
            value={text}
            inputMode="decimal"
            autoComplete="off"
            aria-invalid={fault !== null}
            aria-describedby="move-stop-fault"
            onChange={(event) => setText(event.target.value)}
            onFocus={(event) => event.target.select()}
          />
        </label>
        <p id="move-stop-fault" role="status" className={`min-h-4 text-xs ${fault === null ? 'text-warn' : 'text-down'}`}>
          {fault ?? risk?.warning ?? ''}
        </p>
        <Preview position={position} instrument={instrument} risk={risk} />
      </form>
    </ConfirmDialog>
  )
}

type PreviewProps = { readonly position: Position; readonly instrument: Instrument; readonly risk: StopRisk | null }

function Preview({ position, instrument, risk }: PreviewProps) {
  const present = stopRisk(position, instrument, position.stopPrice)
  const rows: readonly (readonly [string, string, string, string])[] = [
    ['Distance from mark', formatPercent(present?.distance), formatPercent(risk?.distance), ''],
    [
      'Result at the stop',
      formatMoney(present?.resultAtStop, { sign: true }),
      formatMoney(risk?.resultAtStop, { sign: true }),
      toneText[toneOf(risk?.resultAtStop)],
    ],
    ['Given back from here', formatMoney(present?.givenBack), formatMoney(risk?.givenBack), ''],
  ]
  return (
    <table className="w-full text-sm">
      <caption className="tw-sr-only">Risk of the present and the new stop</caption>
      <thead className="text-xs text-muted">
        <tr>
          <th scope="col" className="text-left">
            Mark {formatPrice(position.markPrice, instrument)}
          </th>
          <th scope="col" className="text-right">
            Now
          </th>
          <th scope="col" className="text-right">
            New
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([label, now, next, tone]) => (
          <tr key={label}>
            <th scope="row" className="py-0.5 text-left text-muted">
              {label}
            </th>
            <td className="text-right text-muted">{now}</td>
            <td className={`text-right font-medium ${tone}`}>{next}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
