// Messages between the host and the engine worker, and on the browser shell's WebSocket. None of them is logged or recorded by either side;
// `probe` and `credentials` hold secrets and go one way only, to the engine.
import * as z from 'zod/mini'
import type { Result } from '../domain/result.ts'
import type { VenueCredentials, VenueEnvironment, VenueId } from '../domain/venue.ts'
import type { Capabilities, TopicName } from './contract.ts'

/** A key on its way from the keychain to the engine. */
export type HandedKey = { readonly environment: VenueEnvironment; readonly credentials: VenueCredentials }

export type ToEngine =
  /** `who` asked, for the audit log. */
  | { readonly t: 'request'; readonly id: number; readonly command: string; readonly input: unknown; readonly who?: string }
  /** Asks the venue what the key may do; answered by a `response` whose value is a KeyReport. */
  | { readonly t: 'probe'; readonly id: number; readonly venue: VenueId; readonly handed: HandedKey }
  | { readonly t: 'power'; readonly condition: 'suspending' | 'resumed' }
  /** The answer to `key_wanted`; the error is one sentence. */
  | {
      readonly t: 'credentials'
      readonly venue: VenueId
      readonly environment: VenueEnvironment
      readonly answer: Result<VenueCredentials, string>
    }
  | { readonly t: 'shutdown' }
  | { readonly t: 'ping'; readonly n: number }

/** Counters of the engine, once a second. */
export type EngineMetrics = {
  readonly eventLoopDelayP50: number
  readonly eventLoopDelayP99: number
  readonly heapUsedBytes: number
  readonly marketEventsPerSecond: number
  readonly framesPerSecond: number
  readonly journalRecords: number
  readonly journalBytes: number
  readonly journalCommitP99Ms: number
}

export type FromEngine =
  | { readonly t: 'ready' }
  | { readonly t: 'response'; readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly t: 'response'; readonly id: number; readonly ok: false; readonly code: string; readonly message: string }
  /** `json` is the payload already in wire form, made once by the engine however many screens look on. */
  | { readonly t: 'event'; readonly topic: TopicName; readonly json: string }
  | { readonly t: 'metrics'; readonly metrics: EngineMetrics }
  | { readonly t: 'log'; readonly tsMs: number; readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly message: string }
  /** The engine cannot start and a restart would not help, or not before `againMs` have passed; one sentence for the user. */
  | { readonly t: 'fatal'; readonly message: string; readonly againMs?: number }
  /** The engine wants to trade this account, or to ask the venue about it; answered by `credentials`. */
  | { readonly t: 'key_wanted'; readonly venue: VenueId; readonly environment: VenueEnvironment }
  | { readonly t: 'pong'; readonly n: number }
  | { readonly t: 'bye' }

export const ClientMessage = z.discriminatedUnion('t', [
  z.strictObject({ t: z.literal('hello'), v: z.int(), token: z.string().check(z.maxLength(128)) }),
  z.strictObject({
    t: z.literal('request'),
    id: z.int().check(z.nonnegative()),
    command: z.string().check(z.maxLength(64)),
    input: z.unknown(),
  }),
])
export type ClientMessage = z.infer<typeof ClientMessage>

/** An event travels as `{"t":"event","topic":"desk","payload":…}`. */
export type ServerMessage =
  | { readonly t: 'welcome'; readonly session: string; readonly capabilities: Capabilities }
  | { readonly t: 'response'; readonly id: number; readonly result: unknown }
  | { readonly t: 'event'; readonly topic: TopicName; readonly payload: unknown }
