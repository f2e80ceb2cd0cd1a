// Positions, orders, wallet and trades of one moment. The venue gives them one by one, so positions are read before and after everything else: when
// both readings are the same, nothing traded in between, and all of it belongs together.
import { money } from '../../../../../src-shared/domain/decimal.ts'
import type { InstrumentId, TradeId } from '../../../../../src-shared/domain/ids.ts'
import type { VenueOrder } from '../../../../../src-shared/events/venue-report.ts'
import { type Fields, decimalOf, listOf, textOf } from '../fields.ts'
import type { SnapshotReport, VenueContext } from '../venue-adapter.ts'
import type { BybitAccount } from './bybit-account.ts'
import { isConditional, orderOf, positionOf, rowsOf } from './bybit-orders.ts'
import { readWhole } from './bybit-pages.ts'
import * as requests from './bybit-requests.ts'
import type { BybitTrades } from './bybit-trades.ts'

/** A busy account may trade in each of them. What is then told carries the time of its beginning, so that later trades are seen to be later. */
const READINGS_MAX = 3

export async function takeSnapshot(
  context: VenueContext,
  { account, trades }: { account: BybitAccount; trades: BybitTrades },
  after: TradeId | null,
): Promise<SnapshotReport> {
  let startMs = context.nowMs()
  let before = await readPositions(context, account)
  for (let reading = 1; ; reading += 1) {
    const [orders, walletBalance, history] = await Promise.all([
      readOrders(context, account),
      readWallet(context, account),
      trades.since(after),
    ])
    const betweenMs = context.nowMs()
    const behind = await readPositions(context, account)
    if (tradingKey(before) === tradingKey(behind) || reading === READINGS_MAX) {
      const positions = behind.flatMap((row) => {
        const id = account.idByMarketId.get(textOf(row, 'symbol'))
        return id === undefined ? [] : (positionOf(row, id) ?? [])
      })
      const { fills, isMissing } = history
      return { type: 'snapshot', orders, positions, fills, walletBalance, tsEventMs: startMs, ...(isMissing && { fillsMissing: true }) }
    }
    startMs = betweenMs
    before = behind
  }
}

/** Only what is held. */
const readPositions = ({ ask }: VenueContext, { settle }: BybitAccount): Promise<readonly Fields[]> =>
  readWhole(ask, (cursor) => requests.positions(settle, cursor), 'the positions')
/** By size, entry and the number of the market's last trade of ours: a round trip in between changes the last. */
const tradingKey = (rows: readonly Fields[]): string =>
  rows
    .map((row) => [row['symbol'], row['positionIdx'], row['side'], row['size'], row['avgPrice'], row['seq']].map(String).join(' '))
    .toSorted()
    .join('\n')

/** Both lists. What is ordered in instruments that are not traded here is nobody's business here. */
async function readOrders(context: VenueContext, account: BybitAccount): Promise<readonly VenueOrder[]> {
  const traded = new Map(account.instruments.map(({ id }) => [requests.marketIdOf(id), id]))
  const read = (filter: 'Order' | 'StopOrder'): Promise<readonly Fields[]> =>
    readWhole(context.ask, (cursor) => requests.openOrders(account.settle, filter, cursor), 'the open orders')
  const lists = await Promise.all([read('Order'), read('StopOrder')])
  const listed = new Map<string, VenueOrder>()
  for (const row of lists.flat()) {
    const id = traded.get(textOf(row, 'symbol'))
    // One that fired between the two readings is in both.
    if (id !== undefined) listed.set(textOf(row, 'orderId'), named(row, id, context))
  }
  return [...listed.values()]
}
function named(row: Fields, instrumentId: InstrumentId, { orders }: VenueContext): VenueOrder {
  const order = orderOf(row, instrumentId)
  const isForeign = row['orderLinkId'] !== order.clientOrderId
  const entry = orders.add(isConditional(row) ? order : { ...order, type: 'limit' }, isForeign)
  orders.name(entry, order.venueOrderId)
  return order
}

async function readWallet({ ask }: VenueContext, { settle }: BybitAccount): Promise<SnapshotReport['walletBalance']> {
  const [account] = rowsOf(await ask(requests.wallet(settle)), 'the wallet')
  const coin = account === undefined ? undefined : listOf(account['coin'], 'the coins').find((row) => row['coin'] === settle)
  return coin === undefined ? money('0') : money(decimalOf(coin, 'walletBalance'))
}
