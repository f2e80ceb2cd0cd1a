// Watches the exchange from inside and tells what a trading program must never let happen: a position without a stop, an order that came twice, an orphan.
import { type Quantity, absolute, smaller, toText } from '../../../src-shared/domain/decimal.ts'
import type { CoreEvent } from '../core/events.ts'
import type { Conditional, Order, Position } from '../core/order.ts'
import type { Account } from '../core/state.ts'
import type { VenueCore } from '../core/venue-core.ts'

type Exposure = {
  readonly accountId: string
  readonly symbol: string
  readonly fromMs: number
  readonly toMs: number | null
  readonly quantity: string
}

const EXPOSURES_MAX = 10_000

/** What a stop can close, all together: a stop that closes the position counts as all of it. */
export function stopCover(account: Account, position: Position): Quantity {
  let covered = 0n
  const isLong = position.quantity > 0n
  for (const conditional of account.armed.values()) {
    if (!isStopFor(conditional, position, isLong)) continue
    if (conditional.closePosition) return absolute(position.quantity)
    covered += conditional.quantity
  }
  return smaller(covered as Quantity, absolute(position.quantity))
}

const isStopFor = (conditional: Conditional, position: Position, isLong: boolean): boolean =>
  conditional.symbol === position.symbol &&
  conditional.positionSide === position.side &&
  conditional.side === (isLong ? 'sell' : 'buy') &&
  conditional.direction === (isLong ? 'fall' : 'rise')

export class Oracle {
  readonly #core: () => VenueCore
  readonly #open = new Map<string, Exposure>()
  readonly #closed: Exposure[] = []
  #longestMs = 0

  /** `core` is asked for late: the oracle hears the core's first events while that is being made. */
  constructor(core: () => VenueCore) {
    this.#core = core
  }

  onEvent(event: CoreEvent): void {
    // An armed stop that fires is gone one event before its child trades: only account changes and stops are looked at.
    if (event.type !== 'account' && event.type !== 'conditional') return
    if (event.type === 'conditional' && (event.conditional.status === 'triggering' || event.conditional.status === 'triggered')) return
    const account = this.#core().account(event.accountId)
    for (const position of account.positions.values()) this.#look(account, position, event.tsMs)
  }

  #look(account: Account, position: Position, tsMs: number): void {
    const key = `${account.id} ${position.symbol} ${position.side}`
    const isExposed = position.quantity !== 0n && stopCover(account, position) < absolute(position.quantity)
    const running = this.#open.get(key)
    if (isExposed && !running) {
      this.#open.set(key, { accountId: account.id, symbol: position.symbol, fromMs: tsMs, toMs: null, quantity: toText(position.quantity) })
    }
    if (isExposed || !running) return
    this.#open.delete(key)
    this.#longestMs = Math.max(this.#longestMs, tsMs - running.fromMs)
    this.#closed.push({ ...running, toMs: tsMs })
    if (this.#closed.length > EXPOSURES_MAX) this.#closed.shift()
  }

  /** Longest time that a position stood without a full stop, running ones included. */
  longestExposureMs(): number {
    const nowMs = this.#core().nowMs
    return [...this.#open.values()].reduce((most, { fromMs }) => Math.max(most, nowMs - fromMs), this.#longestMs)
  }
  exposures(): Exposure[] {
    return [...this.#closed, ...this.#open.values()]
  }

  /** Client ids under which more than one order was taken in: what a blind resend does. Children share their parent's id and do not count. */
  duplicates(accountId: string): string[] {
    const seen = new Map<string, number>()
    const account = this.#core().account(accountId)
    const count = (id: string): Map<string, number> => seen.set(id, (seen.get(id) ?? 0) + 1)
    for (const order of account.orders.values()) if (order.parentId === null) count(order.clientId)
    for (const conditional of account.conditionals.values()) count(conditional.clientId)
    return [...seen].filter(([, times]) => times > 1).map(([id]) => id)
  }

  /** Open orders and stops of symbols without a position: nothing there is left to protect or to close. */
  orphans(accountId: string): string[] {
    const account = this.#core().account(accountId)
    const held = new Set([...account.positions.values()].filter(({ quantity }) => quantity !== 0n).map(({ symbol }) => symbol))
    const isClosing = (order: Order | Conditional): boolean => order.reduceOnly || ('closePosition' in order && order.closePosition)
    return [...account.open.values(), ...account.armed.values()]
      .filter((order) => !held.has(order.symbol) && isClosing(order))
      .map(({ clientId }) => clientId)
  }
}
