// Settings of a strategy: from what somebody gave to a value for every declared name.
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import type { ParameterSpec } from './strategy.ts'

/** The declared defaults. */
export const defaultParameters = (specs: readonly ParameterSpec[]): Readonly<Record<string, number>> =>
  Object.fromEntries(specs.map((spec) => [spec.name, spec.default]))

/** Defaults with `given` laid over them. Refused, naming the parameter, its value and its range, when one is unknown or out of range. */
export function resolveParameters(
  specs: readonly ParameterSpec[],
  given: Readonly<Record<string, number>>,
): Result<Readonly<Record<string, number>>, string> {
  const known = new Map(specs.map((spec) => [spec.name, spec]))
  for (const [name, value] of Object.entries(given)) {
    const spec = known.get(name)
    if (!spec) return err(`there is no parameter "${name}"; there are ${[...known.keys()].join(', ') || 'none'}`)
    if (!(value >= spec.min && value <= spec.max))
      return err(`parameter ${name} is ${value}, expected ${spec.min} to ${spec.max} ${spec.unit}`)
  }
  return ok({ ...defaultParameters(specs), ...given })
}

/** The value of a declared parameter. Throws RangeError when the caller of `create` left it out. */
export function parameter(parameters: Readonly<Record<string, number>>, name: string): number {
  const value = parameters[name]
  if (value === undefined || !Number.isFinite(value)) throw new RangeError(`parameter ${name} is ${value}, expected a number`)
  return value
}
