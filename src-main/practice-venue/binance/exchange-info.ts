// What is listed, with its limits, as exchangeInfo and leverageBracket tell it.
import { toNumber, toText } from '../../../src-shared/domain/decimal.ts'
import { leverageMax } from '../core/instrument.ts'
import type { Market } from '../core/state.ts'
import type { WireContext } from '../wire/contract.ts'

const PERPETUAL_DELIVERY_MS = 4_133_404_800_000
const decimalsOf = (value: Parameters<typeof toText>[0]): number => (toText(value).split('.')[1] ?? '').length

function symbolInfo(market: Market): Record<string, unknown> {
  const { instrument, status } = market
  return {
    symbol: instrument.symbol,
    pair: instrument.symbol,
    contractType: 'PERPETUAL',
    deliveryDate: market.deliveryMs ?? PERPETUAL_DELIVERY_MS,
    onboardDate: instrument.onboardMs,
    status: status === 'trading' ? 'TRADING' : status === 'settling' ? 'SETTLING' : 'CLOSE',
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: instrument.base,
    quoteAsset: instrument.quote,
    marginAsset: instrument.settle,
    pricePrecision: decimalsOf(instrument.tickSize),
    quantityPrecision: decimalsOf(instrument.lotSize),
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: 'COIN',
    underlyingSubType: ['PoW'],
    triggerProtect: '0.0500',
    liquidationFee: toText(instrument.liquidationFeeRate),
    marketTakeBound: '0.05',
    maxMoveOrderLimit: 10_000,
    filters: filtersOf(market),
    orderTypes: ['LIMIT', 'MARKET', 'STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'],
    permissionSets: ['GRID', 'COPY'],
  }
}

function filtersOf({ instrument }: Market): Record<string, unknown>[] {
  const lot = { stepSize: toText(instrument.lotSize), minQty: toText(instrument.minQuantity) }
  const percent = toNumber(instrument.percentPrice)
  return [
    { filterType: 'PRICE_FILTER', minPrice: toText(instrument.tickSize), maxPrice: '4529764', tickSize: toText(instrument.tickSize) },
    { filterType: 'LOT_SIZE', ...lot, maxQty: toText(instrument.maxQuantity) },
    { filterType: 'MARKET_LOT_SIZE', ...lot, maxQty: toText(instrument.maxMarketQuantity) },
    { filterType: 'MAX_NUM_ORDERS', limit: 200 },
    { filterType: 'MAX_NUM_ALGO_ORDERS', limit: 200 },
    { filterType: 'MIN_NOTIONAL', notional: toText(instrument.minNotional) },
    {
      filterType: 'PERCENT_PRICE',
      multiplierUp: (1 + percent).toFixed(4),
      multiplierDown: (1 - percent).toFixed(4),
      multiplierDecimal: '4',
    },
    { filterType: 'POSITION_RISK_CONTROL', positionControlSide: 'NONE' },
  ]
}

export const exchangeInfo = (markets: readonly Market[], context: WireContext): unknown => ({
  timezone: 'UTC',
  serverTime: context.nowMs(),
  futuresType: 'U_MARGINED',
  rateLimits: [
    { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: context.limits.weightPerMinute },
    { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: context.limits.ordersPerMinute },
    { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: context.limits.ordersPer10Seconds },
  ],
  exchangeFilters: [],
  assets: [...new Set(markets.map(({ instrument }) => instrument.settle))].map((asset) => ({
    asset,
    marginAvailable: true,
    autoAssetExchange: '-10000',
  })),
  symbols: markets.map(symbolInfo),
})

export function brackets({ instrument }: Market): unknown {
  return {
    symbol: instrument.symbol,
    notionalCoef: 1,
    brackets: instrument.brackets.map((bracket, index) => ({
      bracket: index + 1,
      initialLeverage: Math.min(bracket.leverageMax, leverageMax(instrument)),
      notionalCap: toNumber(bracket.notionalCap),
      notionalFloor: toNumber(bracket.notionalFloor),
      maintMarginRatio: toNumber(bracket.maintenanceRate),
      cum: toNumber(bracket.maintenanceAmount),
    })),
  }
}
