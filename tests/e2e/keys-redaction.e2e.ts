// Proves that a key is nowhere but where it belongs. Secrets are planted in a run of the real program: keys are added, tested with and without
// success, rotated and removed, the engine crashes with them in memory and in its last words, the program is stopped. Then everything it wrote,
// printed or sent is searched: the whole data directory, both streams, every message to a screen.
import { readFileSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BridgeResult, CommandName, Input, Output } from '../../src-shared/bridge/contract.ts'
import { connectBridge } from '../support/bridge-client.ts'
import { launchApp, type RunningApp } from '../support/browser.ts'
import { LISTEN_KEY, TRADES, signatureOf, startKeyVenue, type KeyVenue } from '../support/key-venue.ts'
import { buildProgramWithKeyVenue, type BuiltProgram } from '../support/program-with-key-venue.ts'
import { hasSecretService, startSecretService } from '../support/secret-service.ts'

const STORE_PASSPHRASE = 'Passphrase-Of-The-File-77'
const PROXY_PASSWORD = 'Pr0xyPassw0rd-9f8e7d'
const key = (start: string) => `${start}K3yAb3dEf9hIjKlMnOpQrStUvWxYz01`
const secret = (start: string) => `${start}S3cret9hIjKlMnOpQrStUvWxYz0123456789+/"ü`
const plant = (start: string, passphrase: string | null = null) => ({ key: key(start), secret: secret(start), passphrase })
const GOOD = plant('good')
const NEXT = plant('next')
const OKX = plant('okx', 'Okx-Passphrase 1!')
const PLANTED = [GOOD, NEXT, OKX, plant('bad'), plant('draw'), plant('throw'), plant('crash'), plant('lost')]
const DECIDED_MS_MAX = 20_000

/** In every spelling that a file or a message may have. */
function needles(): readonly string[] {
  const raw = PLANTED.flatMap((one) => [one.key, one.secret, one.passphrase ?? '', signatureOf(one.key, one.secret)])
  const all = [...raw, LISTEN_KEY, PROXY_PASSWORD, STORE_PASSPHRASE].filter(Boolean)
  return [
    ...new Set(
      all.flatMap((text) => [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1), Buffer.from(text).toString('base64')]),
    ),
  ]
}
const foundIn = (text: string): readonly string[] => needles().filter((needle) => text.includes(needle))

function filesOf(dir: string): readonly string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(dir, entry.name)
    return entry.isDirectory() ? filesOf(file) : entry.isFile() ? [file] : []
  })
}
function textOf(file: string): string {
  const bytes = readFileSync(file)
  return (file.endsWith('.gz') ? gunzipSync(bytes, { finishFlush: 2 }) : bytes).toString('utf8')
}

describe.each([
  { store: 'file', skipped: false },
  { store: 'keychain', skipped: !hasSecretService },
] as const)('with keys in a $store', ({ store, skipped }) => {
  describe.skipIf(skipped)('(the keychain is skipped where dbus, gnome-keyring or libsecret is not installed)', () => {
    let venue: KeyVenue
    let built: BuiltProgram
    let app: RunningApp
    let stopService = async () => {}
    const messages: string[] = []
    let ask: <C extends CommandName>(command: C, input: Input<C>) => Promise<BridgeResult<Output<C>>>
    let disconnect = () => {}

    beforeAll(async () => {
      venue = await startKeyVenue()
      for (const one of [GOOD, NEXT, OKX, plant('crash')]) venue.known.set(one.key, { ...one, report: TRADES })
      venue.known.set(key('draw'), { ...plant('draw'), report: { ...TRADES, canWithdraw: true } })
      built = await buildProgramWithKeyVenue()
      let env: Record<string, string> = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere', DISPLAY: '' }
      if (store === 'keychain') {
        const service = await startSecretService()
        stopService = () => service.stop()
        env = { ...service.env }
      }
      app = await launchApp({
        program: built.program,
        args: ['--speed=600'],
        env: { ...env, KEY_VENUE: venue.url, KEY_PROXY: `http://me:${PROXY_PASSWORD}@127.0.0.1:3128`, TRADEWRIGHT_ALLOW_FAULTS: '1' },
      })
      const client = await connectBridge(app, (text) => messages.push(text))
      ask = (command, input) => client.ask(command, input)
      disconnect = () => client.close()
    })
    afterAll(async () => {
      disconnect()
      await app.kill()
      await venue.stop()
      await stopService()
      built.remove()
    })
    const running = () =>
      expect
        .poll(async () => ((await ask('system.status', {})) as { value: Output<'system.status'> }).value.host, { timeout: DECIDED_MS_MAX })
        .toMatchObject({ state: 'running' })
    const add = (start: string, change: Partial<Input<'keys.add'>> = {}) =>
      ask('keys.add', { venue: 'binanceusdm', environment: 'testnet', label: 'planted-label', ...plant(start), ...change })

    it('plants secrets in every way there is', async () => {
      await running()
      if (store === 'file') {
        expect(await ask('keys.list', {})).toMatchObject({ value: { state: 'absent' } })
        expect(await ask('keys.useFile', { passphrase: STORE_PASSPHRASE })).toMatchObject({ ok: true })
        expect(await ask('keys.unlock', { passphrase: `${STORE_PASSPHRASE}x` })).toMatchObject({ ok: false })
      }
      const refused = [await add('bad'), await add('draw'), await add('throw'), await add('good', { passphrase: 'not asked for' })]
      // Never understood, so never learned: what is not written down is all that keeps it out.
      refused.push(await add('lost', { venue: 'nowhere' as 'okx' }), await add('lost', { label: `${secret('lost')}${secret('lost')}` }))
      for (const result of refused) expect(result).toMatchObject({ ok: false })
      expect(JSON.stringify(refused)).toContain('[hidden]')
      const added = await add('good')
      if (!added.ok) throw new Error(added.error.message)
      expect(await ask('keys.add', { venue: 'okx', environment: 'live', label: 'planted-label', ...OKX })).toMatchObject({ ok: true })
      venue.known.delete(GOOD.key)
      expect(await ask('keys.test', { id: added.value.id })).toMatchObject({ value: { test: { ok: false } } })
      venue.known.set(GOOD.key, { ...GOOD, report: TRADES })
      expect(await ask('keys.test', { id: added.value.id })).toMatchObject({ value: { test: { ok: true } } })
      const rotated = await ask('keys.rotate', { id: added.value.id, ...NEXT })
      if (!rotated.ok) throw new Error(rotated.error.message)
      const misplaced = { id: rotated.value.id, ...NEXT, [NEXT.secret]: NEXT.secret } as Input<'keys.rotate'>
      expect(await ask('keys.rotate', misplaced)).toMatchObject({ ok: false, error: { code: 'bad_input' } })
      expect(venue.signatures).toContain(signatureOf(GOOD.key, GOOD.secret))
    })

    it('and crashes the engine with them in memory and in its last words', async () => {
      expect(await add('crash', { venue: 'bybit' })).toMatchObject({ ok: true })
      const status = async () => ((await ask('system.status', {})) as { value: Output<'system.status'> }).value.host
      await expect.poll(async () => (await status()).restarts, { timeout: DECIDED_MS_MAX }).toBe(1)
      expect((await status()).lastError).toContain('crashed at GET')
      await running()
      for (const kind of ['throw', 'exit'] as const) {
        const before = (await status()).restarts
        await ask('debug.fault', { kind })
        await expect.poll(async () => (await status()).restarts, { timeout: DECIDED_MS_MAX }).toBeGreaterThan(before)
        await running()
      }
    })

    it('and has everything that can be shown sent to a screen', async () => {
      for (const [command, input] of [
        ['keys.list', {}],
        ['log.tail', { limit: 1000 }],
        ['desk.snapshot', {}],
        ['journal.verify', {}],
        ['signals.choices', {}],
        ['journal.orders', { limit: 500, offset: 0 }],
        ['journal.export', { table: 'orders', format: 'json' }],
      ] as const) {
        const result = await ask(command, input as never)
        expect(result, command).toMatchObject({ ok: true })
      }
      expect(messages.length).toBeGreaterThan(20)
    })

    it('then finds none of them in what was written, printed or sent', async () => {
      const folder = readdirSync(process.cwd())
      expect(await app.stop()).toEqual({ code: 0, signal: null })
      const files = filesOf(app.dataDir)
      const texts = new Map(files.map((file) => [path.relative(app.dataDir, file), textOf(file)]))
      // The search finds what is there: the label of the keys, the crash, the refusals.
      expect(texts.get('keys.json')).toContain('planted-label')
      expect(texts.get(path.join('logs', 'tradewright.log'))).toContain('crashed at GET')
      expect(messages.join('\n')).toContain('planted-label')
      expect([...texts.keys()]).toEqual(expect.arrayContaining(['journal.db', 'paper-venue.db', 'keys.json']))
      expect([...texts.keys()].some((name) => name.startsWith('recordings'))).toBe(true)
      expect(texts.has('keys.sealed')).toBe(store === 'file')
      for (const [name, text] of texts) expect(foundIn(text), name).toEqual([])
      expect(foundIn(app.stdout.join('\n')), 'stdout').toEqual([])
      expect(foundIn(app.stderr.join('\n')), 'stderr').toEqual([])
      expect(foundIn(messages.join('\n')), 'messages to a screen').toEqual([])
      // Neither a report nor a snapshot nor a core of the crash.
      const dumps = [...files, ...readdirSync(process.cwd())].filter((name) =>
        /report\.\d|\.heapsnapshot|\.heapprofile|^core(\.|$)/.test(name),
      )
      expect(dumps).toEqual([])
      expect(readdirSync(process.cwd())).toEqual(folder)
      for (const name of ['keys.json', ...(store === 'file' ? ['keys.sealed'] : [])])
        expect(statSync(path.join(app.dataDir, name)).mode & 0o777, name).toBe(0o600)
    })
  })
})
