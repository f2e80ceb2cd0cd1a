// How much: from the money that may be lost to a quantity that the venue takes, each step written down.
// The factors are floats, the caps are exact, and the result is quantised to the lot size, never upwards.
import {
  type Price,
  type Quantity,
  type Rate,
  ZERO_QUANTITY,
  absolute,
  moneyFromNumber,
  notionalOf,
  quantityFor,
  ratioOf,
  smaller,
  subtract,
  toNumber,
  toStep,
  toText,
} from '../../../src-shared/domain/decimal.ts'
import type { SizingStep } from '../../../src-shared/domain/decision.ts'
import { type Instrument, sizeFault } from '../../../src-shared/domain/instrument.ts'
import type { SizeCap } from '../risk/exposure.ts'

export type SizingInput = {
  readonly instrument: Instrument
  readonly entryPrice: Price
  readonly stopPrice: Price
  /** In settlement currency. */
  readonly equity: number
  /** Share of equity lost when the stop is hit. */
  readonly riskPerTrade: number
  /** 0 to 1; more counts as 1. */
  readonly strength: number
  /** Factor from a model; 1 without one. */
  readonly confidence?: number
  /** Realised volatility at which the size is not changed, as a fraction per year. */
  readonly volatilityTarget: number
  /** As a fraction per year; null while it is not known. */
  readonly realizedVolatility: number | null
  /** Factor from the strategy's score; 1 without one. */
  readonly scoreFactor?: number
  /** Share of the full size that is entered with; 1 unless the strategy means to add later. */
  readonly sizeShare?: number
  /** What the limits let through, from the risk officer: sizing knows no limit of its own. */
  readonly caps: readonly SizeCap[]
}

export type Sizing = {
  /** On the lot grid. Zero when there is nothing to trade. */
  readonly quantity: Quantity
  /** Values in settlement currency. */
  readonly steps: readonly SizingStep[]
  /** Reason code for a zero quantity, else null. */
  readonly reason: string | null
}

const VOLATILITY_FACTOR_MIN = 0.25
const VOLATILITY_FACTOR_MAX = 1.5

/** Half of the size for any signal, the other half by its strength. Source: domain.md section 8. */
const strengthFactor = (strength: number): number => 0.5 + 0.5 * Math.min(strength, 1)

/** For a sentence; the step itself keeps every digit. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6

function volatilityFactor(target: number, realized: number | null): { factor: number; note: string } {
  if (realized === null || realized === 0) return { factor: 1, note: 'realised volatility is unknown: size not changed' }
  const factor = Math.min(VOLATILITY_FACTOR_MAX, Math.max(VOLATILITY_FACTOR_MIN, target / realized))
  return { factor, note: `target ${target} ÷ realised ${rounded(realized)}, between ${VOLATILITY_FACTOR_MIN} and ${VOLATILITY_FACTOR_MAX}` }
}

/** Distance to the stop as a share of the entry price. */
const stopDistanceOf = ({ entryPrice, stopPrice }: SizingInput): Rate => ratioOf(absolute(subtract(entryPrice, stopPrice)), entryPrice)

const notPositive = (name: string, value: number): string | null =>
  Number.isFinite(value) && value > 0 ? null : `${name} ${value}, expected more than 0`
const negative = (name: string, value: number): string | null =>
  Number.isFinite(value) && value >= 0 ? null : `${name} ${value}, expected 0 or more`

/** The number that cannot be sized with, by name, or null. */
function badInput(input: SizingInput): string | null {
  const bad =
    notPositive('equity', input.equity) ??
    notPositive('riskPerTrade', input.riskPerTrade) ??
    notPositive('volatilityTarget', input.volatilityTarget) ??
    negative('strength', input.strength) ??
    negative('confidence', input.confidence ?? 1) ??
    negative('scoreFactor', input.scoreFactor ?? 1) ??
    negative('sizeShare', input.sizeShare ?? 1) ??
    negative('realizedVolatility', input.realizedVolatility ?? 0)
  if (bad !== null) return bad
  if (input.entryPrice <= 0n || input.stopPrice <= 0n || stopDistanceOf(input) === 0n) {
    return `entry ${toText(input.entryPrice)} and stop ${toText(input.stopPrice)}, expected two different prices above 0`
  }
  return null
}

/** Value to trade before any limit, with the steps that led to it. */
function desiredValue(input: SizingInput): { value: number; steps: SizingStep[] } {
  const steps: SizingStep[] = []
  let value = input.equity
  const apply = (step: string, factor: number, note: string): void => {
    const valueBefore = value
    value *= factor
    steps.push({ step, factor, valueBefore, valueAfter: value, note })
  }
  const distance = toNumber(stopDistanceOf(input))
  const volatility = volatilityFactor(input.volatilityTarget, input.realizedVolatility)
  apply('risk_amount', input.riskPerTrade, 'equity × risk per trade: lost when the stop is hit')
  steps.push({
    step: 'stop_distance',
    factor: 1 / distance,
    valueBefore: value,
    valueAfter: value / distance,
    note: `÷ stop distance ${rounded(distance)}`,
  })
  value /= distance
  apply('strength', strengthFactor(input.strength), `0.5 + 0.5 × strength ${rounded(input.strength)}`)
  apply('confidence', input.confidence ?? 1, input.confidence === undefined ? 'no model' : 'confidence of the model')
  apply('volatility', volatility.factor, volatility.note)
  if (input.sizeShare !== undefined) apply('entry_share', input.sizeShare, 'the rest is kept for adds')
  apply('score', input.scoreFactor ?? 1, input.scoreFactor === undefined ? 'no score' : 'score of the strategy')
  return { value, steps }
}

const nothing = (steps: readonly SizingStep[], reason: string, note: string): Sizing => {
  const valueBefore = steps.at(-1)?.valueAfter ?? 0
  return { quantity: ZERO_QUANTITY, steps: [...steps, { step: reason, factor: 0, valueBefore, valueAfter: 0, note }], reason }
}

/**
 * Sizes one entry. Never throws for bad numbers: it returns a quantity of zero and the reason `bad_sizing_input`.
 * The risk per trade is a cap as well as a start: a calm market may restore what a weak signal took, never more.
 */
export function sizePosition(input: SizingInput): Sizing {
  const bad = badInput(input)
  if (bad !== null) return nothing([], 'bad_sizing_input', bad)
  const { instrument, entryPrice } = input
  const desired = desiredValue(input)
  // Beyond this a float64 has no digit left for cents, and no account here is that large.
  if (!(desired.value < 1e15)) return nothing([], 'bad_sizing_input', `value ${desired.value}, expected less than 1e15`)
  const steps = [...desired.steps]
  let quantity = quantityFor(moneyFromNumber(desired.value), entryPrice, 'down')
  let value = desired.value
  const limit = (step: string, quantityMax: Quantity, note: string): void => {
    const valueBefore = value
    if (quantityMax < quantity) value = toNumber(notionalOf(entryPrice, quantityMax))
    quantity = smaller(quantity, quantityMax)
    steps.push({ step, factor: valueBefore === 0 ? 1 : value / valueBefore, valueBefore, valueAfter: value, note })
  }
  for (const cap of input.caps) limit(cap.step, cap.quantityMax, cap.note)
  const onLot = toStep(quantity, instrument.lotSize, 'down')
  limit('lot_size', onLot, `${toText(onLot)} ${instrument.base}, down to a multiple of ${toText(instrument.lotSize)}`)
  const fault = onLot <= 0n ? 'below_min_quantity' : sizeFault(instrument, entryPrice, onLot, { reduceOnly: false, market: false })
  if (fault === null) return { quantity: onLot, steps, reason: null }
  const least = `at least ${toText(instrument.minQuantity)} ${instrument.base} and ${toText(instrument.minNotional)} ${instrument.settle}`
  return nothing(steps, fault, `${toText(onLot)} ${instrument.base} is not a size that ${instrument.venue} takes: ${least}`)
}
