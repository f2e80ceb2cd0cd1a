// What a person is told when a venue cannot be used: one sentence for each reason, and what to do about it where something can be done.
import { type VenueId, VENUES } from '../../../../src-shared/domain/venue.ts'
import type { VenueFailure } from './venue-failure.ts'

/** One sentence without secrets, for whatever `failure` stopped. */
export function failureSentence(venue: VenueId, { code, message }: VenueFailure): string {
  const { name } = VENUES[venue]
  switch (code) {
    case 'key_invalid':
      return `${name} does not know this key, or the secret does not belong to it (${message})`
    case 'key_expired':
      return `this key of ${name} has expired; make a new one there (${message})`
    case 'no_permission':
      return `this key of ${name} may not trade futures; allow it in the venue's key settings (${message})`
    case 'ip_not_allowed':
      return `${name} does not accept this key from this address; add the address in the venue's key settings (${message})`
    case 'key_ip_or_permission':
      return `${name} refuses this key: it is unknown there, or not allowed from this address, or not for futures (${message})`
    case 'clock':
      return `the clock of this machine is too far from that of ${name}; set it by the network (${message})`
    case 'maintenance':
      return `${name} is under maintenance; it is tried again later (${message})`
    case 'location_refused':
      return `${name} refuses this location (${message})`
    case 'rate_limited':
      return `${name} has limited this address for now (${message})`
    case 'unreachable':
    case 'connection_lost':
    case 'timeout':
    case 'server_error':
      return `${name} cannot be reached (${message})`
    default:
      return `${name} refused a request: ${message}`
  }
}
