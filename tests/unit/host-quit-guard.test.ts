// Proves that the program does not leave a position without a stop behind unless a person said so, and leaves exactly once.
import { describe, expect, it } from 'vitest'
import { createQuitGuard, type LeftOpen, type Naked, type QuitChoice } from '../../src-main/shells/common/quit-guard.ts'
import type { BridgeResult } from '../../src-shared/bridge/contract.ts'
import { deskSnapshot, position } from '../support/desk-views.ts'
import { type Live, liveOff, liveView } from '../support/fake-live.ts'

type World = {
  /** Positions without a stop; null when the engine does not answer. */
  naked: number | null
  choice: QuitChoice
  /** How many stops cannot be placed. */
  stubborn: number
  answerQuestion: Promise<void>
  /** Null when the engine does not say. */
  live: Live | null
  leavesLive: boolean
}

function setUp(over: Partial<World> = {}) {
  const world: World = {
    naked: 0,
    choice: 'protect-and-quit',
    stubborn: 0,
    answerQuestion: Promise.resolve(),
    live: liveOff(),
    leavesLive: true,
    ...over,
  }
  const calls: string[] = []
  const asked: Naked[] = []
  const leftOpen: LeftOpen[] = []
  const invoke = (command: string): Promise<BridgeResult<unknown>> => {
    calls.push(command)
    if (world.naked === null) return Promise.resolve({ ok: false, error: { code: 'engine_down', message: '' } })
    if (command === 'positions.protectAll') {
      world.naked = world.stubborn
      return Promise.resolve({ ok: true, value: { naked: world.naked } })
    }
    if (command === 'live.state')
      return Promise.resolve(world.live === null ? { ok: false, error: { code: 'timeout', message: '' } } : { ok: true, value: world.live })
    const open = Array.from({ length: world.naked }, (_, n) => position(`p${n}`, n % 2 ? 'failed' : 'none'))
    return Promise.resolve({ ok: true, value: deskSnapshot({ positions: [position('safe', 'working'), ...open] }) })
  }
  const guard = createQuitGuard({
    invoke,
    ask: async (naked) => {
      asked.push(naked)
      await world.answerQuestion
      return world.choice
    },
    askLive: (left) => {
      leftOpen.push(left)
      return Promise.resolve(world.leavesLive)
    },
    tell: (what) => calls.push(what),
    stop: () => {
      calls.push('stop')
      return Promise.resolve('clean')
    },
    exit: (code) => calls.push(`exit ${code}`),
  })
  return { guard, calls, asked, leftOpen, world }
}
const LEFT = ['stop', 'exit 0']

describe('asked to quit by a person', () => {
  it('leaves at once when every position has a working stop', async () => {
    const { guard, calls, asked } = setUp()
    await guard.leaveAsking()
    expect(calls).toEqual(['desk.snapshot', 'live.state', ...LEFT])
    expect(asked).toEqual([])
  })

  it('tells what stays protected at the venue while live, and stays when told to', async () => {
    const { guard, calls, leftOpen, world } = setUp({ live: liveView(), leavesLive: false })
    await guard.leaveAsking()
    const { instrumentId, side, quantity, stopPrice } = position('safe', 'working')
    expect(leftOpen).toEqual([
      { account: 'Binance USDT-M', positions: [`${instrumentId.split(':')[0]} ${side} ${quantity}, stop at ${stopPrice}`] },
    ])
    expect(calls).toEqual(['desk.snapshot', 'live.state'])
    expect(guard.isLeaving()).toBe(false)
    world.leavesLive = true
    await guard.leaveAsking()
    expect(calls.slice(-2)).toEqual(LEFT)
  })

  it('asks nothing about paper, about an account that is not open, or when the engine does not say', async () => {
    for (const live of [liveOff(), liveView({ state: 'waiting', health: null }), null]) {
      const { guard, calls, leftOpen } = setUp({ live })
      await guard.leaveAsking()
      expect(leftOpen).toEqual([])
      expect(calls.slice(-2)).toEqual(LEFT)
    }
  })

  it('asks when a stop is missing, and stays when told to', async () => {
    const { guard, calls, asked } = setUp({ naked: 2, choice: 'stay' })
    await guard.leaveAsking()
    expect(asked).toEqual([2])
    expect(calls).toEqual(['desk.snapshot'])
    expect(guard.isLeaving()).toBe(false)
  })

  it('asks when the engine cannot say, and leaves when told to', async () => {
    const { guard, calls, asked } = setUp({ naked: null, choice: 'quit-anyway' })
    await guard.leaveAsking()
    expect(asked).toEqual(['unknown'])
    expect(calls).toEqual(['desk.snapshot', ...LEFT])
  })

  it('places stops, looks again, and only then leaves', async () => {
    const { guard, calls } = setUp({ naked: 2 })
    await guard.leaveAsking()
    expect(calls).toEqual(['desk.snapshot', 'protecting', 'positions.protectAll', 'desk.snapshot', ...LEFT])
  })

  it('stays, and says so, when a stop could not be placed', async () => {
    const { guard, calls } = setUp({ naked: 2, stubborn: 1 })
    await guard.leaveAsking()
    expect(calls).toEqual(['desk.snapshot', 'protecting', 'positions.protectAll', 'desk.snapshot', 'staying'])
  })

  it('asks once however often quitting is asked for, and again after the answer was to stay', async () => {
    const { guard, asked } = setUp({ naked: 1, choice: 'stay' })
    await Promise.all([guard.leaveAsking(), guard.leaveAsking()])
    expect(asked).toHaveLength(1)
    await guard.leaveAsking()
    expect(asked).toHaveLength(2)
  })
})

describe('forced to end', () => {
  it('places stops without asking, then leaves', async () => {
    const { guard, calls, asked } = setUp({ naked: 1 })
    await guard.leaveForced()
    expect(asked).toEqual([])
    expect(calls).toEqual(['desk.snapshot', 'protecting', 'positions.protectAll', 'desk.snapshot', ...LEFT])
  })

  it('leaves also when the engine does not answer or a stop cannot be placed', async () => {
    for (const over of [{ naked: null }, { naked: 1, stubborn: 1 }]) {
      const { guard, calls } = setUp(over)
      await guard.leaveForced(1)
      expect(calls.slice(-2)).toEqual(['stop', 'exit 1'])
    }
  })

  it('overtakes a question that is still open, and leaves once', async () => {
    const question = Promise.withResolvers<void>()
    const { guard, calls } = setUp({ naked: 1, choice: 'quit-anyway', answerQuestion: question.promise })
    const asking = guard.leaveAsking()
    await guard.leaveForced()
    question.resolve()
    await asking
    expect(calls.filter((call) => call === 'exit 0')).toHaveLength(1)
    expect(calls).toContain('positions.protectAll')
  })
})
