// Proves the commands about keys: nothing is kept that its venue did not accept, nothing goes before its successor is there, nothing secret comes
// back, and live trading gets a key only when its newest test allows it.
import { beforeEach, describe, expect, it } from 'vitest'
import type { BridgeError, BridgeResult, Input } from '../../src-shared/bridge/contract.ts'
import type { HandedKey } from '../../src-shared/bridge/wire.ts'
import type { VenueAccount } from '../../src-shared/domain/venue.ts'
import type { Result } from '../../src-shared/domain/result.ts'
import { KeyDesk, type KeyCommand } from '../../src-main/host/keys/key-desk.ts'
import { memoryStores } from '../support/secret-stores.ts'

const SECRET = 'Ab3dEf9hIjKlMnOpQrStUvWxYz0123456789abcd'
const REPORT = { canTrade: true, canWithdraw: false, ipRestricted: true, expiresMs: null }
const BINANCE: Input<'keys.add'> = {
  venue: 'binanceusdm',
  environment: 'testnet',
  label: 'desk',
  key: 'key-of-binance-0001',
  secret: SECRET,
  passphrase: null,
}

let world: ReturnType<typeof memoryStores>
let desk: KeyDesk
let nowMs = 0
let answer: BridgeResult<unknown>
const probed: HandedKey[] = []
let inUse: VenueAccount | null

beforeEach(() => {
  world = memoryStores()
  probed.length = 0
  inUse = null
  nowMs = 1_000
  answer = { ok: true, value: REPORT }
  desk = startDesk()
})
const startDesk = () =>
  new KeyDesk({
    stores: world.stores,
    probe: (_venue, key) => {
      probed.push(key)
      return Promise.resolve(answer)
    },
    inUse: () => inUse,
    nowMs: () => nowMs,
  })
type View = { id: string; lastFour: string; inUse: boolean; test: { ok: boolean } }
const ask = <T = View>(command: KeyCommand, input: unknown) => desk.handle(command, input) as Promise<Result<T, BridgeError>>
async function add(input: Partial<typeof BINANCE> = {}): Promise<View> {
  const added = await ask('keys.add', { ...BINANCE, ...input })
  if (!added.ok) throw new Error(added.error.message)
  return added.value
}
const refusal = (sentence: string) => ({ ok: false, error: { code: 'refused', message: expect.stringContaining(sentence) } })
const listed = async () => ((await ask<{ keys: View[] }>('keys.list', {})) as { value: { keys: View[] } }).value.keys
/** Whatever runs after the answer is over once the next command is. */
const settled = () => ask('keys.test', { id: 'none' })

describe('adding a key', () => {
  it('asks the venue, keeps the secret in the keychain, and tells what is known of it', async () => {
    const added = await add()
    expect(added).toMatchObject({ venue: 'binanceusdm', environment: 'testnet', label: 'desk', lastFour: '0001', addedMs: 1_000 })
    expect(added.test).toEqual({ atMs: 1_000, ok: true, report: REPORT })
    expect(probed).toEqual([{ environment: 'testnet', credentials: { key: BINANCE.key, secret: SECRET, passphrase: null } }])
    expect([...world.keychain.secrets.keys()]).toEqual([added.id])
    const list = await ask('keys.list', {})
    expect(list).toEqual({ ok: true, value: { store: 'keychain', state: 'ready', message: null, keys: [added] } })
    for (const told of [list, world.book.state, added]) {
      expect(JSON.stringify(told)).not.toContain(SECRET)
      expect(JSON.stringify(told)).not.toContain(BINANCE.key)
    }
  })

  it.each([
    ['can withdraw', { ok: true, value: { ...REPORT, canWithdraw: true } }, 'can withdraw money from Binance USDT-M'],
    [
      'is not known to its venue',
      { ok: false, error: { code: 'refused', message: 'Binance does not know this key' } },
      'does not know this key',
    ],
    ['could not be tested', { ok: false, error: { code: 'engine_down', message: 'the engine is starting' } }, 'the engine is starting'],
    ['was answered with nonsense', { ok: true, value: { canTrade: 'yes' } }, 'not a report'],
  ] as const)('keeps nothing of one that %s', async (_what, said, sentence) => {
    answer = said
    expect(await ask('keys.add', BINANCE)).toEqual(refusal(sentence))
    expect(await ask('keys.add', BINANCE)).toEqual(refusal('nothing was kept'))
    expect(world.keychain.secrets.size).toBe(0)
    expect(await listed()).toEqual([])
  })

  it('keeps one that may only read, which live trading then refuses', async () => {
    answer = { ok: true, value: { ...REPORT, canTrade: false } }
    await add()
    expect(await desk.credentialsOf({ venue: 'binanceusdm', environment: 'testnet' })).toEqual({
      ok: false,
      error: expect.stringContaining('it can only read'),
    })
  })

  it('refuses a second one of the same venue and environment, and takes one of another', async () => {
    await add()
    expect(await ask('keys.add', BINANCE)).toEqual(refusal('already, …0001'))
    await add({ environment: 'live' })
    await add({ venue: 'okx', passphrase: 'pass phrase' })
    expect(await listed()).toHaveLength(3)
  })

  it('asks for a passphrase where there is one, and only there', async () => {
    const bad = (sentence: string) => ({ ok: false, error: { code: 'bad_input', message: expect.stringContaining(sentence) } })
    expect(await ask('keys.add', { ...BINANCE, venue: 'okx' })).toEqual(bad('OKX also asks for the passphrase'))
    expect(await ask('keys.add', { ...BINANCE, passphrase: 'something' })).toEqual(bad('knows no passphrase'))
    expect(probed).toEqual([])
  })

  it.each(['absent', 'locked', 'refused'] as const)('asks no venue while the store is %s', async (reason) => {
    world.keychain.trouble = reason
    expect(await ask('keys.add', BINANCE)).toEqual(refusal(`the store is ${reason}`))
    expect(await ask('keys.list', {})).toMatchObject({ value: { state: reason, message: `the store is ${reason}` } })
    expect(probed).toEqual([])
  })

  it('leaves no secret behind when the book cannot be written', async () => {
    world.book.saveTrouble = 'disk full'
    expect(await ask('keys.add', BINANCE)).toEqual(refusal('disk full; nothing was kept'))
    expect(await listed()).toEqual([])
    world.book.saveTrouble = null
    const { id } = await add()
    await settled()
    expect([...world.keychain.secrets.keys()]).toEqual([id])
  })
})

describe('a key that is there', () => {
  it('is tested again, and what came of it is kept, good or bad', async () => {
    const { id } = await add()
    nowMs = 2_000
    answer = { ok: false, error: { code: 'refused', message: 'the key has expired' } }
    expect(await ask('keys.test', { id })).toMatchObject({
      ok: true,
      value: { test: { atMs: 2_000, ok: false, message: 'the key has expired' } },
    })
    desk = startDesk()
    expect((await listed())[0]?.test).toMatchObject({ ok: false, message: 'the key has expired' })
    expect(await desk.credentialsOf({ venue: 'binanceusdm', environment: 'testnet' })).toEqual({
      ok: false,
      error: expect.stringContaining('has expired'),
    })
  })

  it('is rotated only once the new one was accepted', async () => {
    const old = await add()
    const other = await add({ environment: 'live' })
    const next = { id: old.id, key: 'key-of-binance-0002', secret: SECRET, passphrase: null }
    answer = { ok: true, value: { ...REPORT, canWithdraw: true } }
    expect(await ask('keys.rotate', next)).toEqual(refusal('the old key stays'))
    expect(await listed()).toEqual([old, other])
    answer = { ok: true, value: REPORT }
    const rotated = await ask('keys.rotate', next)
    expect(rotated).toMatchObject({ ok: true, value: { label: 'desk', lastFour: '0002', inUse: false } })
    await settled()
    expect((await listed()).map(({ lastFour }) => lastFour)).toEqual(['0002', '0001'])
    expect(world.keychain.secrets.size).toBe(2)
    expect(world.keychain.secrets.has(old.id)).toBe(false)
    expect(await ask('keys.test', { id: old.id })).toMatchObject({ error: { code: 'not_found' } })
  })

  it('stays when its successor cannot be written down', async () => {
    const old = await add()
    world.book.saveTrouble = 'disk full'
    expect(await ask('keys.rotate', { id: old.id, key: 'another-key-0002', secret: SECRET, passphrase: null })).toEqual(
      refusal('the old key stays'),
    )
    world.book.saveTrouble = null
    expect(await ask('keys.test', { id: old.id })).toMatchObject({ ok: true })
  })

  it('is removed with its secret, and stays when the secret cannot be deleted', async () => {
    const { id } = await add()
    world.keychain.trouble = 'locked'
    expect(await ask('keys.remove', { id })).toEqual(refusal('the store is locked'))
    expect(await listed()).toHaveLength(1)
    world.keychain.trouble = null
    expect(await ask('keys.remove', { id })).toEqual({ ok: true, value: {} })
    expect(world.keychain.secrets.size).toBe(0)
    expect(await listed()).toEqual([])
  })

  it('can be removed where there is no keychain any more', async () => {
    const { id } = await add()
    world.keychain.trouble = 'absent'
    expect(await ask('keys.remove', { id })).toEqual({ ok: true, value: {} })
  })

  it('whose secret was deleted in the keychain itself says so', async () => {
    const { id } = await add()
    world.keychain.secrets.clear()
    expect(await ask('keys.test', { id })).toEqual(refusal('was deleted there'))
  })
})

describe('live trading', () => {
  it('gets the key, and keeps it from being rotated or removed', async () => {
    const { id } = await add()
    expect(await desk.credentialsOf({ venue: 'binanceusdm', environment: 'testnet' })).toEqual({
      ok: true,
      value: { key: BINANCE.key, secret: SECRET, passphrase: null },
    })
    expect((await listed())[0]?.inUse).toBe(false)
    inUse = { venue: 'binanceusdm', environment: 'testnet' }
    expect((await listed())[0]?.inUse).toBe(true)
    expect(await ask('keys.remove', { id })).toEqual(refusal('runs with this key; go back to paper first'))
    expect(await ask('keys.rotate', { id, key: 'another-key-0002', secret: SECRET, passphrase: null })).toEqual(
      refusal('go back to paper first'),
    )
    inUse = { venue: 'binanceusdm', environment: 'live' }
    expect(await ask('keys.remove', { id })).toMatchObject({ ok: true })
  })

  it('gets a sentence where the store does not give it', async () => {
    await add()
    world.keychain.trouble = 'locked'
    expect(await desk.credentialsOf({ venue: 'binanceusdm', environment: 'testnet' })).toEqual({ ok: false, error: 'the store is locked' })
  })

  it('gets nothing where there is no key', async () => {
    expect(await desk.credentialsOf({ venue: 'okx', environment: 'live' })).toEqual({
      ok: false,
      error: 'there is no key for OKX (live); add one in the settings',
    })
  })
})

describe('the key file', () => {
  const passphrase = 'correct horse battery'
  it('is off until chosen, keeps the keys from then on, and is locked after a start', async () => {
    world.keychain.trouble = 'absent'
    expect(await ask('keys.unlock', { passphrase })).toEqual(refusal('keys are in the keychain, not in a file'))
    expect(await ask('keys.useFile', { passphrase })).toEqual({ ok: true, value: {} })
    await add()
    expect(world.file.secrets.size).toBe(1)
    world.file.trouble = 'locked'
    desk = startDesk()
    expect(await ask('keys.list', {})).toMatchObject({ value: { store: 'file', state: 'locked' } })
    expect(await ask('keys.unlock', { passphrase: 'not the one of it' })).toEqual(refusal('wrong passphrase'))
    expect(await ask('keys.unlock', { passphrase })).toEqual({ ok: true, value: {} })
    expect(await ask('keys.list', {})).toMatchObject({ value: { store: 'file', state: 'ready' } })
  })

  it('and the keychain take turns only while they hold no key', async () => {
    const { id } = await add()
    expect(await ask('keys.useFile', { passphrase })).toEqual(refusal('there is a key in the keychain; remove it first'))
    await ask('keys.remove', { id })
    expect(await ask('keys.useFile', { passphrase })).toMatchObject({ ok: true })
    const second = await add()
    expect(await ask('keys.useKeychain', {})).toEqual(refusal('in the file'))
    await ask('keys.remove', { id: second.id })
    expect(await ask('keys.useKeychain', {})).toMatchObject({ ok: true })
    expect(world.file.exists()).toBe(false)
  })
})

it('a damaged book is an answer to every command, not an end', async () => {
  world.book.loadTrouble = 'keys.json is damaged'
  for (const [command, input] of [
    ['keys.list', {}],
    ['keys.add', BINANCE],
    ['keys.useFile', { passphrase: 'x' }],
  ] as const)
    expect(await ask(command, input)).toEqual(refusal('keys.json is damaged'))
})
