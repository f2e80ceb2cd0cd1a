// Proves that the time left follows the recent pace, falls with the clock, and grows when nothing happens.
import { describe, expect, it } from 'vitest'
import { Pace } from '../../src-main/lab/jobs/pace.ts'

describe('the time left', () => {
  it('is unknown before anything can be told', () => {
    const pace = new Pace()
    expect(pace.msLeft(0, 100)).toBeNull()
    pace.note(0, 0)
    expect(pace.msLeft(10_000, 100)).toBeNull()
    pace.note(1_000, 5)
    // One second is no pace.
    expect(pace.msLeft(1_000, 100)).toBeNull()
    pace.note(2_000, 10)
    expect(pace.msLeft(2_000, 100)).toBe(18_000)
  })

  it('follows what happened of late, not the average since the start', () => {
    const pace = new Pace()
    // An hour at one a second, then a minute at ten a second.
    for (let s = 0; s <= 3_600; s += 1) pace.note(s * 1_000, s)
    for (let s = 1; s <= 60; s += 1) pace.note((3_600 + s) * 1_000, 3_600 + s * 10)
    expect(pace.msLeft(3_660_000, 5_200)).toBeCloseTo(100_000, -3)
  })

  it('falls with the clock between two changes, and grows once the next is overdue', () => {
    const pace = new Pace()
    for (let n = 0; n <= 5; n += 1) pace.note(n * 60_000, n)
    expect(pace.msLeft(300_000, 10)).toBe(300_000)
    expect(pace.msLeft(330_000, 10)).toBe(270_000)
    expect(pace.msLeft(360_000, 10)).toBe(240_000)
    expect(pace.msLeft(660_000, 10)).toBeGreaterThan(400_000)
  })

  it('reaches 0 at the end and not below', () => {
    const pace = new Pace()
    for (let n = 0; n <= 10; n += 1) pace.note(n * 1_000, n)
    expect(pace.msLeft(10_000, 10)).toBe(0)
    expect(pace.msLeft(99_000, 10)).toBe(0)
  })

  it('begins anew when what is counted does', () => {
    const pace = new Pace()
    for (let n = 0; n <= 10; n += 1) pace.note(n * 1_000, n * 100)
    pace.note(11_000, 0)
    expect(pace.msLeft(11_000, 50)).toBeNull()
    for (let n = 1; n <= 5; n += 1) pace.note(11_000 + n * 1_000, n)
    expect(pace.msLeft(16_000, 50)).toBe(45_000)
  })
})
