// The library as far as it is used for orders: it knows each venue's addresses and signatures. Its own calls, caches and retries are not used.
import type { VenueId } from '../../../../src-shared/domain/venue.ts'

/** What `import('ccxt')` resolves to, as far as it is used here. */
export type CcxtModule = { readonly pro: Pick<typeof import('ccxt').pro, VenueId> }
/** Loads the library: 150 MB of memory, so only when a live market or account is wanted. */
export type ImportCcxt = () => Promise<CcxtModule>

export type CcxtExchange = InstanceType<CcxtModule['pro'][VenueId]>
export type SignedRequest = {
  readonly url: string
  readonly body: string | null
  readonly headers: Readonly<Record<string, string>>
}

/** What the library made of a request; it has no type of its own. Throws TypeError when that is no request. */
export function readSigned(signed: Readonly<Record<string, unknown>>): SignedRequest {
  const { url, body, headers } = signed
  if (typeof url !== 'string') throw new TypeError('the exchange library made a request without an address')
  const pairs = typeof headers === 'object' && headers !== null ? Object.entries(headers) : []
  return {
    url,
    body: typeof body === 'string' ? body : null,
    headers: Object.fromEntries(pairs.map(([name, value]) => [name, String(value)])),
  }
}
