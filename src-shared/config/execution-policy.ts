// How an approved order reaches the market: at once, or in parts over time. One schema with range, unit and help for each number.
import { z } from 'zod'

const MINUTE_MS = 60_000
const duration = (help: string) =>
  z
    .number()
    .int()
    .min(10_000)
    .max(24 * 60 * MINUTE_MS)
    .meta({ unit: 'ms', help })
const parts = () =>
  z
    .number()
    .int()
    .min(2)
    .max(200)
    .default(10)
    .meta({ unit: 'count', help: 'Into how many orders it is cut; fewer when parts would be too small' })
const jitter = () =>
  z
    .number()
    .min(0)
    .max(0.9)
    .default(0.3)
    .meta({ unit: 'fraction', help: 'How far each order may be from its even time, as a share of the pause' })
const patience = () => duration('How long it may rest before it is given up').default(5 * MINUTE_MS)
const giveUp = () =>
  z
    .enum(['cancel', 'cross'])
    .default('cancel')
    .meta({ help: 'What becomes of the rest when the time is over: canceled, or bought and sold at market' })
const offset = () =>
  z.number().min(0).max(500).default(0).meta({ unit: 'bp', help: 'How much better than the price at the decision the limit is' })

/** One way of executing. What is named `limit`, `post_only`, `iceberg` and `sniper` rests in the book; the others take what is there. */
export const ExecutionPlan = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('market') }),
  z.strictObject({ type: z.literal('limit'), offsetBps: offset(), timeoutMs: patience(), atTimeout: giveUp() }),
  /** Refused by the venue when it would take liquidity; then it is placed again at the price of the moment. */
  z.strictObject({ type: z.literal('post_only'), offsetBps: offset(), timeoutMs: patience(), atTimeout: giveUp() }),
  /** Equal parts over a time. */
  z.strictObject({
    type: z.literal('twap'),
    durationMs: duration('Over which time').default(10 * MINUTE_MS),
    slices: parts(),
    jitter: jitter(),
  }),
  /** Parts in proportion to what the market usually trades at that time of day. */
  z.strictObject({
    type: z.literal('vwap'),
    durationMs: duration('Over which time').default(30 * MINUTE_MS),
    slices: parts(),
    jitter: jitter(),
  }),
  /** A limit order of which only a part is ever in the book. */
  z.strictObject({
    type: z.literal('iceberg'),
    visibleShare: z.number().min(0.02).max(0.5).default(0.1).meta({ unit: 'fraction', help: 'Share of the whole that is shown' }),
    offsetBps: offset(),
    timeoutMs: patience(),
    atTimeout: giveUp(),
  }),
  /** First in the book without taking: follows the price a bounded way, then gives up or takes. */
  z.strictObject({
    type: z.literal('sniper'),
    chaseBpsMax: z.number().min(1).max(500).default(20).meta({ unit: 'bp', help: 'How far from the decision price it follows' }),
    repriceMs: z
      .number()
      .int()
      .min(1_000)
      .max(10 * MINUTE_MS)
      .default(5_000)
      .meta({ unit: 'ms', help: 'How often it looks whether the price has moved away' }),
    timeoutMs: patience(),
    atTimeout: giveUp(),
  }),
])
export type ExecutionPlan = z.infer<typeof ExecutionPlan>
export type ExecutionPlanType = ExecutionPlan['type']

export const ExecutionPolicy = z.strictObject({
  slippageBpsMax: z.number().min(0).max(1_000).default(0).meta({
    unit: 'bp',
    help: 'An entry trades no further than this from the price at the decision; what does not fill there is canceled. 0 takes any price. Exits are never held back',
  }),
  entryNotionalsMin: z.number().min(1).max(20).default(1).meta({
    unit: '× least order value',
    help: 'A smaller entry is refused, so that a part of the position can still be closed by an order of its own',
  }),
  entry: ExecutionPlan.default({ type: 'market' }).meta({ help: 'How positions are opened' }),
  close: ExecutionPlan.default({ type: 'market' }).meta({ help: 'How an operator closes; stops and emergencies are always at market' }),
})
export type ExecutionPolicy = z.infer<typeof ExecutionPolicy>

/** What a session on a real venue adds unless the playbook says otherwise. */
export const LIVE_EXECUTION = { entryNotionalsMin: 2 } as const satisfies Partial<ExecutionPolicy>
