// Proves that two runs side by side show exactly the fields they differ in, by a path that does not depend on order, and who is ahead by each
// metric that has a better side.
import { describe, expect, it } from 'vitest'
import { type ComparedRun, compareRuns, differences, flattened } from '../../src-shared/bridge/run-compare.ts'

describe('fields', () => {
  it('are found by id or name in lists, by number where there is neither', () => {
    expect(
      Object.fromEntries(
        flattened({
          playbook: {
            strategies: [
              { id: 'imba', parameters: { minScore: 2.5 } },
              { id: 'tb', parameters: {} },
            ],
          },
          files: [{ name: 'mine.ts', source: 'x' }],
          data: { instruments: ['BTC/USDT:USDT', 'ETH/USDT:USDT'], detail: null },
        }),
      ),
    ).toEqual({
      'playbook.strategies.imba.id': 'imba',
      'playbook.strategies.imba.parameters.minScore': 2.5,
      'playbook.strategies.tb.id': 'tb',
      'playbook.strategies.tb.parameters': '{}',
      'files.mine.ts.name': 'mine.ts',
      'files.mine.ts.source': 'x',
      'data.instruments.0': 'BTC/USDT:USDT',
      'data.instruments.1': 'ETH/USDT:USDT',
      'data.detail': null,
    })
  })

  it('fall back to numbers when two things in a list share an id', () => {
    expect([
      ...flattened([
        { id: 'a', x: 1 },
        { id: 'a', x: 2 },
      ]).keys(),
    ]).toEqual(['0.id', '0.x', '1.id', '1.x'])
  })

  it('that are the same are left out, whatever the order of a list', () => {
    const one = {
      strategies: [
        { id: 'a', p: 1 },
        { id: 'b', p: 2 },
      ],
      leverage: 5,
    }
    const other = {
      strategies: [
        { id: 'b', p: 3 },
        { id: 'a', p: 1 },
      ],
      leverage: 5,
    }
    expect(differences([one, other])).toEqual([{ path: 'strategies.b.p', values: [2, 3] }])
    expect(differences([one, structuredClone(one)])).toEqual([])
    expect(differences([one])).toEqual([])
  })

  it('that only some of three runs have are undefined in the others', () => {
    expect(differences([{ a: 1 }, { a: 1, b: null }, { a: 2 }])).toEqual([
      { path: 'a', values: [1, 1, 2] },
      { path: 'b', values: [undefined, null, undefined] },
    ])
  })

  it('that are long texts are told apart without being shown', () => {
    const [text, longer] = ['x'.repeat(500), `${'x'.repeat(500)}y`]
    expect(differences([{ source: text }, { source: longer }, { source: text }, { source: 'short' }])).toEqual([
      { path: 'source', values: ['text 1, 500 characters', 'text 2, 501 characters', 'text 1, 500 characters', 'short'] },
    ])
  })

  it('end somewhere, however deep the value', () => {
    const deep = (depth: number, leaf: number): unknown => (depth === 0 ? leaf : { d: deep(depth - 1, leaf) })
    expect(differences([deep(40, 1), deep(40, 2)])).toMatchObject([{ path: 'd.d.d.d.d.d.d.d.d.d.d.d.d.d.d.d' }])
  })
})

describe('runs', () => {
  const run = (changes: Partial<ComparedRun['run']>, metrics: ComparedRun['metrics'], hash = 'aa'): ComparedRun => ({
    run: {
      id: 'r',
      kind: 'backtest',
      parentId: null,
      title: 't',
      note: '',
      playbookId: 'imba',
      instruments: ['BTC/USDT:USDT'],
      timeframe: '1m',
      fromMs: 0,
      toMs: 1,
      state: 'done',
      createdMs: 0,
      seconds: 1,
      codeVersion: 'v1',
      seed: 1,
      metrics,
      passed: null,
      hasJournal: false,
      ...changes,
    },
    spec: { leverage: 5 },
    metrics,
    passports: [{ id: 'binanceusdm|BTC/USDT:USDT|candles|1m', contentHash: hash }],
  })

  it('that differ in nothing but code and data say so', () => {
    expect(compareRuns([run({}, {}), run({ codeVersion: 'v2' }, {}, 'bb')]).fields).toEqual([
      { path: 'code version', values: ['v1', 'v2'] },
      { path: 'data hash.binanceusdm|BTC/USDT:USDT|candles|1m', values: ['aa', 'bb'] },
    ])
  })

  it('have a best by each metric that has a better side, if one is ahead', () => {
    const { metrics } = compareRuns([
      run({}, { sharpe: 1, max_drawdown: 0.2, trades: 10, calmar: 3, sortino: null }),
      run({}, { sharpe: 2, max_drawdown: 0.3, trades: 90, calmar: 3, sortino: 1 }),
    ])
    const bestOf = (wanted: string): number | null | undefined => metrics.find(({ metric }) => metric === wanted)?.best
    expect([bestOf('sharpe'), bestOf('max_drawdown')]).toEqual([1, 0])
    expect([bestOf('trades'), bestOf('calmar'), bestOf('sortino'), bestOf('sqn')]).toEqual([null, null, null, null])
  })
})
