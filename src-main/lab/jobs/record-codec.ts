// The record of a run as an artefact: columns as base64 of their bytes, exact amounts as text.
import type { RunRecord, RunSteps } from '../../core/analytics/run-record.ts'
import { decodeExact, encodeExact } from '../../engine/session-recorder.ts'

export type StoredRecord = { readonly steps: Readonly<Record<keyof RunSteps, string>>; readonly rest: string }

const text = ({ buffer, byteOffset, byteLength }: Float64Array | Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64')
/** Copied: a Buffer may begin anywhere in its memory, doubles must begin at a multiple of eight. */
const bytes = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(base64, 'base64'))
const doubles = (base64: string): Float64Array => new Float64Array(bytes(base64).buffer)

export function encodeRecord({ steps, ...rest }: RunRecord): StoredRecord {
  const { tsMs, equity, open, benchmark } = steps
  return { steps: { tsMs: text(tsMs), equity: text(equity), open: text(open), benchmark: text(benchmark) }, rest: encodeExact(rest) }
}

/** The inverse of {@link encodeRecord}, on the same kind of machine. Throws for anything else. */
export function decodeRecord(stored: unknown): RunRecord {
  const { steps, rest } = stored as StoredRecord
  const decoded = decodeExact(rest) as Omit<RunRecord, 'steps'>
  const { tsMs, equity, open, benchmark } = steps
  return { ...decoded, steps: { tsMs: doubles(tsMs), equity: doubles(equity), open: bytes(open), benchmark: doubles(benchmark) } }
}
