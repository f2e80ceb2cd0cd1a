// The limits of the risk officer: one schema with range, unit and help for each number, and one preset per playbook.
import { z } from 'zod'

const fraction = (help: string, max = 1) => z.number().gt(0).max(max).meta({ unit: 'fraction', help })
const count = (help: string, max: number) => z.number().int().min(1).max(max).meta({ unit: 'count', help })

const floorR = () =>
  z.number().min(-1).max(20).meta({ unit: 'R', help: 'Least expectancy of the newest resolved signals; -1 refuses nothing' })

/** How signals are followed and what a strategy must have shown to be traded; domain.md sections 7 and 12. */
export const ScoringPolicy = z.strictObject({
  targetR: z
    .number()
    .min(0.1)
    .max(20)
    .default(1)
    .meta({ unit: 'R', help: 'A signal has won when the price went this many stop distances its way before it reached the stop' }),
  horizonMs: z
    .number()
    .int()
    .min(60_000)
    // A restart lives through the last seven days of candles again: what is followed must have begun well within them.
    .max(5 * 86_400_000)
    .default(86_400_000)
    .meta({ unit: 'ms', help: 'A signal that has reached neither target nor stop by then has expired' }),
  windowSignals: count(
    'Newest resolved signals of a strategy that its score looks back on; without that many there is no score',
    500,
  ).default(30),
  // No signal loses more than 1 R, so this one never refuses.
  floorR: floorR().default(-1),
  floorsR: z
    .record(z.string().min(1).max(64), floorR())
    .default({})
    .meta({ help: 'Floors of single strategies, by id; they go before floorR' }),
})
export type ScoringPolicy = z.infer<typeof ScoringPolicy>
/** What somebody wrote down of it. */
export type ScoringOverrides = z.input<typeof ScoringPolicy>

/** Strategies that a playbook names must not lose on the whole. The trend strategies trade without a score. */
export const scoreFloorsOf = (strategyIds: readonly string[]): ScoringPolicy['floorsR'] =>
  Object.fromEntries(strategyIds.map((id) => [id, id.startsWith('trend-') ? -1 : 0]))

export const RiskPolicy = z.strictObject({
  riskPerTrade: fraction('Share of equity lost when the stop is hit, before fees', 0.05).default(0.005),
  stopDistanceMin: fraction('A stop nearer than this share of the price is refused: noise would hit it', 0.1).default(0.001),
  stopDistanceMax: fraction('A stop further away than this share of the price is refused', 0.5).default(0.1),
  positionShareMax: fraction('Position value as a share of equity × leverage').default(0.2),
  leverageMax: z.number().min(1).max(125).default(5).meta({ unit: '×', help: 'Highest leverage the account may use' }),
  grossExposureMax: z
    .number()
    .gt(0)
    .max(125)
    .default(2)
    .meta({ unit: '× equity', help: 'Sum of all position values as a multiple of equity' }),
  dayLossMax: fraction('Loss since 00:00 UTC, as a share of the equity then, that halts trading until the next UTC day').default(0.02),
  weekLossMax: fraction('Loss since Monday 00:00 UTC that halts trading until the next week').default(0.05),
  tradesPerDayMax: count('Entries per UTC day', 1000).default(15),
  consecutiveLossesMax: count('Losing round trips in a row that halt trading until the next UTC day', 100).default(8),
  drawdownMax: fraction('Fall from the highest equity that closes everything and halts until a person resumes').default(0.2),
  liquidationDistanceMin: z
    .number()
    .min(1)
    .max(100)
    .default(2)
    .meta({ unit: '× stop distance', help: 'The liquidation price must be at least this many stop distances away' }),
  volatilityTarget: z
    .number()
    .gt(0)
    .max(10)
    .default(0.6)
    .meta({ unit: 'fraction per year', help: 'Realised volatility at which the size is not changed' }),
  staleDataMsMax: z
    .number()
    .int()
    .min(1000)
    .max(3_600_000)
    .default(180_000)
    .meta({ unit: 'ms', help: 'Market data older than this forbids new entries' }),
  cooldownMs: z
    .number()
    .int()
    .min(0)
    .max(86_400_000)
    .default(900_000)
    .meta({ unit: 'ms', help: 'Pause per instrument after a position was closed' }),
  scoring: ScoringPolicy.prefault({}),
})
export type RiskPolicy = z.infer<typeof RiskPolicy>

/** How positions are looked after; domain.md section 10. */
export const CarePolicy = z.strictObject({
  stopTriesMax: count('Tries to place the stop before the position is closed at market', 10).default(3),
  unprotectedGraceMs: z
    .number()
    .int()
    .min(100)
    .max(60_000)
    .default(5_000)
    .meta({ unit: 'ms', help: 'Longer without a working stop is an incident' }),
  targetLadder: z
    .array(
      z.strictObject({
        fraction: fraction('Share of the position'),
        atR: z.number().gt(0).max(50).meta({ unit: 'R', help: 'Distance in multiples of the initial risk' }),
      }),
    )
    .max(5)
    .refine(
      (rungs) => rungs.reduce((total, rung) => total + rung.fraction, 0) <= 1 + 1e-9,
      'the fractions of the ladder add up to more than 1',
    )
    .default([
      { fraction: 0.4, atR: 1 },
      { fraction: 0.3, atR: 2 },
      { fraction: 0.3, atR: 3 },
    ]),
  breakEvenAfterFirstTarget: z.boolean().default(true),
  trailFromShareOfFinalTarget: fraction('Progress towards the last target from which the stop trails').default(0.5),
  trailDistanceShare: fraction('Trailing distance as a share of the distance already won').default(0.5),
  chandelierEnabled: z.boolean().default(true),
  reconcileIntervalMs: z
    .number()
    .int()
    .min(0)
    .max(3_600_000)
    .default(30_000)
    .meta({ unit: 'ms', help: 'How often the venue is asked for the whole truth; 0 switches it off (backtest without faults)' }),
  reconcileExposedIntervalMs: z
    .number()
    .int()
    .min(0)
    .max(3_600_000)
    .default(0)
    .meta({ unit: 'ms', help: 'The same while a position is open or an order is of unknown outcome; 0 keeps the usual pace' }),
  venueDownCloseMs: z.number().int().min(0).max(3_600_000).default(60_000).meta({
    unit: 'ms',
    help: 'When the venue has not answered for this long, open positions are closed at market as soon as it does; 0 leaves them to their stops',
  }),
  delistingCloseMs: z
    .number()
    .int()
    .min(60_000)
    .max(7 * 86_400_000)
    .default(3_600_000)
    .meta({ unit: 'ms', help: 'How long before its delivery a delisted instrument is closed' }),
  triggerWatchMs: z.number().int().min(0).max(600_000).default(0).meta({
    unit: 'ms',
    help: 'The price may be beyond a stop for this long without the venue saying that it has fired; then the position is closed at market. 0 trusts the venue',
  }),
  equityIntervalMs: z
    .number()
    .int()
    .min(0)
    .max(3_600_000)
    .default(60_000)
    .meta({ unit: 'ms', help: 'How often equity is written down; 0 switches it off' }),
  answerTimeoutMs: z
    .number()
    .int()
    .min(100)
    .max(60_000)
    .default(3_000)
    .meta({ unit: 'ms', help: 'An order without an answer for this long is looked up' }),
})
export type CarePolicy = z.infer<typeof CarePolicy>

/** What a session on a real venue adds. A simulated venue keeps its word, and sessions on it stay as they were. */
export const LIVE_CARE = { reconcileExposedIntervalMs: 5_000, triggerWatchMs: 10_000 } as const satisfies Partial<CarePolicy>

export const RISK_PRESETS: Readonly<Record<'imba' | 'ml-trend' | 'four-layer', RiskPolicy>> = {
  imba: RiskPolicy.parse({}),
  'ml-trend': RiskPolicy.parse({ positionShareMax: 0.1, grossExposureMax: 1 }),
  'four-layer': RiskPolicy.parse({ positionShareMax: 0.08, leverageMax: 5, drawdownMax: 0.05 }),
}
