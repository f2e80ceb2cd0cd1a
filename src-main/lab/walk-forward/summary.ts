// What a walk-forward says, for the screen.
import type * as z from 'zod/mini'
import type { WalkForwardView } from '../../../src-shared/bridge/lab-views.ts'
import { stabilityOf } from '../search/stability.ts'
import type { WalkForward, WindowState } from './walk-forward.ts'
import type { WalkForwardWindow } from './windows.ts'

type View = z.infer<typeof WalkForwardView>
export type WalkForwardSummary = Pick<View, 'windows' | 'efficiency' | 'stability' | 'newest'>

export function summaryOf(walkForward: WalkForward): WalkForwardSummary {
  const states = walkForward.state.windows
  const running = walkForward.next()?.window ?? null
  return {
    windows: walkForward.windows.flatMap((window) => {
      const state = states[window.number]
      return state === undefined ? [] : [windowView(window, state, running)]
    }),
    efficiency: efficiencyOf(states),
    stability: walkForward.spec.search.dimensions.map((dimension) =>
      stabilityOf(
        dimension,
        states.map(({ chosen }) => chosen?.parameters ?? null),
      ),
    ),
    newest: copied(states.findLast(({ test }) => test !== null)?.chosen?.parameters),
  }
}

function windowView(
  { number, train, validate, test }: WalkForwardWindow,
  state: WindowState,
  running: number | null,
): View['windows'][number] {
  return {
    number,
    trainFromMs: train.fromMs,
    trainToMs: train.toMs,
    validateFromMs: validate?.fromMs ?? null,
    validateToMs: validate?.toMs ?? null,
    testFromMs: test.fromMs,
    testToMs: test.toMs,
    state: state.isFailed ? 'failed' : state.test !== null ? 'done' : number === running ? 'running' : 'waiting',
    parameters: copied(state.chosen?.parameters),
    trainObjective: state.chosen?.objective ?? null,
    validateObjective: state.chosen?.validateObjective ?? null,
    testObjective: state.test?.objective ?? null,
    testMetrics: { ...state.test?.metrics },
    testRunId: state.test?.runId ?? null,
    message: state.message,
  }
}

const copied = (parameters: Readonly<Record<string, number>> | undefined): Record<string, number> | null =>
  parameters === undefined ? null : { ...parameters }

/**
 * Walk-forward efficiency (Pardo, "The Evaluation and Optimization of Trading Strategies", 2008, chapter 11): mean of the tests' simple yearly
 * returns ÷ mean of those that the same parameters had in training. Null without a test, or when training did not win anything either.
 */
export function efficiencyOf(states: readonly WindowState[]): number | null {
  const pairs = states.flatMap(({ chosen, test }) => {
    const inSample = chosen?.apr ?? null
    const outOfSample = test?.metrics.apr ?? null
    return inSample === null || outOfSample === null ? [] : [{ inSample, outOfSample }]
  })
  const inSample = pairs.reduce((sum, pair) => sum + pair.inSample, 0)
  const outOfSample = pairs.reduce((sum, pair) => sum + pair.outOfSample, 0)
  return inSample > 0 ? outOfSample / inSample : null
}
