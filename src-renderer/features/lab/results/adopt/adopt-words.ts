// What a person should know before they adopt parameters: how these were found, on which data, and how much out of sample speaks for them.
import { formatNumber, formatPercent } from '../../../../format/numbers.ts'
import { formatUtc } from '../../../../format/times.ts'
import type { Study, Trial, WalkForward, Window } from '../views.ts'

export type Honesty = { readonly serious: boolean; readonly sentence: string }

const days = (fromMs: number, toMs: number): string => `${formatUtc(fromMs, 'date')} to ${formatUtc(toMs, 'date')}`

/** Of one trial of a search: everything it shows is in sample. */
export function studyHonesty({ run, trials, best, overfitting, crossValidation }: Study, trial: Trial): readonly Honesty[] {
  const pbo = overfitting?.pbo ?? null
  const tradeCount = trial.metrics['trades'] ?? null
  return [
    {
      serious: true,
      sentence: `In sample: these parameters were chosen on the same data that their figures come from (${days(run.fromMs, run.toMs)}). Expect less.`,
    },
    { serious: true, sentence: 'Out of sample they have made 0 trades. A walk-forward would test them on data they were not chosen on.' },
    ...crossValidated(crossValidation),
    pbo === null
      ? { serious: false, sentence: 'The probability of overfitting is not known for this search.' }
      : {
          serious: pbo >= 0.5,
          sentence: `The probability that such a choice fails out of sample is ${formatPercent(pbo, { decimals: 0 })}, from ${formatNumber(overfitting?.trials ?? trials.length, 0)} trials.`,
        },
    ...(tradeCount === null ? [] : [{ serious: tradeCount < 30, sentence: `In sample they made ${formatNumber(tradeCount, 0)} trades.` }]),
    ...(trial.number === best ? [] : [{ serious: false, sentence: 'This is not the best trial of the search.' }]),
  ]
}

function crossValidated(of: Study['crossValidation']): readonly Honesty[] {
  if (of?.score == null || of.inSample === null) return []
  const sentence = `Sets that were chosen without a fold scored ${formatNumber(of.score, 2)} in it on average; the best of this search shows ${formatNumber(of.inSample, 2)} in sample.`
  return [{ serious: of.score <= 0, sentence }]
}

/** Of the newest window of a walk-forward: the method was tested out of sample, the parameters themselves only in their own window. */
export function walkForwardHonesty({ windows, metrics, efficiency }: WalkForward): readonly Honesty[] {
  const done = windows.filter(({ state }) => state === 'done')
  const newest = done.at(-1)
  const all = metrics['trades'] ?? null
  return [
    ...lossOutOfSample(metrics['total_return'] ?? null),
    ...(newest ? [ownWindow(newest)] : []),
    {
      serious: all === null || all < 30,
      sentence:
        all === null
          ? 'How many trades the windows made out of sample is not known.'
          : `The way they were chosen was tested on ${done.length} windows out of sample, with ${formatNumber(all, 0)} trades in all.`,
    },
    efficiency === null
      ? { serious: false, sentence: 'How much of the in-sample result is left out of sample is not known.' }
      : {
          serious: efficiency < 0.5,
          sentence: `Out of sample ${formatPercent(efficiency, { decimals: 0 })} of the in-sample yearly return was left.`,
        },
  ]
}

const lossOutOfSample = (totalReturn: number | null): readonly Honesty[] =>
  totalReturn === null || totalReturn > 0
    ? []
    : [
        {
          serious: true,
          sentence: `Out of sample the account earned nothing: ${formatPercent(totalReturn, { sign: true })} over all windows.`,
        },
      ]

function ownWindow({ trainFromMs, trainToMs, testFromMs, testToMs, testMetrics }: Window): Honesty {
  const tradeCount = testMetrics['trades'] ?? null
  const made = tradeCount === null ? 'an unknown number of trades' : `${formatNumber(tradeCount, 0)} trades`
  return {
    serious: tradeCount === null || tradeCount < 30,
    sentence: `Chosen on ${days(trainFromMs, trainToMs)}; out of sample these very parameters were tested from ${days(testFromMs, testToMs)} only, with ${made}.`,
  }
}
