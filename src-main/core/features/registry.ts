// Features by name. A name is a base and its numbers, such as "ema_21" or "bollinger_upper_20_2.5"; any number in range works.
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { FAMILIES } from './families.ts'
import type { FamilyOutput, FamilyParameter, FeatureFamily } from './family.ts'
import { type FeatureSpec, UNKNOWN_MEASURES } from './feature.ts'

/** A name taken apart: which family computes it, with which numbers, and which of its outputs is meant. */
export type ResolvedFeature = {
  readonly name: string
  readonly family: FeatureFamily
  readonly parameters: readonly number[]
  readonly outputIndex: number
  readonly output: FamilyOutput
}

export type UnknownFeature = { readonly message: string; readonly nearest: string[] }

// One spelling per number: no leading zero, no trailing zero after the point.
const NUMBER = /^(?:0|[1-9]\d{0,3})(?:\.\d{0,3}[1-9])?$/
const NEAREST_MAX = 3
const NAME_LENGTH_MAX = 80

type Place = { readonly family: FeatureFamily; readonly outputIndex: number; readonly output: FamilyOutput }
const PLACES: ReadonlyMap<string, Place> = new Map(
  FAMILIES.flatMap((family) => family.outputs.map((output, outputIndex) => [output.base, { family, outputIndex, output }] as const)),
)

/** What computes the feature of this name, or why nothing does, with the nearest names that work. */
export function resolveFeature(name: string): Result<ResolvedFeature, UnknownFeature> {
  const { base, numbers } = splitName(name)
  const place = PLACES.get(base)
  if (!place) return refuse(name, `there is no feature "${name.slice(0, NAME_LENGTH_MAX)}"`)
  const parameters = completeParameters(place.family, numbers)
  if (!parameters.ok) return refuse(name, `feature "${name.slice(0, NAME_LENGTH_MAX)}": ${parameters.error}`)
  return ok({ name, ...place, parameters: parameters.value })
}

/** The feature of this name, ready to be created. Refused with the nearest names when it does not exist or a number is out of range. */
export function findFeature(name: string): Result<FeatureSpec, UnknownFeature> {
  const resolved = resolveFeature(name)
  return resolved.ok ? ok(specOf(resolved.value)) : resolved
}

/** Every family with its typical parameters, for a list on a screen. Not all that can be asked for: see {@link findFeature}. */
export function featureCatalogue(): FeatureSpec[] {
  return FAMILIES.flatMap((family) =>
    family.typical.flatMap((parameters) =>
      family.outputs.map((output, outputIndex) =>
        specOf({ name: nameOf(output, family, parameters), family, parameters, outputIndex, output }),
      ),
    ),
  )
}

function specOf({ name, family, parameters, outputIndex, output }: ResolvedFeature): FeatureSpec {
  return {
    name,
    version: family.version,
    unit: output.unit,
    warmupCandles: output.warmupCandles(parameters),
    unknownWhen: output.unknownWhen ?? null,
    inputs: family.inputs,
    definition: output.definition,
    create() {
      const cells = new Float64Array(family.outputs.length)
      const step = family.start(parameters, { cells, at: 0 })
      return {
        update(candle, measures = UNKNOWN_MEASURES) {
          step(candle, measures)
          return cells[outputIndex] ?? NaN
        },
      }
    },
  }
}

function splitName(name: string): { base: string; numbers: string[] } {
  const words = name.length > NAME_LENGTH_MAX ? [] : name.split('_')
  const firstNumber = words.findIndex((word) => /^\d/.test(word))
  const end = firstNumber < 0 ? words.length : firstNumber
  return { base: words.slice(0, end).join('_'), numbers: words.slice(end) }
}

function completeParameters(family: FeatureFamily, numbers: readonly string[]): Result<readonly number[], string> {
  if (numbers.length > family.parameters.length) return err(`${numbers.length} numbers, expected at most ${family.parameters.length}`)
  const parameters: number[] = []
  for (const [index, parameter] of family.parameters.entries()) {
    const value = readParameter(parameter, numbers[index])
    if (!value.ok) return value
    parameters.push(value.value)
  }
  const refusal = family.refuse?.(parameters) ?? null
  return refusal === null ? ok(parameters) : err(refusal)
}

function readParameter(parameter: FamilyParameter, text: string | undefined): Result<number, string> {
  if (text === undefined) return parameter.default === null ? err(`its ${parameter.name} is missing`) : ok(parameter.default)
  const value = NUMBER.test(text) ? Number(text) : NaN
  const fits = value >= parameter.min && value <= parameter.max && (!parameter.whole || Number.isInteger(value))
  if (fits) return ok(value)
  return err(
    `${parameter.name} ${text}, expected ${parameter.whole ? 'a whole number' : 'a number'} from ${parameter.min} to ${parameter.max}`,
  )
}

/** The shortest spelling: trailing numbers that equal their default are left out, except a period, which says what the feature is. */
function nameOf(output: FamilyOutput, family: FeatureFamily, parameters: readonly number[]): string {
  const shown = parameters.findLastIndex((value, index) => value !== family.parameters[index]?.default) + 1
  return [output.base, ...parameters.slice(0, shown)].join('_')
}

function refuse(name: string, what: string): Result<never, UnknownFeature> {
  const nearest = nearestNames(name)
  return err({ message: `${what}; the nearest are ${nearest.join(', ')}`, nearest })
}

/** Names that work, nearest first by edit distance: each base with the numbers that were asked for, or its typical ones. */
function nearestNames(name: string): string[] {
  const asked = name.slice(0, NAME_LENGTH_MAX)
  const numbers = (asked.match(/\d+(?:\.\d+)?/g) ?? []).slice(0, 3)
  const candidates = FAMILIES.flatMap((family) => {
    const parameters = completeParameters(family, numbers.slice(0, family.parameters.length))
    const typical = family.typical.map((list) => list)
    const lists = parameters.ok ? [parameters.value, ...typical] : typical
    return family.outputs.flatMap((output) => lists.map((list) => nameOf(output, family, list)))
  })
  const ranked = [...new Set(candidates)].map((candidate) => ({ candidate, distance: editDistance(asked, candidate) }))
  // Equal distances keep the order of the catalogue: sorting is stable.
  return ranked
    .sort((a, b) => a.distance - b.distance)
    .slice(0, NEAREST_MAX)
    .map(({ candidate }) => candidate)
}

/** Levenshtein distance: the fewest insertions, deletions and replacements that turn one text into the other. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (previous[j - 1] ?? 0) + Number(from[i - 1] !== to[j - 1])
      row.push(Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    previous = row
  }
  return previous[to.length] ?? 0
}
