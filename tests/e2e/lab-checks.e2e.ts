// Proves the honesty checks from the page: a bundled playbook does not see the future, and a session that the desk has traded comes out of a
// backtest the same, bit for bit.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectBridge } from '../support/bridge-client.ts'
import { launchApp } from '../support/browser.ts'
import { axeFindings, until, type DeskDriver } from '../support/desk-driver.ts'
import { backToRuns, chooseTask, fillIn, isUnderWay, openLab, openNewestRun, runOfJob, start, untilJob } from '../support/lab-driver.ts'
import { overflowing } from '../support/page-checks.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const ROUND_TRIPS_MIN = 5
const ALL_SIGNALS = {
  limit: 1,
  offset: 0,
  filter: { instrumentId: null, strategyId: null, voter: null, regime: null, outcome: null, reason: null, result: null },
} as const
const ALL_TRIPS = { limit: 1, offset: 0, fromMs: null, toMs: null, instrumentId: null, strategyId: null } as const

const dataDir = temporaryDir()
let desk: DeskDriver
let page: Page
let traded: { readonly roundTrips: number; readonly decisions: number }
beforeAll(async () => {
  // A session of the desk, from its start to an orderly end.
  const app = await launchApp({ dataDir, args: ['--speed=max'] })
  const client = await connectBridge(app)
  await until(async () => (await client.read('journal.roundTrips', ALL_TRIPS)).total >= ROUND_TRIPS_MIN)
  await client.read('playback.setPlaying', { playing: false })
  const { total: roundTrips } = await client.read('journal.roundTrips', ALL_TRIPS)
  const { total: decisions } = await client.read('signals.list', ALL_SIGNALS)
  traded = { roundTrips, decisions }
  client.close()
  await app.stop()
  desk = await openLab({ dataDir })
  page = desk.page
})
afterAll(() => desk.close())

async function verdict(): Promise<string> {
  await untilJob(desk.client, isUnderWay)
  const runId = await runOfJob(desk.client)
  await openNewestRun(page)
  const { passed, differences, compared, summary } = await desk.client.read('lab.run.check', { runId })
  expect({ passed, differences }).toEqual({ passed: true, differences: [] })
  expect(compared).toBeGreaterThan(0)
  const region = page.getByRole('region', { name: 'Verdict' })
  await region.getByText('PASSED').waitFor()
  await region.getByText(summary).waitFor()
  expect(await axeFindings(page)).toEqual([])
  expect(await overflowing(page)).toEqual([])
  await backToRuns(page)
  return summary
}

describe('the checks', () => {
  it('a bundled playbook passes the look-ahead check', async () => {
    await chooseTask(page, 'Checks')
    await fillIn(page, { playbook: 'imba', days: ['2025-05-20', '2025-06-08'] })
    await page.getByTestId('lab-form').getByRole('textbox', { name: 'Cuts' }).fill('20')
    await start(page)
    expect(await verdict()).toMatch(/^20 decision times, \d+ decisions before the last of them: nothing depended on what came later\.$/)
  })

  it('a session that the desk has traded is the same as a backtest', async () => {
    await chooseTask(page, 'Parity')
    const chosen = page.getByRole('radiogroup', { name: 'Recorded sessions' }).getByRole('radio', { checked: true })
    await chosen.waitFor()
    await start(page)
    const { roundTrips, decisions } = traded
    expect(await verdict()).toMatch(
      new RegExp(`^${decisions} decisions, \\d+ changes of orders, \\d+ fills and ${roundTrips} round trips: the same, bit for bit\\.$`),
    )
    expect(desk.opened.problems).toEqual([])
  })
})
