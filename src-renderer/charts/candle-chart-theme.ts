// Colours of the canvas, read from the same CSS tokens that the rest of the screen uses.
export type ChartTheme = {
  readonly background: string
  readonly text: string
  readonly muted: string
  readonly grid: string
  readonly edge: string
  readonly up: string
  readonly down: string
  readonly upVolume: string
  readonly downVolume: string
  readonly accent: string
  readonly warn: string
  readonly line1: string
  readonly line2: string
  readonly line3: string
  readonly line4: string
  readonly line5: string
  readonly line6: string
  readonly fontFamily: string
}

/** The theme in force now. Read again after the theme was switched. */
export function readChartTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string, fallback: string) => style.getPropertyValue(name).trim() || fallback
  return {
    background: token('--panel', '#0e141b'),
    text: token('--fg', '#d8e0e9'),
    muted: token('--muted', '#8f9fb1'),
    grid: token('--chart-grid', '#141c26'),
    edge: token('--edge', '#2c3a4a'),
    up: token('--candle-up', '#2fae8f'),
    down: token('--candle-down', '#e3605d'),
    upVolume: token('--volume-up', '#1b4a42'),
    downVolume: token('--volume-down', '#552c30'),
    accent: token('--accent', '#6ea8fe'),
    warn: token('--warn', '#e5b454'),
    line1: token('--line-1', '#6ea8fe'),
    line2: token('--line-2', '#e5b454'),
    line3: token('--line-3', '#b58cf0'),
    line4: token('--line-4', '#5f7389'),
    line5: token('--line-5', '#e08a4f'),
    line6: token('--line-6', '#4fb6c9'),
    fontFamily: getComputedStyle(document.body).fontFamily || 'sans-serif',
  }
}
