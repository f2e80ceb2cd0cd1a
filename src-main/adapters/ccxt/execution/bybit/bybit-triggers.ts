// The venue fires a conditional order in the direction it was told, also in one that protects nothing: what is meant is held against the price before it
// is sent, and against what the venue says it took.
import { type Price, price, toText } from '../../../../../src-shared/domain/decimal.ts'
import type { ClientOrderId } from '../../../../../src-shared/domain/ids.ts'
import type { OrderRequest } from '../../../../../src-shared/domain/order.ts'
import { type VenueFailure, refusal } from '../../transport/venue-failure.ts'
import type { Ask } from '../../transport/venue-rest.ts'
import { type Fields, decimalOf, textOrNull } from '../fields.ts'
import { kindOf } from '../order-memory.ts'
import { rowsOf } from './bybit-orders.ts'
import { TRIGGERS, marketIdOf, ticker, triggerDirectionOf } from './bybit-requests.ts'

type Meant = { readonly direction: 1 | 2; readonly triggerPrice: Price; readonly triggerBy: string }

/** Those sent last; older ones have been answered for. */
const MEANT_MAX = 500

export class BybitTriggers {
  readonly #ask: Ask
  readonly #meant = new Map<ClientOrderId, Meant>()

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /** Why this order must not be sent: the price has passed its trigger already. Null for orders without one. */
  async objection(order: OrderRequest): Promise<VenueFailure | null> {
    const { triggerPrice } = order
    if (kindOf(order.type) !== 'conditional' || triggerPrice === null) return null
    const direction = triggerDirectionOf(order.type, order.side)
    this.#remember(order.clientOrderId, { direction, triggerPrice, triggerBy: TRIGGERS[order.triggerSource] })
    const [row] = rowsOf(await this.#ask(ticker(marketIdOf(order.instrumentId))), 'the ticker')
    if (row === undefined) return null
    const seen = price(decimalOf(row, order.triggerSource === 'mark' ? 'markPrice' : 'lastPrice'))
    if (direction === 1 ? seen < triggerPrice : seen > triggerPrice) return null
    const message = `trigger ${toText(triggerPrice)} is passed: the ${order.triggerSource} price is ${toText(seen)}`
    return refusal('final', 'would_immediately_trigger', { message })
  }

  /** What is wrong with the trigger that the venue took, one sentence, or null. What it does not tell is not wrong. */
  fault(id: ClientOrderId, row: Fields): string | null {
    const meant = this.#meant.get(id)
    if (meant === undefined) return null
    const direction = Number(row['triggerDirection'] ?? 0)
    const triggerPrice = textOrNull(row, 'triggerPrice') === null ? null : price(decimalOf(row, 'triggerPrice'))
    const triggerBy = textOrNull(row, 'triggerBy')
    if (direction !== 0 && direction !== meant.direction) return `the venue took direction ${direction}, not ${meant.direction}`
    if (triggerPrice !== null && triggerPrice > 0n && triggerPrice !== meant.triggerPrice)
      return `the venue took the trigger ${toText(triggerPrice)}, not ${toText(meant.triggerPrice)}`
    if (triggerBy !== null && triggerBy !== 'UNKNOWN' && triggerBy !== meant.triggerBy)
      return `the venue fires by ${triggerBy}, not by ${meant.triggerBy}`
    return null
  }

  #remember(id: ClientOrderId, meant: Meant): void {
    this.#meant.set(id, meant)
    const [oldest] = this.#meant.keys()
    if (this.#meant.size > MEANT_MAX && oldest !== undefined) this.#meant.delete(oldest)
  }
}
