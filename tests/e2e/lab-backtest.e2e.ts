// Proves a backtest from the page as a person makes it: form, progress, report with the figures of the command line, a trade on its candles, the
// decision behind it in the inspector, the run's journal, the exported file, two runs side by side, and a run that is deleted.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatMoney, formatPercent } from '../../src-shared/format/numbers.ts'
import { POLL, axeFindings, goTo, type DeskDriver } from '../support/desk-driver.ts'
import {
  backToRuns,
  chooseTask,
  fillIn,
  grid,
  gridRows,
  isUnderWay,
  jobRows,
  openLab,
  openNewestRun,
  runOfJob,
  start,
  untilJob,
} from '../support/lab-driver.ts'
import { overflowing } from '../support/page-checks.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const DAYS = ['2025-05-14', '2025-06-16'] as const
/** The command line names the moment after the last day. */
const CLI_SPEC = ['--playbook', 'imba', '--from', DAYS[0], '--to', '2025-06-17']

let desk: DeskDriver
let page: Page
let runId: string
beforeAll(async () => {
  desk = await openLab()
  page = desk.page
})
afterAll(() => desk.close())

const report = (id = runId) => desk.client.read('lab.run.report', { runId: id })
const headline = () => page.getByRole('region', { name: 'Headline figures' })
const openTab = (name: string) => page.getByRole('tab', { name: new RegExp(`^${name}`) }).click()
const toRun = (id: string) => page.goto(`${new URL(page.url()).origin}/#/lab/run/${id}`)

async function clean(): Promise<void> {
  await page.waitForFunction(() => document.querySelector('.tw-skeleton') === null)
  expect(await axeFindings(page)).toEqual([])
  expect(await overflowing(page)).toEqual([])
}

describe('a backtest', () => {
  it('is started from its form, tells how far it is and how long it will take, and opens', async () => {
    await chooseTask(page, 'Backtest')
    await fillIn(page, { playbook: 'imba', days: DAYS })
    await start(page)
    const job = jobRows(page).first()
    await job.getByRole('progressbar').waitFor()
    await expect.poll(() => job.innerText(), { ...POLL, interval: 20 }).toMatch(/\d+%, [\d,]+ of [\d,]+ candles/)
    await untilJob(desk.client, ({ msLeft, state }) => msLeft !== null || state === 'done')
    runId = await runOfJob(desk.client)
    await expect.poll(() => job.innerText(), POLL).toMatch(/done: \d+ trades, net profit/)
    await openNewestRun(page)
    expect(page.url()).toMatch(new RegExp(`#/lab/run/${runId}$`))
    await headline().waitFor()
    await clean()
  })

  it('has the figures that the command line comes to over the same data', async () => {
    const dir = temporaryDir()
    const file = path.join(dir, 'out.json')
    const { status, stderr } = spawnSync('npm', ['run', '-s', 'lab', '--', 'backtest', ...CLI_SPEC, '--data-dir', dir, '--json', file], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
    const told = (JSON.parse(readFileSync(file, 'utf8')) as { report: Awaited<ReturnType<typeof report>> }).report
    const shown = await report()
    expect(told.metrics['trades']).toBeGreaterThan(10)
    expect(shown.metrics).toEqual(told.metrics)
    expect(shown.spec).toEqual(told.spec)
    expect(shown.equity).toEqual(told.equity)
    const text = await headline().innerText()
    const { total_return: totalReturn = null, net_pnl: netPnl = null, max_drawdown: drawdown = null, trades } = told.metrics
    for (const figure of [formatPercent(totalReturn), formatMoney(netPnl), formatPercent(drawdown), String(trades)])
      expect(text.replaceAll('+', '')).toContain(figure)
  })

  it('shows equity, months, what to doubt, and where the result came from', async () => {
    const { months, warnings, metrics } = await report()
    await page.getByRole('img', { name: /^Equity from 10,000.00 to/ }).waitFor()
    expect(await page.locator('canvas').count()).toBeGreaterThan(0)
    const cells = page.getByRole('table', { name: 'Monthly returns' })
    for (const { totalReturn } of months)
      expect((await cells.innerText()).replaceAll('+', '')).toContain(formatPercent(totalReturn, { decimals: 1 }))
    expect(warnings.length).toBeGreaterThan(0)
    for (const { title } of warnings) expect(await page.getByText(`${title}.`).count()).toBeGreaterThan(0)
    for (const tab of ['Breakdown', 'Robustness', 'Setup']) {
      await openTab(tab)
      await clean()
    }
    await openTab('Trades')
    await page.getByRole('tab', { name: `Trades ${metrics['trades']}` }).waitFor()
    expect(await gridRows(page, 'Trades of the run').count()).toBeGreaterThan(5)
    await clean()
  })

  it('leads from a trade to its candles, to the decision in the inspector, and back to the desk', async () => {
    const { total, rows } = await desk.client.read('lab.run.trades', { runId, limit: 500, offset: 0 })
    await gridRows(page, 'Trades of the run').nth(2).click()
    const chart = page.getByRole('img', { name: /^Candles around trade/ })
    await chart.waitFor()
    await expect.poll(() => chart.locator('canvas').count(), POLL).toBeGreaterThan(0)
    const name = (await page.getByRole('region', { name: /^Trade / }).getAttribute('aria-label')) ?? ''
    const trade = rows.find(({ positionId }) => name === `Trade ${positionId}`)
    if (trade === undefined) throw new Error(`no trade of ${total} is "${name}"`)
    await clean()
    await page.getByRole('button', { name: 'Why' }).click()
    const banner = page.getByRole('region', { name: 'Run of the lab' })
    await banner.getByText(/^Backtest IMBA, BTC\/USDT, ETH\/USDT/).waitFor()
    const story = (id: string) => page.getByRole('article', { name: `Decision ${id}` })
    const { trace, roundTrip, previousId } = await desk.client.read('decision.detail', { run: runId, id: trade.decisionId ?? '' })
    expect(roundTrip?.positionId).toBe(trade.positionId)
    await expect.poll(() => story(trace.id).innerText(), POLL).toContain(trace.summary)
    for (const { voter } of trace.signal.votes) expect(await story(trace.id).innerText()).toContain(voter)
    await clean()
    if (previousId === null) throw new Error('there is a decision before the third newest trade')
    await page.getByRole('button', { name: /Previous/ }).click()
    await story(previousId).waitFor()
    await page.getByRole('button', { name: /Next/ }).last().click()
    await story(trace.id).waitFor()

    await banner.getByRole('link', { name: 'Journal' }).click()
    await gridRows(page, 'Round trips').first().waitFor()
    expect(page.url()).toContain(`#/journal/run/${runId}`)
    await page.getByRole('tab', { name: `Round trips ${total}` }).waitFor()
    await clean()
    await banner.getByRole('link', { name: 'Back to the desk’s journal' }).click()
    await expect.poll(() => page.url(), POLL).toMatch(/#\/journal$/)
    expect(await banner.count()).toBe(0)
    const own = await desk.client.read('journal.roundTrips', {
      limit: 1,
      offset: 0,
      fromMs: null,
      toMs: null,
      instrumentId: null,
      strategyId: null,
    })
    await page.getByRole('tab', { name: `Round trips ${own.total}` }).waitFor()
  })

  it('is taken along as a file that needs nothing else and says the same', async () => {
    await toRun(runId)
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export HTML' }).click()])
    expect(download.suggestedFilename()).toMatch(/\.html$/)
    const file = path.join(temporaryDir(), 'report.html')
    await download.saveAs(file)
    const context = await desk.opened.browser.newContext()
    const exported = await context.newPage()
    const asked: string[] = []
    const problems: string[] = []
    exported.on('request', (request) => asked.push(request.url()))
    exported.on('console', (message) => problems.push(message.text()))
    exported.on('pageerror', (error) => problems.push(String(error)))
    const { href } = pathToFileURL(file)
    await exported.goto(href, { waitUntil: 'networkidle' })
    expect(asked).toEqual([href])
    expect(problems).toEqual([])
    const { metrics } = await report()
    expect((await exported.locator('body').innerText()).replaceAll('+', '')).toContain(formatMoney(metrics['net_pnl']))
    await context.close()
  })

  it('stands beside another run, figure by figure', async () => {
    await backToRuns(page)
    await chooseTask(page, 'Backtest')
    await fillIn(page, { playbook: 'trend', days: ['2025-05-14', '2025-05-27'] })
    await start(page)
    await untilJob(desk.client, isUnderWay)
    const otherId = await runOfJob(desk.client)
    await expect.poll(() => gridRows(page, 'Runs').count(), POLL).toBe(2)
    await expect.poll(() => grid(page, 'Runs').innerText(), POLL).not.toContain('running')
    for (const box of await page.getByRole('checkbox', { name: /^Mark/ }).all()) await box.check()
    await page.getByRole('button', { name: 'Compare 2' }).click()
    const figures = page.getByRole('table', { name: 'Figures of the runs' })
    await figures.waitFor()
    for (const id of [runId, otherId])
      expect((await figures.innerText()).replaceAll('+', '')).toContain(formatMoney((await report(id)).metrics['net_pnl']))
    await clean()
  })

  it('is deleted when that is confirmed, with its journal', async () => {
    await backToRuns(page)
    const row = grid(page, 'Runs').getByRole('row', { name: /Trend/ })
    await row.getByRole('button', { name: /^Delete/ }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await expect.poll(() => row.count(), POLL).toBe(0)
    const { rows } = await desk.client.read('lab.runs', { limit: 10, offset: 0, kind: null, parentId: null })
    expect(rows.map(({ id }) => id)).toEqual([runId])
    expect(desk.opened.problems).toEqual([])
  })

  it('is there after the desk page was looked at in between', async () => {
    await goTo(page, 'Desk')
    await goTo(page, 'Lab')
    await openNewestRun(page)
    await headline().waitFor()
    expect(page.url()).toContain(runId)
  })
})
