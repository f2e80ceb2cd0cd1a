// @vitest-environment jsdom
// Proves that neither way in believes what breaks the contract, that a lost connection is opened again with growing pauses, and
// that a request never waits for ever.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Bridge } from '../../src-shared/bridge/contract.ts'
import { decodeResult } from '../../src-renderer/bridge/decode.ts'
import { connectDesktop } from '../../src-renderer/bridge/desktop-bridge.ts'
import { LOGIN_NEEDED, connectSocket, takeToken } from '../../src-renderer/bridge/socket-bridge.ts'
import { FakeBridge } from '../support/fake-bridge.ts'

const CAPABILITIES = { nativeNotifications: false, openLogsFolder: false, saveFile: true }
const errors: string[] = []

beforeEach(() => {
  errors.length = 0
  vi.spyOn(console, 'error').mockImplementation((text: string) => void errors.push(text))
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  vi.unstubAllGlobals()
  sessionStorage.clear()
})

describe('decoding', () => {
  test('passes a good answer and a known error on', () => {
    expect(decodeResult('positions.protectAll', { ok: true, value: { naked: 2 } })).toEqual({ ok: true, value: { naked: 2 } })
    const refused = { ok: false, error: { code: 'refused', message: 'no' } } as const
    expect(decodeResult('position.close', refused)).toEqual(refused)
  })

  test.each([
    [null],
    ['text'],
    [{ ok: true }],
    [{ ok: true, value: { naked: 'two' } }],
    [{ ok: false, error: { code: 'made_up', message: '' } }],
    [{ ok: false }],
  ])('turns %j into an internal error that names the command', (raw) => {
    const result = decodeResult('positions.protectAll', raw)
    expect(result).toMatchObject({ ok: false, error: { code: 'internal' } })
    if (!result.ok) expect(result.error.message).toContain('positions.protectAll')
  })
})

describe('desktop', () => {
  function preload(protocol = 1) {
    const emit = new Map<string, (payload: unknown) => void>()
    return {
      emit,
      exposed: {
        hello: async () => ({ protocol, capabilities: CAPABILITIES }),
        invoke: async (command: string): Promise<unknown> => {
          if (command === 'engine.restart') throw new Error('channel closed')
          return { ok: true, value: {} }
        },
        subscribe: (topic: string, listener: (payload: unknown) => void) => {
          emit.set(topic, listener)
          return () => void emit.delete(topic)
        },
      },
    }
  }

  test('reads events as JSON text', async () => {
    const { exposed, emit } = preload()
    const bridge = await connectDesktop(exposed)
    const frames: unknown[] = []
    const off = bridge.subscribe('desk', (frame) => void frames.push(frame))
    emit.get('desk')?.('{"sequence":1,"events":[]}')
    off()
    emit.get('desk')?.('{"sequence":2,"events":[]}')
    expect(frames).toEqual([{ sequence: 1, events: [] }])
  })

  test.each(['{', '{"sequence":"1","events":[]}', '{"sequence":1,"events":[{"type":"account","account":{"equity":"much"}}]}'])(
    'drops the frame %s, and asks for a new snapshot',
    async (text) => {
      const { exposed, emit } = preload()
      const bridge = await connectDesktop(exposed)
      const seen: string[] = []
      bridge.subscribe('desk', () => void seen.push('desk'))
      bridge.subscribe('resync', () => void seen.push('resync'))
      emit.get('desk')?.(text)
      emit.get('desk')?.(text)
      expect(seen).toEqual(['resync', 'resync'])
      expect(errors.length).toBeLessThanOrEqual(1)
    },
  )

  test('answers with an error when the channel throws', async () => {
    const bridge = await connectDesktop(preload().exposed)
    expect(await bridge.invoke('engine.restart', {})).toEqual({ ok: false, error: { code: 'engine_down', message: 'channel closed' } })
  })

  test('refuses a program of another protocol', async () => {
    await expect(connectDesktop(preload(2).exposed)).rejects.toThrow('protocol')
  })
})

class FakeSocket extends EventTarget {
  static readonly OPEN = 1
  static all: FakeSocket[] = []
  readyState = 0
  readonly sent: { t: string; token?: string; id?: number; command?: string }[] = []
  readonly url: string
  constructor(url: string) {
    super()
    this.url = url
    FakeSocket.all.push(this)
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as FakeSocket['sent'][number])
  }
  open(): void {
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
  }
  say(message: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data: typeof message === 'string' ? message : JSON.stringify(message) }))
  }
  drop(code = 1006): void {
    this.readyState = 3
    this.dispatchEvent(new CloseEvent('close', { code }))
  }
}

describe('socket', () => {
  beforeEach(() => {
    FakeSocket.all = []
    vi.useFakeTimers()
    vi.stubGlobal('WebSocket', FakeSocket)
  })
  const newest = (): FakeSocket => {
    const socket = FakeSocket.all.at(-1)
    if (!socket) throw new Error('no socket was opened')
    return socket
  }
  const welcome = (session = 's1') => newest().say({ t: 'welcome', session, capabilities: CAPABILITIES })
  async function connected(): Promise<Bridge> {
    const bridge = connectSocket('ws://127.0.0.1:1/ws', 'token')
    newest().open()
    welcome()
    return bridge
  }

  test('logs in with the token of the link and keeps the session for this tab', async () => {
    await connected()
    expect(newest().sent).toEqual([{ t: 'hello', v: 1, token: 'token' }])
    expect(sessionStorage.getItem('session')).toBe('s1')
  })

  test('takes the token once and removes it from the address bar', () => {
    history.replaceState(null, '', '/#t=secret')
    expect(takeToken()).toBe('secret')
    expect(location.hash).toBe('')
    sessionStorage.setItem('session', 's9')
    expect(takeToken()).toBe('s9')
  })

  test('leaves a page address in the hash alone', () => {
    history.replaceState(null, '', '/#/journal')
    takeToken()
    expect(location.hash).toBe('#/journal')
  })

  test('says what to do when the login is refused, and does not try again', async () => {
    const bridge = connectSocket('ws://127.0.0.1:1/ws', 'used')
    const refused = expect(bridge).rejects.toThrow(LOGIN_NEEDED)
    newest().drop(4401)
    await refused
    vi.advanceTimersByTime(60_000)
    expect(FakeSocket.all).toHaveLength(1)
  })

  test('matches answers to requests, in any order', async () => {
    const bridge = await connected()
    const first = bridge.invoke('positions.protectAll', {})
    const second = bridge.invoke('engine.restart', {})
    newest().say({ t: 'response', id: 2, result: { ok: true, value: {} } })
    newest().say({ t: 'response', id: 1, result: { ok: true, value: { naked: 0 } } })
    expect(await second).toEqual({ ok: true, value: {} })
    expect(await first).toEqual({ ok: true, value: { naked: 0 } })
  })

  test('calls the outcome of a request unknown when the connection breaks, and a late one timed out', async () => {
    const bridge = await connected()
    const lost = bridge.invoke('engine.restart', {})
    newest().drop()
    expect(await lost).toMatchObject({ ok: false, error: { code: 'engine_down', message: expect.stringContaining('unknown') as string } })
    expect(await bridge.invoke('engine.restart', {})).toMatchObject({ ok: false, error: { code: 'engine_down' } })
    vi.advanceTimersByTime(250)
    newest().open()
    welcome()
    const late = bridge.invoke('engine.restart', {})
    vi.advanceTimersByTime(20_000)
    expect(await late).toMatchObject({ ok: false, error: { code: 'timeout' } })
  })

  test('opens again with growing, bounded pauses, logs in with the session, and tells both times', async () => {
    const bridge = await connected()
    const told: boolean[] = []
    bridge.onConnection((connection) => void told.push(connection))
    const pauses: number[] = []
    for (let attempt = 0; attempt < 9; attempt++) {
      const count = FakeSocket.all.length
      newest().drop()
      let waited = 0
      while (FakeSocket.all.length === count && waited < 60_000) {
        vi.advanceTimersByTime(50)
        waited += 50
      }
      pauses.push(waited)
    }
    expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000])
    newest().open()
    expect(newest().sent).toEqual([{ t: 'hello', v: 1, token: 's1' }])
    welcome('s2')
    expect(told).toEqual([false, true])
  })

  test('ignores messages that are no JSON, of no known kind, or of no known topic', async () => {
    const bridge = await connected()
    const seen: unknown[] = []
    bridge.subscribe('desk', (frame) => void seen.push(frame))
    for (const message of ['{', '7', { t: 'surprise' }, { t: 'event', topic: 'gossip', payload: 1 }]) newest().say(message)
    newest().say({ t: 'event', topic: 'desk', payload: { sequence: 4, events: [] } })
    expect(seen).toEqual([{ sequence: 4, events: [] }])
  })
})

test('the in-memory engine speaks the contract: its snapshot and its stream are accepted', async () => {
  const fake = new FakeBridge({ minutes: 3000, ahead: 500 })
  const snapshot = await fake.invoke('desk.snapshot', {})
  expect(snapshot.ok).toBe(true)
  let frames = 0
  fake.subscribe('desk', () => (frames += 1))
  fake.advance(60)
  expect(frames).toBe(1)
})
