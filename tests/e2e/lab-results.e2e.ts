// What the lab's results look like in a real Chromium over a made-up lab, in both themes and two sizes: axe has nothing to say, nothing runs over its
// edge, formulas come up under the keyboard, the crosshair reads all curves in step, and a trade leads to its decision and back.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFindings } from '../support/desk-driver.ts'
import { overflowing } from '../support/page-checks.ts'
import { type Bundle, bundleScreen, type FakeScreen, openScreen } from '../support/screen-in-chromium.ts'

const DIR = path.resolve(import.meta.dirname, '../../shots')
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const

let bundle: Bundle
beforeAll(async () => {
  mkdirSync(DIR, { recursive: true })
  bundle = await bundleScreen()
})

const goTo = (page: Page, address: string) =>
  page.evaluate((hash) => {
    location.hash = hash
  }, address)

/** No skeleton, and two paints: everything that was told is on the screen. */
async function painted(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('main h1') !== null && document.querySelector('.tw-skeleton') === null)
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
}
const press = (page: Page, tab: string) => page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click()
const scrollDown = (page: Page, role: 'tabpanel' | 'group', name: string) =>
  page.getByRole(role, { name }).evaluate((element) => element.scrollTo(0, element.scrollHeight))

describe.each(['dark', 'light'] as const)('in %s colors', (colorScheme) => {
  describe.each(SIZES)('at $width × $height', ({ width, height }) => {
    let screen: FakeScreen
    /** Under a question the page is covered on purpose: only a page without one is looked at for what is cut off or hidden. */
    const shot = async (name: string, covered = false) => {
      await painted(screen.page)
      await screen.page.screenshot({ path: path.join(DIR, `lab-${name}-${colorScheme}-${width}.png`) })
      expect(await axeFindings(screen.page), name).toEqual([])
      if (!covered) expect(await overflowing(screen.page), name).toEqual([])
      expect(screen.problems).toEqual([])
    }
    beforeAll(async () => {
      screen = await openScreen(bundle, { width, height, colorScheme })
    })
    afterAll(() => screen.close())

    it('the report of a backtest is clean in every part', async () => {
      const { page } = screen
      await goTo(page, '/lab/run/R3')
      await page.getByText('Serious: One trade makes the profit.').waitFor()
      await shot('report-warned')
      await goTo(page, '/lab/run/R1')
      await page.getByRole('img', { name: /^Equity from/ }).waitFor()
      await shot('report')
      await scrollDown(page, 'tabpanel', 'Overview')
      await shot('report-figures')
      for (const tab of ['Breakdown', 'Robustness', 'Setup']) {
        await press(page, tab)
        await shot(`report-${tab.toLowerCase()}`)
      }
    })

    it('a search, a walk-forward and the checks are clean', async () => {
      const { page } = screen
      await goTo(page, '/lab/run/S1')
      await page.getByRole('img', { name: /^Objective over confluence min/ }).waitFor()
      await shot('search')
      await scrollDown(page, 'tabpanel', 'Search')
      await shot('search-trials')
      await goTo(page, '/lab/run/S2')
      await page.getByRole('progressbar', { name: /^Progress of/ }).waitFor()
      await shot('search-running')
      await goTo(page, '/lab/run/W1')
      await page.getByRole('table', { name: 'Windows of the walk-forward' }).waitFor()
      await shot('walk-forward')
      await scrollDown(page, 'tabpanel', 'Out of sample')
      await shot('walk-forward-figures')
      for (const [id, name] of [
        ['C1', 'look-ahead'],
        ['C2', 'warm-up'],
        ['P1', 'parity'],
      ]) {
        await goTo(page, `/lab/run/${id}`)
        await page.getByRole('region', { name: 'Verdict' }).waitFor()
        await shot(`check-${name}`)
      }
    })

    it('runs side by side are clean', async () => {
      const { page } = screen
      await goTo(page, '/lab/compare/R1,R2,R3,W1')
      await page.getByRole('table', { name: 'Figures of the runs' }).waitFor()
      await shot('compare')
      await scrollDown(page, 'group', 'Comparison, scrolls')
      await shot('compare-spec')
    })

    it('adopting asks in a dialog that is clean', async () => {
      const { page } = screen
      await goTo(page, '/lab/run/S1')
      await page.getByRole('button', { name: 'Adopt these parameters…' }).click()
      await page.getByRole('table', { name: 'Changes to the playbook' }).waitFor()
      await shot('adopt', true)
      await page.getByRole('button', { name: 'Write the playbook' }).click()
      await page.getByText('Nothing was switched').waitFor()
      await shot('adopted', true)
      await page.getByRole('button', { name: 'Close', exact: true }).click()
    })

    it('the formula of a figure comes up under the keyboard', async () => {
      const { page } = screen
      await goTo(page, '/lab/run/R1')
      const figures = page.getByRole('region', { name: 'Headline figures' })
      await figures.getByRole('button', { name: /^Yearly return/ }).focus()
      await page.keyboard.press('Tab')
      await page.getByText('mean of daily returns ÷ their sample standard deviation × √365', { exact: true }).waitFor()
      await shot('formula', true)
      await page.keyboard.press('Escape')
    })

    it('the crosshair reads equity, buy and hold and drawdown at one time', async () => {
      const { page } = screen
      await goTo(page, '/lab/run/R1')
      const chart = page.getByRole('img', { name: /^Equity from/ })
      const legend = () => chart.locator('..').locator('p').textContent()
      await chart.waitFor()
      expect(await legend()).toMatch(/^2025-07-01 00:00Equity[\d,.]+Buy and hold[\d,.]+Drawdown−?[\d.]+%$/)
      const box = await chart.boundingBox()
      if (!box) throw new Error('there is no chart')
      await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.9)
      await page.waitForFunction(() => !document.querySelector('main p')?.textContent?.startsWith('2025-07-01'))
      expect(await legend()).toMatch(/^2025-0[123]-\d\d \d\d:00Equity[\d,.]+Buy and hold[\d,.]+Drawdown−?[\d.]+%$/)
      await page.mouse.move(0, 0)
    })

    it('a trade leads to its candles, to its decision in the run, and back to the desk', async () => {
      const { page } = screen
      await goTo(page, '/lab/run/R1')
      await press(page, 'Trades')
      await page.getByRole('table', { name: 'Trades of the run' }).getByRole('row').nth(3).click()
      await page.getByRole('img', { name: /^Candles around trade/ }).waitFor()
      await shot('trade')
      await page.getByRole('button', { name: 'Why' }).click()
      await page.getByRole('region', { name: 'Run of the lab' }).getByText('Backtest IMBA, three coins, half a year').waitFor()
      expect(page.url()).toMatch(/#\/signal\/run\/R1\/D\d+$/)
      await shot('inspector')
      await goTo(page, '/journal/run/R1')
      await page.getByRole('table', { name: 'Round trips' }).waitFor()
      await shot('journal')
      await page.getByRole('link', { name: 'Back to the desk’s journal' }).click()
      await page.waitForFunction(() => location.hash === '#/journal')
      expect(await page.getByRole('region', { name: 'Run of the lab' }).count()).toBe(0)
    })
  })
})
