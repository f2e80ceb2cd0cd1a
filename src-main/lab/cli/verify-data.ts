// Whether stored market data is still what was stored: every value is read again and hashed.
import type { DataPassport } from '../../../src-shared/domain/series.ts'
import { DAY_MS } from '../../../src-shared/domain/time.ts'
import { unreachable } from '../../../src-shared/domain/result.ts'
import { ContentHash } from '../../adapters/market-store/content-hash.ts'
import { MarketStoreError } from '../../adapters/market-store/market-store-error.ts'
import type { MarketStoreReader, TimeRange } from '../../core/ports/market-store.ts'

/** Read at a time: a month of minutes is two megabytes. */
const WINDOW_MS = 30 * DAY_MS

/** Null when all is well; otherwise one sentence. */
export function seriesFault(store: MarketStoreReader, { id, ref, fromMs, toMs, rows, contentHash }: DataPassport): string | null {
  try {
    let hash: ContentHash | null = null
    let found = 0
    for (let startMs = fromMs; startMs <= toMs; startMs += WINDOW_MS) {
      const columns = columnsOf(store, { id, ref }, { fromMs: startMs, toMs: Math.min(toMs, startMs + WINDOW_MS - 1) })
      hash ??= new ContentHash(ref.kind, columns.length)
      const count = columns[0]?.length ?? 0
      hash.visit(columns, count)
      found += count
    }
    if (found !== rows) return `${found} rows were found, expected ${rows}`
    const digest = hash?.digest() ?? contentHash
    return digest === contentHash ? null : `its values have the hash ${digest}, expected ${contentHash}`
  } catch (cause) {
    if (cause instanceof MarketStoreError) return cause.message
    throw cause
  }
}

function columnsOf(store: MarketStoreReader, { id, ref }: Pick<DataPassport, 'id' | 'ref'>, range: TimeRange): Float64Array[] {
  switch (ref.kind) {
    case 'candles': {
      const { openTimeMs, open, high, low, close, volume } = store.candles(id, range)
      return [openTimeMs, open, high, low, close, volume]
    }
    case 'funding': {
      const { timeMs, rate } = store.funding(id, range)
      return [timeMs, rate]
    }
    case 'trades': {
      const { timeMs, price, quantity, side } = store.trades(id, range)
      return [timeMs, price, quantity, Float64Array.from(side)]
    }
    default:
      return unreachable(ref.kind, 'kind of a series')
  }
}
