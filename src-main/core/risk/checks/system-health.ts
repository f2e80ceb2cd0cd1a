// No new risk while we are blind, deaf, or cannot write down what we do.
import { type RiskContext, known } from '../risk-context.ts'
import { type RiskCheck, verdict } from '../verdict.ts'

/** All that is wrong, worst first, as code and words. */
function faults({ system, policy }: RiskContext, ageMs: number): (readonly [code: string, words: string])[] {
  const all: (readonly [boolean, string, string])[] = [
    [system.journalOk === true, 'journal_failed', 'the journal cannot be written'],
    [system.venueUp === true, 'venue_down', 'the venue does not answer'],
    [system.reconciled === true, 'not_reconciled', 'our state is not reconciled with the venue'],
    [system.clockOk === true, 'clock_skewed', 'the clock is wrong'],
    [system.feedState === 'live', 'feed_not_live', `the feed is ${system.feedState}`],
    // Data from the future is as wrong as data from the past.
    [Math.abs(ageMs) <= policy.staleDataMsMax, 'stale_data', `market data is ${ageMs} ms old, at most ${policy.staleDataMsMax} ms`],
  ]
  return all.filter(([healthy]) => !healthy).map(([, code, words]) => [code, words])
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
      message: found.length === 0 ? `all well, market data is ${dataAgeMs} ms old` : found.map(([, words]) => words).join('; '),
      numbers: { dataAgeMs, staleDataMsMax: context.policy.staleDataMsMax, ...context.system },
    })
  },
}
