// Instruments with base candles, each with its coverage; the chosen time lies over the bars, the warm-up before it.
import { useMemo, useState } from 'react'
import { CoverageBar } from '../../../components/coverage-bar.tsx'
import { type Passport, type TimeSpan, spanOf } from '../../../format/coverage.ts'
import { symbolOf } from '../../../format/instruments.ts'
import { formatUtc } from '../../../format/times.ts'
import { DAY_MS } from '../../../../src-shared/domain/time.ts'
import { baseSeries } from './choices.ts'
import type { FormProps } from './form-props.ts'

type InstrumentListProps = FormProps & {
  readonly series: readonly Passport[]
  readonly trading: TimeSpan | null
  readonly warmupDays: number
}
/** More than these are easier found by typing. */
const FILTER_FROM = 8
const SHOWN_MAX = 200

export function InstrumentList({ series, trading, warmupDays, form, onForm }: InstrumentListProps) {
  const [text, setText] = useState('')
  // What is chosen as the list appears stands first; a click later moves nothing.
  const [first] = useState(form.instruments)
  const base = useMemo(() => {
    const { venue, timeframe } = form
    const rank = ({ instrumentId }: Passport) => Number(!first.includes(instrumentId))
    return baseSeries(series, { venue, timeframe }).toSorted((a, b) => rank(a) - rank(b))
  }, [series, form, first])
  const view = useMemo(() => viewOf(base), [base])
  const shown = base.filter(({ instrumentId }) => instrumentId.toLowerCase().includes(text.toLowerCase()))
  const toggle = (id: string) =>
    onForm({
      ...form,
      instruments: form.instruments.includes(id) ? form.instruments.filter((other) => other !== id) : [...form.instruments, id].toSorted(),
    })
  return (
    <fieldset className="pt-1">
      <legend className="tw-sr-only">Instruments</legend>
      <div className="flex items-center gap-2 pb-1">
        <span aria-hidden className="text-xs text-muted">
          Instruments
        </span>
        {base.length >= FILTER_FROM && (
          <input
            type="search"
            aria-label="Find an instrument"
            placeholder={`Find among ${base.length}…`}
            value={text}
            onChange={(event) => setText(event.target.value)}
            className="tw-field h-5.5 w-32 text-xs"
          />
        )}
        <span className="ml-auto text-xs text-muted">{form.instruments.length} chosen</span>
      </div>
      <div className="max-h-37 overflow-auto rounded-sm border border-line" tabIndex={0} role="group" aria-label="Instruments, scrolls">
        <ul>
          {shown.slice(0, SHOWN_MAX).map((one) => (
            <li key={one.id}>
              <label className="flex h-6 cursor-pointer items-center gap-2 px-1.5 text-xs hover:bg-hover" title={rangeOf(one)}>
                <input
                  type="checkbox"
                  className="size-3.5 flex-none accent-(--accent)"
                  checked={form.instruments.includes(one.instrumentId)}
                  onChange={() => toggle(one.instrumentId)}
                />
                <span className="w-22 flex-none truncate">{symbolOf(one.instrumentId)}</span>
                <span className="relative min-w-0 flex-1">
                  <CoverageBar series={one} view={view} />
                  {trading !== null && form.instruments.includes(one.instrumentId) && (
                    <Band view={view} trading={trading} warmupDays={warmupDays} />
                  )}
                </span>
              </label>
            </li>
          ))}
        </ul>
        {shown.length === 0 && <p className="p-1.5 text-xs text-muted">No instrument of that name has {form.timeframe} candles.</p>}
        {shown.length > SHOWN_MAX && <p className="p-1.5 text-xs text-muted">{shown.length - SHOWN_MAX} more: type a part of the name.</p>}
      </div>
    </fieldset>
  )
}

const rangeOf = (one: Passport): string =>
  `${formatUtc(one.fromMs, 'minute')} to ${formatUtc(one.toMs, 'minute')} UTC, ${one.missing} rows missing`

function viewOf(base: readonly Passport[]): TimeSpan {
  const spans = base.map(spanOf).filter((span) => span !== null)
  return spans.length === 0
    ? { fromMs: 0, toMs: 1 }
    : { fromMs: Math.min(...spans.map(({ fromMs }) => fromMs)), toMs: Math.max(...spans.map(({ toMs }) => toMs)) }
}

type BandProps = { readonly view: TimeSpan; readonly trading: TimeSpan; readonly warmupDays: number }

/** Outlined: what is traded. Dashed before it: what warms the indicators. */
function Band({ view, trading, warmupDays }: BandProps) {
  const percent = (ms: number) => Math.min(100, Math.max(0, ((ms - view.fromMs) / Math.max(1, view.toMs - view.fromMs)) * 100))
  const from = percent(trading.fromMs)
  const warm = percent(trading.fromMs - warmupDays * DAY_MS)
  return (
    <span aria-hidden>
      <span
        className="absolute -inset-y-1 border-x border-fg bg-fg/10"
        style={{ left: `${from}%`, width: `${Math.max(0, percent(trading.toMs) - from)}%` }}
      />
      <span className="absolute top-full border-t border-dashed border-fg" style={{ left: `${warm}%`, width: `${from - warm}%` }} />
    </span>
  )
}
