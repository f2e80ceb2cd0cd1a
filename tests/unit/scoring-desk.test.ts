// Proves, through the kernel and its loop, what may keep a signal from being traded before anything is sized: its own filters, a cell that a
// person switched off, a score below its floor. And that such a signal is followed all the same, so that a strategy can earn its way back.
import { describe, expect, it } from 'vitest'
import { strategyId } from '../../src-shared/domain/ids.ts'
import { MINUTE_MS } from '../../src-shared/domain/time.ts'
import { protectedDesk } from '../support/hand-venue.ts'
import { START_MS, filter, flat, openWorld, regimeNamed, strategy, wanted } from '../support/scoring-world.ts'

const HALF_HOUR_MS = 30 * MINUTE_MS
const eager = (direction: 'buy' | 'sell' = 'buy') => strategy('eager', { onCandle: ({ close }) => wanted(direction, close) })
const off = { type: 'set_enablement', cell: { strategyId: strategyId('eager'), side: 'long', regime: 'any', enabled: false } } as const

describe('a filter that failed', () => {
  it('blocks with the code of the first one, before anything is sized or judged', () => {
    const filters = [filter('spread', true), filter('funding', false, 'funding 0.12 % is more than 0.1 %'), filter('cooldown', false)]
    const { candle, of, kernel } = openWorld({
      strategies: [strategy('picky', { onCandle: ({ close }) => wanted('sell', close, { filters }) })],
    })
    candle(flat(50_000))
    expect(of('decision')).toMatchObject([
      {
        outcome: 'blocked',
        reason: 'funding',
        summary: 'Sell BTC blocked: funding 0.12 % is more than 0.1 %',
        sizing: [],
        risk: [],
        entry: null,
      },
    ])
    expect(of('decision')[0]?.signal.filters).toEqual(filters)
    expect(of('decision')[0]?.gates.map(({ code }) => code)).toEqual(['ok', 'ok'])
    expect(kernel.execution.registry.open()).toEqual([])
  })

  it('comes before a gate that refuses, and the gate is still written down', () => {
    const { candle, of, loop } = openWorld({
      strategies: [strategy('eager', { onCandle: ({ close }) => wanted('buy', close, { filters: [filter('funding', false)] }) })],
    })
    loop.command(off, START_MS)
    candle(flat(50_000))
    expect(of('decision')[0]).toMatchObject({ reason: 'funding', gates: [{ code: 'cell_disabled', passed: false }, { code: 'ok' }] })
  })

  it('may say as much as a summary holds: the summary is shortened, the verdict is not', () => {
    const long = filter('x'.repeat(64), false, 'y'.repeat(400))
    const { candle, of } = openWorld({
      strategies: [strategy('wordy', { onCandle: ({ close }) => wanted('buy', close, { filters: [long] }) })],
    })
    candle(flat(50_000))
    const [decision] = of('decision')
    expect([decision?.reason.length, decision?.summary.length]).toEqual([64, 400])
    expect(decision?.signal.filters).toEqual([long])
  })
})

describe('the summary of an executed decision', () => {
  it.each([
    [
      { buy: 2, sell: 0.55, before: 1.21625, after: 1.4473375, threshold: 1.2 },
      /^Buy 0\.\d+ BTC, confluence 1\.45, at about 50000, stop 49500, strength 1\.00$/,
    ],
    [null, /^Buy 0\.\d+ BTC at about 50000, stop 49500, strength 1\.00$/],
  ])('names the confluence when there is one (%#)', (confluence, expected) => {
    const { candle, of } = openWorld({ strategies: [strategy('eager', { onCandle: ({ close }) => wanted('buy', close, { confluence }) })] })
    candle(flat(50_000))
    candle(flat(50_000))
    expect(of('decision').find(({ outcome }) => outcome === 'executed')?.summary).toMatch(expected)
  })
})

describe('a cell of the matrix', () => {
  it('that is switched off blocks its side and no other, says so with its numbers, and can be switched on again', () => {
    let direction: 'buy' | 'sell' = 'buy'
    const { candle, of, loop, kernel } = openWorld({
      strategies: [strategy('eager', { onCandle: ({ close }) => wanted(direction, close) })],
    })
    expect(loop.command(off, START_MS)).toEqual({ ok: true, value: undefined })
    candle(flat(50_000))
    candle(flat(50_000))
    expect(of('decision')[1]).toMatchObject({
      outcome: 'blocked',
      reason: 'cell_disabled',
      summary: 'Buy BTC blocked: eager long in regime any is switched off',
      gates: [
        { check: 'strategy_cell', passed: false, numbers: { side: 'long', regime: 'any', enabled: false } },
        { check: 'strategy_score' },
      ],
      sizing: [],
    })
    direction = 'sell'
    candle(flat(50_000))
    expect(of('decision')[2]).toMatchObject({ outcome: 'executed', gates: [{ passed: true }, { passed: true }] })
    loop.command({ ...off, cell: { ...off.cell, enabled: true } }, START_MS)
    expect(kernel.scoring.gates({ id: strategyId('eager') }, wanted('buy', 50_000))[0]).toMatchObject({ passed: true, code: 'ok' })
  })

  it('belongs to a regime that the strategy declares; any other regime is one that is not known', () => {
    const names = ['trend', 'flat', 'surprise']
    let at = 0
    const { candle, of, loop } = openWorld({
      strategies: [
        strategy('eager', {
          regimes: ['trend', 'flat'],
          onCandle: ({ close }) => wanted('buy', close, { regime: regimeNamed(names[at] ?? '') }),
        }),
      ],
    })
    const cell = { ...off.cell, regime: 'flat' }
    loop.command({ type: 'set_enablement', cell }, START_MS)
    loop.command(off, START_MS)
    for (at = 0; at < names.length; at += 1) candle(flat(50_000))
    expect(of('decision').map(({ gates }) => [gates[0]?.numbers['regime'], gates[0]?.passed])).toEqual([
      ['trend', true],
      ['flat', false],
      ['any', false],
    ])
  })

  it('that nobody knows is refused in words, and nothing is written but the attempt', () => {
    const { loop, of } = openWorld({ strategies: [strategy('eager', { regimes: ['trend'], onCandle: () => null })] })
    const ask = (changes: object) => loop.command({ type: 'set_enablement', cell: { ...off.cell, ...changes } }, START_MS)
    expect(ask({ strategyId: strategyId('nobody') })).toEqual({
      ok: false,
      error: 'strategy "nobody" is not loaded, expected one of eager',
    })
    expect(ask({ regime: 'storm' })).toEqual({ ok: false, error: 'regime "storm" is none of strategy eager, expected one of trend, any' })
    expect(of('enablement')).toEqual([])
    expect(ask({ regime: 'trend' })).toMatchObject({ ok: true })
    expect(of('enablement')).toEqual([{ strategyId: 'eager', side: 'long', regime: 'trend', enabled: false }])
    expect(of('audit').map(({ action, accepted, detail }) => [action, accepted, detail.split(':')[0]])).toEqual([
      ['set_enablement', false, 'nobody long in regime any off'],
      ['set_enablement', false, 'eager long in regime storm off'],
      ['set_enablement', true, 'eager long in regime trend off'],
    ])
  })
})

describe('an add to an open position', () => {
  const add = { type: 'add', fraction: 1, reason: 'step 1', regime: null } as const

  it('is no signal: nobody follows what becomes of it', () => {
    const { desk } = protectedDesk('buy', { stop: 58_800, sizeShare: 0.5 })
    expect(desk.kernel.scoring.followed).toBe(1)
    desk.manage(add, 59_400)
    expect(desk.records('decision').map(({ outcome, isAdd }) => [outcome, isAdd])).toEqual([
      ['executed', undefined],
      ['executed', true],
    ])
    expect(desk.kernel.scoring.followed).toBe(1)
  })

  it('is blocked like an entry where its side is switched off', () => {
    const { desk } = protectedDesk('buy', { stop: 58_800, sizeShare: 0.5 })
    desk.kernel.handle({
      source: 'operator',
      command: { ...off, cell: { ...off.cell, strategyId: strategyId('by-hand') } },
      tsMs: START_MS,
    })
    desk.manage(add, 59_400)
    expect(desk.records('decision').at(-1)).toMatchObject({
      outcome: 'blocked',
      reason: 'cell_disabled',
      isAdd: true,
      sizing: [],
      risk: [],
    })
    expect(desk.sent('entry')).toHaveLength(1)
  })
})

describe('outcomes', () => {
  it('are written for executed and blocked signals alike, on the half hours of market time and at no other time', () => {
    let asked = 0
    const { candle, of, records, minuteMs } = openWorld({
      strategies: [strategy('twice', { onCandle: ({ close }) => ((asked += 1) <= 2 ? wanted('buy', close) : null) })],
    })
    candle(flat(50_000))
    candle(flat(50_000))
    candle({ high: 50_600, low: 50_000, close: 50_500 })
    while (minuteMs() < START_MS + HALF_HOUR_MS - MINUTE_MS) candle(flat(50_400))
    expect(of('signal_outcome')).toEqual([])
    candle(flat(50_400))
    expect(of('decision').map(({ outcome }) => outcome)).toEqual(['executed', 'blocked'])
    expect(of('signal_outcome').map(({ executed, outcome, resolvedMs, endedMs }) => [executed, outcome, resolvedMs, endedMs])).toEqual([
      [true, 'win', START_MS + HALF_HOUR_MS, START_MS + 3 * MINUTE_MS],
      [false, 'win', START_MS + HALF_HOUR_MS, START_MS + 3 * MINUTE_MS],
    ])
    const written = records.filter(({ kind }) => kind === 'signal_outcome')
    expect(written.map(({ tsMs }) => tsMs)).toEqual([START_MS + HALF_HOUR_MS, START_MS + HALF_HOUR_MS])
  })

  it('set no timer while nothing has ended', () => {
    const { candle, loop } = openWorld({ strategies: [eager()] })
    const before = loop.nextDueMs()
    candle(flat(50_000))
    candle(flat(50_000))
    expect(before).toBe(Number.POSITIVE_INFINITY)
    expect(loop.nextDueMs()).toBe(Number.POSITIVE_INFINITY)
  })

  it('of a strategy on longer bars count from the close of the bar', () => {
    let asked = false
    const { candle, of, minuteMs } = openWorld({
      strategies: [strategy('slow', { timeframe: '5m', onCandle: ({ close }) => (asked ? null : ((asked = true), wanted('buy', close))) })],
    })
    for (let i = 0; i < 4; i += 1) candle(flat(50_000))
    candle({ high: 60_000, low: 49_990, close: 50_000 })
    while (minuteMs() <= START_MS + HALF_HOUR_MS) candle({ high: 50_100, low: 49_900, close: 50_000 })
    expect(of('decision')).toHaveLength(1)
    expect(of('signal_outcome')).toEqual([])
    candle({ high: 50_000, low: 49_000, close: 49_400 })
    while (minuteMs() <= START_MS + 2 * HALF_HOUR_MS) candle(flat(49_400))
    expect(of('signal_outcome')).toMatchObject([{ decidedMs: START_MS + 5 * MINUTE_MS, outcome: 'loss', maxFavorableR: 0.2 }])
  })
})

describe('a score', () => {
  /** Each signal ends within a minute, as the test wants. */
  const scored = (floorsR: Record<string, number>) => {
    const world = openWorld({ strategies: [eager()], scoring: { windowSignals: 5, floorsR } })
    const minutes = (count: number, isWon: boolean): void => {
      for (let i = 0; i < count; i += 1)
        world.candle(isWon ? { high: 50_600, low: 49_900, close: 50_000 } : { high: 50_100, low: 49_400, close: 50_000 })
    }
    const reasons = (from: number): string[] =>
      world
        .of('decision')
        .slice(from)
        .map(({ reason }) => reason)
    return { ...world, minutes, reasons }
  }

  it('does not exist before there are enough resolved signals, and refuses below its floor from then on', () => {
    const { minutes, of, reasons, kernel } = scored({ eager: 0 })
    minutes(29, false)
    expect(of('signal_outcome')).toEqual([])
    expect(reasons(0)).not.toContain('score_below_floor')
    minutes(1, false)
    expect(of('signal_outcome').length).toBeGreaterThan(5)
    expect(reasons(29)).toEqual(['score_below_floor'])
    expect(of('decision').at(-1)?.gates[1]).toMatchObject({
      check: 'strategy_score',
      code: 'score_below_floor',
      message: 'eager has -1 R over its last 5 signals (28 resolved), its floor is 0 R',
      numbers: { score: -1, floor: 0, resolved: 28, window: 5 },
    })
    expect(kernel.scoring.scoring({ id: strategyId('eager') })).toMatchObject({ expectancyR: -1, resolved: 28, window: 5, floorR: 0 })
  })

  it('is earned back by signals that were blocked', () => {
    const { minutes, reasons, of } = scored({ eager: 0 })
    minutes(30, false)
    minutes(29, true)
    expect(reasons(29)).toEqual(Array.from({ length: 30 }, () => 'score_below_floor'))
    const decided = of('decision').length
    minutes(3, true)
    expect(reasons(decided)).not.toContain('score_below_floor')
  })

  it('refuses nothing where the floor is not set, nor for an id that every object knows', () => {
    const { minutes, reasons, kernel } = scored({})
    minutes(40, false)
    expect(reasons(0)).not.toContain('score_below_floor')
    expect(kernel.scoring.gates({ id: strategyId('constructor') }, wanted('buy', 50_000)).every(({ passed }) => passed)).toBe(true)
  })
})

describe('the matrix of a strategy', () => {
  it('counts each cell by itself, and what is not declared under "any"', () => {
    const regimes = ['trend', 'flat']
    const names = [...regimes, 'surprise', null]
    let at = 0
    const { candle, kernel, minuteMs } = openWorld({
      strategies: [
        strategy('eager', {
          regimes,
          onCandle: ({ close }) => {
            const name = names[at++] ?? undefined
            return at > names.length
              ? null
              : wanted(at === 2 ? 'sell' : 'buy', close, { regime: name === undefined ? null : regimeNamed(name) })
          },
        }),
      ],
    })
    for (let i = 0; i < names.length; i += 1) candle(flat(50_000))
    candle({ high: 50_500, low: 49_900, close: 50_000 })
    while (minuteMs() <= START_MS + HALF_HOUR_MS) candle(flat(50_000))
    const counted = kernel.scoring.scoring({ id: strategyId('eager'), regimes }).cells
    expect(
      counted.map(({ regime, side, wins, losses, expired, expectancyR }) => [regime, side, wins, losses, expired, expectancyR]),
    ).toEqual([
      ['trend', 'long', 1, 0, 0, 1],
      ['trend', 'short', 0, 0, 0, null],
      ['flat', 'long', 0, 0, 0, null],
      ['flat', 'short', 0, 1, 0, -1],
      ['any', 'long', 2, 0, 0, 1],
      ['any', 'short', 0, 0, 0, null],
    ])
  })
})
