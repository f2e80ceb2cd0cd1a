// One GET with a bound on everything: time, size, redirects. No cookies, no keys, nothing about the user but the program's name.
import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'

export type HttpFault = {
  /** `limited`: the server asks to be left alone for a while. `failed`: anything else. */
  readonly kind: 'limited' | 'failed'
  /** One sentence that names the host. */
  readonly message: string
  /** What the server asked for, if it did. */
  readonly retryAfterMs: number | null
}
export type GetOptions = {
  readonly accept: string
  readonly bytesMax: number
  /** From the question to the last byte, redirects included. */
  readonly timeoutMs: number
  /** Ends the request early; the answer is then a fault like any other. */
  readonly signal: AbortSignal
}
export type GetText = (address: string, options: GetOptions) => Promise<Result<string, HttpFault>>

/** Every address of a name, as the machine resolves it. Rejects for a name that is not known. */
export type ResolveName = (name: string) => Promise<readonly string[]>

const USER_AGENT = 'Tradewright'
const REDIRECTS_MAX = 3
const LOOPBACK = /^(127(\.\d{1,3}){3}|\[::1\]|0\.0\.0\.0|(.*\.)?localhost)\.?$/

/** This machine and the networks around it; an IPv4 address written as IPv6 (::ffff:0:0/96) counts as what it stands for. */
const INSIDE = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  INSIDE.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  // Unspecified, loopback, and the old way to write IPv4 in IPv6.
  ['::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  INSIDE.addSubnet(network, prefix, 'ipv6')

const isInside = (address: string): boolean => INSIDE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

const resolveName: ResolveName = async (name) => (await lookup(name, { all: true })).map(({ address }) => address)

/** Asks with this machine's resolver of names. */
export const getText: GetText = (address, options) => getTextBy(resolveName, address, options)

/** The text of a 200 answer as UTF-8. Plain HTTP is spoken to loopback only. Never throws for what the network does. */
export const getTextBy = async (resolve: ResolveName, address: string, options: GetOptions): Promise<Result<string, HttpFault>> => {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)])
  let url = new URL(address)
  const isFromLoopback = LOOPBACK.test(url.hostname)
  for (let hop = 0; hop <= REDIRECTS_MAX; hop += 1) {
    try {
      const refusal = addressFault(url, isFromLoopback) ?? (isFromLoopback ? null : await nameFault(url.hostname, resolve, signal))
      if (refusal !== null) return failed(refusal)
      const answer = await ask(url, options, signal)
      if (!answer.ok) return answer
      if (answer.value.next === null) return ok(answer.value.text)
      url = answer.value.next
    } catch (error) {
      return failed(failureText(url.hostname, error, options.timeoutMs))
    }
  }
  return failed(`${url.hostname} redirected more than ${REDIRECTS_MAX} times`)
}

const failed = (message: string): Result<never, HttpFault> => err({ kind: 'failed', message, retryAfterMs: null })

/**
 * Null, or why this is not asked. A publisher may not send us to a program on this machine or on its network: only who is on this machine
 * already stays there.
 */
export function addressFault(url: URL, isFromLoopback: boolean): string | null {
  const isLoopback = LOOPBACK.test(url.hostname)
  const literal = literalOf(url.hostname)
  const mayBeAsked = isFromLoopback ? isLoopback : !isLoopback && !(literal !== null && isInside(literal))
  if (!mayBeAsked) return `${url.origin} is not where a source may send us`
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback)
    ? null
    : `${url.origin} is not HTTPS, which is the only way the sources are asked`
}

/** The address that a host is written as, or null for a name. */
function literalOf(hostname: string): string | null {
  const bare = hostname.replace(/^\[|\]$/g, '')
  return isIP(bare) === 0 ? null : bare
}

/**
 * Null, or why a name is not asked: one of its addresses lies inside. Rejects when the name is not known or the signal ends the wait. A name
 * that changes its address between this look and the connection still has to prove itself by its certificate.
 */
async function nameFault(hostname: string, resolve: ResolveName, signal: AbortSignal): Promise<string | null> {
  if (literalOf(hostname) !== null) return null
  const inside = (await unlessAborted(resolve(hostname), signal)).find(isInside)
  return inside === undefined ? null : `${hostname} leads to ${inside}, on this machine or its network, where no source may send us`
}

/** A look-up cannot be called off, only no longer waited for. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

type Answer = { readonly text: string; readonly next: URL | null }

async function ask(url: URL, options: GetOptions, signal: AbortSignal): Promise<Result<Answer, HttpFault>> {
  const headers = { accept: options.accept, 'user-agent': USER_AGENT }
  const response = await fetch(url.href, { headers, redirect: 'manual', credentials: 'omit', referrerPolicy: 'no-referrer', signal })
  const location = response.headers.get('location')
  if (response.status >= 300 && response.status < 400 && location !== null) {
    await response.body?.cancel()
    return URL.canParse(location, url.href)
      ? ok({ text: '', next: new URL(location, url.href) })
      : failed(`${url.hostname} redirected to no address`)
  }
  if (response.status !== 200) {
    await response.body?.cancel()
    return err(statusFault(url.hostname, response))
  }
  const text = await readBounded(response, options.bytesMax)
  return text === null ? failed(`the answer of ${url.hostname} is longer than ${options.bytesMax} bytes`) : ok({ text, next: null })
}

/** Null when the body is longer; then the rest is not fetched. */
async function readBounded(response: Response, bytesMax: number): Promise<string | null> {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const chunks: Uint8Array[] = []
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.byteLength
    if (bytes > bytesMax) {
      await reader.cancel()
      return null
    }
    chunks.push(value)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function statusFault(host: string, response: Response): HttpFault {
  const { status } = response
  // Binance answers 418 to who goes on after 429; others say 503 with the same header.
  const isLimited = status === 429 || status === 418
  const retryAfterMs = retryAfter(response.headers.get('retry-after'))
  if (isLimited || retryAfterMs !== null)
    return { kind: 'limited', message: `${host} has limited this address for now, HTTP ${status}`, retryAfterMs }
  const message = status === 451 || status === 403 ? `${host} refuses this location, HTTP ${status}` : `${host} answered HTTP ${status}`
  return { kind: 'failed', message, retryAfterMs }
}

/** Seconds, as the limits of interest give them; the other form, a date, would need the server's clock. */
const retryAfter = (text: string | null): number | null => (text !== null && /^\d{1,7}$/.test(text) ? Number(text) * 1_000 : null)

function failureText(host: string, error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no whole answer from ${host} within ${timeoutMs} ms`
  if (error instanceof Error && error.name === 'AbortError') return `the question to ${host} was given up`
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const reason = CAUSES.get(code) ?? (cause instanceof Error ? cause.message : String(cause))
  return `${host} cannot be reached: ${reason}${code === '' ? '' : ` (${code})`}`
}

const CAUSES: ReadonlyMap<string, string> = new Map([
  ['ENOTFOUND', 'its name is not known'],
  ['EAI_AGAIN', 'no name server answered'],
  ['ECONNREFUSED', 'it refused the connection'],
  ['ECONNRESET', 'it closed the connection'],
  ['UND_ERR_SOCKET', 'it closed the connection'],
  ['ENETUNREACH', 'there is no network'],
  ['EHOSTUNREACH', 'there is no route to it'],
])
