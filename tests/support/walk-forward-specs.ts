// Walk-forwards over a search of two parameters.
import { type WalkForwardInput, WalkForwardSpec } from '../../src-shared/config/lab.ts'
import { DAY_MS } from '../../src-shared/domain/time.ts'

export const PERIOD_START_MS = Date.UTC(2024, 0, 1)

type Over = Partial<Omit<WalkForwardInput, 'search'>> & { readonly days?: number; readonly search?: Partial<WalkForwardInput['search']> }

/** Over so many days from {@link PERIOD_START_MS} on. */
export function walkForwardSpec({ days = 365, search = {}, ...over }: Over = {}): WalkForwardSpec {
  return WalkForwardSpec.parse({
    ...over,
    search: {
      backtest: {
        playbook: { version: 1, id: 'p', title: 'P', description: '', strategies: [{ id: 's', parameters: { y: 7 } }] },
        data: { instruments: ['BTC/USDT:USDT'], fromMs: PERIOD_START_MS, toMs: PERIOD_START_MS + days * DAY_MS },
      },
      dimensions: [
        { strategyId: 's', parameter: 'x0', min: 0, max: 1, step: 0.1 },
        { strategyId: 's', parameter: 'x1', min: 1, max: 100, scale: 'log' },
      ],
      trials: 12,
      ...search,
    },
  })
}
