// Proves over random lives: the same life gives the same reports, a kill between any two steps changes nothing at the venue,
// and a candle that was called untouched indeed touches nothing.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import type { SimulatedVenue, SimulationConfig } from '../../src-main/core/simulation/venue.ts'
import { INSTRUMENTS, type Step, anyConfig, anySteps, createPlayer, reportText } from '../support/venue-scenario.ts'

function play(config: SimulationConfig, steps: readonly Step[]): { venue: SimulatedVenue; text: string[] } {
  const venue = createSimulatedVenue(INSTRUMENTS, config)
  const player = createPlayer(venue)
  const reports = [...player.begin(), ...steps.flatMap((step) => player.play(step)), ...player.settle()]
  return { venue, text: reportText(reports) }
}

it('the same life gives the same reports and the same saved state, bit for bit', () => {
  fc.assert(
    fc.property(anyConfig, anySteps(), (config, steps) => {
      const [first, second] = [play(config, steps), play(config, steps)]
      expect(second.text).toEqual(first.text)
      expect(second.venue.save()).toBe(first.venue.save())
    }),
    { numRuns: 60 },
  )
})

/** The two lives are steered alike: every call goes to both, the second venue takes over from a save before `killAt`. */
function playTwins(config: SimulationConfig, steps: readonly Step[], killAt: number) {
  const original = createSimulatedVenue(INSTRUMENTS, config)
  const player = createPlayer(original)
  player.begin()
  for (const step of steps.slice(0, killAt)) player.play(step)
  const saved = original.save()
  const revived = createSimulatedVenue(INSTRUMENTS, { ...config, seed: config.seed + 1 })
  revived.restore(saved)
  const killedMs = player.nowMs()
  const heard = { original: [] as string[], revived: [] as string[] }
  const both: SimulatedVenue = {
    ...original,
    submit: (...call) => [original, revived].forEach((venue) => venue.submit(...call)),
    cancel: (...call) => [original, revived].forEach((venue) => venue.cancel(...call)),
    lookup: (...call) => [original, revived].forEach((venue) => venue.lookup(...call)),
    requestSnapshot: (...call) => [original, revived].forEach((venue) => venue.requestSnapshot(...call)),
    setPrice: (...call) => [original, revived].forEach((venue) => venue.setPrice(...call)),
    applyFunding: (...call) => [original, revived].forEach((venue) => venue.applyFunding(...call)),
    openCandle: (...call) => [original, revived].forEach((venue) => venue.openCandle(...call)),
    path: (...call) => (revived.path(...call), original.path(...call)),
    advanceTo(nowMs) {
      const reports = original.advanceTo(nowMs)
      heard.original.push(...reportText(reports))
      heard.revived.push(...reportText(revived.advanceTo(nowMs)))
      return reports
    },
  }
  player.goOnWith(both)
  for (const step of steps.slice(killAt)) player.play(step)
  player.settle()
  return { original, revived, saved, heard, killedMs }
}

it('a venue restored from a save goes on as if it had not stopped; only reports that were on their way to us are lost', () => {
  fc.assert(
    fc.property(anyConfig, anySteps(), fc.nat(60), (config, steps, killAt) => {
      const { original, revived, heard, killedMs } = playTwins(config, steps, killAt)
      const lost = heard.original.slice(0, heard.original.length - heard.revived.length)
      expect(heard.revived).toEqual(heard.original.slice(lost.length))
      for (const text of lost) expect(Number(/"tsEventMs":(\d+)[^]*$/.exec(text)?.[1])).toBeLessThanOrEqual(killedMs)
      expect(revived.save()).toBe(original.save())
    }),
    { numRuns: 150 },
  )
})

it('a save read back is the same save', () => {
  fc.assert(
    fc.property(anyConfig, anySteps(), fc.nat(60), (config, steps, killAt) => {
      const venue = createSimulatedVenue(INSTRUMENTS, config)
      const player = createPlayer(venue)
      player.begin()
      for (const step of steps.slice(0, killAt)) player.play(step)
      const again = createSimulatedVenue(INSTRUMENTS, config)
      again.restore(venue.save())
      expect(again.save()).toBe(venue.save())
    }),
    { numRuns: 60 },
  )
})

it('a candle that the venue calls untouched changes no order, position or balance when it is walked', () => {
  let skipped = 0
  fc.assert(
    fc.property(
      anyConfig,
      anySteps(),
      fc.double({ min: 0, max: 0.02, noNaN: true }),
      fc.double({ min: 0, max: 0.02, noNaN: true }),
      (config, steps, up, down) => {
        const venue = createSimulatedVenue(INSTRUMENTS, config)
        const player = createPlayer(venue)
        player.begin()
        for (const step of steps) player.play(step)
        player.settle()
        const saved: { markets: { instrumentId: string; last: number; orders: unknown }[] } = JSON.parse(venue.save())
        for (const [index, instrument] of INSTRUMENTS.entries()) {
          const last = saved.markets[index]?.last ?? 0
          const candle = { openTimeMs: player.nowMs(), open: last, high: last * (1 + up), low: last * (1 - down), close: last, volume: 10 }
          if (!venue.isUntouched(instrument.id, candle)) continue
          skipped++
          const walked = createSimulatedVenue(INSTRUMENTS, config)
          walked.restore(venue.save())
          for (const point of walked.path(instrument.id, candle, 60_000)) walked.setPrice(instrument.id, point.tsMs, point.price, 2.5)
          expect(walked.nextDueMs()).toBe(Infinity)
          expect(truthOf(walked.save())).toEqual(truthOf(venue.save()))
        }
      },
    ),
    { numRuns: 200 },
  )
  expect(skipped).toBeGreaterThan(50)
})
const truthOf = (saved: string): unknown => {
  const { markets, ...rest }: { markets: { orders: unknown; positionQuantity: unknown }[] } = JSON.parse(saved)
  return { ...rest, markets: markets.map(({ orders, positionQuantity }) => ({ orders, positionQuantity })) }
}
