// Each record carries the hash of its predecessor, so that no record can be changed, removed or put in between unnoticed.
import { hash } from 'node:crypto'

/** What the first record names as its predecessor. */
export const GENESIS_HASH = '0'.repeat(64)

const DOMAIN = 'tradewright.journal.v1'

export type ChainedRecord = { readonly seq: number; readonly tsMs: number; readonly kind: string; readonly body: string }

/**
 * SHA-256, in lower-case hex, of the UTF-8 text
 *
 *     tradewright.journal.v1 \n previous hash in hex \n seq \n tsMs \n kind \n body
 *
 * without the blanks. The first line keeps these hashes apart from any other use of SHA-256. Only the last field is free text: the ones
 * before it cannot hold a line feed, so no two different records give the same input. The newest records can be cut off without
 * breaking the chain; whoever wants proof against that keeps the head hash, which verification reports, somewhere else.
 */
export const hashRecord = (previousHash: string, record: ChainedRecord): string =>
  hash('sha256', `${DOMAIN}\n${previousHash}\n${record.seq}\n${record.tsMs}\n${record.kind}\n${record.body}`, 'hex')
