// Proves that an hour of live trading leaves nothing behind: the whole engine trades on the practice venue in another process by its wire protocol,
// paper beside it, and what runs after the hour is what ran after its first minutes. The whole day, and what the books say at its end, is `npm run bench -- live-day`.
import { afterEach, describe, expect, it } from 'vitest'
import { LiveDay } from '../support/live-day.ts'

let day: LiveDay | null = null
afterEach(() => day?.close())

describe('an hour of live trading', () => {
  it('keeps its sockets, timers and listeners, and every position has its stop', async () => {
    day = await LiveDay.open()
    const early = await day.hour(1, 60)
    const late = await day.hour(2, 660)
    expect(late.orders).toBeGreaterThan(early.orders)
    expect(late.lateSteps).toBeLessThan(60)
    // One request or two may have their sockets open or closed at the time of the count.
    expect(late.sockets).toBeLessThanOrEqual(early.sockets + 2)
    expect(late.venueSockets).toBeLessThanOrEqual(early.venueSockets + 2)
    expect(late.listeners).toBeLessThanOrEqual(early.listeners + 20)
    expect(late.intervals).toBe(early.intervals)
    expect(late.scheduled).toBeLessThanOrEqual(early.scheduled + 3)
    expect(late.exposedSeconds).toBeLessThanOrEqual(10)
  }, 60_000)
})
