// The strategies that come with the program.
import type { StrategyPlugin } from './strategy.ts'
import { createTrendAdaptive } from './trend-adaptive.ts'
import { createTrendEnhanced } from './trend-enhanced.ts'

/** By id, in the order a list shows them. */
export const BUNDLED_STRATEGIES: ReadonlyMap<string, StrategyPlugin> = new Map(
  [createTrendAdaptive(), createTrendEnhanced()].map((plugin) => [plugin.declaration.id, plugin]),
)
