// Proves over real HTTP that a source can cost no more than its bounds: time, size, redirects; and that each failure has a sentence.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GetOptions, addressFault, getText, getTextBy } from '../../src-main/adapters/context/http-get.ts'
import { LoopbackSources, type Reply } from '../support/context-loopback.ts'

const replies: Readonly<Record<string, Reply | undefined>> = {
  '/good': { body: '{"a":"ä"}', headers: { 'set-cookie': 'tracked=1' } },
  '/limited': { status: 429, headers: { 'retry-after': '17' } },
  '/limited-without-time': { status: 429 },
  '/banned': { status: 418, headers: { 'retry-after': '120' } },
  '/maintenance': { status: 503, headers: { 'retry-after': '30' } },
  '/broken': { status: 500, body: 'a page about an error' },
  '/place': { status: 451 },
  '/nothing': { status: 204 },
  '/never': undefined,
  '/long': { body: 'x'.repeat(1_001) },
  '/exactly': { body: 'x'.repeat(1_000) },
  '/moved': { status: 301, headers: { location: '/good' } },
  '/round': { status: 302, headers: { location: '/round' } },
  '/nowhere': { status: 302, headers: { location: 'http://[' } },
  '/plain': { status: 302, headers: { location: 'http://example.com/good' } },
  '/file': { status: 302, headers: { location: 'file:///etc/passwd' } },
}
const server = new LoopbackSources(({ path }) => replies[path])
beforeAll(() => server.listen())
afterAll(() => server.close())

const get = (path: string, over: Partial<GetOptions> = {}) =>
  getText(`${server.url}${path}`, {
    accept: 'application/json',
    bytesMax: 1_000,
    timeoutMs: 1_000,
    signal: new AbortController().signal,
    ...over,
  })

describe('a question', () => {
  it('says who asks and nothing else about the user, also the second time', async () => {
    expect(await get('/good')).toEqual({ ok: true, value: '{"a":"ä"}' })
    expect(await get('/good')).toEqual({ ok: true, value: '{"a":"ä"}' })
    const { headers } = server.asked.at(-1) ?? expect.fail('it was not asked')
    expect(headers).toMatchObject({ 'user-agent': 'Tradewright', accept: 'application/json' })
    for (const name of ['cookie', 'authorization', 'referer', 'x-mbx-apikey']) expect(headers).not.toHaveProperty(name)
  })

  it.each([
    ['/limited', { kind: 'limited', retryAfterMs: 17_000, message: '127.0.0.1 has limited this address for now, HTTP 429' }],
    ['/limited-without-time', { kind: 'limited', retryAfterMs: null }],
    ['/banned', { kind: 'limited', retryAfterMs: 120_000, message: '127.0.0.1 has limited this address for now, HTTP 418' }],
    ['/maintenance', { kind: 'limited', retryAfterMs: 30_000 }],
    ['/broken', { kind: 'failed', message: '127.0.0.1 answered HTTP 500' }],
    ['/place', { kind: 'failed', message: '127.0.0.1 refuses this location, HTTP 451' }],
    ['/nothing', { kind: 'failed', message: '127.0.0.1 answered HTTP 204' }],
    ['/long', { kind: 'failed', message: 'the answer of 127.0.0.1 is longer than 1000 bytes' }],
    ['/round', { kind: 'failed', message: '127.0.0.1 redirected more than 3 times' }],
    ['/nowhere', { kind: 'failed', message: '127.0.0.1 redirected to no address' }],
    ['/plain', { kind: 'failed', message: 'http://example.com is not where a source may send us' }],
    ['/file', { kind: 'failed' }],
  ])('to %s is a fault', async (path, expected) => {
    const answer = await get(path)
    expect(answer).toMatchObject({ ok: false, error: expected })
  })

  it('takes an answer of just the length that is allowed, and follows a redirect', async () => {
    expect(await get('/exactly')).toEqual({ ok: true, value: 'x'.repeat(1_000) })
    expect(await get('/moved')).toEqual({ ok: true, value: '{"a":"ä"}' })
  })

  it('that nobody answers ends after its time', async () => {
    expect(await get('/never', { timeoutMs: 50 })).toMatchObject({
      ok: false,
      error: { kind: 'failed', message: 'no whole answer from 127.0.0.1 within 50 ms' },
    })
  })

  it('ends when the program does', async () => {
    const end = new AbortController()
    const answer = get('/never', { signal: end.signal, timeoutMs: 60_000 })
    end.abort()
    expect(await answer).toMatchObject({ ok: false, error: { message: 'the question to 127.0.0.1 was given up' } })
  })

  it.each([
    ['http://example.com/feed', 'http://example.com is not HTTPS, which is the only way the sources are asked'],
    ['ftp://example.com/feed', 'ftp://example.com is not HTTPS, which is the only way the sources are asked'],
  ])('to %s is not asked at all', async (address, message) => {
    const asked = await getText(address, { accept: '*/*', bytesMax: 1, timeoutMs: 1_000, signal: new AbortController().signal })
    expect(asked).toMatchObject({ ok: false, error: { kind: 'failed', message } })
  })

  it.each([
    'http://127.0.0.1:8420/',
    'https://localhost/',
    'http://[::1]/',
    'http://127.9.9.9/',
    'http://0.0.0.0/',
    'https://x.localhost/',
    'https://[::ffff:127.0.0.1]:8420/',
    'https://[::ffff:192.168.1.1]/',
    'https://[::127.0.0.1]/',
    'https://[::]/',
    'https://0x7f.1/',
    'https://0.1.2.3/',
    'https://10.0.0.1/',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[fe80::1]/',
    'https://[fc00::1]/',
    'https://[fd12:3456::1]/',
  ])('does not follow a publisher to %s, on this machine or its network', (address) => {
    expect(addressFault(new URL(address), false)).toContain('is not where a source may send us')
  })

  it.each([
    'https://8.8.8.8/',
    'https://172.15.255.255/',
    'https://172.32.0.1/',
    'https://192.169.0.1/',
    'https://[2606:4700::1111]/',
    'https://[::ffff:8.8.8.8]/',
    'https://api.binance.com/',
  ])('may follow a publisher to %s', (address) => {
    expect(addressFault(new URL(address), false)).toBeNull()
  })

  it('stays on this machine where it began there', () => {
    expect(addressFault(new URL('http://127.0.0.1:8420/'), true)).toBeNull()
    for (const address of ['https://10.0.0.1/', 'https://[::ffff:127.0.0.1]/', 'https://8.8.8.8/', 'https://api.binance.com/'])
      expect(addressFault(new URL(address), true), address).toContain('is not where a source may send us')
  })

  it('to a host that is not there says so', async () => {
    const gone = new LoopbackSources(() => ({}))
    await gone.listen()
    const { url } = gone
    await gone.close()
    const answer = await getText(url, { accept: '*/*', bytesMax: 1, timeoutMs: 1_000, signal: new AbortController().signal })
    expect(answer).toMatchObject({ ok: false, error: { message: '127.0.0.1 cannot be reached: it refused the connection (ECONNREFUSED)' } })
  })

  describe('to a name', () => {
    const options: GetOptions = { accept: '*/*', bytesMax: 1, timeoutMs: 1_000, signal: new AbortController().signal }

    it.each(['127.0.0.1', '10.1.2.3', '169.254.1.1', '::1', '::ffff:127.0.0.1', 'fe80::1%eth0', 'fd00::7'])(
      'is not asked when one of its addresses is %s',
      async (inside) => {
        const looked: string[] = []
        const resolve = (name: string): Promise<readonly string[]> => {
          looked.push(name)
          return Promise.resolve(['203.0.113.9', inside])
        }
        expect(await getTextBy(resolve, 'https://feed.example/rss', options)).toEqual({
          ok: false,
          error: {
            kind: 'failed',
            message: `feed.example leads to ${inside}, on this machine or its network, where no source may send us`,
            retryAfterMs: null,
          },
        })
        expect(looked).toEqual(['feed.example'])
      },
    )

    it('that is not known says so', async () => {
      const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND feed.example'), { code: 'ENOTFOUND' })
      expect(await getTextBy(() => Promise.reject(unknown), 'https://feed.example/', options)).toMatchObject({
        error: { message: 'feed.example cannot be reached: its name is not known (ENOTFOUND)' },
      })
    })

    it('ends after its time also while nobody knows the name, and with the program', async () => {
      const never = (): Promise<readonly string[]> => new Promise(() => undefined)
      expect(await getTextBy(never, 'https://feed.example/', { ...options, timeoutMs: 50 })).toMatchObject({
        error: { message: 'no whole answer from feed.example within 50 ms' },
      })
      expect(await getTextBy(never, 'https://feed.example/', { ...options, signal: AbortSignal.abort() })).toMatchObject({
        error: { message: 'the question to feed.example was given up' },
      })
    })

    it('is not looked up for a host of the tests on this machine', async () => {
      const resolve = (name: string): Promise<readonly string[]> => Promise.reject(new Error(`${name} was looked up`))
      expect(await getTextBy(resolve, `${server.url}/good`, { ...options, bytesMax: 1_000 })).toEqual({ ok: true, value: '{"a":"ä"}' })
    })
  })
})
