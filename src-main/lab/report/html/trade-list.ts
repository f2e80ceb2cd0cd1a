// The round trips of a run, one line each.
import { decimalsOf, formatMoney, formatNumber, formatPrice } from '../../../../src-shared/format/numbers.ts'
import { formatUtc } from '../../../../src-shared/format/times.ts'
import type { ReportTrade } from '../trades.ts'
import { type Html, html } from './html.ts'
import { type Column, rowsTable } from './lists.ts'

export const TRADES_SHOWN_MAX = 1000

/** The newest of them, oldest first. */
export function tradeTable(trades: readonly ReportTrade[]): Html {
  if (trades.length === 0) return html`<p class="nothing">No round trips</p>`
  const shown = trades.slice(-TRADES_SHOWN_MAX)
  const left = trades.length - shown.length
  const note = html`<p class="muted">
    The newest ${formatNumber(shown.length, 0)}; ${formatNumber(left, 0)} before them are in the CSV export.
  </p>`
  return html`${left > 0 ? note : html``}
    <div class="scroll">${rowsTable(columnsFor(shown), shown)}</div>`
}

function columnsFor(trades: readonly ReportTrade[]): readonly Column<ReportTrade>[] {
  const sizes = quantityDigits(trades)
  return [
    { name: 'Opened', isText: true, cell: ({ openedMs }) => formatUtc(openedMs, 'minute') },
    { name: 'Closed', isText: true, cell: ({ closedMs }) => formatUtc(closedMs, 'minute') },
    { name: 'Instrument', isText: true, cell: ({ instrumentId }) => instrumentId },
    { name: 'Strategy', isText: true, cell: ({ strategyId }) => strategyId },
    { name: 'Side', isText: true, cell: ({ side }) => side },
    { name: 'Quantity', cell: ({ quantity, instrumentId }) => formatNumber(quantity, sizes.get(instrumentId) ?? 0) },
    { name: 'Entry', cell: ({ entryPrice }) => formatPrice(entryPrice) },
    { name: 'Exit', cell: ({ exitPrice }) => formatPrice(exitPrice) },
    { name: 'Net', cell: ({ netPnl }) => formatMoney(netPnl, { sign: true }), tone: ({ netPnl }) => netPnl },
    { name: 'R', cell: ({ rMultiple }) => formatNumber(rMultiple, 2, { sign: true }), tone: ({ rMultiple }) => rMultiple },
    { name: 'Worst R', cell: ({ maeR }) => formatNumber(maeR, 2) },
    { name: 'Best R', cell: ({ mfeR }) => formatNumber(mfeR, 2) },
    { name: 'Fees', cell: ({ fees }) => formatMoney(fees) },
    { name: 'Funding', cell: ({ funding }) => formatMoney(funding, { sign: true }) },
    { name: 'Exit by', isText: true, cell: ({ exitReason }) => exitReason },
    { name: 'Regime', isText: true, cell: ({ regime }) => regime ?? '' },
  ]
}

/** Most digits after the point by instrument, so that columns line up. */
function quantityDigits(trades: readonly ReportTrade[]): ReadonlyMap<string, number> {
  const most = new Map<string, number>()
  for (const { instrumentId, quantity } of trades) most.set(instrumentId, Math.max(most.get(instrumentId) ?? 0, decimalsOf(quantity)))
  return most
}
