// From the gross profit down to the net one, step by step.
import type { Report } from '../views.ts'

export type CostStep = {
  readonly name: string
  readonly hint: string
  readonly amount: number
  /** Where the bar of the step begins and ends, in money. */
  readonly from: number
  readonly to: number
  readonly isSum: boolean
}

/** Two figures that were added up in another order may differ by this share. */
const NOISE = 1e-6

/**
 * Gross, the costs, and net. Where the parts do not add up to the net figure (positions that were still open, say) the rest is a step of its
 * own: nothing disappears between two bars.
 */
export function costSteps({ gross, fees, funding, slippage, net }: Report['costs']): readonly CostStep[] {
  const parts = [
    { name: 'Slippage', hint: 'What the fills were worse than the price at the decision', amount: slippage },
    { name: 'Fees', hint: 'Paid to the venue', amount: fees },
    { name: 'Funding', hint: 'Received (+) or paid (−) for holding', amount: funding },
  ]
  const rest = net - gross - fees - funding - slippage
  const size = Math.max(1, Math.abs(gross), Math.abs(net))
  const all =
    Math.abs(rest) / size > NOISE
      ? [...parts, { name: 'Still open', hint: 'What was open when the run ended, at the last price', amount: rest }]
      : parts
  let at = gross
  const steps = all.map((part): CostStep => {
    const from = at
    at += part.amount
    return { ...part, from, to: at, isSum: false }
  })
  return [
    { name: 'Before costs', hint: 'At the prices of the decisions, with nothing paid', amount: gross, from: 0, to: gross, isSum: true },
    ...steps,
    { name: 'Net', hint: 'What is left', amount: net, from: 0, to: net, isSum: true },
  ]
}

/** Least and greatest of all edges, 0 included. */
export function waterfallRange(steps: readonly CostStep[]): readonly [number, number] {
  const edges = steps.flatMap(({ from, to }) => [from, to])
  return [Math.min(0, ...edges), Math.max(0, ...edges)]
}
