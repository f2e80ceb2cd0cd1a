// @vitest-environment jsdom
// Proves that the Control page does nothing by a slip: a position is closed by its typed symbol, orphans of others are left alone, and every act is
// in the audit log of the right account, page by page, with its proof.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ControlDialogs } from '../../src-renderer/features/control/control-dialogs.tsx'
import { ControlPage } from '../../src-renderer/features/control/control-page.tsx'
import { uiStore } from '../../src-renderer/stores/ui-store.ts'
import { FakeBridge } from '../support/fake-bridge.ts'
import { answerLive, liveOff, liveView, orphans } from '../support/fake-live.ts'
import { answerJournal } from '../support/journal-views.ts'
import { giveElementsASize, settle, showPage } from '../support/screen.tsx'

giveElementsASize()
let bridge: FakeBridge
let leave = () => {}

beforeEach(() => {
  bridge = new FakeBridge({ minutes: 3000, ahead: 60 })
  answerJournal(bridge)
  answerLive(bridge)
  uiStore.setState({ dialog: null, books: 'live' })
})
afterEach(() => {
  leave()
  cleanup()
  vi.useRealTimers()
})

async function open() {
  const page = (
    <>
      <ControlPage />
      <ControlDialogs />
    </>
  )
  leave = (await showPage(bridge, page)).leave
}
const panel = (name: string) => within(screen.getByRole('region', { name }))
const question = () => within(screen.getByRole('alertdialog'))
const called = (command: string) => bridge.calls.filter((call) => call.command === command).map(({ input }) => input)
const click = async (button: HTMLElement) => {
  fireEvent.click(button)
  await settle()
}

describe('live trading', () => {
  it('is told and begun from here', async () => {
    bridge.live = liveOff('the account of Binance USDT-M could not be opened: the key has expired')
    await open()
    expect(panel('Live trading').getByText('paper')).toBeDefined()
    expect(panel('Live trading').getByText(/the key has expired/)).toBeDefined()
    await click(panel('Live trading').getByRole('button', { name: 'Trade live…' }))
    expect(uiStore.getState().dialog).toEqual({ kind: 'live-sheet' })
  })
  it('is ended from here, and says what is unprotected', async () => {
    bridge.live = liveView({ unprotected: { positions: 1, secondsMax: 7.42, incidents: 2 } })
    await open()
    expect(panel('Live trading').getByText('1 now, 7.4 s')).toBeDefined()
    expect(panel('Live trading').getByText(', 2 incidents')).toBeDefined()
    await click(panel('Live trading').getByRole('button', { name: 'Back to paper' }))
    expect(uiStore.getState().dialog).toEqual({ kind: 'back-to-paper' })
  })
  it('opens the question of the kill switch', async () => {
    await open()
    await click(panel('Live trading').getByRole('button', { name: 'Kill switch…' }))
    expect(uiStore.getState().dialog).toEqual({ kind: 'kill' })
  })
})

describe('closing a position', () => {
  const confirm = () => question().getByRole<HTMLButtonElement>('button', { name: 'Close at market' })
  const type = (text: string) => fireEvent.change(question().getByRole('textbox'), { target: { value: text } })
  const openQuestion = async () => {
    await open()
    await click(panel('Open positions').getByRole('button', { name: 'Close BTC/USDT long' }))
  }

  it('takes the typed symbol and no other', async () => {
    await openQuestion()
    for (const wrong of ['', 'BT', 'ETH', 'BTCUSDT ETH']) {
      type(wrong)
      expect(confirm().disabled).toBe(true)
      fireEvent.submit(question().getByRole('textbox'))
    }
    await settle()
    expect(called('position.close')).toEqual([])
    type('btc/usdt')
    expect(confirm().disabled).toBe(false)
    fireEvent.submit(question().getByRole('textbox'))
    await settle()
    expect(called('position.close')).toEqual([{ positionId: bridge.snapshot.positions[0]?.id }])
    expect(uiStore.getState().dialog).toBeNull()
  })
  it('stays open when it is refused', async () => {
    bridge.fail('position.close', { code: 'refused', message: 'position P1 is closing already' })
    await openQuestion()
    type('BTC')
    await click(confirm())
    expect(uiStore.getState().dialog?.kind).toBe('close-typed')
  })
  it('says that no stop works', async () => {
    bridge.snapshot = {
      ...bridge.snapshot,
      positions: bridge.snapshot.positions.map((position) => ({ ...position, stopState: 'failed', unprotectedSinceMs: bridge.nowMs })),
    }
    await open()
    expect(panel('Open positions').getAllByText('none works')).toHaveLength(2)
  })
})

describe('orphan orders', () => {
  it('are none on a good day, and cannot be cleaned then', async () => {
    await open()
    expect(panel('Orphan orders').getByText('No orphan order')).toBeDefined()
    expect(panel('Orphan orders').getByRole<HTMLButtonElement>('button', { name: 'Clean orphans…' }).disabled).toBe(true)
    expect(called('control.orphans')).toHaveLength(1)
  })
  it('are cleaned after a question that leaves those of others alone, and looked for again', async () => {
    bridge.answer('control.orphans', () => orphans())
    await open()
    expect(panel('Orphan orders').getByText('1 ours, 1 of others')).toBeDefined()
    expect(panel('Orphan orders').getByText('not ours')).toBeDefined()
    await click(panel('Orphan orders').getByRole('button', { name: 'Clean orphans…' }))
    expect(question().getByText(/The 1 of others stays\./)).toBeDefined()
    expect(called('orphans.clean')).toEqual([])
    bridge.answer('control.orphans', () => ({ orders: [] }))
    await click(question().getByRole('button', { name: 'Cancel them' }))
    expect(called('orphans.clean')).toEqual([{}])
    expect(panel('Orphan orders').getByText('No orphan order')).toBeDefined()
  })
  it('cannot be cleaned when there are only those of others', async () => {
    bridge.answer('control.orphans', () => ({ orders: orphans().orders.filter(({ ours }) => !ours) }))
    await open()
    expect(panel('Orphan orders').getByRole<HTMLButtonElement>('button', { name: 'Clean orphans…' }).disabled).toBe(true)
  })
  it('are asked for again when the account changes', async () => {
    await open()
    act(() => bridge.setLive(liveView()))
    await settle()
    expect(called('control.orphans')).toHaveLength(2)
  })
  it('say so when the venue cannot be asked', async () => {
    bridge.fail('control.orphans', { code: 'refused', message: 'Binance USDT-M did not answer within 10 s' })
    await open()
    expect(panel('Orphan orders').getByText('Binance USDT-M did not answer within 10 s')).toBeDefined()
  })
})

it('pauses a strategy', async () => {
  await open()
  await click(panel('Strategies').getByRole('button', { name: 'Pause Trend breakout' }))
  expect(called('strategy.pause')).toEqual([{ strategyId: 'trend-breakout', paused: true }])
})

describe('the audit log', () => {
  const log = () => panel('Audit log')
  it('tells who did what, what it changed, and what was refused, newest first', async () => {
    await open()
    const cells = log()
      .getAllByRole('row')
      .slice(1, 4)
      .map((row) =>
        within(row)
          .getAllByRole('cell')
          .map(({ textContent }) => textContent),
      )
    expect(cells[0]?.slice(1)).toEqual([
      'screen, this machine',
      'live arm',
      'paper → Binance USDT-M, acknowledged aaaaaaaaaaaa',
      'paper',
      'live',
      'done',
    ])
    expect(cells[2]?.slice(4)).toEqual(['—', '—', 'refused'])
    expect(log().getByText('240 entries, newest first')).toBeDefined()
  })
  it('turns its pages', async () => {
    await open()
    await click(log().getByRole('button', { name: 'Older' }))
    expect(called('journal.audit').at(-1)).toEqual({ limit: 100, offset: 100 })
    expect(log().getByText('101 to 200 of 240')).toBeDefined()
  })
  it('verifies the chain of the account that is shown', async () => {
    bridge.live = liveView()
    await open()
    await click(log().getByRole('button', { name: 'Verify chain' }))
    expect(called('journal.verify')).toEqual([{ run: 'live:binanceusdm:live' }])
    expect(log().getByText('Chain intact, 48,210 records')).toBeDefined()
  })
  it('asks the account while live, and paper when told to; what was verified of one says nothing of the other', async () => {
    bridge.live = liveView()
    await open()
    expect(called('journal.audit').at(-1)).toMatchObject({ run: 'live:binanceusdm:live' })
    await click(log().getByRole('button', { name: 'Verify chain' }))
    await click(screen.getByRole('button', { name: 'Paper beside it' }))
    expect(called('journal.audit').at(-1)).toEqual({ limit: 100, offset: 0 })
    expect(log().queryByText(/Chain intact/)).toBeNull()
  })
})
