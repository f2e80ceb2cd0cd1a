// Commands about the keys of venues. The host answers them. Secrets go in and never come back.
import * as z from 'zod/mini'
import { SEALED_PASSPHRASE_LENGTH_MIN, SECRET_STORE_REASONS } from '../domain/secret-store.ts'
import { VENUE_ENVIRONMENTS, VENUE_IDS } from '../domain/venue.ts'
import { secretText } from './secret-field.ts'

const Empty = z.strictObject({})
const KeyId = z.string().check(z.regex(/^[0-9a-f]{32}$/))
const ByKey = z.strictObject({ id: KeyId })
const Label = z.string().check(z.maxLength(40), z.regex(/^[^\p{Cc}]*$/u))

const KeyReport = z.strictObject({
  canTrade: z.boolean(),
  canWithdraw: z.boolean(),
  ipRestricted: z.nullable(z.boolean()),
  expiresMs: z.nullable(z.int()),
})
const KeyTest = z.discriminatedUnion('ok', [
  z.strictObject({ atMs: z.int(), ok: z.literal(true), report: KeyReport }),
  z.strictObject({ atMs: z.int(), ok: z.literal(false), message: z.string().check(z.maxLength(1000)) }),
])
/** See domain/venue-key. */
export const KeyRecord = z.strictObject({
  id: KeyId,
  venue: z.enum(VENUE_IDS),
  environment: z.enum(VENUE_ENVIRONMENTS),
  label: Label,
  lastFour: z.string().check(z.maxLength(4)),
  addedMs: z.int(),
  test: KeyTest,
})
export { KeyReport }

/** Some venues issue secrets as PEM blocks. Windows keeps 2,560 bytes for one credential. */
const Credentials = { key: secretText(8, 256), secret: secretText(8, 2000), passphrase: z.nullable(secretText(6, 64)) }
const StorePassphrase = z.strictObject({ passphrase: secretText(SEALED_PASSPHRASE_LENGTH_MIN, 256) })

/** `inUse`: live trading runs with it. */
const KeyView = z.extend(KeyRecord, { inUse: z.boolean() })

export const keyCommands = {
  /** `message` says what is wrong with the store when it is not ready. */
  'keys.list': {
    input: Empty,
    output: z.strictObject({
      store: z.enum(['keychain', 'file']),
      state: z.enum(['ready', ...SECRET_STORE_REASONS]),
      message: z.nullable(z.string().check(z.maxLength(1000))),
      keys: z.array(KeyView),
    }),
    scope: 'read',
    by: 'host',
  },
  /** Asks the venue first: only a key that it knows and that cannot withdraw is kept. */
  'keys.add': {
    input: z.strictObject({ venue: z.enum(VENUE_IDS), environment: z.enum(VENUE_ENVIRONMENTS), label: Label, ...Credentials }),
    output: KeyView,
    scope: 'control',
    by: 'host',
  },
  /** The outcome of the test is in the answer, also when it failed. */
  'keys.test': { input: ByKey, output: KeyView, scope: 'control', by: 'host' },
  /** The new one is asked about and kept before the old one goes. */
  'keys.rotate': { input: z.strictObject({ id: KeyId, ...Credentials }), output: KeyView, scope: 'control', by: 'host' },
  'keys.remove': { input: ByKey, output: Empty, scope: 'control', by: 'host' },
  /** Keeps keys in a file under this passphrase from now on, and opens it. Only while no key is kept elsewhere. */
  'keys.useFile': { input: StorePassphrase, output: Empty, scope: 'control', by: 'host' },
  /** Opens that file; needed once after each start. */
  'keys.unlock': { input: StorePassphrase, output: Empty, scope: 'control', by: 'host' },
  /** Back to the keychain. Only while the file holds no key. */
  'keys.useKeychain': { input: Empty, output: Empty, scope: 'control', by: 'host' },
} as const
