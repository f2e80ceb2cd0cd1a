// On which stored data, from when to when. Nothing can be chosen that the store does not hold.
import { Button } from '../../../components/button.tsx'
import { DayRow, FieldError, SelectRow } from '../../../components/field.tsx'
import { dayText } from '../../../format/days.ts'
import { baseOf } from '../../../format/instruments.ts'
import { formatNumber } from '../../../format/numbers.ts'
import { formatUtc } from '../../../format/times.ts'
import { DAY_MS } from '../../../../src-shared/domain/time.ts'
import { type Choices, type DataReport, commonSpan, dataReport, detailsOf, timeframesOf, venuesOf } from './choices.ts'
import type { FormProps } from './form-props.ts'
import { InstrumentList } from './instrument-list.tsx'
import { NumberRow } from './number-row.tsx'
import { Section } from './section.tsx'
import { daysOf } from './walk-windows.ts'

type DataSectionProps = FormProps & { readonly choices: Choices }
const KEYS = ['venue', 'timeframe', 'detail', 'instruments', 'from', 'to', 'warmupDays']

export function DataSection({ choices, form, onForm, faults }: DataSectionProps) {
  const { series } = choices
  const report = dataReport(series, form)
  const own = { form, onForm, faults }
  const wrong = KEYS.filter((key) => faults[key] !== undefined).length
  return (
    <Section title="Data" summary={`${form.instruments.map(baseOf).join(', ')}, ${form.from} to ${form.to}`} faults={wrong}>
      <SelectRow
        label="Venue"
        value={form.venue}
        options={venuesOf(series).map((venue) => ({ value: venue, title: venue }))}
        onChange={(venue) => onForm({ ...form, venue, timeframe: timeframesOf(series, venue)[0] ?? form.timeframe, detail: null })}
        error={faults['venue'] ?? null}
      />
      <SelectRow
        label="Base candles"
        help="What the kernel is fed with; longer bars are built from it. Shorter candles see more of what happens inside a bar."
        value={form.timeframe}
        options={timeframesOf(series, form.venue).map((timeframe) => ({ value: timeframe, title: timeframe }))}
        onChange={(timeframe) => onForm({ ...form, timeframe, detail: null })}
        error={faults['timeframe'] ?? null}
      />
      <DetailRow {...own} choices={choices} />
      <InstrumentList key={choices.playbook.id} {...own} series={series} trading={report.trading} warmupDays={report.warmup.days} />
      <FieldError error={faults['instruments'] ?? null} />
      <Days {...own} choices={choices} />
      <NumberRow {...own} field="warmupDays" />
      <Effect report={report} />
    </Section>
  )
}

function DetailRow({ choices, form, onForm, faults }: DataSectionProps) {
  const details = detailsOf(choices.series, form)
  return (
    <SelectRow
      label="Finer candles"
      help="Walked instead of a base candle that touches an order of ours, so that stop and target inside one candle come in their true order. None takes the worse of both."
      value={form.detail ?? 'none'}
      options={[
        { value: 'none', title: details.length === 0 ? 'none are stored' : 'none' },
        ...details.map((value) => ({ value, title: value })),
      ]}
      onChange={(value) => onForm({ ...form, detail: details.find((detail) => detail === value) ?? null })}
      error={faults['detail'] ?? null}
    />
  )
}

const PRESETS = [
  { title: 'All', days: Infinity },
  { title: '1 y', days: 365 },
  { title: '90 d', days: 90 },
  { title: '30 d', days: 30 },
]

function Days({ choices, form, onForm, faults }: DataSectionProps) {
  const common = commonSpan(choices.series, form)
  const limits = common === null ? {} : { min: dayText(common.fromMs), max: dayText(common.toMs - 1) }
  const choose = (days: number) => {
    if (common === null) return
    onForm({ ...form, from: dayText(Math.max(common.fromMs, common.toMs - days * DAY_MS)), to: dayText(common.toMs - 1) })
  }
  const held = common === null ? '' : `Stored ${limits.min} to ${limits.max}`
  return (
    <>
      <div className="flex items-center gap-1 pt-1">
        <span className="min-w-0 flex-1 truncate text-xs text-muted">{held}</span>
        {PRESETS.map(({ title, days }) => (
          <Button key={title} tone="quiet" className="h-5 px-1.5" disabled={common === null} onClick={() => choose(days)}>
            {title}
          </Button>
        ))}
      </div>
      <DayRow
        label="First day, UTC"
        value={form.from}
        onChange={(from) => onForm({ ...form, from })}
        error={faults['from'] ?? null}
        help={`Trading begins at 00:00. ${held}.`}
        width="w-36"
      />
      <DayRow
        label="Last day, UTC"
        value={form.to}
        onChange={(to) => onForm({ ...form, to })}
        error={faults['to'] ?? null}
        help={`The whole day is traded. ${held}.`}
        width="w-36"
      />
    </>
  )
}

/** What the choice means: days traded, what warms the indicators, and what a run has to live with. */
function Effect({ report: { trading, warmup, remarks } }: { readonly report: DataReport }) {
  return (
    <div className="flex flex-col gap-0.5 pt-1 text-xs text-muted" role="status">
      {trading !== null && trading.toMs > trading.fromMs && (
        <span>
          <b className="font-medium text-fg">{formatNumber(daysOf(trading), 0)} days</b> are traded, until{' '}
          {formatUtc(trading.toMs, 'minute')}.{' '}
          {warmup.days < warmup.wanted
            ? `${formatNumber(warmup.days, 0)} of ${formatNumber(warmup.wanted, 0)} days of warm-up lie before: an indicator that needs more speaks later.`
            : `${formatNumber(warmup.days, 0)} days before warm the indicators.`}
        </span>
      )}
      {remarks.map((remark) => (
        <span key={remark} className="text-warn">
          {remark}
        </span>
      ))}
    </div>
  )
}
