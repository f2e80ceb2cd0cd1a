// Asks the venue for a snapshot of a book: bounded in time and size.
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { MESSAGE_BYTES_MAX } from './byte-decoder.ts'

/** `limited` when the venue asks to be left alone for a while. */
export type DepthRefusal = { readonly message: string; readonly limited: boolean }

const REQUEST_MS_MAX = 10_000
/** The most that USDT-M gives; it costs 20 of 2,400 a minute. */
const LEVELS = 1_000

/** The bytes of GET /fapi/v1/depth. */
export async function requestDepth(baseUrl: string, marketId: string, stopped: AbortSignal): Promise<Result<Uint8Array, DepthRefusal>> {
  try {
    const response = await fetch(`${baseUrl}/fapi/v1/depth?symbol=${encodeURIComponent(marketId)}&limit=${LEVELS}`, {
      signal: AbortSignal.any([stopped, AbortSignal.timeout(REQUEST_MS_MAX)]),
      redirect: 'error',
    })
    if (response.ok) return await readBounded(response)
    await response.body?.cancel()
    const limited = response.status === 418 || response.status === 429
    return err({ message: `the venue answered HTTP ${response.status} for the book of ${marketId}`, limited })
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const message = cause instanceof Error ? cause.message.slice(0, 200) : String(cause)
    return err({ message: `the book of ${marketId} could not be fetched: ${message}`, limited: false })
  }
}

async function readBounded(response: Response): Promise<Result<Uint8Array, DepthRefusal>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > MESSAGE_BYTES_MAX) return err({ message: `a book of more than ${MESSAGE_BYTES_MAX} bytes`, limited: false })
    chunks.push(chunk)
  }
  return ok(Buffer.concat(chunks))
}
