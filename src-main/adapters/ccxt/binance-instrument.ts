// Binance's own words for a USDT-M futures market, parsed into an Instrument. Exact figures come from the venue's text, never from a float.
import { money, price, quantity, rate } from '../../../src-shared/domain/decimal.ts'
import { instrumentId } from '../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'

const VENUE = 'binanceusdm'
/** The exchange's published fees for accounts without a discount; the public endpoints do not tell them. */
const MAKER_FEE_RATE = rate('0.0002')
const TAKER_FEE_RATE = rate('0.0005')
/** First bracket as published; the public endpoints do not tell it. Other symbols get a careful guess. */
const FIRST_BRACKETS: Readonly<Record<string, Pick<Instrument, 'maintenanceMarginRate' | 'leverageMax'>>> = {
  BTCUSDT: { maintenanceMarginRate: rate('0.004'), leverageMax: 125 },
  ETHUSDT: { maintenanceMarginRate: rate('0.004'), leverageMax: 125 },
}
const CAREFUL_BRACKET = { maintenanceMarginRate: rate('0.025'), leverageMax: 20 } as const

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null

function text(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value !== 'string' || value === '') throw new TypeError(`${name} is ${JSON.stringify(value)}, expected text`)
  return value
}
function filter(symbol: Fields, filterType: string): Fields {
  const filters = symbol['filters']
  const found: unknown = Array.isArray(filters)
    ? filters.find((each: unknown) => isFields(each) && each['filterType'] === filterType)
    : undefined
  if (!isFields(found)) throw new TypeError(`filter ${filterType} is missing`)
  return found
}
/** "0.10000000000000" has more digits than it needs; zeros at the end are dropped before the exact parse. */
const trimmed = (digits: string): string => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits)

/** One entry of `symbols` in GET /fapi/v1/exchangeInfo. The error is one sentence that names the symbol and the field. */
export function parseInstrument(symbol: unknown): Result<Instrument, string> {
  if (!isFields(symbol)) return err(`Binance market ${JSON.stringify(symbol)} is not an object`)
  try {
    return ok(readInstrument(symbol))
  } catch (error) {
    return err(`Binance market ${String(symbol['symbol'])}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function readInstrument(symbol: Fields): Instrument {
  const [base, quote, settle] = [text(symbol, 'baseAsset'), text(symbol, 'quoteAsset'), text(symbol, 'marginAsset')]
  const lot = filter(symbol, 'LOT_SIZE')
  return {
    id: instrumentId(`${base}/${quote}:${settle}`),
    venue: VENUE,
    base,
    quote,
    settle,
    tickSize: price(trimmed(text(filter(symbol, 'PRICE_FILTER'), 'tickSize'))),
    lotSize: quantity(trimmed(text(lot, 'stepSize'))),
    minQuantity: quantity(trimmed(text(lot, 'minQty'))),
    maxQuantity: quantity(trimmed(text(lot, 'maxQty'))),
    maxMarketQuantity: quantity(trimmed(text(filter(symbol, 'MARKET_LOT_SIZE'), 'maxQty'))),
    minNotional: money(trimmed(text(filter(symbol, 'MIN_NOTIONAL'), 'notional'))),
    contractSize: quantity('1'),
    makerFeeRate: MAKER_FEE_RATE,
    takerFeeRate: TAKER_FEE_RATE,
    ...(FIRST_BRACKETS[text(symbol, 'symbol')] ?? CAREFUL_BRACKET),
  }
}
