// @vitest-environment jsdom
// Proves the desk: nothing at risk is hidden, every change is asked for first, and a refusal is told in plain words.
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { BridgeProvider } from '../../src-renderer/bridge/context.tsx'
import { Notices } from '../../src-renderer/app/notices.tsx'
import { DeskDialogs } from '../../src-renderer/features/desk/desk-dialogs.tsx'
import { DeskPage } from '../../src-renderer/features/desk/desk-page.tsx'
import { startDesk } from '../../src-renderer/stores/desk-store.ts'
import { openDialog, uiStore } from '../../src-renderer/stores/ui-store.ts'
import { FakeBridge } from '../support/fake-bridge.ts'
import { exitView } from '../support/desk-views.ts'
import { fakeFrames, giveElementsASize } from '../support/screen.tsx'

vi.mock('../../src-renderer/features/desk/chart-view.tsx', () => ({ ChartView: () => <div /> }))
giveElementsASize()
// Wide enough for positions and orders side by side.
window.innerWidth = 1920

let bridge: FakeBridge
let stop: () => void
const called = (command: string) => bridge.calls.filter((call) => call.command === command).map((call) => call.input)
const settle = async (ms = 40) => await act(async () => await vi.advanceTimersByTimeAsync(ms))

async function show(prepare: (fake: FakeBridge) => void = () => {}): Promise<void> {
  bridge = new FakeBridge({ minutes: 3000, ahead: 500 })
  prepare(bridge)
  stop = startDesk(bridge)
  render(
    <BridgeProvider bridge={bridge}>
      <DeskPage />
      <DeskDialogs />
      <Notices />
    </BridgeProvider>,
  )
  await settle()
}

beforeEach(() => {
  fakeFrames()
  HTMLElement.prototype.scrollBy = () => {}
  uiStore.setState({ dialog: null, instrumentId: null })
})
afterEach(() => {
  cleanup()
  stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const rowOf = (table: string, text: RegExp) => {
  const row = within(screen.getByRole('table', { name: table }))
    .getAllByRole('row')
    .find((candidate) => text.test(candidate.textContent ?? ''))
  if (!row) throw new Error(`${table} has no row ${String(text)}`)
  return row
}

test('shows positions with exact quantities, their R and how many targets are filled', async () => {
  await show()
  const row = rowOf('Positions', /BTC/)
  expect(row.textContent).toContain('LONG')
  expect(row.textContent).toContain('0.021')
  expect(row.textContent).toContain('+1.06 R')
  expect(row.textContent).toContain('1/3')
})

test('counts the seconds without a stop, in market time', async () => {
  await show()
  const [position] = bridge.snapshot.positions
  if (!position) throw new Error('a position is expected')
  bridge.send([
    {
      type: 'position',
      position: { ...position, stopState: 'failed', phase: 'emergency', secondsUnprotected: 2, unprotectedSinceMs: bridge.nowMs - 5_000 },
    },
  ])
  await settle()
  expect(rowOf('Positions', /BTC/).textContent).toMatch(/emergency.*failed.*7s/)
})

test('lists an order with unknown outcome first and counts it in the title', async () => {
  await show()
  const [, first] = within(screen.getByRole('table', { name: 'Orders' })).getAllByRole('row')
  expect(first?.textContent).toContain('unknown')
  expect(screen.getByText('1 unknown')).toBeTruthy()
})

test('asks before it closes a position, and then sends it once', async () => {
  await show()
  fireEvent.click(screen.getByRole('button', { name: 'Close BTC' }))
  await settle()
  expect(called('position.close')).toEqual([])
  fireEvent.click(screen.getByRole('button', { name: 'Close at market' }))
  await settle()
  expect(called('position.close')).toEqual([{ positionId: 'P1' }])
  expect(uiStore.getState().dialog).toBeNull()
})

test('tells a refusal in plain words with its code, and keeps the question open', async () => {
  await show((fake) => fake.fail('position.close', { code: 'refused', message: 'the position is closing already' }))
  fireEvent.click(screen.getByRole('button', { name: 'Close BTC' }))
  await settle()
  fireEvent.click(screen.getByRole('button', { name: 'Close at market' }))
  await settle()
  expect(screen.getAllByText('Close BTC/USDT: refused').length).toBeGreaterThan(0)
  expect(screen.getAllByText('the position is closing already (refused)').length).toBeGreaterThan(0)
  expect(uiStore.getState().dialog).not.toBeNull()
})

test('closes the question by itself when the position is gone', async () => {
  await show()
  fireEvent.click(screen.getByRole('button', { name: 'Close BTC' }))
  await settle()
  bridge.send([
    { type: 'position_closed', exit: exitView({ positionId: 'P1', instrumentId: 'BTC/USDT:USDT', netPnl: '3', exitReason: 'target' }) },
  ])
  await settle()
  expect(screen.queryByRole('alertdialog')).toBeNull()
})

test('previews a moved stop and sends the text as it was typed', async () => {
  await show()
  const mark = bridge.snapshot.positions[0]?.markPrice ?? 0
  fireEvent.click(screen.getByRole('button', { name: 'Move the stop of BTC' }))
  await settle()
  const field = screen.getByLabelText('Stop price, USDT')
  const send = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Move stop' })
  expect(send().disabled).toBe(true)
  fireEvent.change(field, { target: { value: String(Math.round(mark * 2)) } })
  expect(screen.getByText(/below the mark price/)).toBeTruthy()
  expect(send().disabled).toBe(true)
  const typed = (Math.floor(mark * 0.995 * 10) / 10).toFixed(1)
  fireEvent.change(field, { target: { value: typed } })
  expect(screen.getByRole('row', { name: /Distance from mark/ }).textContent).toContain('0.50%')
  fireEvent.click(send())
  await settle()
  expect(called('position.moveStop')).toEqual([{ positionId: 'P1', stopPrice: typed }])
})

test('proposes the price to which the stop was dragged, on the tick grid', async () => {
  await show()
  act(() => openDialog({ kind: 'move-stop', positionId: 'P1', price: 90_000.04 }))
  await settle()
  expect(screen.getByLabelText<HTMLInputElement>('Stop price, USDT').value).toBe('90000.1')
})

test('cancels an order by its client order id', async () => {
  await show()
  fireEvent.click(within(rowOf('Orders', /ETH.*stop/)).getByRole('button', { name: 'Cancel stop of ETH' }))
  await settle()
  expect(called('order.cancel')).toEqual([{ clientOrderId: 'P2STOP' }])
})

test('shows decisions newest first, filters them, and says why one was blocked', async () => {
  await show()
  const list = screen.getByRole('group', { name: 'Decisions, newest first' })
  const newest = bridge.snapshot.decisions.at(-1)
  expect(within(list).getAllByRole('listitem')[0]?.textContent).toContain(newest?.summary)
  fireEvent.click(screen.getByRole('button', { name: 'blocked' }))
  const rows = within(screen.getByRole('group', { name: 'Decisions, newest first' })).getAllByRole('listitem')
  expect(rows.some((row) => row.textContent?.includes('executed'))).toBe(false)
  expect(rows[0]?.textContent).toMatch(/weak confluence|gross exposure|cooldown|funding/)
})

test('pauses a strategy, and shows the error of one that stopped', async () => {
  await show()
  fireEvent.click(screen.getByRole('button', { name: 'Pause Trend breakout' }))
  await settle()
  expect(called('strategy.pause')).toEqual([{ strategyId: 'trend-breakout', paused: true }])
  expect(screen.getByText(/features.ema is not a function/)).toBeTruthy()
})

test('plays, pauses and changes speed, and asks before it goes elsewhere with open positions', async () => {
  await show()
  fireEvent.click(screen.getByRole('button', { name: 'Pause (Space)' }))
  fireEvent.click(screen.getByRole('button', { name: '600×' }))
  await settle()
  expect(called('playback.setPlaying')).toEqual([{ playing: false }])
  expect(called('playback.setSpeed')).toEqual([{ speed: 600 }])
  act(() => openDialog({ kind: 'seek', positionMs: bridge.nowMs - 3_600_000 }))
  await settle()
  expect(screen.getByText(/2 open positions are closed at the present price/)).toBeTruthy()
  expect(called('playback.seek')).toEqual([])
  fireEvent.click(screen.getByRole('button', { name: 'Go there' }))
  await settle()
  expect(called('playback.seek')).toEqual([{ positionMs: bridge.nowMs - 3_600_000 }])
})

test('hides the playback of a live feed', async () => {
  await show((fake) => (fake.snapshot = { ...fake.snapshot, playback: { ...fake.snapshot.playback, kind: 'live' } }))
  expect(screen.queryByRole('group', { name: /Playback/ })).toBeNull()
})

test('says what is missing instead of an empty table', async () => {
  await show((fake) => (fake.snapshot = { ...fake.snapshot, positions: [], orders: [], decisions: [], strategies: [] }))
  for (const text of ['No open position', 'No working order', 'No decision yet', 'No strategy in this playbook'])
    expect(screen.getByText(text)).toBeTruthy()
})

test('shows why there is no desk when the first snapshot fails', async () => {
  await show((fake) => fake.fail('desk.snapshot', { code: 'engine_down', message: 'The engine is starting.' }))
  expect(screen.getByText('The engine is starting.')).toBeTruthy()
})
