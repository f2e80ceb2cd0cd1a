// What a playbook has done on paper against the live market: the sessions that traded by it, and what they closed.
import { toNumber, money } from '../../../src-shared/domain/decimal.ts'
import { openReadOnly } from '../sqlite/database.ts'
import { toJournalError } from './journal-error.ts'

export type PaperSample = {
  /** Sum over the sessions. */
  readonly days: number
  readonly trades: number
  /** Share of trades with a net profit. */
  readonly winRate: number
  /** Settlement currency. */
  readonly netPnl: number
  /** Deepest fall of the account from its highest equity while this playbook ran, as a fraction. */
  readonly drawdownMax: number
}
type Span = { readonly fromMs: number; readonly toMs: number }

const DAY_MS = 86_400_000
const SESSIONS = `
  SELECT started_ms AS fromMs, ended_ms AS endedMs, playbook, mode, market,
    lead(started_ms) OVER (ORDER BY first_seq) AS nextMs
  FROM trading_sessions ORDER BY first_seq`

/** Null when it has closed no trade. `nowMs` ends the session that runs. Throws JournalError. */
export function paperSample(file: string, playbook: string, nowMs: number): PaperSample | null {
  const db = openReadOnly(file)
  try {
    type Row = { fromMs: number; endedMs: number | null; nextMs: number | null; playbook: string; mode: string; market: string }
    const spans = db
      .prepare<[], Row>(SESSIONS)
      .all()
      .filter((row) => row.playbook === playbook && row.mode === 'paper' && row.market === 'live')
      .map((row): Span => ({ fromMs: row.fromMs, toMs: Math.max(row.fromMs, row.endedMs ?? row.nextMs ?? nowMs) }))
    const trades = db.prepare<[number, number], { net: string }>('SELECT net_pnl AS net FROM trades WHERE closed_ms > ? AND closed_ms <= ?')
    const fall = db.prepare<[number, number], { most: number | null }>(
      'SELECT max(drawdown) AS most FROM account_history WHERE ts_ms > ? AND ts_ms <= ?',
    )
    const nets = spans.flatMap(({ fromMs, toMs }) => trades.all(fromMs, toMs).map(({ net }) => toNumber(money(net))))
    if (nets.length === 0) return null
    return {
      days: spans.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0) / DAY_MS,
      trades: nets.length,
      winRate: nets.filter((net) => net > 0).length / nets.length,
      netPnl: nets.reduce((sum, net) => sum + net, 0),
      drawdownMax: Math.max(0, ...spans.map(({ fromMs, toMs }) => fall.get(fromMs, toMs)?.most ?? 0)),
    }
  } catch (cause) {
    throw toJournalError(cause, file, 'reading journal')
  } finally {
    db.close()
  }
}
