// Real minute candles for the feature tests, features by name over them, and what agreement means.
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { type FeatureColumns, computeFeatures } from '../../src-main/core/features/feature-set.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'

function columnsOf(text: string, limit: number): CandleColumns {
  const rows = text
    .trim()
    .split('\n')
    .slice(1, limit + 1)
    .map((line) => line.split(',').map(Number))
  const column = (index: number) => Float64Array.from(rows, (row) => row[index] ?? NaN)
  return { openTimeMs: column(0), open: column(1), high: column(2), low: column(3), close: column(4), volume: column(5) }
}

/** Three days of BTC/USDT, 4320 candles of 1 minute. */
export const minuteCandles = (): CandleColumns =>
  columnsOf(readFileSync(new URL('../fixtures/features/btcusdt-1m.csv', import.meta.url), 'utf8'), 10_000)

const SHARED = new URL('../../../shared/data/candles/', import.meta.url)

/** The first `limit` candles of a file of the shared recordings, or null where they are not. */
export function sharedCandles(file: string, limit: number): CandleColumns | null {
  const url = new URL(file, SHARED)
  return existsSync(url) ? columnsOf(gunzipSync(readFileSync(url)).toString('utf8'), limit) : null
}

/** One feature over these columns. Throws when there is none of this name. */
export function featureOf(name: string, columns: FeatureColumns): Float64Array {
  const out = new Float64Array(columns.close.length)
  const computed = computeFeatures([name], columns, [out])
  if (!computed.ok) throw new Error(computed.error.message)
  return out
}

export type Agreement = {
  readonly ours: Float64Array
  /** Values of the other side, one per candle from candle `offset` on. */
  readonly theirs: ArrayLike<number | undefined>
  readonly offset: number
  /** First candle to compare, where a library seeds differently. */
  readonly from?: number
  /** What the error is relative to, where the value itself can be near zero. */
  readonly scale?: number
}

/** Both series are equal to 1e-9 relative (and to 1e-9 × `scale`), and at least 1000 candles were compared. */
export function expectAgreement(what: string, { ours, theirs, offset, from = 0, scale = 1 }: Agreement): void {
  let compared = 0
  for (let i = Math.max(from, offset); i < ours.length; i += 1) {
    const value = ours[i] ?? NaN
    const expected = theirs[i - offset] ?? NaN
    const agrees = Math.abs(value - expected) <= 1e-9 * Math.max(scale, Math.abs(expected))
    if (!agrees) throw new Error(`${what} at candle ${i}: ${value}, expected ${expected}`)
    compared += 1
  }
  expect(compared, what).toBeGreaterThanOrEqual(1000)
}
