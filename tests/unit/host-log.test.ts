// Proves that logs keep no secrets, cannot fill the disk or the memory, and reach the screen in batches.
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LogRing, openLog, type LogLine } from '../../src-main/host/log.ts'
import { RotatingFile } from '../../src-main/host/rotating-file.ts'
import { scrub } from '../../src-shared/format/scrub.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const SECRET = 'Ab3dEf9hIjKlMnOpQrStUvWxYz0123456789abcd'

describe('the scrubber', () => {
  it.each([
    `GET /fapi/v1/order?symbol=BTCUSDT&signature=${SECRET}&timestamp=1`,
    `{"apiKey":"${SECRET}","secret":"${SECRET}"}`,
    `{\\"apiKey\\":\\"${SECRET}\\"}`,
    `X-MBX-APIKEY: ${SECRET}`,
    `Authorization: Bearer ${SECRET}`,
    `authorization=Basic ${SECRET}`,
    `sent Bearer ${SECRET} to it`,
    `Open http://127.0.0.1:8420/#t=${SECRET} (works once)`,
    `https://user:${SECRET}@example.invalid/path`,
    `https://api.telegram.org/bot123456789:${SECRET}/sendMessage`,
    `password: '${SECRET}'`,
    `{"password":"two words and ${SECRET}"}`,
    `wss://fstream.binance.com/ws?listenKey=${SECRET} closed`,
    `sign=${SECRET}&timestamp=1`,
    `OK-ACCESS-SIGN: ${SECRET}`,
    `http://:${SECRET}@127.0.0.1:3128`,
    `api_secret = ${SECRET}`,
    `-----BEGIN PRIVATE KEY-----\\n${SECRET}\\n-----END PRIVATE KEY-----`,
    `-----BEGIN EC PRIVATE KEY-----\n${SECRET}\n-----END EC PRIVATE KEY-----`,
  ])('takes the secret out of %s', (text) => {
    expect(scrub(text)).not.toContain(SECRET)
    expect(scrub(text)).toContain('[hidden]')
    expect(scrub(scrub(text))).toBe(scrub(text))
    expect(scrub(text)).not.toContain('[hidden]]')
  })

  it('leaves ordinary lines alone', () => {
    for (const line of [
      'order BTC/USDT:USDT buy 0.019 at 50123.4 -> accepted',
      'engine restarting: heartbeat lost',
      '{"level":"info","source":"host"}',
    ])
      expect(scrub(line)).toBe(line)
  })

  it('finds a secret under any of its names wherever in a line it stands', () => {
    const names = fc.constantFrom(
      'apiKey',
      'api_key',
      'API-SECRET',
      'secret',
      'signature',
      'token',
      'access_token',
      'password',
      'passphrase',
    )
    const secrets = fc.stringMatching(/^[A-Za-z0-9]{16,64}$/)
    fc.assert(
      fc.property(fc.string(), names, fc.constantFrom('=', ':', ': ', '":"'), secrets, fc.string(), (before, name, sign, secret, after) => {
        fc.pre(!before.includes(secret) && !after.includes(secret))
        expect(scrub(`${before} ${name}${sign}${secret} ${after}`)).not.toContain(secret)
      }),
    )
  })
})

describe('the file', () => {
  it('turns over at its size and keeps a fixed number of files', () => {
    const name = path.join(temporaryDir(), 'log')
    const file = new RotatingFile({ file: name, bytesMax: 1_000, filesMax: 3 })
    for (let n = 0; n < 200; n++) file.write(`${String(n).padStart(99, '.')}\n`)
    file.close()
    for (const suffix of ['', '.1', '.2']) expect(statSync(name + suffix).size).toBeLessThanOrEqual(1_100)
    expect(existsSync(`${name}.3`)).toBe(false)
    expect(readFileSync(name, 'utf8')).toContain('199')
  })

  it('loses lines rather than throwing when it cannot be written', () => {
    const file = new RotatingFile({ file: path.join(temporaryDir(), 'log'), bytesMax: 1_000, filesMax: 2 })
    file.close()
    file.write('late\n')
    expect(file.lost).toBe(1)
  })

  it('is written by the log without secrets in messages or sources', () => {
    const dir = temporaryDir()
    const log = openLog(dir)
    log.write('error', 'engine', `refused: signature=${SECRET}`)
    log.close()
    const text = readFileSync(path.join(dir, 'tradewright.log'), 'utf8')
    expect(JSON.parse(text)).toMatchObject({ level: 'error', source: 'engine' })
    expect(text).not.toContain(SECRET)
  })
})

describe('the newest lines in memory', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())
  const line = (message: string): LogLine => ({ tsMs: 0, level: 'info', source: 'test', message })

  it('are bounded, oldest first', () => {
    const ring = new LogRing()
    for (let n = 0; n < 10_000; n++) ring.push(line(String(n)))
    expect(ring.tail(5_000)).toHaveLength(1_000)
    expect(ring.tail(2).map(({ message }) => message)).toEqual(['9998', '9999'])
  })

  it('reach a listener in batches however fast they come, and no more after the undo', () => {
    const ring = new LogRing()
    const batches: number[] = []
    ring.push(line('before'))
    const off = ring.subscribe((lines) => batches.push(lines.length))
    for (let n = 0; n < 5_000; n++) ring.push(line('flood'))
    vi.advanceTimersByTime(250)
    ring.push(line('one'))
    vi.advanceTimersByTime(250)
    off()
    ring.push(line('unheard'))
    vi.advanceTimersByTime(1_000)
    expect(batches).toEqual([1_000, 1])
  })
})
