// What the person has chosen on the screen. Kept for this tab only; nothing here touches money.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { LAB_METRIC_IDS, type LabMetricId } from '../../src-shared/domain/lab-metric.ts'
import { type Timeframe, isTimeframe } from '../../src-shared/domain/time.ts'
import { VENUE_ENVIRONMENTS, VENUE_IDS, type VenueEnvironment, type VenueId } from '../../src-shared/domain/venue.ts'
import { INDICATORS_MAX, type IndicatorKey, indicatorOf, refusalOf } from '../charts/candle-chart-indicators.ts'
import type { Classifier } from '../charts/regime-runs.ts'
import type { Passport } from '../format/coverage.ts'

export type Theme = 'dark' | 'light' | 'system'
/** What lies below the chart. */
export type BottomTab = 'positions' | 'orders' | 'book'
/** What the lab is asked to do next. */
export const LAB_TASKS = ['walk_forward', 'backtest', 'search', 'checks', 'parity'] as const
export type LabTask = (typeof LAB_TASKS)[number]
export type SeriesChoice = Pick<Passport, 'venue' | 'instrumentId' | 'kind' | 'timeframe' | 'toMs'>
type Dialog =
  | { readonly kind: 'palette' | 'kill' | 'help' | 'playbooks' }
  /** The sheet before real money is traded, and the way back. */
  | { readonly kind: 'live-sheet' | 'back-to-paper' }
  | { readonly kind: 'close-position'; readonly positionId: string }
  /** The same from the Control page, where the symbol has to be typed. */
  | { readonly kind: 'close-typed'; readonly positionId: string }
  /** `price` is set when the stop was dragged on the chart. */
  | { readonly kind: 'move-stop'; readonly positionId: string; readonly price: number | null }
  | { readonly kind: 'seek'; readonly positionMs: number }
  /** `files` are those that were dropped. */
  | { readonly kind: 'import'; readonly files: readonly File[] }
  /** With a series: what came after its last row. */
  | { readonly kind: 'download'; readonly series: SeriesChoice | null }

export type LiveAccount = { readonly venue: VenueId; readonly environment: VenueEnvironment }
export type Books = 'live' | 'paper'

export type UiState = {
  readonly theme: Theme
  /** Null: the first instrument of the desk. */
  readonly instrumentId: string | null
  readonly timeframe: Timeframe
  readonly indicators: readonly IndicatorKey[]
  /** Whose regimes shade the chart. */
  readonly regimes: Classifier | 'off'
  /** Whether the volume profile of what is in view is drawn. */
  readonly profile: boolean
  readonly bottomTab: BottomTab
  /** Sizes of the panes, by the name of the divider, in pixels. */
  readonly sizes: Readonly<Record<string, number>>
  readonly labTask: LabTask
  /** Null: the first playbook. */
  readonly labPlaybookId: string | null
  /** The last form of each playbook, as the lab's page wrote it; it checks what it reads. */
  readonly labForms: Readonly<Record<string, unknown>>
  /** Figures shown in the list of runs. */
  readonly labMetrics: readonly LabMetricId[]
  /** The account that the sheet asked about last. */
  readonly liveAccount: LiveAccount
  /** Whose journal pages read while live: that of the account, or that of the paper session beside it. */
  readonly books: Books
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
  regimes: 'off',
  profile: false,
  bottomTab: 'positions',
  sizes: {},
  labTask: 'walk_forward',
  labPlaybookId: null,
  labForms: {},
  labMetrics: ['total_return', 'max_drawdown', 'sharpe', 'trades'],
  // Nobody is led to real money by a default.
  liveAccount: { venue: 'binanceusdm', environment: 'practice' },
  books: 'live',
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
export const selectBottomTab = (bottomTab: BottomTab): void => uiStore.setState({ bottomTab })
/** The order book, or back to the positions. */
export const toggleBook = (): void => uiStore.setState(({ bottomTab }) => ({ bottomTab: bottomTab === 'book' ? 'positions' : 'book' }))
export const setSize = (name: string, size: number): void => uiStore.setState(({ sizes }) => ({ sizes: { ...sizes, [name]: size } }))
export const resetLayout = (): void => uiStore.setState({ sizes: {} })
/** Shows an indicator, or hides it when it is shown. Returns why it cannot be shown, or null. */
export function toggleIndicator(key: IndicatorKey): string | null {
  const { indicators } = uiStore.getState()
  const shown = indicators.includes(key)
  const refusal = shown ? null : refusalOf(indicators, key)
  if (refusal === null) uiStore.setState({ indicators: shown ? indicators.filter((other) => other !== key) : [...indicators, key] })
  return refusal
}
export const selectRegimes = (regimes: UiState['regimes']): void => uiStore.setState({ regimes })
export const selectLabTask = (labTask: LabTask): void => uiStore.setState({ labTask })
export const selectLabPlaybook = (labPlaybookId: string): void => uiStore.setState({ labPlaybookId })
export const keepLabForm = (playbookId: string, form: unknown): void =>
  uiStore.setState(({ labForms }) => ({ labForms: { ...labForms, [playbookId]: form } }))
export const forgetLabForm = (playbookId: string): void =>
  uiStore.setState(({ labForms: { [playbookId]: _forgotten, ...labForms } }) => ({ labForms }))
/** Shows a figure in the list of runs, or hides it. They stand in the order of the metrics. */
export const toggleLabMetric = (id: LabMetricId): void =>
  uiStore.setState(({ labMetrics }) => ({ labMetrics: LAB_METRIC_IDS.filter((other) => labMetrics.includes(other) !== (other === id)) }))
export const selectLiveAccount = (liveAccount: LiveAccount): void => uiStore.setState({ liveAccount })
export const selectBooks = (books: Books): void => uiStore.setState({ books })
export const showProfile = (profile: boolean): void => uiStore.setState({ profile })

/** Keeps the choices for this tab. Returns how to stop. A browser that refuses storage only forgets them. */
export function keepChoices(): () => void {
  return uiStore.subscribe(({ dialog: _open, alertsSeenMs: _seen, books: _books, ...choices }) => {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(choices))
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
    ...(Array.isArray(indicators) ? { indicators: checkedIndicators(indicators) } : {}),
    ...(typeof instrumentId === 'string' ? { instrumentId } : {}),
    ...checkedLayers(field('regimes'), field('profile')),
    ...checkedTab(field('bottomTab')),
    ...checkedLab(field),
    ...checkedLiveAccount(field('liveAccount')),
    sizes: checkedSizes(field('sizes')),
  }
}

// Declared as functions: the store above reads what was kept while this module is still being set up.
function checkedIndicators(kept: readonly unknown[]): readonly IndicatorKey[] {
  const known = [...new Set(kept)].filter((key): key is IndicatorKey => typeof key === 'string' && indicatorOf(key) !== null)
  return known.slice(0, INDICATORS_MAX)
}

function checkedLayers(regimes: unknown, profile: unknown): Partial<UiState> {
  return {
    ...(regimes === 'off' || regimes === 'imba-3' || regimes === 'flow-5' ? { regimes } : {}),
    ...(typeof profile === 'boolean' ? { profile } : {}),
  }
}

function checkedLab(field: (name: string) => unknown): Partial<UiState> {
  const [task, playbookId, forms, metrics] = [field('labTask'), field('labPlaybookId'), field('labForms'), field('labMetrics')]
  const labTask = LAB_TASKS.find((known) => known === task)
  return {
    ...(labTask === undefined ? {} : { labTask }),
    ...(typeof playbookId === 'string' ? { labPlaybookId: playbookId } : {}),
    ...(typeof forms === 'object' && forms !== null ? { labForms: { ...forms } } : {}),
    ...(Array.isArray(metrics) ? { labMetrics: LAB_METRIC_IDS.filter((id) => metrics.includes(id)) } : {}),
  }
}

function checkedLiveAccount(account: unknown): Partial<UiState> {
  if (typeof account !== 'object' || account === null || !('venue' in account) || !('environment' in account)) return {}
  const venue = VENUE_IDS.find((id) => id === account.venue)
  const environment = VENUE_ENVIRONMENTS.find((known) => known === account.environment)
  return venue === undefined || environment === undefined ? {} : { liveAccount: { venue, environment } }
}

function checkedTab(bottomTab: unknown): Partial<UiState> {
  return bottomTab === 'positions' || bottomTab === 'orders' || bottomTab === 'book' ? { bottomTab } : {}
}

function checkedSizes(sizes: unknown): Readonly<Record<string, number>> {
  if (typeof sizes !== 'object' || sizes === null) return {}
  return Object.fromEntries(Object.entries(sizes).filter((entry): entry is [string, number] => Number.isFinite(entry[1])))
}
