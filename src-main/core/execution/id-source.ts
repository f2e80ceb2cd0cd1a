// Ids that never repeat: a prefix made once per session, and counters that the journal keeps.
import {
  type ClientOrderId,
  type DecisionId,
  type PositionId,
  clientOrderId,
  decisionId,
  positionId,
} from '../../../src-shared/domain/ids.ts'
import type { OrderPurpose } from '../../../src-shared/domain/order.ts'

export type IdCounters = { readonly nextOrderNumber: number; readonly nextDecisionNumber: number; readonly nextPositionNumber: number }

/** Every order id of this program begins so. */
const OWN_MARK = 'tw'

const PREFIX = new RegExp(`^${OWN_MARK}[A-Za-z0-9]{1,10}$`)
/** Prefix, letter of the purpose, number. */
const OWN_ORDER = new RegExp(`^${OWN_MARK}[A-Za-z0-9]{1,10}[ESTXM][0-9a-z]{7,}$`)

const PURPOSE_LETTER: Readonly<Record<OrderPurpose, string>> = { entry: 'E', stop: 'S', target: 'T', exit: 'X', emergency: 'M' }
const padded = (n: number): string => n.toString(36).padStart(7, '0')

export class IdSource {
  readonly #prefix: string
  #order: number
  #decision: number
  #position: number

  /** `prefix`: "tw" and up to 10 letters or digits. Throws RangeError otherwise. */
  constructor(prefix: string, counters: IdCounters) {
    if (!PREFIX.test(prefix)) throw new RangeError(`id prefix "${prefix}" is not "${OWN_MARK}" and 1 to 10 letters or digits`)
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
  /** Was this order id made by this program, now or earlier? */
  owns(id: string): boolean {
    return OWN_ORDER.test(id)
  }
}
