// How long a person waits for a page of signals, for statistics and for the neighbours of a decision, in a journal of 100,000 decisions of a dozen
// voters each, two of three with an outcome. Compared in the same process with what the least page costs: reading and decoding the same number of
// records by their number. Run: npm run bench -- journal-signals
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type JournalReader, openJournalReader } from '../../src-main/adapters/journal/reader.ts'
import { openReadOnly } from '../../src-main/adapters/sqlite/database.ts'
import { openJournal } from '../../src-main/adapters/journal/writer.ts'
import type { Direction } from '../../src-shared/domain/decision.ts'
import type { Input } from '../../src-shared/bridge/contract.ts'
import { START_MS, session } from '../support/journal-records.ts'
import { type SignalFacts, decisionRecord, outcomeRecord } from '../support/signal-records.ts'

const DECISIONS = 100_000
const PER_COMMIT = 1_000
const ROUNDS = 7
const PAGE = 100
const VOTERS = 'bb_squeeze,vwap_pullback,vwap_bands_mr,breakout_retest,atr_momentum,rsi_mr,sfp,ema_pinch,cvd,fvg,volume_profile,obi'.split(
  ',',
)

const from = <T>(choices: readonly T[], n: number): T => {
  const [chosen] = choices.slice(n % choices.length)
  if (chosen === undefined) throw new RangeError('nothing to choose from')
  return chosen
}
const voteOf = (n: number, voter: number): Direction => ((n * 7 + voter * 13) % 10 < 4 ? 'buy' : (n + voter) % 17 === 0 ? 'sell' : 'wait')
const factsOf = (n: number): SignalFacts => ({
  strategy: from(['imba', 'tb', 'fs', 'mc'], n),
  instrument: from(['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT'], n),
  direction: 'buy',
  regime: from(['trend', 'flat', 'volatile', null], n + 1),
  reason: n % 5 === 0 ? 'executed' : from(['position_open', 'cooling_down', 'funding', 'confluence_too_low'], n),
  votes: Object.fromEntries(VOTERS.map((voter, index) => [voter, voteOf(n, index)])),
  result: from(['win', 'loss', null], n),
  rMultiple: from([1, -1, 0], n),
})

function fill(file: string): number {
  const { journal } = openJournal(file, { durability: 'process' })
  journal.append(session('S1', START_MS))
  for (let n = 1; n <= DECISIONS; n += 1) {
    const facts = factsOf(n)
    journal.append(decisionRecord(n, facts))
    if (facts.result !== null) journal.append(outcomeRecord(n, facts))
    if (n % PER_COMMIT === 0) journal.commit()
  }
  journal.commit()
  const startMs = performance.now()
  const pending = journal.recover()?.signals.pending.length ?? 0
  const recoverMs = performance.now() - startMs
  journal.close()
  if (pending === 0) throw new Error('nothing is pending: the figure of the recovery would be a lie')
  return recoverMs
}

type Filter = Input<'signals.list'>['filter']
const ANY: Filter = { instrumentId: null, strategyId: null, voter: null, regime: null, outcome: null, reason: null, result: null }
const list =
  (filter: Partial<Filter>, offset = 0) =>
  (reader: JournalReader): unknown =>
    reader.handle('signals.list', { limit: PAGE, offset, filter: { ...ANY, ...filter } })
const QUESTIONS: Readonly<Record<string, (reader: JournalReader) => unknown>> = {
  newest: list({}),
  oldest: list({}, DECISIONS - PAGE),
  instrument: list({ instrumentId: 'BTC/USDT:USDT' }),
  voter: list({ voter: 'cvd' }),
  voter_oldest: list({ voter: 'cvd' }, 30_000),
  voter_regime_reason_open: list({ voter: 'cvd', regime: 'trend', reason: 'funding', result: 'open' }),
  nothing_matches: list({ reason: 'nothing' }),
  statistics_by_voter: (reader) => reader.handle('signals.statistics', { by: 'voter', strategyId: null }),
  statistics_by_reason_of_one: (reader) => reader.handle('signals.statistics', { by: 'reason', strategyId: 'imba' }),
  choices: (reader) => reader.handle('signals.choices', {}),
  detail: (reader) => reader.handle('decision.detail', { id: `D${DECISIONS / 2}` }),
  detail_in_rare_filter: (reader) => reader.handle('decision.detail', { id: `D${DECISIONS / 2}`, filter: { ...ANY, reason: 'nothing' } }),
}

function timed(ask: () => unknown): { first: number; best: number } {
  const times = Array.from({ length: ROUNDS }, () => {
    const startMs = performance.now()
    ask()
    return performance.now() - startMs
  })
  return { first: times[0] ?? Number.NaN, best: Math.min(...times) }
}

function leastPage(file: string): number {
  const db = openReadOnly(file)
  const bodies = db.prepare<[number], { body: string }>("SELECT body FROM records WHERE kind = 'decision' ORDER BY seq DESC LIMIT ?")
  const { best } = timed(() => bodies.all(PAGE).map((row): unknown => JSON.parse(row.body)))
  db.close()
  return best
}

const folder = mkdtempSync(path.join(tmpdir(), 'journal-signals-bench-'))
try {
  const file = path.join(folder, 'journal.db')
  const figures: Record<string, number> = { recover_ms: Math.round(fill(file)), least_page_ms: leastPage(file) }
  console.log(`recovery ${figures['recover_ms']} ms, least page of ${PAGE}: ${leastPage(file).toFixed(2)} ms`)
  const reader = openJournalReader(file)
  for (const [name, ask] of Object.entries(QUESTIONS)) {
    const { first, best } = timed(() => ask(reader))
    console.log(`${name.padEnd(28)} first ${first.toFixed(1)} ms, best ${best.toFixed(2)} ms`)
    figures[`${name}_first_ms`] = Math.round(first * 100) / 100
    figures[`${name}_best_ms`] = Math.round(best * 100) / 100
  }
  reader.close()
  console.log(JSON.stringify({ bench: 'journal-signals', decisions: DECISIONS, ...figures }))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
