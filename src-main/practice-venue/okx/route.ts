// What a request is to the code that answers it.
import type { WireContext } from '../wire/contract.ts'
import type { ApiKey } from '../wire/keys.ts'
import type { Market } from '../core/state.ts'
import { noSuchInstrument } from './refusals.ts'
import type { Parameters } from './request.ts'

export type Call = {
  readonly context: WireContext
  readonly parameters: Parameters
  /** All of them, where the body is a list. */
  readonly list: readonly Parameters[]
  /** Whoever signed; of public requests nobody. */
  readonly accountId: string
  readonly key: ApiKey | null
  readonly header: (name: string) => string | null
}

export type Route = {
  /** Requests in two seconds. */
  readonly limit: number
  readonly security: 'none' | 'read' | 'trade'
  /** How many orders it counts for. */
  readonly orders: number
  /** Returns the rows of `data`, or the whole answer where orders have verdicts of their own. Throws OkxRefusal. */
  readonly handle: (call: Call) => readonly unknown[] | Answer
}
export type Answer = { readonly code: string; readonly msg: string; readonly data: readonly unknown[] }

export const open = (limit: number, handle: Route['handle']): Route => ({ limit, security: 'none', orders: 0, handle })
export const read = (limit: number, handle: Route['handle']): Route => ({ limit, security: 'read', orders: 0, handle })
export const trade = (limit: number, handle: Route['handle'], orders = 0): Route => ({ limit, security: 'trade', orders, handle })

export function marketFor({ context }: Pick<Call, 'context'>, parameters: Parameters): Market {
  const market = context.core.market(parameters.required('instId'))
  if (!market) throw noSuchInstrument()
  return market
}
/** REST shows things only as late as the conditions say. */
export const isVisible = ({ context }: Pick<Call, 'context'>, sinceMs: number): boolean =>
  sinceMs + context.conditions.visibleAfterMs <= context.core.nowMs

/** What `begin`, `end`, `after` and `before` (ids), `instId` and `limit` leave of a list, newest first. */
export function paged<T extends { readonly symbol: string | null }>(
  call: Call,
  list: readonly T[],
  of: { ms: (item: T) => number; id: (item: T) => string },
): T[] {
  const { parameters } = call
  const [begin, end] = [parameters.integer('begin') ?? 0, parameters.integer('end') ?? Number.MAX_SAFE_INTEGER]
  const [after, before] = [parameters.text('after'), parameters.text('before')]
  const instId = parameters.text('instId')
  const isWanted = (item: T): boolean => {
    const id = BigInt(of.id(item))
    const isInPage = (after === null || id < BigInt(after)) && (before === null || id > BigInt(before))
    const isInTime = of.ms(item) >= begin && of.ms(item) <= end && isVisible(call, of.ms(item))
    return isInPage && isInTime && (instId === null || item.symbol === instId)
  }
  const limit = Math.min(100, parameters.integer('limit') ?? 100)
  return list.filter(isWanted).toReversed().slice(0, limit)
}
