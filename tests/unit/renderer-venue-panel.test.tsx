// @vitest-environment jsdom
// Proves that the System page tells how the venue is: figures against their limits, a budget with what waits and for how long it is banned, streams that
// have gone silent, and every order between two words of the venue, the unknown ones first.
import { act, cleanup, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UnderWayPanel, ordersUnderWay } from '../../src-renderer/features/system/under-way.tsx'
import { VenuePanel } from '../../src-renderer/features/system/venue-panel.tsx'
import { FakeBridge } from '../support/fake-bridge.ts'
import { liveView, venueHealth } from '../support/fake-live.ts'
import { giveElementsASize, settle, showPage } from '../support/screen.tsx'

giveElementsASize()
let bridge: FakeBridge
let leave = () => {}

beforeEach(() => {
  bridge = new FakeBridge({ minutes: 3000, ahead: 60 })
})
afterEach(() => {
  leave()
  cleanup()
  vi.useRealTimers()
})

async function open() {
  const page = (
    <>
      <VenuePanel />
      <UnderWayPanel />
    </>
  )
  leave = (await showPage(bridge, page)).leave
}
const tell = async (view: Parameters<FakeBridge['setLive']>[0]) => {
  act(() => bridge.setLive(view))
  await settle()
}
const venue = () => within(screen.getByRole('region', { name: 'Venue' }))
const figure = (name: string) => venue().getByText(name).nextElementSibling

describe('the venue', () => {
  it('is none on paper', async () => {
    await open()
    expect(venue().getByText('On paper')).toBeDefined()
  })
  it('says why it is not there yet', async () => {
    await open()
    await tell(liveView({ state: 'waiting', message: 'the keychain is locked', health: null }))
    expect(venue().getByText('The account cannot be opened now')).toBeDefined()
    expect(venue().getByText('the keychain is locked')).toBeDefined()
    await tell(liveView({ state: 'connecting', health: null }))
    expect(venue().getByText('The account is being opened')).toBeDefined()
  })
  it('tells its figures', async () => {
    await open()
    await tell(liveView({ health: venueHealth({ submitMsP50: 8.25, submitMsP99: null, lastSnapshotMs: Date.now() - 4000 }) }))
    expect(figure('Clock offset')?.textContent).toBe('−14 ms')
    expect(figure('Round trip')?.textContent).toBe('42 ms')
    expect(figure('Submit p50')?.textContent).toBe('8.3 ms')
    expect(figure('Submit p99')?.textContent).toBe('—')
    expect(figure('Unprotected now')?.textContent).toBe('none0 incidents')
    expect(venue().getByText(/snapshot of the account 4s ago, 1 reconnect/)).toBeDefined()
  })
  it('marks a wrong clock and positions without a stop', async () => {
    await open()
    await tell(liveView({ health: venueHealth({ clockOffsetMs: 1312 }), unprotected: { positions: 2, secondsMax: 7.42, incidents: 1 } }))
    expect(figure('Clock offset')?.className).toContain('text-down')
    expect(figure('Unprotected now')?.textContent).toBe('2, 7.4 s1 incident')
    expect(figure('Unprotected now')?.className).toContain('text-down')
  })
  it('shows the budget with what waits, and a ban only while it lasts', async () => {
    await open()
    const meter = () => venue().getByRole('meter', { name: 'Rate budget used' })
    const budget = { used: 600, limit: 2400, windowMs: 60_000, waiting: 3, bannedUntilMs: Date.now() + 65_500 }
    await tell(liveView({ health: venueHealth({ budget }) }))
    expect(meter().getAttribute('aria-valuenow')).toBe('25')
    expect(meter().getAttribute('aria-valuetext')).toBe('600 of 2,400 per 1m 00s (25%)')
    expect(venue().getByText('3 waiting')).toBeDefined()
    expect(venue().getByText(/^banned for 1m 0[45]s$/)).toBeDefined()
    await tell(liveView({ health: venueHealth({ budget: { ...budget, used: 9999, bannedUntilMs: Date.now() - 5000 } }) }))
    expect(meter().getAttribute('aria-valuenow')).toBe('100')
    expect(venue().queryByText(/^banned/)).toBeNull()
  })
  it('marks a stream that is silent for longer than it may be', async () => {
    await open()
    const streams = [
      { name: 'user data', ageMs: 142_000, ageMsMax: 90_000 },
      { name: 'mark price', ageMs: 850, ageMsMax: 10_000 },
    ]
    await tell(liveView({ health: venueHealth({ streams }) }))
    const rows = venue().getAllByRole('listitem')
    expect(rows[0]?.textContent).toBe('user data142 s / 90 s, late')
    expect(rows[1]?.textContent).toBe('mark price0.9 s / 10 s')
    await tell(liveView({ health: venueHealth({ streams: [] }) }))
    expect(venue().getByText('No stream is open.')).toBeDefined()
  })
})

describe('orders under way', () => {
  const [order] = new FakeBridge({ minutes: 300, ahead: 60 }).snapshot.orders
  if (!order) throw new Error('an order is expected')
  const inState = (state: typeof order.state, updatedMs: number) => ({ ...order, clientOrderId: `${state} ${updatedMs}`, state, updatedMs })

  it('are those that wait for the venue, unknown ones first, then the oldest', () => {
    const states = ['accepted', 'submitted', 'partially_filled', 'pending_cancel', 'unknown', 'initialized', 'triggered'] as const
    const orders = [...states.map((state) => inState(state, 50)), inState('unknown', 20)]
    expect(ordersUnderWay(orders).map(({ clientOrderId }) => clientOrderId)).toEqual([
      'unknown 20',
      'unknown 50',
      'pending_cancel 50',
      'submitted 50',
      'initialized 50',
    ])
  })
  it('tell their age and how many are unknown', async () => {
    bridge.snapshot = {
      ...bridge.snapshot,
      marketMs: 100_000_000,
      orders: [inState('unknown', 99_995_000), inState('submitted', 99_999_000)],
    }
    await open()
    const panel = within(screen.getByRole('region', { name: /Orders under way/ }))
    expect(panel.getByText('1 with unknown outcome')).toBeDefined()
    const rows = panel.getAllByRole('row').slice(1)
    expect(rows.map((row) => within(row).getAllByRole('cell')[1]?.textContent)).toEqual(['5s', '1s'])
  })
  it('are none when the venue has answered all', async () => {
    bridge.snapshot = { ...bridge.snapshot, orders: [inState('accepted', 1)] }
    await open()
    expect(screen.getByText('Nothing under way')).toBeDefined()
  })
})
