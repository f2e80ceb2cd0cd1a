// Round trips of a run as plain rows: what the journal says of one, and what the run knows beyond it.
import type * as z from 'zod/mini'
import type { RoundTripView } from '../../../src-shared/bridge/views.ts'
import { roundTripRow } from '../../adapters/journal/views.ts'
import { inR } from '../../core/analytics/run-bins.ts'
import type { RunTrip } from '../../core/analytics/run-record.ts'

export type ReportTrade = z.output<typeof RoundTripView> & {
  readonly regime: string | null
  /** Names of the voters on its side, with spaces between. */
  readonly voters: string
  /** Price at the decision. */
  readonly decisionPrice: number | null
  /** Worst and best unrealised result, in multiples of the initial risk. */
  readonly maeR: number | null
  readonly mfeR: number | null
}

export const reportTrade = (of: RunTrip): ReportTrade => ({
  ...roundTripRow(of.trip),
  regime: of.regime,
  voters: of.voters.join(' '),
  decisionPrice: of.decisionPrice,
  maeR: inR(of, of.mae),
  mfeR: inR(of, of.mfe),
})
