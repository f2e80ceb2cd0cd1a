// What the kernel asks of the world. Plain data: the engine carries it out, the recorder hashes it.
import type { ClientOrderId, TradeId } from '../domain/ids.ts'
import type { OrderRequest } from '../domain/order.ts'
import type { JournalRecord } from './journal-record.ts'

/**
 * An order that the risk officer has let through. The brand is declared here and granted in core/risk alone;
 * execution accepts nothing else.
 */
declare const approvedBrand: unique symbol
export type Approved<T> = T & { readonly [approvedBrand]: true }

export type Effect =
  /** Journal first, then send. */
  | { readonly type: 'submit_order'; readonly order: Approved<OrderRequest> }
  | { readonly type: 'cancel_order'; readonly clientOrderId: ClientOrderId }
  | { readonly type: 'lookup_order'; readonly clientOrderId: ClientOrderId }
  /** Ask for the whole truth, with the fills after this trade. */
  | { readonly type: 'request_snapshot'; readonly afterTradeId: TradeId | null }
  | { readonly type: 'journal'; readonly record: JournalRecord }
  | { readonly type: 'set_timer'; readonly key: string; readonly dueMs: number }
  | { readonly type: 'clear_timer'; readonly key: string }
