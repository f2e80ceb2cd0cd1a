// Names of things. A brand is granted only by a function that checked the text.

declare const idKind: unique symbol
type Id<K extends string> = string & { readonly [idKind]: K }

/** ccxt unified symbol, such as "BTC/USDT:USDT". */
export type InstrumentId = Id<'instrument'>
/** Ours, unique for ever: letters and digits, at most 32, so that it fits every venue. */
export type ClientOrderId = Id<'client_order'>
/** Theirs. */
export type VenueOrderId = Id<'venue_order'>
/** One fill, as named by the venue. */
export type TradeId = Id<'trade'>
export type PositionId = Id<'position'>
export type StrategyId = Id<'strategy'>
export type DecisionId = Id<'decision'>
export type SessionId = Id<'session'>

const checked =
  <K extends string>(what: string, pattern: RegExp, expected: string) =>
  (text: string): Id<K> => {
    if (!pattern.test(text)) throw new RangeError(`${what} "${text}" is not ${expected}`)
    return text as Id<K>
  }

const UNIFIED = /^[A-Z0-9]{1,20}\/[A-Z0-9]{1,12}:[A-Z0-9]{1,12}$/
const PLAIN_PAIR = /^([A-Z0-9]{1,20})(USDT|USDC)$/

/** Accepts "BTC/USDT:USDT" and, as input only, "BTCUSDT". Throws RangeError for anything else. */
export function instrumentId(text: string): InstrumentId {
  if (UNIFIED.test(text)) return text as InstrumentId
  const pair = PLAIN_PAIR.exec(text)
  if (pair) return `${pair[1]}/${pair[2]}:${pair[2]}` as InstrumentId
  throw new RangeError(`instrument "${text}" is not a unified symbol such as BTC/USDT:USDT, nor a pair such as BTCUSDT`)
}
export const clientOrderId = checked<'client_order'>('client order id', /^[A-Za-z0-9]{1,32}$/, '1 to 32 letters or digits')
export const venueOrderId = checked<'venue_order'>('venue order id', /^[\w-]{1,64}$/, '1 to 64 letters, digits, _ or -')
export const tradeId = checked<'trade'>('trade id', /^[\w-]{1,64}$/, '1 to 64 letters, digits, _ or -')
export const positionId = checked<'position'>('position id', /^[A-Za-z0-9-]{1,64}$/, '1 to 64 letters, digits or -')
export const strategyId = checked<'strategy'>('strategy id', /^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and -, at most 64')
export const decisionId = checked<'decision'>('decision id', /^[A-Za-z0-9-]{1,64}$/, '1 to 64 letters, digits or -')
export const sessionId = checked<'session'>('session id', /^[A-Za-z0-9-]{1,64}$/, '1 to 64 letters, digits or -')
