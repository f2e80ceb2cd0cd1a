// Can the live market be reached at all? Asked at every start, so it does not load the exchange library.
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { errorText } from './redact.ts'

const BASE_URL = 'https://fapi.binance.com'

/** One GET of Binance's ping endpoint. The error is one sentence for the status line. `baseUrl` is another one in tests only. */
export async function probeLive(timeoutMs: number, baseUrl: string = BASE_URL): Promise<Result<void, string>> {
  const host = new URL(baseUrl).hostname
  try {
    const response = await fetch(`${baseUrl}/fapi/v1/ping`, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' })
    await response.body?.cancel()
    return response.ok ? ok(undefined) : err(unreachableBecause(statusText(host, response.status)))
  } catch (error) {
    return err(unreachableBecause(failureText(host, error, timeoutMs)))
  }
}

const unreachableBecause = (reason: string): string => `Binance USDT-M cannot be reached (${reason})`

function statusText(host: string, status: number): string {
  if (status === 451 || status === 403) return `${host} refuses this location, HTTP ${status}`
  if (status === 418 || status === 429) return `${host} has limited this address for now, HTTP ${status}`
  return `${host} answered HTTP ${status}`
}

function failureText(host: string, error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer from ${host} within ${timeoutMs} ms`
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code === 'ENOTFOUND') return `DNS: ${host} not found`
  if (code === 'EAI_AGAIN') return `DNS: no name server answered for ${host}`
  if (code === 'ECONNREFUSED') return `${host} refused the connection`
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH') return `no route to ${host}`
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') return `${host} closed the connection`
  if (code.startsWith('CERT_') || code.includes('SIGNED') || code.startsWith('ERR_TLS'))
    return `the certificate of ${host} is not trusted: ${code}`
  return `${host}: ${errorText(cause)}`
}
