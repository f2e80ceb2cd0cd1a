// A client on a loopback account, and what it told.
import { quantity, price } from '../../src-shared/domain/decimal.ts'
import { clientOrderId, instrumentId, strategyId } from '../../src-shared/domain/ids.ts'
import type { OrderRequest } from '../../src-shared/domain/order.ts'
import type { ConnectionState } from '../../src-shared/domain/venue.ts'
import type { VenueReport, VenueReportType } from '../../src-shared/events/venue-report.ts'
import { type OpenExecutionOptions, openExecutionClient } from '../../src-main/adapters/ccxt/execution/open-execution.ts'
import { systemScheduler } from '../../src-main/adapters/system/scheduler.ts'
import type { ExecutionClient, ExecutionListener } from '../../src-main/core/ports/execution-client.ts'
import type { BinanceAccountLoopback } from './binance-account-loopback.ts'

export const BTC = instrumentId('BTC/USDT:USDT')
export const ETH = instrumentId('ETH/USDT:USDT')

export function request(id: string, changes: Partial<OrderRequest> = {}): OrderRequest {
  return {
    clientOrderId: clientOrderId(id),
    instrumentId: BTC,
    strategyId: strategyId('imba'),
    positionId: null,
    decisionId: null,
    purpose: 'entry',
    side: 'buy',
    type: 'market',
    timeInForce: 'gtc',
    quantity: quantity('0.010'),
    limitPrice: null,
    triggerPrice: null,
    triggerSource: 'mark',
    reduceOnly: false,
    decisionPrice: null,
    entryPlan: null,
    ...changes,
  }
}
export const stop = (id: string, changes: Partial<OrderRequest> = {}): OrderRequest =>
  request(id, { purpose: 'stop', side: 'sell', type: 'stop_market', triggerPrice: price('99000.5'), reduceOnly: true, ...changes })

/** Keeps everything, and lets a test wait for what it expects. */
export class Heard implements ExecutionListener {
  readonly reports: VenueReport[] = []
  readonly states: { readonly state: ConnectionState; readonly detail: string }[] = []
  readonly offsets: number[] = []
  #waiting: (() => void)[] = []
  onReport(report: VenueReport): void {
    this.reports.push(report)
    this.#wake()
  }
  onState(state: ConnectionState, detail: string): void {
    this.states.push({ state, detail })
    this.#wake()
  }
  onClock(offsetMs: number): void {
    this.offsets.push(offsetMs)
    this.#wake()
  }
  /** Resolves when `found` finds something; looks at once and after each call. */
  async until<T>(found: () => T | undefined | null | false): Promise<T> {
    for (;;) {
      const value = found()
      if (value !== undefined && value !== null && value !== false) return value
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }
  /** The first report of this type, about this order where it is named. */
  report<T extends VenueReportType>(type: T, id?: string): Promise<Extract<VenueReport, { type: T }>> {
    return this.until(() => this.all(type, id)[0])
  }
  all<T extends VenueReportType>(type: T, id?: string): Extract<VenueReport, { type: T }>[] {
    const isWanted = (each: VenueReport): each is Extract<VenueReport, { type: T }> => each.type === type
    return this.reports.filter(isWanted).filter((each) => id === undefined || orderOf(each) === id)
  }
  state(state: ConnectionState): Promise<{ readonly detail: string }> {
    return this.until(() => (this.states.at(-1)?.state === state ? this.states.at(-1) : null))
  }
  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
const orderOf = (report: VenueReport): string | null => {
  if (report.type === 'fill') return report.fill.clientOrderId
  return 'clientOrderId' in report ? report.clientOrderId : null
}

export const optionsFor = (venue: BinanceAccountLoopback, changes: Partial<OpenExecutionOptions> = {}): OpenExecutionOptions => ({
  venue: 'binanceusdm',
  environment: 'practice',
  credentials: { key: venue.key, secret: venue.secret, passphrase: null },
  endpoints: venue.endpoints,
  instrumentIds: [BTC, ETH],
  scheduler: systemScheduler,
  chance: () => 0,
  ...changes,
})
/** An opened and started client whose private stream is connected. */
export async function connect(
  venue: BinanceAccountLoopback,
  changes: Partial<OpenExecutionOptions> = {},
): Promise<{ client: ExecutionClient; heard: Heard }> {
  const opened = await openExecutionClient(optionsFor(venue, changes))
  if (!opened.ok) throw new Error(opened.error)
  const heard = new Heard()
  opened.value.start(heard)
  await heard.state('live')
  return { client: opened.value, heard }
}
