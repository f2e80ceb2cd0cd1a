// What a person agrees to before real money is traded, as one hash: anything in it that changes has to be agreed to again.
import { createHash } from 'node:crypto'
import { type VenueAccount, accountName } from '../../../src-shared/domain/venue.ts'
import { type TradingPlan, policiesFor } from '../playbooks.ts'

export const CONSENT_WORD = 'LIVE'

/** Of the risk, care and execution policies, the playbook, the account, and the program's major version. */
export function consentHash(plan: TradingPlan, { venue, environment }: VenueAccount, version: string): string {
  const { playbook, risk } = plan
  const { care, execution } = policiesFor('live', plan)
  const major = version.split('.', 1)[0]
  return createHash('sha256')
    .update(
      JSON.stringify(sorted({ playbook: playbook.id, strategies: playbook.strategies, risk, care, execution, venue, environment, major })),
    )
    .digest('hex')
}

export function consentSentence(account: VenueAccount): string {
  const stake = account.environment === 'live' ? 'real money, which can be lost' : 'no real money'
  return `Orders go to ${accountName(account)} without further questions, with ${stake}. The limits above are the only thing that stops them.`
}

/** The same keys in the same order, however the object was made. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}
