// Whether the parameters were found or merely fitted, and whether the strategy knew enough to begin.
import { DAY_MS } from '../../../../src-shared/domain/time.ts'
import { formatNumber, formatPercent } from '../../../../src-shared/format/numbers.ts'
import { deflatedSharpe } from '../sharpe-inference.ts'
import type { ChosenParameter, Rule } from './warning.ts'

export const inSampleOnly: Rule = ({ search }) =>
  search === null || !search.inSample
    ? null
    : {
        code: 'in_sample',
        severity: 'warning',
        title: 'Judged on the days it was chosen on',
        detail: `These parameters are the pick of ${formatNumber(search.trials, 0)} trials over days that this run covers too. What they do on days they have not seen is unknown: walk forward.`,
      }

const PROBABILITY_MIN = 0.95

export const pickedByChance: Rule = ({ search, estimate, metrics }) => {
  const deflated = search === null || estimate === null ? null : deflatedSharpe(estimate, search)
  if (deflated === null || deflated.trials < 2 || deflated.probability >= PROBABILITY_MIN) return null
  return {
    code: 'picked_by_chance',
    severity: 'warning',
    title: 'The best of many may be chance',
    detail: `The best of ${formatNumber(deflated.trials, 0)} trials without skill would reach a Sharpe ratio of ${formatNumber(deflated.expectedMaxAnnual, 2)}; this one has ${formatNumber(metrics.sharpe, 2)}. The probability that it is truly above that is ${formatPercent(deflated.probability, { decimals: 0 })}, 95% would be convincing.`,
  }
}

/** Share of the range that counts as its edge. */
const EDGE_SHARE = 0.02
const NAMED_MAX = 4

export const parametersAtEdge: Rule = ({ search }) => {
  const atEdge = (search?.parameters ?? []).filter(isAtEdge)
  if (atEdge.length === 0) return null
  const named = atEdge.slice(0, NAMED_MAX).map(({ name, value, min, max }) => `${name} is ${value} (searched ${min} to ${max})`)
  const more = atEdge.length > NAMED_MAX ? `; and ${atEdge.length - NAMED_MAX} more` : ''
  return {
    code: 'parameter_at_edge',
    severity: 'warning',
    title: 'Parameters at the edge of their range',
    detail: `${named.join('; ')}${more}. The best may lie outside what was searched.`,
  }
}

function isAtEdge({ value, min, max, scale }: ChosenParameter): boolean {
  if (max <= min) return false
  const along = scale === 'log' ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min)
  return along <= EDGE_SHARE || along >= 1 - EDGE_SHARE
}

export const shortWarmUp: Rule = ({ warmUps }) => {
  const [worst, ...others] = warmUps.filter(({ askedMs, givenMs }) => givenMs < askedMs).toSorted((a, b) => a.givenMs - b.givenMs)
  if (worst === undefined) return null
  const days = (lengthMs: number): string => formatNumber(lengthMs / DAY_MS, 1)
  const more = others.length > 0 ? `, and ${others.length} more had less than they asked for` : ''
  return {
    code: 'short_warm_up',
    severity: worst.givenMs === 0 ? 'warning' : 'info',
    title: 'Less history than asked for',
    detail: `${worst.name} asked for ${days(worst.askedMs)} days before the first decision and had ${days(worst.givenMs)}${more}. Indicators with a longer memory begin with other values than live ones would have.`,
  }
}
