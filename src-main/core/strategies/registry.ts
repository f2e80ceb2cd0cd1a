// The strategies that come with the program.
import { createFundingSqueeze } from './funding-squeeze.ts'
import { createImba } from './imba/imba.ts'
import { createMinerCapitulation } from './miner-capitulation.ts'
import type { StrategyPlugin } from './strategy.ts'
import { createTrendAdaptive } from './trend-adaptive.ts'
import { createTrendBreakout } from './trend-breakout.ts'
import { createTrendEnhanced } from './trend-enhanced.ts'

/** By id, in the order a list shows them. */
export const BUNDLED_STRATEGIES: ReadonlyMap<string, StrategyPlugin> = new Map(
  [
    createTrendAdaptive(),
    createTrendEnhanced(),
    createImba(),
    createTrendBreakout(),
    createFundingSqueeze(),
    createMinerCapitulation(),
  ].map((plugin) => [plugin.declaration.id, plugin]),
)
