// The engine's file with one part exchanged: keys are asked about at the venue on loopback whose address is in KEY_VENUE. It talks as carelessly as
// the library that the connectors are built on: errors carry whole addresses with signature and listen key, and proxies with their password. A key
// that begins with "crash" ends the engine a moment after its test.
import type { ProbeKey } from '../../src-main/core/ports/probe-key.ts'
import type { EngineOptions } from '../../src-main/engine/options.ts'
import { KnownSecrets } from '../../src-main/engine/known-secrets.ts'
import { startEngine } from '../../src-main/engine/engine.ts'
import { openWorkerPort, serveWorker } from '../../src-main/engine/worker-port.ts'
import { KeyReport } from '../../src-shared/bridge/key-contract.ts'
import { LISTEN_KEY, signatureOf } from './key-venue.ts'

const probeKey: ProbeKey = async (_venue, _environment, { key, secret, passphrase }) => {
  const signature = signatureOf(key, secret)
  const query = new URLSearchParams({ key, ...(passphrase === null ? {} : { passphrase }), signature })
  const url = `${process.env['KEY_VENUE'] ?? ''}/account?${query.toString()}`
  const proxy = process.env['KEY_PROXY'] ?? ''
  const careless = `${url}&listenKey=${LISTEN_KEY} via ${proxy} with {"apiKey":"${key}","secret":"${secret}","password":"${passphrase}"}`
  if (key.startsWith('crash')) {
    setTimeout(() => {
      throw new Error(`crashed at GET ${careless}`)
    }, 300)
  }
  if (key.startsWith('throw')) throw new TypeError(careless)
  const response = await fetch(url)
  const text = await response.text()
  if (!response.ok) return { ok: false, error: `GET ${careless} ${response.status} ${text} (${key}/${secret}/${passphrase})` }
  return { ok: true, value: KeyReport.parse(JSON.parse(text)) }
}

const port = openWorkerPort<EngineOptions>()
const secrets = new KnownSecrets()
void serveWorker(port, () => startEngine(port.options, (message) => port.post(message), { secrets, probeKey }))
