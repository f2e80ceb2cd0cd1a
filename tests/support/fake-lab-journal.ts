// Journals of fake runs: a decision for each of their trades and two that were blocked beside it, asked as the desk's journal is.
import type { BridgeError, Input, Output } from '../../src-shared/bridge/contract.ts'
import { MINUTE_MS } from '../../src-shared/domain/time.ts'
import type { FakeBridge } from './fake-bridge.ts'
import type { FakeRun } from './fake-lab-report.ts'
import { type FakeTrade, labMarket, RUN_FROM_MS } from './fake-lab-trades.ts'
import { deskSignals, signalAnswers } from './fake-signals.ts'
import { statistics } from './journal-views.ts'

type Decision = Output<'desk.snapshot'>['decisions'][number]
const BLOCKED = ['cooldown', 'weak_confluence'] as const

/** Questions with a run are answered from its trades, those without from what the desk knows. */
export function answerRunJournals(bridge: FakeBridge, runs: ReadonlyMap<string, FakeRun>): void {
  const desk = signalAnswers(deskSignals(bridge))
  const journals = new Map<string, typeof desk>()
  const journalOf = (runId: string | null | undefined): typeof desk | null => {
    // While live the desk is that of the account.
    if (runId === null || runId === undefined || runId.startsWith('live:')) return desk
    const run = runs.get(runId)
    if (!run) return null
    const known = journals.get(runId) ?? signalAnswers({ decisions: decisionsOf(run), closeOf: ({ price }) => price })
    journals.set(runId, known)
    return known
  }
  const missing: BridgeError = { code: 'not_found', message: 'there is no such run, or it kept no journal' }
  bridge.answer('decision.detail', (asked) => withTrade(journalOf(asked.run)?.detail(asked) ?? missing, runs.get(asked.run ?? '')))
  bridge.answer('signals.list', (asked) => journalOf(asked.run)?.list(asked) ?? missing)
  bridge.answer('signals.choices', ({ run }) => journalOf(run)?.choices() ?? missing)
  bridge.answer('signals.statistics', (asked) => journalOf(asked.run)?.statistics(asked) ?? missing)
  const before = {
    trips: bridge.answerTo('journal.roundTrips'),
    equity: bridge.answerTo('journal.equity'),
    statistics: bridge.answerTo('journal.statistics'),
  }
  const of = (run: string | null | undefined) => runs.get(run ?? '') ?? null
  bridge.answer('journal.roundTrips', (asked) => {
    const run = of(asked.run)
    return run ? tripsOf(run, asked) : before.trips(asked)
  })
  bridge.answer('journal.equity', (asked) => {
    const run = of(asked.run)
    return run ? equityOf(run, asked.fromMs) : before.equity(asked)
  })
  bridge.answer('journal.statistics', (asked) => {
    const run = of(asked.run)
    return run ? statistics({ roundTrips: run.trades.length }) : before.statistics(asked)
  })
}

function tripsOf(
  { trades }: FakeRun,
  { limit, offset, instrumentId, strategyId, fromMs }: Input<'journal.roundTrips'>,
): Output<'journal.roundTrips'> {
  const passing = trades
    .map(({ trip }) => trip)
    .filter(
      (trip) => (instrumentId === null || trip.instrumentId === instrumentId) && (strategyId === null || trip.strategyId === strategyId),
    )
    .filter((trip) => fromMs === null || trip.closedMs >= fromMs)
  return { total: passing.length, rows: passing.slice(offset, offset + limit) }
}

/** Every eighth point of the report's curve, as a journal has it by the hour. */
function equityOf({ report: { equity: curve } }: FakeRun, fromMs: number | null): Output<'journal.equity'> {
  const points = curve.tsMs.map((tsMs, place) => ({
    tsMs,
    equity: curve.equity[place] ?? 0,
    balance: curve.equity[place] ?? 0,
    drawdown: curve.drawdown[place] ?? 0,
  }))
  return points.filter(({ tsMs }, place) => (place % 8 === 0 || place === points.length - 1) && (fromMs === null || tsMs >= fromMs))
}

const decisionsOf = ({ trades }: FakeRun): (() => readonly Decision[]) => {
  const decisions = trades
    .toSorted((a, b) => a.trip.openedMs - b.trip.openedMs)
    .flatMap((trade) => [...BLOCKED.map((reason, place) => blockedBefore(trade, reason, place + 1)), executed(trade)])
    .toSorted((a, b) => a.tsMs - b.tsMs)
  return () => decisions
}

const decision = ({ trip }: FakeTrade, tsMs: number, over: Pick<Decision, 'id' | 'outcome' | 'reason' | 'summary'>): Decision => ({
  tsMs,
  strategyId: trip.strategyId,
  instrumentId: trip.instrumentId,
  timeframe: '5m',
  direction: trip.side === 'long' ? 'buy' : 'sell',
  strength: 0.72,
  candleOpenMs: tsMs - 5 * MINUTE_MS,
  price: labMarket(trip.instrumentId)?.closeAt((tsMs - RUN_FROM_MS) / MINUTE_MS - 1) ?? Number(trip.entryPrice),
  confluence: null,
  regime: null,
  ...over,
})

const executed = (trade: FakeTrade): Decision =>
  decision(trade, trade.trip.openedMs, {
    id: trade.trip.decisionId ?? '',
    outcome: 'executed',
    reason: 'approved',
    summary: `${trade.trip.side === 'long' ? 'BUY' : 'SELL'} ${trade.trip.quantity}, confluence 1.45`,
  })

const blockedBefore = (trade: FakeTrade, reason: string, place: number): Decision =>
  decision(trade, trade.trip.openedMs - place * 15 * MINUTE_MS, {
    id: `${trade.trip.decisionId}B${place}`,
    outcome: 'blocked',
    reason,
    summary: reason === 'cooldown' ? 'position was closed 9 min ago, 15 min are required' : 'confluence 1.02 is below 1.20',
  })

/** The detail with the stop, the fills and the round trip of the trade that the decision became. */
function withTrade(detail: Output<'decision.detail'> | BridgeError, run: FakeRun | undefined): Output<'decision.detail'> | BridgeError {
  if (!('trace' in detail) || run === undefined) return detail
  const trade = run.trades.find(({ trip }) => trip.decisionId === detail.trace.id)
  if (trade === undefined || detail.trace.entry === null) return detail
  const { trip, stopPrice } = trade
  const [entry, exit] = [detail.fills[0], detail.fills.at(-1)]
  const fills = [
    ...(entry ? [{ ...entry, price: trip.entryPrice, quantity: trip.quantity, tsEventMs: trip.openedMs + 240 }] : []),
    ...(exit ? [{ ...exit, price: trip.exitPrice, quantity: trip.quantity, tsEventMs: trip.closedMs }] : []),
  ]
  const trace = { ...detail.trace, entry: { ...detail.trace.entry, stopPrice: stopPrice.toFixed(2), targets: [] } }
  return { ...detail, trace, fills, roundTrip: trip }
}
