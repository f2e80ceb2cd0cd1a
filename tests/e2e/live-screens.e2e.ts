// What live trading looks like in a real Chromium over a made-up engine, in both themes and two sizes: axe has nothing to say and nothing runs over
// its edge, on paper, while live, and in the bad moments.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFindings } from '../support/desk-driver.ts'
import type { FakeBridge } from '../support/fake-bridge.ts'
import type * as FakeLive from '../support/fake-live.ts'
import { overflowing } from '../support/page-checks.ts'
import { type Bundle, bundleScreen, type FakeScreen, openScreen } from '../support/screen-in-chromium.ts'

const DIR = path.resolve(import.meta.dirname, '../../shots')
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const

/** What tests/support/screen-entry.tsx puts on the page. */
type Fakes = { readonly fake: FakeBridge; readonly live: typeof FakeLive }
type Told = (fakes: Fakes) => void

let bundle: Bundle
beforeAll(async () => {
  mkdirSync(DIR, { recursive: true })
  bundle = await bundleScreen()
})

const goTo = (page: Page, address: string) =>
  page.evaluate((hash) => {
    location.hash = hash
  }, address)

/** Runs `told` on the page. It is sent as text: it may use nothing but what it is given. */
const tell = (page: Page, told: Told) => page.evaluate(`(${told.toString()})({ fake: window.fake, live: window.live })`)

/** No skeleton, and two paints: everything that was told is on the screen. */
async function painted(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('.tw-skeleton') === null)
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
}

describe.each(['dark', 'light'] as const)('in %s colors', (colorScheme) => {
  // Each size in one of the themes; SCREENS=all for every pair.
  const isDark = colorScheme === 'dark'
  const sizes = SIZES.filter(({ width }) => process.env['SCREENS'] === 'all' || (width === 1280) === isDark)
  describe.each(sizes)('at $width × $height', ({ width, height }) => {
    let screen: FakeScreen
    /** Under a question the page is covered on purpose: only a page without one is looked at for what is cut off or hidden. */
    const shot = async (name: string, covered = false) => {
      await painted(screen.page)
      await screen.page.screenshot({ path: path.join(DIR, `live-${name}-${colorScheme}-${width}.png`) })
      expect(await axeFindings(screen.page), name).toEqual([])
      if (!covered) expect(await overflowing(screen.page), name).toEqual([])
      expect(screen.problems).toEqual([])
    }
    beforeAll(async () => {
      screen = await openScreen(bundle, { width, height, colorScheme })
    })
    afterAll(() => screen.close())

    it('the sheet is clean when all is well, when nothing is set up, and while the venue does not answer', async () => {
      const { page } = screen
      await page.getByRole('button', { name: 'LIVE', exact: true }).click()
      const dialog = page.getByRole('dialog', { name: 'Trade live' })
      await dialog.getByRole('button', { name: 'Live', exact: true }).click()
      await dialog.getByText('real money, which can be lost').waitFor()
      await shot('sheet', true)
      await dialog.getByRole('textbox').fill('live')
      await dialog.getByRole('button', { name: 'Trade real money' }).isEnabled()
      await shot('sheet-agreed', true)
      await tell(page, ({ fake, live }) =>
        fake.answer('live.sheet', (account) =>
          live.liveSheet(account, { evidence: live.NOTHING_SET_UP, canArm: false, balance: null, paper: null }),
        ),
      )
      await dialog.getByRole('button', { name: 'Ask again' }).click()
      await dialog.getByText('Not yet: 5 missing, 1 failed above.').waitFor()
      await shot('sheet-missing', true)
      await tell(page, ({ fake }) => fake.answer('live.sheet', () => new Promise(() => {})))
      await dialog.getByRole('combobox', { name: 'Venue' }).selectOption('okx')
      await dialog.getByText(/^Asking OKX/).waitFor()
      await page.screenshot({ path: path.join(DIR, `live-sheet-asking-${colorScheme}-${width}.png`) })
      await tell(page, ({ fake, live }) => {
        fake.answer('live.sheet', () => ({ code: 'timeout', message: 'OKX did not answer within 10 s' }))
        void live
      })
      await dialog.getByRole('combobox', { name: 'Venue' }).selectOption('bybit')
      await dialog.getByText(/^Bybit could not be asked/).waitFor()
      await shot('sheet-failed', true)
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
    })

    it('the pages are clean on paper', async () => {
      const { page } = screen
      for (const name of ['control', 'system', 'journal'] as const) {
        await goTo(page, `/${name}`)
        await shot(`paper-${name}`)
      }
      await page.getByRole('tab', { name: 'Live beside paper' }).click()
      await page.getByText('Not trading live').waitFor()
      await shot('paper-twin')
    })

    it('the pages are clean while live', async () => {
      const { page } = screen
      await tell(page, ({ fake, live }) => {
        fake.answer('live.twin', () => live.twin())
        fake.answer('control.orphans', () => live.orphans())
        fake.setLive(live.liveView({ sinceMs: Date.now() - 9_400_000, health: live.venueHealth({ lastSnapshotMs: Date.now() - 3000 }) }))
      })
      for (const name of ['', 'control', 'system', 'journal', 'signals'] as const) {
        await goTo(page, `/${name}`)
        await shot(`live-${name === '' ? 'desk' : name}`)
      }
      await goTo(page, '/journal')
      await page.getByRole('tab', { name: 'Live beside paper' }).click()
      await page.getByRole('region', { name: 'Gap by cause' }).waitFor()
      await shot('live-twin')
    })

    it('the questions are clean', async () => {
      const { page } = screen
      await goTo(page, '/control')
      await page.getByRole('button', { name: 'PAPER', exact: true }).click()
      await page.getByRole('alertdialog', { name: 'Back to paper?' }).waitFor()
      await page.getByText('Keep them, protected at the venue').click()
      await shot('back-to-paper', true)
      await page.keyboard.press('Escape')
      await page
        .getByRole('button', { name: /^Close .* (long|short)$/ })
        .first()
        .click()
      await page.getByRole('alertdialog', { name: /^Close/ }).waitFor()
      await shot('close-typed', true)
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Clean orphans…' }).click()
      await page.getByRole('alertdialog', { name: /orphan/ }).waitFor()
      await shot('clean-orphans', true)
      await page.keyboard.press('Escape')
    })

    it('the bad moments are clean', async () => {
      const { page } = screen
      await goTo(page, '/system')
      await tell(page, ({ fake, live }) =>
        fake.setLive(
          live.liveView({
            health: live.venueHealth({
              state: 'down',
              detail: 'no answer for 42 s',
              budget: { used: 2290, limit: 2400, windowMs: 60_000, waiting: 14, bannedUntilMs: Date.now() + 95_000 },
              streams: [{ name: 'user data', ageMs: 142_000, ageMsMax: 90_000 }],
            }),
            unprotected: { positions: 1, secondsMax: 7.4, incidents: 2 },
          }),
        ),
      )
      await page.getByText(/does not answer/).waitFor()
      await shot('down')
      await tell(page, ({ fake, live }) =>
        fake.setLive(
          live.liveView({
            state: 'waiting',
            account: { venue: 'binanceusdm', environment: 'testnet' },
            message: 'the keychain of this machine is locked; unlock it',
            health: null,
          }),
        ),
      )
      await page.getByText(/keychain of this machine is locked; unlock it\. It is tried again/).waitFor()
      await shot('waiting')
      await page.getByRole('button', { name: 'PAPER', exact: true }).click()
      await page.getByRole('alertdialog', { name: 'Back to paper?' }).waitFor()
      await shot('back-to-paper-waiting', true)
      await page.getByRole('alertdialog').getByRole('button', { name: 'Back to paper' }).click()
      await page.getByRole('alertdialog').waitFor({ state: 'detached' })
      expect(screen.problems).toEqual([])
    })
  })
})
