// What must never have happened, told from the venue's own memory and from the engine's journal.
import { readJournal } from './journal-account.ts'
import type { VenueState } from './venue-process.ts'

export type Span = { readonly fromMs: number; readonly toMs: number }
/** A time without a full stop at the venue. */
export type Exposed = {
  readonly seconds: number
  /** Of those in which the engine ran and had its account open. */
  readonly secondsWatched: number
  readonly isPastGrace: boolean
  /** An alarm or a closing order is on record for it. */
  readonly isEscalated: boolean
}
export type Findings = {
  /** Client ids taken twice, and decisions whose entry traded twice. */
  readonly duplicates: number
  /** Trades of the venue that were not booked exactly once. */
  readonly lost: number
  readonly orphans: number
  readonly exposures: readonly Exposed[]
  readonly verified: boolean
  readonly trades: number
  readonly violation: string | null
}

const GRACE_MS = 5_000
/** From the end of the grace to the record of it: timers, the way to the venue, a slow machine. */
const REACTION_MS = 1_500

export function judge(state: VenueState, { dataDir, down, byHand }: { dataDir: string; down: readonly Span[]; byHand: boolean }): Findings {
  const journal = readJournal(dataDir)
  const { account } = state
  const faults: string[] = []
  const must = (holds: boolean, sentence: string): void => void (holds || faults.push(sentence))

  const booked = new Map<string, number>()
  for (const id of journal.tradeIds) booked.set(id, (booked.get(id) ?? 0) + 1)
  const ours = new Set(journal.orders.map(({ id }) => id))
  const lost = account.trades.filter(
    ({ id, symbol, clientId }) => (byHand ? ours.has(clientId) : true) && booked.get(`${symbol}-${id}`) !== 1,
  )
  must(lost.length === 0, `trades not booked once: ${JSON.stringify(lost)}`)

  const traded = new Set(account.trades.map(({ clientId }) => clientId))
  const decisions = new Map<string, number>()
  for (const { id, purpose, decisionId } of journal.orders) {
    if (purpose === 'entry' && decisionId !== null && traded.has(id)) decisions.set(decisionId, (decisions.get(decisionId) ?? 0) + 1)
  }
  const twice = [...decisions].filter(([, times]) => times > 1).map(([id]) => id)
  must(account.duplicates.length === 0, `client ids taken twice: ${account.duplicates.join(' ')}`)
  must(twice.length === 0, `decisions entered twice: ${twice.join(' ')}`)
  must(account.orphans.length === 0, `orphans: ${account.orphans.join(' ')}`)
  must(journal.verified, `journal: ${journal.verification}`)
  const wallet = Number(account.wallets['USDT'])
  must(
    Math.abs(wallet - Number(journal.balance)) < 1e-6,
    `wallet ${wallet} at the venue, ${journal.balance} in the ledger (adjustments: ${journal.adjustments.join(', ')})`,
  )

  const escalations = [
    ...journal.alerts.filter(({ code }) => code === 'unprotected_position'),
    ...journal.orders.filter(({ purpose }) => purpose === 'emergency' || purpose === 'exit'),
  ].map(({ tsMs }) => tsMs)
  const exposures = state.exposures.map(({ fromMs, toMs }): Exposed => {
    const endMs = toMs ?? state.nowMs
    const lostMs = down.reduce((sum, span) => sum + Math.max(0, Math.min(endMs, span.toMs) - Math.max(fromMs, span.fromMs)), 0)
    const watchedMs = endMs - fromMs - lostMs
    const isPastGrace = watchedMs > GRACE_MS + REACTION_MS
    const isEscalated = escalations.some(
      (tsMs) => tsMs >= fromMs - 50 && tsMs <= Math.min(endMs, fromMs + lostMs + GRACE_MS + REACTION_MS) + 50,
    )
    return { seconds: (endMs - fromMs) / 1000, secondsWatched: watchedMs / 1000, isPastGrace, isEscalated }
  })
  for (const each of exposures) must(!each.isPastGrace || each.isEscalated, `unprotected without an escalation: ${JSON.stringify(each)}`)
  return {
    duplicates: account.duplicates.length + twice.length,
    lost: lost.length,
    orphans: account.orphans.length,
    exposures,
    verified: journal.verified,
    trades: account.trades.length,
    violation: faults.length === 0 ? null : faults.join('; '),
  }
}
