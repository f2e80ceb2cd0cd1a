// An account at a venue outside the engine, behind the same door as a real one: the simulated venue, answering a moment later.
import { type Money, money } from '../../src-shared/domain/decimal.ts'
import type { ClientOrderId, InstrumentId, TradeId } from '../../src-shared/domain/ids.ts'
import type { Instrument } from '../../src-shared/domain/instrument.ts'
import type { OrderRequest } from '../../src-shared/domain/order.ts'
import type { VenueHealth } from '../../src-shared/domain/venue.ts'
import type { ExecutionClient, ExecutionListener, OpenExecution, ProbeAccount } from '../../src-main/core/ports/execution-client.ts'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import type { SimulatedVenue } from '../../src-main/core/simulation/venue.ts'

const TURN_MS = 2

/** What the outside world keeps while programs come and go. */
export class SimulatedAccount {
  #venue: SimulatedVenue | null = null
  readonly #prices = new Map<InstrumentId, number>()
  /** What was sent, in order, by client order id. */
  readonly submitted: string[] = []
  /** Set to refuse the next openings with this sentence. */
  fault: string | null = null
  opened = 0
  closed = 0
  canWithdraw = false
  clockOffsetMs = 12

  readonly probe: ProbeAccount = () =>
    Promise.resolve({
      ok: true,
      value: {
        key: { canTrade: true, canWithdraw: this.canWithdraw, ipRestricted: true, expiresMs: null },
        clockOffsetMs: this.clockOffsetMs,
        balance: { amount: money('5000'), currency: 'USDT' },
      },
    })

  readonly open: OpenExecution = ({ instruments, leverage }) => {
    if (this.fault !== null) return Promise.resolve({ ok: false, error: this.fault })
    this.opened += 1
    this.#venue ??= createSimulatedVenue(instruments, {
      seed: 7,
      initialBalance: money('5000'),
      leverage,
      latencyMs: 1,
      slippage: { kind: 'fixed', basisPoints: 2 },
      participationMax: 1,
      markPremium: 0,
    })
    for (const [id, price] of this.#prices) this.#venue.setPrice(id, Date.now(), price, 1_000)
    return Promise.resolve({ ok: true, value: new Client(this, this.#venue, instruments) })
  }

  /** The market there trades at this price. */
  price(id: InstrumentId, price: number): void {
    this.#prices.set(id, price)
    this.#venue?.setPrice(id, Date.now(), price, 1_000)
  }
}

class Client implements ExecutionClient {
  readonly venue = 'binanceusdm'
  readonly walletBalance: Money = money('5000')
  readonly instruments: readonly Instrument[]
  readonly #account: SimulatedAccount
  readonly #simulated: SimulatedVenue
  #timer: NodeJS.Timeout | null = null

  constructor(account: SimulatedAccount, simulated: SimulatedVenue, instruments: readonly Instrument[]) {
    this.#account = account
    this.#simulated = simulated
    this.instruments = instruments
  }
  remember(): void {}
  start(listener: ExecutionListener): void {
    listener.onState('live', '')
    this.#timer = setInterval(() => {
      for (const report of this.#simulated.advanceTo(Date.now() + TURN_MS)) listener.onReport(report)
    }, TURN_MS)
  }
  submit(order: OrderRequest): void {
    this.#account.submitted.push(order.clientOrderId)
    this.#simulated.submit(order, Date.now())
  }
  cancel(id: ClientOrderId): void {
    this.#simulated.cancel(id, Date.now())
  }
  lookup(id: ClientOrderId): void {
    this.#simulated.lookup(id, Date.now())
  }
  requestSnapshot(afterTradeId: TradeId | null): void {
    this.#simulated.requestSnapshot(afterTradeId, Date.now())
  }
  health(): VenueHealth {
    return {
      venue: 'binanceusdm',
      environment: 'testnet',
      state: 'live',
      detail: '',
      clockOffsetMs: 12,
      roundTripMs: 4,
      submitMsP50: null,
      submitMsP99: null,
      budget: { used: 0, limit: 2400, windowMs: 60_000, waiting: 0, bannedUntilMs: null },
      streams: [],
      reconnects: 0,
      lastSnapshotMs: null,
    }
  }
  close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#account.closed += 1
    return Promise.resolve()
  }
}
