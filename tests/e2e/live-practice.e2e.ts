// Proves live trading from outside: the unmodified program in a real browser, an exchange in a process of its own, and between them nothing but
// the exchange's wire protocol. A key is added, the sheet read and agreed to, positions are opened and protected there, the program is killed and
// goes on, and the way back closes what is open. Pictures in shots/, which git does not keep.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BridgeClient, connectBridge } from '../support/bridge-client.ts'
import { type OpenedPage, type RunningApp, launchApp, openPage } from '../support/browser.ts'
import { POLL, candlesOnScreen, goTo, notice } from '../support/desk-driver.ts'
import { overflowing } from '../support/page-checks.ts'
import { type PracticeProcess, practiceDataDir, startPractice } from '../support/practice-process.ts'

const DIR = path.resolve(import.meta.dirname, '../../shots')
const PASSPHRASE = 'correct horse battery'
/** A position opens at the close of a minute. */
const MINUTE = { timeout: 90_000, interval: 200 }
const ACCOUNT = { venue: 'binanceusdm', environment: 'practice' } as const

let venue: PracticeProcess
let dataDir: string
let app: RunningApp
let opened: OpenedPage
let bridge: BridgeClient
beforeAll(async () => {
  mkdirSync(DIR, { recursive: true })
  venue = await startPractice()
  dataDir = practiceDataDir(venue)
  await launch()
})
afterAll(async () => {
  bridge.close()
  await opened.close()
  await app.kill()
  await venue.stop()
})

async function launch(): Promise<void> {
  app = await launchApp({ dataDir, args: ['--market=practice'] })
  opened = await openPage(app.url, { width: 1280, height: 800 })
  await candlesOnScreen(opened.page)
  bridge = await connectBridge(app)
}
const shot = (name: string) => opened.page.screenshot({ path: path.join(DIR, `live-practice-${name}.png`) })
const stateOf = async (): Promise<string> => (await bridge.read('live.state', {})).state
const positions = async () => (await bridge.read('desk.snapshot', {})).positions
const atVenue = async () => (await venue.state()).accounts[0]?.positions ?? []
const toggle = (page: Page, mode: 'PAPER' | 'LIVE') =>
  page.getByRole('group', { name: 'Paper or live' }).getByRole('button', { name: mode })

describe('live trading on an exchange in another process', () => {
  it('takes a key that the exchange knows, and none that it does not', async () => {
    const { page } = opened
    await bridge.read('keys.useFile', { passphrase: PASSPHRASE })
    const wrong = { ...ACCOUNT, label: '', key: venue.apiKey, secret: `${venue.apiSecret}x`, passphrase: null }
    expect(await bridge.ask('keys.add', wrong)).toMatchObject({ ok: false, error: { code: 'refused' } })
    await goTo(page, 'Settings')
    await page.getByLabel('Environment', { exact: true }).selectOption('practice')
    await page.getByLabel('Key', { exact: true }).fill(venue.apiKey)
    await page.getByLabel('Secret', { exact: true }).fill(venue.apiSecret)
    await page.getByRole('form', { name: 'Add a key' }).getByRole('button', { name: 'Test and add' }).click()
    await notice(page, 'The key for Binance USDT-M is kept').waitFor()
    await shot('keys')
  })

  it('shows the sheet, and begins only when the word is typed', async () => {
    const { page } = opened
    await goTo(page, 'Desk')
    await toggle(page, 'LIVE').click()
    const sheet = page.getByRole('dialog', { name: 'Trade live' })
    await sheet
      .getByRole('radio', { name: 'Practice venue' })
      .or(sheet.getByRole('button', { name: 'Practice venue' }))
      .first()
      .click()
    await sheet.getByText('at most 25.00 USDT lost per trade').waitFor()
    const arm = sheet.getByRole('button', { name: 'Trade on the practice venue' })
    expect(await arm.isDisabled()).toBe(true)
    await shot('sheet')
    await sheet.getByLabel('Type LIVE to agree').fill('LIVE')
    await arm.click()
    await expect.poll(stateOf, POLL).toBe('live')
    await expect.poll(() => page.getByTestId('live-account').innerText(), POLL).toMatch(/practice venue[\s\S]*live/i)
  })

  it('opens positions there, each with its stop at the exchange', async () => {
    await expect.poll(async () => (await positions()).filter(({ stopState }) => stopState === 'working').length, MINUTE).toBe(2)
    expect((await atVenue()).map(({ isCovered }) => isCovered)).toEqual([true, true])
    expect((await venue.state()).longestExposureMs).toBeLessThan(5_000)
    await shot('desk')
    await goTo(opened.page, 'System')
    await opened.page.getByText('connected').first().waitFor()
    await shot('system')
    await goTo(opened.page, 'Control')
    await opened.page.getByRole('heading', { name: 'Control' }).waitFor({ state: 'attached' })
    await shot('control')
    expect(await overflowing(opened.page)).toEqual([])
    await shot('control')
  }, 150_000)

  it('is killed, starts again, waits for the keys, and goes on with what is open', async () => {
    const before = (await positions()).map(({ id }) => id).toSorted()
    bridge.close()
    await opened.close()
    await app.kill()
    await launch()
    await expect.poll(stateOf, POLL).toBe('waiting')
    await shot('waiting')
    expect((await atVenue()).map(({ isCovered }) => isCovered)).toEqual([true, true])
    await bridge.read('keys.unlock', { passphrase: PASSPHRASE })
    await expect.poll(stateOf, MINUTE).toBe('live')
    await expect.poll(async () => (await positions()).map(({ id }) => id).toSorted(), POLL).toEqual(before)
    expect(await atVenue()).toHaveLength(2)
  }, 150_000)

  it('goes back to paper with everything closed, and its books verify', async () => {
    const { page } = opened
    await toggle(page, 'PAPER').click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByRole('radio', { name: /Close them at market/ }).click()
    await shot('back')
    await dialog.getByRole('button', { name: /paper/i }).click()
    await expect.poll(stateOf, POLL).toBe('off')
    expect(await atVenue()).toEqual([])
    expect((await venue.state()).accounts[0]?.openOrders).toEqual([])
    const of = { run: 'live:binanceusdm:practice' }
    expect(await bridge.read('journal.verify', of)).toMatchObject({ ok: true })
    const trips = await bridge.read('journal.roundTrips', {
      ...of,
      limit: 10,
      offset: 0,
      fromMs: null,
      toMs: null,
      instrumentId: null,
      strategyId: null,
    })
    expect(trips.total).toBe(2)
    const audit = await bridge.read('journal.audit', { ...of, limit: 50, offset: 0 })
    expect(audit.rows.map(({ action }) => action)).toEqual(expect.arrayContaining(['live.disarm', 'close_position']))
  })
})
