// What a file may say about the exchange that is opened: wallets, and which instruments follow which prices.
import { z } from 'zod'
import type { MarketConfig } from '../core/market.ts'
import type { RequestLimits } from './contract.ts'

const tickMs = z.number().int().min(10).max(60_000).default(250)
const priceValue = z.number().positive().max(1e9)
const source = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('walk'),
    startPrice: priceValue,
    volatility: z.number().min(0).max(20).default(0.6),
    drift: z.number().min(-20).max(20).default(0),
    jumpsPerDay: z.number().min(0).max(10_000).default(0),
    jumpSize: z.number().min(0).max(0.5).default(0),
    tickMs,
  }),
  z.strictObject({
    kind: z.literal('script'),
    points: z
      .array(
        z.strictObject({
          tsMs: z.number().int().min(0),
          price: priceValue,
          quantity: z.number().min(0).default(0.1),
          mark: priceValue.optional(),
        }),
      )
      .min(1)
      .max(1_000_000),
    tickMs,
  }),
  z.strictObject({
    kind: z.literal('candles'),
    lengthMs: z.number().int().min(1_000).max(86_400_000),
    candles: z
      .array(z.strictObject({ open: priceValue, high: priceValue, low: priceValue, close: priceValue, volume: z.number().min(0) }))
      .min(1)
      .max(1_000_000),
    tickMs,
  }),
  z.strictObject({ kind: z.literal('manual'), startPrice: priceValue, tickMs }),
])

const count = z.number().int().min(1).max(10_000_000)
const schema = z.strictObject({
  limits: z.strictObject({ weightPerMinute: count, ordersPer10Seconds: count, ordersPerMinute: count }).optional(),
  wallets: z.record(z.string().min(1).max(12), z.string().regex(/^\d{1,15}(\.\d{1,8})?$/, 'a plain decimal as text')).optional(),
  markets: z
    .array(
      z.strictObject({
        symbol: z.string().min(1).max(40),
        source: source.optional(),
        fundingRate: z.number().min(-0.03).max(0.03).optional(),
        historyMinutes: z.number().int().min(0).max(60_000).optional(),
        levels: z.number().int().min(1).max(1_000).optional(),
        meanLots: z.number().min(1).max(1e9).optional(),
      }),
    )
    .min(1)
    .max(50)
    .optional(),
})

export type VenueConfig = {
  readonly limits: RequestLimits | null
  readonly wallets: Readonly<Record<string, string>> | null
  readonly markets: readonly MarketConfig[] | null
}

/** Reads a configuration. `known` are the instruments that the venue can list. Throws RangeError with one line per fault. */
export function parseVenueConfig(json: unknown, known: readonly MarketConfig[]): VenueConfig {
  const parsed = schema.safeParse(json)
  if (!parsed.success) throw new RangeError(z.prettifyError(parsed.error))
  const { limits, wallets, markets } = parsed.data
  return { limits: limits ?? null, wallets: wallets ?? null, markets: markets?.map((wanted) => marketOf(wanted, known)) ?? null }
}

type Wanted = NonNullable<z.infer<typeof schema>['markets']>[number]
function marketOf(wanted: Wanted, known: readonly MarketConfig[]): MarketConfig {
  const found = known.find(({ instrument }) => instrument.symbol === wanted.symbol)
  if (!found) {
    const names = known.map(({ instrument }) => instrument.symbol).join(', ')
    throw new RangeError(`market ${wanted.symbol} is not one this venue can list: ${names}`)
  }
  return {
    instrument: found.instrument,
    source: wanted.source ? definedSource(wanted.source) : found.source,
    shape: { levels: wanted.levels ?? found.shape.levels, meanLots: wanted.meanLots ?? found.shape.meanLots },
    fundingRate: wanted.fundingRate ?? found.fundingRate,
    historyMinutes: wanted.historyMinutes ?? found.historyMinutes,
  }
}

/** Without the `undefined` that an optional field of zod may hold. */
function definedSource(given: NonNullable<Wanted['source']>): MarketConfig['source'] {
  if (given.kind !== 'script') return given
  return {
    ...given,
    points: given.points.map(({ mark, ...point }) => (mark === undefined ? point : { ...point, mark })),
  }
}
