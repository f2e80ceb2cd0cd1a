// Proves the keychain against a real Secret Service: what is kept is found by another process, and a keyring that is missing, empty or locked is
// told apart from one that simply does not hold the key, without ending the program.
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type SecretService, hasSecretService, startBus, startSecretService } from '../support/secret-service.ts'

const CHILD = path.join(import.meta.dirname, '../support/keychain-child.ts')
type Step = readonly ['get' | 'delete', string] | readonly ['set', string, string] | readonly ['list']

async function ask(env: Readonly<Record<string, string>>, steps: readonly Step[], service = 'Tradewright test'): Promise<unknown[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [CHILD, service, JSON.stringify(steps)], {
    env: { ...process.env, ...env },
  })
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}
const ok = (value: unknown) => ({ ok: true, value })
const failed = (reason: string, message: string) => ({ ok: false, error: { reason, message: expect.stringContaining(message) } })

describe.skipIf(!hasSecretService)('an open keyring (skipped where dbus, gnome-keyring or libsecret is not installed)', () => {
  let service: SecretService
  beforeEach(async () => {
    service = await startSecretService()
  })
  afterEach(() => service.stop())

  it('keeps secrets across processes, replaces and forgets them', async () => {
    const secret = 'line one\nline two "ü€"'
    expect(await ask(service.env, [['list'], ['get', 'a'], ['set', 'a', 'first'], ['set', 'b', 'other'], ['set', 'a', secret]])).toEqual([
      ok([]),
      ok(null),
      ok(null),
      ok(null),
      ok(null),
    ])
    expect(await ask(service.env, [['list'], ['get', 'a'], ['get', 'c']])).toEqual([ok(['a', 'b']), ok(secret), ok(null)])
    expect(await ask(service.env, [['delete', 'a'], ['delete', 'a'], ['get', 'a'], ['list']])).toEqual([
      ok(null),
      ok(null),
      ok(null),
      ok(['b']),
    ])
  })

  it('keeps one data directory apart from another', async () => {
    await ask(service.env, [['set', 'a', 'mine']], 'Tradewright one')
    expect(await ask(service.env, [['get', 'a'], ['list']], 'Tradewright two')).toEqual([ok(null), ok([])])
  })

  it('says that it is locked, in every question, and takes nothing for absent', async () => {
    await ask(service.env, [['set', 'a', 'kept']])
    service.lock()
    const locked = failed('locked', 'unlock it')
    expect(await ask(service.env, [['list'], ['get', 'a'], ['get', 'nothing'], ['set', 'b', 'x'], ['delete', 'a']])).toEqual(
      Array(5).fill(locked),
    )
    await service.unlock()
    expect(await ask(service.env, [['get', 'a'], ['list']])).toEqual([ok('kept'), ok(['a'])])
  })

  it('refuses what a keychain cannot take', async () => {
    expect(await ask(service.env, [['set', 'a', 'x'.repeat(2561)]])).toEqual([failed('refused', '2560 bytes')])
  })
})

describe.skipIf(!hasSecretService)('without a keyring (skipped where dbus, gnome-keyring or libsecret is not installed)', () => {
  it.each(['', 'unix:path=/nowhere/bus'])('says so when there is no bus at "%s"', async (address) => {
    expect(await ask({ DBUS_SESSION_BUS_ADDRESS: address, DISPLAY: '', XDG_RUNTIME_DIR: '/nowhere' }, [['list'], ['get', 'a']])).toEqual(
      Array(2).fill(failed('absent', 'no keyring service')),
    )
  })
  it('says so when nothing on the bus is a keyring', async () => {
    const bus = await startBus()
    expect(await ask(bus.env, [['list'], ['set', 'a', 'x']])).toEqual(Array(2).fill(failed('absent', 'no keyring service')))
    await bus.stop()
  })
})
