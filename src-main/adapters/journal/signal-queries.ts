// What the journal knows about signals: pages of them, their statistics, what a filter can offer. Only the conditions that are asked for
// become part of a query, so that SQLite can walk the one index that fits.
import type { Input, Output } from '../../../src-shared/bridge/contract.ts'
import { clipped } from '../../../src-shared/bridge/order-view.ts'
import { TIMEFRAMES } from '../../../src-shared/domain/time.ts'
import { type Parse, finite, integer, nullable, objectAt, oneOf, parseJson, text } from './json-fields.ts'
import { signalOutcomeFromJson } from './signal-codec.ts'
import type { Database } from './sqlite.ts'

export type SignalFilter = Input<'signals.list'>['filter']
type Row = Output<'signals.list'>['rows'][number]
type Result = Row['result']
type StatisticsBy = Input<'signals.statistics'>['by']
type SignalOutcomeView = NonNullable<Output<'decision.detail'>['signalOutcome']>

/** Signals without a known regime, in filters, statistics and the matrix alike. */
const UNKNOWN_REGIME = 'any'
const KEY_LENGTH_MAX = 64
const SUMMARY_LENGTH_MAX = 400

type Selection = { readonly from: string; readonly where: string; readonly values: readonly (string | number)[] }
type Condition = { readonly sql: string; readonly values: readonly (string | number)[] }

const equal = (column: string, value: string | null): Condition[] => (value === null ? [] : [{ sql: `${column} = ?`, values: [value] }])

function regimeCondition(regime: string | null): Condition[] {
  if (regime !== UNKNOWN_REGIME) return equal('d.regime', regime)
  return [{ sql: '(d.regime IS NULL OR d.regime = ?)', values: [regime] }]
}

/** A voter that spoke leads the way, as it has an index in order of the decisions; otherwise the decisions themselves are walked. */
function select(filter: SignalFilter, more: readonly Condition[] = []): Selection {
  const { voter, result } = filter
  const conditions = [
    ...equal('v.voter', voter),
    ...equal('d.instrument_id', filter.instrumentId),
    ...equal('d.strategy_id', filter.strategyId),
    ...regimeCondition(filter.regime),
    ...equal('d.outcome', filter.outcome),
    ...equal('d.reason', filter.reason),
    ...(result === 'open' ? [{ sql: 'd.result IS NULL', values: [] }] : equal('d.result', result)),
    ...more,
  ]
  return {
    from: voter === null ? 'decisions d' : 'decision_votes v CROSS JOIN decisions d ON d.seq = v.seq',
    where: conditions.length === 0 ? '' : `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`,
    values: conditions.flatMap(({ values }) => values),
  }
}

/** The number that orders what is selected: of the table that leads. */
const orderOf = ({ voter }: SignalFilter): string => (voter === null ? 'd.seq' : 'v.seq')

/** Newest first. */
export function listSignals(db: Database, { filter, limit, offset }: Input<'signals.list'>): Output<'signals.list'> {
  const { from, where, values } = select(filter)
  const counted = db.prepare<unknown[], { total: number }>(`SELECT count(*) AS total FROM ${from} ${where}`).get(...values)
  const order = orderOf(filter)
  const rows = db
    .prepare<unknown[], { seq: number; body: string; result: Result; rMultiple: number | null }>(
      `SELECT r.seq, r.body, p.result, s.r_multiple AS rMultiple FROM (
         SELECT d.seq, d.result, d.outcome_seq FROM ${from} ${where} ORDER BY ${order} DESC LIMIT ? OFFSET ?
       ) p JOIN records r ON r.seq = p.seq LEFT JOIN signal_outcomes s ON s.seq = p.outcome_seq ORDER BY p.seq DESC`,
    )
    .all(...values, limit, offset)
  return {
    total: counted?.total ?? 0,
    rows: rows.map(({ result, rMultiple, ...record }) => ({ decision: summaryOf(record), result, rMultiple })),
  }
}

/** Only what a row shows is read, so that a decision with a bad number elsewhere does not hide the others of its page. */
const summaryFromJson: Parse<Row['decision']> = (value, where) => {
  const trace = objectAt(value, where)
  const signal = trace.field('signal', objectAt)
  const candle = trace.field('candle', objectAt)
  return {
    id: trace.field('id', text),
    tsMs: trace.field('tsMs', integer),
    strategyId: trace.field('strategyId', text),
    instrumentId: trace.field('instrumentId', text),
    timeframe: trace.field('timeframe', oneOf(TIMEFRAMES)),
    direction: signal.field('direction', oneOf(['buy', 'sell', 'wait'])),
    strength: signal.field('strength', finite),
    outcome: trace.field('outcome', oneOf(['executed', 'blocked'])),
    reason: clipped(trace.field('reason', text), KEY_LENGTH_MAX),
    summary: clipped(trace.field('summary', text), SUMMARY_LENGTH_MAX),
    candleOpenMs: candle.field('openTimeMs', integer),
    price: candle.field('close', finite),
    confluence: signal.field('confluence', optional(within('after', nullable(finite)))),
    regime: signal.field('regime', optional(within('regime', (name, at) => clipped(text(name, at), KEY_LENGTH_MAX)))),
  }
}

const within =
  <T>(field: string, parse: Parse<T>): Parse<T> =>
  (value, where) =>
    objectAt(value, where).field(field, parse)
/** Journals of earlier versions lack the field altogether. */
const optional =
  <T>(parse: Parse<T>): Parse<T | null> =>
  (value, where) =>
    value === undefined || value === null ? null : parse(value, where)

const summaryOf = ({ seq, body }: { readonly seq: number; readonly body: string }): Row['decision'] =>
  summaryFromJson(parseJson(body, `record ${seq}`), `record ${seq}`)

/** The decisions before and after this record that the filter lets through. */
export function signalNeighbours(db: Database, seq: number, filter: SignalFilter): { previousId: string | null; nextId: string | null } {
  const order = orderOf(filter)
  const nearest = (than: '<' | '>', direction: 'DESC' | 'ASC'): string | null => {
    const { from, where, values } = select(filter, [{ sql: `${order} ${than} ?`, values: [seq] }])
    const found = db.prepare<unknown[], { id: string }>(
      `SELECT d.decision_id AS id FROM ${from} ${where} ORDER BY ${order} ${direction} LIMIT 1`,
    )
    return found.get(...values)?.id ?? null
  }
  return { previousId: nearest('<', 'DESC'), nextId: nearest('>', 'ASC') }
}

/** The newest outcome of a decision, or null while there is none. */
export function outcomeOfDecision(db: Database, decisionId: string): SignalOutcomeView | null {
  const found = db
    .prepare<[string], { seq: number; body: string }>(
      `SELECT r.seq, r.body FROM decisions d JOIN records r ON r.seq = d.outcome_seq WHERE d.decision_id = ? ORDER BY d.seq DESC LIMIT 1`,
    )
    .get(decisionId)
  if (found === undefined) return null
  const { outcome, decidedMs, resolvedMs, endedMs, entryPrice, stopPrice, targetPrice, rMultiple, maxFavorableR, maxAdverseR } =
    signalOutcomeFromJson(parseJson(found.body, `record ${found.seq}`), `record ${found.seq}`)
  return { outcome, decidedMs, resolvedMs, endedMs, entryPrice, stopPrice, targetPrice, rMultiple, maxFavorableR, maxAdverseR }
}

/** A voter is measured by the signals that it spoke for: one that it spoke against says nothing good about it by winning. */
const STATISTICS_OF: Readonly<Record<StatisticsBy, { readonly key: string; readonly from: string }>> = {
  voter: { key: 'v.voter', from: 'decision_votes v JOIN decisions d ON d.seq = v.seq AND d.direction = v.direction' },
  regime: { key: `coalesce(d.regime, '${UNKNOWN_REGIME}')`, from: 'decisions d' },
  strategy: { key: 'd.strategy_id', from: 'decisions d' },
  reason: { key: 'd.reason', from: 'decisions d' },
}

/** Most signals first. Rates are of the resolved ones. */
export function signalStatistics(db: Database, { by, strategyId }: Input<'signals.statistics'>): Output<'signals.statistics'> {
  const { key, from } = STATISTICS_OF[by]
  const values = strategyId === null ? [] : [strategyId]
  return db
    .prepare<unknown[], Omit<Output<'signals.statistics'>[number], 'winRate'>>(
      `SELECT ${key} AS key, count(*) AS signals, sum(d.outcome = 'executed') AS executed, sum(d.outcome = 'blocked') AS blocked,
         count(*) FILTER (WHERE d.result = 'win') AS wins, count(*) FILTER (WHERE d.result = 'loss') AS losses,
         count(*) FILTER (WHERE d.result = 'expired') AS expired, avg(s.r_multiple) AS expectancyR,
         avg(s.max_favorable_r) AS averageFavorableR, avg(s.max_adverse_r) AS averageAdverseR
       FROM ${from} LEFT JOIN signal_outcomes s ON s.seq = d.outcome_seq ${strategyId === null ? '' : 'WHERE d.strategy_id = ?'}
       GROUP BY 1 ORDER BY signals DESC, key`,
    )
    .all(...values)
    .map(({ key: name, ...figures }) => {
      const resolved = figures.wins + figures.losses + figures.expired
      return { key: clipped(name, KEY_LENGTH_MAX), ...figures, winRate: resolved === 0 ? null : figures.wins / resolved }
    })
}

/** In alphabetical order. Voters are found by leaps through their index, the rest in one walk over the decisions. */
export function signalChoices(db: Database): Output<'signals.choices'> {
  const rows = db
    .prepare<[], { instrument: string; strategy: string; regime: string; reason: string }>(
      `SELECT DISTINCT instrument_id AS instrument, strategy_id AS strategy, coalesce(regime, '${UNKNOWN_REGIME}') AS regime, reason FROM decisions`,
    )
    .all()
  const voters = db
    .prepare<[], { voter: string }>(
      `WITH RECURSIVE leap (voter) AS (
         SELECT min(voter) FROM decision_votes
         UNION ALL SELECT (SELECT min(voter) FROM decision_votes WHERE voter > leap.voter) FROM leap WHERE leap.voter IS NOT NULL
       ) SELECT voter FROM leap WHERE voter IS NOT NULL`,
    )
    .all()
  const sorted = (texts: readonly string[]): string[] =>
    [...new Set(texts)].filter((text) => text.length > 0 && text.length <= KEY_LENGTH_MAX).toSorted()
  return {
    instruments: sorted(rows.map((row) => row.instrument)),
    strategies: sorted(rows.map((row) => row.strategy)),
    voters: sorted(voters.map((row) => row.voter)),
    regimes: sorted(rows.map((row) => row.regime)),
    reasons: sorted(rows.map((row) => row.reason)),
  }
}
