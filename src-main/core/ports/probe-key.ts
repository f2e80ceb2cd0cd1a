// Asks a venue what a key may do.
import type { Result } from '../../../src-shared/domain/result.ts'
import type { KeyReport, VenueCredentials, VenueEnvironment, VenueId } from '../../../src-shared/domain/venue.ts'

/**
 * One read-only question to the venue, answered within seconds. The error is one sentence without secrets: wrong, expired or misplaced key,
 * clock too far off, venue not reachable.
 */
export type ProbeKey = (venue: VenueId, environment: VenueEnvironment, credentials: VenueCredentials) => Promise<Result<KeyReport, string>>
