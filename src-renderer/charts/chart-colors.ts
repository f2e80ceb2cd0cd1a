// The theme's colour tokens as a chart needs them: plain text for a canvas, read again when the theme changes.
import { useEffect, useState } from 'react'

const TOKENS = [
  'panel',
  'raised',
  'line',
  'edge',
  'fg',
  'muted',
  'up',
  'down',
  'accent',
  'warn',
  'danger',
  'on-danger',
  'up-soft',
  'down-soft',
  'accent-soft',
] as const
export type ChartColors = Readonly<Record<(typeof TOKENS)[number], string>>

export function readChartColors(): ChartColors {
  const style = getComputedStyle(document.documentElement)
  return Object.fromEntries(TOKENS.map((token) => [token, style.getPropertyValue(`--${token}`).trim()])) as ChartColors // One entry per token, by construction.
}

/** The present colours; a new object when `data-theme` of the document changes. */
export function useChartColors(): ChartColors {
  const [colors, setColors] = useState(readChartColors)
  useEffect(() => {
    const observer = new MutationObserver(() => setColors(readChartColors()))
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => observer.disconnect()
  }, [])
  return colors
}
