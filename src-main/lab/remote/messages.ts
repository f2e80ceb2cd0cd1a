// What coordinator and workers say to each other through the queue: plain JSON, checked by whoever reads it.
import { z } from 'zod'
import { BacktestSpec, Objective } from '../../../src-shared/config/lab.ts'
import { LAB_METRIC_IDS, type LabMetricValues } from '../../../src-shared/domain/lab-metric.ts'
import type { Trial, TrialResult } from '../pool/trial-runner.ts'

/** Workers of another version never see these: the same trial must come to the same result. */
export const queueName = (version: string): string => `tradewright-trials-${version.replaceAll(/[^\w.-]/g, '_')}`

const PREFIX = 'tradewright'
export const keys = {
  data: (sha256: string) => `${PREFIX}:data:${sha256}`,
  canceled: (jobId: string) => `${PREFIX}:canceled:${jobId}`,
  /** A hash of worker name to {@link Heartbeat}. */
  workers: `${PREFIX}:workers`,
} as const

export const TrialMessage = z.strictObject({
  trial: z.strictObject({
    number: z.number().int(),
    spec: BacktestSpec,
    parameters: z.record(z.string(), z.number()),
    fromMs: z.number().int(),
    toMs: z.number().int(),
    watch: z.strictObject({ objective: Objective, thresholds: z.array(z.number().nullable()).max(100) }).nullable(),
  }),
  /** Key of its market data. */
  data: z.string().regex(/^[0-9a-f]{64}$/),
})
export type TrialMessage = { readonly trial: Trial; readonly data: string }

const Metrics = z
  .record(z.string(), z.number().nullable())
  .transform((values) => Object.fromEntries(LAB_METRIC_IDS.map((id) => [id, values[id] ?? null])) as LabMetricValues)
const Result = z.strictObject({
  number: z.number().int(),
  state: z.enum(['done', 'pruned', 'failed', 'canceled']),
  metrics: Metrics.nullable(),
  looks: z.array(z.number().nullable()).max(100),
  dailyReturns: z.array(z.number()).max(100_000).nullable(),
  seconds: z.number(),
  worker: z.string().max(200),
  message: z.string().max(2000),
})
const Heartbeat = z.strictObject({ trials: z.number().int(), seenMs: z.number(), size: z.number().int(), version: z.string().max(64) })
export type Heartbeat = z.infer<typeof Heartbeat>

export const resultToJson = ({ dailyReturns, ...result }: TrialResult): unknown => ({
  ...result,
  dailyReturns: dailyReturns === null ? null : [...dailyReturns],
})
/** Throws a ZodError for anything else. */
export function resultFromJson(json: unknown): TrialResult {
  const { dailyReturns, ...result } = Result.parse(json)
  return { ...result, dailyReturns: dailyReturns === null ? null : Float64Array.from(dailyReturns) }
}
/** A trial that did not come to anything. */
export const endedTrial = (trial: Trial, state: 'canceled' | 'failed', message: string): TrialResult => ({
  number: trial.number,
  state,
  metrics: null,
  looks: [],
  dailyReturns: null,
  seconds: 0,
  worker: '',
  message: message.slice(0, 300),
})
/** Null for what is none. */
export function heartbeatFromText(text: string): Heartbeat | null {
  try {
    return Heartbeat.parse(JSON.parse(text))
  } catch {
    return null
  }
}
