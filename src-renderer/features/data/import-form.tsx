// What one file is: prefilled from what the lab saw in it, and checked before it can be started.
import { Button } from '../../components/button.tsx'
import { FieldError, SelectRow, TextRow } from '../../components/field.tsx'
import type { Passport } from '../../format/coverage.ts'
import { formatNumber } from '../../format/numbers.ts'
import { formatUtc } from '../../format/times.ts'
import { TIMEFRAMES, isTimeframe } from '../../../src-shared/domain/time.ts'
import { ColumnMapper } from './column-mapper.tsx'
import type { ImportItem } from './import-queue.ts'
import { FORMATS, type ImportTarget, checkTarget, kindsOf, unifiedInstrument, withFormat, withKind } from './import-target.ts'
import { INSTRUMENT_LIST, Suggestions, VENUE_LIST } from './suggestions.tsx'
import type { Preview } from './upload.ts'

type ImportFormProps = {
  readonly item: ImportItem
  readonly series: readonly Passport[]
  readonly onTarget: (target: ImportTarget) => void
  readonly onVenue: (venue: string) => void
  readonly onCopyToAll?: (target: ImportTarget) => void
}

export function ImportForm({ item: { step }, series, onTarget, onVenue, onCopyToAll }: ImportFormProps) {
  if (step.kind !== 'preview') return null
  const { preview, target, refusal } = step
  const faults = checkTarget(target, preview)
  const kinds = kindsOf(target.format)
  return (
    <div className="flex flex-col gap-1 border-t border-line px-4 py-2">
      <div className="grid grid-cols-2 gap-x-6">
        <SelectRow
          label="Format"
          value={target.format}
          options={FORMATS}
          onChange={(format) => onTarget(withFormat(target, format, preview))}
          width="w-56"
        />
        <TextRow label="Venue" value={target.venue} onChange={onVenue} error={faults.venue ?? null} list={VENUE_LIST} width="w-56" />
        <SelectRow
          label="Kind"
          value={target.kind}
          options={kinds.map((kind) => ({ value: kind, title: kind }))}
          onChange={(kind) => onTarget(withKind(target, kind, preview))}
          width="w-56"
        />
        <TextRow
          label="Instrument"
          value={target.instrument}
          placeholder="BTC/USDT:USDT"
          onChange={(instrument) => onTarget({ ...target, instrument })}
          error={faults.instrument ?? null}
          list={INSTRUMENT_LIST}
          width="w-56"
        />
        {target.kind === 'candles' && (
          <SelectRow
            label="Timeframe"
            value={target.timeframe ?? ''}
            options={[{ value: '', title: 'choose…' }, ...TIMEFRAMES.map((timeframe) => ({ value: timeframe, title: timeframe }))]}
            onChange={(timeframe) => onTarget({ ...target, timeframe: isTimeframe(timeframe) ? timeframe : null })}
            error={faults.timeframe ?? null}
            width="w-56"
          />
        )}
      </div>
      <Suggestions series={series} />
      {target.format === 'generic-csv' && <ColumnMapper preview={preview} target={target} onTarget={onTarget} faults={faults} />}
      {target.format !== 'generic-csv' && preview.sample.length > 0 && <Sample preview={preview} />}
      <p className="min-h-4 text-xs text-muted">{existingText(target, series)}</p>
      <FieldError error={refusal} />
      {onCopyToAll && (
        <Button
          className="self-start"
          onClick={() => onCopyToAll(target)}
          title="Format, kind, timeframe and columns; each file keeps the instrument it names"
        >
          Use for all files
        </Button>
      )}
    </div>
  )
}

/** Says when rows will be added to a series that is there. */
function existingText(target: ImportTarget, series: readonly Passport[]): string {
  const instrument = unifiedInstrument(target.instrument)
  const timeframe = target.kind === 'candles' ? target.timeframe : null
  const existing = series.find(
    (one) =>
      one.venue === target.venue.trim() && one.instrumentId === instrument && one.kind === target.kind && one.timeframe === timeframe,
  )
  if (existing === undefined) return ''
  const range = `${formatUtc(existing.fromMs, 'date')} to ${formatUtc(existing.toMs, 'date')}`
  return `Adds to a series of ${formatNumber(existing.rows, 0)} rows, ${range}. Rows that are there already stay as they are.`
}

function Sample({ preview }: { readonly preview: Preview }) {
  return (
    <div className="overflow-auto rounded-sm border border-line" tabIndex={0} role="group" aria-label="First rows of the file">
      <table className="tw-table" aria-label="First rows">
        <thead>
          <tr>
            {preview.columns.map((name, at) => (
              <th key={`${name} ${at}`} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.sample.slice(0, 4).map((row) => (
            <tr key={row.join(' ')}>
              {preview.columns.map((name, at) => (
                <td key={`${name} ${at}`}>{row[at]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
