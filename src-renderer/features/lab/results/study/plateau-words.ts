import type { Said } from '../robust-words.ts'
import { formatNumber } from '../../../../format/numbers.ts'
import type { Study } from '../views.ts'

/** Whether the best set stands among others that are nearly as good, or alone: alone, it is more likely luck. */
export function plateauSaid(plateau: Study['plateau'], best: number | null): Said {
  if (plateau === null || plateau.neighbours === 0)
    return {
      figure: '—',
      verdict: 'unknown',
      tone: 'muted',
      sentence:
        'No trial lies near the best in all parameters, so nobody can tell whether it stands on a plateau or on a peak. More trials would.',
    }
  const { neighbours, meanObjective, worstObjective, isPeak } = plateau
  const beside = `${neighbours} ${neighbours === 1 ? 'trial' : 'trials'} near the best ${neighbours === 1 ? 'reaches' : 'reach'} ${formatNumber(meanObjective, 2)} on average, the worst of them ${formatNumber(worstObjective, 2)}; the best itself ${formatNumber(best, 2)}.`
  return isPeak
    ? {
        figure: 'Peak',
        verdict: 'likely luck',
        tone: 'down',
        sentence: `${beside} A small change of the parameters loses most of the result.`,
      }
    : { figure: 'Plateau', verdict: 'stands', tone: 'up', sentence: `${beside} A small change of the parameters changes little.` }
}
