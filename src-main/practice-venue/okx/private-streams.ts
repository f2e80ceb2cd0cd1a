// The private channels: who is logged in and hears what, and events in OKX's words.
import { toText } from '../../../src-shared/domain/decimal.ts'
import type { AccountEvent, PositionView } from '../core/events.ts'
import type { WireContext, WireSocket } from '../wire/contract.ts'
import { contractsText } from './instruments.ts'
import { balanceJson } from './rest-account.ts'
import type { AlgoDesk } from './rest-algo.ts'
import { algoJson } from './algo-words.ts'
import { POSITION_SIDE, orderJson, positionJson } from './words.ts'

export type Arg = Readonly<Record<string, unknown>> & { readonly channel: string }
/** On which address a channel is served. */
export const PRIVATE_CHANNELS: Readonly<Record<string, 'private' | 'business'>> = {
  orders: 'private',
  account: 'private',
  positions: 'private',
  balance_and_position: 'private',
  'orders-algo': 'business',
  'algo-advance': 'business',
}
type Listener = { readonly socket: WireSocket; readonly accountId: string; readonly arg: Arg }

const REASONS = {
  order: 'filled',
  funding: 'funding_fee',
  transfer: 'transferred',
  margin: 'adjust_margin',
  liquidation: 'liquidation',
} as const

export class PrivateStreams {
  readonly #context: WireContext
  readonly #desk: AlgoDesk
  #listeners: readonly Listener[] = []

  constructor(context: WireContext, desk: AlgoDesk) {
    this.#context = context
    this.#desk = desk
  }

  /** What is told at once when a channel is subscribed to. */
  subscribe(listener: Listener): void {
    this.unsubscribe(listener.socket, listener.arg)
    this.#listeners = [...this.#listeners, listener]
    const { accountId } = listener
    const { core } = this.#context
    const account = core.account(accountId)
    const all = core.positions(accountId)
    switch (listener.arg.channel) {
      case 'account':
        this.#push(listener, [balanceJson({ context: this.#context, accountId }, null)])
        break
      case 'positions':
        this.#push(
          listener,
          all.map((view) => positionJson(account, view)),
        )
        break
      case 'balance_and_position': {
        const balances = [...account.wallets].map(([asset, wallet]) => ({ asset, wallet }))
        this.#push(listener, [this.#balanceAndPosition('snapshot', balances, all)])
      }
    }
  }
  unsubscribe(socket: WireSocket, arg: Arg | null): void {
    this.#listeners = this.#listeners.filter(
      (each) => each.socket !== socket || (arg !== null && JSON.stringify(each.arg) !== JSON.stringify(arg)),
    )
  }

  onEvent(event: AccountEvent): void {
    const heard = this.#listeners.filter(({ accountId }) => accountId === event.accountId)
    if (heard.length === 0) return
    const account = this.#context.core.account(event.accountId)
    const tell = (channel: string, instId: string | null, make: () => Record<string, unknown>): void => {
      for (const listener of heard) if (listener.arg.channel === channel && isAsked(listener.arg, instId)) this.#push(listener, [make()])
    }
    switch (event.type) {
      case 'order':
        tell('orders', event.order.symbol, () => this.#order(event))
        break
      case 'conditional': {
        const { conditional } = event
        // Between firing and its child nothing is told.
        if (conditional.status === 'triggering' || conditional.status === 'finished') return
        const ordType = this.#desk.ordTypeOf(conditional)
        const channel = ordType === 'move_order_stop' ? 'algo-advance' : 'orders-algo'
        tell(channel, conditional.symbol, () => ({ ...algoJson(account, conditional, ordType), amendResult: '', reqId: '' }))
        break
      }
      case 'account':
        tell('account', null, () => balanceJson({ context: this.#context, accountId: event.accountId }, null))
        for (const view of event.positions) tell('positions', view.symbol, () => positionJson(account, view))
        tell('balance_and_position', null, () => this.#balanceAndPosition(REASONS[event.reason], event.assets, event.positions))
        break
      case 'settings':
      case 'margin_call':
    }
  }

  #push({ socket, accountId, arg }: Listener, data: readonly Record<string, unknown>[]): void {
    if (data.length === 0) return
    socket.send(arg.channel, JSON.stringify({ arg: { ...arg, uid: uidOf(accountId) }, data }))
  }

  #order({ order, trade, kind, accountId }: Extract<AccountEvent, { type: 'order' }>): Record<string, unknown> {
    const account = this.#context.core.account(accountId)
    return {
      ...orderJson(account, order, trade),
      amendResult: kind === 'amended' ? '0' : '',
      amendSource: kind === 'amended' ? '1' : '',
      code: '0',
      execType: trade === null ? '' : trade.isMaker ? 'M' : 'T',
      fillFee: trade === null ? '0' : toText(-trade.fee as typeof trade.fee),
      fillFeeCcy: trade?.feeAsset ?? '',
      fillMarkPx: '',
      fillMarkVol: '',
      fillNotionalUsd: trade === null ? '' : toText(trade.value),
      fillPnl: trade === null ? '0' : toText(trade.realizedProfit),
      fillPx: trade === null ? '' : toText(trade.price),
      fillPxUsd: '',
      fillPxVol: '',
      fillSz: trade === null ? '0' : contractsText(order.symbol, trade.quantity),
      fillTime: trade === null ? '' : String(trade.tsMs),
      lastPx: toText(this.#context.core.market(order.symbol)?.last ?? order.filledValue),
      msg: '',
      notionalUsd: '',
      reqId: '',
      tradeId: trade === null ? '' : String(trade.id),
    }
  }

  #balanceAndPosition(
    eventType: string,
    balances: readonly { readonly asset: string; readonly wallet: Parameters<typeof toText>[0] }[],
    views: readonly PositionView[],
  ): Record<string, unknown> {
    const pTime = String(this.#context.nowMs())
    return {
      balData: balances.map(({ asset, wallet }) => ({ ccy: asset, cashBal: toText(wallet), uTime: pTime })),
      eventType,
      pTime,
      posData: views.map((view) => ({
        avgPx: toText(view.entryPrice),
        ccy: 'USDT',
        instId: view.symbol,
        instType: 'SWAP',
        mgnMode: view.marginMode,
        pos: contractsText(view.symbol, view.quantity),
        posCcy: '',
        posId: '1500000000000000001',
        posSide: POSITION_SIDE[view.side],
        tradeId: '',
        uTime: String(view.updatedMs),
      })),
      trades: [],
    }
  }
}

const uidOf = (accountId: string): string => String(44_705_892_343_619 + accountId.length)
/** A subscription may name a kind of instrument, a family, a contract, or none of these. */
function isAsked(arg: Arg, instId: string | null): boolean {
  const { instType, instFamily, instId: named } = arg
  const isKind = instType === undefined || instType === 'SWAP' || instType === 'ANY'
  const isFamily = typeof instFamily !== 'string' || instFamily === '' || instId === null || instId.startsWith(`${instFamily}-`)
  return isKind && isFamily && (typeof named !== 'string' || named === '' || instId === null || named === instId)
}
