// What a check asked, and what its first difference means, in plain sentences.
import { symbolOf } from '../../../../format/instruments.ts'
import { formatNumber } from '../../../../format/numbers.ts'
import { formatUtc } from '../../../../format/times.ts'
import type { Check, Difference, RunKind } from '../views.ts'

type CheckKind = Extract<RunKind, 'look_ahead' | 'warm_up' | 'parity'>
type Words = {
  readonly question: string
  /** What was counted: "decision times". */
  readonly unit: string
  readonly passed: string
  readonly failed: string
  /** Names of the two sides of a difference. */
  readonly full: string
  readonly cut: string
  /** What usually lies behind a difference. */
  readonly cause: string
}

export const CHECK_WORDS: Readonly<Record<CheckKind, Words>> = {
  look_ahead: {
    question:
      'Does any strategy know the future? The data was cut off at decision times, and what the strategies saw and said there was compared with the whole run.',
    unit: 'decision times',
    passed: 'No look-ahead found',
    failed: 'A strategy knows the future',
    full: 'With all data',
    cut: 'Future cut off',
    cause: 'It was computed from candles that had not closed at that moment. A result that depends on it cannot be had in live trading.',
  },
  warm_up: {
    question:
      'Does it matter where the history begins? The run was begun twice, as it begins by itself and from a start much earlier, and what the strategies were shown at the same times was compared.',
    unit: 'values',
    passed: 'The warm-up is long enough',
    failed: 'The warm-up is too short',
    full: 'Longer history',
    cut: 'As it begins',
    cause: 'It still depends on where the history began. Give the run more days of warm-up, or the strategy a feature that forgets sooner.',
  },
  parity: {
    question:
      'Is a backtest the same as the desk? A recorded session of the desk was run again as a backtest, and decisions, orders, fills and round trips were compared one by one.',
    unit: 'records',
    passed: 'Backtest and desk agree',
    failed: 'Backtest and desk differ',
    full: 'Desk',
    cut: 'Backtest',
    cause: 'From here on the two ran apart. Until it is explained, results of backtests do not stand for what the desk does.',
  },
}

/** Words of the kind; those of the look-ahead check for a run that is no check, which does not happen. */
export const checkWords = ({ run }: Check): Words => CHECK_WORDS[run.kind === 'warm_up' || run.kind === 'parity' ? run.kind : 'look_ahead']

/** The first difference as a sentence. */
export function explained(difference: Difference, words: Words): string {
  const { tsMs, instrumentId, strategyId, input, full, cut } = difference
  const what = input === 'signal' ? 'the signal itself' : input
  return `At ${formatUtc(tsMs, 'minute')} UTC, ${strategyId} on ${symbolOf(instrumentId)}: ${what} was ${full} (${words.full.toLowerCase()}) but ${cut} (${words.cut.toLowerCase()}).`
}

export type InputCount = { readonly input: string; readonly count: number }

/** Which inputs differ, the most frequent first. */
export function inputCounts(differences: readonly Difference[]): readonly InputCount[] {
  const counts = new Map<string, number>()
  for (const { input } of differences) counts.set(input, (counts.get(input) ?? 0) + 1)
  return [...counts].map(([input, count]) => ({ input, count })).toSorted((a, b) => b.count - a.count)
}

export const comparedText = ({ compared }: Check, words: Words): string => `${formatNumber(compared, 0)} ${words.unit} compared`
