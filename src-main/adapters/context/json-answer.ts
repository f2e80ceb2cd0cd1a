// Reads JSON answers with a schema, and says in one sentence what is wrong with one that does not fit.
import { z } from 'zod'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'

/** A number, or a plain decimal in quotes as exchanges write it. */
const Figure = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d{1,20}(\.\d{1,20})?$/, 'a plain decimal number')
    .transform(Number),
])
/** A finite figure within these bounds, both included. */
export const figure = (min: number, max: number) => Figure.pipe(z.number().min(min).max(max))

const BITCOIN_BEGAN_SECONDS = 1_231_006_505
const YEAR_2100_SECONDS = 4_102_444_800
/** A time in seconds since the epoch, made milliseconds. */
export const Seconds = figure(BITCOIN_BEGAN_SECONDS, YEAR_2100_SECONDS).transform((seconds) => Math.round(seconds * 1_000))
/** A time in milliseconds since the epoch. */
export const Milliseconds = figure(BITCOIN_BEGAN_SECONDS * 1_000, YEAR_2100_SECONDS * 1_000).transform(Math.round)

/** The answer as the schema gives it, or one sentence about the first thing that does not fit. */
export function parseJson<T>(schema: z.ZodType<T>, text: string): Result<T, string> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return err(`the answer is not JSON: it begins with ${JSON.stringify(text.slice(0, 40))}`)
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return ok(parsed.data)
  const issue = parsed.error.issues[0]
  const path = issue?.path ?? []
  const found = JSON.stringify(path.reduce<unknown>(step, json)) ?? 'missing'
  return err(`${path.join('.') || 'the answer'} is ${found.slice(0, 80)}: ${issue?.message ?? 'not as expected'}`)
}

const step = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
