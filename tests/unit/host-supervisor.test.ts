// Proves how the supervisor of the engine reacts to time and to every kind of failure, against a transport that only records.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { EngineSupervisor, SUPERVISOR_DEFAULTS } from '../../src-main/host/engine-supervisor.ts'
import type { EngineTransport } from '../../src-main/host/transport.ts'
import type { FromEngine, ToEngine } from '../../src-shared/bridge/wire.ts'

class FakeTransport implements EngineTransport {
  readonly kind = 'thread'
  readonly posted: ToEngine[] = []
  killed = false
  say: (message: FromEngine) => void = () => {}
  exit: (reason: string) => void = () => {}
  post(message: ToEngine): void {
    this.posted.push(message)
  }
  onMessage(listener: (message: FromEngine) => void): void {
    this.say = listener
  }
  onExit(listener: (reason: string) => void): void {
    this.exit = listener
  }
  kill(): Promise<void> {
    this.killed = true
    return Promise.resolve()
  }
  sent(kind: ToEngine['t']): number {
    return this.posted.filter((message) => message.t === kind).length
  }
}

function setUp() {
  const generations: FakeTransport[] = []
  const trouble: { spawn: Error | null } = { spawn: null }
  const states: string[] = []
  const events: string[] = []
  const supervisor = new EngineSupervisor(
    () => {
      if (trouble.spawn) throw trouble.spawn
      const transport = new FakeTransport()
      generations.push(transport)
      return transport
    },
    {
      onState: (state) => states.push(state),
      onEvent: (topic, json) => events.push(`${topic} ${json}`),
      onMetrics: () => {},
      onLog: () => {},
    },
  )
  const newest = (): FakeTransport => {
    const transport = generations.at(-1)
    if (!transport) throw new Error('nothing was started')
    return transport
  }
  const startReady = (): FakeTransport => {
    supervisor.start()
    newest().say({ t: 'ready' })
    return newest()
  }
  return { supervisor, trouble, generations, states, events, newest, startReady }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a running engine', () => {
  it('is pinged every second and stays while it answers', () => {
    const t = setUp()
    const engine = t.startReady()
    for (let second = 1; second <= 60; second++) {
      vi.advanceTimersByTime(1_000)
      engine.say({ t: 'pong', n: 1 })
    }
    expect(engine.sent('ping')).toBe(60)
    expect(t.supervisor.state).toBe('running')
  })

  it('is killed when five pings stay unanswered, and one more second has passed', () => {
    const t = setUp()
    const engine = t.startReady()
    vi.advanceTimersByTime(5_000)
    expect(engine.killed).toBe(false)
    vi.advanceTimersByTime(1_000)
    expect(engine.killed).toBe(true)
    expect(t.supervisor.state).toBe('restarting')
    expect(t.supervisor.lastError).toContain('heartbeat')
  })

  it('passes events through as the text they came in', () => {
    const t = setUp()
    t.startReady().say({ t: 'event', topic: 'desk', json: '{"odd" : 1}' })
    expect(t.events).toEqual(['desk {"odd" : 1}'])
  })

  it('is not listened to any more once it was given up', () => {
    const t = setUp()
    const first = t.startReady()
    vi.advanceTimersByTime(6_000)
    vi.advanceTimersByTime(250)
    t.newest().say({ t: 'ready' })
    first.say({ t: 'event', topic: 'desk', json: 'late' })
    first.say({ t: 'fatal', message: 'late' })
    first.exit('late')
    expect(t.events).toEqual([])
    expect(t.supervisor.state).toBe('running')
    expect(t.generations).toHaveLength(2)
  })
})

describe('restarting', () => {
  it('waits 0.25, 1, 3, 10 and 30 seconds, then gives up', () => {
    const t = setUp()
    t.startReady()
    for (const [n, pauseMs] of [250, 1_000, 3_000, 10_000, 30_000].entries()) {
      t.newest().exit('died')
      vi.advanceTimersByTime(pauseMs - 1)
      expect(t.generations).toHaveLength(n + 1)
      vi.advanceTimersByTime(1)
      expect(t.generations).toHaveLength(n + 2)
      t.newest().say({ t: 'ready' })
    }
    t.newest().exit('died')
    expect(t.supervisor.state).toBe('failed')
    vi.advanceTimersByTime(3_600_000)
    expect(t.generations).toHaveLength(6)
    expect(t.supervisor.restarts).toBe(5)
  })

  it('forgets restarts that are older than ten minutes', () => {
    const t = setUp()
    t.startReady()
    for (let crash = 0; crash < 20; crash++) {
      t.newest().exit('died')
      vi.advanceTimersByTime(250)
      t.newest().say({ t: 'ready' })
      for (let minute = 0; minute < 11; minute++) {
        for (let second = 0; second < 60; second++) {
          t.newest().say({ t: 'pong', n: 0 })
          vi.advanceTimersByTime(1_000)
        }
      }
    }
    expect(t.supervisor.state).toBe('running')
  })

  it('counts an engine that never becomes ready as dead', () => {
    const t = setUp()
    t.supervisor.start()
    vi.advanceTimersByTime(SUPERVISOR_DEFAULTS.startTimeoutMs)
    expect(t.newest().killed).toBe(true)
    expect(t.supervisor.state).toBe('restarting')
  })

  it('tries again when an engine cannot even be started, and gives up in the end', () => {
    const t = setUp()
    t.trouble.spawn = new Error('no memory')
    t.supervisor.start()
    expect(t.supervisor.state).toBe('restarting')
    vi.advanceTimersByTime(3_600_000)
    expect(t.supervisor.state).toBe('failed')
    expect(t.supervisor.lastError).toContain('no memory')
  })

  it('does not restart an engine that says a restart would not help, and keeps its sentence', () => {
    const t = setUp()
    t.supervisor.start()
    t.newest().say({ t: 'fatal', message: 'The journal is damaged.' })
    vi.advanceTimersByTime(3_600_000)
    expect(t.supervisor.state).toBe('failed')
    expect(t.supervisor.lastError).toBe('The journal is damaged.')
    expect(t.newest().killed).toBe(true)
    expect(t.generations).toHaveLength(1)
  })

  it('starts an engine again that says when it may help, as often as it takes, and not after it was stopped', async () => {
    const t = setUp()
    t.supervisor.start()
    for (let start = 1; start <= 20; start += 1) {
      t.newest().say({ t: 'fatal', message: 'The venue is in maintenance.', againMs: 5_000 })
      expect(t.supervisor.state).toBe('failed')
      vi.advanceTimersByTime(4_999)
      expect(t.generations).toHaveLength(start)
      vi.advanceTimersByTime(1)
      expect(t.generations).toHaveLength(start + 1)
    }
    t.newest().say({ t: 'ready' })
    expect(t.supervisor.state).toBe('running')
    t.newest().say({ t: 'fatal', message: 'The venue is in maintenance.', againMs: 5_000 })
    await t.supervisor.stop()
    vi.advanceTimersByTime(60_000)
    expect(t.generations).toHaveLength(21)
  })

  it('starts anew from failed when a person asks, with the count of restarts cleared', async () => {
    const t = setUp()
    t.supervisor.start()
    t.newest().say({ t: 'fatal', message: 'x' })
    await t.supervisor.restart()
    t.newest().say({ t: 'ready' })
    expect(t.supervisor.state).toBe('running')
    expect(t.generations).toHaveLength(2)
  })
})

describe('requests', () => {
  it('answer engine_down before the engine is ready', async () => {
    const t = setUp()
    t.supervisor.start()
    expect(await t.supervisor.request('desk.snapshot', {})).toMatchObject({ ok: false, error: { code: 'engine_down' } })
  })

  it('time out after ten seconds, and a late answer changes nothing', async () => {
    const t = setUp()
    const engine = t.startReady()
    const answer = t.supervisor.request('desk.snapshot', {})
    for (let second = 0; second < 10; second++) {
      engine.say({ t: 'pong', n: 0 })
      vi.advanceTimersByTime(1_000)
    }
    expect(await answer).toMatchObject({ ok: false, error: { code: 'timeout' } })
    engine.say({ t: 'response', id: 1, ok: true, value: 1 })
    expect(t.supervisor.state).toBe('running')
  })

  it('in flight are told that the outcome is unknown when the engine dies, and are not sent again', async () => {
    const t = setUp()
    const first = t.startReady()
    const answer = t.supervisor.request('position.close', { positionId: 'p' })
    first.exit('SIGKILL')
    const result = await answer
    expect(result).toMatchObject({ ok: false, error: { code: 'engine_down' } })
    vi.advanceTimersByTime(250)
    t.newest().say({ t: 'ready' })
    expect(t.newest().sent('request')).toBe(0)
  })

  it('are refused beyond a bound', async () => {
    const t = setUp()
    const engine = t.startReady()
    for (let n = 0; n < 256; n++) void t.supervisor.request('desk.snapshot', {})
    expect(await t.supervisor.request('desk.snapshot', {})).toMatchObject({ ok: false, error: { code: 'refused' } })
    expect(engine.sent('request')).toBe(256)
  })

  it('never carry a code that the contract does not know', async () => {
    const t = setUp()
    const engine = t.startReady()
    const answer = t.supervisor.request('desk.snapshot', {})
    engine.say({ t: 'response', id: 1, ok: false, code: 'E_ODD', message: 'odd' })
    expect(await answer).toEqual({ ok: false, error: { code: 'internal', message: 'odd' } })
  })
})

describe('stopping', () => {
  it('is clean when the engine says goodbye', async () => {
    const t = setUp()
    const engine = t.startReady()
    const outcome = t.supervisor.stop()
    expect(engine.sent('shutdown')).toBe(1)
    engine.say({ t: 'bye' })
    expect(await outcome).toBe('clean')
    expect(t.states.slice(-2)).toEqual(['stopping', 'stopped'])
    expect(engine.killed).toBe(true)
  })

  it('is forced after eight seconds of silence', async () => {
    const t = setUp()
    const engine = t.startReady()
    const outcome = t.supervisor.stop()
    await vi.advanceTimersByTimeAsync(7_999)
    expect(engine.killed).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await outcome).toBe('forced')
    expect(engine.killed).toBe(true)
  })

  it('is forced, and starts nothing, when the engine dies instead of saying goodbye', async () => {
    const t = setUp()
    const engine = t.startReady()
    const outcome = t.supervisor.stop()
    engine.exit('exit code 1')
    expect(await outcome).toBe('forced')
    vi.advanceTimersByTime(3_600_000)
    expect(t.generations).toHaveLength(1)
  })

  it('asked twice sends one shutdown and tells both', async () => {
    const t = setUp()
    const engine = t.startReady()
    const both = Promise.all([t.supervisor.stop(), t.supervisor.stop()])
    engine.say({ t: 'bye' })
    expect(await both).toEqual(['clean', 'clean'])
    expect(engine.sent('shutdown')).toBe(1)
  })

  it('is not undone by a restart that was asked for before, or is asked for meanwhile', async () => {
    const t = setUp()
    const engine = t.startReady()
    const before = t.supervisor.restart()
    const stop = t.supervisor.stop()
    const meanwhile = t.supervisor.restart()
    engine.say({ t: 'bye' })
    await Promise.all([before, stop, meanwhile])
    await t.supervisor.restart()
    expect(t.supervisor.state).toBe('stopped')
    expect(t.generations).toHaveLength(1)
  })

  it('while a restart is pending leaves nothing behind', async () => {
    const t = setUp()
    t.startReady().exit('died')
    expect(await t.supervisor.stop()).toBe('clean')
    vi.advanceTimersByTime(3_600_000)
    expect(t.generations).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })
})
