// How the connection stands, put together from requests and streams. Tells of changes only.
import type { ConnectionState } from '../../../../src-shared/domain/venue.ts'
import type { VenueFailure } from '../transport/venue-failure.ts'

export type ConnectionFacts = {
  readonly areStreamsReady: boolean
  readonly isBanned: boolean
  /** What is not as it was wished, though trading is possible. */
  readonly notices: readonly string[]
}

/** One request may be lost; two in a row are a venue that does not answer. */
const LOST_MAX = 2
const LOST: ReadonlySet<string> = new Set(['unreachable', 'connection_lost', 'timeout', 'server_error'])
/** Nothing can be traded until a person has seen to the key. */
const KEY_FAULTS: ReadonlySet<string> = new Set([
  'key_invalid',
  'key_expired',
  'key_ip_or_permission',
  'ip_not_allowed',
  'no_permission',
  'location_refused',
])

export class ConnectionWatch {
  #state: ConnectionState = 'connecting'
  #detail = 'connecting'
  #lost = 0
  #failure: VenueFailure | null = null
  #keyFault: VenueFailure | null = null
  #streamDetail = 'the private stream is not connected yet'
  readonly #sentence: (failure: VenueFailure) => string

  constructor(sentence: (failure: VenueFailure) => string) {
    this.#sentence = sentence
  }
  get state(): ConnectionState {
    return this.#state
  }
  get detail(): string {
    return this.#detail
  }
  /** Of every answer, and of every failure to get one. A refusal of an order is an answer like any other. */
  noteRequest(failure: VenueFailure | null): void {
    if (failure !== null && KEY_FAULTS.has(failure.code)) this.#keyFault = failure
    const isLost = failure !== null && (LOST.has(failure.code) || failure.code === 'maintenance')
    this.#lost = isLost ? this.#lost + 1 : 0
    this.#failure = isLost ? failure : null
  }
  /** A whole snapshot came: the key is good. */
  noteSnapshot(): void {
    this.#keyFault = null
  }
  noteStream(detail: string): void {
    this.#streamDetail = detail
  }

  /** True when state or detail is another than before. */
  refresh(facts: ConnectionFacts): boolean {
    const [state, detail] = this.#judge(facts)
    const hasChanged = state !== this.#state || detail !== this.#detail
    this.#state = state
    this.#detail = detail
    return hasChanged
  }
  #judge({ areStreamsReady, isBanned, notices }: ConnectionFacts): [ConnectionState, string] {
    if (this.#failure?.code === 'maintenance') return ['maintenance', this.#sentence(this.#failure)]
    if (this.#keyFault !== null) return ['down', this.#sentence(this.#keyFault)]
    if (this.#lost >= LOST_MAX && this.#failure !== null) return ['down', this.#sentence(this.#failure)]
    if (isBanned) return ['degraded', 'the venue has limited this address; only what protects is sent']
    if (!areStreamsReady) return [this.#state === 'connecting' ? 'connecting' : 'degraded', this.#streamDetail]
    return ['live', notices.length === 0 ? 'connected' : `connected; ${notices.join('; ')}`]
  }
}
