// What the journal knows about signals: pages of them, their statistics, what a filter can offer. Only the conditions that are asked for
// become part of a query, so that SQLite can walk the one index that fits.
import type { Input, Output } from '../../../src-shared/bridge/contract.ts'
import { clipped } from '../../../src-shared/bridge/order-view.ts'
import { TIMEFRAMES } from '../../../src-shared/domain/time.ts'
import type { Database } from '../sqlite/database.ts'
import { type Parse, finite, integer, nullable, objectAt, oneOf, parseJson, text } from './json-fields.ts'
import { DECISION_OUTCOMES, DIRECTIONS_AND_WAIT, inner, optional, signalOutcomeFromJson } from './signal-codec.ts'
import { type Dimension, UNKNOWN_REGIME } from './signal-projections.ts'

export type SignalFilter = Input<'signals.list'>['filter']
type Row = Output<'signals.list'>['rows'][number]
type Result = Row['result']
type StatisticsBy = Input<'signals.statistics'>['by']
type SignalOutcomeView = NonNullable<Output<'decision.detail'>['signalOutcome']>

const KEY_LENGTH_MAX = 64
const SUMMARY_LENGTH_MAX = 400
/** Names in one answer; a strategy that invents a new one for each signal is not shown beyond. */
const KEYS_MAX = 1_000

type Selection = { readonly from: string; readonly where: string; readonly values: readonly (string | number)[] }
type Condition = { readonly sql: string; readonly values: readonly (string | number)[] }

const equal = (column: string, value: string | null): Condition[] => (value === null ? [] : [{ sql: `${column} = ?`, values: [value] }])

function regimeCondition(regime: string | null): Condition[] {
  if (regime !== UNKNOWN_REGIME) return equal('d.regime', regime)
  return [{ sql: '(d.regime IS NULL OR d.regime = ?)', values: [regime] }]
}

/** A voter that spoke for the signal leads the way, as it has an index in order of the decisions; otherwise the decisions themselves are walked. */
function select(filter: SignalFilter, more: readonly Condition[] = []): Selection {
  const { voter, result } = filter
  const conditions = [
    { sql: 'd.is_signal', values: [] },
    ...(voter === null ? [] : [{ sql: 'v.voter = ? AND v.direction = d.direction', values: [voter] }]),
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
    where: `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`,
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
    direction: signal.field('direction', oneOf(DIRECTIONS_AND_WAIT)),
    strength: signal.field('strength', finite),
    outcome: trace.field('outcome', oneOf(DECISION_OUTCOMES)),
    reason: clipped(trace.field('reason', text), KEY_LENGTH_MAX),
    summary: clipped(trace.field('summary', text), SUMMARY_LENGTH_MAX),
    candleOpenMs: candle.field('openTimeMs', integer),
    price: candle.field('close', finite),
    confluence: signal.field('confluence', optional(inner('after', nullable(finite)))),
    regime: signal.field('regime', optional(inner('regime', (name, at) => clipped(text(name, at), KEY_LENGTH_MAX)))),
  }
}

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

const SUMS = `sum(executed + blocked) AS signals, sum(executed) AS executed, sum(blocked) AS blocked, sum(wins) AS wins, sum(losses) AS losses,
  sum(expired) AS expired, sum(total_r) AS totalR, sum(total_favorable_r) AS totalFavorableR, sum(total_adverse_r) AS totalAdverseR`
/** Every signal has exactly one reason, so that the sums by reason are those of the strategies too. */
const DIMENSIONS_OF: Readonly<Record<StatisticsBy, { readonly key: string; readonly dimensions: readonly Dimension[] }>> = {
  voter: { key: 'key', dimensions: ['voter'] },
  regime: { key: 'key', dimensions: ['long', 'short'] },
  strategy: { key: 'strategy_id', dimensions: ['reason'] },
  reason: { key: 'key', dimensions: ['reason'] },
}
type Sums = {
  readonly key: string
  readonly signals: number
  readonly executed: number
  readonly blocked: number
  readonly wins: number
  readonly losses: number
  readonly expired: number
  readonly totalR: number
  readonly totalFavorableR: number
  readonly totalAdverseR: number
}

/** From the running sums: most signals first. Rates are of the resolved ones. A voter is measured by the signals that it spoke for. */
export function signalStatistics(db: Database, { by, strategyId }: Input<'signals.statistics'>): Output<'signals.statistics'> {
  const { key, dimensions } = DIMENSIONS_OF[by]
  const places = dimensions.map(() => '?').join(', ')
  const values = [...dimensions, ...(strategyId === null ? [] : [strategyId])]
  return db
    .prepare<unknown[], Sums>(
      `SELECT ${key} AS key, ${SUMS} FROM signal_tallies WHERE dimension IN (${places}) ${strategyId === null ? '' : 'AND strategy_id = ?'}
       GROUP BY 1 ORDER BY signals DESC, 1 LIMIT ${KEYS_MAX}`,
    )
    .all(...values)
    .map(({ key: name, totalR, totalFavorableR, totalAdverseR, ...counts }) => {
      const resolved = counts.wins + counts.losses + counts.expired
      const mean = (total: number): number | null => (resolved === 0 ? null : total / resolved)
      return {
        key: clipped(name, KEY_LENGTH_MAX),
        ...counts,
        winRate: mean(counts.wins),
        expectancyR: mean(totalR),
        averageFavorableR: mean(totalFavorableR),
        averageAdverseR: mean(totalAdverseR),
      }
    })
}

/** In alphabetical order. A voter that never spoke for a signal is none of the choices. */
export function signalChoices(db: Database): Output<'signals.choices'> {
  const keys = (column: 'key' | 'strategy_id', dimensions: readonly Dimension[]): string[] =>
    db
      .prepare<unknown[], { key: string }>(
        `SELECT DISTINCT ${column} AS key FROM signal_tallies WHERE dimension IN (${dimensions.map(() => '?').join(', ')})
         AND length(${column}) BETWEEN 1 AND ${KEY_LENGTH_MAX} ORDER BY 1 LIMIT ${KEYS_MAX}`,
      )
      .all(...dimensions)
      .map((row) => row.key)
  return {
    instruments: keys('key', ['instrument']),
    strategies: keys('strategy_id', ['reason']),
    voters: keys('key', ['voter']),
    regimes: keys('key', ['long', 'short']),
    reasons: keys('key', ['reason']),
  }
}
