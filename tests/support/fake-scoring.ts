// What the fake engine knows of strategies by regime, and the playbooks it could run.
import type { Output } from '../../src-shared/bridge/contract.ts'

type Matrix = Output<'scoring.matrix'>
type Strategy = Matrix['strategies'][number]
type Cell = Strategy['cells'][number]

const cellsOf = (regimes: readonly string[], seed: number): Cell[] =>
  (['long', 'short'] as const).flatMap((side, row) =>
    regimes.map((regime, column) => {
      const n = seed + 3 * row + column
      const [wins, losses, expired] = [(n * 5) % 11, (n * 3) % 9, n % 4]
      const resolved = wins + losses + expired
      return {
        side,
        regime,
        enabled: n % 5 !== 0,
        wins,
        losses,
        expired,
        expectancyR: resolved < 5 ? null : Number(((wins * 1.6 - losses) / resolved).toFixed(3)),
      }
    }),
  )

const strategy = (over: Pick<Strategy, 'strategyId' | 'title' | 'score' | 'resolved' | 'regimes'>, seed: number): Strategy => ({
  window: 50,
  floor: -0.1,
  cells: cellsOf(over.regimes, seed),
  ...over,
})

export const fakeMatrix = (): Matrix => ({
  strategies: [
    strategy(
      {
        strategyId: 'imba-volatility-regime',
        title: 'IMBA volatility regime',
        score: 0.214,
        resolved: 42,
        regimes: ['trend', 'flat', 'volatile'],
      },
      1,
    ),
    strategy(
      { strategyId: 'trend-breakout', title: 'Trend breakout', score: -0.162, resolved: 50, regimes: ['trend', 'flat', 'volatile'] },
      4,
    ),
    strategy(
      {
        strategyId: 'mean-reversion',
        title: 'Mean reversion',
        score: null,
        resolved: 3,
        regimes: ['trend_up', 'trend_down', 'range', 'compression', 'expansion'],
      },
      2,
    ),
  ],
})

/** The matrix with one cell switched. */
export const withCell = (matrix: Matrix, change: { strategyId: string; side: string; regime: string; enabled: boolean }): Matrix => ({
  strategies: matrix.strategies.map((row) =>
    row.strategyId !== change.strategyId
      ? row
      : {
          ...row,
          cells: row.cells.map((cell) =>
            cell.side === change.side && cell.regime === change.regime ? { ...cell, enabled: change.enabled } : cell,
          ),
        },
  ),
})

export const fakePlaybooks = (): Output<'playbook.list'> => [
  {
    id: 'imba',
    title: 'IMBA',
    description: 'Twelve weighted signals, three regimes, timing by sentiment and dominance. Few trades, wide stops.',
    source: 'bundled',
    strategies: ['imba-volatility-regime', 'trend-breakout', 'mean-reversion'],
    isActive: true,
  },
  {
    id: 'order-flow',
    title: 'Order flow',
    description: 'Absorption and sweeps in the book, held for minutes. Needs a feed with trades and books.',
    source: 'bundled',
    strategies: ['absorption', 'sweep', 'micro-breakout'],
    isActive: false,
  },
  {
    id: 'my-playbook',
    title: 'my-playbook',
    description: 'From the playbooks folder',
    source: 'user',
    strategies: ['my-first-strategy'],
    isActive: false,
  },
]
