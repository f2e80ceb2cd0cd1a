// Fields of commands that hold secrets are marked where they are declared; whoever writes a command down asks here what may be written.
import * as z from 'zod/mini'
import { HIDDEN } from '../format/scrub.ts'

const SECRETS = z.registry<{ readonly secret: true }>()

/** A text that is never written down, sent back or quoted. */
export const secretText = (lengthMin: number, lengthMax: number) =>
  z
    .string()
    .check(z.minLength(lengthMin), z.maxLength(lengthMax), z.regex(/^[^\0]*$/))
    .register(SECRETS, { secret: true })

type Schema = z.core.$ZodType
const WRAPPERS: readonly string[] = ['nullable', 'optional', 'default']

function isSecret(field: Schema): boolean {
  if (SECRETS.has(field)) return true
  const { def } = field._zod
  return WRAPPERS.includes(def.type) && 'innerType' in def && isSecret(def.innerType as Schema)
}

function shapeOf(schema: Schema): Readonly<Record<string, Schema>> {
  const { def } = schema._zod
  return def.type === 'object' && 'shape' in def ? (def.shape as Record<string, Schema>) : {}
}

/** Names of the marked fields of a command's input. */
export const secretFields = (input: Schema): readonly string[] =>
  Object.entries(shapeOf(input)).flatMap(([name, field]) => (isSecret(field) ? [name] : []))

/**
 * What of a command's input may be written down. Of a command with secrets only the declared fields that are none, and no text that did not fit
 * them: a secret may have been put into the wrong field, or come under a misspelt name.
 */
export function withoutSecrets(schema: Schema, input: unknown): unknown {
  const secret = secretFields(schema)
  if (secret.length === 0) return input
  if (typeof input !== 'object' || input === null) return HIDDEN
  const shown = Object.entries(shapeOf(schema)).map(([name, field]) => {
    const value: unknown = Object.hasOwn(input, name) ? Reflect.get(input, name) : undefined
    return [name, secret.includes(name) || !z.safeParse(field, value).success ? HIDDEN : value]
  })
  return Object.fromEntries(shown)
}

/** The secrets in an input that fits its schema. */
export function secretsIn(schema: Schema, input: unknown): readonly string[] {
  if (typeof input !== 'object' || input === null) return []
  return secretFields(schema).flatMap((name) => {
    const value: unknown = Reflect.get(input, name)
    return typeof value === 'string' ? [value] : []
  })
}
