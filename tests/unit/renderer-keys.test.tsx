// @vitest-environment jsdom
// Proves the Settings page's keys: every state of their store is said, what is typed is sent once and gone, and nothing is sent that cannot be right.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SettingsPage } from '../../src-renderer/features/settings/settings-page.tsx'
import type { Output } from '../../src-shared/bridge/contract.ts'
import { FakeBridge } from '../support/fake-bridge.ts'
import { settle, showPage } from '../support/screen.tsx'

type Keys = Output<'keys.list'>
const REPORT = { canTrade: true, canWithdraw: false, ipRestricted: true, expiresMs: null }
const KEY: Keys['keys'][number] = {
  id: '0'.repeat(32),
  venue: 'binanceusdm',
  environment: 'testnet',
  label: 'main',
  lastFour: '0001',
  addedMs: 0,
  test: { atMs: 0, ok: true, report: REPORT },
  inUse: false,
}
const SECRET = 'Ab3dEf9hIjKlMnOpQrStUvWxYz'

let bridge: FakeBridge
let keys: Keys
let leave = () => {}
beforeEach(() => {
  bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
  keys = { store: 'keychain', state: 'ready', message: null, keys: [KEY] }
  bridge.answer('keys.list', () => keys)
  bridge.answer('keys.add', () => ({ ...KEY, venue: 'okx' }))
})
afterEach(() => {
  leave()
  cleanup()
})
const open = async () => (leave = (await showPage(bridge, <SettingsPage />)).leave)
const sent = (command: string) => bridge.calls.filter((call) => call.command === command).map(({ input }) => input)
const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label, { selector: 'input, select' })
const type = (label: string, value: string) => fireEvent.change(field(label), { target: { value } })
const submit = async (name: string) => {
  await act(async () => void fireEvent.submit(screen.getByRole('form', { name })))
  await settle()
}

describe('the form', () => {
  it('sends what was typed once, and keeps none of it', async () => {
    await open()
    type('Venue', 'okx')
    type('Label', 'second')
    type('Key', `  ${SECRET}0002 `)
    type('Secret', SECRET)
    type('Passphrase', 'Passphrase 1')
    await submit('Add a key')
    expect(sent('keys.add')).toEqual([
      { venue: 'okx', environment: 'testnet', label: 'second', key: `${SECRET}0002`, secret: SECRET, passphrase: 'Passphrase 1' },
    ])
    for (const label of ['Key', 'Secret', 'Passphrase']) {
      expect(field(label).value).toBe('')
      expect(field(label).type).toBe('password')
    }
    expect(document.documentElement.outerHTML).not.toContain(SECRET)
    expect(sent('keys.list')).toHaveLength(2)
  })

  it('is empty while the answer is on its way, and says the refusal after it', async () => {
    await open()
    let refuse = () => {}
    bridge.answer(
      'keys.add',
      () => new Promise((resolve) => (refuse = () => resolve({ code: 'refused', message: 'the key can withdraw' }))),
    )
    type('Venue', 'bybit')
    type('Key', `${SECRET}0002`)
    type('Secret', SECRET)
    await submit('Add a key')
    expect(field('Secret').value).toBe('')
    expect(screen.getByText('Asking Bybit what this key may do…')).toBeTruthy()
    await act(async () => refuse())
    await settle()
    expect(screen.getByRole('alert').textContent).toBe('The key can withdraw.')
  })

  it('sends nothing that cannot be right, and nothing for a venue that has its key', async () => {
    await open()
    await submit('Add a key')
    expect(screen.getByText(/There is a key for this already \(…0001\)/)).toBeTruthy()
    type('Venue', 'deribit')
    await submit('Add a key')
    expect(screen.getByText('Paste the key')).toBeTruthy()
    expect(screen.getByText('Paste the secret')).toBeTruthy()
    expect(sent('keys.add')).toEqual([])
  })
})

describe('the list', () => {
  it('says what each key may do, and how its newest test failed', async () => {
    const report = { canTrade: false, canWithdraw: true, ipRestricted: false, expiresMs: 1_000 }
    keys = {
      ...keys,
      keys: [
        { ...KEY, test: { atMs: 0, ok: true, report } },
        { ...KEY, id: '1'.repeat(32), venue: 'okx', lastFour: '0003', test: { atMs: 0, ok: false, message: 'the clock is wrong' } },
      ],
    }
    await open()
    const [first, second] = within(screen.getByRole('list', { name: 'Keys' })).getAllByRole('listitem')
    for (const said of ['may only read', 'can withdraw: not used', 'works from any address', 'expires 1970-01-01'])
      expect(first?.textContent).toContain(said)
    expect(second?.textContent).toContain('test failedThe clock is wrong.')
  })

  it('lets nobody take away the key that live trading runs with', async () => {
    keys = { ...keys, keys: [{ ...KEY, inUse: true }] }
    await open()
    expect(screen.getByText('trades live now')).toBeTruthy()
    for (const action of ['Rotate', 'Remove'])
      expect(screen.getByRole<HTMLButtonElement>('button', { name: `${action} Binance USDT-M …0001` }).disabled).toBe(true)
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Test Binance USDT-M …0001' }).disabled).toBe(false)
  })

  it('removes only what was confirmed', async () => {
    bridge.answer('keys.remove', () => ({}))
    await open()
    fireEvent.click(screen.getByRole('button', { name: 'Remove Binance USDT-M …0001' }))
    await settle()
    expect(sent('keys.remove')).toEqual([])
    fireEvent.click(within(screen.getByRole('alertdialog')).getByRole('button', { name: 'Remove key' }))
    await settle()
    expect(sent('keys.remove')).toEqual([{ id: KEY.id }])
  })
})

describe('the place of the keys', () => {
  it.each([
    ['keychain', 'absent', 'This system has no keychain'],
    ['keychain', 'locked', 'The keychain is locked'],
    ['keychain', 'refused', 'The keychain does not answer'],
    ['file', 'locked', 'The key file is locked'],
    ['file', 'refused', 'The key file cannot be used'],
  ] as const)('a %s that is %s is said, and no key is asked for', async (store, state, title) => {
    keys = { store, state, message: 'what is wrong', keys: [KEY] }
    await open()
    expect(screen.getByRole('region', { name: title })).toBeTruthy()
    expect(field('Secret').disabled).toBe(true)
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Test Binance USDT-M …0001' }).disabled).toBe(true)
    await submit('Add a key')
    expect(sent('keys.add')).toEqual([])
  })

  it('a file is only offered where there is no keychain, and only made with the same passphrase twice', async () => {
    keys = { ...keys, state: 'absent', message: 'no keyring service runs', keys: [] }
    bridge.answer('keys.useFile', () => ({}))
    await open()
    fireEvent.click(screen.getByRole('button', { name: 'Keep keys in a file under a passphrase…' }))
    type('Passphrase', 'correct horse battery')
    type('Once more', 'correct horse batterz')
    await submit('Keep keys in a file')
    expect(screen.getByText('The two passphrases differ; type both again.')).toBeTruthy()
    expect(sent('keys.useFile')).toEqual([])
    type('Passphrase', 'correct horse battery')
    type('Once more', 'correct horse battery')
    await submit('Keep keys in a file')
    expect(sent('keys.useFile')).toEqual([{ passphrase: 'correct horse battery' }])
  })

  it('an error of the program itself can be tried again', async () => {
    bridge.fail('keys.list', { code: 'refused', message: 'keys.json is damaged' })
    await open()
    expect(screen.getByRole('alert').textContent).toContain('keys.json is damaged')
    bridge.fail('keys.list', null)
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
    await settle()
    expect(screen.getByRole('list', { name: 'Keys' })).toBeTruthy()
  })
})
