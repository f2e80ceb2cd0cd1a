// @vitest-environment jsdom
// Proves what surrounds every page: the mode cannot be mistaken, trouble is named, and the kill switch needs a held button or a typed word.
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { App } from '../../src-renderer/app/app.tsx'
import { healthOf } from '../../src-renderer/app/health.ts'
import { HOLD_MS } from '../../src-renderer/app/hold-button.tsx'
import { deskStore } from '../../src-renderer/stores/desk-store.ts'
import { uiStore } from '../../src-renderer/stores/ui-store.ts'
import { FakeBridge } from '../support/fake-bridge.ts'
import { liveView } from '../support/fake-live.ts'
import { FakeLab } from '../support/fake-lab.ts'
import { fakeFrames, giveElementsASize } from '../support/screen.tsx'

// The canvas is proved in a real browser; jsdom has none.
vi.mock('../../src-renderer/features/desk/chart-view.tsx', () => ({
  ChartView: ({ instrument, timeframe, stale }: { instrument: { id: string }; timeframe: string; stale: boolean }) => (
    <div data-testid="chart" data-stale={stale}>
      {instrument.id} {timeframe}
    </div>
  ),
}))

let bridge: FakeBridge
giveElementsASize()

/** Answers take microtasks, frames and timers the fake clock. */
async function settle(ms = 40): Promise<void> {
  await act(async () => await vi.advanceTimersByTimeAsync(ms))
}
const called = (command: string) => bridge.calls.filter((call) => call.command === command).map((call) => call.input)
const key = (init: KeyboardEventInit) =>
  act(() => void window.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init })))

beforeEach(async () => {
  fakeFrames()
  vi.stubGlobal('matchMedia', (query: string) => ({
    matches: false,
    media: query,
    addEventListener: () => {},
    removeEventListener: () => {},
  }))
  Element.prototype.scrollIntoView = () => {}
  history.replaceState(null, '', '/')
  uiStore.setState({ dialog: null, instrumentId: null, bottomTab: 'positions', timeframe: '5m', theme: 'dark', alertsSeenMs: 0 })
  bridge = new FakeBridge({ minutes: 3000, ahead: 500 })
  render(<App bridge={bridge} />)
  await settle()
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('ribbon', () => {
  test('shows paper as a plain word, and the money of the account', () => {
    expect(screen.getByTestId('mode').textContent).toBe('PAPER')
    expect(screen.queryByTestId('live-edge')).toBeNull()
    expect(screen.getByTestId('account').textContent).toContain('Drawdown2.31%')
  })

  test('puts an edge around the whole window while live', async () => {
    bridge.setLive(liveView())
    await settle()
    expect(screen.getByTestId('mode').textContent).toBe('LIVE')
    expect(screen.getByTestId('live-edge')).toBeTruthy()
  })

  test('shows the new figures after one frame', async () => {
    bridge.send([{ type: 'account', account: { ...bridge.snapshot.account, equity: 9_876.5, dayPnl: -12, dayReturn: -0.0012 } }])
    await settle()
    expect(screen.getByTestId('account').textContent).toContain('9,876.50')
    expect(screen.getByTestId('account').textContent).toContain('−12.00−0.12%')
  })

  test('says why trading is halted and when that ends, and asks before it resumes', async () => {
    const trip = {
      code: 'day_loss',
      message: 'Lost 2.04% today, limit 2.00%',
      tsMs: bridge.nowMs,
      state: 'halted' as const,
      resumeMs: bridge.nowMs + 3_600_000,
    }
    bridge.send([{ type: 'risk', risk: { tradingState: 'halted', trips: [trip], limits: [] } }])
    await settle()
    fireEvent.click(screen.getByRole('button', { name: /^Trading is\s*Halted/ }))
    await settle()
    expect(screen.getByText(trip.message)).toBeTruthy()
    expect(screen.getByText(/in 1h 00m/)).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Resume trading…' }))
    await settle()
    expect(called('trading.setState')).toEqual([])
    fireEvent.click(within(screen.getByRole('alertdialog')).getByRole('button', { name: 'Resume trading' }))
    await settle()
    expect(called('trading.setState')).toEqual([{ state: 'active' }])
  })
})

describe('kill switch', () => {
  const button = () => screen.getByRole('button', { name: /^Kill switch/ })

  test('acts after it was held for 800 ms', async () => {
    fireEvent.pointerDown(button(), { button: 0 })
    await settle(HOLD_MS - 10)
    expect(called('kill.activate')).toEqual([])
    await settle(20)
    expect(called('kill.activate')).toEqual([{ confirmation: 'KILL' }])
  })

  test('does nothing but ask when it was pressed shortly', async () => {
    fireEvent.pointerDown(button(), { button: 0 })
    await settle(100)
    fireEvent.pointerUp(button())
    await settle(HOLD_MS * 2)
    expect(called('kill.activate')).toEqual([])
    expect(screen.getByRole('dialog', { name: /Stop all trading/ })).toBeTruthy()
  })

  test('does nothing when the pointer slips off the button', async () => {
    fireEvent.pointerDown(button(), { button: 0 })
    await settle(400)
    fireEvent.pointerLeave(button())
    await settle(HOLD_MS)
    expect(called('kill.activate')).toEqual([])
    expect(uiStore.getState().dialog).toBeNull()
  })

  test('opens with Ctrl+Shift+K, says what it will do, and takes only the whole word', async () => {
    key({ key: 'K', ctrlKey: true, shiftKey: true })
    await settle()
    const dialog = screen.getByRole('dialog', { name: /Stop all trading/ })
    expect(dialog.textContent).toContain('Closes 2 positions at market, cancels 6 orders')
    const field = within(dialog).getByRole('textbox')
    fireEvent.change(field, { target: { value: 'kil' } })
    fireEvent.submit(field)
    await settle()
    expect(called('kill.activate')).toEqual([])
    fireEvent.change(field, { target: { value: 'kill' } })
    fireEvent.submit(field)
    await settle()
    expect(called('kill.activate')).toEqual([{ confirmation: 'KILL' }])
    expect(uiStore.getState().dialog).toBeNull()
  })

  test('stays open and says why when the engine refuses', async () => {
    bridge.fail('kill.activate', { code: 'engine_down', message: 'worker is restarting' })
    key({ key: 'k', metaKey: true, shiftKey: true })
    await settle()
    const field = within(screen.getByRole('dialog')).getByRole('textbox')
    fireEvent.change(field, { target: { value: 'KILL' } })
    fireEvent.submit(field)
    await settle()
    expect(uiStore.getState().dialog).toEqual({ kind: 'kill' })
    expect(screen.getAllByText(/worker is restarting \(engine_down\)/).length).toBeGreaterThan(0)
  })
})

describe('trouble', () => {
  const banner = () => screen.queryByTestId('banner')?.textContent ?? null
  /** The venue has told what became of the order that nobody knew about. */
  const answered = () =>
    bridge.snapshot.orders
      .filter(({ state }) => state === 'unknown')
      .map((order) => ({ type: 'order' as const, order: { ...order, state: 'accepted' as const } }))

  test('shows no banner on a good day', async () => {
    bridge.send(answered())
    await settle()
    expect(banner()).toBeNull()
  })

  test('names a lost connection and the age of the data', async () => {
    bridge.setConnected(false)
    await settle(3100)
    expect(banner()).toMatch(/Connection to the program lost.*3s old/)
    expect(screen.getByTestId('chart').dataset['stale']).toBe('true')
  })

  test('tells that a restarted engine reconciles, and offers to restart one that gave up', async () => {
    bridge.setHost({ state: 'restarting', restarts: 1 })
    await settle()
    expect(banner()).toContain('Engine restarted, reconciling')
    bridge.setHost({ state: 'failed', lastError: 'journal is damaged' })
    await settle()
    expect(banner()).toContain('journal is damaged')
    fireEvent.click(screen.getByRole('button', { name: 'Restart engine' }))
    await settle()
    expect(called('engine.restart')).toEqual([{}])
  })

  test('greys the chart when the feed is stale', async () => {
    bridge.send([{ type: 'feed', feed: { ...bridge.snapshot.feed, state: 'stale', detail: 'No candle for 3 minutes.' } }])
    await settle()
    expect(banner()).toContain('new entries are refused')
    expect(screen.getByTestId('chart').dataset['stale']).toBe('true')
  })

  test('puts a position without a stop above stale data, and offers to protect it', async () => {
    const [position] = bridge.snapshot.positions
    if (!position) throw new Error('a position is expected')
    bridge.send([
      { type: 'feed', feed: { ...bridge.snapshot.feed, state: 'stale' } },
      { type: 'position', position: { ...position, stopState: 'failed', unprotectedSinceMs: bridge.nowMs } },
    ])
    await settle()
    expect(banner()).toContain('No working stop at the venue: BTC/USDT long')
    fireEvent.click(screen.getByRole('button', { name: 'Protect all' }))
    await settle()
    expect(called('positions.protectAll')).toEqual([{}])
  })

  test('shows a critical alert at once and counts the others', async () => {
    const alert = { code: 'stop_failed', message: 'the stop could not be placed', tsMs: bridge.nowMs + 1, instrumentId: null }
    bridge.send([{ type: 'alert', alert: { ...alert, severity: 'critical' } }])
    await settle(500)
    expect(screen.getAllByText(/the stop could not be placed/).length).toBeGreaterThan(0)
    expect(screen.getByRole('button', { name: 'Notifications, 2 new' })).toBeTruthy()
  })

  test('sorts what is wrong: naked positions are bad, unknown orders need attention', () => {
    const desk = deskStore.getState()
    expect(healthOf(desk)).toMatchObject({ level: 'attention' })
    expect(healthOf({ ...desk, orders: [], strategies: [] })).toEqual({ level: 'good', reasons: [] })
    const naked = desk.positions.map((position) => ({ ...position, unprotectedSinceMs: 1 }))
    expect(healthOf({ ...desk, positions: naked })).toMatchObject({
      level: 'bad',
      reasons: expect.arrayContaining(['2 positions without a working stop']) as string[],
    })
    expect(healthOf({ ...desk, connected: false }).level).toBe('bad')
  })
})

describe('keys', () => {
  test('walk through pages, symbols and timeframes', async () => {
    key({ key: ']' })
    key({ key: '.' })
    await settle()
    expect(screen.getByTestId('chart').textContent).toBe('ETH/USDT:USDT 15m')
    for (const [number, hash] of [
      ['3', '#/context'],
      ['4', '#/risk'],
      ['5', '#/journal'],
      ['6', '#/lab'],
      ['7', '#/data'],
      ['8', '#/system'],
      ['9', '#/control'],
      ['0', '#/settings'],
    ] as const) {
      key({ key: number })
      expect(location.hash).toBe(hash)
    }
    key({ key: 'g' })
    key({ key: 'c' })
    expect(location.hash).toBe('#/context')
    key({ key: 'g' })
    key({ key: 'd' })
    expect(location.hash).toBe('#/')
  })

  test('work from the moment the page is open', () => {
    const event = new KeyboardEvent('keydown', { key: '4', bubbles: true, cancelable: true })
    Object.defineProperty(event, 'timeStamp', { value: 30 })
    act(() => void window.dispatchEvent(event))
    expect(location.hash).toBe('#/risk')
  })

  test('open the order book from any page, and give the positions back', async () => {
    key({ key: '4' })
    key({ key: 'o' })
    expect(location.hash).toBe('#/')
    expect(uiStore.getState().bottomTab).toBe('book')
    key({ key: 'o' })
    expect(uiStore.getState().bottomTab).toBe('positions')
  })

  test('pause the recording with Space, and leave fields alone', async () => {
    key({ key: ' ' })
    await settle()
    expect(called('playback.setPlaying')).toEqual([{ playing: false }])
    key({ key: 'k', ctrlKey: true })
    await settle()
    fireEvent.keyDown(screen.getByRole('combobox'), { key: ' ' })
    await settle()
    expect(called('playback.setPlaying')).toHaveLength(1)
  })

  test('reach actions through the palette', async () => {
    key({ key: 'k', ctrlKey: true })
    await settle()
    fireEvent.click(screen.getByRole('option', { name: /Close ETH\/USDT short/ }))
    await settle()
    expect(uiStore.getState().dialog).toEqual({ kind: 'close-position', positionId: 'P2' })
  })

  test('reach the lab and its data by letter, and every task and dialog through the palette', async () => {
    const lab = new FakeLab(bridge, { series: 5, jobs: true })
    act(() => lab.tell())
    key({ key: 'g' })
    key({ key: 'l' })
    expect(location.hash).toBe('#/lab')
    await settle()
    for (const [option, task] of [
      ['New backtest', 'backtest'],
      ['New parity check', 'parity'],
      ['New walk-forward', 'walk_forward'],
    ] as const) {
      key({ key: 'k', ctrlKey: true })
      await settle()
      fireEvent.click(screen.getByRole('option', { name: option }))
      expect(uiStore.getState().labTask).toBe(task)
    }
    key({ key: 'k', ctrlKey: true })
    await settle()
    fireEvent.click(screen.getByRole('option', { name: 'Import market data…' }))
    expect(location.hash).toBe('#/data')
    expect(uiStore.getState().dialog).toEqual({ kind: 'import', files: [] })
    act(() => uiStore.setState({ dialog: { kind: 'palette' } }))
    await settle()
    fireEvent.click(screen.getByRole('option', { name: /^Cancel walk-forward, IMBA on BTC, ETH, 18 windows/ }))
    await settle()
    expect(called('lab.job.cancel')).toEqual([{ jobId: 'JA' }])
  })

  test('show the help with ?', async () => {
    key({ key: '?' })
    await settle()
    expect(screen.getByRole('dialog', { name: 'Keys' })).toBeTruthy()
  })
})
