// @vitest-environment jsdom
// Proves that a page is told of changes once per burst, waits while an answer is on its way or the window is hidden, and forgets nothing.
import { cleanup, render } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BridgeProvider } from '../../src-renderer/bridge/context.tsx'
import { useDeskChange } from '../../src-renderer/bridge/use-desk-change.ts'
import { BTC, FakeBridge } from '../support/fake-bridge.ts'
import { exitView } from '../support/desk-views.ts'

let bridge: FakeBridge
let hidden = false
let calls = 0

beforeEach(() => {
  vi.useFakeTimers()
  hidden = false
  calls = 0
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden)
  bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function Page({ busy }: { busy: boolean }) {
  useDeskChange({ concerns: (event) => event.type === 'position_closed', onChange: () => calls++, busy })
  return null
}
const show = (busy = false) => (
  <BridgeProvider bridge={bridge}>
    <Page busy={busy} />
  </BridgeProvider>
)
const close = () =>
  bridge.send([
    { type: 'position_closed', exit: exitView({ positionId: 'P1', instrumentId: BTC, netPnl: '1', exitReason: 'stop_filled' }) },
  ])

describe('a page that shows the journal', () => {
  it('is told once of a burst, and not of what does not concern it', () => {
    render(show())
    for (let i = 0; i < 10; i++) close()
    bridge.send([{ type: 'price', instrumentId: BTC, price: 1, tsMs: 1 }])
    vi.advanceTimersByTime(2000)
    expect(calls).toBe(1)
  })
  it('is told after the answer that is on its way, not instead of it', () => {
    const view = render(show(true))
    close()
    vi.advanceTimersByTime(5000)
    expect(calls).toBe(0)
    view.rerender(show(false))
    vi.advanceTimersByTime(500)
    expect(calls).toBe(1)
  })
  it('is told when it is seen again of what happened while it was hidden', () => {
    render(show())
    hidden = true
    close()
    vi.advanceTimersByTime(5000)
    expect(calls).toBe(0)
    hidden = false
    vi.advanceTimersByTime(500)
    expect(calls).toBe(1)
  })
  it('is told when a lost connection is back', () => {
    render(show())
    bridge.setConnected(false)
    vi.advanceTimersByTime(1000)
    expect(calls).toBe(0)
    bridge.setConnected(true)
    vi.advanceTimersByTime(1000)
    expect(calls).toBe(1)
  })
  it('is told nothing after it is gone, and leaves no timer', () => {
    const view = render(show())
    close()
    view.unmount()
    vi.advanceTimersByTime(2000)
    expect(calls).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })
})
