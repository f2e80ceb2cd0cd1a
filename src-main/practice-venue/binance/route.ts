// What a request is to the code that answers it.
import type { WireContext } from '../wire/contract.ts'
import type { ApiKey } from '../wire/keys.ts'
import type { Parameters } from './parameters.ts'
import type { UserStreams } from './user-streams.ts'

export type Call = {
  readonly context: WireContext
  readonly parameters: Parameters
  /** Whoever signed; of public requests nobody. */
  readonly accountId: string
  readonly key: ApiKey | null
  readonly streams: UserStreams
}

export type Route = {
  readonly weight: number
  /** Where the weight depends on what is asked for. */
  readonly weigh?: (call: Call) => number
  readonly security: 'none' | 'key' | 'signed' | 'trade'
  /** How many orders it counts for. */
  readonly orders: number
  /** Returns what is answered as JSON. Throws BinanceRefusal. */
  readonly handle: (call: Call) => unknown
}
