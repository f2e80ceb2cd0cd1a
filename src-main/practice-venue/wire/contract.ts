// What a venue's wire must do, and what it is given. Servers, faults and clocks are shared; a wire only translates.
import type { CoreEvent } from '../core/events.ts'
import type { VenueCore } from '../core/venue-core.ts'
import type { ApiKey } from './keys.ts'

export type WireRequest = {
  readonly method: string
  readonly path: string
  /** Without the question mark, as it came. */
  readonly query: string
  readonly body: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly ip: string
}
export type WireAnswer = { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }

/** What the shared server refuses by itself; the wire says it in its venue's words. */
export type Refusal =
  | { readonly type: 'unavailable'; readonly isKnown: boolean }
  | { readonly type: 'backend_timeout' }
  | { readonly type: 'internal_error' }
  | { readonly type: 'maintenance' }
  | { readonly type: 'rate_limited'; readonly isBan: boolean; readonly retryAfterSeconds: number; readonly untilMs: number }

/** One client's socket. What is sent may be dropped, kept or doubled on the way, as the faults tell. */
export type WireSocket = {
  readonly path: string
  readonly query: URLSearchParams
  /** `topic` is what faults match: a stream's or an event's name. */
  send(topic: string, text: string): void
  close(code: number, reason: string): void
  isOpen(): boolean
}

/** How much a client may ask for. Accounts of large traders have more than the usual. */
export type RequestLimits = {
  readonly weightPerMinute: number
  readonly ordersPer10Seconds: number
  readonly ordersPerMinute: number
}

/** What wires know of the rest. */
export type WireContext = {
  readonly limits: RequestLimits
  readonly core: VenueCore
  readonly keys: ReadonlyMap<string, ApiKey>
  readonly conditions: Conditions
  /** What the venue's clock shows: the core's time and the offset that was set. */
  nowMs(): number
  /** False where the clock does not run as the client's does: then time stamps are not checked. */
  checksTimestamps(): boolean
}

/** States of the exchange that are not bound to one request. Changed by the control endpoint. */
export type Conditions = {
  clockOffsetMs: number
  isMaintenance: boolean
  /** Orders and their fills are shown by REST only this long after they happened. */
  visibleAfterMs: number
}

export type Wire = {
  handle(request: WireRequest): WireAnswer
  refuse(refusal: Refusal): WireAnswer
  /** A socket has connected. Returns what to do with its messages, and when it closes. */
  connect(socket: WireSocket): { message(text: string): void; closed(): void }
  onEvent(event: CoreEvent): void
  /** What the venue calls these, for the control endpoint: ends the sessions of private streams. */
  expireSessions(): number
  /** Called every 50 ms of real time: what the wire does by the clock. */
  tick(nowMs: number): void
}
