// How a check says yes or no.
import type { Verdict, Why } from '../../../src-shared/domain/decision.ts'
import type { OrderRequest } from '../../../src-shared/domain/order.ts'
import type { RiskContext } from './risk-context.ts'

/**
 * One rule. `check` is written as the condition that must hold, so that a NaN, which no comparison accepts, denies.
 * It may throw: the officer turns that into a denial.
 */
export type RiskCheck = {
  readonly code: string
  readonly title: string
  check(context: RiskContext, request: OrderRequest): Verdict
}

/** A sentence, or how to put it together from what never changes. */
export type Words = string | (() => string)

export type Finding = {
  readonly check: string
  /** Reason code of the denial, or null to let the order pass. */
  readonly denial: string | null
  readonly message: Words
  readonly numbers: Why
}

const textOf = (words: Words): string => (typeof words === 'string' ? words : words())

/**
 * A yes, with its sentence put together when somebody reads it: an entry passes twenty checks, and numbers in words cost more than the checks.
 * Written as JSON it is a verdict like any other; a structured clone would lose the sentence.
 */
export class Passed implements Verdict {
  readonly check: string
  readonly passed = true
  readonly code = 'ok'
  readonly numbers: Why
  readonly #words: () => string

  constructor(check: string, numbers: Why, words: () => string) {
    this.check = check
    this.numbers = numbers
    this.#words = words
  }
  get message(): string {
    return this.#words()
  }
  toJSON(): Verdict {
    const { check, passed, code, message, numbers } = this
    return { check, passed, code, message, numbers }
  }
}

const isNotFinite = (value: Why[string]): boolean => typeof value === 'number' && !Number.isFinite(value)
/** A loop that makes no list: asked twenty times per entry, and nearly always true. */
function areFinite(numbers: Why): boolean {
  for (const name in numbers) if (isNotFinite(numbers[name] ?? null)) return false
  return true
}

/** A finding as a verdict. A number that is not finite denies, whatever the check concluded from it, and is recorded as null. */
export function verdict({ check, denial, message, numbers }: Finding): Verdict {
  if (!areFinite(numbers)) return notANumber({ check, denial, message, numbers })
  if (denial === null && typeof message === 'function') return new Passed(check, numbers, message)
  return { check, passed: denial === null, code: denial ?? 'ok', message: textOf(message), numbers }
}

function notANumber({ check, denial, message, numbers }: Finding): Verdict {
  const bad = Object.keys(numbers).filter((name) => isNotFinite(numbers[name] ?? null))
  const cleaned: Why = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, isNotFinite(value) ? null : value]))
  const why = `${textOf(message)} (not a number: ${bad.join(', ')})`
  return { check, passed: false, code: denial ?? 'not_a_number', message: why, numbers: cleaned }
}

/** A number for a sentence: ten significant digits or six after the point, no float noise. */
export const shown = (value: number): string => {
  const size = Math.abs(value)
  // Amounts of everyday size are rounded without the detour over text, which costs ten times as much.
  if (size >= 1e-3 && size < 1e9) return String(Math.round(value * 1e6) / 1e6)
  return Number(value.toPrecision(10)).toString()
}
/** A fraction for a sentence, to a hundredth of a percent: 0.0215 is "2.15 %". */
export const percent = (fraction: number): string => `${shown(Math.round(fraction * 1e4) / 1e2)} %`
/** An amount for a sentence, with its unit. */
export const amount = (value: number, unit: string): string => `${shown(value)} ${unit}`
