// No new risk while we are blind, deaf, or cannot write down what we do.
import { type RiskContext, known } from '../risk-context.ts'
import { type RiskCheck, verdict } from '../verdict.ts'

type Fault = readonly [code: string, words: string]

const NONE: readonly Fault[] = []

/** All that is wrong, worst first, as code and words. Empty on nearly every call: nothing is put together beforehand. */
function faults({ system, policy, halt }: RiskContext, ageMs: number): readonly Fault[] {
  // Data from the future is as wrong as data from the past.
  const isFresh = Math.abs(ageMs) <= policy.staleDataMsMax
  const { journalOk, venueUp, reconciled, clockOk, feedState } = system
  const isWell = journalOk === true && venueUp === true && reconciled === true && clockOk === true && feedState === 'live'
  if (isWell && isFresh && halt === undefined) return NONE
  const found: Fault[] = []
  const must = (healthy: boolean, code: string, words: () => string): unknown => healthy || found.push([code, words()])
  must(system.journalOk === true, 'journal_failed', () => 'the journal cannot be written')
  must(system.maintenance !== true, 'venue_maintenance', () => 'the venue is in maintenance')
  must(system.venueUp === true, 'venue_down', () => 'the venue does not answer')
  must(system.reconciled === true, 'not_reconciled', () => 'our state is not reconciled with the venue')
  must(system.clockOk === true, 'clock_skewed', () => 'the clock is wrong')
  must(system.feedState === 'live', 'feed_not_live', () => `the feed is ${system.feedState}`)
  must(isFresh, 'stale_data', () => `market data is ${ageMs} ms old, at most ${policy.staleDataMsMax} ms`)
  if (halt !== undefined) found.push([halt.code, halt.message])
  return found
}

export const systemHealth: RiskCheck = {
  code: 'system_health',
  title: 'System health',
  check(context) {
    const dataAgeMs = context.nowMs - known(context.lastMarketDataMs, 'market_data')
    const found = faults(context, dataAgeMs)
    return verdict({
      check: 'system_health',
      denial: found[0]?.[0] ?? null,
      message: found.length === 0 ? () => `all well, market data is ${dataAgeMs} ms old` : found.map(([, words]) => words).join('; '),
      numbers: { dataAgeMs, staleDataMsMax: context.policy.staleDataMsMax, ...context.system },
    })
  },
}
