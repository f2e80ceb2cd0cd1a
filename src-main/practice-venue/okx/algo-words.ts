// Conditional orders in OKX's words.
import { toText } from '../../../src-shared/domain/decimal.ts'
import type { Conditional } from '../core/order.ts'
import type { Account } from '../core/state.ts'
import { contractsText } from './instruments.ts'
import { POSITION_SIDE, algoIdOf, averageOf, ordIdOf, textOr } from './words.ts'

const ALGO_STATE: Readonly<Record<Conditional['status'], string>> = {
  new: 'live',
  triggering: 'effective',
  triggered: 'effective',
  finished: 'effective',
  canceled: 'canceled',
  expired: 'canceled',
  rejected: 'order_failed',
}
/** A reduce-only child without a position ends as a failure; one that went with its position was canceled. */
export const algoStateOf = ({ status, reason }: Readonly<Conditional>): string =>
  status === 'expired' && (reason === 'reduce_only_rejected' || reason === 'reduce_only_conflict') ? 'order_failed' : ALGO_STATE[status]
const FAIL_CODES: Readonly<Record<string, string>> = {
  reduce_only_rejected: '51169',
  reduce_only_conflict: '51112',
  insufficient_margin: '51008',
}

const isProfit = ({ type }: Readonly<Conditional>): boolean => type.startsWith('take_profit')
/** `ordType` as it was asked for: a trigger order and a stop are the same to the core. */
export function algoJson(account: Account, conditional: Readonly<Conditional>, ordType: string): Record<string, unknown> {
  const { symbol } = conditional
  const child = conditional.childId === null ? undefined : account.orders.get(conditional.childId)
  const childId = conditional.childId === null ? '' : ordIdOf(conditional.childId)
  const [level, limit] = [textOr(conditional.triggerPrice, ''), textOr(conditional.price, '-1')]
  const none = { price: '', order: '', kind: '' }
  const of = (isSet: boolean): typeof none => (isSet ? { price: level, order: limit, kind: conditional.trigger } : none)
  const stop = of(ordType === 'conditional' && !isProfit(conditional))
  const profit = of(ordType === 'conditional' && isProfit(conditional))
  const trigger = of(ordType === 'trigger')
  return {
    activePx: textOr(conditional.activatePrice, ''),
    actualPx: child === undefined ? '' : averageOf(child),
    actualSide: conditional.triggeredMs === null ? '' : isProfit(conditional) ? 'tp' : 'sl',
    actualSz: child === undefined ? '0' : contractsText(symbol, child.filled),
    algoClOrdId: conditional.clientId.startsWith('venue') ? '' : conditional.clientId,
    algoId: algoIdOf(conditional.id),
    amendPxOnTriggerType: '0',
    attachAlgoOrds: [],
    cTime: String(conditional.createdMs),
    callbackRatio: conditional.callbackRate === null ? '' : toText(conditional.callbackRate),
    callbackSpread: '',
    ccy: '',
    clOrdId: childId === '' ? '' : `O${childId}`,
    closeFraction: conditional.closePosition ? '1' : '',
    cxlOnClosePos: String(conditional.endsWithPosition),
    failCode: algoStateOf(conditional) === 'order_failed' ? (FAIL_CODES[conditional.reason ?? ''] ?? '51000') : '',
    instId: symbol,
    instType: 'SWAP',
    last: '',
    lever: String(account.settings.get(symbol)?.leverage ?? 20),
    linkedOrd: { ordId: '' },
    moveTriggerPx: ordType === 'move_order_stop' ? level : '',
    notionalUsd: '',
    ordId: childId,
    ordIdList: childId === '' ? [] : [childId],
    ordPx: trigger.order,
    ordType,
    posSide: POSITION_SIDE[conditional.positionSide],
    quickMgnType: '',
    reduceOnly: String(conditional.reduceOnly),
    side: conditional.side,
    slOrdPx: stop.order,
    slTriggerPx: stop.price,
    slTriggerPxType: stop.kind,
    state: algoStateOf(conditional),
    sz: conditional.closePosition ? '' : contractsText(symbol, conditional.quantity),
    tag: '',
    tdMode: account.settings.get(symbol)?.marginMode ?? 'cross',
    tgtCcy: '',
    tpOrdPx: profit.order,
    tpTriggerPx: profit.price,
    tpTriggerPxType: profit.kind,
    triggerPx: trigger.price,
    triggerPxType: trigger.kind,
    triggerTime: conditional.triggeredMs === null ? '' : String(conditional.triggeredMs),
    uTime: String(conditional.updatedMs),
  }
}
