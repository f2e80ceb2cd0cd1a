// What a call is to the code that answers it. Calls come by address, by body or by message, and are the same.
import type { Account, Market } from '../core/state.ts'
import type { WireContext } from '../wire/contract.ts'
import type { ApiKey } from '../wire/keys.ts'
import type { Connection } from './connection.ts'
import type { Parameters } from './parameters.ts'
import { noSuchInstrument } from './refusals.ts'
import type { Sessions } from './sessions.ts'

export type Call = {
  readonly context: WireContext
  readonly params: Parameters
  readonly sessions: Sessions
  /** Whoever is logged in; of public calls nobody. */
  readonly key: ApiKey | null
  readonly ip: string
  /** Null where it came by HTTP. */
  readonly connection: Connection | null
}
export type Method = {
  readonly scope: 'public' | 'read' | 'trade'
  /** Orders have their own credits, and wait while the exchange settles. */
  readonly isMatching: boolean
  readonly isSocketOnly?: boolean
  /** Returns the result. Throws DeribitRefusal. */
  readonly handle: (call: Call) => unknown
}
export type Methods = Readonly<Record<string, Method>>

export const open = (handle: Method['handle']): Method => ({ scope: 'public', isMatching: false, handle })
export const read = (handle: Method['handle']): Method => ({ scope: 'read', isMatching: false, handle })
export const trade = (handle: Method['handle']): Method => ({ scope: 'trade', isMatching: true, handle })
export const onSocket = (scope: Method['scope'], handle: Method['handle']): Method => ({
  scope,
  isMatching: false,
  isSocketOnly: true,
  handle,
})

export const accountOf = ({ context, key }: Call): Account => context.core.account(key?.accountId ?? '')
export const listedMarkets = ({ context }: Call): Market[] =>
  [...context.core.state.markets.values()].filter(({ status }) => status !== 'closed')
export function marketFor(call: Call): Market {
  const market = call.context.core.market(call.params.required('instrument_name'))
  if (!market) throw noSuchInstrument()
  return market
}
/** Of something that is known to have one. */
export function marketOf(call: Call, symbol: string): Market {
  const market = call.context.core.market(symbol)
  if (!market) throw new Error(`invariant broken: no market for ${symbol}`)
  return market
}
/** Which markets a currency stands for: those that settle in it. */
export function inCurrency(call: Call, symbol: string): boolean {
  const currency = call.params.text('currency')
  const kind = call.params.oneOf('kind', ['future', 'option', 'spot', 'future_combo', 'option_combo', 'combo', 'any'], 'any')
  const isFuture = kind === 'future' || kind === 'any'
  return isFuture && (currency === null || currency === 'any' || marketOf(call, symbol).instrument.settle === currency.toUpperCase())
}
/** REST shows things only as late as the conditions say. */
export const isVisible = ({ context }: Call, sinceMs: number): boolean => sinceMs + context.conditions.visibleAfterMs <= context.core.nowMs
