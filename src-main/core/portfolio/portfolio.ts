// The open positions and the wallet. Exact where it is booked; the marks to market are float estimates and say so.
import { type Money, add, toNumber } from '../../../src-shared/domain/decimal.ts'
import type { InstrumentId, PositionId } from '../../../src-shared/domain/ids.ts'
import { type Instrument, directionOf } from '../../../src-shared/domain/instrument.ts'
import type { Fill } from '../../../src-shared/domain/order.ts'
import type { Position } from '../../../src-shared/domain/position.ts'
import type { LedgerEntry } from '../../../src-shared/events/journal-record.ts'
import { type Booking, type PositionSeed, bookFill } from './book-fill.ts'

/** Float shadow of a position, kept beside it so that a mark to market costs no exact arithmetic. */
type Mark = {
  /** The entry price until the market has been seen: equity then is what has been booked. */
  price: number
  isSeen: boolean
  quantity: number
  signedQuantity: number
  entryPrice: number
  stopPrice: number
}

export type AccountEstimate = {
  readonly balance: number
  readonly equity: number
  readonly unrealizedPnl: number
  readonly marginUsed: number
  readonly available: number
  readonly grossExposure: number
  readonly openRisk: number
}

export class Portfolio {
  #balance: Money
  #balanceNumber: number
  readonly #open = new Map<InstrumentId, Position>()
  readonly #marks = new Map<InstrumentId, Mark>()
  readonly #instruments: ReadonlyMap<InstrumentId, Instrument>
  readonly #leverage: number

  constructor(options: {
    instruments: ReadonlyMap<InstrumentId, Instrument>
    leverage: number
    balance: Money
    positions: readonly Position[]
  }) {
    this.#instruments = options.instruments
    this.#leverage = options.leverage
    this.#balance = options.balance
    this.#balanceNumber = toNumber(options.balance)
    for (const position of options.positions) this.replace(position)
  }

  /** Settlement currency booked so far: the sum of the ledger. */
  get balance(): Money {
    return this.#balance
  }
  get openCount(): number {
    return this.#open.size
  }
  position(instrumentId: InstrumentId): Position | null {
    return this.#open.get(instrumentId) ?? null
  }
  positionById(id: PositionId): Position | null {
    for (const position of this.#open.values()) if (position.id === id) return position
    return null
  }
  /** Open positions in the order in which their instruments were first traded. */
  positions(): readonly Position[] {
    return [...this.#open.values()]
  }

  /** Stores a changed position; a closed one leaves the book. */
  replace(position: Position): void {
    if (position.quantity === 0n) {
      this.#open.delete(position.instrumentId)
      this.#marks.delete(position.instrumentId)
      return
    }
    this.#open.set(position.instrumentId, position)
    const quantity = toNumber(position.quantity)
    const known = this.#marks.get(position.instrumentId)
    this.#marks.set(position.instrumentId, {
      price: known?.isSeen === true ? known.price : toNumber(position.entryPrice),
      isSeen: known?.isSeen === true,
      quantity,
      signedQuantity: quantity * directionOf(position.side),
      entryPrice: toNumber(position.entryPrice),
      stopPrice: toNumber(position.care.stopPrice),
    })
  }

  book(entry: LedgerEntry): void {
    this.#balance = add(this.#balance, entry.amount)
    this.#balanceNumber = toNumber(this.#balance)
  }

  /** Books one fill and stores the result. The fill must not turn a position over. */
  applyFill(fill: Fill, seed: PositionSeed): Booking {
    const booking = bookFill(this.position(fill.instrumentId), fill, seed)
    for (const entry of booking.ledger) this.book(entry)
    this.replace(booking.position)
    return booking
  }

  /** New mark price. No effect without a position there. */
  mark(instrumentId: InstrumentId, price: number): void {
    const mark = this.#marks.get(instrumentId)
    if (mark === undefined) return
    mark.price = price
    mark.isSeen = true
  }
  /** Null without a position, and until the market has been seen: after a restart nobody knows on which side of a stop the price is. */
  markPrice(instrumentId: InstrumentId): number | null {
    const mark = this.#marks.get(instrumentId)
    return mark?.isSeen === true ? mark.price : null
  }
  /** Is this instrument traded here? */
  lists(instrumentId: InstrumentId): boolean {
    return this.#instruments.has(instrumentId)
  }
  unrealizedPnl(instrumentId: InstrumentId): number {
    const mark = this.#marks.get(instrumentId)
    return mark === undefined ? 0 : (mark.price - mark.entryPrice) * mark.signedQuantity
  }
  /** Balance plus unrealised profit at the marks: the number that limits watch. */
  equity(): number {
    let equity = this.#balanceNumber
    if (this.#marks.size > 0) for (const mark of this.#marks.values()) equity += (mark.price - mark.entryPrice) * mark.signedQuantity
    return equity
  }
  estimate(): AccountEstimate {
    let unrealizedPnl = 0
    let grossExposure = 0
    let openRisk = 0
    for (const mark of this.#marks.values()) {
      unrealizedPnl += (mark.price - mark.entryPrice) * mark.signedQuantity
      grossExposure += mark.price * mark.quantity
      openRisk += Math.max(0, (mark.price - mark.stopPrice) * Math.sign(mark.signedQuantity)) * mark.quantity
    }
    const equity = this.#balanceNumber + unrealizedPnl
    const marginUsed = grossExposure / this.#leverage
    return {
      balance: this.#balanceNumber,
      equity,
      unrealizedPnl,
      marginUsed,
      available: Math.max(0, equity - marginUsed),
      grossExposure,
      openRisk,
    }
  }

  /**
   * Price at which a single isolated-by-estimate position would exhaust the account: entry ∓ (equity share − maintenance) per unit.
   * An estimate for the screen and for the distance check; the venue's own figure wins where it gives one.
   */
  liquidationPrice(instrumentId: InstrumentId): number | null {
    const mark = this.#marks.get(instrumentId)
    const instrument = this.#instruments.get(instrumentId)
    if (mark === undefined || instrument === undefined) return null
    return estimateLiquidationPrice({
      equity: this.equity(),
      markPrice: mark.price,
      signedQuantity: mark.signedQuantity,
      maintenanceMarginRate: toNumber(instrument.maintenanceMarginRate),
    })
  }
}

/**
 * Cross margin, one position: the price p with equity + (p − mark) × q = p × |q| × maintenance.
 * Returns null when no positive price liquidates it.
 */
export function estimateLiquidationPrice(input: {
  equity: number
  markPrice: number
  signedQuantity: number
  maintenanceMarginRate: number
}): number | null {
  const { equity, markPrice, signedQuantity, maintenanceMarginRate } = input
  const size = Math.abs(signedQuantity)
  if (size === 0) return null
  const p = (markPrice * signedQuantity - equity) / (signedQuantity - size * maintenanceMarginRate)
  return p > 0 && Number.isFinite(p) ? p : null
}
