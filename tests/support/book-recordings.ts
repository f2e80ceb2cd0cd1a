// Recorded streams of Binance for tests: the slice that is always here, and the whole recordings where the shared data is.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { ByteDecoder } from '../../src-main/adapters/binance-stream/byte-decoder.ts'
import { RawLines } from '../../src-main/adapters/replay/raw-lines.ts'
import type { PriceGrid } from '../../src-main/core/market/book-grid.ts'
import { MarketMessage } from '../../src-main/core/ports/market-messages.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import type { Instrument } from '../../src-shared/domain/instrument.ts'
import { money, price, quantity, rate } from '../../src-shared/domain/decimal.ts'

export type BookRecording = { readonly file: string; readonly marketId: string; readonly grid: PriceGrid }

export const TENTH: PriceGrid = { decimals: 1, step: 1, scale: 10 }
export const HUNDREDTH: PriceGrid = { decimals: 2, step: 1, scale: 100 }
const SLICE = resolve(import.meta.dirname, '../fixtures/book/BTCUSDT-raw-20s.jsonl.gz')
const SHARED = resolve(import.meta.dirname, '../../../shared/data/book')

export const SHARED_RECORDINGS: readonly BookRecording[] = [
  { file: 'binance-usdm/BTCUSDT-raw-2023-04-04T2358', marketId: 'BTCUSDT', grid: TENTH },
  { file: 'binance-usdm/BTCUSDT-raw-2024-08-08T2354', marketId: 'BTCUSDT', grid: TENTH },
  { file: 'binance-usdm/ETHUSDT-raw-2024-08-08T2354', marketId: 'ETHUSDT', grid: HUNDREDTH },
  { file: 'binance-coinm/BTCUSD_PERP-raw-2024-08-08T2354', marketId: 'BTCUSD_PERP', grid: TENTH },
  { file: 'binance-spot/BTCUSDT-raw-2024-08-08T2354', marketId: 'BTCUSDT', grid: HUNDREDTH },
]
export const hasSharedRecordings = existsSync(SHARED)
export const sharedBytes = ({ file }: BookRecording): Uint8Array => gunzipSync(readFileSync(resolve(SHARED, `${file}.jsonl.gz`)))
export const sliceBytes = (): Uint8Array => gunzipSync(readFileSync(SLICE))

/** Calls back with each message of a recording that can be read, always the same object; throws for one that cannot. */
export function eachMessage(
  bytes: Uint8Array,
  of: Pick<BookRecording, 'marketId' | 'grid'>,
  each: (message: MarketMessage) => void,
): ByteDecoder {
  const decoder = new ByteDecoder([of])
  const message = new MarketMessage()
  const lines = new RawLines(bytes)
  while (lines.next()) {
    message.instrument = 0
    const fault = decoder.decode(bytes, lines, message)
    if (fault !== null) throw new Error(fault)
    each(message)
  }
  return decoder
}

export const BTC_PERPETUAL: Instrument = {
  id: instrumentId('BTC/USDT:USDT'),
  venue: 'binanceusdm',
  base: 'BTC',
  quote: 'USDT',
  settle: 'USDT',
  tickSize: price('0.1'),
  lotSize: quantity('0.001'),
  minQuantity: quantity('0.001'),
  maxQuantity: quantity('1000'),
  maxMarketQuantity: quantity('120'),
  minNotional: money('100'),
  contractSize: quantity('1'),
  makerFeeRate: rate('0.0002'),
  takerFeeRate: rate('0.0005'),
  maintenanceMarginRate: rate('0.004'),
  leverageMax: 125,
}
