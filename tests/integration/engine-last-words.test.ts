// Proves that an engine in a process of its own, as in the desktop app, does not print or write down the keys it was told when it ends by a fault,
// not even when Node was asked for a report.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import type { FromEngine, ToEngine } from '../../src-shared/bridge/wire.ts'
import { Settings } from '../../src-shared/config/settings.ts'
import type { EngineOptions } from '../../src-main/engine/options.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const SECRET = 'Ab3dEf9hIjKlMnOpQrStUvWxYz0123456789abcd'
const root = path.resolve(import.meta.dirname, '../..')

it('ends with its secrets hidden, and without a report', async () => {
  const cwd = temporaryDir()
  const options: EngineOptions = {
    version: '0',
    dataDir: temporaryDir(),
    assetsDir: path.join(root, 'assets'),
    market: 'recorded',
    speed: 1,
    settings: Settings.parse({}),
    allowFaults: false,
  }
  const child = fork(path.join(root, 'src-main/engine/entry.ts'), [JSON.stringify(options)], {
    cwd,
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, NODE_OPTIONS: '--report-uncaught-exception --report-on-fatalerror --no-warnings' },
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (printed += data.toString()))
  const answers: FromEngine[] = []
  child.on('message', (message) => void answers.push(message as FromEngine))
  const send = (message: ToEngine) => child.send(message)
  await expect.poll(() => answers.some(({ t }) => t === 'ready'), { timeout: 20_000 }).toBe(true)
  const handed = { environment: 'testnet', credentials: { key: `key-${SECRET}`, secret: SECRET, passphrase: null } } as const
  send({ t: 'probe', id: 1, venue: 'bybit', handed })
  send({ t: 'credentials', venue: 'bybit', environment: 'testnet', answer: { ok: true, value: handed.credentials } })
  await expect.poll(() => answers.find((answer) => answer.t === 'response')).toMatchObject({ ok: false })
  // What nobody sends: the engine stops and quotes it.
  child.send({ t: 'nonsense', handed })
  const [code] = await once(child, 'close')
  expect(code).toBe(1)
  expect(printed).toContain('message to the engine: unexpected')
  expect(printed).toContain('[hidden]')
  expect(printed + JSON.stringify(answers)).not.toContain(SECRET)
  expect(readdirSync(cwd)).toEqual([])
})
