// Proves the journal page in a real browser over a journal the program has written itself: its figures add up to what the exported file says, its
// tables are complete, and the chain of hashes holds.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Output } from '../../src-shared/bridge/contract.ts'
import { POLL, goTo, openDesk, until, type DeskDriver } from '../support/desk-driver.ts'

const ROUND_TRIPS_MIN = 12
const EVERYTHING = { limit: 500, offset: 0, fromMs: null, toMs: null, instrumentId: null, strategyId: null } as const

let desk: DeskDriver
let trips: Output<'journal.roundTrips'>
beforeAll(async () => {
  desk = await openDesk({ args: ['--speed=max'] })
  await until(async () => (await desk.client.read('journal.roundTrips', EVERYTHING)).total >= ROUND_TRIPS_MIN)
  await desk.client.ask('playback.setPlaying', { playing: false })
  trips = await desk.client.read('journal.roundTrips', EVERYTHING)
  await goTo(desk.page, 'Journal')
})
afterAll(() => desk.close())

const figure = (label: string) =>
  desk.page
    .locator('dl div')
    .filter({ has: desk.page.locator(`dt:text-is("${label}")`) })
    .locator('dd')
const plain = (text: string): number => Number(text.replace('−', '-').replace(/[+,%s ]/g, ''))
const shownFigure = async (label: string): Promise<number> => plain(await figure(label).innerText())
async function exported(): Promise<readonly Record<string, string>[]> {
  const [download] = await Promise.all([desk.page.waitForEvent('download'), desk.page.getByRole('button', { name: 'CSV' }).click()])
  expect(download.suggestedFilename()).toMatch(/\.csv$/)
  const [header = '', ...lines] = readFileSync(await download.path(), 'utf8')
    .trim()
    .split(/\r?\n/)
  const names = header.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, i) => [names[i] ?? '', value])))
}
const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0)

describe('the journal page', () => {
  it('shows every round trip, and statistics that add up to the exported file', async () => {
    const rows = await exported()
    expect(rows).toHaveLength(trips.total)
    const net = rows.map((row) => Number(row['netPnl'] ?? row['net_pnl']))
    expect(net.every(Number.isFinite)).toBe(true)
    await expect.poll(() => shownFigure('Round trips'), POLL).toBe(rows.length)
    expect(await shownFigure('Wins')).toBe(net.filter((value) => value > 0).length)
    expect(await shownFigure('Losses')).toBe(net.filter((value) => value < 0).length)
    expect(await shownFigure('Net P&L')).toBeCloseTo(sum(net), 2)
    expect(await shownFigure('Expectancy')).toBeCloseTo(sum(net) / net.length, 2)
    expect(await shownFigure('Win rate')).toBeCloseTo((100 * net.filter((value) => value > 0).length) / net.length, 1)
    expect(await shownFigure('Fees')).toBeCloseTo(sum(rows.map((row) => Number(row['fees']))), 2)
    await desk.page.getByRole('tab', { name: new RegExp(`Round trips ${rows.length}`) }).waitFor()
  })

  it('agrees with the account: what was won and lost is what the balance has changed by', async () => {
    const { account, positions } = await desk.snapshot()
    if (positions.length === 0) expect(Number(account.balance) - 10_000).toBeCloseTo(sum(trips.rows.map(({ netPnl }) => Number(netPnl))), 6)
    else expect(account.equity).toBeGreaterThan(0)
  })

  it('draws the equity curve', async () => {
    const panel = desk.page.getByRole('region', { name: /Equity and drawdown/ })
    await expect.poll(() => panel.locator('canvas').count(), POLL).toBeGreaterThan(0)
    expect(await panel.innerText()).toMatch(/2025-\d\d-\d\d to 2025-\d\d-\d\d/)
  })

  it('narrows to one side, and a row leads to the decision it began with', async () => {
    await desk.page.getByText('Long', { exact: true }).click()
    const longs = trips.rows.filter(({ side }) => side === 'long')
    await expect.poll(() => desk.page.getByRole('row').filter({ hasText: /short/i }).count(), POLL).toBe(0)
    await desk.page.getByText('Both sides', { exact: true }).click()
    const newest = trips.rows.toSorted((a, b) => b.closedMs - a.closedMs)[0]
    await desk.page
      .getByRole('row')
      .filter({ hasText: new RegExp(newest?.side ?? 'none', 'i') })
      .first()
      .click()
    await expect.poll(() => desk.page.url(), POLL).toContain(`#/signal/${newest?.decisionId}`)
    await goTo(desk.page, 'Journal')
    expect(longs.length).toBeGreaterThan(0)
  })

  it.each([
    ['Orders', 'journal.orders'],
    ['Fills', 'journal.fills'],
  ] as const)('lists %s with their number and pages', async (name, command) => {
    const { total, rows } = await desk.client.read(command, { limit: 100, offset: 0 })
    await desk.page.getByRole('tab', { name }).click()
    await desk.page.getByText(`1 to ${Math.min(100, total)} of ${total.toLocaleString('en-US')}`).waitFor()
    expect(await desk.page.locator(`table[aria-label="${name}"] tbody tr`).count()).toBe(rows.length)
    const file = await exported()
    expect(file).toHaveLength(total)
    await desk.page.getByRole('tab', { name: /Round trips/ }).click()
  })

  it('verifies the chain of hashes', async () => {
    await desk.page.getByRole('button', { name: 'Verify journal' }).click()
    const { records, ok } = await desk.client.read('journal.verify', {})
    expect(ok).toBe(true)
    await desk.page.getByText(`Chain intact, ${records.toLocaleString('en-US')} records`).waitFor()
    expect(desk.opened.problems).toEqual([])
  })
})
