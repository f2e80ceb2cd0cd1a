// Proves what a keychain of any system may answer with: a library that is missing, a question that waits for a person, words nobody knows.
import { describe, expect, it } from 'vitest'
import { type Keytar, openKeychain } from '../../src-main/adapters/keychain/keychain.ts'
import { dumpingOptions } from '../../src-main/adapters/keychain/memory-dumps.ts'

/** A keychain in memory that can be told to fail. */
class FakeKeytar implements Keytar {
  readonly entries = new Map<string, string>()
  trouble: Error | null = null
  hangs = false
  asked = 0
  getPassword = (service: string, account: string) => this.#answer(() => this.entries.get(`${service}/${account}`) ?? null)
  setPassword = (service: string, account: string, password: string) =>
    this.#answer(() => void this.entries.set(`${service}/${account}`, password))
  deletePassword = (service: string, account: string) => this.#answer(() => this.entries.delete(`${service}/${account}`))
  #answer<T>(action: () => T): Promise<T> {
    this.asked += 1
    if (this.hangs) return new Promise(() => {})
    return this.trouble === null ? Promise.resolve(action()) : Promise.reject(this.trouble)
  }
}
const keychainOver = (keytar: FakeKeytar, answerMsMax = 20) =>
  openKeychain({ service: 'test', load: () => Promise.resolve(keytar), answerMsMax })

describe('a keychain', () => {
  it('is absent where its library does not load', async () => {
    const load = () => Promise.reject(new Error('Failed to load keytar native addon'))
    expect(await openKeychain({ service: 'test', load }).list()).toMatchObject({ ok: false, error: { reason: 'absent' } })
  })

  it.each([
    ['Cannot autolaunch D-Bus without X11 $DISPLAY', 'absent'],
    ['Cannot create an item in a locked collection', 'locked'],
    ['User interaction is not allowed.', 'locked'],
    ['Object does not exist at path “/org/freedesktop/secrets/collection/login”', 'locked'],
    ['The session wrapping the secret does not exist', 'refused'],
    ['The user name or passphrase you entered is not correct.', 'refused'],
  ])('that says "%s" is %s', async (words, reason) => {
    const keytar = new FakeKeytar()
    keytar.trouble = new Error(words)
    expect(await keychainOver(keytar).get('a')).toMatchObject({ ok: false, error: { reason } })
  })

  it('that waits for a person counts as locked, and is not asked again meanwhile', async () => {
    const keytar = new FakeKeytar()
    keytar.hangs = true
    const keychain = keychainOver(keytar)
    const late = { ok: false, error: { reason: 'locked', message: expect.stringContaining('another window') } }
    expect(await Promise.all([keychain.get('a'), keychain.set('a', 'x'), keychain.list()])).toEqual([late, late, late])
    expect(keytar.asked).toBe(1)
  })

  it('names every secret it may hold, also when writing one failed half way', async () => {
    const keytar = new FakeKeytar()
    const keychain = keychainOver(keytar)
    await keychain.set('a', 'x')
    const write = keytar.setPassword
    keytar.setPassword = (service, account, password) =>
      account === 'b' ? Promise.reject(new Error('no room')) : write(service, account, password)
    expect(await keychain.set('b', 'y')).toMatchObject({
      ok: false,
      error: { reason: 'refused', message: 'the keychain refused: no room' },
    })
    expect(await keychain.list()).toEqual({ ok: true, value: ['a', 'b'] })
  })
})

describe('memory dumps', () => {
  it('are found among the options of Node', () => {
    expect(
      dumpingOptions(['--heapsnapshot-signal=SIGUSR2', '--no-warnings'], '--heapsnapshot-near-heap-limit=2  --max-old-space-size=9'),
    ).toEqual(['--heapsnapshot-signal=SIGUSR2', '--heapsnapshot-near-heap-limit=2'])
    expect(dumpingOptions([], '')).toEqual([])
  })
})
