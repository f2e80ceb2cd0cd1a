// Proves that the screen knows how live trading stands: from the topic, from a question where the topic is silent, and never from an older answer.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isArmed, isLive, liveRunOf, liveStore, startLive } from '../../src-renderer/stores/live-store.ts'
import type { BridgeResult, CommandName, Input, Output } from '../../src-shared/bridge/contract.ts'
import { FakeBridge } from '../support/fake-bridge.ts'
import { liveOff, liveView } from '../support/fake-live.ts'

let bridge: FakeBridge
let stop = () => {}
const view = () => liveStore.getState().view
const answered = () => new Promise((resolve) => setTimeout(resolve))

beforeEach(() => {
  bridge = new FakeBridge({ minutes: 200, ahead: 60 })
})
afterEach(() => stop())

it('asks at the start and then listens', async () => {
  bridge.live = liveView()
  stop = startLive(bridge)
  expect(view()).toBeNull()
  await answered()
  expect(view()?.state).toBe('live')
  bridge.setLive(liveOff())
  expect(view()?.state).toBe('off')
})

it('asks again after a lost connection and when an engine has started', async () => {
  stop = startLive(bridge)
  await answered()
  bridge.live = liveView({ state: 'waiting', message: 'the keychain is locked', health: null })
  bridge.setConnected(true)
  await answered()
  expect(view()?.state).toBe('waiting')
  bridge.live = liveView()
  bridge.restart()
  await answered()
  expect(view()?.state).toBe('live')
})

it('keeps what the topic said while the question was on its way', async () => {
  let answer: (result: BridgeResult<unknown>) => void = () => {}
  const slow = new (class extends FakeBridge {
    override async invoke<C extends CommandName>(command: C, input: Input<C>): Promise<BridgeResult<Output<C>>> {
      if (command !== 'live.state') return super.invoke(command, input)
      // The one answer that the test gives is that of this command.
      return new Promise((resolve) => (answer = resolve as typeof answer))
    }
  })({ minutes: 200, ahead: 60 })
  stop = startLive(slow)
  slow.setLive(liveView())
  answer({ ok: true, value: liveOff() })
  await answered()
  expect(view()?.state).toBe('live')
})

it('knows nothing more once stopped', async () => {
  bridge.live = liveView()
  startLive(bridge)()
  await answered()
  expect(view()).toBeNull()
})

it('names the journal of the account only while the desk shows it', () => {
  expect(liveRunOf(null)).toBeNull()
  expect(liveRunOf(liveOff())).toBeNull()
  expect(liveRunOf(liveView({ state: 'waiting', health: null }))).toBeNull()
  expect(liveRunOf(liveView())).toBe('live:binanceusdm:live')
  expect([isArmed(liveView({ state: 'waiting' })), isLive(liveView({ state: 'waiting' })), isArmed(liveOff()), isArmed(null)]).toEqual([
    true,
    false,
    false,
    false,
  ])
})
