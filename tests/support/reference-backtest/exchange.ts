// The exchange of the reference backtest: one perpetual in one-way mode, as the comment at the head of simulated-venue.ts describes it. Written
// from that and from domain.md alone. Liquidation and margin are left out.
import { type Exact, ZERO, ceilTo, charged, exact, floorTo, max, min } from './exact.ts'

export type Side = 'buy' | 'sell'
export type Instrument = {
  readonly tick: Exact
  readonly lot: Exact
  readonly minNotional: Exact
  readonly maxMarket: Exact
  readonly makerFee: Exact
  readonly takerFee: Exact
}
/** `price` is that of a limit, or the trigger of a stop. */
export type Request = {
  readonly id: number
  readonly kind: 'market' | 'limit' | 'stop'
  readonly side: Side
  readonly quantity: Exact
  readonly price: Exact
  readonly reduceOnly: boolean
}
export type FillReport = {
  readonly type: 'fill'
  readonly id: number
  readonly tsMs: number
  readonly side: Side
  readonly price: Exact
  readonly quantity: Exact
  readonly fee: Exact
  readonly liquidity: 'maker' | 'taker'
}
export type Report =
  | { readonly type: 'accepted' | 'triggered' | 'expired' | 'canceled' | 'not_canceled'; readonly id: number }
  | { readonly type: 'rejected'; readonly id: number; readonly why: 'would_trigger' | 'no_position' }
  | { readonly type: 'funding'; readonly tsMs: number; readonly amount: Exact }
  | FillReport

export type Friction = { readonly slippage: Exact; readonly participation: Exact }
type Working = Request & { filled: Exact; fired: boolean }

export class Exchange {
  last = ZERO
  /** Signed. */
  position = ZERO
  readonly #instrument: Instrument
  readonly #friction: Friction
  readonly #tell: (report: Report, nowMs: number) => void
  #orders: Working[] = []
  /** What may still be taken of the present point's volume; null for as much as one wants. */
  #offered: Exact | null = null
  #nowMs = 0

  constructor(instrument: Instrument, friction: Friction, tell: (report: Report, nowMs: number) => void) {
    this.#instrument = instrument
    this.#friction = friction
    this.#tell = tell
  }

  isEmpty(): boolean {
    return this.#orders.length === 0 && this.position.isZero()
  }
  /** The side of a market order that still opens something. */
  opening(): Side | null {
    return this.#orders.find((order) => order.kind === 'market' && !order.reduceOnly)?.side ?? null
  }

  // ---- what arrives ----------------------------------------------------------------------------------------------

  submit(request: Request, nowMs: number): void {
    this.#nowMs = nowMs
    if (request.reduceOnly && this.#reducible(request.side).isZero())
      return this.#tell({ type: 'rejected', id: request.id, why: 'no_position' }, nowMs)
    if (request.kind === 'stop' && isReached(request, this.last))
      return this.#tell({ type: 'rejected', id: request.id, why: 'would_trigger' }, nowMs)
    const order: Working = { ...request, filled: ZERO, fired: false }
    this.#orders.push(order)
    this.#tell({ type: 'accepted', id: order.id }, nowMs)
    if (order.kind === 'market' || (order.kind === 'limit' && isBeyond(order, this.last))) this.#take(order)
  }

  cancel(id: number, nowMs: number): void {
    this.#nowMs = nowMs
    const found = this.#orders.some((order) => order.id === id)
    this.#remove(id)
    this.#tell({ type: found ? 'canceled' : 'not_canceled', id }, nowMs)
  }

  /** A long pays a positive rate on its value at the last price. */
  fund(rate: Exact, nowMs: number): void {
    if (this.position.isZero()) return
    const amount = charged(this.last.mul(this.position).mul(rate)).neg()
    this.#tell({ type: 'funding', tsMs: nowMs, amount }, nowMs)
  }

  // ---- prices ----------------------------------------------------------------------------------------------------

  /** The market jumps to this price. */
  jump(price: Exact, volume: Exact, nowMs: number): void {
    this.#open(volume, nowMs)
    this.#arrive(price)
  }

  /** The market moves there without a gap: every stop on its way is met at its own price. */
  glide(price: Exact, volume: Exact, nowMs: number): void {
    this.#open(volume, nowMs)
    for (let level = this.#nextStop(price); level !== null; level = this.#nextStop(price)) this.#arrive(level)
    this.#arrive(price)
  }

  #open(volume: Exact, nowMs: number): void {
    this.#nowMs = nowMs
    const { participation } = this.#friction
    this.#offered = participation.eq(1) ? null : floorTo(volume.mul(participation), this.#instrument.lot)
  }

  #nextStop(to: Exact): Exact | null {
    const isOnWay = (level: Exact): boolean =>
      to.gt(this.last) ? level.gt(this.last) && level.lt(to) : level.lt(this.last) && level.gt(to)
    const levels = this.#orders.filter((order) => order.kind === 'stop' && !order.fired && isOnWay(order.price))
    return nearest(levels, this.last)[0]?.price ?? null
  }

  /** Rests of orders that take, then limits that were passed, then stops that are reached. */
  #arrive(price: Exact): void {
    const from = this.last
    this.last = price
    for (const order of this.#orders.filter(({ kind, fired }) => kind === 'market' || fired)) this.#take(order)
    const passed = this.#orders.filter((order) => order.kind === 'limit' && isBeyond(order, price))
    for (const order of nearest(passed, from)) this.#fill(order, order.price, 'maker')
    const reached = this.#orders.filter((order) => order.kind === 'stop' && !order.fired && isReached(order, price))
    for (const order of nearest(reached, from)) this.#fire(order)
  }

  #fire(order: Working): void {
    if (!this.#orders.includes(order)) return
    order.fired = true
    this.#tell({ type: 'triggered', id: order.id }, this.#nowMs)
    this.#take(order)
  }

  // ---- trades ----------------------------------------------------------------------------------------------------

  #take(order: Working): void {
    const { tick } = this.#instrument
    const paid = this.last.mul(this.#friction.slippage)
    const price = order.side === 'buy' ? ceilTo(this.last.add(paid), tick) : max(floorTo(this.last.sub(paid), tick), tick)
    if (order.kind !== 'limit') return this.#fill(order, price, 'taker')
    this.#fill(order, order.side === 'buy' ? min(price, order.price) : max(price, order.price), 'taker')
  }

  #fill(order: Working, price: Exact, liquidity: 'maker' | 'taker'): void {
    if (!this.#orders.includes(order)) return
    const leaves = order.quantity.sub(order.filled)
    const wanted = order.reduceOnly ? min(leaves, this.#reducible(order.side)) : leaves
    const quantity = this.#offered === null ? wanted : min(wanted, this.#offered)
    if (quantity.lte(0)) return
    if (this.#offered !== null) this.#offered = this.#offered.sub(quantity)
    order.filled = order.filled.add(quantity)
    this.position = order.side === 'buy' ? this.position.add(quantity) : this.position.sub(quantity)
    if (order.filled.eq(order.quantity)) this.#remove(order.id)
    const rate = liquidity === 'maker' ? this.#instrument.makerFee : this.#instrument.takerFee
    const fee = charged(price.mul(quantity).mul(rate))
    const { id, side } = order
    this.#tell({ type: 'fill', id, tsMs: this.#nowMs, side, price, quantity, fee, liquidity }, this.#nowMs)
    for (const stranded of this.#orders.filter((each) => each.reduceOnly && this.#reducible(each.side).isZero())) {
      this.#remove(stranded.id)
      this.#tell({ type: 'expired', id: stranded.id }, this.#nowMs)
    }
  }

  #reducible(side: Side): Exact {
    const closes = side === 'sell' ? this.position : this.position.neg()
    return max(closes, exact(0))
  }
  #remove(id: number): void {
    this.#orders = this.#orders.filter((order) => order.id !== id)
  }
}

const isBeyond = ({ side, price }: Request, last: Exact): boolean => (side === 'buy' ? last.lt(price) : last.gt(price))
const isReached = ({ side, price }: Request, last: Exact): boolean => (side === 'sell' ? last.lte(price) : last.gte(price))
const nearest = <T extends Request>(orders: readonly T[], from: Exact): readonly T[] =>
  orders.toSorted((a, b) => a.price.sub(from).abs().cmp(b.price.sub(from).abs()))
