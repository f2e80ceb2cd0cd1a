// Proves, over an engine that has everything to tell, that market context, risk, order book, chart layers and playbooks are accessible,
// cut off nothing, and draw what they were told; and, over the real program, that each page stands whatever the engine can tell.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FAST, axeFindings, goTo, openDesk } from '../support/desk-driver.ts'
import { overflowing } from '../support/page-checks.ts'
import { type Bundle, type FakeScreen, bundleScreen, openScreen } from '../support/screen-in-chromium.ts'

const DIR = path.resolve(import.meta.dirname, '../../shots')
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const
const BOOKS = 300

let bundle: Bundle
beforeAll(async () => {
  mkdirSync(DIR, { recursive: true })
  bundle = await bundleScreen()
})

/** Two paints and no skeleton: everything that was told is on the screen. */
async function painted(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('.tw-skeleton') === null)
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
}

/** How many pixels of the canvas with this name are nearer than 40 to each of the colours. */
const pixelsLike = (page: Page, selector: string, tokens: readonly string[]): Promise<readonly number[]> =>
  page.evaluate(
    ([wanted, names]) => {
      const canvas = [...document.querySelectorAll<HTMLCanvasElement>(wanted)].find(({ width }) => width > 300)
      const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data
      const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
      if (!data || !probe) return []
      return names.map((name) => {
        probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name)
        probe.fillRect(0, 0, 1, 1)
        const color = probe.getImageData(0, 0, 1, 1).data
        let count = 0
        for (let at = 0; at < data.length; at += 4) {
          const away = [0, 1, 2].reduce((sum, part) => sum + Math.abs((data[at + part] ?? 0) - (color[part] ?? 0)), 0)
          if (away < 40) count += 1
        }
        return count
      })
    },
    [selector, tokens] as const,
  )

describe.each(['dark', 'light'] as const)('in %s colors', (colorScheme) => {
  describe.each(SIZES)('at $width × $height', ({ width, height }) => {
    let screen: FakeScreen
    /** Under a question the page is covered on purpose: only a page without one is looked at for what is cut off or hidden. */
    const shot = async (name: string, covered = false) => {
      await painted(screen.page)
      await screen.page.screenshot({ path: path.join(DIR, `fake-${name}-${colorScheme}-${width}.png`) })
      expect(await axeFindings(screen.page), name).toEqual([])
      if (!covered) expect(await overflowing(screen.page), name).toEqual([])
      expect(screen.problems).toEqual([])
    }
    beforeAll(async () => {
      screen = await openScreen(bundle, { width, height, colorScheme })
    })
    afterAll(() => screen.close())

    it('the context page has every card, the history of the chosen one, and its sources', async () => {
      const { page } = screen
      await goTo(page, 'Context')
      await page.getByRole('button', { name: /^Funding rate/ }).click()
      await page.getByRole('img', { name: /^Funding rate, last 7 days/ }).waitFor()
      await shot('context')
      expect(await page.getByRole('table', { name: 'Sources' }).getByRole('row').count()).toBe(7)
    })

    it('the risk page has its bars, its matrix and its question', async () => {
      const { page } = screen
      await goTo(page, 'Risk')
      await shot('risk')
      await page.getByRole('switch', { name: 'Trend breakout, short in flat' }).click()
      await page.getByRole('alertdialog').waitFor()
      await shot('risk-question', true)
      await page.getByRole('button', { name: 'Cancel' }).click()
      await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    })

    it('the order book explains itself without data, and draws both sides with it', async () => {
      const { page } = screen
      await goTo(page, 'Desk')
      await page.getByRole(width >= 1680 ? 'button' : 'tab', { name: /^Order book/ }).click()
      await page.getByText('This recording has no order book of BTC').waitFor()
      await shot('book-none')
      await page.evaluate(`fillBook(${BOOKS})`)
      await page.getByRole('table', { name: 'Order book' }).waitFor()
      await shot('book')
      const [bids, asks] = await pixelsLike(page, 'canvas[aria-label^="Heat map"]', ['--candle-up', '--candle-down'])
      expect(Math.min(bids ?? 0, asks ?? 0)).toBeGreaterThan(100)
      await page.keyboard.press('o')
      await page.getByRole('table', { name: 'Positions' }).waitFor()
    })

    it('the chart is shaded by regime, carries the profile of the view, and takes any feature', async () => {
      const { page } = screen
      await goTo(page, 'Desk')
      await page.getByRole('button', { name: /^Layers of the chart/ }).click()
      await page.getByRole('radio', { name: /flow-5/ }).check()
      await page.getByRole('checkbox', { name: /Volume profile/ }).check()
      await shot('layers-menu', true)
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: /^Indicators/ }).click()
      await page.getByPlaceholder(/^Search/).fill('macd_line')
      await shot('picker', true)
      await page.keyboard.press('Enter')
      await page.getByText('3 of at most 12 shown').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('list', { name: 'Regimes, flow-5' }).waitFor()
      await shot('layers')
      const calls = await page.evaluate('fake.calls.filter(({ command }) => command === "candles.profile").length')
      expect(calls).toBe(1)
    })

    it('playbooks are listed, and one is chosen after a question', async () => {
      const { page } = screen
      await page.getByRole('button', { name: /^Playbook/ }).click()
      await page.getByRole('list', { name: 'Playbooks' }).waitFor()
      await shot('playbooks', true)
      await page.getByRole('button', { name: 'Choose Order flow' }).click()
      await page.getByRole('alertdialog').waitFor()
      await shot('playbook-question', true)
      await page.getByRole('button', { name: 'Run it' }).click()
      await page.getByRole('dialog', { name: 'Playbooks' }).waitFor({ state: 'detached' })
      expect(await page.evaluate('fake.calls.filter(({ command }) => command === "playbook.select").map(({ input }) => input)')).toEqual([
        { id: 'order-flow' },
      ])
    })
  })
})

describe('over the real program', () => {
  it('keys lead to every new page, each says what it has or why it has nothing, and nothing complains', async () => {
    const desk = await openDesk({ args: [FAST], width: 1280, height: 800 })
    try {
      const { page } = desk
      await page.keyboard.press('3')
      await page.getByRole('heading', { name: 'Market context', level: 1 }).waitFor({ state: 'attached' })
      await page.locator('main [role="alert"], main button[aria-pressed]').first().waitFor()
      await page.keyboard.press('4')
      await page.getByRole('meter', { name: 'Account drawdown' }).waitFor()
      await page
        .getByRole('region', { name: 'Strategies by side and regime' })
        .locator('[role="alert"], [role="switch"], p')
        .first()
        .waitFor()
      await page.keyboard.press('o')
      await page.getByRole('tabpanel', { name: 'order book' }).locator('[role="alert"], p, table').first().waitFor()
      expect(await axeFindings(page)).toEqual([])
      expect(desk.opened.problems).toEqual([])
    } finally {
      await desk.close()
    }
  })
})
