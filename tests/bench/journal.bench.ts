// How many records the journal takes, one per commit and a thousand per commit, with hash chain and projections,
// against the least that SQLite could do in this very process: the same bodies inserted into one table without either.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { encodeBody } from '../../src-main/adapters/journal/record-codec.ts'
import { openReadOnly, openReadWrite } from '../../src-main/adapters/sqlite/database.ts'
import { verifyJournal } from '../../src-main/adapters/journal/verification.ts'
import { type JournalOptions, openJournal } from '../../src-main/adapters/journal/writer.ts'
import type { JournalRecord } from '../../src-shared/events/journal-record.ts'
import { START_MS, closingRecords, deposit, equityRecord, openingRecords, session } from '../support/journal-records.ts'

const SINGLE_COMMITS = 5_000
const BATCH = 1_000
const BATCHES = 12
const ROUNDS = 8
const DURABLE_COMMITS = 300

type Measured = { readonly recordsPerSecond: number; readonly p50Us: number; readonly p99Us: number }
type Sink = { write(records: readonly JournalRecord[]): void; close(): void }

const folder = mkdtempSync(path.join(tmpdir(), 'journal-bench-'))
let files = 0
const nextFile = (): string => path.join(folder, `${files++}.db`)

function journalSink(file: string, options: JournalOptions): Sink {
  const { journal } = openJournal(file, { queueMax: BATCH, ...options })
  journal.append(session('S1', START_MS))
  journal.append(deposit('10000', START_MS))
  journal.commit()
  return {
    write(records) {
      for (const record of records) journal.append(record)
      journal.commit()
    },
    close: () => journal.close(),
  }
}

function referenceSink(file: string): Sink {
  const db = openReadWrite(file)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = NORMAL')
  db.pragma('cache_size = -32000')
  db.exec(
    'CREATE TABLE records (seq INTEGER PRIMARY KEY, ts_ms INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, prev_hash BLOB NOT NULL, hash BLOB NOT NULL) STRICT',
  )
  const [begin, commit] = [db.prepare('BEGIN IMMEDIATE'), db.prepare('COMMIT')]
  const insert = db.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)')
  const noHash = Buffer.alloc(32)
  let seq = 0
  return {
    write(records) {
      begin.run()
      for (const record of records) insert.run(++seq, record.tsMs, record.kind, encodeBody(record), noHash, noHash)
      commit.run()
    },
    close: () => {
      db.close()
    },
  }
}

function measure(sink: Sink, records: readonly JournalRecord[], perCommit: number): Measured {
  const commits = Math.floor(records.length / perCommit)
  const micros = new Float64Array(commits)
  const startMs = performance.now()
  for (let commit = 0; commit < commits; commit++) {
    const batch = records.slice(commit * perCommit, (commit + 1) * perCommit)
    const beganMs = performance.now()
    sink.write(batch)
    micros[commit] = (performance.now() - beganMs) * 1_000
  }
  const seconds = (performance.now() - startMs) / 1_000
  micros.sort()
  const at = (share: number): number => micros[Math.min(commits - 1, Math.floor(commits * share))] ?? 0
  return { recordsPerSecond: Math.round((commits * perCommit) / seconds), p50Us: at(0.5), p99Us: at(0.99) }
}

const take = (count: number, make: (n: number) => readonly JournalRecord[]): JournalRecord[] => {
  const records: JournalRecord[] = []
  for (let n = 1; records.length < count; n++) records.push(...make(n))
  return records.slice(0, count)
}
const story = (n: number): JournalRecord[] => [...openingRecords(n, START_MS + n), ...closingRecords(n, START_MS + n)]
const KINDS: Readonly<Record<string, (n: number) => readonly JournalRecord[]>> = {
  equity: (n) => [equityRecord(START_MS + n, 10_000 + n)],
  fills: (n) => story(n).filter((record) => record.kind === 'fill'),
  orders: (n) => story(n).filter((record) => record.kind === 'order'),
  decisions: (n) => story(n).filter((record) => record.kind === 'decision'),
  /** 21 records of one round trip, as the engine writes them. */
  mixed: story,
}

/** Best of several short rounds, the two sinks in turn, so that a slow moment of the machine falls on neither of them alone. */
function compare(make: (n: number) => readonly JournalRecord[], perCommit: number, count: number) {
  const records = take(count, make)
  const best = { journal: none, reference: none }
  for (let round = 0; round < ROUNDS; round++) {
    for (const which of ['journal', 'reference'] as const) {
      const sink = which === 'journal' ? journalSink(nextFile(), { durability: 'process' }) : referenceSink(nextFile())
      globalThis.gc?.()
      const measured = measure(sink, records, perCommit)
      sink.close()
      if (measured.recordsPerSecond > best[which].recordsPerSecond) best[which] = measured
    }
  }
  return { bytes: Math.round(records.slice(0, 1_000).reduce((total, record) => total + encodeBody(record).length, 0) / 1_000), ...best }
}
const none: Measured = { recordsPerSecond: 0, p50Us: 0, p99Us: 0 }

function main(): void {
  const summary: Record<string, number> = {}
  console.log('kind       bytes  per commit  records/s  p50 us  p99 us  reference/s  ratio')
  for (const [kind, make] of Object.entries(KINDS)) {
    for (const [mode, perCommit, count] of [
      ['single', 1, SINGLE_COMMITS],
      ['batched', BATCH, BATCH * BATCHES],
    ] as const) {
      const { bytes, journal, reference } = compare(make, perCommit, count)
      const ratio = journal.recordsPerSecond / reference.recordsPerSecond
      const cells = [
        kind.padEnd(9),
        bytes,
        perCommit,
        journal.recordsPerSecond,
        journal.p50Us.toFixed(1),
        journal.p99Us.toFixed(1),
        reference.recordsPerSecond,
        ratio.toFixed(2),
      ]
      console.log(cells.join('\t'))
      summary[`${kind}_${mode}_records_per_s`] = journal.recordsPerSecond
      summary[`${kind}_${mode}_commit_p50_us`] = round(journal.p50Us)
      summary[`${kind}_${mode}_commit_p99_us`] = round(journal.p99Us)
      summary[`${kind}_${mode}_share_of_reference`] = round(ratio)
    }
  }
  const durable = measure(journalSink(nextFile(), { durability: 'every_commit' }), take(DURABLE_COMMITS, story), 1)
  console.log(`one record per commit, waiting for the disk: p50 ${durable.p50Us.toFixed(0)} us, p99 ${durable.p99Us.toFixed(0)} us`)
  summary['mixed_durable_commit_p50_us'] = round(durable.p50Us)
  summary['mixed_durable_commit_p99_us'] = round(durable.p99Us)
  summary['verify_records_per_s'] = verifyRate()
  console.log(`verification: ${summary['verify_records_per_s']} records/s`)
  console.log(JSON.stringify(summary))
}
const round = (value: number): number => Math.round(value * 100) / 100

function verifyRate(): number {
  const file = nextFile()
  const sink = journalSink(file, { durability: 'process' })
  const records = take(BATCH * BATCHES, story)
  for (let from = 0; from < records.length; from += BATCH) sink.write(records.slice(from, from + BATCH))
  sink.close()
  const db = openReadOnly(file)
  const startMs = performance.now()
  const { ok, records: count } = verifyJournal(db)
  const seconds = (performance.now() - startMs) / 1_000
  db.close()
  if (!ok) throw new Error('the journal of the benchmark does not verify')
  return Math.round(count / seconds)
}

try {
  main()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
