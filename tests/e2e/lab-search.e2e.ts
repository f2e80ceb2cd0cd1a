// Proves that a search can be stopped, goes on, and survives that the whole program is killed, and still comes to what it would have come to; and
// that what a walk-forward found becomes a playbook that the desk can run.
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Output } from '../../src-shared/bridge/contract.ts'
import { formatMoney } from '../../src-shared/format/numbers.ts'
import { POLL, axeFindings, goTo, type DeskDriver } from '../support/desk-driver.ts'
import {
  backToRuns,
  chooseTask,
  cpuMsOf,
  fillIn,
  gridRows,
  isUnderWay,
  jobThreads,
  jobRows,
  openLab,
  openNewestRun,
  runOfJob,
  start,
  untilJob,
} from '../support/lab-driver.ts'
import { overflowing } from '../support/page-checks.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

type Study = Output<'lab.run.study'>

const TRIALS = 90
const DAYS = ['2025-05-10', '2025-06-18'] as const
const CANCELED_WITHIN_MS = 5_000
/** Of one second, for a program that does nothing. */
const IDLE_CPU_MS_MAX = 250

const dataDir = temporaryDir()
let desk: DeskDriver
let page: Page
let runId: string
const open = async (): Promise<void> => {
  desk = await openLab({ dataDir })
  page = desk.page
}
beforeAll(open)
afterAll(() => desk.close())

const study = (id: string): Promise<Study> => desk.client.read('lab.run.study', { runId: id })
/** What the same seed must come to; how long it took and who did it may differ. */
const outcomes = ({ trials, best }: Study) => ({
  best,
  trials: trials.map(({ number, state, parameters, objective, metrics }) => ({ number, state, parameters, objective, metrics })),
})
const clean = async (): Promise<void> => {
  await page.waitForFunction(() => document.querySelector('.tw-skeleton') === null)
  expect(await axeFindings(page)).toEqual([])
  expect(await overflowing(page)).toEqual([])
}

describe('a job that is canceled', () => {
  it('leaves nothing running: no thread, no work, no run that would still be under way', async () => {
    const { pid } = desk.app
    expect(jobThreads(pid)).toEqual([])
    await chooseTask(page, 'Search')
    await fillIn(page, { playbook: 'trend', days: DAYS, onlyBitcoin: true, trials: TRIALS })
    await start(page)
    await untilJob(desk.client, ({ done }) => done >= 5)
    expect(jobThreads(pid).toSorted().slice(0, 2)).toEqual(['job search', 'worker 1'])
    const job = jobRows(page).first()
    const pressedMs = performance.now()
    await job.getByRole('button', { name: /^Cancel/ }).click()
    const { state, runId: id } = await untilJob(desk.client, (one) => !isUnderWay(one))
    expect(performance.now() - pressedMs).toBeLessThan(CANCELED_WITHIN_MS)
    expect(state).toBe('canceled')
    runId = id ?? ''
    await job.getByText(new RegExp(`^canceled at \\d+%, \\d+ of ${TRIALS} trials$`)).waitFor()
    await expect.poll(() => jobThreads(pid), POLL).toEqual([])
    await pause(500)
    const cpuMs = cpuMsOf(pid)
    await pause(1_000)
    expect(cpuMsOf(pid) - cpuMs).toBeLessThan(IDLE_CPU_MS_MAX)
    expect((await desk.client.read('lab.run', { runId })).state).toBe('canceled')
    expect((await study(runId)).trials.filter((trial) => trial.state === 'running')).toEqual([])
  })
})

describe('a search', () => {
  it('goes on when it is asked to, is killed with the program, and is offered again by the next one', async () => {
    const soFar = (await study(runId)).trials.filter((trial) => trial.state === 'done').length
    await jobRows(page)
      .first()
      .getByRole('button', { name: /^Resume/ })
      .click()
    await untilJob(desk.client, ({ done, state }) => state === 'running' && done >= soFar + 10)
    desk.client.close()
    await desk.app.kill()
    await desk.opened.close()
    await open()
    const [job] = await desk.client.read('lab.jobs', {})
    expect(job).toMatchObject({ kind: 'search', state: 'paused', resumable: true, runId })
    const kept = (await study(runId)).trials.filter((trial) => trial.state === 'done').length
    expect(kept).toBeGreaterThanOrEqual(soFar + 10)
    expect(kept).toBeLessThan(TRIALS)
    await expect.poll(() => jobRows(page).first().innerText(), POLL).toContain('paused')
    await clean()
  })

  it('ends with the trials and the best one of a search that was never interrupted', async () => {
    await jobRows(page)
      .first()
      .getByRole('button', { name: /^Resume/ })
      .click()
    await untilJob(desk.client, isUnderWay)
    expect(await runOfJob(desk.client)).toBe(runId)
    const interrupted = await study(runId)
    await desk.client.read('lab.search.start', { spec: interrupted.spec })
    const otherId = await runOfJob(desk.client)
    expect(otherId).not.toBe(runId)
    expect(outcomes(interrupted).trials).toHaveLength(TRIALS)
    expect(outcomes(interrupted)).toEqual(outcomes(await study(otherId)))
  }, 120_000)

  it('shows its best trial, what it may be worth, its trials and its heat map', async () => {
    await expect.poll(() => gridRows(page, 'Runs').count(), POLL).toBe(2)
    await openNewestRun(page)
    const { best, trials } = await study(runId)
    await page.getByText(`trial ${best}`, { exact: true }).waitFor()
    const objective = trials.find(({ number }) => number === best)?.objective
    expect((await page.locator('main').innerText()).replaceAll('−', '-')).toContain(objective?.toFixed(3))
    await page.getByRole('img', { name: /^Objective over/ }).waitFor()
    await page.getByRole('heading', { name: 'Heat map' }).waitFor()
    await page.getByRole('tab', { name: `Trials ${TRIALS}` }).click()
    await expect.poll(() => gridRows(page, 'Trials').count(), POLL).toBeGreaterThan(10)
    await clean()
    await backToRuns(page)
  })
})

describe('a search with folds', () => {
  it('says beforehand how its folds lie, and afterwards what was chosen without each of them', async () => {
    await chooseTask(page, 'Search')
    await fillIn(page, { playbook: 'trend', days: DAYS, onlyBitcoin: true, trials: 12 })
    const form = page.getByTestId('lab-form')
    await form.getByRole('combobox', { name: 'Figure 1' }).selectOption('sqn')
    await form.getByRole('combobox', { name: 'Cross-validation' }).selectOption('purged-k-fold')
    await form.getByRole('textbox', { name: 'Folds', exact: true }).fill('20')
    await form.getByText(/^Folds: the period has 40 whole days, expected at least 58/).waitFor()
    await form.getByRole('textbox', { name: 'Folds', exact: true }).fill('4')
    await form.getByText(/^4 folds of 8 days, 2 days between two of them\./).waitFor()
    expect(await form.getByRole('combobox', { name: 'Pruning' }).count()).toBe(0)
    // Trials of this playbook have run: their pace is known.
    await page.getByText(/^12 trials × 40 days of BTC .* About \d+s on \d+ threads?\.$/).waitFor()
    await clean()
    await start(page)
    await untilJob(desk.client, isUnderWay)
    const id = await runOfJob(desk.client)
    const { crossValidation, trials, spec } = await study(id)
    expect(spec).toMatchObject({ validation: { kind: 'purged-k-fold', folds: 4 }, pruner: { kind: 'none' } })
    const { folds = [], score = null } = crossValidation ?? {}
    expect(score).not.toBeNull()
    for (const { chosen, inSample, outOfSample } of folds) {
      const { objective = null } = trials[chosen ?? -1] ?? {}
      // Three folds that it was chosen by and the one held out are its mean.
      expect((3 * (inSample ?? NaN) + (outOfSample ?? NaN)) / 4).toBeCloseTo(objective ?? NaN, 9)
    }
    await openNewestRun(page)
    const panel = page.getByRole('region', { name: 'Cross-validated, out of sample' })
    expect((await panel.innerText()).replaceAll('−', '-')).toContain(`${score?.toFixed(3)} ±`)
    await expect.poll(() => gridRows(page, 'Folds').count(), POLL).toBe(4)
    await page
      .getByRole('img', { name: /^trend-adaptive\.\w+ by fold: / })
      .first()
      .waitFor()
    await clean()
    await backToRuns(page)
    await form.getByRole('combobox', { name: 'Cross-validation' }).selectOption('none')
  })
})

describe('a walk-forward', () => {
  it('tests every window on days it has not seen, and lays the tests end to end', async () => {
    await chooseTask(page, 'Walk-forward')
    await fillIn(page, { days: DAYS, onlyBitcoin: true, trials: 6 })
    await start(page)
    await untilJob(desk.client, isUnderWay)
    const id = await runOfJob(desk.client)
    const { windows, equity, metrics, newest } = await desk.client.read('lab.run.walkForward', { runId: id })
    expect(windows.length).toBeGreaterThanOrEqual(2)
    expect(windows.map(({ state }) => state)).toEqual(windows.map(() => 'done'))
    for (const { trainToMs, validateFromMs, validateToMs, testFromMs } of windows) {
      expect(trainToMs).toBeLessThanOrEqual(validateFromMs ?? 0)
      expect(validateToMs).toBeLessThanOrEqual(testFromMs)
    }
    expect(equity.equity.at(-1)).toBeCloseTo(10_000 + (metrics['net_pnl'] ?? 0), 6)
    expect(equity.tsMs[0]).toBeGreaterThanOrEqual(windows[0]?.testFromMs ?? Infinity)
    expect(Object.keys(newest ?? {}).length).toBeGreaterThan(0)
    await openNewestRun(page)
    expect(page.url()).toContain(id)
    await expect.poll(() => gridRows(page, 'Windows of the walk-forward').count(), POLL).toBe(windows.length)
    const headline = page.getByRole('region', { name: 'Headline figures' })
    expect((await headline.innerText()).replaceAll('+', '')).toContain(formatMoney(metrics['net_pnl']))
    await page.getByRole('img', { name: /^Equity from 10,000.00 to/ }).waitFor()
    await clean()
  })

  it('gives its newest parameters to a new playbook, shown first as a difference, which the desk can run', async () => {
    await page.getByRole('button', { name: 'Adopt the newest parameters…' }).click()
    const changes = page.getByRole('table', { name: 'Changes to the playbook' })
    await changes.waitFor()
    expect(await changes.innerText()).toContain('trend-adaptive')
    await page.getByRole('textbox', { name: 'Title of the new playbook' }).fill('Trend, walked')
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Write the playbook' }).click()
    await page.getByText('Nothing was switched').waitFor()
    expect((await desk.snapshot()).playbook).toBe('trend')
    await page.getByRole('button', { name: 'Choose a playbook…' }).click()
    await page.getByRole('button', { name: 'Choose Trend, walked' }).click()
    const confirm = page.getByRole('button', { name: 'Run it' })
    await confirm.click()
    await expect.poll(async () => (await desk.snapshot()).playbook, POLL).toBe('trend-v2')
    await goTo(page, 'Desk')
    await page
      .getByRole('button', { name: /^Playbook/ })
      .getByText('Trend, walked')
      .or(page.getByText('trend-v2'))
      .first()
      .waitFor()
    expect(desk.opened.problems).toEqual([])
  })
})
