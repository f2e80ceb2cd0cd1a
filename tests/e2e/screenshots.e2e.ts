// Takes a picture of every page in both themes and two sizes over a desk that has traded, and of what is shown while there is nothing yet, and
// proves on each that axe has nothing to say and that nothing runs over its edge. The pictures land in shots/, which git does not keep.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPage, type OpenedPage } from '../support/browser.ts'
import { overflowing } from '../support/page-checks.ts'
import {
  PAGE_NAMES,
  axeFindings,
  candlesOnScreen,
  goTo,
  openDesk,
  playUntil,
  showSymbol,
  type DeskDriver,
  type Snapshot,
} from '../support/desk-driver.ts'

const DIR = path.resolve(import.meta.dirname, '../../shots')
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const
const DECISIONS_MIN = 30

let desk: DeskDriver
let traded: Snapshot
beforeAll(async () => {
  mkdirSync(DIR, { recursive: true })
  desk = await openDesk({ args: ['--speed=600'] })
  await desk.client.read('playback.setSpeed', { speed: 0 })
  await playUntil(desk, ({ decisions }) => decisions.length >= DECISIONS_MIN)
  await desk.client.read('playback.setSpeed', { speed: 600 })
  traded = await playUntil(desk, ({ positions }) => positions.some(({ phase, openedMs }) => phase === 'protected' && openedMs > 0))
})
afterAll(() => desk.close())

/** Waits until no skeleton and no movement is left. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector('.tw-skeleton') === null && document.getAnimations().every(({ playState }) => playState !== 'running'),
  )
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
}
/** Lets the market run until the curves of the system page have something to show. */
async function sampled(page: Page): Promise<void> {
  await desk.client.read('playback.setPlaying', { playing: true })
  await page.waitForFunction(() => (document.querySelector('dl svg path:last-child')?.getAttribute('d') ?? '').split('L').length > 4)
  await desk.client.read('playback.setPlaying', { playing: false })
}
const save = (page: Page, name: string) => page.screenshot({ path: path.join(DIR, `${name}.png`) })

describe.each(['dark', 'light'] as const)('in %s colors', (colorScheme) => {
  describe.each(SIZES)('at $width × $height', ({ width, height }) => {
    let opened: OpenedPage
    beforeAll(async () => {
      opened = await openPage(await desk.app.newUrl(), { width, height, colorScheme })
      await candlesOnScreen(opened.page)
      for (let turn = 0; turn < 3; turn += 1) {
        if ((await opened.page.evaluate(() => document.documentElement.dataset['theme'])) === colorScheme) break
        await opened.page.getByRole('button', { name: /^Theme:/ }).click()
      }
    })
    afterAll(() => opened.close())

    it.each(PAGE_NAMES)('%s is clean and accessible', async (name) => {
      const { page } = opened
      await goTo(page, name)
      if (name === 'Desk') await showSymbol({ ...desk, page }, traded.positions[0]?.instrumentId ?? '')
      if (name === 'Signals') {
        const executed = traded.decisions.findLast(({ outcome }) => outcome === 'executed')
        await page.goto(`${new URL(page.url()).origin}/#/signal/${executed?.id}`)
        await page.getByRole('article', { name: `Decision ${executed?.id}` }).waitFor()
      }
      if (name === 'System') await sampled(page)
      await settled(page)
      await save(page, `e2e-${name.toLowerCase()}-${colorScheme}-${width}`)
      expect(await axeFindings(page)).toEqual([])
      expect(await overflowing(page)).toEqual([])
    })

    it('the dialogs are accessible', async () => {
      const { page } = opened
      await goTo(page, 'Desk')
      const shots = [
        ['kill', () => page.keyboard.press('Control+Shift+K')],
        ['palette', () => page.keyboard.press('Control+k')],
        ['help', () => page.keyboard.press('?')],
        [
          'move-stop',
          () =>
            page
              .getByRole('button', { name: /^Move the stop of/ })
              .first()
              .click(),
        ],
        ['playbooks', () => page.getByRole('button', { name: /^Playbook/ }).click()],
        [
          'live-sheet',
          async () => {
            await page.getByRole('button', { name: 'LIVE', exact: true }).click()
            await page.getByRole('list', { name: 'What must be true first' }).waitFor()
          },
        ],
        ['layers', () => page.getByRole('button', { name: /^Layers of the chart/ }).click()],
        ['indicators', () => page.getByRole('button', { name: /^Indicators/ }).click()],
        ['notifications', () => page.getByRole('button', { name: /^Notifications/ }).click()],
      ] as const
      for (const [name, open] of shots) {
        await open()
        await settled(page)
        await save(page, `e2e-dialog-${name}-${colorScheme}-${width}`)
        expect(await axeFindings(page), name).toEqual([])
        await page.keyboard.press('Escape')
        await settled(page)
      }
      expect(opened.problems).toEqual([])
    })
  })
})

describe('with nothing yet', () => {
  let empty: DeskDriver
  beforeAll(async () => {
    empty = await openDesk({ args: ['--speed=1'], width: 1280, height: 800 })
    await empty.client.read('playback.setPlaying', { playing: false })
  })
  afterAll(() => empty.close())

  it.each(PAGE_NAMES)('%s says what will appear there', async (name) => {
    await goTo(empty.page, name)
    await settled(empty.page)
    await save(empty.page, `e2e-empty-${name.toLowerCase()}`)
    expect(await axeFindings(empty.page)).toEqual([])
    expect(empty.opened.problems).toEqual([])
  })

  it('says so when the program is gone, and that what is shown is old', async () => {
    await goTo(empty.page, 'Desk')
    await empty.app.kill()
    await empty.page
      .getByTestId('banner')
      .getByText(/Connection to the program lost/)
      .waitFor()
    await save(empty.page, 'e2e-connection-lost')
    expect(await axeFindings(empty.page)).toEqual([])
  })
})
