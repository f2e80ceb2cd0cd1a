// What may be searched over: the declared parameters of the strategies in a backtest.
import type { BacktestSpec, SearchDimension } from '../../../src-shared/config/lab.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import type { ParameterSpec } from '../../core/strategies/strategy.ts'
import { type Parameters, dimensionName } from './space.ts'

/** Declared parameters by strategy id: of the bundled strategies that a playbook names, and of the users' files beside it. */
export type DeclaredParameters = ReadonlyMap<string, readonly ParameterSpec[]>

/** Each declared parameter over its whole range in its own steps: what a form begins with. */
export const defaultDimensions = (strategyId: string, declared: readonly ParameterSpec[]): readonly SearchDimension[] =>
  declared.map(({ name, min, max, step }) => ({ strategyId, parameter: name, min, max, step, scale: 'linear' }))

/** The error is one sentence that names the parameter, what it was given and what was expected. */
export function checkDimensions(dimensions: readonly SearchDimension[], declared: DeclaredParameters): Result<true, string> {
  const seen = new Set<string>()
  for (const dimension of dimensions) {
    const name = dimensionName(dimension)
    if (seen.has(name)) return err(`${name} is searched over twice, expected once`)
    seen.add(name)
    const specs = declared.get(dimension.strategyId)
    if (specs === undefined) {
      return err(`there is no strategy "${dimension.strategyId}" in this backtest; there are ${listed([...declared.keys()])}`)
    }
    const spec = specs.find((one) => one.name === dimension.parameter)
    if (spec === undefined) {
      const names = specs.map((one) => one.name)
      return err(`strategy ${dimension.strategyId} has no parameter "${dimension.parameter}"; it has ${listed(names)}`)
    }
    const fault = faultOf(dimension, spec)
    if (fault !== null) return err(`${name} ${fault}`)
  }
  return ok(true)
}

function faultOf({ min, max, step }: SearchDimension, spec: ParameterSpec): string | null {
  const unit = spec.unit === '' ? '' : ` ${spec.unit}`
  if (min < spec.min || max > spec.max) return `is searched from ${min} to ${max}, expected within ${spec.min} to ${spec.max}${unit}`
  const isWhole = Number.isInteger(spec.min) && Number.isInteger(spec.step)
  if (isWhole && max > min && !(Number.isInteger(min) && step !== null && Number.isInteger(step))) {
    return `takes whole numbers, but is searched from ${min} in steps of ${step === null ? 'any size' : step}`
  }
  return null
}

/**
 * The backtest with these parameters ("strategy.parameter") in place of its own; what is not named stays. The error names a parameter
 * whose strategy is neither in the playbook nor among the files. Ranges are for whoever resolves the strategies.
 */
export function applyParameters(spec: BacktestSpec, parameters: Parameters): Result<BacktestSpec, string> {
  const byStrategy = new Map<string, Record<string, number>>()
  for (const [name, value] of Object.entries(parameters)) {
    const dot = name.indexOf('.')
    if (dot < 1 || dot === name.length - 1) return err(`parameter "${name}" is not named as "strategy.parameter"`)
    const strategyId = name.slice(0, dot)
    byStrategy.set(strategyId, { ...byStrategy.get(strategyId), [name.slice(dot + 1)]: value })
  }
  const known = new Set([...spec.playbook.strategies.map(({ id }) => id), ...spec.files.map((file) => file.strategyId)])
  const stranger = [...byStrategy.keys()].find((id) => !known.has(id))
  if (stranger !== undefined) {
    return err(`there is no strategy "${stranger}" in this backtest; there are ${listed([...known].filter((id) => id !== null))}`)
  }
  const strategies = spec.playbook.strategies.map((one) => ({ ...one, parameters: { ...one.parameters, ...byStrategy.get(one.id) } }))
  const files = spec.files.map((file) => ({ ...file, parameters: { ...file.parameters, ...byStrategy.get(file.strategyId ?? '') } }))
  return ok({ ...spec, playbook: { ...spec.playbook, strategies }, files })
}

const listed = (names: readonly string[]): string => names.join(', ') || 'none'
