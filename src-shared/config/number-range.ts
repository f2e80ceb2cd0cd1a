// What a form must know of a number in a schema, read from the schema itself, so that no range is written down twice.
import { z } from 'zod'

export type NumberRange = {
  readonly min: number
  readonly max: number
  /** Whether the number must be above `min`, not at it. */
  readonly above: boolean
  readonly whole: boolean
  /** Empty when the schema names none. */
  readonly unit: string
  readonly help: string
  /** Null when the schema has no default. */
  readonly default: number | null
}

/** Of a number, with or without a default. Throws TypeError for any other schema: that is a mistake in the code. */
export function numberRange(schema: z.ZodType): NumberRange {
  const number = numberIn(schema)
  const meta = { ...number.meta(), ...schema.meta() }
  const min = number.minValue ?? -Number.MAX_SAFE_INTEGER
  const initial = schema.safeParse(undefined).data
  return {
    min,
    max: number.maxValue ?? Number.MAX_SAFE_INTEGER,
    above: !number.safeParse(min).success,
    whole: number.format === 'safeint',
    unit: textOf(meta['unit']),
    help: textOf(meta['help']),
    default: typeof initial === 'number' ? initial : null,
  }
}

function numberIn(schema: z.ZodType): z.ZodNumber {
  if (schema instanceof z.ZodNumber) return schema
  // What a default is wrapped around is a schema again; the library's own type says less.
  if (schema instanceof z.ZodDefault) return numberIn(schema.unwrap() as z.ZodType)
  throw new TypeError(`the schema is a ${schema.constructor.name}, expected a number`)
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
