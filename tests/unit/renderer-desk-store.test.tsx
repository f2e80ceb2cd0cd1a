// @vitest-environment jsdom
// Proves that the replica stays in step with the engine: snapshot, deltas by sequence, and a new snapshot whenever a frame may be missing.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { candleBus } from '../../src-renderer/stores/candle-bus.ts'
import { DECISIONS_MAX, emptyDesk, foldEvents } from '../../src-renderer/stores/desk-state.ts'
import { type DeskClock, deskStore, startDesk } from '../../src-renderer/stores/desk-store.ts'
import { BTC, FakeBridge } from '../support/fake-bridge.ts'
import { exitView } from '../support/desk-views.ts'

class FakeClock implements DeskClock {
  frames: (() => void)[] = []
  timers: { readonly delayMs: number; readonly run: () => void }[] = []
  nowMs = () => 1_000
  nextFrame = (run: () => void) => {
    this.frames.push(run)
    return () => void (this.frames = this.frames.filter((other) => other !== run))
  }
  after = (delayMs: number, run: () => void) => {
    const timer = { delayMs, run }
    this.timers.push(timer)
    return () => void (this.timers = this.timers.filter((other) => other !== timer))
  }
  paint(): void {
    for (const run of this.frames.splice(0)) run()
  }
}

const answers = async () => {
  for (let turn = 0; turn < 8; turn++) await Promise.resolve()
}
const snapshotsTaken = () => bridge.calls.filter(({ command }) => command === 'desk.snapshot').length
const account = (equity: number) => ({ type: 'account' as const, account: { ...bridge.snapshot.account, equity } })

let bridge: FakeBridge
let clock: FakeClock
let stop: () => void

beforeEach(async () => {
  bridge = new FakeBridge({ minutes: 3000, ahead: 500 })
  clock = new FakeClock()
  stop = startDesk(bridge, clock)
  await answers()
})
afterEach(() => stop())

test('takes the first snapshot and is ready', () => {
  expect(deskStore.getState().phase).toBe('ready')
  expect(deskStore.getState().positions).toHaveLength(2)
  expect(deskStore.getState().host?.mode).toBe('paper')
})

test('draws many frames in one commit', () => {
  let commits = 0
  const off = deskStore.subscribe(() => (commits += 1))
  for (let i = 1; i <= 50; i++) bridge.send([account(i)])
  expect(commits).toBe(0)
  clock.paint()
  expect(commits).toBe(1)
  expect(deskStore.getState().account?.equity).toBe(50)
  expect(deskStore.getState().sequence).toBe(50)
  off()
})

test('keeps the identity of what did not change, so that untouched rows are not drawn again', () => {
  const before = deskStore.getState()
  const [first, second] = before.positions
  if (!first || !second) throw new Error('two positions are expected')
  bridge.send([{ type: 'position', position: { ...first, markPrice: 1 } }])
  clock.paint()
  const after = deskStore.getState()
  expect(after.positions[0]?.markPrice).toBe(1)
  expect(after.positions[1]).toBe(second)
  expect(after.orders).toBe(before.orders)
  expect(after.decisions).toBe(before.decisions)
})

test('takes a new snapshot when a frame is missing, and does not apply what follows the hole', async () => {
  bridge.send([account(1)])
  bridge.send([account(3)], 3)
  clock.paint()
  expect(deskStore.getState().account?.equity).not.toBe(3)
  await answers()
  expect(snapshotsTaken()).toBe(2)
  bridge.send([account(4)])
  clock.paint()
  expect(deskStore.getState().account?.equity).toBe(4)
})

test('takes a new snapshot when told to resync', async () => {
  bridge.snapshot = { ...bridge.snapshot, playbook: 'other' }
  bridge.emit('resync', { reason: 'slow' })
  await answers()
  expect(deskStore.getState().playbook).toBe('other')
})

test('takes a new snapshot when the connection is back, and says when it is lost', async () => {
  bridge.setConnected(false)
  expect(deskStore.getState().connected).toBe(false)
  bridge.setConnected(true)
  await answers()
  expect(deskStore.getState().connected).toBe(true)
  expect(snapshotsTaken()).toBe(2)
})

test('takes a new snapshot from a restarted engine, whose frames are numbered from the beginning', async () => {
  for (let i = 0; i < 5; i++) bridge.send([account(i)])
  clock.paint()
  bridge.send([account(6)])
  bridge.restart()
  bridge.send([account(77)])
  await answers()
  clock.paint()
  expect(snapshotsTaken()).toBe(2)
  expect(deskStore.getState()).toMatchObject({ sequence: 1, account: { equity: 77 } })
})

test('applies frames that came while the snapshot was on its way, and only those it does not contain', async () => {
  const snapshot = bridge.snapshot
  let give: (() => void) | undefined
  bridge.answer('desk.snapshot', () => new Promise((resolve) => (give = () => resolve({ ...snapshot, sequence: 11 }))))
  bridge.emit('resync', { reason: 'slow' })
  await answers()
  bridge.send([account(11)], 11)
  bridge.send([account(12)], 12)
  give?.()
  await answers()
  clock.paint()
  expect(deskStore.getState().sequence).toBe(12)
  expect(deskStore.getState().account?.equity).toBe(12)
})

test('drops what piles up beyond its limit and takes a snapshot instead', async () => {
  for (let i = 0; i < 2001; i++) bridge.send([])
  await answers()
  expect(snapshotsTaken()).toBe(2)
})

test('keeps the old picture when a snapshot fails, and tries again with growing pauses', async () => {
  bridge.fail('desk.snapshot', { code: 'engine_down', message: 'gone' })
  bridge.emit('resync', { reason: 'slow' })
  await answers()
  expect(deskStore.getState().phase).toBe('ready')
  expect(deskStore.getState().error?.code).toBe('engine_down')
  expect(clock.timers.map(({ delayMs }) => delayMs)).toEqual([500])
  clock.timers.splice(0)[0]?.run()
  await answers()
  expect(clock.timers.map(({ delayMs }) => delayMs)).toEqual([1000])
  bridge.fail('desk.snapshot', null)
  clock.timers.splice(0)[0]?.run()
  await answers()
  expect(deskStore.getState().error).toBeNull()
})

test('hands candles to the chart past React, and tells it when some may be missing', async () => {
  const seen: string[] = []
  const offs = [
    candleBus.listen(BTC, ({ candles }) => void seen.push(...candles.map(({ timeframe }) => timeframe))),
    candleBus.onGap(() => void seen.push('gap')),
  ]
  bridge.advance(5)
  clock.paint()
  expect(seen.filter((timeframe) => timeframe === '1m')).toHaveLength(5)
  expect(seen).toContain('5m')
  bridge.emit('resync', { reason: 'slow' })
  await answers()
  expect(seen.at(-1)).toBe('gap')
  for (const off of offs) off()
})

test('is empty again after it was stopped, and listens to nothing', () => {
  stop()
  bridge.send([account(5)])
  clock.paint()
  expect(deskStore.getState()).toEqual(emptyDesk)
})

test('removes orders that have ended and never one whose outcome is unknown', () => {
  const [order] = bridge.snapshot.orders
  if (!order) throw new Error('an order is expected')
  const unknown = foldEvents(emptyDesk, [{ type: 'order', order: { ...order, state: 'unknown' } }]).state
  expect(unknown.orders).toHaveLength(1)
  for (const state of ['filled', 'canceled', 'rejected', 'expired', 'denied'] as const) {
    expect(foldEvents(unknown, [{ type: 'order', order: { ...order, state } }]).state.orders).toHaveLength(0)
  }
})

test('keeps at most 500 decisions, the newest, and none twice', () => {
  const [decision] = bridge.snapshot.decisions
  if (!decision) throw new Error('a decision is expected')
  const many = Array.from({ length: 700 }, (_, i) => ({ type: 'decision' as const, decision: { ...decision, id: `N${i}` } }))
  const { state } = foldEvents(emptyDesk, many)
  expect(state.decisions).toHaveLength(DECISIONS_MAX)
  expect(state.decisions.at(-1)?.id).toBe('N699')
  expect(foldEvents(state, many.slice(-3)).state.decisions).toHaveLength(DECISIONS_MAX)
})

test('gives the same state when every event is applied twice', () => {
  const events = [
    account(3),
    { type: 'position_closed' as const, exit: exitView({ positionId: 'P1', instrumentId: BTC, netPnl: '1', exitReason: 'stop' }) },
  ]
  const before = deskStore.getState()
  expect(foldEvents(before, [...events, ...events]).state).toEqual(foldEvents(before, events).state)
})
