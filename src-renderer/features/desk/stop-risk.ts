// What a stop price means in money, for the person who is about to move it. An estimate for the eye: the risk officer decides.
import { toNumber } from '../../../src-shared/domain/decimal.ts'
import { price as parsePrice, toStep, toText } from '../../../src-shared/domain/decimal.ts'
import type { Instrument, Position } from '../../stores/desk-state.ts'

export type StopRisk = {
  /** From the mark to the stop, as a fraction of the mark; negative when the stop is already past the mark. */
  readonly distance: number
  /** Result at the stop from the entry on what is open now, before fees: negative is a loss. */
  readonly resultAtStop: number
  /** From the present mark: how much of the present value is given back. */
  readonly givenBack: number
  /** Why it cannot be sent, or null. */
  readonly fault: string | null
  readonly warning: string | null
}

/** Price text on the tick grid nearest to the dragged price, on the safe side: up for a long, down for a short. */
export function stopTextFromPrice(position: Position, instrument: Instrument, value: number): string {
  const text = value.toFixed(10).replace(/0+$/, '').replace(/\.$/, '')
  return toText(toStep(parsePrice(text), parsePrice(instrument.tickSize), position.side === 'long' ? 'up' : 'down'))
}

/** Null when the text is no plain positive decimal. */
export function stopRisk(position: Position, instrument: Instrument, stopText: string): StopRisk | null {
  const stop = parsedStop(stopText)
  if (stop === null) return null
  const direction = position.side === 'long' ? 1 : -1
  const quantity = Number(position.quantity)
  const distance = (direction * (position.markPrice - stop.value)) / position.markPrice
  const onGrid = stop.units % parsePrice(instrument.tickSize) === 0n
  return {
    distance,
    resultAtStop: direction * (stop.value - Number(position.entryPrice)) * quantity,
    givenBack: distance * position.markPrice * quantity,
    fault: faultOf({ distance, onGrid, side: position.side, tickSize: instrument.tickSize }),
    warning: warningOf(position, stop.value),
  }
}

function parsedStop(text: string): { readonly units: bigint; readonly value: number } | null {
  try {
    const units = parsePrice(text.trim())
    return units > 0n ? { units, value: toNumber(units) } : null
  } catch {
    return null
  }
}

type FaultInput = { readonly distance: number; readonly onGrid: boolean; readonly side: Position['side']; readonly tickSize: string }

function faultOf({ distance, onGrid, side, tickSize }: FaultInput): string | null {
  if (!onGrid) return `Must be a multiple of the tick, ${tickSize}`
  if (distance > 0) return null
  return side === 'long'
    ? 'Must be below the mark price: it would trigger at once'
    : 'Must be above the mark price: it would trigger at once'
}

function warningOf(position: Position, stop: number): string | null {
  const direction = position.side === 'long' ? 1 : -1
  const wider = direction * (Number(position.stopPrice) - stop) > 0
  if (position.liquidationPrice !== null && direction * (stop - position.liquidationPrice) <= 0)
    return 'Behind the liquidation price: the venue would close the position first'
  return wider ? 'This risks more than the present stop; the risk officer may refuse it' : null
}
