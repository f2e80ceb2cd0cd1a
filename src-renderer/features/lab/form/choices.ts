// What can be chosen in a form: playbooks, files, and data as far as the store holds it. Pure.
import type { Output } from '../../../../src-shared/bridge/contract.ts'
import { DAY_MS, TIMEFRAMES, TIMEFRAME_MS, type Timeframe } from '../../../../src-shared/domain/time.ts'
import { type Passport, type TimeSpan, missingWithin, spanOf } from '../../../format/coverage.ts'
import { dayStartMs, dayEndMs, dayText } from '../../../format/days.ts'
import { NUMBER_FIELDS } from './number-fields.ts'
import { type LabForm, type ParameterDraft, emptyForm, numberText } from './lab-form.ts'
import { numberOf } from './number-text.ts'
import { WINDOW_PRESETS, type WindowDays, holdsRatios, windowCount } from './walk-windows.ts'

export type LabPlaybook = Output<'lab.playbooks'>[number]
export type LabFile = Output<'lab.files'>[number]
export type LabStrategy = LabPlaybook['strategies'][number]
export type LabParameter = LabStrategy['parameters'][number]
export type Choices = { readonly playbook: LabPlaybook; readonly files: readonly LabFile[]; readonly series: readonly Passport[] }

export const candlesOf = (series: readonly Passport[]): readonly Passport[] =>
  series.filter(({ kind, rows }) => kind === 'candles' && rows > 0)

/** Venues with candles, the one with most series first. */
export function venuesOf(series: readonly Passport[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { venue } of candlesOf(series)) counts.set(venue, (counts.get(venue) ?? 0) + 1)
  return [...counts].toSorted(([a, n], [b, m]) => m - n || a.localeCompare(b)).map(([venue]) => venue)
}

/** Timeframes with candles of this venue, shortest first. */
export const timeframesOf = (series: readonly Passport[], venue: string): readonly Timeframe[] =>
  TIMEFRAMES.filter((timeframe) => candlesOf(series).some((one) => one.venue === venue && one.timeframe === timeframe))

type DataChoice = Pick<LabForm, 'venue' | 'timeframe'>

/** The base candles of each instrument that has them, by name. */
export function baseSeries(series: readonly Passport[], { venue, timeframe }: DataChoice): readonly Passport[] {
  return candlesOf(series)
    .filter((one) => one.venue === venue && one.timeframe === timeframe)
    .toSorted((a, b) => a.instrumentId.localeCompare(b.instrumentId))
}

/** Timeframes shorter than the base that every chosen instrument has. */
export function detailsOf(series: readonly Passport[], form: LabForm): readonly Timeframe[] {
  const has = (instrumentId: string, timeframe: Timeframe) =>
    candlesOf(series).some((one) => one.venue === form.venue && one.instrumentId === instrumentId && one.timeframe === timeframe)
  return TIMEFRAMES.filter(
    (timeframe) => TIMEFRAME_MS[timeframe] < TIMEFRAME_MS[form.timeframe] && form.instruments.every((id) => has(id, timeframe)),
  )
}

/** The stretch in which every chosen instrument has candles; null when there is none. */
export function commonSpan(series: readonly Passport[], form: Pick<LabForm, 'venue' | 'timeframe' | 'instruments'>): TimeSpan | null {
  const chosen = baseSeries(series, form).filter(({ instrumentId }) => form.instruments.includes(instrumentId))
  const spans = chosen.map(spanOf).filter((span) => span !== null)
  if (spans.length === 0 || spans.length < form.instruments.length) return null
  const fromMs = Math.max(...spans.map((span) => span.fromMs))
  const toMs = Math.min(...spans.map((span) => span.toMs))
  return fromMs < toMs ? { fromMs, toMs } : null
}

/** From the first moment of the first day to the end of the last, cut to what there is; null while one of them is no day. */
export function tradingSpan(form: Pick<LabForm, 'from' | 'to'>, common: TimeSpan | null): TimeSpan | null {
  const fromMs = dayStartMs(form.from)
  const toMs = dayEndMs(form.to)
  if (fromMs === null || toMs === null) return null
  if (common === null) return { fromMs, toMs }
  // Data that begins or ends within the day: the day is cut, not refused.
  const firstMs = dayText(common.fromMs) === form.from ? Math.max(fromMs, common.fromMs) : fromMs
  return { fromMs: firstMs, toMs: dayText(common.toMs - 1) === form.to ? Math.min(toMs, common.toMs) : toMs }
}

export type DataReport = {
  readonly common: TimeSpan | null
  readonly trading: TimeSpan | null
  /** Days of history before the first day that will be shown to the indicators, and how many were asked for. */
  readonly warmup: { readonly days: number; readonly wanted: number }
  /** Sentences about what a run on this data has to live with. */
  readonly remarks: readonly string[]
}

export function dataReport(series: readonly Passport[], form: LabForm): DataReport {
  const common = commonSpan(series, form)
  const trading = tradingSpan(form, common)
  const wanted = numberOf(numberText(form, 'warmupDays')) ?? 0
  const before = common !== null && trading !== null ? Math.max(0, (trading.fromMs - common.fromMs) / DAY_MS) : 0
  return {
    common,
    trading,
    warmup: { days: Math.min(wanted, before), wanted },
    remarks: [...gapRemarks(series, form, trading), ...fundingRemarks(series, form)],
  }
}

function gapRemarks(series: readonly Passport[], form: LabForm, trading: TimeSpan | null): readonly string[] {
  if (trading === null) return []
  return baseSeries(series, form)
    .filter(({ instrumentId }) => form.instruments.includes(instrumentId))
    .flatMap((one) => {
      const missing = missingWithin(one, trading)
      return missing === 0 ? [] : [`${baseName(one.instrumentId)}: ${missing.toLocaleString('en-US')} candles are missing in these days.`]
    })
}

function fundingRemarks(series: readonly Passport[], form: LabForm): readonly string[] {
  if (!form.funding) return []
  const without = form.instruments.filter(
    (id) =>
      !series.some(({ venue, instrumentId, kind, rows }) => venue === form.venue && instrumentId === id && kind === 'funding' && rows > 0),
  )
  return without.length === 0 ? [] : [`No funding is stored for ${without.map(baseName).join(', ')}: none is paid there.`]
}

const baseName = (id: string): string => id.split('/')[0] ?? id

/** A strategy's parameters with the name a search knows them by. */
export const parametersOf = (
  strategies: readonly LabStrategy[],
): readonly { readonly name: string; readonly strategy: LabStrategy; readonly parameter: LabParameter }[] =>
  strategies.flatMap((strategy) =>
    strategy.parameters.map((parameter) => ({ name: `${strategy.id}.${parameter.name}`, strategy, parameter })),
  )

/** The playbook's strategies and those of the chosen files. */
export const chosenStrategies = ({ playbook, files }: Choices, form: LabForm): readonly LabStrategy[] => [
  ...playbook.strategies,
  ...files.flatMap(({ name, strategy }) => (strategy !== null && form.files.includes(name) ? [strategy] : [])),
]

export const draftOf = (form: LabForm, name: string, parameter: LabParameter): ParameterDraft =>
  form.parameters[name] ?? fixedDraft(parameter)

export const fixedDraft = (parameter: LabParameter): ParameterDraft => ({
  mode: 'fixed',
  value: String(parameter.value),
  min: String(parameter.min),
  max: String(parameter.max),
  step: String(parameter.step),
  scale: 'linear',
})

/** So few that a first search is not lost in its own width. */
const RANGES_AT_FIRST = 4

/** The form a playbook begins with: its own instruments as far as there is data for them, and as much time as there is. */
export function initialForm({ playbook, series }: Pick<Choices, 'playbook' | 'series'>): LabForm {
  const venue = venuesOf(series)[0] ?? 'binanceusdm'
  const timeframes = timeframesOf(series, venue)
  const timeframe = timeframes[0] ?? '1m'
  const instruments = initialInstruments({ playbook, series }, { venue, timeframe })
  const common = commonSpan(series, { venue, timeframe, instruments })
  const parameters = parametersOf(playbook.strategies)
    .slice(0, RANGES_AT_FIRST)
    .map(({ name, parameter }) => [name, { ...fixedDraft(parameter), mode: 'range' as const }] as const)
  const days = initialDays(common)
  const form = emptyForm({ venue, timeframe, instruments, ...days }, Object.fromEntries(parameters))
  const lengths = initialWindows(tradingSpan(days, common))
  const numbers =
    lengths === null ? {} : { trainDays: String(lengths.train), validateDays: String(lengths.validate), testDays: String(lengths.test) }
  return { ...form, numbers, ...(lengths === null || holdsRatios(lengths, PURGE_DAYS) ? {} : { terms: SHORT_AIM }) }
}

/** A walk-forward of fewer windows shows nothing. */
const WINDOWS_AT_FIRST = 2
/** As the form begins. */
const PURGE_DAYS = 1
/** Risk-adjusted like the Sharpe ratio, but told by trades instead of days. */
const SHORT_AIM: LabForm['terms'] = [{ metric: 'sqn', weight: '1' }]

/** The longest lengths that fit; null for the usual ones, also when none fit. */
function initialWindows(trading: TimeSpan | null): WindowDays | null {
  const days = trading === null ? 0 : (trading.toMs - trading.fromMs) / DAY_MS
  const preset = WINDOW_PRESETS.find((lengths) => windowCount(days, lengths) >= WINDOWS_AT_FIRST)
  return preset === undefined || preset === WINDOW_PRESETS[0] ? null : preset
}

function initialInstruments({ playbook, series }: Pick<Choices, 'playbook' | 'series'>, data: DataChoice): string[] {
  const available = baseSeries(series, data).map(({ instrumentId }) => instrumentId)
  const universe = playbook.playbook['universe']
  const wanted = Array.isArray(universe) ? available.filter((id) => universe.includes(id)) : []
  const familiar = available.filter((id) => id.startsWith('BTC/') || id.startsWith('ETH/'))
  return wanted.length > 0 ? wanted : familiar.length > 0 ? familiar : available.slice(0, 1)
}

/** All there is, less a beginning that warms the indicators: the default warm-up, but at most a fifth. */
function initialDays(common: TimeSpan | null): Pick<LabForm, 'from' | 'to'> {
  if (common === null) return { from: '', to: '' }
  const length = common.toMs - common.fromMs
  const warmupMs = Math.min(Number(NUMBER_FIELDS.warmupDays.initial) * DAY_MS, length / 5)
  return { from: dayText(common.fromMs + warmupMs), to: dayText(common.toMs - 1) }
}
