// What a file is, told by its name and its first bytes.
import { instrumentId } from '../../../../src-shared/domain/ids.ts'
import type { SeriesKind } from '../../../../src-shared/domain/series.ts'
import { type Timeframe, isTimeframe } from '../../../../src-shared/domain/time.ts'
import { archiveKindOf } from './binance-archive.ts'
import { FEATHER_MAGIC } from './feather-format.ts'

/** As in the bridge's ImportPreview. */
export type FileFormat = 'binance-klines' | 'binance-funding' | 'binance-trades' | 'freqtrade-json' | 'freqtrade-feather' | 'generic-csv'

export type NameGuess = {
  readonly instrumentId: string | null
  readonly timeframe: Timeframe | null
  /** Null where the name says nothing of it. */
  readonly kind: SeriesKind | null
}

const BINANCE_NAME = /^([A-Z0-9]+)-(\w+)-\d{4}-\d{2}/
const FREQTRADE_NAME = /^([A-Z0-9]+)_([A-Z0-9]+)(?:_([A-Z0-9]+))?-(\w+?)(?:-(\w+))?\.(?:json|feather)/i

/** From names such as BTCUSDT-1m-2024-01.zip, BTCUSDT-fundingRate-2024-01.csv and BTC_USDT_USDT-1m-futures.feather. */
export function guessFromName(fileName: string): NameGuess {
  const freqtrade = FREQTRADE_NAME.exec(fileName)
  if (freqtrade !== null) {
    const [, base = '', quote = '', settle = quote, word = '', type = 'spot'] = freqtrade
    const kind = type === 'funding_rate' ? 'funding' : 'candles'
    return { instrumentId: knownId(`${base}/${quote}:${settle}`), timeframe: kind === 'candles' ? timeframeOf(word) : null, kind }
  }
  const [, symbol = '', word = ''] = BINANCE_NAME.exec(fileName) ?? []
  return { instrumentId: knownId(symbol), timeframe: timeframeOf(word), kind: kindOf(word) }
}
const timeframeOf = (word: string): Timeframe | null => (isTimeframe(word) ? word : null)
function kindOf(word: string): SeriesKind | null {
  if (/^funding(Rate)?$/i.test(word)) return 'funding'
  if (/^(agg)?trades$/i.test(word)) return 'trades'
  return /^\d+[mhdwM]$|^1mo$/.test(word) ? 'candles' : null
}
function knownId(text: string): string | null {
  try {
    return instrumentId(text)
  } catch {
    return null
  }
}

export type ContentGuess = { readonly format: FileFormat; readonly kind: SeriesKind | null }

/** From the unpacked beginning: bytes for feather and JSON, for CSV its first row as well. */
export function guessFromContent(beginning: Uint8Array, firstRow: readonly string[] | null): ContentGuess {
  const text = Buffer.from(beginning.buffer, beginning.byteOffset, Math.min(beginning.length, 64)).toString('latin1')
  if (text.startsWith(FEATHER_MAGIC) || text.startsWith('FEA1')) return { format: 'freqtrade-feather', kind: 'candles' }
  if (/^\s*\[/.test(text)) return { format: 'freqtrade-json', kind: 'candles' }
  switch (firstRow === null ? null : archiveKindOf(firstRow)) {
    case 'klines':
      return { format: 'binance-klines', kind: 'candles' }
    case 'funding':
      return { format: 'binance-funding', kind: 'funding' }
    case 'aggTrades':
    case 'trades':
      return { format: 'binance-trades', kind: 'trades' }
    case null:
      return { format: 'generic-csv', kind: null }
  }
}
