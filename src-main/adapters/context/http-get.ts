// One GET with a bound on everything: time, size, redirects. No cookies, no keys, nothing about the user but the program's name.
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

const USER_AGENT = 'Tradewright'
const REDIRECTS_MAX = 3
const LOOPBACK = /^(127(\.\d{1,3}){3}|\[::1\]|0\.0\.0\.0|(.*\.)?localhost)\.?$/

/** The text of a 200 answer as UTF-8. Plain HTTP is spoken to loopback only. Never throws for what the network does. */
export const getText: GetText = async (address, options) => {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)])
  let url = new URL(address)
  const isFromLoopback = LOOPBACK.test(url.hostname)
  for (let hop = 0; hop <= REDIRECTS_MAX; hop += 1) {
    const refusal = addressFault(url, isFromLoopback)
    if (refusal !== null) return failed(refusal)
    try {
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

/** Null, or why this is not asked. A publisher may not send us to a program on this machine: only who is there already stays there. */
export function addressFault(url: URL, isFromLoopback: boolean): string | null {
  const isLoopback = LOOPBACK.test(url.hostname)
  if (isLoopback !== isFromLoopback) return `${url.origin} is not where a source may send us`
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback)
    ? null
    : `${url.origin} is not HTTPS, which is the only way the sources are asked`
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
