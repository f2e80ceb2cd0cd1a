// Where a venue is reached. Only the practice venue has addresses of its own, and only on this machine: a key must never leave for another one.
import type { VenueEnvironment } from '../../../../src-shared/domain/venue.ts'
import { type Result, err, ok } from '../../../../src-shared/domain/result.ts'

/** Origins without a path, such as `http://127.0.0.1:4040` and `ws://127.0.0.1:4040`. */
export type VenueEndpoints = { readonly restOrigin: string; readonly streamOrigin: string }

const LOOPBACK = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\]|localhost)$/

/** Null stands for the venue's own addresses. The error is one sentence that names the address. */
export function checkEndpoints(environment: VenueEnvironment, endpoints: VenueEndpoints | null): Result<VenueEndpoints | null, string> {
  if (environment !== 'practice')
    return endpoints === null ? ok(null) : err(`addresses of one's own belong to the practice venue, not to ${environment}`)
  if (endpoints === null) return err('the practice venue has no address: expected an origin for requests and one for streams')
  const fault = originFault(endpoints.restOrigin, 'http:') ?? originFault(endpoints.streamOrigin, 'ws:')
  return fault === null ? ok(endpoints) : err(fault)
}

function originFault(text: string, protocol: string): string | null {
  const expected = `the practice venue's address ${JSON.stringify(text)} is not ${protocol}//, a loopback address and a port`
  if (!URL.canParse(text)) return expected
  const url = new URL(text)
  const isBare = url.pathname === '/' && url.search === '' && url.username === '' && url.password === '' && !text.endsWith('/')
  return url.protocol === protocol && LOOPBACK.test(url.hostname) && isBare ? null : expected
}
