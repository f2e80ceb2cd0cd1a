// Whether the store holds what the form asks for. Pure.
import type { Passport } from '../../../format/coverage.ts'
import { dayStartMs, dayText } from '../../../format/days.ts'
import { symbolOf } from '../../../format/instruments.ts'
import { type Choices, baseSeries, commonSpan, detailsOf, tradingSpan } from './choices.ts'
import type { Faults } from './faults.ts'
import type { LabForm } from './lab-form.ts'

type Series = readonly Passport[]

export function dataFaults(form: LabForm, { series }: Choices): Faults {
  const missing = form.instruments.filter((id) => !baseSeries(series, form).some(({ instrumentId }) => instrumentId === id))
  const days = dayFaults(form)
  if (form.instruments.length === 0) return { ...days, instruments: 'Choose at least one instrument' }
  if (missing.length > 0)
    return { ...days, instruments: `No ${form.timeframe} candles of ${missing.map(symbolOf).join(', ')} are stored for ${form.venue}` }
  return { ...detailFault(form, series), ...(Object.keys(days).length > 0 ? days : rangeFaults(form, series)) }
}

function dayFaults({ from, to }: LabForm): Faults {
  const wrong = (text: string) => dayStartMs(text) === null
  return {
    ...(wrong(from) ? { from: `The first day is "${from}", expected a date` } : {}),
    ...(wrong(to) ? { to: `The last day is "${to}", expected a date` } : {}),
    ...(!wrong(from) && !wrong(to) && to < from ? { to: `The last day is ${to}, before the first, ${from}` } : {}),
  }
}

/** What lies outside of the data would be traded without candles. */
function rangeFaults(form: LabForm, series: Series): Faults {
  const common = commonSpan(series, form)
  if (common === null) return { instruments: 'There is no time in which all chosen instruments have candles' }
  const trading = tradingSpan(form, common)
  if (trading === null) return {}
  return {
    ...(trading.fromMs < common.fromMs ? { from: `The first day is ${form.from}, the data begins ${dayText(common.fromMs)}` } : {}),
    ...(trading.toMs > common.toMs ? { to: `The last day is ${form.to}, the data ends ${dayText(common.toMs - 1)}` } : {}),
  }
}

function detailFault(form: LabForm, series: Series): Faults {
  if (form.detail === null || detailsOf(series, form).includes(form.detail)) return {}
  return { detail: `Candles of ${form.detail} are not stored for all chosen instruments, or are not finer than ${form.timeframe}` }
}
