// Rows that are numbers already, as JSON and feather have them.
import type { SeriesKind } from '../../../../src-shared/domain/series.ts'
import { unitOf } from './cell-values.ts'
import { shown } from './import-fault.ts'

/** Columns of a feather file, in the order of the kind's own. freqtrade keeps a funding rate as the open of a candle. */
export const FREQTRADE_COLUMNS: Readonly<Record<Exclude<SeriesKind, 'trades'>, readonly string[]>> = {
  candles: ['date', 'open', 'high', 'low', 'close', 'volume'],
  funding: ['date', 'open'],
}

/** What is wrong with this row, or null. */
export function numberRowFault(values: readonly unknown[], kind: keyof typeof FREQTRADE_COLUMNS): string | null {
  const names = FREQTRADE_COLUMNS[kind]
  if (values.length < names.length) return `has ${values.length} columns, expected ${names.length}: ${names.join(', ')}`
  for (const [index, name] of names.entries()) {
    const value = values[index]
    if (typeof value !== 'number' || !Number.isFinite(value)) return `${name} is ${shown(value)}, expected a number`
    if (index > 0 && value < 0 && kind === 'candles') return `${name} is ${value}, expected 0 or more`
  }
  const time = values[0] as number
  const unit = unitOf(time)
  return unit === 'milliseconds' ? null : `the time ${time} is ${unit === null ? 'none' : `in ${unit}`}, expected milliseconds since 1970`
}
