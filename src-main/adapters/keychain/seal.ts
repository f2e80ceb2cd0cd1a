// Encryption of a small text under a passphrase: scrypt (RFC 7914) makes the key, AES-256-GCM (NIST SP 800-38D) hides and authenticates.
// All parameters stand in the header, which is authenticated too.
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { z } from 'zod'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'

/** OWASP's recommendation for scrypt: 128 MiB and some tenths of a second for each guess. */
const COST = { N: 2 ** 17, r: 8, p: 1 } as const
/** What a file may ask for: a damaged header must not take all memory. */
const COST_MAX = { N: 2 ** 20, r: 16, p: 4 } as const
const SALT_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32

const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/)
const Header = z.strictObject({
  format: z.literal('tradewright-keys'),
  version: z.literal(1),
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    N: z
      .number()
      .int()
      .min(2 ** 14)
      .max(COST_MAX.N)
      .refine((n) => Number.isInteger(Math.log2(n))),
    r: z.number().int().min(1).max(COST_MAX.r),
    p: z.number().int().min(1).max(COST_MAX.p),
    salt: base64,
  }),
  cipher: z.strictObject({ name: z.literal('aes-256-gcm'), nonce: base64 }),
})
const Sealed = z.strictObject({ header: Header, sealed: base64, tag: base64 })
type Kdf = z.infer<typeof Header>['kdf']

/** A key made from a passphrase, and how. Held in memory while the store is open. */
export type SealKey = { readonly kdf: Kdf; readonly key: Buffer }

/** Takes some tenths of a second, off the main thread. */
export const newSealKey = (passphrase: string): Promise<SealKey> =>
  deriveKey(passphrase, { name: 'scrypt', ...COST, salt: randomBytes(SALT_BYTES).toString('base64') })

/** The text of a file that holds `secret`. A new nonce each time. */
export function seal({ kdf, key }: SealKey, secret: string): string {
  const nonce = randomBytes(NONCE_BYTES)
  const header: z.infer<typeof Header> = {
    format: 'tradewright-keys',
    version: 1,
    kdf,
    cipher: { name: 'aes-256-gcm', nonce: nonce.toString('base64') },
  }
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(authenticated(header))
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return JSON.stringify({ header, sealed: sealed.toString('base64'), tag: cipher.getAuthTag().toString('base64') }, null, 2)
}

/** What `seal` hid, and the key to seal it again. The error is one clause. */
export async function unseal(
  text: string,
  passphrase: string,
): Promise<Result<{ readonly secret: string; readonly key: SealKey }, string>> {
  const parsed = Sealed.safeParse(parseJson(text))
  if (!parsed.success) return err('it is damaged or not a file of this program')
  const { header, sealed, tag } = parsed.data
  const key = await deriveKey(passphrase, header.kdf)
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.key, Buffer.from(header.cipher.nonce, 'base64'), { authTagLength: TAG_BYTES })
    decipher.setAAD(authenticated(header)).setAuthTag(Buffer.from(tag, 'base64'))
    const secret = Buffer.concat([decipher.update(Buffer.from(sealed, 'base64')), decipher.final()])
    return ok({ secret: secret.toString('utf8'), key })
  } catch {
    return err('the passphrase does not open it, or it was changed')
  }
}

/** In the fixed order of the schema, whatever the order in the file. */
const authenticated = (header: z.infer<typeof Header>): Buffer => Buffer.from(JSON.stringify(Header.parse(header)))

function deriveKey(passphrase: string, kdf: Kdf): Promise<SealKey> {
  const { N, r, p } = kdf
  return new Promise((resolve, reject) => {
    // The same passphrase typed on another keyboard may arrive in another Unicode form.
    scrypt(passphrase.normalize('NFKC'), Buffer.from(kdf.salt, 'base64'), KEY_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve({ kdf, key }),
    )
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
