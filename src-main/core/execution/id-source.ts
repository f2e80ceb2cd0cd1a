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
  readonly #mark: string
  #order: number
  #decision: number
  #position: number

  /**
   * `prefix`: "tw" and up to 10 letters or digits. `mark`: how the ids of this account's program begin in every session of it, so that another
   * copy of the program on the same account is told apart. Throws RangeError for another prefix, or one that does not begin with the mark.
   */
  constructor(prefix: string, counters: IdCounters, mark: string = OWN_MARK) {
    if (!PREFIX.test(prefix)) throw new RangeError(`id prefix "${prefix}" is not "${OWN_MARK}" and 1 to 10 letters or digits`)
    if (!prefix.startsWith(mark)) throw new RangeError(`id prefix "${prefix}" does not begin with the mark "${mark}"`)
    this.#prefix = prefix
    this.#mark = mark
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
    return id.startsWith(this.#mark) && OWN_ORDER.test(id)
  }
  /** Was it made by another copy of this program? */
  isOfAnotherCopy(id: string): boolean {
    return !id.startsWith(this.#mark) && OWN_ORDER.test(id)
  }
}
