// Proves that a person can drop strategies of their own into the folder of a running program: a good one trades, a bad one is named on screen with
// what is wrong, stops nothing but itself, and runs as soon as it is saved without the fault.
import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FAST, POLL, goTo, openDesk, until, type DeskDriver } from '../support/desk-driver.ts'

/** A loop without end is cut off by its budget, candle by candle, before the strategy is set aside. */
const FAULT_MS_MAX = 30_000

let desk: DeskDriver
beforeAll(async () => {
  desk = await openDesk({ args: [FAST] })
  // The folder is there once the engine is.
  await until(async () => (await desk.snapshot()).strategies.length > 0)
})
afterAll(() => desk.close())

const fileOf = (name: string) => path.join(desk.app.dataDir, 'strategies', name)
const save = (name: string, source: string) => writeFileSync(fileOf(name), source)
const strategy = async (id: string) => (await desk.snapshot()).strategies.find((candidate) => candidate.id === id)
const alerts = async () => (await desk.snapshot()).alerts.map(({ message }) => message).join('\n')
const onDesk = (title: string) => desk.page.getByRole('complementary').getByRole('listitem').filter({ hasText: title })
async function notified(text: string): Promise<void> {
  await desk.page.getByRole('button', { name: /^Notifications/ }).click()
  await desk.page.getByRole('list', { name: 'Notifications, newest first' }).getByText(text).first().waitFor()
  await desk.page.keyboard.press('Escape')
}
/** The desk goes on: the bundled strategies run and market time passes. */
async function deskGoesOn(): Promise<void> {
  const { marketMs } = await desk.snapshot()
  await expect.poll(async () => (await desk.snapshot()).marketMs, POLL).toBeGreaterThan(marketMs)
  expect(await strategy('trend-adaptive')).toMatchObject({ state: 'running' })
}

const source = (id: string, body: string) => `import type { Input, Signal, Strategy } from 'tradewright'

export const strategy: Strategy = {
  id: '${id}',
  title: 'Test ${id}',
  description: 'Made for a test',
  timeframe: '1m',
  warmupCandles: 2,
  features: [],
  create() {
    let count = 0
    return {
      onCandle(input: Input): Signal | null {
        count += 1
        ${body}
      },
    }
  },
}
`
const SIGNALS = "return count % 5 === 0 ? { direction: 'buy', strength: 0.5, stopPrice: input.close * 0.99, why: { count } } : null"

describe('a strategy of your own', () => {
  it('runs as soon as its file is saved, and its signals become decisions', async () => {
    save('steady.ts', source('steady', SIGNALS))
    await expect.poll(async () => (await strategy('steady'))?.state, POLL).toBe('running')
    expect(await strategy('steady')).toMatchObject({ source: 'user', timeframe: '1m' })
    await onDesk('Test steady').getByText('running').waitFor()
    await expect.poll(async () => (await desk.snapshot()).decisions.some(({ strategyId }) => strategyId === 'steady'), POLL).toBe(true)
    await expect.poll(async () => (await strategy('steady'))?.executed ?? 0, POLL).toBeGreaterThan(0)
  })

  it('is the example that comes with the program, without a change', async () => {
    copyFileSync(path.resolve(import.meta.dirname, '../../assets/strategies/band-return.ts'), fileOf('band-return.ts'))
    await expect.poll(async () => (await strategy('band-return'))?.state, POLL).toMatch(/warming_up|running/)
    await onDesk('Band return').waitFor()
  })

  it('can be paused and resumed from the desk', async () => {
    await onDesk('Test steady').getByRole('button', { name: 'Pause Test steady' }).click()
    await expect.poll(async () => (await strategy('steady'))?.state, POLL).toBe('paused')
    await onDesk('Test steady').getByRole('button', { name: 'Resume Test steady' }).click()
    await expect.poll(async () => (await strategy('steady'))?.state, POLL).toBe('running')
  })
})

describe('a strategy that is broken', () => {
  it.each([
    ['endless', 'while (true) {}', /line 14; does a loop never end\?/],
    ['thrower', "throw new Error('my own fault')", /my own fault/],
  ])('%s is set aside when it runs, with its message, and the desk goes on', async (id, body, message) => {
    save(`${id}.ts`, source(id, body))
    await expect.poll(async () => (await strategy(id))?.state, { timeout: FAULT_MS_MAX }).toBe('faulted')
    expect((await strategy(id))?.message).toMatch(message)
    await onDesk(`Test ${id}`).getByText('faulted').waitFor()
    await expect.poll(() => onDesk(`Test ${id}`).innerText(), POLL).toMatch(message)
    expect(await strategy('steady')).toMatchObject({ state: 'running' })
    await deskGoesOn()
  })

  it.each([
    ['importer', "import { readFileSync } from 'node:fs'\n" + source('importer', SIGNALS), 'node:fs'],
    ['unfinished', source('unfinished', SIGNALS).replace('create() {', 'create( {'), ':\\d+: Expected'],
    ['nameless', source('Not An Id', SIGNALS), 'id'],
    ['twin', source('trend-adaptive', SIGNALS), 'belongs to a bundled strategy'],
  ])('%s is refused when it is read, with its message on screen, and the desk goes on', async (name, text, message) => {
    save(`${name}.ts`, text)
    await expect.poll(alerts, POLL).toMatch(new RegExp(`^${name}\\.ts.*${message}`, 'm'))
    await notified(`${name}.ts`)
    await deskGoesOn()
  })

  it('runs once it is saved without the fault', async () => {
    save('thrower.ts', source('thrower', 'return null'))
    await expect.poll(async () => (await strategy('thrower'))?.state, POLL).toBe('running')
    await onDesk('Test thrower').getByText('running').waitFor()
  })

  it('is gone when its file is removed', async () => {
    rmSync(fileOf('endless.ts'))
    await expect.poll(() => strategy('endless'), POLL).toBeUndefined()
    await expect.poll(() => onDesk('Test endless').count(), POLL).toBe(0)
  })

  it('is named on the system page too, and after a restart of the engine everything is as before', async () => {
    save('thrower.ts', source('thrower', "throw new Error('again')"))
    await expect.poll(async () => (await strategy('thrower'))?.state, POLL).toBe('faulted')
    await goTo(desk.page, 'System')
    await desk.page.getByRole('row').filter({ hasText: 'Test thrower' }).getByText(/again/).waitFor()
    await desk.client.read('engine.restart', {})
    await until(async () => (await desk.client.ask('desk.snapshot', {})).ok)
    await expect.poll(async () => (await strategy('steady'))?.state, POLL).toBe('running')
    await expect.poll(alerts, POLL).toContain('unfinished.ts')
    expect(desk.opened.problems).toEqual([])
  })
})
