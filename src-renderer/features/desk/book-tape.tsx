// The newest trades, newest first. Big ones stand out by weight and a mark, not by colour alone.
import { formatNumber } from '../../format/numbers.ts'
import { formatUtc } from '../../format/times.ts'
import type { BookState } from '../../stores/book-state.ts'

type TapeProps = Pick<BookState, 'tape' | 'bigFrom'> & { readonly decimals: { readonly price: number; readonly quantity: number } }
/** More than ever fit; the rest of the tape is kept for judging what is big. */
const ROWS_MAX = 60

export function BookTape({ tape, bigFrom, decimals }: TapeProps) {
  if (tape.length === 0) return <p className="p-2 text-xs text-muted">No trade yet.</p>
  return (
    <table aria-label="Trades" className="w-full table-fixed text-2xs/[11px]">
      <thead className="tw-sr-only">
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Side</th>
          <th scope="col">Price</th>
          <th scope="col">Quantity</th>
        </tr>
      </thead>
      <tbody>
        {tape.slice(0, ROWS_MAX).map((trade, i) => {
          const big = bigFrom !== null && trade.quantity >= bigFrom
          const tone = trade.side === 'buy' ? 'text-up' : 'text-down'
          return (
            <tr key={`${tape.length} ${i}`} data-big={big || undefined} className={`h-[11px] ${big ? 'bg-hover font-semibold' : ''}`}>
              <td className="p-0 pl-1 text-muted">{formatUtc(trade.tsMs, 'time')}</td>
              <td className={`p-0 text-center ${tone}`}>{trade.side}</td>
              <td className={`p-0 text-right ${tone}`}>{formatNumber(trade.price, decimals.price)}</td>
              <td className="p-0 pr-1 text-right">
                {big && <span title="Among the largest of the last trades">● </span>}
                {formatNumber(trade.quantity, decimals.quantity)}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
