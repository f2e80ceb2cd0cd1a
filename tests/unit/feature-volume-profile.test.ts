// Proves what the volume profile says about a window small enough to check by hand, and what it does without volume or without a range.
import { describe, expect, it } from 'vitest'
import { VolumeProfile } from '../../src-main/core/features/volume-profile.ts'

/** Bins of 10 from 100 to 150, once the window holds the candle from 100 to 150. */
const fiveBins = (period: number): VolumeProfile => new VolumeProfile({ period, binCount: 5 })

describe('the volume profile', () => {
  it('spreads the volume of a candle evenly over its range', () => {
    const profile = fiveBins(3)
    profile.update(150, 100, 10)
    profile.update(125, 115, 8)
    expect(profile.update(140, 140, 3)).toBe(115)
    expect([profile.low, profile.step]).toEqual([100, 10])
    expect([...profile.volumes]).toEqual([2, 6, 6, 2, 5])
  })

  it('grows the value area to the fuller neighbour until it holds 70 %', () => {
    const profile = fiveBins(4)
    profile.update(150, 100, 10)
    profile.update(115, 115, 9)
    profile.update(125, 125, 20)
    profile.update(145, 145, 1)
    // Bins: 2, 11, 22, 2, 3. The fullest holds 22 of 40; with the one below it 33.
    expect(profile.pointOfControl).toBe(125)
    expect([profile.valueLow, profile.valueHigh]).toEqual([110, 130])
  })

  it('takes the lowest of equally full bins, and grows upwards between equals', () => {
    const profile = fiveBins(1)
    profile.update(150, 100, 50)
    expect(profile.pointOfControl).toBe(105)
    expect([profile.valueLow, profile.valueHigh]).toEqual([100, 140])
  })

  it('forgets what has left the window', () => {
    const profile = fiveBins(2)
    for (let i = 0; i < 40; i += 1) profile.update(100 + (i % 7), 90 - (i % 3), i)
    profile.update(150, 100, 10)
    profile.update(145, 145, 90)
    expect([...profile.volumes]).toEqual([2, 2, 2, 2, 92])
  })

  it('is unknown before its window is full and while nothing was traded', () => {
    const profile = fiveBins(2)
    expect(profile.update(110, 100, 5)).toBeNaN()
    expect(profile.update(110, 100, 0.1)).toBe(101)
    expect(profile.update(110, 100, 0)).toBe(101)
    expect(profile.update(110, 100, 0)).toBeNaN()
    expect([profile.valueLow, profile.valueHigh]).toEqual([NaN, NaN])
  })

  it('is one price in a market that never moves', () => {
    const profile = fiveBins(2)
    profile.update(100, 100, 5)
    expect(profile.update(100, 100, 1)).toBe(100)
    expect([profile.valueLow, profile.valueHigh, profile.step]).toEqual([100, 100, 0])
  })
})
