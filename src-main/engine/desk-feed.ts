// Turns what the kernel does into what the screen is told: one desk event per journal record that a screen shows.
import { clipped, orderView } from '../../src-shared/bridge/order-view.ts'
import type { Effect } from '../../src-shared/events/effect.ts'
import type { JournalRecord } from '../../src-shared/events/journal-record.ts'
import type { FeedIncident, MarketEvent } from '../../src-shared/events/market-event.ts'
import type { InstrumentId } from '../../src-shared/domain/ids.ts'
import type { Timeframe } from '../../src-shared/domain/time.ts'
import type { CandleScalars } from '../core/features/feature.ts'
import type { Kernel } from '../core/kernel/kernel.ts'
import type { DeskPublisher } from './desk-publisher.ts'
import {
  type DecisionView,
  type ExitView,
  type DeskEvent,
  accountView,
  decisionView,
  exitView,
  positionView,
  riskView,
  strategyView,
} from './desk-views.ts'

const DECISIONS_MAX = 500
const ALERTS_MAX = 200
const EXITS_MAX = 200
type Trade = Extract<MarketEvent, { type: 'trade' }>
export type AlertView = Extract<DeskEvent, { type: 'alert' }>['alert']

export class DeskFeed {
  readonly decisions: DecisionView[] = []
  readonly alerts: AlertView[] = []
  readonly exits: ExitView[] = []
  gaps = 0
  badCandles = 0
  lastIncident: string | null = null
  readonly #kernel: Kernel
  readonly #publisher: DeskPublisher
  /** The newest trade of each instrument that no screen has been told of. */
  readonly #trades = new Map<InstrumentId, Trade>()

  constructor(kernel: Kernel, publisher: DeskPublisher) {
    this.#kernel = kernel
    this.#publisher = publisher
  }

  onEffect(effect: Effect): void {
    if (effect.type === 'journal') this.#onRecord(effect.record)
  }

  onBar(instrumentId: InstrumentId, timeframe: Timeframe, bar: CandleScalars): void {
    const { openTimeMs, open, high, low, close, volume } = bar
    // A trade before the close of a candle says nothing after it.
    this.#trades.delete(instrumentId)
    this.#publisher.push({ type: 'candle', candle: { instrumentId, timeframe, openTimeMs, open, high, low, close, volume } })
    this.account()
    if (this.#kernel.portfolio.position(instrumentId) !== null) this.#position(instrumentId)
  }

  onTrade(trade: Trade): void {
    this.#trades.set(trade.instrumentId, trade)
  }
  /** Tells of the last prices since the last call; between candles, that is all that moves. */
  publishPrices(): void {
    for (const { instrumentId, price, tsEventMs: tsMs } of this.#trades.values()) {
      this.#publisher.replace(`price ${instrumentId}`, () => ({ type: 'price', instrumentId, price, tsMs }))
      if (this.#kernel.portfolio.position(instrumentId) !== null) this.#position(instrumentId)
    }
    this.#trades.clear()
  }

  onIncident(incident: FeedIncident): void {
    if (incident.kind === 'gap') this.gaps += 1
    else this.badCandles += 1
    this.lastIncident = clipped(incident.message, 400)
  }

  account(): void {
    this.#publisher.replace('account', () => ({ type: 'account', account: accountView(this.#kernel) }))
  }
  strategies(): void {
    for (const status of this.#kernel.strategies.list()) {
      this.#publisher.replace(`strategy ${status.setup.plugin.declaration.id}`, () => ({
        type: 'strategy',
        strategy: strategyView(status, this.#kernel),
      }))
    }
  }
  alert(alert: AlertView): void {
    remember(this.alerts, alert, ALERTS_MAX)
    this.#publisher.push({ type: 'alert', alert })
  }

  #position(instrumentId: InstrumentId): void {
    this.#publisher.replace(`position ${instrumentId}`, () => {
      const position = this.#kernel.portfolio.position(instrumentId)
      return position === null
        ? { type: 'account', account: accountView(this.#kernel) }
        : { type: 'position', position: positionView(position, this.#kernel) }
    })
  }

  #onRecord(record: JournalRecord): void {
    switch (record.kind) {
      case 'decision': {
        const decision = decisionView(record.body)
        remember(this.decisions, decision, DECISIONS_MAX)
        this.#publisher.push({ type: 'decision', decision })
        return this.strategies()
      }
      case 'order': {
        const order = record.body
        return this.#publisher.replace(`order ${order.clientOrderId}`, () => ({
          type: 'order',
          order: orderView(this.#kernel.execution.registry.get(order.clientOrderId) ?? order),
        }))
      }
      case 'position':
        return this.#position(record.body.instrumentId)
      case 'round_trip': {
        const exit = exitView(record.body)
        remember(this.exits, exit, EXITS_MAX)
        return this.#publisher.push({ type: 'position_closed', exit })
      }
      case 'risk_state':
        return this.#publisher.replace('risk', () => ({ type: 'risk', risk: riskView(this.#kernel) }))
      case 'alert': {
        const { code, severity, message, tsMs, instrumentId } = record.body
        this.alert({ code: clipped(code, 64), severity, message: clipped(message, 1000), tsMs, instrumentId })
        return code.startsWith('strategy_') ? this.strategies() : undefined
      }
      case 'feed_incident':
        return this.onIncident(record.body)
      default:
        return this.account()
    }
  }
}

function remember<T>(list: T[], item: T, lengthMax: number): void {
  list.push(item)
  if (list.length > lengthMax) list.splice(0, list.length - lengthMax)
}
