// Without complete and finite data nothing else can be trusted, so this check comes first.
import { hasWholeContracts } from '../../../../src-shared/domain/instrument.ts'
import type { OrderRequest } from '../../../../src-shared/domain/order.ts'
import { type RiskContext, known } from '../risk-context.ts'
import { type RiskCheck, verdict } from '../verdict.ts'

/** Policies and instruments never change once made: those found sound are not walked again for every order. */
const sound = new WeakSet<object>()
function soundPath(value: object): string | null {
  if (sound.has(value)) return null
  const path = notFinitePath(value)
  if (path === null) sound.add(value)
  return path
}

/** Is every number in plain data finite? The data has no cycles. */
function isFiniteData(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null || sound.has(value)) return true
  if (Array.isArray(value)) return value.every(isFiniteData)
  // Makes no list of the values: asked for every entry, of two dozen of them.
  for (const name in value) if (!isFiniteData(value[name as keyof typeof value])) return false
  return true
}

/** Path of the first number in plain data that is not finite, or null. Empty for the value itself. */
function notFinitePath(value: unknown): string | null {
  // Names are looked at only once there is a number to be named.
  if (isFiniteData(value)) return null
  if (typeof value !== 'object' || value === null) return ''
  for (const [name, inner] of Object.entries(value)) {
    const found = notFinitePath(inner)
    if (found !== null) return found === '' ? name : `${name}.${found}`
  }
  return null
}

function fault(context: RiskContext, request: OrderRequest): { code: string; message: string } | null {
  const { policy, instrument: unchecked } = context
  const path = soundPath(policy) ?? (unchecked === null ? null : soundPath(unchecked)) ?? notFinitePath(context)
  if (path !== null) return { code: 'not_a_number', message: `${path} is not a finite number` }
  const instrument = known(context.instrument, 'instrument')
  if (instrument.id !== request.instrumentId) {
    return { code: 'wrong_instrument', message: `the order is for ${request.instrumentId}, the data is of ${instrument.id}` }
  }
  // Quantities are base units everywhere here, and the connector converts: what it is given must be whole contracts.
  if (!hasWholeContracts(instrument))
    return { code: 'contract_size_not_supported', message: `the lot of ${instrument.id} is not a whole number of contracts` }
  if (request.purpose !== 'entry' || request.reduceOnly)
    return { code: 'not_an_entry', message: `a ${request.purpose} order is not approved as an entry` }
  if (request.type !== 'market' && request.type !== 'limit')
    return { code: 'order_type_not_supported', message: `entries are market or limit, not ${request.type}` }
  if ((request.type === 'limit') !== (request.limitPrice !== null))
    return { code: 'limit_price_missing', message: 'a limit price belongs to limit orders, and to them alone' }
  if (request.quantity <= 0n) return { code: 'no_quantity', message: 'the quantity must be more than 0' }
  return null
}

export const inputs: RiskCheck = {
  code: 'inputs',
  title: 'Complete data',
  check(context, request) {
    const found = fault(context, request)
    const account = known(context.account, 'account')
    const markPrice = known(context.markPrice, 'mark_price')
    known(context.lastMarketDataMs, 'market_data')
    const numbers = { equity: account.equity, availableMargin: account.availableMargin, markPrice }
    if (found !== null) return verdict({ check: 'inputs', denial: found.code, message: found.message, numbers })
    return verdict({
      check: 'inputs',
      denial: markPrice > 0 && account.equity > 0 ? null : 'not_positive',
      message: () => `equity ${account.equity} and mark price ${markPrice}, both must be more than 0`,
      numbers,
    })
  },
}
