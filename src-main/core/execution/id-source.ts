// Ids that never repeat: a prefix that belongs to this data directory and counters that the journal keeps.
import { type ClientOrderId, type DecisionId, type PositionId, clientOrderId, decisionId, positionId } from '../../../src-shared/domain/ids.ts'
import type { OrderPurpose } from '../../../src-shared/domain/order.ts'

export type IdCounters = { readonly nextOrderNumber: number; readonly nextDecisionNumber: number; readonly nextPositionNumber: number }

const PURPOSE_LETTER: Readonly<Record<OrderPurpose, string>> = { entry: 'E', stop: 'S', target: 'T', exit: 'X', emergency: 'M' }
const padded = (n: number): string => n.toString(36).padStart(7, '0')

export class IdSource {
  readonly #prefix: string
  #order: number
  #decision: number
  #position: number

  /** `prefix`: 1 to 12 letters or digits. Throws RangeError otherwise. */
  constructor(prefix: string, counters: IdCounters) {
    if (!/^[A-Za-z0-9]{1,12}$/.test(prefix)) throw new RangeError(`id prefix "${prefix}" is not 1 to 12 letters or digits`)
    this.#prefix = prefix
    this.#order = counters.nextOrderNumber
    this.#decision = counters.nextDecisionNumber
    this.#position = counters.nextPositionNumber
  }
  get counters(): IdCounters {
    return { nextOrderNumber: this.#order, nextDecisionNumber: this.#decision, nextPositionNumber: this.#position }
  }
  order(purpose: OrderPurpose): ClientOrderId {
    return clientOrderId(`${this.#prefix}${PURPOSE_LETTER[purpose]}${padded(this.#order++)}`)
  }
  decision(): DecisionId {
    return decisionId(`${this.#prefix}-d${padded(this.#decision++)}`)
  }
  position(): PositionId {
    return positionId(`${this.#prefix}-p${padded(this.#position++)}`)
  }
  /** Was this order id made here (by this or an earlier run)? */
  owns(id: string): boolean {
    return id.startsWith(this.#prefix)
  }
}
