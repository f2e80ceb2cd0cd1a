// What the statistics of luck say, in plain sentences. A figure that is missing says what it would need.
import { formatNumber, formatPercent } from '../../../format/numbers.ts'
import type { Tone } from '../../../components/tone.ts'

export type Said = {
  /** The figure, for the eye. */
  readonly figure: string
  /** What it means for believing the result, in a word or two. */
  readonly verdict: string
  readonly tone: Tone
  readonly sentence: string
}

const share = (value: number): string => formatPercent(value, { decimals: 0 })
const ratio = (value: number): string => formatNumber(value, 2)
const missing = (sentence: string): Said => ({ figure: '—', verdict: 'unknown', tone: 'muted', sentence })

const SURE = 0.95
const LIKELY = 0.8

/** Bailey and López de Prado (2014): the chance that the true Sharpe ratio is above what the best of as many trials without skill shows. */
export function deflatedSaid(probability: number | null, trials: number, excess: number | null = null): Said {
  if (probability === null) return missing(`The Sharpe ratio cannot be corrected for ${trials} trials: there are too few days or trials.`)
  const [verdict, tone]: readonly [string, Tone] =
    probability >= SURE ? ['holds', 'up'] : probability >= LIKELY ? ['doubtful', 'warn'] : ['likely luck', 'down']
  return {
    figure: share(probability),
    verdict,
    tone,
    sentence: `The chance that there is any skill behind the Sharpe ratio, once it counts that ${trials} sets of parameters were tried. At ${share(SURE)} and above one would call it found, below that the search itself may have made it.${excess === null ? '' : ` It is ${ratio(Math.abs(excess))} ${excess < 0 ? 'below' : 'above'} the best that luck alone would be expected to show.`}`,
  }
}

/** Bailey et al. (2015). */
export function pboSaid(pbo: number | null): Said {
  if (pbo === null)
    return missing('Needs more trials with daily returns: nobody can tell how often the best in sample fails out of sample.')
  const [verdict, tone]: readonly [string, Tone] = pbo < 0.2 ? ['low', 'up'] : pbo < 0.5 ? ['moderate', 'warn'] : ['overfitted', 'down']
  const advice = pbo < 0.5 ? '' : ' A coin would choose as well.'
  return {
    figure: share(pbo),
    verdict,
    tone,
    sentence: `How often the set of parameters that was best in one half of the time was worse than the median set in the other half, over many ways to halve it.${advice}`,
  }
}

export function expectedMaxSaid(expected: number | null, best: number | null, trials: number): Said {
  if (expected === null) return missing('Needs trials whose Sharpe ratios differ.')
  const passes = best !== null && best > expected
  return {
    figure: ratio(expected),
    verdict: best === null ? 'no ratio to compare' : passes ? 'best is above' : 'best is not above',
    tone: best === null ? 'muted' : passes ? 'up' : 'down',
    sentence: `The best Sharpe ratio that ${trials} trials without any skill would be expected to show by luck alone.${best === null ? '' : ` The best of this search shows ${ratio(best)}.`}`,
  }
}

/** Days of record needed, against those there are. */
export function trackRecordSaid(daysNeeded: number | null, days: number): Said {
  if (daysNeeded === null) return missing('The Sharpe ratio is not above zero, so no length of record would prove that it is.')
  const enough = days >= daysNeeded
  return {
    figure: `${formatNumber(daysNeeded, 0)} days`,
    verdict: enough ? 'long enough' : 'too short',
    tone: enough ? 'up' : 'warn',
    sentence: `So long a record is needed to say with 95% confidence that the Sharpe ratio is above zero. This run has ${formatNumber(days, 0)} days.`,
  }
}

/** Of daily returns drawn in blocks with replacement. */
export function lossSaid(probability: number, runs: number): Said {
  const [verdict, tone]: readonly [string, Tone] =
    probability < 0.05 ? ['rare', 'up'] : probability < 0.25 ? ['possible', 'warn'] : ['common', 'down']
  return {
    figure: share(probability),
    verdict,
    tone,
    sentence: `Of ${formatNumber(runs, 0)} histories put together from blocks of this run’s days, so many lost money.`,
  }
}
