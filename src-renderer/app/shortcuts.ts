// Every key of the program in one list: it feeds the handler and the help.
import { useEffect } from 'react'
import { navigate } from 'wouter/use-hash-location'
import type { RunCommand } from '../bridge/use-command.ts'
import { useCommand } from '../bridge/use-command.ts'
import { SPEEDS } from '../format/speeds.ts'
import { TIMEFRAMES } from '../../src-shared/domain/time.ts'
import { deskStore } from '../stores/desk-store.ts'
import { openDialog, selectInstrument, selectTimeframe, selectBottomTab, toggleBook, uiStore } from '../stores/ui-store.ts'
import { PAGES } from './pages.ts'

export type Shortcut = { readonly keys: string; readonly does: string }
export const SHORTCUTS: readonly Shortcut[] = [
  { keys: 'Ctrl Shift K', does: 'Kill switch' },
  { keys: 'Ctrl K', does: 'Commands: every page, symbol and action' },
  { keys: `${PAGES[0]?.key} … ${PAGES.at(-1)?.key}`, does: PAGES.map(({ title }) => title).join(', ') },
  { keys: PAGES.map(({ letter }) => `g ${letter}`).join(' · '), does: 'The same, by letter' },
  { keys: 'Space', does: 'Play or pause the recording' },
  { keys: '+ −', does: 'Faster, slower' },
  { keys: '[ ]', does: 'Previous, next symbol' },
  { keys: ', .', does: 'Shorter, longer timeframe' },
  { keys: '← → · j k', does: 'Signals: the one before, the one after' },
  { keys: 'e b', does: 'Signals: next executed, next blocked (with Shift: the one before)' },
  { keys: 't', does: 'Signals: statistics, and back' },
  { keys: 'o', does: 'Order book, or positions and orders' },
  { keys: 'n', does: 'Lab: to the form; Ctrl Enter starts what it says' },
  { keys: 'Space · F2 · Del', does: 'Lab: mark a run to compare, write a note, delete it' },
  { keys: 'u', does: 'Lab: from a run back to all runs' },
  { keys: 'n', does: 'Settings: to the form for a new key' },
  { keys: '?', does: 'This list' },
  { keys: 'Esc', does: 'Close what is open' },
]

/** How long after "g" the second letter may come. */
const CHORD_MS = 1200

const TYPING = 'input, textarea, select, [contenteditable="true"]'
/** Elements that use Space and the arrows themselves. */
const OWN_KEYS = 'button, a, [role="slider"], [role="separator"], [role="menuitem"], [role="option"], [role="tab"]'

/** Listens for the whole window while mounted. */
export function useShortcuts(): void {
  const run = useCommand()
  useEffect(() => {
    // Event times count from the opening of the page: zero would make every key of the first second the end of a chord.
    let chordMs = -Infinity
    const onKeyDown = (event: KeyboardEvent) => {
      if (global(event)) return
      const target = event.target instanceof Element ? event.target : null
      if (event.ctrlKey || event.metaKey || event.altKey || uiStore.getState().dialog || target?.closest(TYPING)) return
      const chord = event.timeStamp - chordMs < CHORD_MS
      chordMs = !chord && event.key === 'g' ? event.timeStamp : -Infinity
      if (chord ? goToLetter(event.key) : single(event, target, run)) event.preventDefault()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [run])
}

/** Keys that work everywhere, also while typing. */
function global(event: KeyboardEvent): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 'k') return false
  event.preventDefault()
  openDialog({ kind: event.shiftKey ? 'kill' : 'palette' })
  return true
}

function goToLetter(letter: string): boolean {
  const page = PAGES.find((candidate) => candidate.letter === letter)
  if (page) navigate(page.path)
  return page !== undefined
}

function single(event: KeyboardEvent, target: Element | null, run: RunCommand): boolean {
  const page = PAGES.find((candidate) => candidate.key === event.key)
  if (page) navigate(page.path)
  else if (event.key === '?') openDialog({ kind: 'help' })
  else if (event.key === ' ' && !usesSpace(target)) togglePlaying(run)
  else if (event.key === 'o') showBook()
  else if (event.key === '+' || event.key === '=') stepSpeed(run, 1)
  else if (event.key === '-') stepSpeed(run, -1)
  else if (event.key === ']') stepInstrument(1)
  else if (event.key === '[') stepInstrument(-1)
  else if (event.key === '.') stepTimeframe(1)
  else if (event.key === ',') stepTimeframe(-1)
  else return false
  return true
}

/** A control that was reached by keyboard keeps its Space; one that was merely clicked before does not. */
const usesSpace = (target: Element | null): boolean => target?.closest(OWN_KEYS)?.matches(':focus-visible') ?? false

/** The order book of the Desk, from whatever page; a second time brings the positions back. */
export function showBook(): void {
  const onDesk = (location.hash.replace('#', '') || '/') === '/'
  if (onDesk) toggleBook()
  else {
    selectBottomTab('book')
    navigate('/')
  }
}

export function togglePlaying(run: RunCommand): void {
  const playback = deskStore.getState().playback
  if (playback?.kind === 'recorded')
    void run('playback.setPlaying', { playing: !playback.playing }, { what: playback.playing ? 'Pause' : 'Play' })
}

function stepSpeed(run: RunCommand, step: 1 | -1): void {
  const playback = deskStore.getState().playback
  if (playback?.kind !== 'recorded') return
  const at = SPEEDS.findIndex((speed) => speed === playback.speed)
  const speed = SPEEDS[Math.max(0, at) + step]
  if (speed !== undefined) void run('playback.setSpeed', { speed }, { what: 'Change the speed' })
}

function stepInstrument(step: 1 | -1): void {
  const { instruments } = deskStore.getState()
  const at = instruments.findIndex((instrument) => instrument.id === uiStore.getState().instrumentId)
  const next = instruments[(Math.max(0, at) + step + instruments.length) % instruments.length]
  if (next) selectInstrument(next.id)
}

function stepTimeframe(step: 1 | -1): void {
  const next = TIMEFRAMES[TIMEFRAMES.indexOf(uiStore.getState().timeframe) + step]
  if (next) selectTimeframe(next)
}
