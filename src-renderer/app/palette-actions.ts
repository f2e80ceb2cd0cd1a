// What the command palette offers, made from the present state of the desk. Pure apart from what an action does when chosen.
import { navigate } from 'wouter/use-hash-location'
import type { RunCommand } from '../bridge/use-command.ts'
import { TIMEFRAMES } from '../../src-shared/domain/time.ts'
import { INDICATORS, type IndicatorKey } from '../charts/candle-chart-indicators.ts'
import { KEYS_ADDRESS } from '../format/addresses.ts'
import { symbolOf } from '../format/instruments.ts'
import { formatMoney } from '../format/numbers.ts'
import { SPEEDS, speedLabel } from '../format/speeds.ts'
import type { DeskState } from '../stores/desk-state.ts'
import { type Live, isArmed } from '../stores/live-store.ts'
import { notify } from '../stores/notices.ts'
import {
  type UiState,
  openDialog,
  resetLayout,
  selectInstrument,
  selectRegimes,
  selectTheme,
  selectTimeframe,
  showProfile,
  toggleIndicator,
} from '../stores/ui-store.ts'
import { PAGES } from './pages.ts'
import { labActions } from './lab-actions.ts'
import { showBook, togglePlaying } from './shortcuts.ts'

export type PaletteAction = {
  readonly group: 'Trading' | 'Playback' | 'Pages' | 'Lab' | 'Symbols' | 'Chart' | 'Screen'
  readonly title: string
  readonly hint?: string
  readonly danger?: boolean
  readonly act: () => void
}

type Source = {
  readonly desk: DeskState
  readonly ui: UiState
  readonly run: RunCommand
  readonly live: Live | null
  readonly leaveLive: () => void
}

export const paletteActions = (source: Source): readonly PaletteAction[] => [
  ...tradingActions(source),
  ...playbackActions(source),
  ...PAGES.map((page): PaletteAction => ({ group: 'Pages', title: `Go to ${page.title}`, hint: page.key, act: () => navigate(page.path) })),
  ...labActions(source.run),
  ...symbolActions(source),
  ...chartActions(source),
  ...screenActions(source),
]

function tradingActions({ desk, run, live, leaveLive }: Source): PaletteAction[] {
  const close = desk.positions.map((position): PaletteAction => ({
    group: 'Trading',
    title: `Close ${symbolOf(position.instrumentId)} ${position.side} ${position.quantity}`,
    hint: formatMoney(position.unrealizedPnl, { sign: true }),
    act: () => openDialog({ kind: 'close-position', positionId: position.id }),
  }))
  const move = desk.positions.map((position): PaletteAction => ({
    group: 'Trading',
    title: `Move stop of ${symbolOf(position.instrumentId)} ${position.side}`,
    hint: position.stopPrice,
    act: () => openDialog({ kind: 'move-stop', positionId: position.id, price: null }),
  }))
  const pause = desk.strategies
    .filter(({ state }) => state !== 'faulted')
    .map(({ id, title, state }): PaletteAction => {
      const paused = state !== 'paused'
      const what = `${paused ? 'Pause' : 'Resume'} ${title}`
      return { group: 'Trading', title: what, act: () => void run('strategy.pause', { strategyId: id, paused }, { what }) }
    })
  const protect = () =>
    void run('positions.protectAll', {}, { what: 'Protect all positions', done: 'Every position was checked for a working stop' })
  return [
    { group: 'Trading', title: 'Kill switch…', hint: 'Ctrl Shift K', danger: true, act: () => openDialog({ kind: 'kill' }) },
    isArmed(live)
      ? { group: 'Trading', title: 'Back to paper', act: leaveLive }
      : { group: 'Trading', title: 'Trade live…', act: () => openDialog({ kind: 'live-sheet' }) },
    ...close,
    ...move,
    { group: 'Trading', title: 'Protect all positions', act: protect },
    { group: 'Trading', title: 'Keys of venues: add, test, rotate, remove', hint: '0', act: () => navigate(KEYS_ADDRESS) },
    { group: 'Trading', title: 'Choose a playbook…', act: () => openDialog({ kind: 'playbooks' }) },
    ...pause,
  ]
}

function playbackActions({ desk, run }: Source): PaletteAction[] {
  const playback = desk.playback
  if (playback?.kind !== 'recorded') return []
  const speeds = SPEEDS.map((speed): PaletteAction => ({
    group: 'Playback',
    title: `Speed ${speedLabel(speed)}`,
    ...(speed === playback.speed ? { hint: 'now' } : {}),
    act: () => void run('playback.setSpeed', { speed }, { what: 'Change the speed' }),
  }))
  return [
    {
      group: 'Playback',
      title: playback.playing ? 'Pause the recording' : 'Play the recording',
      hint: 'Space',
      act: () => togglePlaying(run),
    },
    ...speeds,
  ]
}

const symbolActions = ({ desk }: Source): PaletteAction[] =>
  desk.instruments.map(({ id }): PaletteAction => ({
    group: 'Symbols',
    title: symbolOf(id),
    act: () => {
      selectInstrument(id)
      navigate('/')
    },
  }))

function chartActions({ ui }: Source): PaletteAction[] {
  const timeframes = TIMEFRAMES.map((timeframe): PaletteAction => ({
    group: 'Chart',
    title: `Timeframe ${timeframe}`,
    act: () => selectTimeframe(timeframe),
  }))
  const indicators = INDICATORS.map(({ key, title }): PaletteAction => ({
    group: 'Chart',
    title: `${ui.indicators.includes(key) ? 'Hide' : 'Show'} ${title}`,
    act: () => toggleShown(key),
  }))
  const layers: PaletteAction[] = [
    { group: 'Chart', title: `${ui.profile ? 'Hide' : 'Show'} the volume profile`, act: () => showProfile(!ui.profile) },
    ...(['off', 'imba-3', 'flow-5'] as const)
      .filter((regimes) => regimes !== ui.regimes)
      .map((regimes): PaletteAction => ({
        group: 'Chart',
        title: regimes === 'off' ? 'Hide the regimes' : `Shade by regime, ${regimes}`,
        act: () => selectRegimes(regimes),
      })),
  ]
  return [...timeframes, ...layers, ...indicators]
}

/** As in the menu of the chart: what cannot be shown says why. */
function toggleShown(key: IndicatorKey): void {
  const refusal = toggleIndicator(key)
  if (refusal !== null) notify({ tone: 'warning', title: 'The indicator was not added', detail: refusal, key: 'indicator-refused' })
}

const screenActions = ({ ui, run }: Source): PaletteAction[] => [
  ...(['dark', 'light', 'system'] as const)
    .filter((theme) => theme !== ui.theme)
    .map((theme): PaletteAction => ({ group: 'Screen', title: `Theme: ${theme}`, act: () => selectTheme(theme) })),
  { group: 'Screen', title: 'Order book', hint: 'o', act: showBook },
  { group: 'Screen', title: 'Reset the layout', act: resetLayout },
  { group: 'Screen', title: 'Keyboard help', hint: '?', act: () => openDialog({ kind: 'help' }) },
  { group: 'Screen', title: 'Restart the engine', act: () => void run('engine.restart', {}, { what: 'Restart the engine' }) },
]
