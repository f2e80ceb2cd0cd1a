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
  subtract,
  toNumber,
  toStep,
  toText,
} from '../../../src-shared/domain/decimal.ts'
import type { SizingStep } from '../../../src-shared/domain/decision.ts'
import { type Instrument, sizeFault } from '../../../src-shared/domain/instrument.ts'
import type { SizeCap } from '../risk/exposure.ts'
import type { Words } from '../risk/verdict.ts'

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

function volatilityFactor(target: number, realized: number | null): { factor: number; note: Words } {
  if (realized === null || realized === 0) return { factor: 1, note: 'realised volatility is unknown: size not changed' }
  const factor = Math.min(VOLATILITY_FACTOR_MAX, Math.max(VOLATILITY_FACTOR_MIN, target / realized))
  const note = (): string =>
    `target ${target} ÷ realised ${rounded(realized)}, between ${VOLATILITY_FACTOR_MIN} and ${VOLATILITY_FACTOR_MAX}`
  return { factor, note }
}

/** Distance to the stop as a share of the entry price; null when there is none. */
function stopDistanceOf({ entryPrice, stopPrice }: SizingInput): Rate | null {
  if (entryPrice <= 0n || stopPrice <= 0n) return null
  const distance = ratioOf(absolute(subtract(entryPrice, stopPrice)), entryPrice)
  return distance === 0n ? null : distance
}

/** A step whose note is put together when somebody reads it. Written as JSON it is like any other; a structured clone would lose the note. */
class NotedStep implements SizingStep {
  readonly step: string
  readonly factor: number
  readonly valueBefore: number
  readonly valueAfter: number
  readonly #note: () => string

  constructor({ step, factor, valueBefore, valueAfter }: Omit<SizingStep, 'note'>, note: () => string) {
    this.step = step
    this.factor = factor
    this.valueBefore = valueBefore
    this.valueAfter = valueAfter
    this.#note = note
  }
  get note(): string {
    return this.#note()
  }
  toJSON(): SizingStep {
    const { step, factor, valueBefore, valueAfter, note } = this
    return { step, factor, valueBefore, valueAfter, note }
  }
}

/** The value to trade, in settlement currency, and the steps that led to it. */
class Steps {
  readonly list: SizingStep[] = []
  value: number

  constructor(value: number) {
    this.value = value
  }
  multiply(step: string, factor: number, note: Words): void {
    this.#go({ step, factor, valueBefore: this.value, valueAfter: this.value * factor }, note)
  }
  divide(step: string, divisor: number, note: Words): void {
    this.#go({ step, factor: 1 / divisor, valueBefore: this.value, valueAfter: this.value / divisor }, note)
  }
  goTo(step: string, valueAfter: number, note: Words): void {
    const valueBefore = this.value
    this.#go({ step, factor: valueBefore === 0 ? 1 : valueAfter / valueBefore, valueBefore, valueAfter }, note)
  }
  #go(numbers: Omit<SizingStep, 'note'>, note: Words): void {
    const { step, factor, valueBefore, valueAfter } = numbers
    this.value = valueAfter
    this.list.push(typeof note === 'string' ? { step, factor, valueBefore, valueAfter, note } : new NotedStep(numbers, note))
  }
}

const notPositive = (name: string, value: number): string | null =>
  Number.isFinite(value) && value > 0 ? null : `${name} ${value}, expected more than 0`
const negative = (name: string, value: number): string | null =>
  Number.isFinite(value) && value >= 0 ? null : `${name} ${value}, expected 0 or more`

/** The number that cannot be sized with, by name, or null. */
const badNumber = (input: SizingInput): string | null =>
  notPositive('equity', input.equity) ??
  notPositive('riskPerTrade', input.riskPerTrade) ??
  notPositive('volatilityTarget', input.volatilityTarget) ??
  negative('strength', input.strength) ??
  negative('confidence', input.confidence ?? 1) ??
  negative('scoreFactor', input.scoreFactor ?? 1) ??
  negative('sizeShare', input.sizeShare ?? 1) ??
  negative('realizedVolatility', input.realizedVolatility ?? 0)

/** Value to trade before any limit, with the steps that led to it. `distance` is that of the stop, as a share of the entry price. */
function desiredValue(input: SizingInput, distance: number): Steps {
  const steps = new Steps(input.equity)
  const volatility = volatilityFactor(input.volatilityTarget, input.realizedVolatility)
  steps.multiply('risk_amount', input.riskPerTrade, 'equity × risk per trade: lost when the stop is hit')
  steps.divide('stop_distance', distance, () => `÷ stop distance ${rounded(distance)}`)
  steps.multiply('strength', strengthFactor(input.strength), () => `0.5 + 0.5 × strength ${rounded(input.strength)}`)
  steps.multiply('confidence', input.confidence ?? 1, input.confidence === undefined ? 'no model' : 'confidence of the model')
  steps.multiply('volatility', volatility.factor, volatility.note)
  if (input.sizeShare !== undefined) steps.multiply('entry_share', input.sizeShare, 'the rest is kept for adds')
  steps.multiply('score', input.scoreFactor ?? 1, input.scoreFactor === undefined ? 'no score' : 'score of the strategy')
  return steps
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
  const { instrument, entryPrice, stopPrice } = input
  const bad = badNumber(input)
  if (bad !== null) return nothing([], 'bad_sizing_input', bad)
  const distance = stopDistanceOf(input)
  if (distance === null) {
    const prices = `entry ${toText(entryPrice)} and stop ${toText(stopPrice)}, expected two different prices above 0`
    return nothing([], 'bad_sizing_input', prices)
  }
  const steps = desiredValue(input, toNumber(distance))
  const desired = steps.value
  // Beyond this a float64 has no digit left for cents, and no account here is that large.
  if (!(desired < 1e15)) return nothing([], 'bad_sizing_input', `value ${desired}, expected less than 1e15`)
  let quantity = quantityFor(moneyFromNumber(desired), entryPrice, 'down')
  const limit = (step: string, quantityMax: Quantity, note: Words): void => {
    const cuts = quantityMax < quantity
    if (cuts) quantity = quantityMax
    steps.goTo(step, cuts ? toNumber(notionalOf(entryPrice, quantity)) : steps.value, note)
  }
  for (const cap of input.caps) limit(cap.step, cap.quantityMax, cap.note)
  const onLot = toStep(quantity, instrument.lotSize, 'down')
  limit('lot_size', onLot, () => `${toText(onLot)} ${instrument.base}, down to a multiple of ${toText(instrument.lotSize)}`)
  const fault = onLot <= 0n ? 'below_min_quantity' : sizeFault(instrument, entryPrice, onLot, { reduceOnly: false, market: false })
  if (fault === null) return { quantity: onLot, steps: steps.list, reason: null }
  const least = `at least ${toText(instrument.minQuantity)} ${instrument.base} and ${toText(instrument.minNotional)} ${instrument.settle}`
  return nothing(steps.list, fault, `${toText(onLot)} ${instrument.base} is not a size that ${instrument.venue} takes: ${least}`)
}
