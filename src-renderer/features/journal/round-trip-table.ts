// Which round trips the journal shows.
import { DAY_MS, utcDayMs } from '../../../src-shared/domain/time.ts'

export const DATE_PRESETS = ['all', 'today', '7d', '30d'] as const
export type DatePreset = (typeof DATE_PRESETS)[number]
export type DateRange = { readonly fromMs: number | null; readonly toMs: null }

const PRESET_DAYS: Readonly<Record<DatePreset, number | null>> = { all: null, today: 0, '7d': 7, '30d': 30 }

/** From the start of the UTC day of the market's own time: a replayed market has its own today. Open towards the future. */
export function rangeOf(preset: DatePreset, marketMs: number): DateRange {
  const days = PRESET_DAYS[preset]
  return { fromMs: days === null ? null : utcDayMs(marketMs) - days * DAY_MS, toMs: null }
}

export type RoundTripFilter = {
  readonly preset: DatePreset
  readonly instrumentId: string | null
  readonly strategyId: string | null
  readonly side: 'long' | 'short' | null
}
export const NO_FILTER: RoundTripFilter = { preset: 'all', instrumentId: null, strategyId: null, side: null }
