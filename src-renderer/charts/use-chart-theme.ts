import { useEffect, useState } from 'react'
import { type ChartTheme, readChartTheme } from './candle-chart-theme.ts'

/** The colours in force; a new object when `data-theme` of the document changes. */
export function useChartTheme(): ChartTheme {
  const [theme, setTheme] = useState(readChartTheme)
  useEffect(() => {
    const observer = new MutationObserver(() => setTheme(readChartTheme()))
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => observer.disconnect()
  }, [])
  return theme
}
