// Books of the fake engine: twenty levels a side around a price, quantities that follow a seed, a few trades.
import type { Payload } from '../../src-shared/bridge/contract.ts'
import { seededRandom } from './fake-market.ts'

export type BookFrame = Payload<'book'>
type Options = {
  readonly instrumentId: string
  readonly tsMs: number
  readonly mid: number
  readonly tick?: number
  readonly levels?: number
  readonly seed?: number
}

/** One synced frame. The same options give the same frame. */
export function fakeBookFrame({ instrumentId, tsMs, mid, tick = 0.1, levels = 20, seed = 1 }: Options): BookFrame {
  const random = seededRandom(seed)
  const quantity = () => Number((0.05 + random() ** 4 * 12).toFixed(3))
  const price = (steps: number) => Number((Math.round(mid / tick + steps) * tick).toFixed(6))
  const side = (direction: 1 | -1) => Array.from({ length: levels }, (_, i): [number, number] => [price(direction * (i + 1)), quantity()])
  const trades = Array.from({ length: Math.floor(random() * 5) }, (_, i) => {
    const buy = random() > 0.5
    return {
      tsMs: tsMs - 40 + i,
      price: price(buy ? 1 : -1),
      quantity: Number((0.001 + random() ** 6 * 5).toFixed(3)),
      side: buy ? ('buy' as const) : ('sell' as const),
    }
  })
  return { instrumentId, tsMs, state: 'synced', detail: '', bids: side(-1), asks: side(1), trades, resyncs: 0 }
}

/** Frames of a price that wanders, four a second. */
export function fakeBookFrames(count: number, options: Pick<Options, 'instrumentId' | 'tsMs' | 'mid'>): BookFrame[] {
  const random = seededRandom(99)
  let mid = options.mid
  return Array.from({ length: count }, (_, i) => {
    mid += (random() - 0.5) * 0.8
    return fakeBookFrame({ ...options, tsMs: options.tsMs + i * 250, mid, seed: 1000 + Math.floor(i / 6) })
  })
}
