// Signatures by Node's own cryptography: the library's, in JavaScript, takes a tenth of the time that an order may take (35 µs against 3 µs).
import { createHmac } from 'node:crypto'

/** Digest lengths in bytes of the hashes that venues sign with. */
const NAMES: Readonly<Record<number, string>> = { 32: 'sha256', 48: 'sha384', 64: 'sha512' }
type Text = string | Uint8Array
/** How the library names a hash: an object that knows the length of its digest. */
type Hash = { readonly outputLen: number }

/** To take the place of the library's `hmac`, whose parameters these are. Throws RangeError for a hash or an encoding that no venue here uses. */
// oxlint-disable-next-line max-params -- the library calls it so
export function nativeHmac(request: Text, secret: Text, hash: Hash, digest: string = 'hex'): string {
  const name = NAMES[hash.outputLen]
  if (name === undefined || (digest !== 'hex' && digest !== 'base64'))
    throw new RangeError(`a signature by a hash of ${hash.outputLen} bytes as ${digest}, expected 32, 48 or 64 as hex or base64`)
  return createHmac(name, secret).update(request).digest(digest)
}
