// Regimes of candles as runs: from which candle to which the market stayed the same. Pure.
import type { Output } from '../../src-shared/bridge/contract.ts'
import type { ChartTheme } from './candle-chart-theme.ts'

export type Classifier = 'imba-3' | 'flow-5'
export type RegimeRun = { readonly regime: string; readonly fromMs: number; readonly toMs: number }

/** Runs in order. Candles whose regime is unknown belong to no run; a hole in time does not end one. */
export function regimeRuns({ regimes, openTimeMs, index }: Output<'candles.regimes'>): readonly RegimeRun[] {
  const runs: { regime: string; fromMs: number; toMs: number }[] = []
  let before: string | null = null
  for (const [i, ms] of openTimeMs.entries()) {
    const regime = regimes[index[i] ?? -1] ?? null
    const run = runs.at(-1)
    if (regime !== null && regime === before && run) run.toMs = ms
    else if (regime !== null) runs.push({ regime, fromMs: ms, toMs: ms })
    before = regime
  }
  return runs
}

/** "TREND_UP" is "trend up". */
export const regimeTitle = (regime: string): string => regime.toLowerCase().replaceAll('_', ' ')

type Look = { readonly color: keyof ChartTheme; readonly css: string }
const LOOK: ReadonlyMap<string, Look> = new Map<string, Look>([
  ['trend', { color: 'accent', css: 'var(--accent)' }],
  ['flat', { color: 'line4', css: 'var(--line-4)' }],
  ['volatile', { color: 'warn', css: 'var(--warn)' }],
  ['trend up', { color: 'up', css: 'var(--candle-up)' }],
  ['trend down', { color: 'down', css: 'var(--candle-down)' }],
  ['range', { color: 'line4', css: 'var(--line-4)' }],
  ['compression', { color: 'line3', css: 'var(--line-3)' }],
  ['expansion', { color: 'warn', css: 'var(--warn)' }],
])
/** For a regime that nobody foresaw. */
const OTHER: Look = { color: 'line6', css: 'var(--line-6)' }

/** The token of a regime on the canvas. */
export const regimeColor = (regime: string): keyof ChartTheme => (LOOK.get(regimeTitle(regime)) ?? OTHER).color
/** The same colour for the page. */
export const regimeCss = (regime: string): string => (LOOK.get(regimeTitle(regime)) ?? OTHER).css
