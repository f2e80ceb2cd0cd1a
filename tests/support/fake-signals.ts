// The journal's answers about signals over the decisions of a fake desk: list, choices, statistics, and the detail of each with its neighbours.
import type { BridgeError, Input, Output } from '../../src-shared/bridge/contract.ts'
import { type Detail, decisionDetail, deniedBy } from './decision-views.ts'
import type { FakeBridge } from './fake-bridge.ts'

type Decision = Output<'desk.snapshot'>['decisions'][number]
type Filter = Input<'signals.list'>['filter']
type Row = Output<'signals.list'>['rows'][number]
type Statistics = Output<'signals.statistics'>[number]
type Verdict = Detail['trace']['risk'][number]
type Outcome = NonNullable<Detail['signalOutcome']>

/** The newest signals are not resolved yet. */
const UNRESOLVED = 3

/** Whose signals are answered for: their decisions, oldest first, and the price each was made at. */
export type SignalSource = { readonly decisions: () => readonly Decision[]; readonly closeOf: (decision: Decision) => number }

/** Signals of a strategy that weighs votes, for every decision the desk knows, also those it gets later. */
export function answerSignals(bridge: FakeBridge): void {
  const { detail, list, choices, statistics } = signalAnswers(deskSignals(bridge))
  bridge.answer('decision.detail', detail)
  bridge.answer('signals.list', list)
  bridge.answer('signals.choices', choices)
  bridge.answer('signals.statistics', statistics)
}

export const deskSignals = (bridge: FakeBridge): SignalSource => ({
  decisions: () => bridge.snapshot.decisions,
  closeOf: ({ instrumentId, candleOpenMs, price }) =>
    bridge.markets.get(instrumentId)?.history({ timeframe: '5m', beforeMs: candleOpenMs + 1, limit: 1, cursor: 100_000 }).close[0] ?? price,
})

/** What a journal answers about these signals. */
export function signalAnswers({ decisions: all, closeOf }: SignalSource) {
  const details = new Map<string, Detail>()
  const detailOf = (decision: Decision): Detail => {
    const known = details.get(decision.id)
    if (known) return known
    const made = signalDetail(decision, closeOf(decision), all().length - 1 - all().indexOf(decision))
    details.set(decision.id, made)
    return made
  }
  const passing = (filter: Filter | null) => all().filter((decision) => filter === null || passes(detailOf(decision), filter))
  return {
    detail: ({ id, filter }: Input<'decision.detail'>): Detail | BridgeError => {
      const decision = all().find((candidate) => candidate.id === id)
      if (!decision) return { code: 'not_found', message: `no decision ${id}` }
      const within = passing(filter ?? null)
      const previousId = within.findLast((other) => other.tsMs < decision.tsMs)?.id ?? null
      const nextId = within.find((other) => other.tsMs > decision.tsMs)?.id ?? null
      return { ...detailOf(decision), previousId, nextId }
    },
    list: ({ limit, offset, filter }: Input<'signals.list'>): Output<'signals.list'> => {
      const rows = passing(filter).toReversed()
      return { total: rows.length, rows: rows.slice(offset, offset + limit).map((decision) => rowOf(detailOf(decision), decision)) }
    },
    choices: (): Output<'signals.choices'> => choicesOf(all().map(detailOf)),
    statistics: ({ by, strategyId }: Input<'signals.statistics'>): Output<'signals.statistics'> =>
      statisticsOf(
        all()
          .map(detailOf)
          .filter(({ trace }) => strategyId === null || trace.strategyId === strategyId),
        by,
      ),
  }
}

function rowOf({ signalOutcome, trace }: Detail, decision: Decision): Row {
  const summary = { ...decision, confluence: trace.signal.confluence?.after ?? null, regime: trace.signal.regime?.regime ?? null }
  return { decision: summary, result: signalOutcome?.outcome ?? null, rMultiple: signalOutcome?.rMultiple ?? null }
}

function passes({ trace, signalOutcome }: Detail, filter: Filter): boolean {
  const wanted: readonly (readonly [string | null, readonly (string | undefined)[]])[] = [
    [filter.instrumentId, [trace.instrumentId]],
    [filter.strategyId, [trace.strategyId]],
    [filter.voter, spokeIn(trace)],
    [filter.regime, [trace.signal.regime?.regime]],
    [filter.outcome, [trace.outcome]],
    [filter.reason, [trace.reason]],
    [filter.result, [signalOutcome?.outcome ?? 'open']],
  ]
  return wanted.every(([value, has]) => value === null || has.includes(value))
}

const spokeIn = ({ signal }: Detail['trace']): string[] =>
  signal.votes.filter((vote) => vote.direction !== 'wait').map((vote) => vote.voter)

/** `age` counts signals from the newest, which is 0. */
function signalDetail(decision: Decision, close: number, age: number): Detail {
  const { id, candleOpenMs: openTimeMs, instrumentId, strategyId, outcome, reason, summary } = decision
  const side = decision.direction === 'sell' ? 'sell' : 'buy'
  const over = { instrumentId, strategyId, reason, summary }
  const detail = decisionDetail({ id, openTimeMs, close, outcome, side, over })
  const regime = (['trend', 'flat', 'volatile'] as const)[age % 3] ?? 'trend'
  const scores = { trend: 0.11, flat: 0.11, volatile: 0.11, [regime]: 0.78 }
  const trace = {
    ...detail.trace,
    signal: { ...detail.trace.signal, regime: { classifier: 'imba-3', regime, probability: 0.78, scores }, filters: [...FILTERS] },
    gates: [...GATES],
  }
  const blocked = outcome === 'blocked' ? blockedParts(trace, { reason, summary }) : {}
  const signalOutcome = age < UNRESOLVED ? null : outcomeOf(detail, age)
  return { ...detail, trace: { ...trace, ...blocked }, signalOutcome }
}

const verdict = (check: string, over: Partial<Verdict>): Verdict => ({ check, passed: true, code: 'ok', message: '', numbers: {}, ...over })
const FILTERS: readonly Verdict[] = [
  verdict('confluence', { message: 'confluence 1.447 to buy, at least 1.2', numbers: { confluence: 1.4473375, confluenceMin: 1.2 } }),
  verdict('funding', {
    message: 'funding 0.010 %, no side pays more than 0.100 %',
    numbers: { fundingPercent: 0.01, fundingMaxPercent: 0.1, fundingMode: 0 },
  }),
  verdict('spread', { code: 'unavailable', message: 'the spot price is unavailable, so it does not block' }),
  verdict('regime', { message: 'the market is not volatile', numbers: { isVolatile: false, strength: 0.85, volatileStrengthMin: 0.8 } }),
  verdict('position_open', { message: 'no position is open', numbers: { side: null } }),
  verdict('cooldown', { message: '9 bars since the last position was closed, at least 6', numbers: { barsSinceExit: 9, cooldownBars: 6 } }),
]
const GATES: readonly Verdict[] = [
  verdict('strategy_cell', {
    message: 'imba long in regime trend is switched on',
    numbers: { side: 'long', regime: 'trend', enabled: true },
  }),
  verdict('strategy_score', {
    message: 'imba has 0.21 R over its last 30 signals (30 resolved), its floor is 0 R',
    numbers: { score: 0.21, floor: 0, resolved: 30, window: 30 },
  }),
]

type Refusal = { readonly reason: string; readonly summary: string }

/** A weak confluence is refused by the strategy's own filter, so that nothing after it was asked; all else by the risk officer. */
function blockedParts({ signal }: Detail['trace'], { reason, summary }: Refusal): Partial<Detail['trace']> {
  if (reason !== 'weak_confluence') return { risk: deniedBy(reason, summary) }
  const votes = signal.votes.map((vote) => (vote.voter === 'cvd' ? { ...vote, strength: 0.6 } : vote))
  const confluence = { ...(signal.confluence ?? EMPTY), before: 1.01625, after: 1.01625, buy: 1.33125, sell: 0.315 }
  const failed = verdict('confluence', {
    passed: false,
    code: 'confluence_too_low',
    message: 'confluence 1.016 to buy, at least 1.2',
    numbers: { confluence: 1.01625, confluenceMin: 1.2 },
  })
  const weak = {
    ...signal,
    votes,
    confluence: sidesOf(confluence, signal.direction),
    adjustments: [],
    filters: [failed, ...FILTERS.slice(1)],
  }
  return { signal: weak, gates: [], sizing: [], risk: [] }
}

const EMPTY = { buy: 0, sell: 0, before: 0, after: 0, threshold: 1.2 }
const sidesOf = (confluence: typeof EMPTY, direction: string) =>
  direction === 'sell' ? { ...confluence, buy: confluence.sell, sell: confluence.buy } : confluence

function outcomeOf({ trace }: Detail, age: number): Outcome {
  const entryPrice = trace.candle.close
  const { stopPrice } = trace.signal
  const targetPrice = entryPrice + (entryPrice - stopPrice)
  const outcome = (['win', 'loss', 'win', 'expired', 'loss'] as const)[age % 5] ?? 'win'
  const endedMs = trace.tsMs + 300_000 * (6 + ((age * 7) % 40))
  const rMultiple = { win: 1, loss: -1, expired: 0.24 }[outcome]
  const maxFavorableR = { win: 1.18, loss: 0.42, expired: 0.71 }[outcome]
  const maxAdverseR = { win: 0.36, loss: 1.07, expired: 0.55 }[outcome]
  const times = { decidedMs: trace.tsMs, endedMs, resolvedMs: Math.ceil(endedMs / 1_800_000) * 1_800_000 }
  return { outcome, ...times, entryPrice, stopPrice, targetPrice, rMultiple, maxFavorableR, maxAdverseR }
}

function choicesOf(details: readonly Detail[]): Output<'signals.choices'> {
  const distinct = (values: readonly (string | undefined)[]) => [...new Set(values.filter((value) => value !== undefined))].toSorted()
  return {
    instruments: distinct(details.map(({ trace }) => trace.instrumentId)),
    strategies: distinct(details.map(({ trace }) => trace.strategyId)),
    voters: distinct(details.flatMap(({ trace }) => spokeIn(trace))),
    regimes: distinct(details.map(({ trace }) => trace.signal.regime?.regime)),
    reasons: distinct(details.map(({ trace }) => (trace.outcome === 'blocked' ? trace.reason : undefined))),
  }
}

function statisticsOf(details: readonly Detail[], by: Input<'signals.statistics'>['by']): Statistics[] {
  const keysOf = ({ trace }: Detail): readonly string[] => {
    if (by === 'voter') return spokeIn(trace)
    if (by === 'regime') return [trace.signal.regime?.regime ?? 'unknown']
    return [by === 'strategy' ? trace.strategyId : trace.reason]
  }
  const groups = new Map<string, Detail[]>()
  for (const detail of details) for (const key of keysOf(detail)) groups.set(key, [...(groups.get(key) ?? []), detail])
  return [...groups].map(([key, members]) => statisticsRow(key, members))
}

function statisticsRow(key: string, members: readonly Detail[]): Statistics {
  const resolved = members.flatMap(({ signalOutcome }) => signalOutcome ?? [])
  const count = (outcome: Outcome['outcome']) => resolved.filter((one) => one.outcome === outcome).length
  const mean = (value: (one: Outcome) => number) =>
    resolved.length === 0 ? null : resolved.reduce((sum, one) => sum + value(one), 0) / resolved.length
  const executed = members.filter(({ trace }) => trace.outcome === 'executed').length
  return {
    key,
    signals: members.length,
    executed,
    blocked: members.length - executed,
    wins: count('win'),
    losses: count('loss'),
    expired: count('expired'),
    winRate: resolved.length === 0 ? null : count('win') / resolved.length,
    expectancyR: mean((one) => one.rMultiple),
    averageFavorableR: mean((one) => one.maxFavorableR),
    averageAdverseR: mean((one) => one.maxAdverseR),
  }
}
