// How a check says yes or no.
import { type Decimal, toNumber } from '../../../src-shared/domain/decimal.ts'
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

export type Finding = {
  readonly check: string
  /** Reason code of the denial, or null to let the order pass. */
  readonly denial: string | null
  readonly message: string
  readonly numbers: Why
}

const isNotFinite = (value: Why[string]): boolean => typeof value === 'number' && !Number.isFinite(value)
/** A loop rather than a list: asked twenty times per entry, and nearly always true. */
function areFinite(numbers: Why): boolean {
  for (const name of Object.keys(numbers)) if (isNotFinite(numbers[name] ?? null)) return false
  return true
}

/** A finding as a verdict. A number that is not finite denies, whatever the check concluded from it, and is recorded as null. */
export function verdict({ check, denial, message, numbers }: Finding): Verdict {
  if (areFinite(numbers)) return { check, passed: denial === null, code: denial ?? 'ok', message, numbers }
  const bad = Object.keys(numbers).filter((name) => isNotFinite(numbers[name] ?? null))
  const cleaned: Why = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, isNotFinite(value) ? null : value]))
  return { check, passed: false, code: denial ?? 'not_a_number', message: `${message} (not a number: ${bad.join(', ')})`, numbers: cleaned }
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
/** An exact amount for a sentence, with its unit. */
export const amount = (value: Decimal, unit: string): string => `${shown(toNumber(value))} ${unit}`
