// The open positions and the wallet. Exact where it is booked; the marks to market are float estimates and say so.
import { type Money, add, toNumber } from '../../../src-shared/domain/decimal.ts'
import type { InstrumentId, PositionId } from '../../../src-shared/domain/ids.ts'
import { type Instrument, directionOf, maintenanceRateAt } from '../../../src-shared/domain/instrument.ts'
import type { Fill } from '../../../src-shared/domain/order.ts'
import type { Position } from '../../../src-shared/domain/position.ts'
import type { LedgerEntry } from '../../../src-shared/events/journal-record.ts'
import { type Booking, type PositionSeed, bookFill } from './book-fill.ts'

/**
 * What is held of one instrument: the open position, and beside it floats, so that a new price costs no exact arithmetic and no search. There is
 * one for each instrument, for ever, overwritten in place: whoever is told every price keeps it at hand. Only the portfolio changes it, but for
 * the extreme.
 */
export class Holding {
  /** In the order in which the holdings were asked for first. */
  readonly index: number
  position: Position | null = null
  /** Mark price; the entry price until the market has been seen: equity then is what has been booked. */
  price = Number.NaN
  isSeen = false
  /** Highest high (long) or lowest low (short) since entry: a new one alone is not worth a record of the position. */
  extreme = Number.NaN
  quantity = Number.NaN
  signedQuantity = Number.NaN
  entryPrice = Number.NaN
  stopPrice = Number.NaN

  constructor(index: number) {
    this.index = index
  }

  /** Takes a new or a changed position in; null when it was closed. */
  take(position: Position | null): void {
    const before = this.position
    this.position = position
    if (position === null) return
    const { quantity, entryPrice, care } = position
    if (before === null || before.quantity !== quantity || before.side !== position.side) {
      this.quantity = toNumber(quantity)
      this.signedQuantity = this.quantity * directionOf(position.side)
    }
    if (before === null || before.entryPrice !== entryPrice) this.entryPrice = toNumber(entryPrice)
    if (before === null || before.care.stopPrice !== care.stopPrice) this.stopPrice = toNumber(care.stopPrice)
    if (before === null) {
      this.isSeen = false
      this.extreme = care.extremePrice
    }
    if (!this.isSeen) this.price = this.entryPrice
  }

  get unrealizedPnl(): number {
    return this.position === null ? 0 : (this.price - this.entryPrice) * this.signedQuantity
  }
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
  #balanceNumber = Number.NaN
  #equity = Number.NaN
  readonly #holdings = new Map<InstrumentId, Holding>()
  /** Those with a position, in the order in which they were opened. */
  readonly #open: Holding[] = []
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
    this.#equity = this.#balanceNumber
    for (const position of options.positions) this.replace(position)
  }

  /** Settlement currency booked so far: the sum of the ledger. */
  get balance(): Money {
    return this.#balance
  }
  get openCount(): number {
    return this.#open.length
  }
  /** The same object for ever. */
  holding(instrumentId: InstrumentId): Holding {
    const known = this.#holdings.get(instrumentId)
    if (known !== undefined) return known
    const made = new Holding(this.#holdings.size)
    this.#holdings.set(instrumentId, made)
    return made
  }
  position(instrumentId: InstrumentId): Position | null {
    return this.#holdings.get(instrumentId)?.position ?? null
  }
  positionById(id: PositionId): Position | null {
    for (const { position } of this.#open) if (position?.id === id) return position
    return null
  }
  /** Open positions in the order in which they were opened. */
  positions(): readonly Position[] {
    return this.#open.flatMap(({ position }) => position ?? [])
  }

  /** Stores a changed position; a closed one leaves the book. */
  replace(position: Position): void {
    const holding = this.holding(position.instrumentId)
    const wasOpen = holding.position !== null
    const isOpen = position.quantity !== 0n
    holding.take(isOpen ? position : null)
    if (isOpen && !wasOpen) this.#open.push(holding)
    if (!isOpen && wasOpen) this.#open.splice(this.#open.indexOf(holding), 1)
    this.#sum()
  }

  book(entry: LedgerEntry): void {
    this.#balance = add(this.#balance, entry.amount)
    this.#balanceNumber = toNumber(this.#balance)
    this.#sum()
  }

  /** Books one fill and stores the result. The fill must not turn a position over. */
  applyFill(fill: Fill, seed: PositionSeed): Booking {
    const booking = bookFill(this.position(fill.instrumentId), fill, seed)
    for (const entry of booking.ledger) this.book(entry)
    this.replace(booking.position)
    return booking
  }

  /** New mark price, in whatever has one: a number on its own would be boxed at every candle. No effect without a position there. */
  mark(holding: Holding, { close }: { readonly close: number }): void {
    if (holding.position === null) return
    holding.price = close
    holding.isSeen = true
    this.#sum()
  }
  /** Null without a position, and until the market has been seen: after a restart nobody knows on which side of a stop the price is. */
  markPrice(instrumentId: InstrumentId): number | null {
    const holding = this.#holdings.get(instrumentId)
    return holding !== undefined && holding.position !== null && holding.isSeen ? holding.price : null
  }
  /** Is this instrument traded here? */
  lists(instrumentId: InstrumentId): boolean {
    return this.#instruments.has(instrumentId)
  }
  unrealizedPnl(instrumentId: InstrumentId): number {
    return this.#holdings.get(instrumentId)?.unrealizedPnl ?? 0
  }
  /** Balance plus unrealised profit at the marks: the number that limits watch. */
  equity(): number {
    return this.#equity
  }
  #sum(): void {
    let equity = this.#balanceNumber
    for (let i = 0; i < this.#open.length; i += 1) {
      const holding = this.#open[i]
      if (holding !== undefined) equity += (holding.price - holding.entryPrice) * holding.signedQuantity
    }
    this.#equity = equity
  }
  estimate(): AccountEstimate {
    let unrealizedPnl = 0
    let grossExposure = 0
    let openRisk = 0
    for (const held of this.#open) {
      unrealizedPnl += held.unrealizedPnl
      grossExposure += held.price * held.quantity
      openRisk += Math.max(0, (held.price - held.stopPrice) * Math.sign(held.signedQuantity)) * held.quantity
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
    const holding = this.#holdings.get(instrumentId)
    const instrument = this.#instruments.get(instrumentId)
    if (holding === undefined || holding.position === null || instrument === undefined) return null
    return estimateLiquidationPrice({
      equity: this.equity(),
      markPrice: holding.price,
      signedQuantity: holding.signedQuantity,
      maintenanceMarginRate: toNumber(maintenanceRateAt(instrument, Math.abs(holding.signedQuantity) * holding.price)),
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
