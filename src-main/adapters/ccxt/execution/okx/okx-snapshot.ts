// Positions, orders, wallet and trades of one moment. The venue gives them one by one, so positions are read before and after everything else: when
// both readings are the same, nothing traded in between, and all of it belongs together.
import { type Money, add, money, subtract } from '../../../../../src-shared/domain/decimal.ts'
import type { TradeId } from '../../../../../src-shared/domain/ids.ts'
import type { VenueOrder, VenuePosition } from '../../../../../src-shared/events/venue-report.ts'
import type { RequestParams, VenueRequest } from '../../transport/venue-rest.ts'
import { type Fields, decimalOf, fieldsOf, listOf, textOf, textOrNull } from '../fields.ts'
import type { OrderMemory } from '../order-memory.ts'
import type { SnapshotReport, VenueContext } from '../venue-adapter.ts'
import { type OkxAccount, rowsOf } from './okx-account.ts'
import { algoOrder, parentOf, plainOrder, positionOf } from './okx-orders.ts'
import * as requests from './okx-requests.ts'
import type { OkxTrades } from './okx-trades.ts'

/** A busy account may trade in each of them. What is then told carries the time of its beginning, so that later trades are seen to be later. */
const READINGS_MAX = 3
/** A thousand open orders of one kind. */
const PAGES_MAX = 10

export async function takeSnapshot(
  context: VenueContext,
  { account, trades }: { account: OkxAccount; trades: OkxTrades },
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

const readPositions = async ({ ask }: VenueContext): Promise<readonly Fields[]> => rowsOf(await ask(requests.positions), 'the positions')
/** By size, entry, and the venue's last trade and time: a round trip in between changes these. */
const sameTrading = (a: readonly Fields[], b: readonly Fields[]): boolean => tradingKey(a) === tradingKey(b)
const tradingKey = (rows: readonly Fields[]): string =>
  rows
    .map((row) => [row['instId'], row['mgnMode'], row['pos'], row['avgPx'], row['tradeId'], row['uTime']].map(String).join(' '))
    .toSorted()
    .join('\n')

/** Positions in contracts that have no name here are left out: inverse ones, which this desk neither trades nor shows. */
function known(row: Fields, { contracts }: OkxAccount): VenuePosition | null {
  const contract = contracts.byInstId(textOf(row, 'instId'))
  return contract === null ? null : positionOf(row, contract)
}

/** Both lists. What is ordered in contracts that are not traded here is nobody's business here. */
async function readOrders(context: VenueContext, { traded }: OkxAccount): Promise<readonly VenueOrder[]> {
  const [plain, ...conditional] = await Promise.all([
    allPages(context, requests.openOrders, 'ordId'),
    ...requests.ALGO_TYPES.map((type) => allPages(context, (page) => requests.openAlgoOrders(type, page), 'algoId')),
  ])
  const orders: VenueOrder[] = []
  for (const row of plain) {
    const contract = traded.get(textOf(row, 'instId'))
    if (contract !== undefined) orders.push(namedPlain(row, plainOrder(row, contract), context.orders))
  }
  for (const row of conditional.flat()) {
    const contract = traded.get(textOf(row, 'instId'))
    if (contract === undefined) continue
    const order = algoOrder(row, contract)
    const entry = context.orders.add(order, textOrNull(row, 'algoClOrdId') !== order.clientOrderId)
    context.orders.name(entry, order.venueOrderId)
    orders.push(order)
  }
  return orders
}
function namedPlain(row: Fields, order: VenueOrder, orders: OrderMemory): VenueOrder {
  const parent = orders.byVenueOrderId(order.venueOrderId) ?? (parentOf(row) === null ? null : orders.get(order.clientOrderId))
  // What a conditional order became when it fired goes by the name of that order.
  if (parent?.kind === 'conditional') {
    orders.nameChild(parent, order.venueOrderId)
    return { ...order, clientOrderId: parent.clientOrderId, status: 'triggered' }
  }
  const entry = orders.add(order, textOrNull(row, 'clOrdId') !== order.clientOrderId)
  orders.name(entry, order.venueOrderId)
  return order
}

async function allPages(
  { ask }: VenueContext,
  request: (page: RequestParams) => VenueRequest,
  idName: 'ordId' | 'algoId',
): Promise<readonly Fields[]> {
  const rows: Fields[] = []
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const last = rows.at(-1)
    const found = rowsOf(await ask(request(last === undefined ? {} : { after: textOf(last, idName) })), 'the open orders')
    rows.push(...found)
    if (found.length < requests.PAGE) break
  }
  return rows
}

/** With what isolated positions have set aside, without profits that are not realised; nothing where the currency was never held. */
async function readWallet({ ask }: VenueContext, { settle }: OkxAccount): Promise<SnapshotReport['walletBalance']> {
  const account = fieldsOf(rowsOf(await ask(requests.balance(settle)), 'the balances')[0], 'the balances')
  const row = listOf(account['details'], 'the balances').find((each) => each['ccy'] === settle)
  if (row === undefined) return money('0')
  const amount = (name: string): Money => money(textOrNull(row, name) === null ? '0' : decimalOf(row, name))
  return subtract(add(amount('cashBal'), amount('isoEq')), amount('isoUpl'))
}
