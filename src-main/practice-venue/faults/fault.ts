// What can go wrong between a client and the exchange, as data: what it concerns, what happens, how often.
import { z } from 'zod'

const waitMs = z.number().int().min(1).max(3_600_000)
const isProcessed = z.boolean()

/** What befalls an HTTP request. `isProcessed` tells whether the exchange carried it out all the same. */
const requestAction = z.discriminatedUnion('type', [
  /** Carried out; the connection breaks instead of an answer. */
  z.strictObject({ type: z.literal('accept_then_drop') }),
  /** Refused by the exchange; the connection breaks instead of an answer. */
  z.strictObject({ type: z.literal('reject_then_drop') }),
  /** TCP reset before anything was read. */
  z.strictObject({ type: z.literal('reset') }),
  /** Carried out; half of the body comes, then the connection breaks. */
  z.strictObject({ type: z.literal('partial_body') }),
  /** Carried out; the body takes this long. */
  z.strictObject({ type: z.literal('slow_body'), ms: waitMs }),
  /** The headers come, the body never does. */
  z.strictObject({ type: z.literal('silence'), isProcessed }),
  /** The request waits before it is carried out: it arrives late. */
  z.strictObject({ type: z.literal('late_request'), ms: waitMs }),
  /** The answer waits after it was carried out. */
  z.strictObject({ type: z.literal('late_answer'), ms: waitMs }),
  /** 503. Binance has two: one says that it failed, one that nobody knows. */
  z.strictObject({ type: z.literal('unavailable'), isProcessed, isKnown: z.boolean() }),
  /** The venue's own "timeout waiting for the backend, outcome unknown" (Binance −1007). */
  z.strictObject({ type: z.literal('backend_timeout'), isProcessed }),
  /** The venue's own "unknown error" (Binance −1000). */
  z.strictObject({ type: z.literal('internal_error'), isProcessed }),
  /** 429, and with `isBan` 418. */
  z.strictObject({ type: z.literal('rate_limited'), retryAfterSeconds: z.number().int().min(0).max(259_200), isBan: z.boolean() }),
  /** Any answer, word for word. */
  z.strictObject({
    type: z.literal('answer'),
    status: z.number().int().min(200).max(599),
    body: z.string().max(100_000),
    headers: z.record(z.string(), z.string()).default({}),
    isProcessed,
  }),
  /** The last answer to the same GET once more: a snapshot from before. Fresh where there was none. */
  z.strictObject({ type: z.literal('stale') }),
])

/** What befalls a message on its way to a client. */
const messageAction = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('drop') }),
  z.strictObject({ type: z.literal('duplicate') }),
  /** Comes after the one that follows it. */
  z.strictObject({ type: z.literal('swap') }),
  z.strictObject({ type: z.literal('delay'), ms: waitMs }),
  /** This one and the next are kept until there are `count`, then all are written at once. */
  z.strictObject({ type: z.literal('burst'), count: z.number().int().min(2).max(10_000) }),
  /** Cut in half: not JSON any more. */
  z.strictObject({ type: z.literal('garble') }),
])

/** What befalls sockets. All but `refuse` happen at once, to those that are open. */
const connectionAction = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('refuse'), status: z.number().int().min(400).max(599) }),
  z.strictObject({ type: z.literal('close'), code: z.number().int().min(1000).max(4999) }),
  /** Without a closing handshake. */
  z.strictObject({ type: z.literal('terminate') }),
  /** Nothing is read or written any more, not even pings, while the connection stands. */
  z.strictObject({ type: z.literal('pause'), ms: waitMs }),
  /** Pings are answered and nothing else is sent. */
  z.strictObject({ type: z.literal('mute'), ms: waitMs }),
])

const times = z.number().int().min(1).nullable().default(1)
const skip = z.number().int().min(0).default(0)
const text = z.string().min(1).max(200)

/** Texts match when they occur anywhere in what they are compared with. */
export const faultSchema = z.discriminatedUnion('on', [
  z.strictObject({
    on: z.literal('request'),
    match: z.strictObject({
      method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).optional(),
      path: text.optional(),
      contains: text.optional(),
    }),
    action: requestAction,
    times,
    skip,
  }),
  z.strictObject({
    on: z.literal('message'),
    match: z.strictObject({ path: text.optional(), topic: text.optional(), contains: text.optional() }),
    action: messageAction,
    times,
    skip,
  }),
  z.strictObject({ on: z.literal('connection'), match: z.strictObject({ path: text.optional() }), action: connectionAction, times, skip }),
])

/** `times`: how often it happens, null for always. `skip`: how many that match pass unharmed first. */
export type Fault = z.infer<typeof faultSchema>
export type FaultInput = z.input<typeof faultSchema>
export type RequestAction = z.infer<typeof requestAction>
export type MessageAction = z.infer<typeof messageAction>
export type ConnectionAction = z.infer<typeof connectionAction>
