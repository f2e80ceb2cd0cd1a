// Proves that no user's file can stop the desk, reach the machine, or disturb another strategy, and that its author learns what went wrong.
import { MEASURES } from '../../src-shared/domain/measure.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type QuickJsSandbox, createQuickJsSandbox } from '../../src-main/adapters/sandbox/quickjs-sandbox.ts'
import type { SandboxFault } from '../../src-main/core/ports/sandbox.ts'
import type { StrategyInput, StrategyInstance } from '../../src-main/core/strategies/strategy.ts'
import { validateSignal } from '../../src-main/core/strategies/validate-signal.ts'
import { SandboxError } from '../../src-main/core/ports/sandbox.ts'
import { BTC, instanceOf } from '../support/strategy-candles.ts'

let sandbox: QuickJsSandbox
let neighbour: StrategyInstance

const input: StrategyInput = {
  instrumentId: BTC,
  openTimeMs: Date.UTC(2024, 2, 1),
  open: 100,
  high: 100,
  low: 100,
  close: 100,
  volume: 1,
  features: new Float64Array(0),
  measures: new Float64Array(MEASURES.length).fill(NaN),
  position: null,
  lastClosedMs: null,
}

const file = (body: string, top = ''): string => `${top}
export const strategy = {
  id: 'mine', title: 'Mine', description: 'For the test', timeframe: '1m', warmupCandles: 0, features: [],
  create() { return { onCandle(input) {
${body}
  } } },
}`

beforeAll(async () => {
  sandbox = await createQuickJsSandbox({ checkSignal: validateSignal, checkFeature: (name) => (name === 'ema_21' ? null : `no ${name}`) })
  const loaded = sandbox.load(
    file("return { direction: 'sell', strength: 1, stopPrice: input.close + 1, why: { chance: Math.random() } }"),
    'neighbour.ts',
  )
  if (!loaded.ok) throw new Error(loaded.error.message)
  neighbour = instanceOf(loaded.value)
})
beforeEach(() => sandbox.prepare(3))
afterAll(() => sandbox.close())

function faultOf(source: string): SandboxFault | null {
  const loaded = sandbox.load(source, 'mine.ts')
  if (!loaded.ok) return loaded.error
  const instance = instanceOf(loaded.value)
  try {
    instance.onCandle(input)
  } catch (error) {
    if (error instanceof SandboxError) return error.fault
    throw error
  }
  return null
}

const deep = (text: string): string => `${text.repeat(100_000)}`

describe('a hostile file', () => {
  it.each([
    ['loops for ever', 'while (true) {}', 'ran_too_long', ', line '],
    [
      'catches what ends it and loops on',
      'for (;;) { try { for (;;); } catch {} finally { continue } }',
      'ran_too_long',
      'loop turns and calls',
    ],
    ['matches for ever', "/(a+)+$/.test('a'.repeat(40) + 'b')", 'ran_too_long', 'loop turns and calls'],
    ['recurses for ever', 'const f = () => f() + 1; return f()', 'threw', 'stack overflow'],
    ['recurses through a sort', 'return [2, 1].sort(function f() { return [2, 1].sort(f) })', 'threw', 'stack overflow'],
    ['throws', "throw new Error('boom')", 'threw', 'Error: boom, line 5'],
    ['throws what cannot be read', 'throw { get message() { while (true) {} } }', 'threw', 'onCandle threw'],
    ['throws a number', 'throw 5', 'threw', '5'],
    [
      'keeps every byte it can get',
      'const kept = []; for (;;) kept.push(new Float64Array(100000))',
      'out_of_memory',
      "used all of the file's 64 MB of memory, line 5",
    ],
    ['throws at import', 'return null', 'threw', 'loading threw Error: top, line 1', "throw new Error('top')"],
    ['loops at import', 'return null', 'ran_too_long', 'loading did more than', 'for (;;);'],
    ['imports the file system', 'return null', 'import_refused', 'imports "node:fs"', "import fs from 'node:fs'"],
    ['imports a neighbour', 'return null', 'import_refused', 'neighbour', "import { strategy as other } from './neighbour.ts'"],
    ['imports late', 'return null', 'import_refused', 'imports "node:fs"', "await import('node:fs')"],
    ['waits for ever at import', 'return null', 'bad_declaration', 'await', 'await new Promise(() => {})'],
    ['asks for values from the types', 'return null', 'syntax', 'tradewright', "import { ema } from 'tradewright'"],
  ])('that %s ends in a fault, and its neighbour goes on', (_what, body, code, message, top = '') => {
    const before = neighbour.onCandle(input)?.why['chance']
    expect(faultOf(file(body, top))).toMatchObject({ code, message: expect.stringContaining(message) })
    const after = neighbour.onCandle(input)
    expect(after).toMatchObject({ direction: 'sell', stopPrice: 101 })
    expect(after?.why['chance']).not.toBe(before)
  })

  it.each([
    ['while (true) {}', ''],
    ['const f = () => f() + 1; return f()', ''],
    ["/(a+)+$/.test('a'.repeat(40) + 'b')", ''],
    ['const kept = []; for (;;) kept.push(new Float64Array(100000))', ''],
    ['return null', 'for (;;);'],
  ])('%s ends in the same place in every run', (body, top) => {
    const first = faultOf(file(body, top))
    expect(first).not.toBeNull()
    expect(faultOf(file(body, top))).toEqual(first)
  })

  it('is ended by its steps and not by the clock, after the same number of them in every run', () => {
    const counted = (): unknown => {
      const source = file('for (;;) { if (++turns % 1000 === 0) console.log(turns) }', 'let turns = 0')
      return faultOf(source)?.message
    }
    expect(counted()).toContain('500000 loop turns')
    expect(counted()).toBe(counted())
  })

  it('is ended by the backstop when single built-ins are slow', async () => {
    let nowMs = 0
    const slow = await createQuickJsSandbox({ checkSignal: validateSignal, checkFeature: () => null, nowMs: () => (nowMs += 10) })
    const loaded = slow.load(file("const text = 'a'.repeat(100000); for (;;) text.indexOf('b')"), 'slow.ts')
    if (!loaded.ok) throw new Error(loaded.error.message)
    const { onCandle } = instanceOf(loaded.value)
    expect(() => onCandle(input)).toThrow('slow.ts: onCandle took longer than 2000 ms')
    slow.close()
  })

  it('finds nothing of the machine', () => {
    const names =
      "['process', 'require', 'module', 'fetch', 'WebSocket', 'XMLHttpRequest', 'setTimeout', 'setInterval', 'performance', 'Deno', 'Bun', 'std', 'os', 'navigator', 'crypto', 'WebAssembly', 'Worker']"
    expect(
      faultOf(
        file(
          `const found = ${names}.filter((name) => name in globalThis); if (found.length > 0) throw new Error(found.join()); return null`,
        ),
      ),
    ).toBeNull()
    // Both stay in the sandbox: what they make sees the same world.
    expect(
      faultOf(
        file("if (eval('typeof process') !== 'undefined' || new Function('return typeof require')() !== 'undefined') throw 1; return null"),
      ),
    ).toBeNull()
    expect(faultOf(file("if ((() => {}).constructor('return this')() !== globalThis) throw 1; return null"))).toBeNull()
  })

  it('that overflows the engine itself is cut off alone and for good', () => {
    const loaded = sandbox.load(file("if (input.close > 1) eval('['.repeat(100000)); return null"), 'mine.ts')
    if (!loaded.ok) throw new Error(loaded.error.message)
    const [one, two] = [instanceOf(loaded.value), instanceOf(loaded.value)]
    expect(two.onCandle({ ...input, close: 1 })).toBeNull()
    expect(() => one.onCandle(input)).toThrow(SandboxError)
    expect(() => one.onCandle({ ...input, close: 1 })).toThrow(SandboxError)
    expect(neighbour.onCandle(input)).toMatchObject({ direction: 'sell' })
    expect(faultOf(file('return null'))).toBeNull()
  })

  it('that leaves no memory for its next instance is cut off alone', () => {
    const loaded = sandbox.load(
      // Down to the last bytes, so that what is left for an instance does not depend on how much one takes.
      file(
        'for (const length of [10000, 100, 1]) { try { for (;;) kept.push(new Float64Array(length)) } catch {} } return null',
        'const kept = []',
      ),
      'mine.ts',
    )
    if (!loaded.ok) throw new Error(loaded.error.message)
    const greedy = instanceOf(loaded.value)
    expect(greedy.onCandle(input)).toBeNull()
    expect(() => instanceOf(loaded.value)).toThrow(SandboxError)
    expect(() => greedy.onCandle(input)).toThrow(SandboxError)
    expect(neighbour.onCandle(input)).toMatchObject({ direction: 'sell' })
  })

  it.each([
    ['const a = {;\n', 'mine.ts:1: '],
    ['const ok: number = 1\n\nenum Side { buy }\n', 'mine.ts:3: TypeScript enum is not supported'],
    [deep('['), 'mine.ts'],
    ['export const strategy = 1; export const strategy = 2', 'mine.ts'],
    ['export { missing }', 'mine.ts'],
  ])('is told where its syntax is wrong (%#)', (source, message) => {
    expect(faultOf(source)).toMatchObject({ code: 'syntax', message: expect.stringContaining(message) })
  })

  it.each([
    ['const x = 1', 'there is no "export const strategy'],
    ['export const strategy = 5', 'there is no "export const strategy'],
    ['export const strategy = {}', 'strategy.create is undefined, expected a function'],
    [file('').replace("'mine'", "'Not Good'"), 'id is "Not Good", expected lower-case letters'],
    [file('').replace("'mine'", '7'), 'id is 7'],
    [file('').replace("'1m'", "'2m'"), 'timeframe is "2m", expected one of 1m, 5m'],
    [file('').replace('warmupCandles: 0', 'warmupCandles: 1e9'), 'warmupCandles is 1000000000, expected a whole number from 0 to 5000'],
    [file('').replace('features: []', "features: ['ema_21', 'emma']"), 'features[1]: no emma'],
    [file('').replace('features: []', 'features: [1]'), 'features[0] is 1'],
    [file('').replace('features: []', 'features: undefined'), 'features is missing'],
    [file('').replace("title: 'Mine'", "title: ''"), 'title is ""'],
    [
      file('').replace('features: []', 'features: [], parameters: [{ name: "a", min: 2, max: 1, step: 1, default: 1 }]'),
      'parameters[0].max is 1, expected a number of at least min 2',
    ],
    [
      file('').replace('features: []', 'features: [], parameters: [{ name: "__proto__", min: 0, max: 1, step: 1, default: 1 }]'),
      'parameters[0].name is "__proto__"',
    ],
    [
      file('').replace('features: []', 'features: [], parameters: [{ name: "a", min: 0, max: 1, step: 1, default: NaN }]'),
      'parameters[0].default',
    ],
    [file('').replace('create() { return', 'create() { return null; return'), 'create did not return an object'],
  ])('is told what its declaration lacks (%#)', (source, message) => {
    expect(faultOf(source)?.message).toContain(message)
    expect(['bad_declaration', 'threw']).toContain(faultOf(source)?.code)
  })

  it('that comes with too many others at once is refused, and loads a moment later', async () => {
    const faults = Array.from({ length: 10 }, () => sandbox.load(file('return null'), 'mine.ts')).filter((loaded) => !loaded.ok)
    expect(faults.length).toBeGreaterThan(0)
    expect(faults[0]).toMatchObject({ error: { code: 'out_of_memory', message: expect.stringContaining('load it again in a moment') } })
    await sandbox.prepare(1)
    expect(faultOf(file('return null'))).toBeNull()
  })

  it('is refused once the sandbox is closed', async () => {
    const other = await createQuickJsSandbox({ checkSignal: validateSignal, checkFeature: () => null })
    other.close()
    await other.prepare(4)
    expect(other.load(file('return null'), 'mine.ts')).toMatchObject({ ok: false, error: { message: 'mine.ts: the sandbox is closed' } })
  })
})
