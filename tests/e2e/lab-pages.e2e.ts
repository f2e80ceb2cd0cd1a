// Proves in a real browser, over a lab that has everything to tell, that the pages of the lab and its data are accessible in both themes and sizes,
// cut off nothing, and stay quick with many hundreds of series.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFindings, goTo } from '../support/desk-driver.ts'
import { overflowing } from '../support/page-checks.ts'
import { type Bundle, type FakeScreen, bundleScreen, openScreen } from '../support/screen-in-chromium.ts'

const DIR = path.resolve(import.meta.dirname, '../../shots')
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const
const CSV = 'Date,o,h,l,c,Volume BTC,junk\n2025-01-01 00:00:00,1,2,0.5,1.5,10,x\n'
/** A zoom redraws every bar in view: slower than this would be felt. */
const ZOOM_MS_MAX = 150

let bundle: Bundle
beforeAll(async () => {
  mkdirSync(DIR, { recursive: true })
  bundle = await bundleScreen()
})

describe.each(['dark', 'light'] as const)('in %s colors', (colorScheme) => {
  describe.each(SIZES)('at $width × $height', ({ width, height }) => {
    let screen: FakeScreen
    /** Under a question the page is covered on purpose: only a page without one is looked at for what is cut off or hidden. */
    const shot = async (name: string, covered = false) => {
      const { page } = screen
      await page.waitForFunction(() => document.querySelector('.tw-skeleton') === null)
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
      await page.screenshot({ path: path.join(DIR, `fake-${name}-${colorScheme}-${width}.png`) })
      expect(await axeFindings(page), name).toEqual([])
      if (!covered) expect(await overflowing(page), name).toEqual([])
      expect(screen.problems).toEqual([])
    }
    beforeAll(async () => {
      screen = await openScreen(bundle, { width, height, colorScheme })
    })
    afterAll(() => screen.close())

    it('every task of the lab has its form beside jobs and runs', async () => {
      const { page } = screen
      await goTo(page, 'Lab')
      await page.getByRole('table', { name: 'Runs' }).waitFor()
      for (const task of ['Walk-forward', 'Backtest', 'Search', 'Checks', 'Parity']) {
        await page.getByRole('tab', { name: task, exact: true }).click()
        await shot(`lab-${task.toLowerCase()}`)
      }
      await page.getByRole('tab', { name: 'Search', exact: true }).click()
      for (const section of ['Money', 'Simulation']) await page.locator('summary', { hasText: section }).click()
      await page.getByRole('combobox', { name: 'Fees' }).selectOption('tiers')
      await page.getByRole('textbox', { name: 'Latency' }).fill('70000')
      await shot('lab-form-wrong')
      const { height: form } = (await page.getByTestId('lab-form').boundingBox()) ?? { height: 0 }
      expect(form).toBeGreaterThan(300)
    })

    it('runs are marked, noted and asked about', async () => {
      const { page } = screen
      await page.getByRole('checkbox', { name: /^Mark/ }).nth(1).check()
      await page.getByRole('checkbox', { name: /^Mark/ }).nth(2).check()
      await shot('lab-marked')
      await page.getByRole('button', { name: 'Figures' }).click()
      await shot('lab-figures', true)
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'MLflow' }).click()
      const job = page.getByRole('listitem', { name: 'Export: All runs for MLflow' })
      await job.getByRole('button', { name: 'Cancel' }).waitFor()
      await shot('lab-mlflow-writing')
      await page.evaluate(() => (window as unknown as { lab: { advance(share: number): void } }).lab.advance(1))
      await page.getByRole('dialog', { name: 'Exported for MLflow' }).waitFor()
      await shot('lab-mlflow', true)
      await page.keyboard.press('Escape')
      await page
        .getByRole('button', { name: /^Note on/ })
        .first()
        .click()
      await page.getByRole('textbox', { name: 'Note' }).waitFor()
      await shot('lab-note', true)
      await page.keyboard.press('Escape')
    })

    it('the data page has its bars, its passport and its questions', async () => {
      const { page } = screen
      await goTo(page, 'Data')
      await page.getByRole('table', { name: 'Series' }).waitFor()
      await shot('data')
      await page.getByPlaceholder(/^Symbol/).fill('btc')
      await page.getByRole('button', { name: 'Zoom to it' }).click()
      await shot('data-zoomed')
      await page.getByRole('button', { name: 'Delete…' }).click()
      await page.getByRole('alertdialog').waitFor()
      await shot('data-delete', true)
      await page.getByRole('button', { name: 'Cancel', exact: true }).click()
      await page.getByRole('button', { name: 'Download…' }).click()
      await page.getByRole('combobox', { name: 'Venue' }).selectOption({ label: 'Deribit perpetual' })
      await page.getByRole('combobox', { name: 'Instruments' }).fill('what?')
      await page.keyboard.press('Enter')
      await shot('data-download', true)
      await page.keyboard.press('Escape')
      await page.getByPlaceholder(/^Symbol/).fill('')
    })

    it('files are uploaded and looked at before they are imported', async () => {
      const { page } = screen
      await page.getByRole('button', { name: 'Import…' }).click()
      await shot('data-import-empty', true)
      await page.setInputFiles('input[type=file]', [
        { name: 'BTCUSDT-1m-2025-01.zip', mimeType: 'application/zip', buffer: Buffer.alloc(700_000, 1) },
        { name: 'broken.zip', mimeType: 'application/zip', buffer: Buffer.alloc(1000, 1) },
        { name: 'mine.csv', mimeType: 'text/csv', buffer: Buffer.from(CSV) },
      ])
      await page.getByText('needs an answer').waitFor()
      await shot('data-import', true)
      await page.getByRole('button', { name: 'Import', exact: true }).click()
      await page.getByRole('list', { name: 'Files' }).getByText('queued').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('progressbar', { name: /BTCUSDT-1m-2025-01\.zip/ }).waitFor()
    })

    it('says that what is shown is old when the program is gone', async () => {
      const { page } = screen
      await page.evaluate('fake.setConnected(false)')
      await shot('data-stale')
      expect(await page.getByRole('button', { name: 'Import…' }).isDisabled()).toBe(true)
      await page.evaluate('fake.setConnected(true)')
    })
  })
})

it('eight hundred series are zoomed without a hitch', async () => {
  const screen = await openScreen(bundle, { width: 1920, height: 1080, colorScheme: 'dark' })
  try {
    const { page } = screen
    await page.evaluate('lab.passports = new lab.constructor(fake, { series: 800 }).passports')
    await goTo(page, 'Data')
    await page.getByText(/^800 series/).waitFor()
    const slowest = await page.evaluate(async () => {
      const zoom = document.querySelector<HTMLElement>('button[aria-label="Show less time"]')
      let most = 0
      for (let turn = 0; turn < 8; turn++) {
        const startMs = performance.now()
        zoom?.click()
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
        most = Math.max(most, performance.now() - startMs)
      }
      return most
    })
    expect(slowest).toBeLessThan(ZOOM_MS_MAX)
  } finally {
    await screen.close()
  }
})
