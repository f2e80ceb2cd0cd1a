// What a request is to the code that answers it.
import type { WireContext } from '../wire/contract.ts'
import type { ApiKey } from '../wire/keys.ts'
import type { Parameters } from './parameters.ts'
import { malformed } from './refusals.ts'

export type Call = {
  readonly context: WireContext
  readonly parameters: Parameters
  /** Whoever signed; of public requests nobody. */
  readonly accountId: string
  readonly key: ApiKey | null
}

export type Route = {
  readonly security: 'none' | 'signed' | 'trade'
  /** Returns what is answered as `result`. Throws BybitRefusal. */
  readonly handle: (call: Call) => unknown
}

/** What a page is cut from: the newest first, by time and then by id. */
export type Paged<T> = { readonly ms: (item: T) => number; readonly id: (item: T) => string; readonly limitMax: number }

/** The page that `cursor` and `limit` ask for, and the cursor of the next. As there, a full last page is followed by an empty one. */
export function page<T>({ parameters }: Call, items: readonly T[], of: Paged<T>): { rows: readonly T[]; nextPageCursor: string } {
  const limit = parameters.integer('limit') ?? 20
  if (limit < 1) throw malformed('limit')
  const keyOf = (item: T): string => `${String(of.ms(item)).padStart(16, '0')}:${of.id(item)}`
  const sorted = items.map((item) => ({ item, key: keyOf(item) })).toSorted((a, b) => (a.key < b.key ? 1 : a.key > b.key ? -1 : 0))
  const cursor = plain(parameters.text('cursor') ?? '')
  const found = (cursor === '' ? sorted : sorted.filter(({ key }) => key < cursor)).slice(0, Math.min(limit, of.limitMax))
  const last = found.length >= Math.min(limit, of.limitMax) ? found.at(-1) : undefined
  return { rows: found.map(({ item }) => item), nextPageCursor: last === undefined ? '' : encodeURIComponent(last.key) }
}
/** Some clients send the cursor as it came, some write it for an address once more. */
function plain(cursor: string): string {
  try {
    return decodeURIComponent(cursor)
  } catch {
    return cursor
  }
}

/** REST shows things only as late as the conditions say. */
export const isVisible = ({ context }: Call, sinceMs: number): boolean => sinceMs + context.conditions.visibleAfterMs <= context.core.nowMs

/** Only linear contracts are listed here. */
export function requireLinear({ parameters }: Call): void {
  if (parameters.required('category') !== 'linear') throw malformed('category')
}
