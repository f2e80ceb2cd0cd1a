// Proves the key file: nothing in it can be read without the passphrase, nothing can be changed unnoticed, a crash while writing loses nothing.
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { openKeyBook } from '../../src-main/adapters/keychain/key-book.ts'
import { writePrivate } from '../../src-main/adapters/keychain/private-file.ts'
import { openSealedFile } from '../../src-main/adapters/keychain/sealed-file.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const PASSPHRASE = 'correct horse battery'
const SECRET = 'Ab3dEf9hIjKlMnOpQrStUvWxYz0123456789abcd'
const refused = (clause: string) => ({ ok: false, error: { reason: 'refused', message: expect.stringContaining(clause) } })

describe('the key file', () => {
  const dir = temporaryDir()
  const file = path.join(dir, 'keys.sealed')
  beforeAll(async () => {
    const store = openSealedFile(file)
    expect(store.exists()).toBe(false)
    expect(await store.unlock('too short')).toEqual(refused('at least 12 characters'))
    expect(store.exists()).toBe(false)
    expect(await store.unlock(PASSPHRASE)).toEqual({ ok: true, value: null })
    expect(await store.set('name-of-a', SECRET)).toEqual({ ok: true, value: null })
  })

  it('is locked at each start until its passphrase is given', async () => {
    const store = openSealedFile(file)
    for (const answer of [store.get('a'), store.set('a', 'x'), store.delete('a'), store.list(), store.discard()])
      expect(await answer).toMatchObject({ ok: false, error: { reason: 'locked' } })
    expect(await store.unlock('incorrect horse battery')).toEqual(refused('the passphrase does not open it'))
    expect(await store.get('name-of-a')).toMatchObject({ ok: false, error: { reason: 'locked' } })
    expect(await store.unlock(PASSPHRASE)).toEqual({ ok: true, value: null })
    expect(await store.get('name-of-a')).toEqual({ ok: true, value: SECRET })
    expect(await store.list()).toEqual({ ok: true, value: ['name-of-a'] })
  })

  it('shows its parameters and nothing else, to its owner alone', () => {
    const text = readFileSync(file, 'utf8')
    for (const hidden of [SECRET, 'name-of-a', PASSPHRASE]) expect(text).not.toContain(hidden)
    const { header } = JSON.parse(text)
    expect(header).toMatchObject({ kdf: { name: 'scrypt', N: 131072, r: 8, p: 1 }, cipher: { name: 'aes-256-gcm' } })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(dir)).toEqual(['keys.sealed'])
  })

  it('takes a new nonce for every writing', async () => {
    const store = openSealedFile(file)
    await store.unlock(PASSPHRASE)
    const nonces = new Set<string>()
    for (let n = 0; n < 5; n++) {
      await store.set('b', 'same')
      nonces.add(JSON.parse(readFileSync(file, 'utf8')).header.cipher.nonce)
    }
    expect(nonces.size).toBe(5)
    expect(await store.discard()).toEqual(refused('still holds 2 keys'))
  })

  it.each([
    ['a bit of the text', (content: Parsed) => ({ ...content, sealed: flip(content.sealed) }), 'it was changed'],
    ['a bit of the tag', (content: Parsed) => ({ ...content, tag: flip(content.tag) }), 'it was changed'],
    ['a shorter tag', (content: Parsed) => ({ ...content, tag: content.tag.slice(0, 8) }), 'it was changed'],
    [
      'the cost',
      (content: Parsed) => ({ ...content, header: { ...content.header, kdf: { ...content.header.kdf, N: 65536 } } }),
      'it was changed',
    ],
    [
      'a cost that would take all memory',
      (content: Parsed) => ({ ...content, header: { ...content.header, kdf: { ...content.header.kdf, N: 2 ** 40 } } }),
      'damaged',
    ],
    [
      'another cipher',
      (content: Parsed) => ({ ...content, header: { ...content.header, cipher: { name: 'none', nonce: '' } } }),
      'damaged',
    ],
  ])('is not opened with %s changed', async (_what, change, clause) => {
    const copy = path.join(temporaryDir(), 'keys.sealed')
    writeFileSync(copy, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')))))
    expect(await openSealedFile(copy).unlock(PASSPHRASE)).toEqual(refused(clause))
  })

  it('is left alone when it is not one of ours', async () => {
    const other = path.join(temporaryDir(), 'keys.sealed')
    writeFileSync(other, 'not JSON')
    expect(await openSealedFile(other).unlock(PASSPHRASE)).toEqual(refused('damaged'))
    expect(readFileSync(other, 'utf8')).toBe('not JSON')
  })
})

type Parsed = { header: { kdf: object; cipher: object }; sealed: string; tag: string }
function flip(base64: string): string {
  const bytes = Buffer.from(base64, 'base64')
  bytes[0] = (bytes[0] ?? 0) ^ 1
  return bytes.toString('base64')
}

describe('the book of keys', () => {
  it('begins empty with a profile of its own, and is refused when damaged rather than begun again', () => {
    const file = path.join(temporaryDir(), 'keys.json')
    const first = openKeyBook(file).load()
    expect(first).toMatchObject({ ok: true, value: { store: 'keychain', keys: [], profile: expect.stringMatching(/^[0-9a-f]{8}$/) } })
    if (!first.ok) return
    expect(openKeyBook(file).save(first.value)).toEqual({ ok: true, value: null })
    expect(openKeyBook(file).load()).toEqual(first)
    writeFileSync(file, '{"version":1}')
    expect(openKeyBook(file).load()).toEqual({ ok: false, error: expect.stringContaining('is damaged') })
  })

  it('stands as it was when it cannot be written', () => {
    const file = path.join(temporaryDir(), 'keys.json')
    writeFileSync(file, 'earlier')
    writeFileSync(`${file}.new`, 'left by a crash')
    expect(writePrivate(file, 'later')).toEqual({ ok: true, value: null })
    expect(readFileSync(file, 'utf8')).toBe('later')
    expect(writePrivate(path.join(file, 'below-a-file'), 'x').ok).toBe(false)
  })
})
