// Proves that critical alerts, and only those, become notifications, and that a flood of them becomes a few.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AlertNotifier } from '../../src-main/shells/desktop/alert-notifier.ts'

type Severity = 'info' | 'warning' | 'critical'
const frame = (...alerts: [Severity, string][]): string =>
  JSON.stringify({
    sequence: 1,
    events: alerts.map(([severity, message]) => ({ type: 'alert', alert: { code: 'x', severity, message, tsMs: 0, instrumentId: null } })),
  })

let shown: string[]
let notifier: AlertNotifier
beforeEach(() => {
  vi.useFakeTimers()
  shown = []
  notifier = new AlertNotifier((title, body) => shown.push(`${title}|${body}`))
})
afterEach(() => {
  notifier.close()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

describe('notifications', () => {
  it('tell of a critical alert at once and of no other', () => {
    notifier.onDeskFrame(frame(['info', 'a'], ['warning', 'b']))
    expect(shown).toEqual([])
    notifier.onDeskFrame(frame(['critical', 'stop failed']))
    expect(shown).toEqual(['Tradewright|stop failed'])
  })

  it('put what comes within five seconds into one', () => {
    for (let n = 0; n < 1_000; n++) notifier.onDeskFrame(frame(['critical', `alert ${n}`]))
    expect(shown).toEqual(['Tradewright|alert 0'])
    vi.advanceTimersByTime(5_000)
    expect(shown).toEqual(['Tradewright|alert 0', 'Tradewright: 999 critical alerts|alert 999'])
    vi.advanceTimersByTime(60_000)
    expect(shown).toHaveLength(2)
    notifier.onDeskFrame(frame(['critical', 'later']))
    expect(shown.at(-1)).toBe('Tradewright|later')
  })

  it('ignore what is not a frame of the contract', () => {
    notifier.onDeskFrame('{"events":[{"type":"alert"}]}')
    expect(shown).toEqual([])
  })
})
