// Proves that each fault does what its name says, to what it matches and as often as it says, while the venue behind it stays truthful.
import { describe, expect, it } from 'vitest'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import { clientOrderId } from '../../src-shared/domain/ids.ts'
import { type FaultScript, randomFaultScript, withFaults } from '../support/faulty-venue.ts'
import { BTC, candleBetween, FRICTIONLESS, order, told } from '../support/venue-kit.ts'

function behind(script: FaultScript, latencyMs = 0) {
  const truth = createSimulatedVenue([BTC], { ...FRICTIONLESS, latencyMs })
  truth.setPrice(BTC.id, 0, 1_000, 1_000)
  const venue = withFaults(truth, script)
  let nowMs = 0
  return {
    venue,
    truth,
    /** Lets ten seconds pass, due time by due time, and returns what reached us with the time at which it did. */
    hear(): string[] {
      const endMs = nowMs + 10_000
      const heard: string[] = []
      while (venue.nextDueMs() <= endMs) {
        const dueMs = Math.max(venue.nextDueMs(), nowMs)
        heard.push(...told(venue.advanceTo(dueMs)).map((line) => `${dueMs} ${line}`))
      }
      nowMs = endMs
      return heard
    },
    working: () => JSON.parse(truth.save()).markets[0].orders.length,
    nowMs: () => nowMs,
  }
}
const bid = (id: string) => order({ id, type: 'limit', limitPrice: '900' })

describe('a fault on a submitted order', () => {
  it('rejects it before it arrives', () => {
    const line = behind([{ match: { request: 'submit' }, action: { kind: 'reject', code: 'venue_busy' }, times: 1 }])
    line.venue.submit(bid('a'), 0)
    expect(line.hear()).toEqual(['200 rejected a venue_busy'])
    expect(line.working()).toBe(0)
    line.venue.submit(bid('b'), line.nowMs())
    expect(line.hear()).toEqual(['10000 accepted b'])
  })

  it('times out before it arrives', () => {
    const line = behind([{ match: { request: 'submit' }, action: { kind: 'timeout_before_accept' }, times: 1 }])
    line.venue.submit(bid('a'), 0)
    expect(line.hear()).toEqual(['200 outcome_unknown a timeout'])
    expect(line.working()).toBe(0)
  })

  it('times out after it was accepted: the order works, its answer does not come, its fill does', () => {
    const line = behind([{ match: { request: 'submit' }, action: { kind: 'timeout_after_accept' }, times: 1 }], 100)
    line.venue.submit(bid('a'), 0)
    expect(line.hear()).toEqual(['200 outcome_unknown a timeout'])
    expect(line.working()).toBe(1)
    line.venue.setPrice(BTC.id, line.nowMs(), 899, 1_000)
    expect(line.hear()).toEqual(['10100 fill a 1 @ 900 maker fee 0.18'])
  })
})

describe('a fault on another request', () => {
  it('loses a cancel before or after it arrives', () => {
    const line = behind([
      { match: { request: 'cancel' }, action: { kind: 'timeout_before_accept' }, times: 1 },
      { match: { request: 'cancel', nth: 2 }, action: { kind: 'timeout_after_accept' }, times: 1 },
    ])
    line.venue.submit(bid('a'), 0)
    line.hear()
    line.venue.cancel(clientOrderId('a'), line.nowMs())
    expect(line.hear()).toEqual(['10200 outcome_unknown a timeout'])
    expect(line.working()).toBe(1)
    line.venue.cancel(clientOrderId('a'), line.nowMs())
    expect(line.hear()).toEqual(['20000 outcome_unknown a timeout'])
    expect(line.working()).toBe(0)
  })

  it('refuses a cancel', () => {
    const line = behind([{ match: { request: 'cancel' }, action: { kind: 'reject', code: 'venue_busy' }, times: 1 }])
    line.venue.submit(bid('a'), 0)
    line.hear()
    line.venue.cancel(clientOrderId('a'), line.nowMs())
    expect(line.hear()).toEqual(['10200 cancel_rejected a venue_busy'])
  })

  it.each(['timeout_before_accept', 'timeout_after_accept'] as const)('leaves a lookup and a snapshot without an answer: %s', (kind) => {
    const line = behind([
      { match: { request: 'lookup' }, action: { kind }, times: 1 },
      { match: { request: 'snapshot' }, action: { kind }, times: 1 },
    ])
    line.venue.lookup(clientOrderId('a'), 0)
    line.venue.requestSnapshot(null, 0)
    expect(line.hear()).toEqual([])
    line.venue.lookup(clientOrderId('a'), line.nowMs())
    line.venue.requestSnapshot(null, line.nowMs())
    expect(line.hear()).toEqual(['10000 lookup a', '10000 snapshot'])
  })
})

describe('a fault on a report', () => {
  const buy = (script: FaultScript): string[] => {
    const line = behind(script)
    line.venue.submit(order({ id: 'a' }), 0)
    return line.hear()
  }
  it('doubles it', () => {
    expect(buy([{ match: { report: 'fill' }, action: { kind: 'duplicate_report' }, times: 1 }])).toEqual([
      '0 accepted a',
      '0 fill a 1 @ 1000 taker fee 0.5',
      '0 fill a 1 @ 1000 taker fee 0.5',
    ])
  })
  it('drops it', () => {
    expect(buy([{ match: { report: 'fill' }, action: { kind: 'drop_report' }, times: 1 }])).toEqual(['0 accepted a'])
  })
  it('delays it', () => {
    expect(buy([{ match: { report: 'accepted' }, action: { kind: 'delay_reports', delayMs: 70 }, times: 1 }])).toEqual([
      '0 fill a 1 @ 1000 taker fee 0.5',
      '70 accepted a',
    ])
  })
  it('lets the next one overtake it', () => {
    expect(buy([{ match: { report: 'accepted' }, action: { kind: 'reorder_reports' }, times: 1 }])).toEqual([
      '0 fill a 1 @ 1000 taker fee 0.5',
      '0 accepted a',
    ])
  })
  it('does not hold the last one for ever', () => {
    expect(buy([{ match: { report: 'fill' }, action: { kind: 'reorder_reports' }, times: 1 }])).toEqual([
      '0 accepted a',
      '1000 fill a 1 @ 1000 taker fee 0.5',
    ])
  })
})

describe('a match', () => {
  it('narrows by purpose, type and count, and ends after its times', () => {
    const line = behind([
      { match: { request: 'submit', purpose: 'entry', type: 'limit', nth: 2 }, action: { kind: 'reject', code: 'venue_busy' }, times: 2 },
    ])
    line.venue.submit(order({ id: 'market' }), 0)
    line.venue.submit({ ...bid('exit'), purpose: 'exit' }, 0)
    for (const id of ['one', 'two', 'three', 'four']) line.venue.submit(bid(id), 0)
    expect(line.hear().map((heard) => heard.split(' ').slice(1, 3).join(' '))).toEqual([
      'accepted market',
      'fill market',
      'accepted exit',
      'accepted one',
      'accepted four',
      'rejected two',
      'rejected three',
    ])
    expect(line.venue.faultLog()).toEqual(['reject on submit two', 'reject on submit three'])
  })
})

it('keeps an instrument from being skipped while a report is held back', () => {
  const line = behind([{ match: { report: 'accepted' }, action: { kind: 'delay_reports', delayMs: 5_000 }, times: 1 }])
  line.venue.submit(bid('a'), 0)
  line.venue.advanceTo(0)
  expect(line.truth.isUntouched(BTC.id, candleBetween(950, 1_050))).toBe(true)
  expect(line.venue.isUntouched(BTC.id, candleBetween(950, 1_050))).toBe(false)
  line.hear()
  expect(line.venue.isUntouched(BTC.id, candleBetween(950, 1_050))).toBe(true)
})

it('loses what it held back when the venue is restored, and saves nothing of its own', () => {
  const line = behind([{ match: { report: 'accepted' }, action: { kind: 'delay_reports', delayMs: 5_000 }, times: 1 }])
  line.venue.submit(bid('a'), 0)
  line.venue.advanceTo(0)
  expect(line.venue.save()).toBe(line.truth.save())
  line.venue.restore(line.venue.save())
  expect(line.hear()).toEqual([])
  expect(line.working()).toBe(1)
})

it('makes the same script from the same seed, of every kind, each with an end', () => {
  const scripts = Array.from({ length: 500 }, (_, seed) => randomFaultScript(seed))
  expect(Array.from({ length: 500 }, (_, seed) => randomFaultScript(seed))).toEqual(scripts)
  const kinds = new Set(scripts.flat().map((fault) => fault.action.kind))
  expect(kinds.size).toBe(7)
  for (const script of scripts) {
    expect(script.length).toBeGreaterThanOrEqual(1)
    expect(script.length).toBeLessThanOrEqual(6)
    for (const fault of script) expect(fault.times).toBeLessThanOrEqual(3)
  }
})
