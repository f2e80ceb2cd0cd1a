// Live trades beside those of the paper session that ran with them, read from both journals.
import type { Output } from '../../../src-shared/bridge/contract.ts'
import type { TwinTrade } from '../../../src-shared/bridge/live-contract.ts'
import { MINUTE_MS } from '../../../src-shared/domain/time.ts'
import { type JournalReader, openJournalReader } from '../../adapters/journal/reader.ts'
import { type TwinPair, type TwinSide, openedMsOf, pairTwins, sumGaps } from '../../core/analytics/twin-gap.ts'

type Row = Output<'journal.roundTrips'>['rows'][number]
type Answer = Output<'live.twin'>

/** One signal enters both within moments; a candle later it is another signal. */
const WITHIN_MS = 2 * MINUTE_MS
const TRADES_MAX = 500

/** `limit` is of the list; the totals are over all pairs of the newest 500 trades of each since `sinceMs`. Throws JournalError. */
export function liveTwin(files: { readonly live: string; readonly paper: string }, sinceMs: number | null, limit: number): Answer {
  const pairs = sinceMs === null ? [] : pairTwins(trades(files.live, sinceMs), trades(files.paper, sinceMs), WITHIN_MS)
  const gaps = pairs.flatMap(({ gap }) => (gap === null ? [] : [gap]))
  return {
    sinceMs,
    pairs: gaps.length,
    onlyLive: pairs.filter(({ paper }) => paper === null).length,
    onlyPaper: pairs.filter(({ live }) => live === null).length,
    total: { ...sumGaps(gaps) },
    trades: pairs.slice(0, limit).map(tradeView),
  }
}

function trades(file: string, fromMs: number): TwinSide[] {
  const reader = openJournalReader(file)
  try {
    return roundTrips(reader, fromMs).map(sideOf)
  } finally {
    reader.close()
  }
}
const roundTrips = (reader: JournalReader, fromMs: number): Row[] => {
  const page = { limit: TRADES_MAX, offset: 0, fromMs, toMs: null, instrumentId: null, strategyId: null, run: null }
  return (reader.handle('journal.roundTrips', page) as Output<'journal.roundTrips'>).rows
}

const sideOf = (row: Row): TwinSide => ({
  instrumentId: row.instrumentId,
  strategyId: row.strategyId,
  side: row.side,
  openedMs: row.openedMs,
  quantity: Number(row.quantity),
  entryPrice: Number(row.entryPrice),
  exitPrice: Number(row.exitPrice),
  fees: Number(row.fees),
  funding: Number(row.funding),
  netPnl: Number(row.netPnl),
})

function tradeView(pair: TwinPair): TwinTrade {
  const { live, paper, gap } = pair
  const some = live ?? paper
  const shown = (side: TwinSide | null): TwinTrade['live'] =>
    side === null ? null : { entryPrice: side.entryPrice, exitPrice: side.exitPrice, quantity: side.quantity, netPnl: side.netPnl }
  return {
    instrumentId: some?.instrumentId ?? '',
    strategyId: some?.strategyId ?? '',
    side: some?.side ?? 'long',
    openedMs: openedMsOf(pair),
    live: shown(live),
    paper: shown(paper),
    gap: gap === null ? null : { ...gap },
  }
}
