// Signatures by Node's own cryptography, with the secret prepared once: the library's, in JavaScript, takes a tenth of the time that an order may take.
import { type KeyObject, createHmac, createSecretKey } from 'node:crypto'

/** Digest lengths in bytes of the hashes that venues sign with. */
const NAMES: Readonly<Record<number, string>> = { 32: 'sha256', 48: 'sha384', 64: 'sha512' }
type Text = string | Uint8Array
/** How the library names a hash: an object that knows the length of its digest. */
type Hash = { readonly outputLen: number }
// oxlint-disable-next-line max-params -- the library calls it so
type LibraryHmac = (text: Text, ignored: Text, hash: Hash, digest?: string) => string

/**
 * To take the place of the library's `hmac`, whose parameters these are. The secret is that of the account whatever is passed in.
 * The function throws RangeError for a hash or an encoding that no venue here uses.
 */
export function nativeHmac(secret: string): LibraryHmac {
  const key: KeyObject = createSecretKey(secret, 'utf8')
  // oxlint-disable-next-line max-params -- the library calls it so
  return (text, _ignored, { outputLen }, digest = 'hex') => {
    const name = NAMES[outputLen]
    if (name === undefined || (digest !== 'hex' && digest !== 'base64'))
      throw new RangeError(`a signature by a hash of ${outputLen} bytes as ${digest}, expected 32, 48 or 64 as hex or base64`)
    return createHmac(name, key).update(text).digest(digest)
  }
}
