// From an opinion to an order, or to a recorded refusal: price the stop, plan the exits, size, ask the risk officer, write the trace.
import type { RiskPolicy, CarePolicy } from '../../../src-shared/config/risk-policy.ts'
import type { ExecutionPolicy } from '../../../src-shared/config/execution-policy.ts'
import {
  type Price,
  type Quantity,
  ZERO_QUANTITY,
  notionalOf,
  rateFromNumber,
  timesRate,
  toNumber,
  toText,
} from '../../../src-shared/domain/decimal.ts'
import type { DecisionTrace, Signal, SizingStep, Verdict } from '../../../src-shared/domain/decision.ts'
import { type ClientOrderId, type DecisionId, type InstrumentId, type StrategyId, clientOrderId } from '../../../src-shared/domain/ids.ts'
import {
  type Instrument,
  type OrderSide,
  directionOf,
  maintenanceRateAt,
  priceFromNumber,
  sideOpenedBy,
  stopPriceFromNumber,
} from '../../../src-shared/domain/instrument.ts'
import { type EntryPlan, type Order, type OrderRequest, isFinal, leavesQuantity } from '../../../src-shared/domain/order.ts'
import { ensure } from '../../../src-shared/domain/result.ts'
import type { Timeframe } from '../../../src-shared/domain/time.ts'
import type { RiskState } from '../../../src-shared/events/risk-state.ts'
import { takingEntry } from '../execution/entry-pricing.ts'
import type { Execution } from '../execution/execution.ts'
import type { IdSource } from '../execution/id-source.ts'
import type { Outbox } from '../execution/outbox.ts'
import type { ParentDesk } from '../execution/parent-desk.ts'
import { type Portfolio, estimateLiquidationPrice } from '../portfolio/portfolio.ts'
import { type SizeCap, sizeCaps } from '../risk/exposure.ts'
import type { InstrumentHalt, RiskContext, SystemFlags, WorkingEntry } from '../risk/risk-context.ts'
import { approveEntry, judgeGates } from '../risk/risk-officer.ts'
import { sizePosition } from './sizing.ts'
import { planTargets } from './target-ladder.ts'

/** What the market of the instrument looks like at the moment of decision. */
export type DecisionMarket = {
  readonly instrument: Instrument
  readonly lastPrice: number
  readonly lastDataMs: number
  readonly lastClosedMs: number | null
}
export type DecisionQuestion = {
  readonly strategyId: StrategyId
  readonly timeframe: Timeframe
  readonly candle: DecisionTrace['candle']
  readonly signal: Signal
  /** Whether the strategy may trade here at all (should-trade). */
  readonly gates: readonly Verdict[]
  /** Set when an open position is added to. */
  readonly isAdd?: true
  /** Annualised realised volatility as a fraction, or null when unknown. */
  readonly realizedVolatility: number | null
  readonly market: DecisionMarket
}
export type DecisionDependencies = {
  readonly policy: RiskPolicy
  readonly care: CarePolicy
  readonly executionPolicy: ExecutionPolicy
  readonly leverage: number
  readonly portfolio: Portfolio
  readonly execution: Execution
  readonly parents: ParentDesk
  readonly ids: IdSource
  readonly outbox: Outbox
  readonly riskState: () => RiskState
  readonly system: () => SystemFlags
  /** Why nothing may be opened in this instrument, or null. */
  readonly haltOf: (instrumentId: InstrumentId) => InstrumentHalt | null
  readonly onEntry: () => void
}

/** An entry before it is sized. */
type Draft = OrderRequest & { readonly decisionPrice: Price; readonly entryPlan: EntryPlan }
type Sized = {
  readonly request: OrderRequest
  readonly context: RiskContext
  readonly sizing: readonly SizingStep[]
  readonly targets: readonly string[]
  readonly refusal: string | null
}

/** Stands in until the order has a size and a name of its own. */
const DRAFT_ID = clientOrderId('draft')

/** Longest sentence that the screen takes; a strategy's own filters may bring longer ones. */
const SUMMARY_LENGTH_MAX = 400

/** Decides and writes the trace. Returns it. The strategy's own filters and the gates cost nothing, so they come first. */
export function decide(question: DecisionQuestion, d: DecisionDependencies): DecisionTrace {
  const id = d.ids.decision()
  const block = (risk: readonly Verdict[], sizing: readonly SizingStep[] = []): DecisionTrace =>
    record(question, d, { id, sizing, risk, sized: null })
  if (failedOf(question.signal.filters) !== null || failedOf(question.gates) !== null) return block([])
  const busy = occupied(question, d)
  if (busy !== null) return block([busy])
  const draft = draftEntry(question, d, id)
  if (typeof draft === 'string') return block([refused('signal_prices', 'bad_price', draft)])
  const blank = riskContext(question.market, d, { liquidationPrice: null, exits: [] })
  const gates = judgeGates(draft, blank)
  if (gates.some((verdict) => !verdict.passed)) return block(gates)
  const sized = sizeEntry(question, d, { draft, blank })
  if (sized.refusal !== null)
    return block([...gates, refused('sizing', sized.refusal, `the size comes to nothing: ${sized.refusal}`)], sized.sizing)
  const { approved, verdicts } = approveEntry(sized.request, sized.context)
  if (approved === null) return block(verdicts, sized.sizing)
  const trace = record(question, d, { id, sizing: sized.sizing, risk: verdicts, sized })
  d.onEntry()
  const { entry: plan } = d.executionPolicy
  if (plan.type === 'market') d.execution.submit(approved)
  else d.parents.begin(approved, plan)
  return trace
}

/** The most common refusal is found before anything is computed: this instrument has a position or an entry on its way. */
function occupied(question: DecisionQuestion, d: DecisionDependencies): Verdict | null {
  const { instrument } = question.market
  const position = d.portfolio.position(instrument.id)
  if (position !== null) {
    const same = position.side === sideOpenedBy(sideOf(question.signal))
    const message = `a ${position.side} of ${toText(position.quantity)} is open`
    return {
      check: 'one_position_per_instrument',
      passed: false,
      code: same ? 'position_open' : 'opposite_position',
      message,
      numbers: { quantity: toNumber(position.quantity) },
    }
  }
  const isOnItsWay = (order: Order): boolean => order.instrumentId === instrument.id && order.purpose === 'entry'
  if (d.parents.entryIn(instrument.id) === null && !d.execution.registry.open().some(isOnItsWay)) return null
  return {
    check: 'one_position_per_instrument',
    passed: false,
    code: 'entry_working',
    message: 'an entry is on its way already',
    numbers: {},
  }
}

export const failedOf = (verdicts: readonly Verdict[]): Verdict | null => verdicts.find((verdict) => !verdict.passed) ?? null
const sideOf = (signal: Signal): OrderSide => (signal.direction === 'buy' ? 'buy' : 'sell')
export const refused = (check: string, code: string, message: string): Verdict => ({ check, passed: false, code, message, numbers: {} })

/** The entry without its size, or a sentence about a price that cannot be one. Ids are spent only on what is sent. */
function draftEntry(question: DecisionQuestion, d: DecisionDependencies, decisionId: DecisionId): Draft | string {
  const { signal, market } = question
  const side = sideOf(signal)
  try {
    const entryPrice = priceFromNumber(market.instrument, market.lastPrice, 'half_even')
    const stopPrice = stopPriceFromNumber(market.instrument, sideOpenedBy(side), signal.stopPrice)
    const pricing = takingEntry({ instrument: market.instrument, side }, entryPrice, d.executionPolicy.slippageBpsMax)
    return {
      clientOrderId: DRAFT_ID,
      instrumentId: market.instrument.id,
      strategyId: question.strategyId,
      positionId: null,
      decisionId,
      purpose: 'entry',
      side,
      type: pricing.type,
      timeInForce: pricing.timeInForce,
      quantity: ZERO_QUANTITY,
      limitPrice: pricing.limitPrice,
      triggerPrice: null,
      triggerSource: 'mark',
      reduceOnly: false,
      decisionPrice: entryPrice,
      entryPlan: { stopPrice, chandelierDistance: signal.chandelierDistance },
    }
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}

/** The sized request with everything the officer needs. */
function sizeEntry(question: DecisionQuestion, d: DecisionDependencies, prepared: { draft: Draft; blank: RiskContext }): Sized {
  const { signal, market } = question
  const { draft, blank } = prepared
  // Sized for the worst price at which it may trade: the risk at the guard is the risk that was allowed.
  const entryPrice = draft.limitPrice ?? draft.decisionPrice
  const { stopPrice } = draft.entryPlan
  const side = sideOpenedBy(draft.side)
  const equity = blank.account?.equity ?? Number.NaN
  const size = sizePosition({
    instrument: market.instrument,
    equity,
    riskPerTrade: d.policy.riskPerTrade,
    entryPrice,
    stopPrice,
    strength: signal.strength,
    ...(signal.sizeShare === undefined ? {} : { sizeShare: signal.sizeShare }),
    realizedVolatility: question.realizedVolatility,
    volatilityTarget: d.policy.volatilityTarget,
    caps: entryCaps(blank, { ...draft, stopPrice }),
  })
  const exits =
    size.quantity > 0n
      ? planTargets({ instrument: market.instrument, side, entryPrice, stopPrice, quantity: size.quantity, ladder: d.care.targetLadder })
      : []
  const liquidationPrice = estimateLiquidationPrice({
    equity,
    markPrice: market.lastPrice,
    signedQuantity: toNumber(size.quantity) * directionOf(side),
    maintenanceMarginRate: toNumber(maintenanceRateAt(market.instrument, toNumber(size.quantity) * market.lastPrice)),
  })
  // No price liquidates a long that is worth less than the account; every short has one.
  const context: RiskContext = { ...blank, liquidationPrice: liquidationPrice ?? (side === 'long' ? 0 : null), exits }
  const request: OrderRequest = { ...draft, clientOrderId: d.ids.order('entry'), positionId: d.ids.position(), quantity: size.quantity }
  const refusal = size.reason ?? tooSmallToPart(request, market.instrument, d.executionPolicy)
  return { request, context, sizing: size.steps, targets: exits.map((exit) => toText(exit.price)), refusal }
}

/** Guarded, an entry may fill anywhere between the price of the decision and the guard: it must be within the limits at both. */
export function entryCaps(
  context: RiskContext,
  { decisionPrice, limitPrice, stopPrice }: { decisionPrice: Price; limitPrice: Price | null; stopPrice: Price },
): readonly SizeCap[] {
  const caps = sizeCaps(context, { entryPrice: limitPrice ?? decisionPrice, stopPrice })
  return limitPrice === null ? caps : [...caps, ...sizeCaps(context, { entryPrice: decisionPrice, stopPrice })]
}

/** A position of less than so many least orders leaves parts that no order of their own could close. */
function tooSmallToPart({ decisionPrice, quantity }: OrderRequest, instrument: Instrument, policy: ExecutionPolicy): string | null {
  // In parts, each of them must be closable too.
  const entryNotionalsMin = policy.entry.type === 'market' ? policy.entryNotionalsMin : Math.max(2, policy.entryNotionalsMin)
  if (entryNotionalsMin <= 1 || decisionPrice === null) return null
  return notionalOf(decisionPrice, quantity) < timesRate(instrument.minNotional, rateFromNumber(entryNotionalsMin), 'up')
    ? 'below_closable_notional'
    : null
}

/** What the risk officer looks at, for one instrument. */
export function riskContext(
  market: DecisionMarket,
  d: DecisionDependencies,
  plan: Pick<RiskContext, 'liquidationPrice' | 'exits'> & { readonly partOf?: ClientOrderId },
): RiskContext {
  const account = d.portfolio.estimate()
  const halt = d.haltOf(market.instrument.id)
  return {
    nowMs: d.outbox.nowMs,
    policy: d.policy,
    riskState: d.riskState(),
    system: d.system(),
    strategyPaused: false,
    instrument: market.instrument,
    ...(halt === null ? {} : { halt }),
    account: { equity: account.equity, balance: account.balance, availableMargin: account.available },
    leverage: d.leverage,
    markPrice: market.lastPrice,
    lastMarketDataMs: market.lastDataMs,
    positions: d.portfolio.positions().map((position) => ({
      instrumentId: position.instrumentId,
      side: position.side,
      quantity: position.quantity,
      notional: toNumber(position.quantity) * (d.portfolio.markPrice(position.instrumentId) ?? Number.NaN),
    })),
    workingEntries: workingEntries(d, plan.partOf ?? null),
    lastClosedMs: market.lastClosedMs,
    addsTo: null,
    liquidationPrice: plan.liquidationPrice,
    exits: plan.exits,
  }
}

/** Entries that may still fill, valued at the price they were decided at; `except` is a parent whose unsent rest does not count. */
function workingEntries(d: Pick<DecisionDependencies, 'execution' | 'parents'>, except: ClientOrderId | null): readonly WorkingEntry[] {
  const sent = d.execution.registry
    .open()
    .filter((order) => order.purpose === 'entry' && !isFinal(order.state))
    .map((order) => ({
      instrumentId: order.instrumentId,
      side: order.side,
      notional:
        toNumber(leavesQuantity(order)) *
        (order.limitPrice === null
          ? order.decisionPrice === null
            ? Number.NaN
            : toNumber(order.decisionPrice)
          : toNumber(order.limitPrice)),
    }))
  const unsent = d.parents.unsentEntries(except)
  return unsent.length === 0 ? sent : [...sent, ...unsent]
}

/** Writes the trace of a decision down and returns it. */
export function record(
  question: DecisionQuestion,
  d: DecisionDependencies,
  outcome: {
    id: DecisionId
    sizing: readonly SizingStep[]
    risk: readonly Verdict[]
    sized: Pick<Sized, 'request' | 'targets'> | null
  },
): DecisionTrace {
  const { signal, gates, market } = question
  const denial = failedOf(signal.filters) ?? failedOf(gates) ?? failedOf(outcome.risk)
  const quantity = outcome.sized?.request.quantity ?? ZERO_QUANTITY
  const reason = outcome.sized === null ? (denial?.code ?? 'refused') : 'executed'
  const plan = outcome.sized?.request.entryPlan ?? null
  ensure((outcome.sized === null) === (plan === null), 'an executed decision has an entry plan')
  const trace: DecisionTrace = {
    id: outcome.id,
    tsMs: d.outbox.nowMs,
    strategyId: question.strategyId,
    instrumentId: market.instrument.id,
    timeframe: question.timeframe,
    candle: question.candle,
    signal,
    ...(question.isAdd === undefined ? {} : { isAdd: question.isAdd }),
    gates,
    sizing: outcome.sizing,
    risk: outcome.risk,
    outcome: outcome.sized === null ? 'blocked' : 'executed',
    reason,
    summary: clipped(
      plan === null ? blockedSummary(question, denial?.message ?? reason) : executedSummary(question, quantity, plan),
      SUMMARY_LENGTH_MAX,
    ),
    entry:
      outcome.sized === null || plan === null
        ? null
        : {
            clientOrderId: outcome.sized.request.clientOrderId,
            quantity: toText(quantity),
            stopPrice: toText(plan.stopPrice),
            targets: outcome.sized.targets,
          },
  }
  d.outbox.journal({ kind: 'decision', tsMs: d.outbox.nowMs, body: trace })
  return trace
}

const verbOf = (signal: Signal): string => (signal.direction === 'buy' ? 'Buy' : 'Sell')

const blockedSummary = ({ signal, market }: DecisionQuestion, because: string): string =>
  `${verbOf(signal)} ${baseOf(market.instrument.id)} blocked: ${because}`

function executedSummary({ signal, market }: DecisionQuestion, quantity: Quantity, plan: EntryPlan): string {
  const confluence = signal.confluence === null ? '' : `, confluence ${signal.confluence.after.toFixed(2)}`
  const price = `${confluence === '' ? '' : ','} at about ${market.lastPrice}, stop ${toText(plan.stopPrice)}`
  return `${verbOf(signal)} ${toText(quantity)} ${baseOf(market.instrument.id)}${confluence}${price}, strength ${signal.strength.toFixed(2)}`
}

const clipped = (text: string, lengthMax: number): string => (text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1)}…`)
const baseOf = (id: InstrumentId): string => id.slice(0, Math.max(0, id.indexOf('/')))
