// What the parts of position care share: the dependencies, and the two ways anything is changed (a written-down position, an approved order).
import type { CarePolicy } from '../../../src-shared/config/risk-policy.ts'
import type { Price, Quantity } from '../../../src-shared/domain/decimal.ts'
import type { InstrumentId, PositionId } from '../../../src-shared/domain/ids.ts'
import { type Instrument, closingSide, stopPriceFromNumber } from '../../../src-shared/domain/instrument.ts'
import type { Order, OrderPurpose, OrderRequest, TimeInForce } from '../../../src-shared/domain/order.ts'
import type { Position, PositionCare as Care, RoundTrip } from '../../../src-shared/domain/position.ts'
import { ensure } from '../../../src-shared/domain/result.ts'
import type { Approved } from '../../../src-shared/events/effect.ts'
import type { Portfolio } from '../portfolio/portfolio.ts'
import type { Execution } from './execution.ts'
import type { IdSource } from './id-source.ts'
import type { Outbox } from './outbox.ts'

export type PlannedTarget = { readonly price: Price; readonly quantity: Quantity; readonly fraction: number }
export type TargetPlanner = (position: Position, instrument: Instrument) => readonly PlannedTarget[]

export type PositionCareDependencies = {
  readonly policy: CarePolicy
  readonly instruments: ReadonlyMap<InstrumentId, Instrument>
  readonly portfolio: Portfolio
  readonly execution: Execution
  readonly ids: IdSource
  readonly outbox: Outbox
  /** The risk officer's short path; null when it refuses even an order that shrinks. */
  readonly approveReduction: (request: OrderRequest) => Approved<OrderRequest> | null
  readonly planTargets: TargetPlanner
  readonly onClosed: (roundTrip: RoundTrip) => void
  /** Is the entry of this position still being carried out in parts? */
  readonly isEntering: (id: PositionId) => boolean
  /** Is it being closed in parts? */
  readonly isExiting: (id: PositionId) => boolean
  /** Ends whatever is being carried out in parts for this position. */
  readonly endParts: (id: PositionId, why: string) => void
}

/** Being closed: no stop, target or move is wanted any more. */
export const isClosing = (position: Position): boolean => position.care.phase === 'closing' || position.care.phase === 'emergency'

export type ReducingOrder = {
  readonly purpose: OrderPurpose
  readonly type: OrderRequest['type']
  /** Left out for one that stands until it is canceled. */
  readonly timeInForce?: TimeInForce
  readonly quantity: Quantity
  readonly limitPrice?: Price
  readonly triggerPrice?: Price
}

export class CareContext {
  readonly d: PositionCareDependencies

  constructor(dependencies: PositionCareDependencies) {
    this.d = dependencies
  }

  instrument(position: Position): Instrument {
    const instrument = this.d.instruments.get(position.instrumentId)
    ensure(instrument !== undefined, () => `instrument ${position.instrumentId} of position ${position.id} is known`)
    return instrument
  }
  /** The position as it is now; as given when it has been closed meanwhile. */
  present(position: Position): Position {
    return this.d.portfolio.positionById(position.id) ?? position
  }
  extreme(position: Position): number {
    return this.d.portfolio.holding(position.instrumentId).extreme
  }

  /** Stores a changed position and writes it down, with the extreme as known now. */
  update(position: Position, care: Partial<Care>): Position {
    const changed: Position = { ...position, care: { ...position.care, extremePrice: this.extreme(position), ...care } }
    this.d.portfolio.replace(changed)
    this.d.outbox.journal({ kind: 'position', tsMs: this.d.outbox.nowMs, body: changed })
    return changed
  }

  /** Sends an order that can only shrink the position. Null when the risk officer refused it. */
  submit(position: Position, what: ReducingOrder): Order | null {
    const approved = this.d.approveReduction(this.request(position, what))
    return approved === null ? null : this.d.execution.submit(approved)
  }

  /** Such an order, before it is approved. */
  request(position: Position, what: ReducingOrder): OrderRequest {
    const mark = this.d.portfolio.markPrice(position.instrumentId)
    return {
      clientOrderId: this.d.ids.order(what.purpose),
      instrumentId: position.instrumentId,
      strategyId: position.strategyId,
      positionId: position.id,
      decisionId: position.decisionId,
      purpose: what.purpose,
      side: closingSide(position.side),
      type: what.type,
      timeInForce: what.timeInForce ?? 'gtc',
      quantity: what.quantity,
      limitPrice: what.limitPrice ?? null,
      triggerPrice: what.triggerPrice ?? null,
      triggerSource: 'mark',
      reduceOnly: true,
      decisionPrice: mark === null ? null : stopPriceFromNumber(this.instrument(position), position.side, mark),
      entryPlan: null,
    }
  }
}
