// What a venue needs to log a private stream in: its name for the key, and signatures. The secret itself stays in here.
import { createHmac, createSecretKey } from 'node:crypto'
import type { VenueCredentials } from '../../../core/ports/execution-client.ts'

export type StreamLogin = {
  readonly key: string
  readonly passphrase: string | null
  /** HMAC-SHA256 of the text with the account's secret. */
  sign(text: string, encoding: 'hex' | 'base64'): string
}

export function streamLogin({ key, secret, passphrase }: VenueCredentials): StreamLogin {
  const secretKey = createSecretKey(secret, 'utf8')
  return { key, passphrase, sign: (text, encoding) => createHmac('sha256', secretKey).update(text).digest(encoding) }
}
