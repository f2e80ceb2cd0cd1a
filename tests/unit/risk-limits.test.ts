// Proves that the bars show what is used of each limit, in its unit, and leave out what cannot be told rather than show it as unused.
import { describe, expect, it } from 'vitest'
import { LimitView } from '../../src-shared/bridge/views.ts'
import { quantity } from '../../src-shared/domain/decimal.ts'
import { riskLimits } from '../../src-main/core/risk/risk-limits.ts'
import { ETH_ID, FRESH, NOW_MS, riskContext } from '../support/risk-fixtures.ts'

const bars = (context: Parameters<typeof riskContext>[0] = {}) =>
  Object.fromEntries(riskLimits(riskContext(context)).map((bar) => [bar.code, bar]))

describe('riskLimits', () => {
  it('shows losses, counts, exposure, margin and age', () => {
    const shown = bars({
      account: { equity: 9900, balance: 9900, availableMargin: 8900 },
      riskState: { ...FRESH, tradesToday: 3, consecutiveLosses: 2 },
      positions: [{ instrumentId: ETH_ID, side: 'long', quantity: quantity('2'), notional: 4950 }],
      lastMarketDataMs: NOW_MS - 1500,
    })
    expect(shown).toMatchObject({
      day_loss: { used: 0.01, limit: 0.02, unit: 'fraction' },
      week_loss: { used: 0.01, limit: 0.05 },
      account_drawdown: { used: 0.01, limit: 0.2 },
      trades_per_day: { used: 3, limit: 15, unit: 'count' },
      consecutive_losses: { used: 2, limit: 8 },
      gross_exposure: { used: 0.5, limit: 2 },
      leverage: { used: 0.5, limit: 5 },
      position_size: { used: 4950, limit: 9900 },
      available_margin: { used: 1000, limit: 9900 },
      system_health: { used: 1500, limit: 180_000, unit: 'ms' },
    })
  })
  it('shows a gain as nothing lost', () => {
    expect(bars({ account: { equity: 10_500, balance: 10_500, availableMargin: 10_500 } })).toMatchObject({
      day_loss: { used: 0 },
      account_drawdown: { used: 0 },
    })
  })
  it('leaves out what needs an unknown account, and never gives the screen a number that is none', () => {
    expect(Object.keys(bars({ account: null }))).toEqual(['trades_per_day', 'consecutive_losses', 'system_health'])
    for (const bar of riskLimits(riskContext({ account: { equity: 0, balance: 0, availableMargin: Number.NaN } })))
      expect(LimitView.safeParse(bar).success).toBe(true)
  })
})
