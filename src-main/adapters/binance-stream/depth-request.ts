// Asks the venue for a snapshot of a book: bounded in time and size.
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../../src-shared/domain/time.ts'
import { MESSAGE_BYTES_MAX } from './byte-decoder.ts'

/** `pauseMs` is how long the venue asks to be left alone, for every instrument; 0 when it does not. */
export type DepthRefusal = { readonly message: string; readonly pauseMs: number }

const REQUEST_MS_MAX = 10_000
/** The most that USDT-M gives; it costs 20 of 2,400 a minute. */
const LEVELS = 1_000
/** The venue bans addresses that go on asking: for 2 minutes at first, for up to 3 days. */
const PAUSE_MS_MIN = MINUTE_MS
const PAUSE_MS_MAX = 3 * DAY_MS

/** The bytes of GET /fapi/v1/depth. */
export async function requestDepth(baseUrl: string, marketId: string, stopped: AbortSignal): Promise<Result<Uint8Array, DepthRefusal>> {
  try {
    const response = await fetch(`${baseUrl}/fapi/v1/depth?symbol=${encodeURIComponent(marketId)}&limit=${LEVELS}`, {
      signal: AbortSignal.any([stopped, AbortSignal.timeout(REQUEST_MS_MAX)]),
      redirect: 'error',
    })
    if (response.ok) return await readBounded(response)
    await response.body?.cancel()
    return err(refusalOf(response, marketId))
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const message = cause instanceof Error ? cause.message.slice(0, 200) : String(cause)
    return err({ message: `the book of ${marketId} could not be fetched: ${message}`, pauseMs: 0 })
  }
}

function refusalOf({ status, headers }: Response, marketId: string): DepthRefusal {
  const message = `the venue answered HTTP ${status} for the book of ${marketId}`
  if (status !== 418 && status !== 429) return { message, pauseMs: 0 }
  const askedMs = retryAfterMs(headers)
  // What cannot be read may be a long one; the least is still a pause, and the next answer tells again.
  const pauseMs = Math.min(PAUSE_MS_MAX, Math.max(PAUSE_MS_MIN, Number.isNaN(askedMs) ? 0 : askedMs))
  return { message: `${message}, and is left alone for ${Math.ceil(pauseMs / SECOND_MS)} s`, pauseMs }
}

/** Seconds, or a date, which is measured by the clock of whoever sent it (RFC 9110, 10.2.3). NaN without either. */
function retryAfterMs(headers: Headers): number {
  const text = headers.get('retry-after') ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) * SECOND_MS : Date.parse(text) - Date.parse(headers.get('date') ?? '')
}

async function readBounded(response: Response): Promise<Result<Uint8Array, DepthRefusal>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > MESSAGE_BYTES_MAX) return err({ message: `a book of more than ${MESSAGE_BYTES_MAX} bytes`, pauseMs: 0 })
    chunks.push(chunk)
  }
  return ok(Buffer.concat(chunks))
}
