// Proves through the real engine on the real recorded market that the matrix is answered and switched through the bridge, holds over a restart,
// keeps signals from being traded, and counts what became of them; and that the journal tells the same story.
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openJournalReader } from '../../src-main/adapters/journal/reader.ts'
import { type CommandName, type Input, type Output, commands } from '../../src-shared/bridge/contract.ts'
import { Settings } from '../../src-shared/config/settings.ts'
import { type EngineInProcess, openEngine } from '../support/engine-in-process.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const IDS = ['trend-adaptive', 'trend-enhanced']
const PAUSED = { speed: 1 }

async function matrixOf(engine: EngineInProcess): Promise<Output<'scoring.matrix'>> {
  return commands['scoring.matrix'].output.parse(await engine.ask('scoring.matrix', {}))
}
const enabledOf = (matrix: Output<'scoring.matrix'>): string[] =>
  matrix.strategies.flatMap(({ strategyId, cells }) =>
    cells.map(({ side, regime, enabled }) => `${strategyId} ${side} ${regime} ${String(enabled)}`),
  )

function answered<C extends CommandName>(dataDir: string, command: C, input: Input<C>): Output<C> {
  const reader = openJournalReader(join(dataDir, 'journal.db'))
  try {
    return commands[command].output.parse(reader.handle(command, input)) as Output<C> // The schema of this very command has just accepted it.
  } finally {
    reader.close()
  }
}

it('shows every strategy with its cells, refuses what there is not, and keeps a switched cell over a restart', async () => {
  const dataDir = temporaryDir()
  const first = await openEngine(dataDir, PAUSED)
  const matrix = await matrixOf(first)
  expect(
    matrix.strategies.map(({ strategyId, score, resolved, window, floor, regimes }) => [
      strategyId,
      score,
      resolved,
      window,
      floor,
      regimes,
    ]),
  ).toEqual(IDS.map((id) => [id, null, 0, 30, -1, ['any']]))
  expect(enabledOf(matrix)).toEqual(IDS.flatMap((id) => [`${id} long any true`, `${id} short any true`]))
  await first.ask('scoring.setCell', { strategyId: 'trend-adaptive', side: 'short', regime: 'any', enabled: false })
  const switched = [
    'trend-adaptive long any true',
    'trend-adaptive short any false',
    'trend-enhanced long any true',
    'trend-enhanced short any true',
  ]
  expect(enabledOf(await matrixOf(first))).toEqual(switched)
  await expect(first.ask('scoring.setCell', { strategyId: 'imba', side: 'long', regime: 'any', enabled: false })).rejects.toThrow(
    'refused: strategy "imba" is not loaded, expected one of trend-adaptive, trend-enhanced',
  )
  await expect(
    first.ask('scoring.setCell', { strategyId: 'trend-adaptive', side: 'long', regime: 'storm', enabled: false }),
  ).rejects.toThrow('refused: regime "storm" is none of strategy trend-adaptive, expected one of any')
  await first.stop()

  const second = await openEngine(dataDir, PAUSED)
  expect(enabledOf(await matrixOf(second))).toEqual(switched)
  await second.stop()
  expect(answered(dataDir, 'journal.verify', {})).toMatchObject({ ok: true })
})

it('asks a score of the strategies that a playbook names, unless playbook or settings say otherwise', async () => {
  const floorsOf = async (settings: object): Promise<Record<string, number>> => {
    const engine = await openEngine(temporaryDir(), { ...PAUSED, settings: Settings.parse({ playbook: 'validated-quant', ...settings }) })
    const { strategies } = await matrixOf(engine)
    await engine.stop()
    return Object.fromEntries(strategies.map(({ strategyId, floor }) => [strategyId, floor]))
  }
  expect(await floorsOf({})).toEqual({ tb: 0, fs: 0, mc: 0 })
  expect(await floorsOf({ risk: { scoring: { floorsR: { fs: -0.1 } } } })).toEqual({ tb: 0, fs: -0.1, mc: 0 })
})

it('blocks the signals of a cell that is off, follows them to their end, and counts them where the journal does', async () => {
  const dataDir = temporaryDir()
  const engine = await openEngine(dataDir, PAUSED)
  for (const strategyId of IDS) {
    for (const side of ['long', 'short'] as const) await engine.ask('scoring.setCell', { strategyId, side, regime: 'any', enabled: false })
  }
  await engine.ask('playback.setSpeed', { speed: 0 })
  const resolved = async (): Promise<number> => (await matrixOf(engine)).strategies.reduce((total, each) => total + each.resolved, 0)
  await engine.until('a dozen resolved signals', async () => (await resolved()) >= 12)
  await engine.ask('playback.setPlaying', { playing: false })
  const { strategies } = await matrixOf(engine)
  await engine.stop()

  const any = { instrumentId: null, strategyId: null, voter: null, regime: null, outcome: null, reason: null, result: null }
  const { rows } = answered(dataDir, 'signals.list', { limit: 500, offset: 0, filter: any })
  expect(new Set(rows.map(({ decision }) => decision.reason))).toEqual(new Set(['cell_disabled']))
  expect(answered(dataDir, 'journal.orders', { limit: 1, offset: 0 }).total).toBe(0)
  const statistics = answered(dataDir, 'signals.statistics', { by: 'strategy', strategyId: null })
  for (const { strategyId, cells } of strategies) {
    const sum = (pick: (cell: (typeof cells)[number]) => number): number => cells.reduce((total, cell) => total + pick(cell), 0)
    const { wins = 0, losses = 0, expired = 0 } = statistics.find(({ key }) => key === strategyId) ?? {}
    expect([sum((cell) => cell.wins), sum((cell) => cell.losses), sum((cell) => cell.expired)]).toEqual([wins, losses, expired])
  }
  expect(answered(dataDir, 'journal.verify', {})).toMatchObject({ ok: true })
})
