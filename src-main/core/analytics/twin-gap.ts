// Live trades beside the paper trades that came of the same signals, and what made the difference.

export type TwinSide = {
  readonly instrumentId: string
  readonly strategyId: string
  readonly side: 'long' | 'short'
  readonly openedMs: number
  readonly quantity: number
  readonly entryPrice: number
  readonly exitPrice: number
  readonly fees: number
  readonly funding: number
  readonly netPnl: number
}
/** Live minus paper in settlement currency, by cause. The parts add up to the total. */
export type TwinGap = {
  readonly entry: number
  readonly exit: number
  readonly fees: number
  readonly funding: number
  readonly size: number
  readonly total: number
}
export type TwinPair = { readonly live: TwinSide | null; readonly paper: TwinSide | null; readonly gap: TwinGap | null }

export const NO_GAP: TwinGap = { entry: 0, exit: 0, fees: 0, funding: 0, size: 0, total: 0 }

/**
 * The difference of two trades of one signal. Prices count for the live quantity; fees and funding of paper are scaled to it, and what that
 * scaling alone changes of paper's result is `size`: live − paper = entry + exit + fees + funding + size.
 */
export function twinGap(live: TwinSide, paper: TwinSide): TwinGap {
  const sign = live.side === 'long' ? 1 : -1
  const scale = paper.quantity > 0 ? live.quantity / paper.quantity : 0
  return {
    entry: (paper.entryPrice - live.entryPrice) * sign * live.quantity,
    exit: (live.exitPrice - paper.exitPrice) * sign * live.quantity,
    fees: paper.fees * scale - live.fees,
    funding: live.funding - paper.funding * scale,
    size: paper.netPnl * (scale - 1),
    total: live.netPnl - paper.netPnl,
  }
}

export const sumGaps = (gaps: readonly TwinGap[]): TwinGap =>
  gaps.reduce(
    (sum, gap) => ({
      entry: sum.entry + gap.entry,
      exit: sum.exit + gap.exit,
      fees: sum.fees + gap.fees,
      funding: sum.funding + gap.funding,
      size: sum.size + gap.size,
      total: sum.total + gap.total,
    }),
    NO_GAP,
  )

/** Pairs trades of one strategy, instrument and side that opened within `withinMs` of each other, nearest first. Newest opened first. */
export function pairTwins(live: readonly TwinSide[], paper: readonly TwinSide[], withinMs: number): TwinPair[] {
  const left = new Set(paper)
  const pairs: TwinPair[] = []
  for (const mine of live.toSorted((a, b) => a.openedMs - b.openedMs)) {
    const partner = nearest(mine, left, withinMs)
    if (partner !== null) left.delete(partner)
    pairs.push({ live: mine, paper: partner, gap: partner === null ? null : twinGap(mine, partner) })
  }
  for (const alone of left) pairs.push({ live: null, paper: alone, gap: null })
  return pairs.toSorted((a, b) => openedMsOf(b) - openedMsOf(a))
}

export const openedMsOf = ({ live, paper }: TwinPair): number => live?.openedMs ?? paper?.openedMs ?? 0

function nearest(trade: TwinSide, others: ReadonlySet<TwinSide>, withinMs: number): TwinSide | null {
  let best: TwinSide | null = null
  let bestMs = withinMs
  for (const other of others) {
    if (other.instrumentId !== trade.instrumentId || other.strategyId !== trade.strategyId || other.side !== trade.side) continue
    const apartMs = Math.abs(other.openedMs - trade.openedMs)
    if (apartMs > bestMs) continue
    best = other
    bestMs = apartMs
  }
  return best
}
