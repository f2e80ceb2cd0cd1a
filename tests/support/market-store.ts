// A market store in a folder of its own, and rows to put into it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { inferredInstrument } from '../../src-main/adapters/market-store/inferred-instrument.ts'
import { type MarketStoreOptions, type SqliteMarketStore, openMarketStore } from '../../src-main/adapters/market-store/market-store.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'
import type { MarketStore, SeriesImport } from '../../src-main/core/ports/market-store.ts'
import type { Candle } from '../../src-shared/domain/candle.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import type { DataPassport, SeriesKind, SeriesRef } from '../../src-shared/domain/series.ts'
import type { Timeframe } from '../../src-shared/domain/time.ts'

export const EVERYTHING = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER } as const
/** The begin of 2024, on the grid of every timeframe. */
export const START_MS = 1_704_067_200_000
export const NOW_MS = 1_750_000_000_000

export function temporaryStoreFile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'market-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return path.join(folder, 'market.db')
}
/** Closed when the test is over. */
export function openTemporaryStore(file = temporaryStoreFile(), options: MarketStoreOptions = {}): SqliteMarketStore {
  const store = openMarketStore(file, { nowMs: () => NOW_MS, ...options })
  onTestFinished(() => store.close())
  return store
}

export const refOf = (kind: SeriesKind, timeframe: Timeframe | null = kind === 'candles' ? '1m' : null): SeriesRef => ({
  venue: 'binanceusdm',
  instrumentId: instrumentId('BTC/USDT:USDT'),
  kind,
  timeframe,
})
export const importOf = (ref: SeriesRef, name = 'test.csv'): SeriesImport => ({
  ref,
  instrument: inferredInstrument(ref, { price: 1, quantity: 3 }),
  instrumentFrom: 'bundled',
  source: { kind: 'file', name, importedMs: NOW_MS, sha256: null },
})

export function candleColumns(candles: readonly Candle[]): CandleColumns {
  const column = (name: keyof Candle): Float64Array => Float64Array.from(candles, (candle) => candle[name])
  return {
    openTimeMs: column('openTimeMs'),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  }
}
/** A number from 0 to 999 that looks drawn, the same each time. */
const noise = (n: number): number => (Math.imul(Math.imul(n, 0x9e3779b1) ^ (n >>> 7), 0x85ebca6b) >>> 8) % 1_000
/** A market on a grid of tenths and thousandths, the same each time. */
export const wavyCandle = (openTimeMs: number): Candle => {
  const n = openTimeMs / 60_000
  const tenths = (value: number): number => Math.round(value * 10) / 10
  const at = (minute: number): number => tenths(30_000 + 500 * Math.sin(minute / 300) + noise(minute) / 20)
  const [open, close] = [at(n), at(n + 1)]
  return {
    openTimeMs,
    open,
    close,
    high: tenths(Math.max(open, close) + noise(3 * n) / 30),
    low: tenths(Math.min(open, close) - noise(5 * n) / 30),
    volume: (1 + noise(7 * n) * 1_000 + noise(11 * n)) / 1000,
  }
}
/** Candles of one minute, of which some rows may be left out. */
export const minutes = (from: number, to: number, isThere: (row: number) => boolean = () => true): Candle[] =>
  Array.from({ length: to - from }, (_, row) => from + row)
    .filter(isThere)
    .map((row) => wavyCandle(START_MS + row * 60_000))

export function importCandles(store: MarketStore, candles: readonly Candle[], ref = refOf('candles')): DataPassport {
  const writer = store.begin(importOf(ref))
  writer.addCandles(candleColumns(candles))
  return writer.finish()
}
