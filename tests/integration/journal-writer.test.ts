// Proves that what was written is what a restart gets back, and that no failure of disk or file loses a record or goes unsaid.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { JournalError } from '../../src-main/adapters/journal/journal-error.ts'
import { MIGRATIONS, SCHEMA_VERSION } from '../../src-main/adapters/journal/schema.ts'
import { openReadOnly, openReadWrite } from '../../src-main/adapters/sqlite/database.ts'
import { migrate } from '../../src-main/adapters/sqlite/migrations.ts'
import { verifyJournal } from '../../src-main/adapters/journal/verification.ts'
import { openJournal } from '../../src-main/adapters/journal/writer.ts'
import { money, quantity } from '../../src-shared/domain/decimal.ts'
import { type InstrumentId, instrumentId, strategyId } from '../../src-shared/domain/ids.ts'
import { type OrderEvent, isFinal } from '../../src-shared/domain/order.ts'
import { MINUTE_MS } from '../../src-shared/domain/time.ts'
import type { JournalRecord, StrategyPause } from '../../src-shared/events/journal-record.ts'
import { temporaryFile, temporaryFolder, writeJournal } from '../support/journal-file.ts'
import {
  BTC,
  START_MS,
  closingRecords,
  deposit,
  equityRecord,
  fillOf,
  openPosition,
  openingRecords,
  orderAfter,
  orderRequest,
  riskState,
  roundTrip,
  session,
} from '../support/journal-records.ts'

const started = [session('S1', START_MS), deposit('10000', START_MS)]
const codeOf = (attempt: () => unknown): string => {
  try {
    attempt()
  } catch (error) {
    return error instanceof JournalError ? error.code : `not a JournalError: ${String(error)}`
  }
  return 'no error'
}
function verified(file: string): { ok: boolean; records: number } {
  const db = openReadOnly(file)
  const { ok, records } = verifyJournal(db)
  db.close()
  return { ok, records }
}

test('a journal without a session recovers to nothing', () => {
  const file = temporaryFile()
  const { journal } = openJournal(file)
  expect(journal.recover()).toBeNull()
  journal.append(deposit('10000', START_MS))
  journal.commit()
  expect(journal.recover()).toBeNull()
  journal.close()
})

test('a session without a checkpoint begins at time zero with the first numbers', () => {
  const file = temporaryFile()
  writeJournal(file, [session('S1', START_MS)])
  const { journal } = openJournal(file)
  expect(journal.recover()).toEqual({
    orders: [],
    positions: [],
    balance: 0n,
    riskState: null,
    lastClosed: [],
    paused: [],
    signals: { pending: [], results: [], tallies: [], enablement: [] },
    knownTradeIds: [],
    lastTradeId: null,
    marketMs: 0,
    nextOrderNumber: 1,
    nextDecisionNumber: 1,
    nextPositionNumber: 1,
  })
  journal.close()
})

test('recovery gives back exactly the open orders, open positions, balance, risk state, fills and checkpoint that were written', () => {
  const file = temporaryFile()
  const opening = openingRecords(2, START_MS + MINUTE_MS)
  const records = [...started, ...openingRecords(1, START_MS), ...closingRecords(1, START_MS + 1), ...opening]
  writeJournal(file, records)
  const { journal } = openJournal(file)
  const recovered = journal.recover()
  const newest = new Map(records.flatMap((record) => (record.kind === 'order' ? [[record.body.clientOrderId, record.body] as const] : [])))
  expect(recovered?.orders).toEqual([...newest.values()].filter((order) => !isFinal(order.state)))
  expect(recovered?.orders.map((order) => order.clientOrderId)).toEqual(['TW2S'])
  expect(recovered?.positions).toEqual([openPosition(2, START_MS + MINUTE_MS)])
  expect(recovered?.balance).toBe(money('10012.09997'))
  expect(recovered?.riskState).toEqual(riskState({ tradesToday: 2 }))
  expect(recovered?.lastClosed).toEqual([{ instrumentId: BTC, closedMs: START_MS + 1 }])
  expect(recovered?.knownTradeIds).toEqual(['T1', 'TX1', 'T2'])
  expect(recovered?.lastTradeId).toBe('T2')
  expect(recovered).toMatchObject({ marketMs: START_MS + MINUTE_MS, nextOrderNumber: 3, nextDecisionNumber: 3, nextPositionNumber: 3 })
  journal.close()
})

test('recovery knows of each instrument when its newest round trip was closed, also after a recording was wound back', () => {
  const file = temporaryFile()
  const ETH = instrumentId('ETH/USDT:USDT')
  const closed = (n: number, closedMs: number, traded = BTC): JournalRecord => ({
    kind: 'round_trip',
    tsMs: closedMs,
    body: roundTrip(n, closedMs, { instrumentId: traded }),
  })
  writeJournal(file, [
    ...started,
    closed(1, START_MS + 5 * MINUTE_MS, ETH),
    closed(2, START_MS + 90 * MINUTE_MS),
    closed(3, START_MS + 30 * MINUTE_MS),
  ])
  const { journal } = openJournal(file)
  expect(journal.recover()?.lastClosed).toEqual([
    { instrumentId: ETH, closedMs: START_MS + 5 * MINUTE_MS },
    { instrumentId: BTC, closedMs: START_MS + 30 * MINUTE_MS },
  ])
  journal.close()
})

test('recovery knows which strategies are paused by the newest word about each, and nothing of what was refused', () => {
  const file = temporaryFile()
  const audit = (action: string, { accepted = true, pause }: { accepted?: boolean; pause?: StrategyPause }): JournalRecord => ({
    kind: 'audit',
    tsMs: START_MS,
    body: { tsMs: START_MS, actor: 'operator', action, detail: 'for people', accepted, ...(pause ? { pause } : {}) },
  })
  const said = (id: string, paused: boolean): JournalRecord => audit('pause_strategy', { pause: { strategyId: strategyId(id), paused } })
  writeJournal(file, [
    ...started,
    said('imba', true),
    said('trend-adaptive', true),
    said('mine', true),
    said('trend-adaptive', false),
    said('mine', false),
    said('mine', true),
    audit('pause_strategy', { accepted: false }),
    audit('pause_strategy', {}),
    audit('protect_all', {}),
  ])
  const { journal } = openJournal(file)
  expect(journal.recover()?.paused).toEqual(['imba', 'mine'])
  journal.close()
})

test('recovery knows which instruments were handed back and are not closed yet', () => {
  const file = temporaryFile()
  const ETH = instrumentId('ETH/USDT:USDT')
  const said = (instrumentId: InstrumentId, active: boolean, accepted = true): JournalRecord => ({
    kind: 'audit',
    tsMs: START_MS,
    body: { tsMs: START_MS, actor: 'operator', action: 'hand_back', detail: 'for people', accepted, handBack: { instrumentId, active } },
  })
  writeJournal(file, [...started, said(BTC, true), said(ETH, true), said(BTC, false), said(ETH, false, false)])
  const { journal } = openJournal(file)
  expect(journal.recover()?.handedBack).toEqual([ETH])
  journal.close()
})

test('an order that may still trade keeps its fills known however many came after', () => {
  const file = temporaryFile()
  const request = orderRequest(1)
  const partial = { ...fillOf(request, { id: 'T1', price: '43000', tsMs: START_MS }), quantity: quantity('0.1') }
  const working = orderAfter(request, [{ type: 'submit' }, { type: 'fill', fill: partial }], START_MS)
  const later = Array.from({ length: 1_100 }, (_, n): JournalRecord => ({
    kind: 'fill',
    tsMs: START_MS,
    body: fillOf(orderRequest(2), { id: `L${n}`, price: '43000', tsMs: START_MS }),
  }))
  writeJournal(file, [
    ...started,
    { kind: 'fill', tsMs: START_MS, body: partial },
    { kind: 'order', tsMs: START_MS, body: working },
    ...later,
  ])
  const { journal } = openJournal(file)
  const known = journal.recover()?.knownTradeIds ?? []
  expect(known).toHaveLength(1_001)
  expect(known[0]).toBe('T1')
  expect(known[1]).toBe('L100')
  journal.close()
})

test('a record that JSON cannot carry is refused by name and not queued', () => {
  const { journal, metrics } = openJournal(temporaryFile())
  expect(() => journal.append(equityRecord(START_MS, Number.NaN))).toThrow(/equity\.balance: expected a finite number, found NaN/)
  expect(codeOf(() => journal.append(equityRecord(START_MS + 0.5, 1)))).toBe('bad_record')
  expect(metrics().queued).toBe(0)
  journal.close()
})

test('the queue is bounded: one record too many is refused and the others stay', () => {
  const { journal } = openJournal(temporaryFile(), { queueMax: 2 })
  for (const record of started) journal.append(record)
  expect(codeOf(() => journal.append(equityRecord(START_MS, 1)))).toBe('queue_full')
  expect(journal.commit()).toBe(2)
  expect(journal.commit()).toBe(0)
  journal.close()
})

test('a full disk fails the commit by name, keeps the queue, and a later commit with room succeeds', () => {
  const file = temporaryFile()
  const small = openJournal(file, { sizeMaxBytes: 300_000 })
  for (const record of started) small.journal.append(record)
  let failure = 'no error'
  let committed = 0
  for (let n = 1; n < 500 && failure === 'no error'; n++) {
    for (const record of openingRecords(n, START_MS + n)) small.journal.append(record)
    failure = codeOf(() => (committed += small.journal.commit()))
  }
  expect(failure).toBe('disk_full')
  expect(small.metrics()).toMatchObject({ records: committed, queued: openingRecords(1, START_MS).length })
  expect(codeOf(() => small.journal.commit())).toBe('disk_full')

  const db = openReadOnly(file)
  expect(verifyJournal(db)).toMatchObject({ ok: true, records: committed })
  db.close()
  // Room is made in the only way one connection can make it for another: nothing here can free a real disk.
  expect(codeOf(() => small.journal.close())).toBe('disk_full')
  const roomy = openJournal(file)
  expect(roomy.metrics().records).toBe(committed)
  for (const record of openingRecords(900, START_MS + 900)) roomy.journal.append(record)
  expect(roomy.journal.commit()).toBe(13)
  roomy.journal.close()
  expect(verified(file)).toEqual({ ok: true, records: committed + 13 })
})

test('a commit that fails for a moment loses nothing: the same records are written by the next one', () => {
  const file = temporaryFile()
  const { journal, metrics } = openJournal(file)
  for (const record of started) journal.append(record)
  const other = openReadWrite(file)
  other.exec('BEGIN IMMEDIATE')
  expect(codeOf(() => journal.commit())).toBe('locked')
  expect(metrics()).toMatchObject({ records: 0, queued: 2 })
  other.exec('ROLLBACK')
  other.close()
  expect(journal.commit()).toBe(2)
  journal.close()
  expect(verified(file)).toEqual({ ok: true, records: 2 })
})

test('a commit that fails half-way leaves no trace, and succeeds when it is repeated', () => {
  const file = temporaryFile()
  const { journal, metrics } = openJournal(file)
  for (const record of [...started, ...openingRecords(1, START_MS)]) journal.append(record)
  const other = openReadWrite(file)
  other.exec(`CREATE TRIGGER fault BEFORE INSERT ON ledger WHEN NEW.kind = 'fee' BEGIN SELECT RAISE(ABORT, 'injected'); END`)
  expect(codeOf(() => journal.commit())).toBe('io')
  expect(other.prepare('SELECT count(*) AS n FROM records').get()).toEqual({ n: 0 })
  expect(other.prepare('SELECT count(*) AS n FROM orders').get()).toEqual({ n: 0 })
  other.exec('DROP TRIGGER fault')
  other.close()
  expect(metrics()).toMatchObject({ records: 0, queued: 15 })
  expect(journal.commit()).toBe(15)
  expect(journal.recover()?.balance).toBe(money('9995.69999'))
  journal.close()
  expect(verified(file)).toEqual({ ok: true, records: 15 })
})

test('many states of one order in one commit leave its first record and its newest state', () => {
  const file = temporaryFile()
  writeJournal(file, [...started, ...openingRecords(1, START_MS)])
  const db = openReadOnly(file)
  expect(db.prepare(`SELECT first_seq, seq, state FROM orders WHERE client_order_id = 'TW1'`).get()).toEqual({
    first_seq: 4,
    seq: 8,
    state: 'filled',
  })
  db.close()
})

test('metrics tell records, size and the slow end of the commits', () => {
  const { journal, metrics } = openJournal(temporaryFile())
  expect(metrics()).toMatchObject({ records: 0, queued: 0, durableCommits: 0, commitP99Ms: 0 })
  for (const record of started) journal.append(record)
  journal.commit()
  expect(metrics()).toMatchObject({ records: 2, queued: 0 })
  expect(metrics().commitP99Ms).toBeGreaterThan(0)
  expect(metrics().bytes).toBeGreaterThan(4096)
  journal.close()
})

test('closing commits what is queued, and may be repeated', () => {
  const file = temporaryFile()
  const { journal } = openJournal(file)
  for (const record of started) journal.append(record)
  journal.close()
  journal.close()
  expect(verified(file)).toEqual({ ok: true, records: 2 })
})

test('the file is for its owner alone', () => {
  const file = temporaryFile()
  const { journal } = openJournal(file)
  for (const record of started) journal.append(record)
  journal.commit()
  for (const name of readdirSync(path.dirname(file))) expect(statSync(path.join(path.dirname(file), name)).mode & 0o077).toBe(0)
  journal.close()
})

test('a file that is no database is set aside unchanged, with a warning, and a new journal started', () => {
  const file = temporaryFile()
  const garbage = Buffer.alloc(20_000, 'not a database')
  writeFileSync(file, garbage)
  const { journal, warnings } = openJournal(file, { nowMs: () => START_MS })
  const aside = `${file}.damaged-2026-01-05T00-00-00-000Z`
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toContain(aside)
  expect(readFileSync(aside)).toEqual(garbage)
  expect(journal.recover()).toBeNull()
  journal.close()
})

test('a file with overwritten pages is set aside', () => {
  const file = temporaryFile()
  writeJournal(file, [...started, ...Array.from({ length: 50 }, (_, n) => openingRecords(n + 1, START_MS + n)).flat()])
  const bytes = readFileSync(file)
  bytes.fill(0xa5, 4096 * 10, 4096 * 30)
  writeFileSync(file, bytes)
  const { journal, warnings, metrics } = openJournal(file, { nowMs: () => START_MS })
  expect(warnings).toHaveLength(1)
  expect(readFileSync(`${file}.damaged-2026-01-05T00-00-00-000Z`)).toEqual(bytes)
  expect(metrics().records).toBe(0)
  journal.close()
})

test('a chain that was tampered with near its end is set aside together with its log', () => {
  const file = temporaryFile()
  writeJournal(file, [...started, ...openingRecords(1, START_MS)])
  const db = openReadWrite(file)
  db.exec(`DROP TRIGGER records_are_never_changed; UPDATE records SET body = replace(body, '10000', '90000') WHERE seq = 2`)
  db.close()
  const { journal, warnings } = openJournal(file)
  expect(warnings[0]).toContain('record 2')
  expect(readdirSync(path.dirname(file)).filter((name) => name.includes('.damaged-'))).not.toEqual([])
  journal.close()
})

test('a journal from a newer program is refused and left as it is', () => {
  const file = temporaryFile()
  writeJournal(file, started)
  const db = openReadWrite(file)
  db.pragma(`user_version = ${SCHEMA_VERSION + 1}`)
  db.close()
  const before = readFileSync(file)
  expect(() => openJournal(file)).toThrow(new RegExp(`schema version ${SCHEMA_VERSION + 1}, this program knows ${SCHEMA_VERSION}`))
  expect(codeOf(() => openJournal(file))).toBe('newer_schema')
  expect(readFileSync(file)).toEqual(before)
})

test('an older journal is copied, then migrated, and keeps its records', () => {
  const file = temporaryFile()
  const old = openReadWrite(file)
  old.pragma('journal_mode = WAL')
  migrate(old, MIGRATIONS.slice(0, 1))
  old.close()
  const { journal } = openJournal(file, { nowMs: () => START_MS })
  const copy = `${file}.v1-2026-01-05T00-00-00-000Z.backup`
  expect(existsSync(copy)).toBe(true)
  const copied = openReadOnly(copy)
  expect(copied.pragma('user_version', { simple: true })).toBe(1)
  copied.close()
  for (const record of started) journal.append(record)
  journal.close()
  expect(verified(file)).toEqual({ ok: true, records: 2 })
  const now = openReadOnly(file)
  expect(now.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION)
  expect(now.prepare('SELECT count(*) AS n FROM lab_runs').get()).toEqual({ n: 0 })
  now.close()
})

test('a step that fails leaves the schema at the step before it', () => {
  const file = temporaryFile()
  const db = openReadWrite(file)
  const broken = { name: '0002-broken', sql: 'CREATE TABLE half (a INTEGER) STRICT; CREATE TABLE half (a INTEGER) STRICT;' }
  expect(() => migrate(db, [...MIGRATIONS.slice(0, 1), broken])).toThrow(/already exists/)
  expect(db.pragma('user_version', { simple: true })).toBe(1)
  expect(db.prepare(`SELECT count(*) AS n FROM sqlite_schema WHERE name = 'half'`).get()).toEqual({ n: 0 })
  db.close()
})

test('a file whose schema steps are not the released ones counts as damaged', () => {
  const file = temporaryFile()
  writeJournal(file, started)
  const db = openReadWrite(file)
  db.exec(`UPDATE schema_migrations SET checksum = 'other' WHERE version = 1`)
  db.close()
  const { journal, warnings } = openJournal(file)
  expect(warnings[0]).toContain('schema step 1')
  journal.close()
})

test('records can neither be changed nor deleted through SQL', () => {
  const file = temporaryFile()
  writeJournal(file, started)
  const db = openReadWrite(file)
  expect(() => db.exec(`UPDATE records SET body = '{}'`)).toThrow(/append-only/)
  expect(() => db.exec('DELETE FROM records')).toThrow(/append-only/)
  db.close()
})

test('a folder that does not exist is named', () => {
  const file = path.join(temporaryFolder(), 'missing', 'journal.db')
  expect(codeOf(() => openJournal(file))).toBe('cannot_open')
  expect(() => openJournal(file)).toThrow(file)
})

test('a folder without write permission gives one clear error and loses nothing', () => {
  const file = temporaryFile()
  writeJournal(file, started)
  const before = readFileSync(file)
  const folder = path.dirname(file)
  for (const name of readdirSync(folder)) chmodSync(path.join(folder, name), 0o444)
  chmodSync(folder, 0o555)
  try {
    // Permissions do not bind the superuser: there, an ordinary user's process has to try.
    const asOrdinary = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const writer = new URL('../../src-main/adapters/journal/writer.ts', import.meta.url).pathname
    const program = `import(${JSON.stringify(writer)}).then(({ openJournal }) => { try { openJournal(${JSON.stringify(file)}); console.log('opened') } catch (error) { console.log(error.code) } })`
    expect(
      execFileSync(process.execPath, ['-e', program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], ...asOrdinary }).trim(),
    ).toBe('read_only')
  } finally {
    chmodSync(folder, 0o755)
  }
  expect(readFileSync(file)).toEqual(before)
})

test('a worker that is terminated with an open journal leaves it free for the next one', async () => {
  const file = temporaryFile()
  const writer = new URL('../../src-main/adapters/journal/writer.ts', import.meta.url).href
  // Held by the global object: a journal that nothing refers to is closed by the garbage collector, and its lock with it.
  const code = `import(${JSON.stringify(writer)}).then(({ openJournal }) => { globalThis.opened = openJournal(${JSON.stringify(file)}); require('node:worker_threads').parentPort.postMessage('open'); setInterval(() => {}, 1000) })`
  const worker = new Worker(code, { eval: true })
  await new Promise((resolve) => worker.once('message', resolve))
  expect(codeOf(() => openJournal(file))).toBe('locked')
  await worker.terminate()
  const { journal } = openJournal(file)
  for (const record of started) journal.append(record)
  expect(journal.commit()).toBe(2)
  journal.close()
})

test('orders about to leave and changes of the trading state wait for the disk, other records do not', () => {
  const { journal, metrics } = openJournal(temporaryFile())
  const waits = (records: readonly JournalRecord[]): boolean => {
    const before = metrics().durableCommits
    for (const record of records) journal.append(record)
    journal.commit()
    return metrics().durableCommits > before
  }
  const order = (events: readonly OrderEvent[]): JournalRecord => ({
    kind: 'order',
    tsMs: START_MS,
    body: orderAfter(orderRequest(1), events, START_MS),
  })
  const halted: JournalRecord = { kind: 'risk_state', tsMs: START_MS, body: riskState({ tradingState: 'halted' }) }
  expect(waits([equityRecord(START_MS, 1)])).toBe(false)
  expect(waits([equityRecord(START_MS, 1), order([])])).toBe(true)
  expect(waits([order([{ type: 'submit' }])])).toBe(true)
  expect(waits([order([{ type: 'submit' }, { type: 'lose_track', reason: 'timeout' }])])).toBe(false)
  expect(waits([halted])).toBe(true)
  expect(waits([halted])).toBe(false)
  journal.close()
})

test('the setting decides: every commit may wait for the disk, or none', () => {
  for (const [durability, durableCommits] of [
    ['every_commit', 1],
    ['process', 0],
  ] as const) {
    const opened = openJournal(temporaryFile(), { durability })
    opened.journal.append({ kind: 'order', tsMs: START_MS, body: orderAfter(orderRequest(1), [], START_MS) })
    opened.journal.commit()
    expect(opened.metrics().durableCommits).toBe(durableCommits)
    opened.journal.close()
  }
})
