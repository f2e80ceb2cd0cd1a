// @vitest-environment jsdom
// Proves that the system page asks once a second and only while it is seen, keeps five minutes and no more, restarts only when
// confirmed, follows the log, and leaves nothing running behind.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SystemPage } from '../../src-renderer/features/system/system-page.tsx'
import { SAMPLES_MAX } from '../../src-renderer/features/system/use-status-history.ts'
import type { Payload } from '../../src-shared/bridge/contract.ts'
import { FakeBridge } from '../support/fake-bridge.ts'
import { answerJournal, logLine } from '../support/journal-views.ts'
import { giveElementsASize, settle, showPage } from '../support/screen.tsx'

giveElementsASize()

/** Lets a test speak on the log topic and count who listens. */
class LoggingBridge extends FakeBridge {
  readonly logListeners = new Set<(lines: Payload<'log'>) => void>()
  override subscribe: FakeBridge['subscribe'] = (topic, listener) => {
    if (topic !== 'log') return super.subscribe(topic, listener)
    const logListener = listener as (lines: Payload<'log'>) => void // The topic was compared on the line above.
    this.logListeners.add(logListener)
    return () => void this.logListeners.delete(logListener)
  }
  log(lines: Payload<'log'>): void {
    for (const listener of this.logListeners) listener(lines)
  }
}

let bridge: LoggingBridge
let leave = () => {}
let hidden = false

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden)
  hidden = false
  bridge = new LoggingBridge({ minutes: 6000, ahead: 60 })
  answerJournal(bridge)
})
afterEach(() => {
  leave()
  cleanup()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

async function open() {
  leave = (await showPage(bridge, <SystemPage />)).leave
}
const advance = (ms: number) => act(async () => await vi.advanceTimersByTimeAsync(ms))
const asked = () => bridge.calls.filter(({ command }) => command === 'system.status').length
const setHidden = (value: boolean) => {
  hidden = value
  act(() => void document.dispatchEvent(new Event('visibilitychange')))
}
const log = () => within(screen.getByRole('region', { name: 'Log' }))

describe('asking for the status', () => {
  it('happens once a second, stops while hidden, and goes on at once when seen again', async () => {
    await open()
    const atStart = asked()
    await advance(3000)
    expect(asked()).toBe(atStart + 3)
    setHidden(true)
    await advance(10_000)
    expect(asked()).toBe(atStart + 3)
    setHidden(false)
    await advance(0)
    expect(asked()).toBe(atStart + 4)
  })
  it('never has two questions on the way', async () => {
    await open()
    let answer = () => {}
    const slow = bridge.invoke('system.status', {})
    const value = await slow
    if (!value.ok) throw new Error(value.error.message)
    bridge.answer('system.status', () => new Promise((resolve) => (answer = () => resolve(value.value))))
    const before = asked()
    await advance(5000)
    expect(asked()).toBe(before + 1)
    answer()
    await advance(1000)
    expect(asked()).toBe(before + 2)
  })
  it('ends when the page is left, and so do all timers and the log', async () => {
    await open()
    leave()
    leave = () => {}
    const before = asked()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(asked()).toBe(before)
    expect(bridge.logListeners.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })
  it('keeps the samples of five minutes and no more', async () => {
    await open()
    await advance((SAMPLES_MAX + 40) * 1000)
    const paths = [...document.querySelectorAll('svg[viewBox="0 -1 160 30"] path:last-child')].map((path) => path.getAttribute('d') ?? '')
    expect(paths).toHaveLength(8)
    for (const path of paths) {
      expect(path.split(/[ML]/).length - 1).toBe(SAMPLES_MAX)
      expect(path.startsWith('M0.0 ')).toBe(true)
    }
  })
  it('says that the program does not answer, with the last known figures below', async () => {
    await open()
    bridge.fail('system.status', { code: 'engine_down', message: 'the connection is lost' })
    await advance(1000)
    expect(screen.getByRole('alert').textContent).toContain('the connection is lost')
    expect(screen.getByText('4.20 ms')).toBeDefined()
    bridge.fail('system.status', null)
    await advance(1000)
    expect(screen.queryByRole('alert')).toBeNull()
  })
})

describe('the engine', () => {
  it('shows restarts and the last error in full', async () => {
    bridge.host = { ...bridge.host, restarts: 3, lastError: 'uncaught RangeError: price "NaN"' }
    await open()
    const engine = within(screen.getByRole('region', { name: 'Engine' }))
    expect(engine.getByText('3')).toBeDefined()
    expect(engine.getByText('uncaught RangeError: price "NaN"')).toBeDefined()
  })
  it('restarts only after a confirmation that names the open positions', async () => {
    await open()
    fireEvent.click(screen.getByRole('button', { name: 'Restart engine' }))
    await advance(0)
    const dialog = within(screen.getByRole('alertdialog'))
    expect(dialog.getByText(/2 open positions keep only the stops that work at the venue/)).toBeDefined()
    expect(bridge.calls.some(({ command }) => command === 'engine.restart')).toBe(false)
    fireEvent.click(dialog.getByRole('button', { name: 'Restart engine' }))
    await settle()
    expect(bridge.calls.filter(({ command }) => command === 'engine.restart')).toHaveLength(1)
  })
  it('does not restart when the question is canceled', async () => {
    await open()
    fireEvent.click(screen.getByRole('button', { name: 'Restart engine' }))
    await advance(0)
    fireEvent.click(within(screen.getByRole('alertdialog')).getByRole('button', { name: 'Cancel' }))
    await advance(0)
    expect(bridge.calls.some(({ command }) => command === 'engine.restart')).toBe(false)
  })
})

describe('strategies and feed', () => {
  it('shows what a faulted strategy said', async () => {
    await open()
    const row = within(screen.getByRole('table', { name: 'Strategies' })).getByRole('row', { name: /my-first-strategy/ })
    expect(row.textContent).toContain('faulted')
    expect(row.textContent).toContain('features.ema is not a function')
  })
  it('shows gaps and the last incident of the feed', async () => {
    bridge.snapshot = {
      ...bridge.snapshot,
      feed: { ...bridge.snapshot.feed, state: 'stale', gaps: 2, lastIncident: 'BTC: 14 candles missing' },
    }
    await open()
    const feed = screen.getByRole('region', { name: 'Market feed' })
    expect(feed.textContent).toContain('stale')
    expect(feed.textContent).toContain('2 gaps')
    expect(feed.textContent).toContain('BTC: 14 candles missing')
  })
})

describe('the log', () => {
  it('shows the tail, then each line as it arrives, never more than its bound', async () => {
    bridge.answer('log.tail', () => Array.from({ length: 1000 }, (_, n) => logLine(n)))
    await open()
    expect(log().getByText('1000 of 1000 lines')).toBeDefined()
    act(() => bridge.log([logLine(1000), logLine(1001)]))
    expect(log().getByText('1000 of 1000 lines')).toBeDefined()
    fireEvent.change(log().getByRole('searchbox'), { target: { value: 'line 100' } })
    expect(log().getByText('3 of 1000 lines')).toBeDefined()
    expect(log().getByText('line 1001')).toBeDefined()
  })
  it('keeps lines that arrive before the tail does', async () => {
    let answer: (lines: Payload<'log'>) => void = () => {}
    bridge.answer('log.tail', () => new Promise((resolve) => (answer = resolve)))
    await open()
    act(() => bridge.log([logLine(2), logLine(3)]))
    answer([logLine(1), logLine(2)])
    await settle()
    expect(log().getByText('3 of 3 lines')).toBeDefined()
    for (const n of [1, 2, 3]) expect(log().getByText(`line ${n}`)).toBeDefined()
  })
  it('filters by level', async () => {
    await open()
    fireEvent.change(log().getByRole('combobox', { name: 'Least level' }), { target: { value: 'warn' } })
    expect(log().getByText('96 of 240 lines')).toBeDefined()
    expect(log().queryByText(/committed 12 records/)).toBeNull()
  })
  it('says that the log cannot be read', async () => {
    bridge.fail('log.tail', { code: 'internal', message: 'the log file is gone' })
    await open()
    expect(log().getByRole('alert').textContent).toContain('the log file is gone')
  })
  it('holds the lines still while paused, counts the new ones, and shows them when followed again', async () => {
    await open()
    fireEvent.click(log().getByRole('button', { name: 'Pause' }))
    act(() => bridge.log([logLine(900), logLine(901)]))
    expect(log().getByText('240 of 240 lines, 2 new')).toBeDefined()
    expect(log().queryByText('line 901')).toBeNull()
    fireEvent.click(log().getByRole('button', { name: 'Follow' }))
    expect(log().getByText('242 of 242 lines')).toBeDefined()
  })
  it('pauses when the reader scrolls up and follows again at the end', async () => {
    await open()
    const lines = log().getByRole('log')
    Object.defineProperty(lines, 'scrollHeight', { configurable: true, value: 4320 })
    const scrollTo = (top: number) => {
      lines.scrollTop = top
      fireEvent.scroll(lines)
    }
    scrollTo(3720)
    expect(log().getByRole('button', { name: 'Pause' })).toBeDefined()
    scrollTo(2000)
    expect(log().getByRole('button', { name: 'Follow' })).toBeDefined()
    scrollTo(3720)
    expect(log().getByRole('button', { name: 'Pause' })).toBeDefined()
  })
})
