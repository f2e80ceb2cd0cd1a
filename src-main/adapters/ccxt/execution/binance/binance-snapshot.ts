// Positions, orders, wallet and trades of one moment. The venue gives them one by one, so positions are read before and after everything else: when
// both readings are the same, nothing traded in between, and all of it belongs together.
import { money } from '../../../../../src-shared/domain/decimal.ts'
import type { TradeId } from '../../../../../src-shared/domain/ids.ts'
import type { VenueOrder, VenuePosition } from '../../../../../src-shared/events/venue-report.ts'
import { type Fields, decimalOf, listOf, textOf } from '../fields.ts'
import type { OrderMemory } from '../order-memory.ts'
import type { SnapshotReport, VenueContext } from '../venue-adapter.ts'
import type { BinanceAccount } from './binance-account.ts'
import { algoOrder, plainOrder, positionOf } from './binance-orders.ts'
import * as requests from './binance-requests.ts'
import type { BinanceTrades } from './binance-trades.ts'

/** A busy account may trade in each of them. What is then told carries the time of its beginning, so that later trades are seen to be later. */
const READINGS_MAX = 3

export async function takeSnapshot(
  context: VenueContext,
  { account, trades }: { account: BinanceAccount; trades: BinanceTrades },
  after: TradeId | null,
): Promise<SnapshotReport> {
  let startMs = context.nowMs()
  let before = await readPositions(context)
  for (let reading = 1; ; reading += 1) {
    const [orders, walletBalance, history] = await Promise.all([
      readOrders(context, account),
      readWallet(context, account),
      trades.since(after),
    ])
    const betweenMs = context.nowMs()
    const behind = await readPositions(context)
    if (sameTrading(before, behind) || reading === READINGS_MAX) {
      const positions = behind.flatMap((row) => known(row, account) ?? [])
      const { fills, isMissing } = history
      return { type: 'snapshot', orders, positions, fills, walletBalance, tsEventMs: startMs, ...(isMissing && { fillsMissing: true }) }
    }
    startMs = betweenMs
    before = behind
  }
}

const readPositions = async ({ ask }: VenueContext): Promise<readonly Fields[]> => listOf(await ask(requests.positions), 'the positions')
/** By size, entry and the venue's time of the last change: a round trip in between changes the last. */
const sameTrading = (a: readonly Fields[], b: readonly Fields[]): boolean => tradingKey(a) === tradingKey(b)
const tradingKey = (rows: readonly Fields[]): string =>
  rows
    .map((row) => [row['symbol'], row['positionSide'], row['positionAmt'], row['entryPrice'], row['updateTime']].map(String).join(' '))
    .toSorted()
    .join('\n')

/** Positions in contracts that have no name here are left out: dated futures, which this desk neither trades nor shows. */
function known(row: Fields, { idByMarketId }: BinanceAccount): VenuePosition | null {
  const id = idByMarketId.get(textOf(row, 'symbol'))
  return id === undefined ? null : positionOf(row, id)
}

/** Both lists of each traded instrument. What is ordered in others is nobody's business here, and would cost eighty times as much to ask for. */
async function readOrders({ ask, orders }: VenueContext, { instruments }: BinanceAccount): Promise<readonly VenueOrder[]> {
  const lists = await Promise.all(
    instruments.map(async ({ id }) => {
      const symbol = requests.marketIdOf(id)
      const [plain, conditional] = await Promise.all([ask(requests.openOrders(symbol)), ask(requests.openAlgoOrders(symbol))])
      return [
        ...listOf(plain, 'the open orders').map((row) => listed(plainOrder(row, id), true, row['clientOrderId'])),
        ...listOf(conditional, 'the open algo orders').map((row) => listed(algoOrder(row, id), false, row['clientAlgoId'])),
      ]
    }),
  )
  return lists.flat().map((listed) => named(listed, orders))
}
const listed = (order: VenueOrder, isPlain: boolean, clientId: unknown): Listed => ({
  order,
  isPlain,
  isForeign: clientId !== order.clientOrderId,
})
type Listed = { readonly order: VenueOrder; readonly isPlain: boolean; readonly isForeign: boolean }
function named({ order, isPlain, isForeign }: Listed, orders: OrderMemory): VenueOrder {
  const parent = isPlain ? orders.byVenueOrderId(order.venueOrderId) : null
  // What a conditional order became when it fired goes by the name of that order.
  if (parent?.kind === 'conditional') return { ...order, clientOrderId: parent.clientOrderId, status: 'triggered' }
  // A stop in the plain list, as others may have placed one, is found and canceled there.
  const entry = orders.add({ ...order, type: isPlain ? 'limit' : order.type }, isForeign)
  orders.name(entry, order.venueOrderId)
  return order
}

async function readWallet({ ask }: VenueContext, { settle }: BinanceAccount): Promise<SnapshotReport['walletBalance']> {
  const row = listOf(await ask(requests.balances), 'the balances').find((each) => each['asset'] === settle)
  return row === undefined ? money('0') : money(decimalOf(row, 'balance'))
}
