// The kernel's dealings with the venue as a whole: snapshots, funding, fills and positions that were not ours.
import {
  type Price,
  type Quantity,
  ZERO_MONEY,
  absolute,
  add,
  money,
  priceTimesRate,
  rate,
  subtract,
  toStep,
  toText,
} from '../../../src-shared/domain/decimal.ts'
import { type InstrumentId, type PositionId, type TradeId, strategyId, tradeId, venueOrderId } from '../../../src-shared/domain/ids.ts'
import { type Instrument, closingSide, openingSide, sideOpenedBy } from '../../../src-shared/domain/instrument.ts'
import type { Fill, Order } from '../../../src-shared/domain/order.ts'
import type { Position } from '../../../src-shared/domain/position.ts'
import { ensure } from '../../../src-shared/domain/result.ts'
import type { LedgerEntry } from '../../../src-shared/events/journal-record.ts'
import type { VenueOrder, VenuePosition, VenueReport } from '../../../src-shared/events/venue-report.ts'
import type { Execution } from '../execution/execution.ts'
import type { IdSource } from '../execution/id-source.ts'
import type { Outbox } from '../execution/outbox.ts'
import { type VenueSnapshot, missingReduction, reconcile } from '../execution/reconcile.ts'
import type { PositionSeed } from '../portfolio/book-fill.ts'
import type { Portfolio } from '../portfolio/portfolio.ts'
import type { ForeignDesk } from './foreign-desk.ts'

/** Positions that no strategy of ours opened belong to this name. */
export const ADOPTED = strategyId('adopted')
/** Stop distance of an adopted position, as a fraction of its price: seed 000's default. */
const ADOPTED_STOP_SHARE = rate('0.02')
/** A wallet that differs by less than this is rounding, not a difference. */
const WALLET_TOLERANCE = money('0.000001')
const FUNDING_MEMORY = 1_000
const MADE_UP = 'reconciled-'

export type VenueDeskDependencies = {
  readonly instruments: ReadonlyMap<InstrumentId, Instrument>
  readonly execution: Execution
  readonly portfolio: Portfolio
  readonly ids: IdSource
  readonly outbox: Outbox
  readonly settleMs: number
  /** Oldest first. The first is where the first snapshot starts from. */
  readonly knownTradeIds: readonly string[]
  /** Nothing is in the books yet: what the venue did before belongs to no ledger of ours. */
  readonly isNewAccount: boolean
  readonly foreign: ForeignDesk
  readonly bookExternal: (fill: Fill) => void
  /** Was there a position of this id that is closed now? */
  readonly wasClosed: (id: PositionId) => boolean
  /** Mark price on the tick grid, or null when there is none yet. */
  readonly markPrice: (instrumentId: InstrumentId) => Price | null
}

/** An order at the venue that we know nothing of. `isOurs`: it carries our mark. */
export type Orphan = { readonly order: VenueOrder; readonly isOurs: boolean }

export class VenueDesk {
  readonly #d: VenueDeskDependencies
  /** Fills up to this one are known to be complete. */
  #cursor: TradeId | null
  /** Until books and venue agree for the first time. */
  #isFirstContact: boolean
  #orphans: readonly VenueOrder[] = []
  readonly #fundingSeen = new Set<string>()

  constructor(dependencies: VenueDeskDependencies) {
    this.#d = dependencies
    this.#isFirstContact = dependencies.isNewAccount
    // Trades that reconciliation made up are ours alone: the venue cannot start from one.
    const oldest = dependencies.knownTradeIds.find((id) => !id.startsWith(MADE_UP))
    this.#cursor = oldest === undefined ? null : tradeId(oldest)
  }

  requestSnapshot(): void {
    this.#d.outbox.requestSnapshot(this.#cursor)
  }

  /** Compares the venue's word with the books and acts. True when they agree. */
  reconcile(snapshot: VenueSnapshot): boolean {
    const { foreign } = this.#d
    if (this.#isFirstContact) this.#leaveOut(snapshot.fills)
    this.#orphans = snapshot.orders.filter((order) => this.#d.execution.registry.get(order.clientOrderId) === null)
    const clean = reconcile(snapshot, {
      execution: this.#d.execution,
      portfolio: this.#d.portfolio,
      ids: this.#d.ids,
      outbox: this.#d.outbox,
      settleMs: this.#d.settleMs,
      adoptPosition: (instrumentId, theirs) => this.#adopt(instrumentId, theirs, snapshot),
      leaveAlone: (instrumentId, theirs) => foreign.leaveAlone(instrumentId, this.#d.portfolio.position(instrumentId), theirs),
      onAgreed: (instrumentId, isFlat) => foreign.onAgreed(instrumentId, isFlat),
      watched: foreign.watched(),
      ignoresFill: (fill) => this.ignoresFill(fill),
    })
    this.#cursor = snapshot.fills.at(-1)?.tradeId ?? this.#cursor
    if (clean) this.#isFirstContact = false
    if (clean) this.#settleWallet(snapshot)
    return clean
  }

  /** Orders at the venue without an entry here, as of its last word. */
  orphans(): readonly Orphan[] {
    return this.#orphans.map((order) => ({ order, isOurs: this.#d.ids.owns(order.clientOrderId) }))
  }
  /** Asks the venue to cancel those that carry our mark, and for the truth afterwards. Returns how many. */
  cleanOrphans(): number {
    const ours = this.orphans().filter(({ isOurs }) => isOurs)
    for (const { order } of ours) this.#d.outbox.cancel(order.clientOrderId)
    this.#d.outbox.reconcileNow()
    return ours.length
  }

  /** A trade of somebody else that changes only what is theirs: it is marked as seen, and the next snapshot tells what came of it. */
  ignoresFill(fill: Fill): boolean {
    const { registry } = this.#d.execution
    if (registry.get(fill.clientOrderId) !== null || this.#d.ids.owns(fill.clientOrderId)) return false
    if (!this.#d.foreign.ignoresFill(fill, this.#d.portfolio.position(fill.instrumentId))) return false
    registry.claimFill(fill)
    return true
  }

  /** Forgets a position that the operator looks after from now on: booked as closed where it was opened, so that nothing is won or lost by it. */
  handBack(position: Position): void {
    this.#d.foreign.handBack(position.instrumentId)
    this.#d.portfolio.replace({ ...position, care: { ...position.care, closeReason: 'handed_back' } })
    const trade = { side: closingSide(position.side), quantity: position.quantity, price: position.entryPrice }
    this.#bookDifference(position.instrumentId, trade, this.#d.outbox.nowMs)
  }

  /** Trades from before these books: what became of them is in the venue's positions and wallet, which are taken over. */
  #leaveOut(fills: readonly Fill[]): void {
    const { registry } = this.#d.execution
    const before = fills.filter((fill) => registry.get(fill.clientOrderId) === null && registry.claimFill(fill))
    if (before.length === 0) return
    this.#d.outbox.reconciled(
      `the venue knows ${before.length} trades from before this journal`,
      'left out of the books; its positions and wallet are taken over',
      null,
    )
  }

  funding(report: Extract<VenueReport, { type: 'funding_paid' }>): void {
    const reference = `${report.instrumentId}@${report.tsEventMs}`
    if (this.#fundingSeen.has(reference)) return
    this.#fundingSeen.add(reference)
    for (const oldest of this.#fundingSeen) {
      if (this.#fundingSeen.size <= FUNDING_MEMORY) break
      this.#fundingSeen.delete(oldest)
    }
    const position = this.#d.portfolio.position(report.instrumentId)
    this.#book({
      tsMs: report.tsEventMs,
      kind: 'funding',
      amount: report.amount,
      instrumentId: report.instrumentId,
      positionId: position?.id ?? null,
      reference,
    })
    if (position === null) return
    const paid = { ...position, funding: add(position.funding, report.amount) }
    this.#d.portfolio.replace(paid)
    this.#d.outbox.journal({ kind: 'position', tsMs: report.tsEventMs, body: paid })
  }

  /** What a position opened by this fill is: planned by its entry, or adopted with a default stop. */
  seedFor(fill: Fill, order: Order | null): PositionSeed {
    const plan = order?.entryPlan ?? null
    if (order !== null && plan !== null && order.positionId !== null) {
      const { strategyId, decisionId } = order
      return { id: this.#idFor(order, fill, order.positionId), strategyId, decisionId, ...plan }
    }
    const present = this.#d.portfolio.position(fill.instrumentId)
    // The seed of an open position is not used; a new id is not spent on it.
    if (present !== null)
      return {
        id: present.id,
        strategyId: present.strategyId,
        decisionId: present.decisionId,
        stopPrice: present.care.stopPrice,
        chandelierDistance: present.care.chandelierDistance,
      }
    const stopPrice = this.#adoptedStop(fill)
    return { id: this.#d.ids.position(), strategyId: ADOPTED, decisionId: null, stopPrice, chandelierDistance: null }
  }

  /** On the tick grid: an average price is not, and a venue refuses what is off it. */
  #adoptedStop({ instrumentId, side, price }: Fill): Price {
    const instrument = this.#d.instruments.get(instrumentId)
    ensure(instrument !== undefined, `an instrument for the adopted position in ${instrumentId}`)
    const distance = priceTimesRate(price, ADOPTED_STOP_SHARE, 'down')
    const isLong = sideOpenedBy(side) === 'long'
    return toStep(isLong ? subtract(price, distance) : add(price, distance), instrument.tickSize, isLong ? 'up' : 'down')
  }

  /** An entry that fills on after its position was closed, or an add that comes too late, opens another one: the old one is history, under its own id. */
  #idFor(order: Order, fill: Fill, planned: PositionId): PositionId {
    const open = this.#d.portfolio.position(fill.instrumentId)
    if (open !== null) return open.id
    const isLater = order.filledQuantity > fill.quantity || order.entryPlan?.isAdd === true || order.entryPlan?.isContinued === true
    return isLater || this.#d.wasClosed(planned) ? this.#d.ids.position() : planned
  }

  #adopt(instrumentId: InstrumentId, theirs: VenuePosition | null, { tsEventMs: tsMs, fillsMissing }: VenueSnapshot): void {
    const here = this.#d.portfolio.position(instrumentId)
    if (here !== null) {
      const reduction = missingReduction(here, theirs)
      if (reduction !== null) this.#bookDifference(instrumentId, reduction, tsMs)
    }
    const left = this.#d.portfolio.position(instrumentId)
    if (theirs === null) return
    // What came beside or instead of ours is somebody else's: the next snapshot finds and leaves it.
    if (fillsMissing !== true && this.#d.foreign.ignores(instrumentId)) return
    const missing = left === null ? theirs.quantity : subtract(theirs.quantity, left.quantity)
    if (missing > 0n)
      this.#bookDifference(instrumentId, { side: openingSide(theirs.side), quantity: missing, price: theirs.entryPrice }, tsMs)
  }

  /** A trade that nobody reported, at the mark price and without a fee: the wallet is settled with the venue's own figure afterwards. */
  #bookDifference(instrumentId: InstrumentId, trade: { side: Fill['side']; quantity: Quantity; price?: Price }, tsMs: number): void {
    const id = this.#d.ids.order('exit')
    const price = trade.price ?? this.#d.markPrice(instrumentId) ?? this.#d.portfolio.position(instrumentId)?.entryPrice
    ensure(price !== undefined, `a price for the unreported trade in ${instrumentId}`)
    const fill: Fill = {
      tradeId: tradeId(`${MADE_UP}${id}`),
      clientOrderId: id,
      venueOrderId: venueOrderId('unreported'),
      instrumentId,
      side: trade.side,
      price,
      quantity: trade.quantity,
      fee: ZERO_MONEY,
      liquidity: 'taker',
      tsEventMs: tsMs,
    }
    this.#d.outbox.journal({ kind: 'fill', tsMs, body: fill })
    this.#d.bookExternal(fill)
  }

  #settleWallet(snapshot: VenueSnapshot): void {
    const difference = subtract(snapshot.walletBalance, this.#d.portfolio.balance)
    if (absolute(difference) <= WALLET_TOLERANCE) return
    this.#d.outbox.reconciled(
      `the venue’s wallet holds ${toText(snapshot.walletBalance)}, the ledger adds up to ${toText(this.#d.portfolio.balance)}`,
      `booked the difference of ${toText(difference)}`,
      null,
    )
    this.#book({
      tsMs: snapshot.tsEventMs,
      kind: 'adjustment',
      amount: difference,
      instrumentId: null,
      positionId: null,
      reference: `wallet@${snapshot.tsEventMs}`,
    })
  }

  #book(entry: LedgerEntry): void {
    this.#d.portfolio.book(entry)
    this.#d.outbox.journal({ kind: 'ledger', tsMs: entry.tsMs, body: entry })
  }
}
