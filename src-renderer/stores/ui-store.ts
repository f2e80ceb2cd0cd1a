// What the person has chosen on the screen. Kept for this tab only; nothing here touches money.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { type Timeframe, isTimeframe } from '../../src-shared/domain/time.ts'
import { INDICATORS, type IndicatorKey } from '../charts/candle-chart-indicators.ts'

export type Theme = 'dark' | 'light' | 'system'
type Dialog =
  | { readonly kind: 'palette' | 'kill' | 'help' }
  | { readonly kind: 'close-position'; readonly positionId: string }
  /** `price` is set when the stop was dragged on the chart. */
  | { readonly kind: 'move-stop'; readonly positionId: string; readonly price: number | null }
  | { readonly kind: 'seek'; readonly positionMs: number }

export type UiState = {
  readonly theme: Theme
  /** Null: the first instrument of the desk. */
  readonly instrumentId: string | null
  readonly timeframe: Timeframe
  readonly indicators: readonly IndicatorKey[]
  /** Sizes of the panes, by the name of the divider, in pixels. */
  readonly sizes: Readonly<Record<string, number>>
  /** The one dialog that is open. */
  readonly dialog: Dialog | null
  /** Newest alert that was looked at. */
  readonly alertsSeenMs: number
}

const KEPT = 'tradewright.screen'
const initial: UiState = {
  theme: 'dark',
  instrumentId: null,
  timeframe: '5m',
  indicators: ['ema21', 'ema55'],
  sizes: {},
  dialog: null,
  alertsSeenMs: 0,
}

export const uiStore = createStore<UiState>(() => ({ ...initial, ...readKept() }))

/** One slice of what the person has chosen. */
export const useUi = <T>(selector: (state: UiState) => T): T => useStore(uiStore, selector)

export const openDialog = (dialog: Dialog | null): void => uiStore.setState({ dialog })
export const selectInstrument = (instrumentId: string): void => uiStore.setState({ instrumentId })
export const selectTimeframe = (timeframe: Timeframe): void => uiStore.setState({ timeframe })
export const selectTheme = (theme: Theme): void => uiStore.setState({ theme })
export const setSize = (name: string, size: number): void => uiStore.setState(({ sizes }) => ({ sizes: { ...sizes, [name]: size } }))
export const resetLayout = (): void => uiStore.setState({ sizes: {} })
export const toggleIndicator = (key: IndicatorKey): void =>
  uiStore.setState(({ indicators }) => ({
    indicators: indicators.includes(key) ? indicators.filter((other) => other !== key) : [...indicators, key],
  }))

/** Keeps the choices for this tab. Returns how to stop. A browser that refuses storage only forgets them. */
export function keepChoices(): () => void {
  return uiStore.subscribe(({ theme, timeframe, indicators, sizes, instrumentId }) => {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ theme, timeframe, indicators, sizes, instrumentId }))
    } catch (error) {
      console.warn('choices are not kept:', error)
    }
  })
}

/** What was kept, each field checked: text in a browser's storage may have been written by another version. */
function readKept(): Partial<UiState> {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEPT) ?? '{}')
    return typeof kept === 'object' && kept !== null ? checked(kept) : {}
  } catch {
    return {}
  }
}

function checked(kept: object): Partial<UiState> {
  const field = (name: string): unknown => Object.entries(kept).find(([key]) => key === name)?.[1]
  const [theme, timeframe, indicators, instrumentId] = [field('theme'), field('timeframe'), field('indicators'), field('instrumentId')]
  return {
    ...(theme === 'dark' || theme === 'light' || theme === 'system' ? { theme } : {}),
    ...(typeof timeframe === 'string' && isTimeframe(timeframe) ? { timeframe } : {}),
    ...(Array.isArray(indicators) ? { indicators: INDICATORS.map(({ key }) => key).filter((key) => indicators.includes(key)) } : {}),
    ...(typeof instrumentId === 'string' ? { instrumentId } : {}),
    sizes: checkedSizes(field('sizes')),
  }
}

function checkedSizes(sizes: unknown): Readonly<Record<string, number>> {
  if (typeof sizes !== 'object' || sizes === null) return {}
  return Object.fromEntries(Object.entries(sizes).filter((entry): entry is [string, number] => Number.isFinite(entry[1])))
}
