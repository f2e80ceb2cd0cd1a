// Proves that what comes in as a secret does not come out in words: every such field of the contract is marked, nothing marked is written down or
// quoted, whatever is wrong with the input, and secrets seen once are taken out of everything said afterwards.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { commands, type CommandName } from '../../src-shared/bridge/contract.ts'
import { secretFields, secretsIn, withoutSecrets } from '../../src-shared/bridge/secret-field.ts'
import { Scrubber } from '../../src-shared/format/scrub.ts'
import { KnownSecrets } from '../../src-main/engine/known-secrets.ts'
import { answerProbe } from '../../src-main/engine/key-probe.ts'
import { makeHost } from '../support/host.ts'
import { memoryStores } from '../support/secret-stores.ts'

const KEY = 'good-key-of-binance-0001'
const SECRET = 'Ab3dEf9hIjKlMnOpQrStUvWxYz0123456789abcd'
const ADD = { venue: 'binanceusdm', environment: 'testnet', label: 'desk', key: KEY, secret: SECRET, passphrase: null }

describe('the contract', () => {
  it('marks every field whose name is that of a secret', () => {
    const names = Object.keys(commands) as CommandName[]
    const marked = Object.fromEntries(
      names.map((name) => [name, secretFields(commands[name].input)]).filter(([, fields]) => fields?.length),
    )
    expect(marked).toEqual({
      'keys.add': ['key', 'secret', 'passphrase'],
      'keys.rotate': ['key', 'secret', 'passphrase'],
      'keys.useFile': ['passphrase'],
      'keys.unlock': ['passphrase'],
    })
    for (const name of names) {
      const { def } = commands[name].input._zod
      const fields = 'shape' in def ? Object.keys(def.shape as object) : []
      for (const field of fields.filter((known) => /^key$|secret|pass|token|signature/i.test(known)))
        expect(secretFields(commands[name].input), `${name}.${field}`).toContain(field)
    }
  })

  it('leaves inputs without secrets as they are', () => {
    expect(withoutSecrets(commands['position.close'].input, { positionId: 'p1', surplus: 1 })).toEqual({ positionId: 'p1', surplus: 1 })
    expect(secretsIn(commands['keys.add'].input, ADD)).toEqual([KEY, SECRET])
  })

  it('lets nothing of a secret through, however wrong the input is', () => {
    const wrong = fc.oneof(
      fc.constant(SECRET),
      fc.constant([SECRET]),
      fc.record({ venue: fc.constant(SECRET), label: fc.constant(`${SECRET}${SECRET}`), secrte: fc.constant(SECRET) }),
      fc.record({ venue: fc.constant('okx'), key: fc.constant({ deep: SECRET }), [SECRET]: fc.constant(1) }),
      fc.anything().map((junk) => ({ ...ADD, junk, label: 7, environment: { x: SECRET } })),
    )
    fc.assert(
      fc.property(wrong, (input) => {
        expect(JSON.stringify(withoutSecrets(commands['keys.add'].input, input)) ?? '').not.toContain(SECRET)
      }),
    )
  })
})

describe('the host', () => {
  let dispose = async () => {}
  afterEach(() => dispose())
  async function start() {
    const stores = memoryStores()
    const made = makeHost({ keyStores: stores.stores })
    dispose = made.dispose
    made.host.start()
    await made.running()
    const told = () =>
      [readFileSync(path.join(made.dataDir, 'logs/tradewright.log'), 'utf8'), JSON.stringify(made.log.tail(1000))].join('\n')
    return { ...made, ...stores, told }
  }

  it('writes down who added which key and nothing of the key', async () => {
    const { host, told } = await start()
    expect(await host.invoke('keys.add', ADD, 'screen 1')).toMatchObject({ ok: true })
    expect(told()).toContain('screen 1 keys.add')
    expect(told()).toContain('testnet')
    for (const secret of [KEY, SECRET]) expect(told()).not.toContain(secret)
  })

  it('quotes nothing of an input it refuses', async () => {
    const { host, told } = await start()
    const inputs = [
      { ...ADD, key: SECRET.slice(0, 7) },
      { ...ADD, [SECRET]: 1 },
      { ...ADD, venue: SECRET },
      { ...ADD, secret: [SECRET] },
      SECRET,
    ]
    for (const input of inputs) {
      const result = await host.invoke('keys.add', input, 'screen 1')
      expect(result).toMatchObject({ ok: false, error: { code: 'bad_input' } })
      expect(JSON.stringify(result)).not.toContain(SECRET.slice(0, 7))
    }
    expect(told()).not.toContain(SECRET.slice(0, 7))
  })

  it('takes secrets out of what a venue says', async () => {
    const { host, told } = await start()
    const result = await host.invoke('keys.add', { ...ADD, key: `bad${KEY}` }, 'screen 1')
    expect(result).toMatchObject({ ok: false, error: { message: expect.stringContaining('[hidden] [hidden]') } })
    expect(told()).not.toContain(SECRET)
  })

  it('takes secrets out of what an engine says when it breaks', async () => {
    const { host, told, running } = await start()
    const statuses: string[] = []
    host.subscribe('status', (json) => statuses.push(json))
    await host.invoke('keys.add', { ...ADD, key: `crash${KEY}` }, 'screen 1')
    await vi.waitUntil(() => host.state !== 'running')
    await running()
    expect(host.status().lastError).toContain('crashed with [hidden] [hidden]')
    for (const secret of [KEY, SECRET]) expect([told(), ...statuses, JSON.stringify(host.status())].join('\n')).not.toContain(secret)
  })

  it('says so when it was started without a place for keys', async () => {
    const made = makeHost()
    dispose = made.dispose
    expect(await made.host.invoke('keys.list', {}, 'x')).toMatchObject({ ok: false, error: { code: 'refused' } })
  })
})

describe('the scrubber', () => {
  it('knows a secret in all its spellings once it was told', () => {
    const scrubber = new Scrubber()
    const secret = 'p&ss wörd "1"\nsecond line'
    const spelled = [secret, encodeURIComponent(secret), JSON.stringify({ x: secret })]
    scrubber.learn(secret)
    for (const text of spelled) {
      expect(scrubber.scrub(`it said ${text} today`)).toMatch(/^it said .*\[hidden\].* today$/)
      expect(scrubber.scrub(text)).not.toContain('rd')
      expect(scrubber.hide(text)).not.toContain('rd')
    }
    expect(scrubber.scrub(scrubber.scrub(spelled.join(' ')))).toBe(scrubber.scrub(spelled.join(' ')))
  })

  it('does not take words of a message for secrets', () => {
    const scrubber = new Scrubber()
    for (const short of ['desk', 'position', 'sequence']) scrubber.learn(short)
    expect(scrubber.hide('{"sequence":1,"position":null}')).toBe('{"sequence":1,"position":null}')
    expect(scrubber.scrub('the desk is up')).toBe('the desk is up')
  })

  it('remembers the newest and a bounded number', () => {
    const scrubber = new Scrubber()
    for (let n = 0; n < 300; n++) scrubber.learn(`secret-number-${String(n).padStart(4, '0')}`)
    expect(scrubber.hide('secret-number-0299')).toBe('[hidden]')
    expect(scrubber.hide('secret-number-0000')).toBe('secret-number-0000')
  })
})

describe('the engine', () => {
  const credentials = { key: KEY, secret: SECRET, passphrase: null }
  const handed = { environment: 'testnet', credentials } as const
  const probe = { t: 'probe', id: 7, venue: 'binanceusdm', handed } as const

  it('hides what it has seen, and shows it to nobody', () => {
    const secrets = new KnownSecrets()
    secrets.learn(credentials)
    expect(JSON.stringify(secrets)).toBe('{}')
    expect(secrets.scrub(`signature of ${KEY} with ${SECRET}`)).toBe('signature of [hidden] with [hidden]')
  })

  it('answers about a key without its words, also when the test breaks or hangs', async () => {
    const secrets = new KnownSecrets()
    const report = { canTrade: true, canWithdraw: false, ipRestricted: null, expiresMs: null }
    const answerOf = (probeKey: Parameters<typeof answerProbe>[1]['probeKey']) => answerProbe(probe, { probeKey, secrets, deadlineMs: 20 })
    expect(await answerOf(async () => ({ ok: true, value: report }))).toEqual({ t: 'response', id: 7, ok: true, value: report })
    const refused = (message: string) => ({ t: 'response', id: 7, ok: false, code: 'refused', message })
    expect(await answerOf(async () => ({ ok: false, error: `no ${SECRET}` }))).toEqual(refused('no [hidden]'))
    expect(await answerOf(async () => Promise.reject(new TypeError(SECRET)))).toEqual(
      refused('the test of the key failed in this program (TypeError)'),
    )
    expect(await answerOf(() => new Promise(() => {}))).toEqual(refused('Binance USDT-M did not answer within 0.02 s'))
  })
})
