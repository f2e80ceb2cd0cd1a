// Requests to a venue: let through by the budget, signed by the library, sent once, under a deadline that covers the body.
import type { VenueCredentials } from '../../../core/ports/execution-client.ts'
import type { Scheduler } from '../../../core/ports/scheduler.ts'
import { errorText, redactor } from '../redact.ts'
import { type CcxtExchange, readSigned } from './ccxt-module.ts'
import type { VenueEndpoints } from './endpoints.ts'
import type { ProxyList } from './proxy-list.ts'
import { type RawAnswer, type VenueFailure, VenueRefusal, failureOfTransport, refusal } from './venue-failure.ts'
import type { Priority, WeightBudget } from './weight-budget.ts'

export type RequestParams = Readonly<Record<string, string | number | boolean>>
export type VenueRequest = {
  /** Section of the library's list of endpoints, such as `fapiPrivate`. It decides host, version and whether the request is signed. */
  readonly api: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** As in the library's list, without host and version. */
  readonly path: string
  /** Amounts and prices as text: no float comes near them. */
  readonly params: RequestParams
  /** The venue takes several at once and wants a list, of this one. */
  readonly asList?: boolean
  /** Beside those of the signature; made when it is sent, because they may hold a time. */
  readonly headers?: () => Readonly<Record<string, string>>
  /** Where the venue limits each of its endpoints by itself: the name in the rules of its budget. */
  readonly endpoint?: string
  readonly weight: number
  /** Orders that this places; 0 for everything else. */
  readonly orders: number
  readonly priority: Priority
}
/** The parsed body of the answer. Throws VenueRefusal for everything else. */
export type Ask = (request: VenueRequest) => Promise<unknown>

export type VenueRestOptions = {
  readonly exchange: CcxtExchange
  readonly credentials: VenueCredentials | null
  readonly budget: WeightBudget
  readonly scheduler: Scheduler
  readonly endpoints: VenueEndpoints | null
  readonly proxies: ProxyList
  /** What a venue's answer means; null when it is what was asked for. */
  readonly failureOf: (answer: RawAnswer) => VenueFailure | null
  /** Told of every answer and every failure to get one. */
  readonly onOutcome: (failure: VenueFailure | null) => void
}

const TIMEOUT_MS = 4_000
/** An answer may begin just before the timeout and end just after. */
const DEADLINE_MS = TIMEOUT_MS + 500
const READ_DEADLINE_MS = 15_000 + 500
const BODY_BYTES_MAX = 32 * 1_048_576
/** The pause after a refusal without a time: until the venue's next minute at the latest. */
const BAN_MS = 60_000

export class VenueRest {
  readonly #options: VenueRestOptions
  readonly #redact: (text: string) => string
  readonly #open = new Set<AbortController>()
  /** Lets go of whoever waits for the budget, which may be shared and goes on. */
  readonly #closing = Promise.withResolvers<'closed'>()
  #closed = false

  constructor(options: VenueRestOptions) {
    this.#options = options
    const { key, secret, passphrase } = options.credentials ?? { key: '', secret: '', passphrase: null }
    this.#redact = redactor([key, secret, passphrase ?? ''])
  }

  /** Sends it once. Whatever is not the answer that was asked for is thrown as a VenueRefusal. */
  readonly ask: Ask = async (request) => {
    try {
      const waiting = this.#options.budget.admit(request)
      const refused = waiting === null ? null : await Promise.race([waiting, this.#closing.promise])
      if (this.#closed || refused === 'closed')
        throw new VenueRefusal(refusal('retryable', 'closed', { message: 'the connection was closed' }))
      if (refused !== null)
        throw new VenueRefusal(
          refusal('retryable', 'rate_limited', { message: `not sent, because the venue's limit is used up (${refused})` }),
        )
      return await this.#send(request)
    } catch (error) {
      throw this.#clean(error)
    }
  }

  /** Requests on their way are given up; their outcome is unknown. */
  close(): void {
    this.#closed = true
    this.#closing.resolve('closed')
    for (const controller of this.#open) controller.abort()
  }

  async #send(request: VenueRequest): Promise<unknown> {
    const proxy = this.#options.proxies.current
    let answer: RawAnswer
    try {
      answer = await this.#exchange(request, proxy)
    } catch (error) {
      const failure = error instanceof VenueRefusal ? error.failure : failureOfTransport(error)
      this.#options.proxies.failOver(proxy)
      this.#options.onOutcome(failure)
      throw new VenueRefusal(failure)
    }
    const failure = this.#options.failureOf(answer)
    if (failure?.code === 'rate_limited') this.#options.budget.ban(this.#options.scheduler.nowMs() + (failure.retryAfterMs ?? BAN_MS))
    this.#options.onOutcome(failure)
    if (failure !== null) throw new VenueRefusal(failure)
    return answer.body
  }

  async #exchange(request: VenueRequest, proxy: string | null): Promise<RawAnswer> {
    const { exchange, scheduler, budget } = this.#options
    const params = { ...request.params }
    const signed = readSigned(exchange.sign(request.path, request.api, request.method, request.asList === true ? [params] : params))
    const controller = new AbortController()
    this.#open.add(controller)
    const deadlineMs = request.priority === 'read' ? READ_DEADLINE_MS : DEADLINE_MS
    let isLate = false
    const cancel = scheduler.schedule(deadlineMs, () => {
      isLate = true
      controller.abort()
    })
    try {
      const dispatcher = proxy === null ? exchange.fetchDispatcher : exchange.getFetchProxyDispatcher(proxy)
      const response = await dispatcher.request({
        ...this.#target(signed.url),
        method: request.method,
        // The library's own mark the venue's test system.
        headers: { ...exchange.headers, ...signed.headers, ...request.headers?.() },
        body: signed.body,
        signal: controller.signal,
      })
      budget.note(response.headers)
      const text = await readText(response.body)
      return { status: response.statusCode, headers: response.headers, text, body: parseJson(text) }
    } catch (error) {
      if (isLate) throw new VenueRefusal(refusal('unknown', 'timeout', { message: `no full answer within ${deadlineMs} ms` }))
      if (this.#closed) throw new VenueRefusal(refusal('unknown', 'closed', { message: 'the connection was closed before the answer' }))
      throw error
    } finally {
      cancel()
      this.#open.delete(controller)
    }
  }
  /** The library signs for the venue's own host; only the bytes go elsewhere. */
  #target(url: string): { readonly origin: string; readonly path: string } {
    const pathAt = url.indexOf('/', url.indexOf('://') + 3)
    return { origin: this.#options.endpoints?.restOrigin ?? url.slice(0, pathAt), path: url.slice(pathAt) }
  }
  /** Nothing leaves with a secret in its text, however it came there. */
  #clean(error: unknown): VenueRefusal {
    if (!(error instanceof VenueRefusal))
      return new VenueRefusal(refusal('final', 'not_sent', { message: this.#redact(`the request could not be made: ${errorText(error)}`) }))
    const { failure } = error
    return new VenueRefusal({ ...failure, message: this.#redact(failure.message) })
  }
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > BODY_BYTES_MAX) throw new Error(`the answer has more than ${BODY_BYTES_MAX} bytes`)
    chunks.push(chunk)
  }
  return (
    chunks.length === 1 && chunks[0] !== undefined ? Buffer.from(chunks[0].buffer, chunks[0].byteOffset, length) : Buffer.concat(chunks)
  ).toString('utf8')
}

const LONG_INTEGER = /([:[,]\s*)(-?\d{16,})(?=\s*[,}\]])/g
/** Null for what is no JSON. Integers that a float64 cannot hold become text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(LONG_INTEGER.test(text) ? text.replace(LONG_INTEGER, '$1"$2"') : text)
  } catch {
    return null
  } finally {
    LONG_INTEGER.lastIndex = 0
  }
}
