// Takes a picture of every page of the lab over real runs, in both themes and two sizes, and proves on each that nothing runs over its edge and,
// once for each theme, that axe has nothing to say. The pictures land in shots/, which git does not keep.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPage, type OpenedPage } from '../support/browser.ts'
import { axeFindings, candlesOnScreen, goTo, playUntil, type DeskDriver } from '../support/desk-driver.ts'
import { chooseTask, fillIn, gridRows, openLab, runOfJob, start, untilJob } from '../support/lab-driver.ts'
import { overflowing } from '../support/page-checks.ts'

const DIR = path.resolve(import.meta.dirname, '../../shots')
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const
const MONTH = ['2025-05-14', '2025-06-16'] as const
/** More than anyone waits for: it is canceled. */
const ENDLESS_TRIALS = 5_000
const DECISIONS_MIN = 10

type Runs = Readonly<Record<'imba' | 'trend' | 'search' | 'folds' | 'walkForward' | 'lookAhead' | 'parity', string>>

let desk: DeskDriver
let runs: Runs
beforeAll(async () => {
  mkdirSync(DIR, { recursive: true })
  desk = await openLab({ args: ['--speed=600'] })
  await desk.client.read('playback.setSpeed', { speed: 0 })
  await playUntil(desk, ({ decisions }) => decisions.length >= DECISIONS_MIN)
  runs = await makeRuns()
})
afterAll(() => desk.close())

/** One of each kind, made from the forms but for what a form cannot choose. */
async function makeRuns(): Promise<Runs> {
  const { page, client } = desk
  const made = async (begin: () => Promise<unknown>): Promise<string> => {
    const known = new Set((await client.read('lab.jobs', {})).map(({ id }) => id))
    await begin()
    await untilJob(client, ({ id }) => !known.has(id))
    return runOfJob(client)
  }
  await chooseTask(page, 'Backtest')
  await fillIn(page, { playbook: 'imba', days: MONTH })
  const imba = await made(() => start(page))
  await fillIn(page, { playbook: 'trend', days: ['2025-05-14', '2025-06-03'] })
  const trend = await made(() => start(page))
  await chooseTask(page, 'Walk-forward')
  await fillIn(page, { days: MONTH, onlyBitcoin: true, trials: 6 })
  const walkForward = await made(() => start(page))
  const { spec } = await client.read('lab.run.report', { runId: trend })
  const dimensions = [
    { strategyId: 'trend-adaptive', parameter: 'minSeparation', min: 0.5, max: 3, step: 0.5 },
    { strategyId: 'trend-adaptive', parameter: 'stopMultiple', min: 1.5, max: 4.5, step: 0.5 },
  ]
  const search = await made(() => client.read('lab.search.start', { spec: { backtest: spec, dimensions, method: 'grid', trials: 42 } }))
  const folded = { validation: { kind: 'purged-k-fold', folds: 4 }, objective: { terms: [{ metric: 'sqn' }], tradesMin: 20 } }
  const folds = await made(() =>
    client.read('lab.search.start', {
      spec: { backtest: spec, dimensions, method: 'random', trials: 40, ...folded },
    }),
  )
  const lookAhead = await made(() => client.read('lab.lookAhead.start', { spec, cuts: 10 }))
  const [session] = await client.read('lab.sessions', {})
  const parity = await made(() => client.read('lab.parity.start', { sessionId: session?.id ?? '' }))
  return { imba, trend, search, folds, walkForward, lookAhead, parity }
}

describe.each(['dark', 'light'] as const)('in %s colors', (colorScheme) => {
  // Each size in one of the themes; SCREENS=all for every pair.
  const isDark = colorScheme === 'dark'
  const sizes = SIZES.filter(({ width }) => process.env['SCREENS'] === 'all' || (width === 1280) === isDark)
  describe.each(sizes)('at $width × $height', ({ width, height }) => {
    let opened: OpenedPage
    let page: Page
    beforeAll(async () => {
      opened = await openPage(await desk.app.newUrl(), { width, height, colorScheme })
      page = opened.page
      await candlesOnScreen(page)
      for (let turn = 0; turn < 3; turn += 1) {
        if ((await page.evaluate(() => document.documentElement.dataset['theme'])) === colorScheme) break
        await page.getByRole('button', { name: /^Theme:/ }).click()
      }
    })
    afterAll(() => opened.close())

    /** Under a question the page is covered on purpose. */
    async function shot(name: string, covered = false): Promise<void> {
      await page.mouse.move(0, 0)
      await page.waitForFunction(() => {
        // What turns for ever says that something is under way: that may be in the picture.
        const ends = (animation: Animation): boolean => animation.effect?.getTiming().iterations !== Infinity
        const moving = document.getAnimations().some((animation) => animation.playState === 'running' && ends(animation))
        return !moving && document.querySelector('.tw-skeleton') === null
      })
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
      await page.screenshot({ path: path.join(DIR, `real-${name}-${colorScheme}-${width}.png`) })
      if (width === 1280) expect(await axeFindings(page), name).toEqual([])
      if (!covered) expect(await overflowing(page), name).toEqual([])
    }
    const open = async (address: string): Promise<void> => {
      await page.evaluate((hash) => {
        location.hash = hash
      }, address)
      await page.waitForFunction(() => document.querySelector('main h1') !== null)
    }
    const press = (tab: string) => page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click()
    const scroll = (panel: string, screens: number) =>
      page.getByRole('tabpanel', { name: panel }).evaluate((element, by) => element.scrollTo(0, by * element.clientHeight), screens)

    it('the market data', async () => {
      await goTo(page, 'Data')
      await gridRows(page, 'Series').nth(2).click()
      await shot('data')
    })

    it('the forms, and a job that runs', async () => {
      await goTo(page, 'Lab')
      for (const task of ['Walk-forward', 'Backtest', 'Search', 'Checks', 'Parity'] as const) {
        await chooseTask(page, task)
        await shot(`lab-${task.toLowerCase()}`)
      }
      await chooseTask(page, 'Search')
      const form = page.getByTestId('lab-form')
      await form.getByRole('combobox', { name: 'Cross-validation' }).selectOption('purged-k-fold')
      await form.getByText(/folds of \d+ days/).scrollIntoViewIfNeeded()
      await shot('lab-folds')
      await form.getByRole('combobox', { name: 'Cross-validation' }).selectOption('none')
      await fillIn(page, { playbook: 'trend', days: MONTH, trials: ENDLESS_TRIALS })
      await start(page)
      const { id, runId } = await untilJob(
        desk.client,
        ({ done, total, msLeft }) => total === ENDLESS_TRIALS && done > 3 && msLeft !== null,
      )
      try {
        await shot('lab-running')
        await open(`/lab/run/${runId}`)
        await page.getByRole('progressbar', { name: /^Progress of/ }).waitFor()
        await shot('study-running')
      } finally {
        await desk.client.read('lab.job.cancel', { jobId: id })
        await untilJob(desk.client, ({ state }) => state === 'canceled')
      }
      await desk.client.read('lab.run.delete', { runId: runId ?? '' })
    })

    it('the report of a backtest', async () => {
      await open(`/lab/run/${runs.imba}`)
      await page.getByRole('img', { name: /^Equity from/ }).waitFor()
      await shot('report')
      for (const screens of [1, 2]) {
        await scroll('Overview', 0.9 * screens)
        await shot(`report-${screens}`)
      }
      for (const tab of ['Breakdown', 'Robustness', 'Setup']) {
        await press(tab)
        await shot(`report-${tab.toLowerCase()}`)
      }
      await press('Trades')
      await gridRows(page, 'Trades of the run').nth(2).click()
      await page.getByRole('img', { name: /^Candles around trade/ }).waitFor()
      await shot('report-trade')
      await page.getByRole('button', { name: 'Why' }).click()
      await page.getByRole('article', { name: /^Decision/ }).waitFor()
      await shot('inspector')
      await open(`/journal/run/${runs.imba}`)
      await gridRows(page, 'Round trips').first().waitFor()
      await shot('journal')
    })

    it('a search, a walk-forward and what they ask before they are adopted', async () => {
      await open(`/lab/run/${runs.search}`)
      await page.getByRole('img', { name: /^Objective over/ }).waitFor()
      await shot('study')
      await scroll('Search', 0.9)
      await shot('study-1')
      await open(`/lab/run/${runs.folds}`)
      await gridRows(page, 'Folds').first().waitFor()
      await shot('folds')
      await scroll('Search', 0.9)
      await shot('folds-1')
      await press('Trials')
      await shot('folds-trials')
      await open(`/lab/run/${runs.walkForward}`)
      await gridRows(page, 'Windows of the walk-forward').first().waitFor()
      await shot('walk-forward')
      await scroll('Out of sample', 0.9)
      await shot('walk-forward-1')
      await page.getByRole('button', { name: 'Adopt the newest parameters…' }).click()
      await page.getByRole('table', { name: 'Changes to the playbook' }).waitFor()
      await shot('adopt', true)
      await page.keyboard.press('Escape')
    })

    it('the checks, and runs side by side', async () => {
      for (const [name, id] of [
        ['look-ahead', runs.lookAhead],
        ['parity', runs.parity],
      ] as const) {
        await open(`/lab/run/${id}`)
        await page.getByRole('region', { name: 'Verdict' }).getByText('PASSED').waitFor()
        await shot(`check-${name}`)
      }
      await open(`/lab/compare/${runs.imba},${runs.trend},${runs.walkForward}`)
      await page.getByRole('table', { name: 'Figures of the runs' }).waitFor()
      await shot('compare')
      await page.getByRole('group', { name: 'Comparison, scrolls' }).evaluate((element) => element.scrollTo(0, element.scrollHeight))
      await shot('compare-1')
      expect(opened.problems).toEqual([])
    })
  })
})
