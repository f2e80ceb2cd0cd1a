// A passport in plain language. Pure.
import type { Tone } from '../../components/tone.ts'
import type { Passport } from '../../format/coverage.ts'
import { formatBytes, formatNumber, formatPercent } from '../../format/numbers.ts'
import { formatUtc } from '../../format/times.ts'
import { problemsOf } from './series-table.ts'

export type Fact = { readonly label: string; readonly value: string; readonly meaning: string; readonly tone: Tone }

const whole = (value: number): string => formatNumber(value, 0)
/** "0.04%", or "<0.01%" where rounding would say none. */
export function shareText(part: number, all: number): string {
  if (part === 0 || all === 0) return '0%'
  const share = part / all
  return share < 0.0001 ? '<0.01%' : formatPercent(share)
}
const warnIf = (bad: boolean): Tone => (bad ? 'warn' : 'neutral')

const INSTRUMENT_FROM: Readonly<Record<Passport['instrumentFrom'], string>> = {
  venue: 'as the venue says',
  bundled: 'as bundled with the program',
  inferred: 'guessed from the prices',
}

/** The judgement in a sentence: whether anything is wrong at all, and what first. */
export function verdictOf(series: Passport): { readonly tone: Tone; readonly text: string } {
  if (series.rows === 0) return { tone: 'warn', text: 'There are no rows.' }
  const problems = problemsOf(series).map(({ text }) => text)
  const missing =
    series.missing === 0 ? [] : [`${whole(series.missing)} rows are missing (${shareText(series.missing, series.rows + series.missing)})`]
  const faults = [...missing, ...problems]
  if (faults.length === 0) return { tone: 'up', text: 'Complete: no row is missing and nothing contradicts anything.' }
  return { tone: 'warn', text: `${faults.join('; ')}.` }
}

export function factsOf(series: Passport): readonly Fact[] {
  const { rows, missing, gaps, duplicates, conflicts, refused, zeroVolume } = series
  const all = rows + missing
  return [
    { label: 'First row', value: formatUtc(rows > 0 ? series.fromMs : null, 'minute'), meaning: 'UTC', tone: 'neutral' },
    { label: 'Last row', value: formatUtc(rows > 0 ? series.toMs : null, 'minute'), meaning: 'UTC', tone: 'neutral' },
    { label: 'Rows', value: whole(rows), meaning: `${whole(all)} would be complete`, tone: 'neutral' },
    {
      label: 'Missing rows',
      value: missing === 0 ? 'none' : `${whole(missing)}, ${shareText(missing, all)}`,
      meaning: `Between the first and the last, in ${gaps.length}${gaps.length === 200 ? ' or more' : ''} gaps. A run sees no candle there.`,
      tone: warnIf(missing > 0),
    },
    {
      label: 'Came twice',
      value: whole(duplicates),
      meaning: 'Rows that were imported more than once; each is kept once',
      tone: 'neutral',
    },
    {
      label: 'Contradictions',
      value: whole(conflicts),
      meaning: 'Of the rows that came twice, those that did not say the same; the first one was kept',
      tone: warnIf(conflicts > 0),
    },
    {
      label: 'Refused',
      value: whole(refused),
      meaning: 'Rows that cannot be true, such as a low above its high, a price of 0 or a time off the grid',
      tone: warnIf(refused > 0),
    },
    {
      label: 'Without volume',
      value: series.kind === 'candles' ? `${whole(zeroVolume)}, ${shareText(zeroVolume, rows)}` : 'does not apply',
      meaning: 'Candles in which nothing was traded: nothing can be filled there',
      tone: 'neutral',
    },
    {
      label: 'Tick, lot and fees',
      value: INSTRUMENT_FROM[series.instrumentFrom],
      meaning: 'How the rules of the instrument are known',
      tone: warnIf(series.instrumentFrom === 'inferred'),
    },
    { label: 'Size on disk', value: formatBytes(series.bytes), meaning: 'Packed', tone: 'neutral' },
  ]
}
