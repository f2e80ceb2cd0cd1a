// Proves what the rolling sums over trades say: whole seconds only, unknown until a window is covered, nothing left over after an hour.
import { describe, expect, it } from 'vitest'
import { RollingSlope } from '../../src-main/core/market/order-flow-slope.ts'
import { FlowWindows } from '../../src-main/core/market/order-flow-windows.ts'
import { HOUR_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'

const START_MS = Date.UTC(2026, 0, 1)

function windowsFrom(startMs: number): { windows: FlowWindows; trade: (atMs: number, signed: number) => void } {
  const windows = new FlowWindows()
  windows.advanceTo(startMs)
  windows.trackFrom(startMs, true)
  return {
    windows,
    trade: (atMs, signed) => {
      windows.advanceTo(startMs + atMs)
      windows.trade(signed)
    },
  }
}

describe('rolling sums over trades', () => {
  it('hold the whole seconds of the window and not the running one', () => {
    const { windows, trade } = windowsFrom(START_MS)
    trade(500, 2)
    trade(30_000, -0.5)
    trade(59_999, 1)
    trade(60_200, 10)
    expect(windows.deltaOver(MINUTE_MS, START_MS + 60_200)).toBe(2.5)
    expect(windows.tradeRate(START_MS + 60_200)).toBe(3 / 60)
    expect([windows.delta, windows.cumulative]).toEqual([10, 12.5])
    windows.advanceTo(START_MS + 61_000)
    expect(windows.deltaOver(MINUTE_MS, START_MS + 61_000)).toBe(10.5)
  })

  it('are unknown until their window is covered, and again after trades were missed', () => {
    const { windows, trade } = windowsFrom(START_MS)
    trade(1_000, 1)
    expect(windows.deltaOver(MINUTE_MS, START_MS + 59_000)).toBeNull()
    windows.advanceTo(START_MS + MINUTE_MS)
    expect([windows.deltaOver(MINUTE_MS, START_MS + MINUTE_MS), windows.deltaOver(5 * MINUTE_MS, START_MS + MINUTE_MS)]).toEqual([1, null])
    windows.trackFrom(START_MS + 70_000, true)
    expect(windows.deltaOver(MINUTE_MS, START_MS + 71_000)).toBeNull()
  })

  it('forget what is older than an hour, also after a silence', () => {
    const { windows, trade } = windowsFrom(START_MS)
    trade(0, 5)
    trade(1_000, 7)
    windows.advanceTo(START_MS + HOUR_MS)
    expect(windows.deltaOver(HOUR_MS, START_MS + HOUR_MS)).toBe(12)
    windows.advanceTo(START_MS + HOUR_MS + 1_000)
    expect(windows.deltaOver(HOUR_MS, START_MS + HOUR_MS + 1_000)).toBe(7)
    windows.advanceTo(START_MS + 9 * HOUR_MS)
    expect(windows.deltaOver(HOUR_MS, START_MS + 9 * HOUR_MS)).toBe(0)
  })

  it('know no number of trades when volume came in sums', () => {
    const windows = new FlowWindows()
    windows.advanceTo(START_MS)
    windows.trackFrom(START_MS, false)
    windows.volume(-3)
    windows.advanceTo(START_MS + MINUTE_MS)
    expect([windows.deltaOver(MINUTE_MS, START_MS + MINUTE_MS), windows.tradeRate(START_MS + MINUTE_MS)]).toEqual([-3, null])
  })

  it('keep forced orders by side, known after an hour of listening', () => {
    const windows = new FlowWindows()
    windows.advanceTo(START_MS)
    windows.trackForcedFrom(START_MS)
    windows.forced(1_000, true)
    windows.forced(250, false)
    windows.forced(50, false)
    const nowMs = START_MS + HOUR_MS
    expect(windows.forcedOver(true, nowMs - 1_000)).toBeNull()
    windows.advanceTo(nowMs)
    expect([windows.forcedOver(true, nowMs), windows.forcedOver(false, nowMs)]).toEqual([1_000, 300])
  })
})

describe('the slope over the newest points', () => {
  it('is that of the line they lie on, and forgets older points', () => {
    const slope = new RollingSlope(4)
    for (const x of [9, -3, 1]) slope.add(x, 100)
    expect(slope.slope()).toBeNull()
    for (const x of [1, 2, 3, 5]) slope.add(x, 7 - 0.25 * x)
    expect(slope.slope()).toBeCloseTo(-0.25, 12)
  })

  it('is unknown when nothing was traded', () => {
    const slope = new RollingSlope(3)
    for (let i = 0; i < 5; i += 1) slope.add(0, i)
    expect(slope.slope()).toBeNull()
  })
})
