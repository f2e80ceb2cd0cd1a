// Positions, orders, wallet and trades of one moment. The venue gives them one by one, so positions are read before and after everything else: when both
// readings are the same, nothing traded in between, and all of it belongs together.
import type { TradeId } from '../../../../../src-shared/domain/ids.ts'
import type { VenueOrder } from '../../../../../src-shared/events/venue-report.ts'
import { type Fields, listOf, textOf } from '../fields.ts'
import type { SnapshotReport, VenueContext } from '../venue-adapter.ts'
import { type DeribitAccount, readSummary, walletOf } from './deribit-account.ts'
import { isTrigger, orderOf, positionOf } from './deribit-orders.ts'
import type { DeribitOwners } from './deribit-owners.ts'
import * as requests from './deribit-requests.ts'
import type { DeribitTrades } from './deribit-trades.ts'

/** A busy account may trade in each of them. What is then told carries the time of its beginning, so that later trades are seen to be later. */
const READINGS_MAX = 3

type Parts = { readonly account: DeribitAccount; readonly owners: DeribitOwners; readonly trades: DeribitTrades }

export async function takeSnapshot(context: VenueContext, parts: Parts, after: TradeId | null): Promise<SnapshotReport> {
  let startMs = context.nowMs()
  let before = await readPositions(context)
  for (let reading = 1; ; reading += 1) {
    // Orders first: they name what the trades belong to.
    const orders = await readOrders(context, parts)
    const [summary, history] = await Promise.all([readSummary(context), parts.trades.since(after)])
    const betweenMs = context.nowMs()
    const behind = await readPositions(context)
    if (tradingKey(before) === tradingKey(behind) || reading === READINGS_MAX) {
      const positions = behind.flatMap((row) => {
        const id = parts.account.idByMarketId.get(textOf(row, 'instrument_name'))
        return (id === undefined ? null : positionOf(row, id)) ?? []
      })
      const { fills, isMissing } = history
      return {
        type: 'snapshot',
        orders,
        positions,
        fills,
        walletBalance: walletOf(summary, behind),
        tsEventMs: startMs,
        ...(isMissing && { fillsMissing: true }),
      }
    }
    startMs = betweenMs
    before = behind
  }
}

const readPositions = async ({ ask }: VenueContext): Promise<readonly Fields[]> =>
  listOf(requests.resultOf(await ask(requests.positions)), 'the positions')
/** By size and entry: results change with every price. */
const tradingKey = (rows: readonly Fields[]): string =>
  rows
    .map((row) => [row['instrument_name'], row['size'], row['average_price']].map(String).join(' '))
    .toSorted()
    .join('\n')

/** One list holds what rests and what waits for a price. */
async function readOrders({ ask, orders }: VenueContext, { account, owners }: Parts): Promise<readonly VenueOrder[]> {
  const rows = listOf(requests.resultOf(await ask(requests.openOrders)), 'the open orders')
  return rows.flatMap((row) => {
    const instrumentId = account.idByMarketId.get(textOf(row, 'instrument_name'))
    if (instrumentId === undefined) return []
    const owner = owners.ofOrder(row)
    const order = orderOf(row, instrumentId, owner?.clientOrderId ?? owners.strangerName(row))
    // What a conditional order became when it fired goes by the name of that order.
    if (owner !== null) return [owner.childOrderId === order.venueOrderId ? { ...order, status: 'triggered' as const } : order]
    const entry = orders.add({ ...order, type: isTrigger(row) ? order.type : 'limit' }, row['label'] !== order.clientOrderId)
    orders.name(entry, order.venueOrderId)
    return [order]
  })
}
