// Proves that a user's strategy runs in the sandbox like a bundled one: same input, same output in every run, nothing carried over, everything
// it returns checked, everything it prints bounded.
import { PLAIN_SIGNAL } from '../../src-shared/domain/decision.ts'
import { MEASURES } from '../../src-shared/domain/measure.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
import { type QuickJsSandbox, type SandboxLine, createQuickJsSandbox } from '../../src-main/adapters/sandbox/quickjs-sandbox.ts'
import { findFeature } from '../../src-main/core/features/registry.ts'
import type { StrategyInput, StrategyPlugin } from '../../src-main/core/strategies/strategy.ts'
import { validateSignal } from '../../src-main/core/strategies/validate-signal.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import { BTC, instanceOf, realCandles, signalsOf } from '../support/strategy-candles.ts'

let sandbox: QuickJsSandbox
const printed: SandboxLine[] = []
const checkFeature = (name: string): string | null => {
  const feature = findFeature(name)
  return feature.ok ? null : feature.error.message
}

beforeAll(async () => {
  sandbox = await createQuickJsSandbox({ checkSignal: validateSignal, checkFeature, onLog: (line) => printed.push(line) })
})
beforeEach(() => sandbox.prepare(3))
afterAll(() => sandbox.close())

const input: StrategyInput = {
  instrumentId: BTC,
  openTimeMs: Date.UTC(2024, 2, 1, 12, 0),
  open: 99,
  high: 101,
  low: 98,
  close: 100,
  volume: 7,
  features: Float64Array.of(97, NaN),
  measures: new Float64Array(MEASURES.length).fill(NaN),
  position: null,
  lastClosedMs: null,
}

/** A strategy file around some statements; `body` is that of onCandle. */
export const fileWith = (parts: { top?: string; state?: string; body?: string; manage?: string }): string => `
import type { Strategy, Input } from 'tradewright'
${parts.top ?? ''}
export const strategy: Strategy = {
  id: 'mine', title: 'Mine', description: 'For the test', timeframe: '5m', warmupCandles: 60,
  features: ['ema_21', 'atr_14'],
  parameters: [{ name: 'factor', min: 0, max: 5, step: 1, default: 2 }],
  create(instrumentId: string, parameters: Record<string, number>) {
    ${parts.state ?? ''}
    return {
      onCandle(input: Input) { ${parts.body ?? 'return null'} },
      ${parts.manage === undefined ? '' : `manage(input: Input) { ${parts.manage} },`}
    }
  },
}
`

function load(source: string): StrategyPlugin {
  const loaded = sandbox.load(source, 'mine.ts')
  if (!loaded.ok) throw new Error(`${loaded.error.code}: ${loaded.error.message}`)
  return loaded.value
}
const fault = (call: () => unknown): unknown => {
  try {
    call()
  } catch (error) {
    return error instanceof Error && 'fault' in error ? error.fault : error
  }
  return null
}

const BUY_WHY = (why: string): string => `return { direction: 'buy', strength: 0.5, stopPrice: input.close - 5, why: ${why} }`

describe('a strategy in the sandbox', () => {
  it('declares what it needs, with what a form needs for its parameters', () => {
    expect(load(fileWith({})).declaration).toEqual({
      id: 'mine',
      title: 'Mine',
      description: 'For the test',
      timeframe: '5m',
      warmupCandles: 60,
      features: ['ema_21', 'atr_14'],
      parameters: [{ name: 'factor', title: 'factor', help: '', unit: '', min: 0, max: 5, step: 1, default: 2 }],
    })
  })

  it('sees candle, features, parameters, instrument and position exactly', () => {
    const why =
      '{ time: input.openTimeMs, open: input.open, high: input.high, low: input.low, volume: input.volume, ema: input.features[0], ' +
      'warm: Number.isNaN(input.features[1]), factor: parameters.factor, id: instrumentId, side: input.position?.side ?? null, entry: input.position?.entryPrice ?? null, closed: input.lastClosedMs }'
    const instance = load(fileWith({ body: BUY_WHY(why) })).create(BTC, { factor: 3 })
    const expected = {
      time: input.openTimeMs,
      open: 99,
      high: 101,
      low: 98,
      volume: 7,
      ema: 97,
      warm: true,
      factor: 3,
      id: BTC,
      side: null,
      entry: null,
      closed: null,
    }
    const vote = { voter: 'mine', direction: 'buy', strength: 0.5, weight: 1, multiplier: 1, why: expected, evidence: [] }
    expect(instance.onCandle(input)).toEqual({
      ...PLAIN_SIGNAL,
      direction: 'buy',
      strength: 0.5,
      stopPrice: 95,
      chandelierDistance: null,
      votes: [vote],
      why: expected,
    })
    const position = { side: 'short', quantity: 2, entryPrice: 0.1 + 0.2, stopPrice: 103, openedMs: 5 } as const
    expect(instance.onCandle({ ...input, position })?.why).toMatchObject({ side: 'short', entry: 0.1 + 0.2 })
    expect(instance.onCandle(input)?.why['side']).toBeNull()
    for (const lastClosedMs of [0, 1_700_000_000_123])
      expect(instance.onCandle({ ...input, lastClosedMs })?.why).toMatchObject({ closed: lastClosedMs })
  })

  it('manages its position, and has no manage when the file has none', () => {
    const body =
      "return input.close > 99 ? { type: 'close', reason: 'enough' } : { type: 'move_stop', stopPrice: input.close - 1, reason: 'trail' }"
    const instance = instanceOf(load(fileWith({ manage: body })))
    expect(instance.manage?.(input)).toEqual({ type: 'close', reason: 'enough' })
    expect(instance.manage?.({ ...input, close: 90 })).toEqual({ type: 'move_stop', stopPrice: 89, reason: 'trail' })
    expect(instanceOf(load(fileWith({}))).manage).toBeUndefined()
  })

  it('reads the candle for its clock, UTC for its time zone, and the same chance in each run', () => {
    const why =
      '{ now: Date.now(), same: new Date().getTime() === Date.now(), hour: new Date().getHours(), offset: new Date().getTimezoneOffset(), text: String(new Date(0)), ' +
      'local: new Date(2024, 0, 1).getTime(), parsed: Date.parse("2024-01-01"), hidden: new (new Date(0).constructor)().getTime(), chance: Math.random() }'
    const plugin = load(fileWith({ body: BUY_WHY(why) }))
    const first = instanceOf(plugin).onCandle(input)?.why
    const closeMs = input.openTimeMs + 300_000
    expect(first).toMatchObject({ now: closeMs, same: true, hour: 12, offset: 0, text: '1970-01-01T00:00:00.000Z', hidden: closeMs })
    expect(first).toMatchObject({ local: Date.UTC(2024, 0, 1), parsed: Date.UTC(2024, 0, 1) })
    expect(instanceOf(plugin).onCandle(input)?.why).toEqual(first)
    const other = plugin.create(instrumentId('ETH/USDT:USDT'), { factor: 2 }).onCandle(input)?.why
    expect(other?.['chance']).not.toBe(first?.['chance'])
  })

  it('shares nothing between instruments, instances and files, not even a polluted prototype', () => {
    const top = "let count = 0\nif (Object.prototype.polluted) throw new Error('polluted')"
    const body = `count += 1; Object.prototype.polluted = true; Math.random = () => 0.5; ${BUY_WHY('{ count }')}`
    const plugin = load(fileWith({ top, body }))
    const [one, two] = [instanceOf(plugin), instanceOf(plugin)]
    expect([one.onCandle(input)?.why['count'], one.onCandle(input)?.why['count'], two.onCandle(input)?.why['count']]).toEqual([1, 2, 1])
    expect(instanceOf(load(fileWith({ top, body }))).onCandle(input)?.why['count']).toBe(1)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  it('hurts only itself when it replaces what its world is made of', () => {
    const top = 'JSON.stringify = () => "{}"; Array.prototype.join = null; String.prototype.slice = null; globalThis.Float64Array = null'
    const instance = instanceOf(load(fileWith({ top, body: `console.log('still here'); ${BUY_WHY('{ ok: true }')}` })))
    expect(instance.onCandle(input)?.why).toEqual({ ok: true })
  })

  it('prints through the callback, at most 20 lines of 500 letters per call', () => {
    printed.length = 0
    const body = "console.log('a', 1, { b: NaN }, 'x'.repeat(600)); for (let i = 0; i < 1000; i += 1) console.warn(i); return null"
    instanceOf(load(fileWith({ body }))).onCandle(input)
    expect(printed).toHaveLength(20)
    expect(printed[0]).toMatchObject({ strategyId: 'mine', instrumentId: BTC })
    expect(printed[0]?.text.startsWith('a 1 {"b":"@number:NaN"} xxx')).toBe(true)
    expect(printed[0]?.text).toHaveLength(500)
  })

  it.each([
    ['{ direction: "buy", strength: 0.5, stopPrice: NaN }', 'stopPrice is NaN, expected a price below the close 100 for a buy'],
    ['{ direction: "sell", strength: 0.5, stopPrice: -Infinity }', 'stopPrice is -Infinity'],
    ['{ direction: "buy", strength: 0.5 }', 'stopPrice is NaN'],
    ['{ direction: "buy", strength: 2, stopPrice: 90 }', 'strength is 2, expected a number from 0 to 1'],
    ['{ direction: "up", strength: 1, stopPrice: 90 }', 'direction is "up"'],
    ['{}', 'direction is undefined'],
    ['[1]', 'onCandle returned [1], expected a signal or null'],
    ['"buy"', 'onCandle returned "buy", expected a signal or null'],
    ['true', 'onCandle returned true'],
    ['() => 1', 'onCandle returned function, expected an object or null'],
    ['Promise.resolve(null)', 'onCandle returned a promise'],
    ['{ direction: "buy", strength: 1, stopPrice: 90, why: { note: "x".repeat(100000) } }', 'letters of JSON, expected at most 65536'],
    ['{ direction: "buy", strength: 1, stopPrice: 90, why: { "constructor": "constructor", a: [] } }', 'why.a is a list'],
  ])('is refused the signal %s', (signal, message) => {
    const instance = instanceOf(load(fileWith({ body: `return (${signal})` })))
    expect(fault(() => instance.onCandle(input))).toMatchObject({
      strategyId: 'mine',
      code: 'bad_signal',
      message: expect.stringContaining(message),
    })
  })

  it.each([
    ['{ type: "move_stop", stopPrice: NaN, reason: "x" }', 'stopPrice is NaN, expected a price above 0'],
    ['{ type: "move_stop", stopPrice: "95", reason: "x" }', 'stopPrice is "95"'],
    ['{ type: "open", reason: "x" }', 'type is "open", expected close or move_stop'],
    ['{ type: "close" }', 'reason is missing, expected a text of 1 to 200 letters'],
    ['7', 'manage returned 7, expected an intent or null'],
  ])('is refused the intent %s', (intent, message) => {
    const instance = instanceOf(load(fileWith({ manage: `return (${intent})` })))
    expect(fault(() => instance.manage?.(input))).toMatchObject({ code: 'bad_signal', message: expect.stringContaining(message) })
  })

  it('keeps the newest 64 instances of a file and says so to an older one', () => {
    const plugin = load(fileWith({}))
    const first = instanceOf(plugin)
    const second = instanceOf(plugin)
    for (let i = 0; i < 70; i += 1) {
      instanceOf(plugin)
      first.onCandle(input)
    }
    expect(first.onCandle(input)).toBeNull()
    expect(fault(() => second.onCandle(input))).toMatchObject({
      code: 'out_of_memory',
      message: expect.stringContaining('freed for newer ones'),
    })
  })
})

describe('the example of the documentation', () => {
  const example = readFileSync(new URL('../../assets/strategies/band-return.ts', import.meta.url), 'utf8')

  it('is the file on the page', () => {
    const page = readFileSync(new URL('../../docs/strategies.md', import.meta.url), 'utf8')
    expect(page).toContain(example.trim())
  })

  it('gives valid signals on real candles, bit for bit the same in two runs', () => {
    const columns = realCandles()
    const runs = [1, 2].map(() => signalsOf(load(example), columns))
    expect(runs[0]?.length).toBeGreaterThan(10)
    expect(runs[1]).toEqual(runs[0])
    expect(new Set(runs[0]?.map(({ signal }) => signal.direction))).toEqual(new Set(['buy', 'sell']))
  })

  it('closes in the middle of the bands', () => {
    const instance = instanceOf(load(example))
    const position = { side: 'long', quantity: 1, entryPrice: 95, stopPrice: 90, openedMs: 0 } as const
    const features = Float64Array.of(99, 103, 95, 2)
    expect(instance.manage?.({ ...input, features, position })).toEqual({ type: 'close', reason: 'reached_the_middle' })
    expect(instance.manage?.({ ...input, close: 98, features, position })).toBeNull()
  })
})
