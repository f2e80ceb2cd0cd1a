// Bids to the left, asks to the right, best on top, each with a bar of what stands between it and the market.
import { formatNumber } from '../../format/numbers.ts'
import type { BookFrame } from '../../stores/book-state.ts'

export const LEVELS_SHOWN = 20
type Level = { readonly price: number; readonly quantity: number; readonly sum: number }
type Decimals = { readonly price: number; readonly quantity: number }

/** Levels with the quantity up to and including each of them. */
export function cumulated(levels: BookFrame['bids']): readonly Level[] {
  let sum = 0
  return levels.slice(0, LEVELS_SHOWN).map(([price, quantity]) => {
    sum += quantity
    return { price, quantity, sum }
  })
}

export function BookLadder({ frame, decimals }: { readonly frame: BookFrame; readonly decimals: Decimals }) {
  const [bids, asks] = [cumulated(frame.bids), cumulated(frame.asks)]
  const deepest = Math.max(bids.at(-1)?.sum ?? 0, asks.at(-1)?.sum ?? 0)
  const rows = Math.max(bids.length, asks.length)
  return (
    <table aria-label="Order book" className="w-full table-fixed text-2xs/[11px]">
      <thead className="tw-sr-only">
        <tr>
          <th scope="col">Bid quantity</th>
          <th scope="col">Bid price</th>
          <th scope="col">Ask price</th>
          <th scope="col">Ask quantity</th>
        </tr>
      </thead>
      <tbody>
        {Array.from({ length: rows }, (_, i) => (
          <tr key={i} className="h-[11px]">
            <Side level={bids[i]} deepest={deepest} decimals={decimals} side="bid" />
            <Side level={asks[i]} deepest={deepest} decimals={decimals} side="ask" />
          </tr>
        ))}
      </tbody>
    </table>
  )
}

type SideProps = { readonly level: Level | undefined; readonly deepest: number; readonly decimals: Decimals; readonly side: 'bid' | 'ask' }

function Side({ level, deepest, decimals, side }: SideProps) {
  const width = level && deepest > 0 ? `${(level.sum / deepest) * 100}%` : '0'
  const isBid = side === 'bid'
  const quantity = (
    <td
      className={`relative p-0 px-1 ${isBid ? 'text-left' : 'text-right'}`}
      title={level ? `${formatNumber(level.sum, decimals.quantity)} up to here` : ''}
    >
      {level && formatNumber(level.quantity, decimals.quantity)}
    </td>
  )
  // The bar grows from the middle of the ladder outwards, under both cells of its side.
  const price = (
    <td className={`relative p-0 px-1 ${isBid ? 'text-right text-up' : 'text-left text-down'}`}>
      <span
        className={`absolute inset-y-0 -z-10 ${isBid ? 'right-0 bg-up-soft' : 'left-0 bg-down-soft'}`}
        style={{ width: `calc(2 * ${width})` }}
        aria-hidden
      />
      {level && formatNumber(level.price, decimals.price)}
    </td>
  )
  return isBid ? (
    <>
      {quantity}
      {price}
    </>
  ) : (
    <>
      {price}
      {quantity}
    </>
  )
}
