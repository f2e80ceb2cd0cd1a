// Proves over seeds that however bad the line is, the venue behind it stays true to itself: a client that keeps asking learns the whole truth,
// and no fault ever makes the venue trade what was not sent.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import type { Fill } from '../../src-shared/domain/order.ts'
import type { VenueReport } from '../../src-shared/events/venue-report.ts'
import { randomFaultScript, withFaults } from '../support/faulty-venue.ts'
import { INSTRUMENTS, anyConfig, anySteps, createPlayer, reportText } from '../support/venue-scenario.ts'

const SEEDS = 300
/** Every fault ends after three hits and a script has at most six, so this many tries get through. */
const TRIES_MAX = 20

function live(seed: number) {
  const [[config, steps] = [undefined, []]] = fc.sample(fc.tuple(anyConfig, anySteps(80)), { seed, numRuns: 1 })
  if (config === undefined) throw new Error(`seed ${seed} draws no configuration`)
  const truth = createSimulatedVenue(INSTRUMENTS, config)
  const venue = withFaults(truth, randomFaultScript(seed))
  const player = createPlayer(venue)
  const heard = [...player.begin(), ...steps.flatMap((step) => player.play(step)), ...player.settle(), ...player.settle()]
  const ask = <T extends VenueReport['type']>(type: T, request: (nowMs: number) => void): Extract<VenueReport, { type: T }> => {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      request(player.nowMs())
      const reports = [...player.settle(), ...player.settle()]
      heard.push(...reports)
      const found = reports.find((report): report is Extract<VenueReport, { type: T }> => report.type === type)
      if (found !== undefined) return found
    }
    throw new Error(`seed ${seed}: no ${type} after ${TRIES_MAX} tries; faults: ${venue.faultLog().join('; ')}`)
  }
  return { truth, venue, player, heard, ask }
}
const netOf = (fills: readonly Fill[], instrumentId: string): bigint =>
  fills
    .filter((fill) => fill.instrumentId === instrumentId)
    .reduce((total, fill) => (fill.side === 'buy' ? total + fill.quantity : total - fill.quantity), 0n)

describe('behind a line with random faults', () => {
  it(`lookups and one snapshot tell everything that happened, over ${SEEDS} seeds`, () => {
    let hits = 0
    for (let seed = 0; seed < SEEDS; seed++) {
      const { venue, player, heard, ask } = live(seed)
      const end = ask('snapshot', (nowMs) => venue.requestSnapshot(null, nowMs))
      const known = new Set(end.fills.map((fill) => fill.tradeId))
      for (const report of heard) if (report.type === 'fill') expect(known.has(report.fill.tradeId), `seed ${seed}`).toBe(true)
      for (const { id } of INSTRUMENTS) {
        const held = end.positions.find((position) => position.instrumentId === id)
        const net = held === undefined ? 0n : held.side === 'long' ? held.quantity : 0n - held.quantity
        expect(netOf(end.fills, id), `seed ${seed}`).toBe(net)
      }
      for (const request of player.requests.slice(-5)) {
        const answer = ask('lookup', (nowMs) => venue.lookup(request.clientOrderId, nowMs))
        const inSnapshot = end.fills.filter((fill) => fill.clientOrderId === request.clientOrderId)
        expect(answer.fills, `seed ${seed}`).toEqual(inSnapshot)
        expect(answer.order?.filledQuantity ?? 0n, `seed ${seed}`).toBe(inSnapshot.reduce((total, fill) => total + fill.quantity, 0n))
      }
      hits += venue.faultLog().length
    }
    expect(hits).toBeGreaterThan(SEEDS)
  })

  it('the same seed gives the same reports and the same faults', () => {
    for (let seed = 0; seed < 40; seed++) {
      const [first, second] = [live(seed), live(seed)]
      expect(reportText(second.heard)).toEqual(reportText(first.heard))
      expect(second.venue.faultLog()).toEqual(first.venue.faultLog())
      expect(second.truth.save()).toBe(first.truth.save())
    }
  })
})
