// What coordinator and workers say to each other through the queue: plain JSON, checked by whoever reads it.
import { z } from 'zod'
import { BacktestSpec } from '../../../src-shared/config/lab.ts'
import { LAB_METRIC_IDS, type LabMetricValues } from '../../../src-shared/domain/lab-metric.ts'
import type { Trial, TrialLook, TrialResult } from '../pool/trial-runner.ts'

/** Workers of another version never see these: the same trial must come to the same result. */
export const queueName = (version: string): string => `tradewright-trials-${version.replaceAll(/[^\w.-]/g, '_')}`

const PREFIX = 'tradewright'
export const keys = {
  data: (sha256: string) => `${PREFIX}:data:${sha256}`,
  /** The coordinator's answer to a look. */
  verdict: (jobId: string, step: number) => `${PREFIX}:verdict:${jobId}:${step}`,
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
  }),
  /** Key of its market data. */
  data: z.string().regex(/^[0-9a-f]{64}$/),
  /** Whether a look waits for a verdict. */
  looks: z.boolean(),
})
export type TrialMessage = { readonly trial: Trial; readonly data: string; readonly looks: boolean }

const Metrics = z
  .record(z.string(), z.number().nullable())
  .transform((values) => Object.fromEntries(LAB_METRIC_IDS.map((id) => [id, values[id] ?? null])) as LabMetricValues)
const Days = z.array(z.number()).max(100_000)
const Result = z.strictObject({
  number: z.number().int(),
  state: z.enum(['done', 'pruned', 'failed', 'canceled']),
  metrics: Metrics.nullable(),
  daily: z.strictObject({ dayMs: Days, returns: Days }).nullable(),
  seconds: z.number(),
  worker: z.string().max(200),
  message: z.string().max(2000),
})
const Look = z.strictObject({ number: z.number().int(), step: z.number().int(), metrics: Metrics })
const Heartbeat = z.strictObject({ trials: z.number().int(), seenMs: z.number(), size: z.number().int(), version: z.string().max(64) })
export type Heartbeat = z.infer<typeof Heartbeat>

export const resultToJson = ({ daily, ...result }: TrialResult): unknown => ({
  ...result,
  daily: daily === null ? null : { dayMs: [...daily.dayMs], returns: [...daily.returns] },
})
/** Throws a ZodError for anything else. */
export function resultFromJson(json: unknown): TrialResult {
  const { daily, ...result } = Result.parse(json)
  const columns = daily === null ? null : { dayMs: Float64Array.from(daily.dayMs), returns: Float64Array.from(daily.returns) }
  return { ...result, daily: columns }
}
export const lookFromJson = (json: unknown): TrialLook => Look.parse(json)
/** Null for what is none. */
export function heartbeatFromText(text: string): Heartbeat | null {
  try {
    return Heartbeat.parse(JSON.parse(text))
  } catch {
    return null
  }
}
