// Walks the chain: is each record the one that was written, and does it follow its predecessor?
import type { Database } from '../sqlite/database.ts'
import { GENESIS_HASH, hashRecord } from './hash-chain.ts'

export type ChainRow = {
  readonly seq: number
  readonly tsMs: number
  readonly kind: string
  readonly body: string
  readonly prevHash: Buffer
  readonly hash: Buffer
}
/** The last record that is known to be right. */
export type ChainHead = { readonly seq: number; readonly hash: string }
export const CHAIN_START: ChainHead = { seq: 0, hash: GENESIS_HASH }

export type ChainReader = {
  /** At most `limit` rows after this sequence number, in order. */
  after(seq: number, limit: number): readonly ChainRow[]
  headOf(): ChainHead
  at(seq: number): ChainHead | null
}

const COLUMNS = 'seq, ts_ms AS tsMs, kind, body, prev_hash AS prevHash, hash'

export function chainReader(db: Database): ChainReader {
  const after = db.prepare<[number, number], ChainRow>(`SELECT ${COLUMNS} FROM records WHERE seq > ? ORDER BY seq LIMIT ?`)
  const last = db.prepare<[], { seq: number; hash: Buffer }>('SELECT seq, hash FROM records ORDER BY seq DESC LIMIT 1')
  const at = db.prepare<[number], { seq: number; hash: Buffer }>('SELECT seq, hash FROM records WHERE seq = ?')
  const toHead = (row: { seq: number; hash: Buffer } | undefined): ChainHead | null =>
    row ? { seq: row.seq, hash: row.hash.toString('hex') } : null
  return {
    after: (seq, limit) => after.all(seq, limit),
    headOf: () => toHead(last.get()) ?? CHAIN_START,
    at: (seq) => (seq === 0 ? CHAIN_START : toHead(at.get(seq))),
  }
}

/** What is wrong with this row as the successor of `previous`, in one sentence that names its number, or null. */
export function linkFault(previous: ChainHead, row: ChainRow): string | null {
  if (row.seq !== previous.seq + 1) return `record ${previous.seq + 1} is missing`
  if (row.prevHash.toString('hex') !== previous.hash) return `record ${row.seq} does not name record ${previous.seq} as its predecessor`
  if (hashRecord(previous.hash, row) !== row.hash.toString('hex'))
    return `record ${row.seq} is not as it was written: its hash does not match`
  return null
}

/** Checks the newest `count` records. Returns the first fault, or null. */
export function tailFault(reader: ChainReader, count: number): string | null {
  const head = reader.headOf()
  const start = reader.at(Math.max(0, head.seq - count))
  if (!start) return `record ${Math.max(0, head.seq - count)} is missing`
  let previous = start
  for (const row of reader.after(start.seq, count)) {
    const fault = linkFault(previous, row)
    if (fault) return fault
    previous = { seq: row.seq, hash: row.hash.toString('hex') }
  }
  return previous.seq === head.seq ? null : `record ${previous.seq + 1} is missing`
}
