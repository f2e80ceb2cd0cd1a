// Files as the exchange publishes them (data.binance.vision): with a header since 2022 on futures, without one on spot; times in
// milliseconds, on spot in microseconds since 2025. https://github.com/binance/binance-public-data
import { sideOfMaker } from './cell-values.ts'
import { ExactWidth, NumbersReader, type RowReader, TimeCell, TradesReader } from './row-reader.ts'

const KLINES = 'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore'
const FUNDING = 'calc_time,funding_interval_hours,last_funding_rate'
const AGG_TRADES = 'agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker'
const TRADES = 'id,price,qty,quote_qty,time,is_buyer_maker'

const widthOf = (columns: string): number => columns.split(',').length

export type ArchiveKind = 'klines' | 'funding' | 'aggTrades' | 'trades'
type Layout = { readonly columns: string; readonly widths: readonly number[] }
const LAYOUTS: Readonly<Record<ArchiveKind, Layout>> = {
  klines: { columns: KLINES, widths: [widthOf(KLINES)] },
  funding: { columns: FUNDING, widths: [widthOf(FUNDING)] },
  // Spot adds is_best_match to both.
  aggTrades: { columns: AGG_TRADES, widths: [widthOf(AGG_TRADES), widthOf(AGG_TRADES) + 1] },
  trades: { columns: TRADES, widths: [widthOf(TRADES), widthOf(TRADES) + 1] },
}

const IS_WORD = /^[a-z_]+$/i
const IS_TRUTH = /^(true|false)$/i
/** The first cell of each header that the archive has had. */
const isHeader = (cells: readonly string[]): boolean => IS_WORD.test(cells[0] ?? '')

/** Which file of the archive begins with this row, or null. Told by its header, or by the number and shape of its columns. */
export function archiveKindOf(cells: readonly string[]): ArchiveKind | null {
  if (isHeader(cells)) {
    const first = cells.map((cell) => cell.toLowerCase())
    const kinds = Object.keys(LAYOUTS) as ArchiveKind[]
    return (
      kinds.find((kind) =>
        LAYOUTS[kind].columns
          .split(',')
          .slice(0, 3)
          .every((name, index) => first[index] === name),
      ) ?? null
    )
  }
  if (cells.length === widthOf(KLINES)) return 'klines'
  // What tells trades from aggregated ones without a header: whether the maker bought stands one column earlier.
  if (LAYOUTS.trades.widths.includes(cells.length) && IS_TRUTH.test(cells[5] ?? '')) return 'trades'
  if (LAYOUTS.aggTrades.widths.includes(cells.length) && IS_TRUTH.test(cells[6] ?? '')) return 'aggTrades'
  return null
}

/** Reads rows as wide as `width`, which is that of the first row. The error is what is wrong with that. */
export function archiveReader(kind: ArchiveKind, width: number): RowReader | string {
  const { columns, widths } = LAYOUTS[kind]
  if (!widths.includes(width)) return `has ${width} columns, expected ${widths.join(' or ')}: ${columns}`
  return new ExactWidth(readerOf(kind), width, columns)
}
export const isArchiveHeader = isHeader

function readerOf(kind: ArchiveKind): RowReader {
  const number = (name: string, index: number) => ({ name, index })
  const maker = { of: sideOfMaker, words: 'true or false (is_buyer_maker)' }
  switch (kind) {
    case 'klines': {
      const numbers = ['open', 'high', 'low', 'close', 'volume'].map((name, index) => number(name, index + 1))
      return new NumbersReader({ cell: new TimeCell(null), index: 0 }, numbers)
    }
    case 'funding':
      return new NumbersReader({ cell: new TimeCell(null), index: 0 }, [{ name: 'last_funding_rate', index: 2, mayBeNegative: true }])
    case 'aggTrades':
      return new TradesReader(new NumbersReader({ cell: new TimeCell(null), index: 5 }, [number('price', 1), number('quantity', 2)]), {
        ...maker,
        index: 6,
      })
    case 'trades':
      return new TradesReader(new NumbersReader({ cell: new TimeCell(null), index: 4 }, [number('price', 1), number('qty', 2)]), {
        ...maker,
        index: 5,
      })
  }
}
