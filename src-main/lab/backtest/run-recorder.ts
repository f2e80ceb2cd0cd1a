// Collects what a backtest leaves behind out of the records that its kernel writes, and the account at the close of each step.
import { toNumber } from '../../../src-shared/domain/decimal.ts'
import type { DecisionTrace } from '../../../src-shared/domain/decision.ts'
import type { ClientOrderId, DecisionId, PositionId } from '../../../src-shared/domain/ids.ts'
import { directionOf } from '../../../src-shared/domain/instrument.ts'
import type { Order } from '../../../src-shared/domain/order.ts'
import type { Position, RoundTrip } from '../../../src-shared/domain/position.ts'
import { HOUR_MS } from '../../../src-shared/domain/time.ts'
import type { JournalRecord } from '../../../src-shared/events/journal-record.ts'
import type { FeedIncident } from '../../../src-shared/events/market-event.ts'
import type { RunDecision, RunFill, RunRecord, RunSteps, RunTrip } from '../../core/analytics/run-record.ts'
import type { Kernel } from '../../core/kernel/kernel.ts'
import type { RecordSink } from '../../core/kernel/trading-loop.ts'
import type { RunData, RunSeries } from './run-data.ts'
import { rowsBefore } from './run-data.ts'

/** How often the account is written into a journal; the record of the run has it at every step. */
const EQUITY_INTERVAL_MS = HOUR_MS
const ALERTS_MAX = 100
/** More than this of one kind is no research any more; what is beyond is counted by the figures, not listed. */
const INCIDENTS_MAX = 10_000
const LIQUIDATION_PREFIX = 'LIQUIDATION'

type EntryKnowledge = Pick<RunTrip, 'regime' | 'voters'>
const UNKNOWN_ENTRY: EntryKnowledge = { regime: null, voters: [] }
/** What an entry or an add has filled, and the price at which it was decided. */
type Bought = { readonly decisionPrice: number; readonly quantity: number }

export class RunRecorder implements RecordSink {
  readonly #also: RecordSink | null
  readonly #trips: (Pick<RunTrip, 'trip' | 'initialRisk' | 'decisionPrice'> & EntryKnowledge)[] = []
  readonly #fills: RunFill[] = []
  readonly #decisions: RunDecision[] = []
  readonly #incidents: FeedIncident[] = []
  readonly #alerts: string[] = []
  /** What entries under way, and those of open positions, knew. */
  readonly #entries = new Map<DecisionId, EntryKnowledge>()
  readonly #risks = new Map<PositionId, number | null>()
  readonly #bought = new Map<PositionId, Map<ClientOrderId, Bought>>()
  #liquidations = 0
  #steps = 0
  #equityDueMs = Number.POSITIVE_INFINITY
  #equityWrittenMs = Number.NEGATIVE_INFINITY
  readonly #tsMs: Float64Array
  readonly #equity: Float64Array
  readonly #open: Uint8Array

  /** `stepsMax` bounds the steps that will be taken. `also` is written to as well: the journal of the run. */
  constructor(stepsMax: number, also: RecordSink | null) {
    this.#also = also
    this.#tsMs = new Float64Array(stepsMax)
    this.#equity = new Float64Array(stepsMax)
    this.#open = new Uint8Array(stepsMax)
  }

  /** The account before the first step. */
  start(kernel: Kernel): void {
    if (this.#also !== null) this.#writeEquity(kernel)
  }
  /** The account at the close of a step. Allocates nothing, but for a journal each hour. */
  step({ closeMs }: { readonly closeMs: number }, kernel: Kernel): void {
    const at = this.#steps
    this.#tsMs[at] = closeMs
    this.#equity[at] = kernel.portfolio.equity()
    this.#open[at] = kernel.portfolio.openCount
    this.#steps = at + 1
    if (closeMs >= this.#equityDueMs) this.#writeEquity(kernel)
  }
  /** The account after the last step. */
  end(kernel: Kernel): void {
    if (this.#also !== null && kernel.nowMs > this.#equityWrittenMs) this.#writeEquity(kernel)
  }
  /** The account at the close of the last step once more, when it has changed there. */
  restateLast(kernel: Kernel): void {
    this.#steps -= 1
    this.step({ closeMs: this.#tsMs[this.#steps] ?? Number.NaN }, kernel)
  }
  /** Close of the last step; null before there is one. */
  get lastMs(): number | null {
    return this.#steps === 0 ? null : (this.#tsMs[this.#steps - 1] ?? null)
  }
  get steps(): number {
    return this.#steps
  }

  append(record: JournalRecord): void {
    this.#also?.append(record)
    switch (record.kind) {
      case 'decision':
        return this.#decision(record.body)
      case 'fill': {
        const { tsEventMs: tsMs, instrumentId, side, price, quantity, fee, clientOrderId } = record.body
        if (clientOrderId.startsWith(LIQUIDATION_PREFIX)) this.#liquidations += 1
        this.#fills.push({ tsMs, instrumentId, side, price: toNumber(price), quantity: toNumber(quantity), fee: toNumber(fee) })
        return
      }
      case 'order':
        return this.#order(record.body)
      case 'position':
        if (record.body.closedMs !== null) this.#risks.set(record.body.id, initialRiskOf(record.body))
        return
      case 'round_trip':
        return this.#roundTrip(record.body)
      case 'alert':
        if (record.body.severity === 'critical' && this.#alerts.length < ALERTS_MAX) this.#alerts.push(record.body.message)
        return
      case 'feed_incident':
        if (this.#incidents.length < INCIDENTS_MAX) this.#incidents.push(record.body)
        return
      default:
    }
  }
  commit(): boolean {
    return this.#also?.commit() ?? true
  }

  record(run: {
    readonly initialBalance: number
    readonly baseCandleMs: number
    readonly data: RunData
    readonly fromMs: number
  }): RunRecord {
    const steps = this.#stepsOf(run)
    return {
      initialBalance: run.initialBalance,
      steps,
      trips: this.#trips.map((known) => ({ ...known, ...excursion(known.trip, run) })),
      fills: this.#fills,
      decisions: this.#decisions,
      incidents: this.#incidents,
      liquidations: this.#liquidations,
      alerts: this.#alerts,
      baseCandleMs: run.baseCandleMs,
    }
  }

  /** Past the kernel: a timer of its own would be an event of the run. */
  #writeEquity(kernel: Kernel): void {
    const body = kernel.equityPoint()
    this.#also?.append({ kind: 'equity', tsMs: body.tsMs, body })
    this.#equityWrittenMs = body.tsMs
    this.#equityDueMs = (Math.floor(body.tsMs / EQUITY_INTERVAL_MS) + 1) * EQUITY_INTERVAL_MS
  }

  #decision(trace: DecisionTrace): void {
    const { id, tsMs, strategyId, instrumentId, outcome, reason, signal } = trace
    const executed = outcome === 'executed'
    const regime = signal.regime?.regime ?? null
    // An add is no signal of its own.
    if (trace.isAdd !== true) this.#decisions.push({ id, tsMs, strategyId, instrumentId, executed, reason, regime })
    if (!executed) return
    const voters = signal.votes.filter(({ direction }) => direction === signal.direction).map(({ voter }) => voter)
    this.#entries.set(id, { regime, voters })
  }

  #order({ purpose, positionId, clientOrderId, decisionPrice, filledQuantity }: Order): void {
    if (purpose !== 'entry' || positionId === null || decisionPrice === null || filledQuantity === 0n) return
    const orders = this.#bought.get(positionId) ?? new Map<ClientOrderId, Bought>()
    orders.set(clientOrderId, { decisionPrice: toNumber(decisionPrice), quantity: toNumber(filledQuantity) })
    this.#bought.set(positionId, orders)
  }

  #roundTrip(trip: RoundTrip): void {
    const { positionId, decisionId } = trip
    const entry = decisionId === null ? UNKNOWN_ENTRY : (this.#entries.get(decisionId) ?? UNKNOWN_ENTRY)
    const bought = [...(this.#bought.get(positionId)?.values() ?? [])]
    this.#trips.push({ trip, initialRisk: this.#risks.get(positionId) ?? null, decisionPrice: meanPrice(bought), ...entry })
    if (decisionId !== null) this.#entries.delete(decisionId)
    this.#risks.delete(positionId)
    this.#bought.delete(positionId)
  }

  #stepsOf({ data, fromMs, baseCandleMs }: { readonly data: RunData; readonly fromMs: number; readonly baseCandleMs: number }): RunSteps {
    const tsMs = this.#tsMs.subarray(0, this.#steps)
    return {
      tsMs,
      equity: this.#equity.subarray(0, this.#steps),
      open: this.#open.subarray(0, this.#steps),
      benchmark: benchmarkOf(data.series, { tsMs, fromMs, baseCandleMs }),
    }
  }
}

/** By quantity; null where nothing was bought by a decision. */
function meanPrice(bought: readonly Bought[]): number | null {
  const quantity = bought.reduce((sum, each) => sum + each.quantity, 0)
  return quantity === 0 ? null : bought.reduce((sum, each) => sum + each.decisionPrice * each.quantity, 0) / quantity
}

function initialRiskOf({ care, initialQuantity, entryPrice }: Position): number | null {
  const distance = Math.abs(toNumber(entryPrice) - toNumber(care.initialStopPrice))
  return distance > 0 ? distance * toNumber(initialQuantity) : null
}

/** Mean over the instruments of close ÷ first close, at each step; an instrument without a candle yet counts as 1. */
function benchmarkOf(series: readonly RunSeries[], at: { tsMs: Float64Array; fromMs: number; baseCandleMs: number }): Float64Array {
  const benchmark = new Float64Array(at.tsMs.length)
  for (const { candles } of series) {
    const first = rowsBefore(candles.openTimeMs, at.fromMs)
    const firstClose = candles.close[first] ?? Number.NaN
    let row = first
    let value = 1
    for (let i = 0; i < at.tsMs.length; i += 1) {
      if ((candles.openTimeMs[row] ?? Number.POSITIVE_INFINITY) + at.baseCandleMs <= (at.tsMs[i] ?? 0)) {
        value = (candles.close[row] ?? Number.NaN) / firstClose
        row += 1
      }
      benchmark[i] = (benchmark[i] ?? 0) + value / series.length
    }
  }
  return benchmark
}

/**
 * Worst and best unrealised result in money, at prices that were certainly seen while it was open: those of the candles that lie wholly within,
 * and its own average exit.
 */
function excursion(
  trip: RoundTrip,
  { data, baseCandleMs }: { readonly data: RunData; readonly baseCandleMs: number },
): Pick<RunTrip, 'mae' | 'mfe'> {
  const candles = data.series.find(({ instrumentId }) => instrumentId === trip.instrumentId)?.candles
  const entry = toNumber(trip.entryPrice)
  const exit = toNumber(trip.exitPrice)
  let lowest = Math.min(entry, exit)
  let highest = Math.max(entry, exit)
  if (candles !== undefined) {
    const { openTimeMs, high, low } = candles
    for (let row = rowsBefore(openTimeMs, trip.openedMs); (openTimeMs[row] ?? Infinity) + baseCandleMs <= trip.closedMs; row += 1) {
      if ((low[row] ?? Infinity) < lowest) lowest = low[row] ?? lowest
      if ((high[row] ?? 0) > highest) highest = high[row] ?? highest
    }
  }
  const quantity = toNumber(trip.quantity)
  const [worst, best] = directionOf(trip.side) > 0 ? [lowest - entry, highest - entry] : [entry - highest, entry - lowest]
  return { mae: worst * quantity, mfe: best * quantity }
}
