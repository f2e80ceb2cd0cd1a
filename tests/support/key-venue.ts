// A venue on loopback that knows nothing but keys: it checks the signature as real ones do and says what a key may do.
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { KeyReport, VenueCredentials } from '../../src-shared/domain/venue.ts'

export type KnownKey = VenueCredentials & { report: KeyReport }
export type KeyVenue = {
  readonly url: string
  /** By key. The test changes what the venue thinks of one. */
  readonly known: Map<string, KnownKey>
  /** Signatures that arrived, newest last. */
  readonly signatures: string[]
  stop(): Promise<void>
}
export const TRADES: KeyReport = { canTrade: true, canWithdraw: false, ipRestricted: true, expiresMs: null }
export const LISTEN_KEY = 'pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1'

export const signatureOf = (key: string, secret: string): string => createHmac('sha256', secret).update(key).digest('hex')

export async function startKeyVenue(): Promise<KeyVenue> {
  const known = new Map<string, KnownKey>()
  const signatures: string[] = []
  const server = createServer((request, response) => {
    const asked = new URL(request.url ?? '/', 'http://venue').searchParams
    const signature = asked.get('signature') ?? ''
    signatures.push(signature)
    const account = known.get(asked.get('key') ?? '')
    const right = account && signatureOf(account.key, account.secret) === signature && account.passphrase === asked.get('passphrase')
    response.writeHead(right ? 200 : 401, { 'content-type': 'application/json' })
    response.end(JSON.stringify(right ? account.report : { code: -2015, msg: `Invalid key ${asked.get('key')}` }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the venue is not listening')
  return {
    url: `http://127.0.0.1:${address.port}`,
    known,
    signatures,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
