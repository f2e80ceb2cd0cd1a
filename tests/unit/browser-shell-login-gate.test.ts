// Proves who may come into the browser shell, for how long, and that guessing locks out the guesser and not the user.
import { describe, expect, it } from 'vitest'
import { LOGIN_GATE_DEFAULTS, LoginGate } from '../../src-main/shells/browser/login-gate.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
function setUp() {
  const clock = { nowMs: 1_000_000 }
  const gate = new LoginGate({ nowMs: () => clock.nowMs })
  const enter = (secret: string) => {
    const session = gate.enter(secret)
    if (!session) throw new Error('was not let in')
    return session
  }
  const guess = (times: number): void => {
    for (let n = 0; n < times; n++) gate.enter(`guess ${n}`)
  }
  return { clock, gate, enter, guess }
}

describe('a login token', () => {
  it('works once, for two minutes', () => {
    const { clock, gate } = setUp()
    const [used, late] = [gate.issueToken(), gate.issueToken()]
    expect(gate.enter(used)).not.toBeNull()
    expect(gate.enter(used)).toBeNull()
    clock.nowMs += 2 * MINUTE_MS
    expect(gate.enter(late)).toBeNull()
  })

  it('has 256 random bits and is not the secret of its session', () => {
    const { gate, enter } = setUp()
    const token = gate.issueToken()
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    expect(enter(token).secret).not.toBe(token)
  })

  it('gives way, oldest first, when too many are unused', () => {
    const { gate } = setUp()
    const tokens = Array.from({ length: 17 }, () => gate.issueToken())
    expect(tokens.map((token) => gate.enter(token) !== null)).toEqual([false, ...Array<boolean>(16).fill(true)])
  })
})

describe('a session', () => {
  it('lets in again and again, and ends after twelve hours without use', () => {
    const { clock, gate, enter } = setUp()
    const { secret } = enter(gate.issueToken())
    clock.nowMs += 12 * HOUR_MS - 1
    expect(enter(secret).secret).toBe(secret)
    clock.nowMs += 12 * HOUR_MS
    expect(gate.enter(secret)).toBeNull()
  })

  it('lives on while it says that it is in use, and cannot be revived afterwards', () => {
    const { clock, gate, enter } = setUp()
    const session = enter(gate.issueToken())
    for (let hour = 0; hour < 100; hour++) {
      clock.nowMs += HOUR_MS
      expect(session.touch()).toBe(true)
    }
    clock.nowMs += 12 * HOUR_MS
    expect(session.touch()).toBe(false)
    expect(session.touch()).toBe(false)
  })

  it('gives way, the one unused for longest first, when there are too many', () => {
    const { clock, gate, enter } = setUp()
    const sessions = Array.from({ length: 32 }, () => {
      clock.nowMs++
      return enter(gate.issueToken())
    })
    sessions[0]?.touch()
    enter(gate.issueToken())
    expect(sessions.map((session) => session.touch()).indexOf(false)).toBe(1)
  })
})

describe('guessing', () => {
  it('locks out tokens for a minute, also good ones, and then no longer', () => {
    const { clock, gate, guess } = setUp()
    const token = gate.issueToken()
    guess(LOGIN_GATE_DEFAULTS.failuresMax)
    expect(gate.enter(token)).toBeNull()
    clock.nowMs += MINUTE_MS
    expect(gate.enter(token)).not.toBeNull()
  })

  it('never locks out a session that is known', () => {
    const { gate, enter, guess } = setUp()
    const { secret } = enter(gate.issueToken())
    guess(1_000)
    expect(enter(secret).secret).toBe(secret)
  })

  it('now and then does not lock at all', () => {
    const { clock, gate, guess } = setUp()
    for (let n = 0; n < 50; n++) {
      guess(1)
      clock.nowMs += 10_000
    }
    expect(gate.enter(gate.issueToken())).not.toBeNull()
  })
})
