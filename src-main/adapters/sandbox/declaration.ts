// What a user's file declares, checked field by field before anything of it is believed.
import { type StrategyId, strategyId } from '../../../src-shared/domain/ids.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { TIMEFRAMES, type Timeframe, isTimeframe } from '../../../src-shared/domain/time.ts'
import type { ParameterSpec, StrategyDeclaration } from '../../core/strategies/strategy.ts'

export const FEATURES_MAX = 64
export const PARAMETERS_MAX = 32
export const WARMUP_CANDLES_MAX = 5000

export type CheckFeature = (name: string, timeframe: Timeframe) => string | null

export type Fields = Readonly<Record<string, unknown>>
export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A value for a message, short. */
export const shown = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value).slice(0, 60))

class Refusal extends Error {}
const refuse = (field: string, value: unknown, expected: string): never => {
  throw new Refusal(`${field} is ${shown(value)}, expected ${expected}`)
}

/**
 * Parses the declaration of a user's strategy. `checkFeature` returns null for a feature that a strategy on this
 * timeframe can have, or a sentence about it.
 * Returns the first thing that is wrong as one sentence with field, value and what was expected.
 */
export function parseDeclaration(value: unknown, checkFeature: CheckFeature): Result<StrategyDeclaration, string> {
  try {
    if (!isFields(value)) return refuse('strategy', value, 'an object')
    const { timeframe } = value
    if (typeof timeframe !== 'string' || !isTimeframe(timeframe)) return refuse('timeframe', timeframe, `one of ${TIMEFRAMES.join(', ')}`)
    return ok({
      id: readId(value['id']),
      title: readText(value, 'title', 80),
      description: readText(value, 'description', 1000),
      timeframe,
      warmupCandles: readWarmup(value['warmupCandles']),
      features: readFeatures(value['features'], (name) => checkFeature(name, timeframe)),
      parameters: readParameters(value['parameters']),
    })
  } catch (error) {
    if (error instanceof Refusal) return err(error.message)
    throw error
  }
}

function readId(value: unknown): StrategyId {
  if (typeof value !== 'string') return refuse('id', value, 'a text such as "my-strategy"')
  try {
    return strategyId(value)
  } catch {
    return refuse('id', value, 'lower-case letters, digits and -, at most 64')
  }
}

function readText(fields: Fields, field: string, lengthMax: number): string {
  const value = fields[field]
  if (typeof value === 'string' && value.length > 0 && value.length <= lengthMax) return value
  return refuse(field, value, `a text of 1 to ${lengthMax} letters`)
}

function readWarmup(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= WARMUP_CANDLES_MAX) return value
  return refuse('warmupCandles', value, `a whole number from 0 to ${WARMUP_CANDLES_MAX}`)
}

function readFeatures(value: unknown, checkFeature: (name: string) => string | null): string[] {
  if (!Array.isArray(value) || value.length > FEATURES_MAX) return refuse('features', value, `a list of at most ${FEATURES_MAX} names`)
  return value.map((name: unknown, index) => {
    if (typeof name !== 'string') return refuse(`features[${index}]`, name, 'the name of a feature')
    const fault = checkFeature(name)
    if (fault !== null) throw new Refusal(`features[${index}]: ${fault}`)
    return name
  })
}

function readParameters(value: unknown): ParameterSpec[] {
  if (value === undefined) return []
  if (!Array.isArray(value) || value.length > PARAMETERS_MAX) return refuse('parameters', value, `a list of at most ${PARAMETERS_MAX}`)
  const parameters = value.map((item: unknown, index) => readParameter(item, `parameters[${index}]`))
  const names = parameters.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  return twice === undefined ? parameters : refuse('parameters', twice, 'each name once')
}

function readParameter(value: unknown, where: string): ParameterSpec {
  if (!isFields(value)) return refuse(where, value, 'an object with name, min, max, step and default')
  const { name, min, max, step, default: byDefault, title = name, help = '', unit = '' } = value
  if (typeof name !== 'string' || !/^[a-zA-Z]\w{0,39}$/.test(name))
    return refuse(`${where}.name`, name, 'letters, digits and _, at most 40, a letter first')
  if (typeof title !== 'string' || title.length > 80) return refuse(`${where}.title`, title, 'a text of at most 80 letters')
  if (typeof help !== 'string' || help.length > 500) return refuse(`${where}.help`, help, 'a text of at most 500 letters')
  if (typeof unit !== 'string' || unit.length > 40) return refuse(`${where}.unit`, unit, 'a text of at most 40 letters')
  if (!isNumber(min)) return refuse(`${where}.min`, min, 'a number')
  if (!isNumber(max) || max < min) return refuse(`${where}.max`, max, `a number of at least min ${min}`)
  if (!isNumber(step) || step <= 0) return refuse(`${where}.step`, step, 'a number above 0')
  if (!isNumber(byDefault) || byDefault < min || byDefault > max)
    return refuse(`${where}.default`, byDefault, `a number from ${min} to ${max}`)
  return { name, title, help, unit, min, max, step, default: byDefault }
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
