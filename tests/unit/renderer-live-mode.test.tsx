// @vitest-environment jsdom
// Proves that paper and live cannot be taken for one another on any page, that going back asks only what there is to decide, and that trouble with the
// account says what is protected and what is not.
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { App } from '../../src-renderer/app/app.tsx'
import { healthOf } from '../../src-renderer/app/health.ts'
import { accountTrouble, unknownTrouble } from '../../src-renderer/app/live-trouble.ts'
import { emptyDesk } from '../../src-renderer/stores/desk-state.ts'
import { uiStore } from '../../src-renderer/stores/ui-store.ts'
import { FakeBridge } from '../support/fake-bridge.ts'
import { BINANCE, answerLive, liveOff, liveView, venueHealth } from '../support/fake-live.ts'
import { fakeFrames, giveElementsASize } from '../support/screen.tsx'

vi.mock('../../src-renderer/features/desk/chart-view.tsx', () => ({ ChartView: () => <div data-testid="chart" /> }))

let bridge: FakeBridge
giveElementsASize()

async function settle(ms = 40): Promise<void> {
  await act(async () => await vi.advanceTimersByTimeAsync(ms))
}
const called = (command: string) => bridge.calls.filter((call) => call.command === command).map((call) => call.input)
const tell = async (view: Parameters<FakeBridge['setLive']>[0]) => {
  act(() => bridge.setLive(view))
  await settle()
}
const press = async (name: string) => {
  fireEvent.click(screen.getByRole('button', { name }))
  await settle()
}
const banner = () => screen.queryByTestId('banner')?.textContent ?? null
const flat = async () => {
  bridge.snapshot = { ...bridge.snapshot, positions: [] }
  bridge.setConnected(true)
  await settle()
}

beforeEach(async () => {
  fakeFrames()
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }))
  Element.prototype.scrollIntoView = () => {}
  history.replaceState(null, '', '/')
  uiStore.setState({ dialog: null, liveAccount: BINANCE, books: 'live' })
  bridge = new FakeBridge({ minutes: 3000, ahead: 500 })
  bridge.snapshot = { ...bridge.snapshot, orders: bridge.snapshot.orders.filter(({ state }) => state !== 'unknown') }
  answerLive(bridge)
  render(<App bridge={bridge} />)
  await settle()
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the ribbon', () => {
  test('leads from paper to the sheet', async () => {
    expect(screen.getByTestId('mode').textContent).toBe('PAPER')
    await press('LIVE')
    expect(screen.getByRole('dialog', { name: 'Trade live' })).toBeTruthy()
    expect(called('live.disarm')).toEqual([])
  })

  test('says whose account is traded, and that real money is at stake', async () => {
    await tell(liveView())
    expect(screen.getByTestId('mode').textContent).toBe('LIVE')
    expect(screen.getByTestId('live-account').textContent).toContain('Binance USDT-M')
    expect(screen.getByTestId('live-edge').dataset).toMatchObject({ money: 'real', open: 'true' })
  })

  test('marks an account without money differently, and one that is not open yet', async () => {
    await tell(liveView({ state: 'connecting', account: { venue: 'okx', environment: 'practice' }, health: null }))
    expect(screen.getByTestId('live-account').textContent).toBe('OKX (practice venue)connecting')
    expect(screen.getByTestId('live-edge').dataset['money']).toBe('none')
    expect(screen.getByTestId('live-edge').dataset['open']).toBeUndefined()
  })

  test('tells why it waits', async () => {
    await tell(liveView({ state: 'waiting', message: 'the keychain is locked', health: null }))
    expect(screen.getByTestId('live-account').textContent).toBe('Binance USDT-Mwaiting: the keychain is locked')
  })
})

describe('back to paper', () => {
  const question = () => within(screen.getByRole('alertdialog', { name: 'Back to paper?' }))

  test('is one click when nothing is open, and cancels the entries that wait', async () => {
    await tell(liveView())
    await flat()
    await press('PAPER')
    expect(screen.queryByRole('alertdialog')).toBeNull()
    expect(called('live.disarm')).toEqual([{ positions: 'close' }])
    await settle()
    expect(screen.getByTestId('mode').textContent).toBe('PAPER')
    expect(screen.queryByTestId('live-edge')).toBeNull()
  })

  test.each([
    [/^Keep them, protected at the venue/, 'keep'],
    [/^Close them at market, now/, 'close'],
  ] as const)('asks what to do with open positions: %s', async (name, positions) => {
    await tell(liveView())
    await press('PAPER')
    expect(question().getByText('BTC/USDT')).toBeTruthy()
    const leave = question().getByRole<HTMLButtonElement>('button', { name: 'Back to paper' })
    expect(leave.disabled).toBe(true)
    expect(called('live.disarm')).toEqual([])
    fireEvent.click(question().getByRole('radio', { name }))
    fireEvent.submit(leave)
    await settle()
    expect(called('live.disarm')).toEqual([{ positions }])
    expect(uiStore.getState().dialog).toBeNull()
  })

  test('warns of keeping what no stop protects', async () => {
    await tell(liveView())
    const [position] = bridge.snapshot.positions
    if (!position) throw new Error('a position is expected')
    bridge.send([{ type: 'position', position: { ...position, stopState: 'failed', unprotectedSinceMs: bridge.nowMs } }])
    await settle()
    await press('PAPER')
    expect(question().getByText(/No stop works for BTC\/USDT: kept like this, nothing limits the loss/)).toBeTruthy()
  })

  test('says that nothing can be closed while the account is not open', async () => {
    await tell(liveView({ state: 'waiting', message: 'locked', health: null }))
    await press('PAPER')
    expect(question().getByText(/nothing can be closed or looked up there/)).toBeTruthy()
    expect(question().queryByRole('radio')).toBeNull()
    fireEvent.click(question().getByRole('button', { name: 'Back to paper' }))
    await settle()
    expect(called('live.disarm')).toEqual([{ positions: 'keep' }])
  })

  test('stays when the engine refuses', async () => {
    bridge.fail('live.disarm', { code: 'engine_down', message: 'the engine is restarting' })
    await tell(liveView())
    await press('PAPER')
    fireEvent.click(question().getByRole('radio', { name: /^Keep/ }))
    fireEvent.submit(question().getByRole('button', { name: 'Back to paper' }))
    await settle()
    expect(uiStore.getState().dialog).toEqual({ kind: 'back-to-paper' })
    expect(screen.getByTestId('mode').textContent).toBe('LIVE')
  })
})

describe('trouble with the account', () => {
  test('has no line on paper or on a good day', async () => {
    expect(banner()).toBeNull()
    await tell(liveView())
    expect(banner()).toBeNull()
  })

  test('a venue that does not answer: what is protected, and what is not', async () => {
    await tell(liveView({ health: venueHealth({ state: 'down', detail: 'no answer for 42 s' }) }))
    expect(banner()).toContain(
      'Binance USDT-M does not answer. No answer for 42 s. Protected by stops at the venue: BTC/USDT long, ETH/USDT short.',
    )
    expect(screen.getByTestId('health').dataset['level']).toBe('bad')
  })

  test('an account that cannot be opened leads to Control', async () => {
    await tell(liveView({ state: 'waiting', message: 'the keychain is locked', health: null }))
    expect(banner()).toContain('cannot be opened: the keychain is locked. It is tried again; nothing is sent')
    expect(within(screen.getByTestId('banner')).getByRole('link').getAttribute('href')).toBe('#/control')
  })

  test('a position without a stop comes first', async () => {
    await tell(liveView({ health: venueHealth({ state: 'down' }) }))
    const [position] = bridge.snapshot.positions
    if (!position) throw new Error('a position is expected')
    bridge.send([{ type: 'position', position: { ...position, stopState: 'failed', unprotectedSinceMs: bridge.nowMs } }])
    await settle()
    expect(banner()).toContain('No working stop at the venue: BTC/USDT long')
  })

  test('an order with unknown outcome is told once a look-up should have answered', async () => {
    const [order] = bridge.snapshot.orders
    if (!order) throw new Error('an order is expected')
    bridge.send([{ type: 'order', order: { ...order, state: 'unknown', updatedMs: bridge.nowMs - 1000 } }])
    await settle()
    expect(banner()).toBeNull()
    bridge.send([{ type: 'order', order: { ...order, state: 'unknown', updatedMs: bridge.nowMs - 9000 } }])
    await settle()
    expect(banner()).toContain('Unknown outcome of an order for 9s')
    expect(banner()).toContain('none is sent again before it has answered')
  })

  const positions = () => bridge.snapshot.positions
  const told = (health: Parameters<typeof venueHealth>[0]) =>
    accountTrouble({ view: liveView({ health: venueHealth(health) }), positions: positions(), nowMs: 1_000_000 })?.text ?? null

  test('names the clock, and which way it is wrong', () => {
    expect(told({ clockOffsetMs: 500 })).toBeNull()
    expect(told({ clockOffsetMs: 1312.4 })).toContain('This clock is 1,312 ms behind that of Binance USDT-M')
    expect(told({ clockOffsetMs: -700 })).toContain('This clock is 700 ms ahead of that of')
  })

  test('names maintenance, a ban while it lasts, and half trouble', () => {
    expect(told({ state: 'maintenance' })).toContain('is under maintenance.')
    const budget = { used: 2400, limit: 2400, windowMs: 60_000, waiting: 3, bannedUntilMs: 1_095_000 }
    expect(told({ budget })).toContain('refuses requests for another 1m 35s: only emergencies are sent.')
    expect(told({ budget: { ...budget, bannedUntilMs: 999_999 } })).toBeNull()
    expect(told({ state: 'degraded', detail: 'user data is 140 s old' })).toBe('Binance USDT-M works with trouble. User data is 140 s old.')
  })

  test('repeats what the engine says about going back', () => {
    const view = liveView({ message: 'still live: 2 positions could not be closed within 60 s' })
    expect(accountTrouble({ view, positions: [], nowMs: 0 })?.text).toBe('Still live: 2 positions could not be closed within 60 s.')
    expect(accountTrouble({ view: liveOff('locked'), positions: [], nowMs: 0 })).toBeNull()
  })

  test('tells the oldest of several unknown orders', () => {
    const [order] = bridge.snapshot.orders
    if (!order) throw new Error('an order is expected')
    const unknown = (clientOrderId: string, updatedMs: number) => ({ ...order, clientOrderId, state: 'unknown' as const, updatedMs })
    expect(unknownTrouble([unknown('a', 90_000), unknown('b', 40_000)], 100_000)?.text).toContain('Unknown outcome of 2 orders for 1m 00s')
    expect(unknownTrouble([order], 100_000)).toBeNull()
  })

  test('colours the lamp', () => {
    const parts = { ...emptyDesk, connected: true }
    expect(healthOf({ ...parts, live: liveView() }).level).toBe('good')
    expect(healthOf({ ...parts, live: liveView({ health: venueHealth({ clockOffsetMs: 900 }) }) }).level).toBe('attention')
    expect(healthOf({ ...parts, live: liveView({ state: 'waiting', health: null }) }).reasons).toEqual([
      'live trading is armed and the account cannot be opened',
    ])
  })
})
