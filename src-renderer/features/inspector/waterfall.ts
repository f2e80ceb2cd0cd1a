// From the weighted vote to the confluence that was compared with the threshold, step by step.
import type { Adjustment, Confluence } from './detail.ts'

export type WaterfallStep = { readonly name: string; readonly factor: number; readonly before: number; readonly after: number }
export type Waterfall = {
  readonly start: number
  readonly steps: readonly WaterfallStep[]
  readonly end: number
  readonly threshold: number
  /** The end of the scale all bars are drawn against. */
  readonly scale: number
}
/** Below this share of the result a difference is float noise. */
const NOISE = 1e-9

/** Every adjustment as a step. What the adjustments do not explain stands as a last step of its own, named as such. */
export function waterfallOf(confluence: Confluence, adjustments: readonly Adjustment[]): Waterfall {
  const steps: WaterfallStep[] = []
  let running = confluence.before
  for (const { name, factor } of adjustments) {
    steps.push({ name, factor, before: running, after: running * factor })
    running *= factor
  }
  if (Math.abs(running - confluence.after) > NOISE * Math.max(1, Math.abs(confluence.after)))
    steps.push({ name: 'not explained by the adjustments', factor: confluence.after / running, before: running, after: confluence.after })
  const highest = Math.max(confluence.before, confluence.after, confluence.threshold, ...steps.map((step) => step.after))
  return {
    start: confluence.before,
    steps,
    end: confluence.after,
    threshold: confluence.threshold,
    scale: highest > 0 ? highest * 1.08 : 1,
  }
}
