// What is held on the account and is not ours: adopted with a stop, or left alone, by policy; and what an operator has handed back.
// Where something of others is left alone nothing is opened: on a netted account nobody could say whose it is.
import { type Quantity, ZERO_QUANTITY, toText } from '../../../src-shared/domain/decimal.ts'
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import { openingSide } from '../../../src-shared/domain/instrument.ts'
import type { Fill } from '../../../src-shared/domain/order.ts'
import type { Position } from '../../../src-shared/domain/position.ts'
import type { VenuePosition } from '../../../src-shared/events/venue-report.ts'
import type { Outbox } from '../execution/outbox.ts'
import type { InstrumentHalt } from '../risk/risk-context.ts'

export const FOREIGN_POLICIES = ['adopt', 'ignore'] as const
/** `adopt`: a position that we did not make gets a stop, and is looked after. `ignore`: it is left alone, and nothing is opened beside it. */
export type ForeignPolicy = (typeof FOREIGN_POLICIES)[number]

type Held = Pick<Position, 'side' | 'quantity'> | null

export class ForeignDesk {
  readonly #policy: ForeignPolicy
  readonly #outbox: Outbox
  readonly #handedBack: Set<InstrumentId>
  /** What is left alone now, in words. */
  readonly #leftAlone = new Map<InstrumentId, string>()

  constructor(options: { policy: ForeignPolicy; outbox: Outbox; handedBack: readonly InstrumentId[] }) {
    this.#policy = options.policy
    this.#outbox = options.outbox
    this.#handedBack = new Set(options.handedBack)
  }

  ignores(instrumentId: InstrumentId): boolean {
    return this.#policy === 'ignore' || this.#handedBack.has(instrumentId)
  }
  /** The operator looks after this instrument until the venue holds nothing there any more. */
  handBack(instrumentId: InstrumentId): void {
    this.#handedBack.add(instrumentId)
  }
  /** Does this trade of somebody else change only what is theirs? A trade that shrinks ours is booked as ever. */
  ignoresFill(fill: Fill, here: Held): boolean {
    if (!this.ignores(fill.instrumentId)) return false
    return here === null || this.#leftAlone.has(fill.instrumentId) || fill.side === openingSide(here.side)
  }

  /** The venue holds more than we do, on the same side: true when the rest is left alone. Said once for each amount. */
  leaveAlone(instrumentId: InstrumentId, here: Held, there: VenuePosition | null): boolean {
    if (there === null || !this.ignores(instrumentId)) return false
    const ours: Quantity = here === null ? ZERO_QUANTITY : here.quantity
    if ((here !== null && here.side !== there.side) || there.quantity <= ours) return false
    const words = `${there.side} ${toText(there.quantity)}${here === null ? '' : `, of which ${toText(ours)} is ours`}`
    if (this.#leftAlone.get(instrumentId) !== words) {
      this.#leftAlone.set(instrumentId, words)
      this.#outbox.reconciled(`${instrumentId}: the venue holds ${words}`, 'left alone; nothing is opened there', instrumentId)
    }
    return true
  }

  /** The venue holds there what we hold. What was handed back is over when both hold nothing. */
  onAgreed(instrumentId: InstrumentId, isFlat: boolean): void {
    this.#leftAlone.delete(instrumentId)
    if (!isFlat || !this.#handedBack.delete(instrumentId)) return
    const { nowMs: tsMs } = this.#outbox
    const detail = `${instrumentId}: what was handed back is closed`
    const handBack = { instrumentId, active: false }
    this.#outbox.journal({ kind: 'audit', tsMs, body: { tsMs, actor: 'engine', action: 'hand_back', detail, accepted: true, handBack } })
  }
  /** Instruments to look at with each snapshot, also when nothing is held there any more. */
  watched(): readonly InstrumentId[] {
    return this.#handedBack.size + this.#leftAlone.size === 0 ? [] : [...this.#handedBack, ...this.#leftAlone.keys()]
  }

  haltOf(instrumentId: InstrumentId): InstrumentHalt | null {
    const words = this.#leftAlone.get(instrumentId)
    if (words !== undefined) return { code: 'foreign_position', message: `${instrumentId}: the venue holds ${words}; it is left alone` }
    if (!this.#handedBack.has(instrumentId)) return null
    return { code: 'handed_back', message: `${instrumentId} was handed back to the operator` }
  }
}
