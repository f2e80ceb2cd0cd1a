// Proves that every decision can be looked into from the screen: from the feed, from its mark on the candles, and from one to the next; that
// the whole trace is there, for what was traded and for what was not; and that list, filter and statistics are the journal's, also after a reload.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Output } from '../../src-shared/bridge/contract.ts'
import {
  FAST,
  POLL,
  baseOf,
  goTo,
  openDesk,
  openFromMark,
  playUntil,
  rowsOf,
  showSymbol,
  table,
  type DeskDriver,
  type Snapshot,
} from '../support/desk-driver.ts'

type Decision = Snapshot['decisions'][number]
type Detail = Output<'decision.detail'>
const DECISIONS_MIN = 4
const NO_FILTER = { instrumentId: null, strategyId: null, voter: null, regime: null, outcome: null, reason: null, result: null }

let desk: DeskDriver
let decisions: readonly Decision[]
beforeAll(async () => {
  desk = await openDesk({ args: [FAST] })
  const enough = (now: Snapshot) => now.decisions.length >= DECISIONS_MIN && now.decisions.some(({ outcome }) => outcome === 'blocked')
  const snapshot = await playUntil(desk, (now) => enough(now) && now.positions.length === 0 && now.orders.length === 0)
  decisions = snapshot.decisions
})
afterAll(() => desk.close())

const last = (outcome: Decision['outcome']): Decision => {
  const found = decisions.findLast((decision) => decision.outcome === outcome)
  if (!found) throw new Error(`no decision was ${outcome}`)
  return found
}
const story = (id: string) => desk.page.getByRole('article', { name: `Decision ${id}` })
const detailOf = (id: string): Promise<Detail> => desk.client.read('decision.detail', { id })
const openFromFeed = async (decision: Decision) => {
  await goTo(desk.page, 'Desk')
  await desk.page.getByRole('group', { name: 'Decisions, newest first' }).locator(`button[title="${decision.summary}"]`).first().click()
  await story(decision.id).waitFor()
}

describe('the signal inspector', () => {
  it('opens from the decision feed with the whole trace of a trade', async () => {
    const decision = last('executed')
    await openFromFeed(decision)
    const { trace, orders, fills, roundTrip } = await detailOf(decision.id)
    const article = story(decision.id)
    await expect.poll(() => article.innerText(), POLL).toContain(trace.summary)
    expect(await article.innerText()).toContain('EXECUTED')
    const opinions = article.getByRole('region', { name: /Opinions/ })
    for (const { voter, why } of trace.signal.votes) {
      expect(await opinions.innerText()).toContain(voter)
      for (const name of Object.keys(why)) expect(await opinions.innerText()).toContain(name)
    }
    const steps = table(desk.page, 'Sizing, step by step').locator('tbody tr')
    expect(await steps.count()).toBe(trace.sizing.length)
    expect(trace.sizing.length).toBeGreaterThan(3)
    const officer = article.getByRole('region', { name: /Risk officer/ })
    expect(await officer.getByText('passed', { exact: true }).count()).toBe(trace.risk.length)
    expect(trace.risk.length).toBeGreaterThan(10)
    expect(await article.locator('table[aria-label="Orders"] tbody tr').count()).toBe(orders.length)
    expect(await article.locator('table[aria-label="Fills"] tbody tr').count()).toBe(fills.length)
    expect(fills.length).toBeGreaterThan(0)
    if (roundTrip === null) throw new Error('the position of the last trade is closed, so there is a round trip')
    expect(await article.getByText('Net P&L').locator('..').innerText()).toContain(Math.abs(Number(roundTrip.netPnl)).toFixed(2))
  })

  it('draws on the chart what a voter saw, alone when its name is pressed', async () => {
    const decision = last('executed')
    await openFromFeed(decision)
    const { trace } = await detailOf(decision.id)
    const seen = trace.signal.votes.find(({ evidence }) => evidence.length > 0)
    if (!seen) throw new Error('no voter left anything to draw')
    const chart = story(decision.id).getByRole('region', { name: 'Chart around the decision' })
    await story(decision.id)
      .getByRole('region', { name: /Opinions/ })
      .getByRole('button', { name: seen.voter })
      .click()
    await chart.getByRole('img', { name: new RegExp(`the evidence of ${seen.voter}$`) }).waitFor()
    expect(await chart.locator('canvas').count()).toBeGreaterThan(0)
    await chart.getByRole('button', { name: 'all', exact: true }).click()
  })

  it('says in one sentence why a signal was not traded, with the check that denied it', async () => {
    const decision = last('blocked')
    await openFromFeed(decision)
    const { trace } = await detailOf(decision.id)
    const article = story(decision.id)
    await expect.poll(() => article.innerText(), POLL).toContain('BLOCKED')
    const denial = [...trace.signal.filters, ...trace.gates, ...trace.risk].find(({ passed }) => !passed)
    expect(await article.innerText()).toContain(denial?.message ?? trace.sizing.find(({ factor }) => factor === 0)?.note)
    expect(await article.innerText()).toContain('Nothing was sent to the venue.')
    expect(await article.innerText()).toContain('No order was made.')
  })

  it('steps to the decision before and after, by button and by key', async () => {
    const [, second, third] = decisions
    if (!second || !third) throw new Error('too few decisions')
    await openFromFeed(third)
    await desk.page.getByRole('button', { name: /Previous/ }).click()
    await story(second.id).waitFor()
    await desk.page.keyboard.press('k')
    await story(third.id).waitFor()
    await desk.page.keyboard.press('ArrowLeft')
    await story(second.id).waitFor()
  })

  it('steps with a key to the next signal that was blocked, however many lie between', async () => {
    const first = decisions.find(({ outcome }) => outcome === 'executed')
    if (!first) throw new Error('no decision was executed')
    const { nextId } = await desk.client.read('decision.detail', { id: first.id, filter: { ...NO_FILTER, outcome: 'blocked' } })
    if (nextId === null) throw new Error('nothing was blocked after the first trade')
    await desk.page.goto(`${new URL(desk.page.url()).origin}/#/signal/${first.id}`)
    await story(first.id).waitFor()
    await desk.page.keyboard.press('b')
    await story(nextId).waitFor()
    await desk.page.keyboard.press('Shift+E')
    await expect.poll(() => desk.page.url(), POLL).not.toContain(nextId)
  })

  it('lists the signals of the journal within the filter, and comes back to it after a reload', async () => {
    const list = desk.page.getByRole('navigation', { name: 'Signals' })
    await list.getByText('Blocked', { exact: true }).click()
    const { total } = await desk.client.read('signals.list', { limit: 1, offset: 0, filter: { ...NO_FILTER, outcome: 'blocked' } })
    expect(total).toBe(decisions.filter(({ outcome }) => outcome === 'blocked').length)
    await list.getByText(`${total} of ${total} signals, newest first`).waitFor()
    await desk.page.reload()
    await list.getByText(`${total} of ${total} signals, newest first`).waitFor()
    expect(new URL(desk.page.url()).search).toBe('?outcome=blocked')
    await list.getByText('All', { exact: true }).click()
    await list.getByText(`${decisions.length} of ${decisions.length} signals, newest first`).waitFor()
  })

  it('tells what became of the signals by voter, and filters the list by a row', async () => {
    const page = desk.page
    await page.keyboard.press('t')
    const rows = await desk.client.read('signals.statistics', { by: 'voter', strategyId: null })
    const [row] = rows
    if (!row) throw new Error('no voter spoke')
    await expect.poll(() => rowsOf(page, 'Signals by voter').count(), POLL).toBe(rows.length)
    await table(page, 'Signals by voter')
      .getByRole('row', { name: new RegExp(`^${row.key} `) })
      .click()
    const { total } = await desk.client.read('signals.list', { limit: 1, offset: 0, filter: { ...NO_FILTER, voter: row.key } })
    expect(total).toBe(row.signals)
    await page.getByRole('navigation', { name: 'Signals' }).getByText(`${total} of ${total} signals, newest first`).waitFor()
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.keyboard.press('t')
  })

  it('opens from the mark on the candles', async () => {
    const decision = last('executed')
    await goTo(desk.page, 'Desk')
    await showSymbol(desk, decision.instrumentId)
    const id = await openFromMark(desk)
    expect(decisions.find((candidate) => candidate.id === id)?.instrumentId).toBe(decision.instrumentId)
    await story(id).waitFor()
    expect(await desk.page.getByRole('heading', { level: 1 }).innerText()).toContain(baseOf(decision.instrumentId))
  })

  it('explains an id it does not know, and reports no problem to the console', async () => {
    await desk.page.goto(`${new URL(desk.page.url()).origin}/#/signal/never-seen`)
    await desk.page.getByText('Decision never-seen is not in the journal').waitFor()
    expect(desk.opened.problems).toEqual([])
    expect(await rowsOf(desk.page, 'Orders').count()).toBe(0)
  })
})
