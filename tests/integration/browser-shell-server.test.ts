// Proves the browser shell from outside, over real sockets: what it serves and refuses, who gets in, and that nothing sent to it ends it.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { networkInterfaces } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { startBrowserShell, type BrowserShell } from '../../src-main/shells/browser/server.ts'
import { PROTOCOL_VERSION } from '../../src-shared/bridge/version.ts'
import { UPLOAD_CHUNK_BYTES } from '../../src-shared/bridge/lab-contract.ts'
import { makeHost } from '../support/host.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

let made: ReturnType<typeof makeHost>
let shell: BrowserShell
beforeAll(async () => {
  const dir = temporaryDir()
  const rendererDir = path.join(dir, 'renderer')
  mkdirSync(path.join(rendererDir, 'assets'), { recursive: true })
  writeFileSync(path.join(rendererDir, 'index.html'), '<!doctype html><title>Tradewright</title>')
  writeFileSync(path.join(rendererDir, 'assets', 'index-abcdefgh.js'), 'export {}')
  writeFileSync(path.join(dir, 'secret.json'), '{}')
  symlinkSync(path.join(dir, 'secret.json'), path.join(rendererDir, 'link.json'))
  made = makeHost()
  made.host.start()
  await made.running()
  shell = await startBrowserShell({ host: made.host, rendererDir, port: 0, outbox: { dropBytes: 200_000, resumeBytes: 1_000 } })
})
afterAll(async () => {
  await shell.close()
  await made.dispose()
})

const authority = () => `127.0.0.1:${shell.port}`
type Answer = { status: number; headers: http.IncomingHttpHeaders; body: string }
function get(target: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: '127.0.0.1', port: shell.port, path: target, method, headers: { host: authority(), ...headers } },
      (response) => {
        let body = ''
        response.on('data', (chunk: Buffer) => (body += chunk.toString()))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
      },
    )
    request.on('error', reject)
    request.end()
  })
}
/** Sends bytes as they are; returns all that came back. */
function raw(text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = net.connect({ host: '127.0.0.1', port: shell.port }, () => socket.end(text))
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
  })
}
const UPGRADE = () =>
  `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nOrigin: http://${authority()}\r\n`

function dial(over: { origin?: string | null; host?: string; path?: string } = {}): WebSocket {
  const origin = over.origin === undefined ? `http://${authority()}` : over.origin
  const headers = { ...(over.host ? { host: over.host } : {}), ...(origin === null ? {} : { origin }) }
  return new WebSocket(`ws://${authority()}${over.path ?? '/ws'}`, { headers })
}
const ending = (socket: WebSocket): Promise<string> =>
  new Promise((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve(`http ${response.statusCode}`))
    socket.on('close', (code) => resolve(`close ${code}`))
    socket.on('error', () => {})
  })
async function endingAfter(message: string | Buffer): Promise<string> {
  const socket = dial()
  const ended = ending(socket)
  socket.on('open', () => socket.send(message))
  return ended
}
const hello = (token: string): string => JSON.stringify({ t: 'hello', v: PROTOCOL_VERSION, token })
const newToken = (): string => new URL(shell.newLoginUrl()).hash.slice('#t='.length)

type Message = { t: string; id?: number; topic?: string; payload?: unknown; session?: string; result?: unknown }
type Screen = { socket: WebSocket; session: string; seen: Message[]; ask(command: string, input: unknown): Promise<unknown> }
let lastId = 0
function logIn(token: string): Promise<Screen> {
  const socket = dial()
  const seen: Message[] = []
  const waiting = new Map<number, (result: unknown) => void>()
  const ask = (command: string, input: unknown): Promise<unknown> =>
    new Promise((resolve) => {
      const id = ++lastId
      waiting.set(id, resolve)
      socket.send(JSON.stringify({ t: 'request', id, command, input }))
    })
  return new Promise((resolve, reject) => {
    socket.on('open', () => socket.send(hello(token)))
    socket.on('message', (data: Buffer) => {
      const message: Message = JSON.parse(data.toString())
      seen.push(message)
      if (message.t === 'welcome') resolve({ socket, session: message.session ?? '', seen, ask })
      if (message.t === 'response') waiting.get(message.id ?? 0)?.(message.result)
    })
    socket.on('close', (code) => reject(new Error(`close ${code}`)))
    socket.on('error', reject)
  })
}

describe('over http', () => {
  it('serves the screen under a strict policy, without cookies or CORS', async () => {
    const { status, headers } = await get('/')
    expect(status).toBe(200)
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*connect-src 'self'.*require-trusted-types-for 'script'/)
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|http/)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    expect(headers['access-control-allow-origin']).toBeUndefined()
    expect(headers['set-cookie']).toBeUndefined()
    expect((await get('/assets/index-abcdefgh.js')).headers['cache-control']).toContain('immutable')
  })

  it('tells its health and nothing more', async () => {
    expect(JSON.parse((await get('/healthz')).body)).toEqual({ state: 'running' })
  })

  it.each(['evil.example', 'evil.example:80', '127.0.0.1', '0.0.0.0:1', '[::1]:1'])(
    'answers 421 to the host "%s" (DNS rebinding)',
    async (host) => {
      expect((await get('/', { host })).status).toBe(421)
    },
  )

  it('answers 421 to a request without a host', async () => {
    expect(await raw('GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 421 /)
  })

  it('refuses other sites, other ports of this machine, and other methods', async () => {
    expect((await get('/', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await get('/', { 'sec-fetch-site': 'same-site' })).status).toBe(403)
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect((await get('/', {}, method)).status, method).toBe(405)
    expect((await get('/', {}, 'HEAD')).body).toBe('')
  })

  it.each([
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '/%5c..%5csecret.json',
    '/link.json',
    '/.env',
    '/journal.db',
    '/%00.html',
    '/%E0%A4%A',
    '/assets',
  ])('answers 404 to %s', async (target) => expect((await get(target)).status).toBe(404))

  it('survives whatever stands in the request line or in an upgrade', async () => {
    const odd = ['//', '/', '*', '/%', 'http://[', '//x:y@z:99999/', '/?', '/#', '/ws', '/\u0000', '\\\\', '/a'.repeat(5_000)]
    const target = fc.oneof(fc.constantFrom(...odd), fc.string({ unit: 'binary', maxLength: 64 }), fc.webUrl())
    const method = fc.oneof(fc.constantFrom('GET', 'HEAD', 'POST', 'PRI', 'CONNECT'), fc.string({ maxLength: 8 }))
    await fc.assert(
      fc.asyncProperty(method, target, fc.boolean(), async (verb, address, upgrade) => {
        const answer = await raw(
          `${verb} ${address} HTTP/1.1\r\nHost: ${authority()}\r\n${upgrade ? UPGRADE() : 'Connection: close\r\n'}\r\n`,
        )
        if (answer !== '') expect(answer).toMatch(/^HTTP\/1\.1 (101|200|[45]\d\d) /)
        expect(answer).not.toMatch(/^HTTP\/1\.1 500/)
      }),
      {
        numRuns: 150,
        examples: odd.flatMap((address): [string, string, boolean][] => [
          ['GET', address, false],
          ['GET', address, true],
        ]),
      },
    )
    expect((await get('/')).status).toBe(200)
  })

  it('listens on loopback only', async () => {
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((address) => address?.family === 'IPv4' && !address.internal)
    // A machine without a network has nothing to listen on beyond loopback.
    if (!outside) return
    const outcome = await new Promise((resolve) => {
      const socket = net.connect({ host: outside.address, port: shell.port }, () => resolve('open'))
      socket.on('error', (error) => resolve('code' in error ? error.code : error))
    })
    expect(outcome).toBe('ECONNREFUSED')
  })

  it('says that a port is taken', async () => {
    await expect(startBrowserShell({ host: made.host, rendererDir: '', port: shell.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})

describe('over the WebSocket', () => {
  it.each([
    ['a foreign origin', { origin: 'https://evil.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['the origin "null"', { origin: 'null' }],
    ['no origin', { origin: null }],
    ['a foreign host', { host: 'evil.example' }],
    ['another path', { path: '/other' }],
  ])('answers 403 to %s', async (_name, over) => {
    expect(await ending(dial(over))).toBe('http 403')
  })

  it('closes on anything but a good hello', async () => {
    expect(await endingAfter(JSON.stringify({ t: 'request', id: 1, command: 'desk.snapshot', input: {} }))).toBe('close 4401')
    expect(await endingAfter('{')).toBe('close 4400')
    expect(await endingAfter(JSON.stringify({ t: 'hello', v: PROTOCOL_VERSION, token: '', surplus: 1 }))).toBe('close 4400')
    expect(await endingAfter(Buffer.from([1, 2]))).toBe('close 4400')
    expect(await endingAfter(JSON.stringify({ t: 'hello', v: 99, token: '' }))).toBe('close 4426')
    expect(await endingAfter('x'.repeat(1_100_000))).toBe('close 1009')
    expect(await endingAfter(hello('not a token'))).toBe('close 4401')
  })

  it('lets in once by token and again by session, tells the state first, and validates commands', async () => {
    const token = newToken()
    const first = await logIn(token)
    await expect(logIn(token)).rejects.toThrow('4401')
    const again = await logIn(first.session)
    expect(await again.ask('desk.snapshot', {})).toMatchObject({ ok: true })
    expect(await again.ask('position.close', {})).toMatchObject({ ok: false, error: { code: 'bad_input' } })
    expect(again.seen[1]).toMatchObject({ t: 'event', topic: 'status', payload: { state: 'running' } })
    first.socket.terminate()
    again.socket.terminate()
  })

  it('has room for the largest piece of an upload', async () => {
    const screen = await logIn(newToken())
    const base64 = Buffer.alloc(UPLOAD_CHUNK_BYTES).toString('base64')
    expect(await screen.ask('lab.upload.chunk', { uploadId: 'U1', offset: 0, base64 })).toMatchObject({
      ok: false,
      error: { code: 'refused' },
    })
    expect(await screen.ask('desk.snapshot', {})).toMatchObject({ ok: true })
    screen.socket.terminate()
  })

  it('sends the same events to all screens, and none to one that has not said who it is', async () => {
    const stranger = dial()
    const strange: unknown[] = []
    stranger.on('message', (data) => strange.push(data))
    const [a, b] = [await logIn(newToken()), await logIn(newToken())]
    await Promise.all([a.ask('playback.setSpeed', { speed: 3 }), b.ask('desk.snapshot', {})])
    await b.ask('desk.snapshot', {})
    for (const screen of [a, b]) {
      const frames = screen.seen.filter(({ topic }) => topic === 'desk').map(({ payload }) => (payload as { sequence: number }).sequence)
      expect(frames).toEqual([1, 2, 3])
      screen.socket.terminate()
    }
    expect(strange).toEqual([])
    stranger.terminate()
  })

  it('drops frames for a screen that does not read, and tells it once to take a new snapshot', async () => {
    const [slow, quick] = [await logIn(newToken()), await logIn(newToken())]
    slow.socket.pause()
    for (let n = 0; n < 20; n++) await quick.ask('playback.setSpeed', { speed: 600 })
    slow.socket.resume()
    const resyncs = (): number => slow.seen.filter(({ topic }) => topic === 'resync').length
    await expect.poll(resyncs, { timeout: 10_000 }).toBe(1)
    const frames = (screen: Screen): number => screen.seen.filter(({ topic }) => topic === 'desk').length
    expect(frames(quick)).toBe(12_000)
    expect(frames(slow)).toBeLessThan(12_000)
    slow.socket.terminate()
    quick.socket.terminate()
  })

  it('has room for eight screens; the ninth is told so and keeps its token', async () => {
    const screens: Screen[] = []
    for (let n = 0; n < 8; n++) screens.push(await logIn(newToken()))
    const token = newToken()
    await expect(logIn(token)).rejects.toThrow('4429')
    screens[0]?.socket.close()
    await expect
      .poll(async () =>
        logIn(token).then(
          (screen) => screens.push(screen),
          () => 0,
        ),
      )
      .toBe(9)
    for (const { socket } of screens) socket.terminate()
  })

  it('keeps strangers who say nothing from using up the room', async () => {
    const strangers = Array.from({ length: 8 }, () => dial())
    await Promise.all(strangers.map((socket) => new Promise((resolve) => socket.on('open', resolve))))
    expect(await ending(dial())).toBe('http 403')
    for (const socket of strangers) socket.terminate()
    await expect
      .poll(async () =>
        logIn(newToken()).then(
          ({ socket }) => socket.terminate(),
          () => 'full',
        ),
      )
      .toBeUndefined()
  })
})
