// Files of market data in a folder of their own, and their import into a store.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { type ImportOptions, type ImportRequest, importFile } from '../../src-main/adapters/market-store/importers/import-file.ts'
import type { SqliteMarketStore } from '../../src-main/adapters/market-store/market-store.ts'
import type { Candle } from '../../src-shared/domain/candle.ts'
import { NOW_MS } from './market-store.ts'

/** Writes the file and returns its path; removed when the test is over. */
export function temporaryMarketFile(fileName: string, content: string | Buffer): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'market-file-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = path.join(folder, fileName)
  writeFileSync(file, content)
  return file
}

export const KLINES_HEADER =
  'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore'
/** A line of the exchange's archive; `perMs` 1000 for microseconds. */
export const klineLine = ({ openTimeMs, open, high, low, close, volume }: Candle, perMs = 1): string =>
  [openTimeMs * perMs, open, high, low, close, volume, (openTimeMs + 59_999) * perMs, '0', 12, '0', '0', 0].join(',')
export const klinesText = (candles: readonly Candle[], { header = true, perMs = 1 } = {}): string =>
  [...(header ? [KLINES_HEADER] : []), ...candles.map((candle) => klineLine(candle, perMs)), ''].join('\n')

const KLINES_REQUEST = {
  format: 'binance-klines',
  venue: 'binanceusdm',
  instrumentId: 'BTC/USDT:USDT',
  kind: 'candles',
  timeframe: '1m',
  columns: null,
} as const

/** Imports the content as a file of this name; one-minute klines of BTC unless told otherwise. */
export function importContent(
  store: SqliteMarketStore,
  file: { readonly name: string; readonly content: string | Buffer },
  request: Partial<ImportRequest> & Partial<Pick<ImportOptions, 'signal' | 'onProgress'>> = {},
) {
  const { signal, onProgress, ...rest } = request
  const options = { nowMs: NOW_MS, ...(signal && { signal }), ...(onProgress && { onProgress }) }
  return importFile(store, { ...KLINES_REQUEST, path: temporaryMarketFile(file.name, file.content), fileName: file.name, ...rest }, options)
}
