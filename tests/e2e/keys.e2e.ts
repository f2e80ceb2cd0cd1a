// Proves the keys of the Settings page in a real browser over a real keyring: everything by keyboard, nothing secret left on the page, each state
// of the place where keys are kept, and pictures of them in shots/, which git does not keep.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchApp, openPage, type OpenedPage, type RunningApp } from '../support/browser.ts'
import { POLL, axeFindings, goTo, notice } from '../support/desk-driver.ts'
import { TRADES, startKeyVenue, type KeyVenue } from '../support/key-venue.ts'
import { overflowing } from '../support/page-checks.ts'
import { buildProgramWithKeyVenue, type BuiltProgram } from '../support/program-with-key-venue.ts'
import { hasSecretService, startSecretService, type SecretService } from '../support/secret-service.ts'

const DIR = path.resolve(import.meta.dirname, '../../shots')
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const
const PASSPHRASE = 'correct horse battery'
const GOOD = { key: 'GoodK3yAb3dEf9hIjKlMnOpQrSt0001', secret: 'GoodS3cretAb3dEf9hIjKlMnOpQrStUvWxYz', passphrase: null }
const NEXT = { ...GOOD, key: 'NextK3yAb3dEf9hIjKlMnOpQrSt0002' }
const OKX = { key: 'OkxK3yAb3dEf9hIjKlMnOpQrSt0003', secret: 'OkxS3cretAb3dEf9hIjKlMnOpQrStUvWxYz', passphrase: 'Okx-Passphrase1' }
const NO_BUS = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere', DISPLAY: '' }

let venue: KeyVenue
let built: BuiltProgram
beforeAll(async () => {
  mkdirSync(DIR, { recursive: true })
  venue = await startKeyVenue()
  built = await buildProgramWithKeyVenue()
})
afterAll(async () => {
  await venue.stop()
  built.remove()
})
beforeEach(() => {
  for (const one of [GOOD, NEXT, OKX]) venue.known.set(one.key, { ...one, report: TRADES })
})

const launch = (env: Readonly<Record<string, string>>, dataDir?: string) =>
  launchApp({
    program: built.program,
    args: ['--speed=1'],
    env: { ...env, KEY_VENUE: venue.url },
    ...(dataDir === undefined ? {} : { dataDir }),
  })
/** Opens the page of the settings and waits until the engine can be asked. */
async function openSettings(app: RunningApp): Promise<OpenedPage> {
  const opened = await openPage(await app.newUrl(), { width: 1280, height: 800 })
  await opened.page.locator('section[aria-label="Chart"] canvas').first().waitFor()
  await goTo(opened.page, 'Settings')
  await opened.page.getByRole('region', { name: 'Keys of venues', exact: true }).waitFor()
  return opened
}
const keysOn = (page: Page) => page.getByRole('list', { name: 'Keys', exact: true }).getByRole('listitem')
const form = (page: Page) => page.getByRole('form', { name: 'Add a key' })
async function fill(page: Page, { key, secret, passphrase }: typeof GOOD | typeof OKX): Promise<void> {
  await page.getByLabel('Key', { exact: true }).fill(key)
  await page.getByLabel('Secret', { exact: true }).fill(secret)
  if (passphrase !== null) await page.getByLabel('Passphrase', { exact: true }).fill(passphrase)
}
/** What a page holds, in elements, fields and storage. */
const heldBy = (page: Page) =>
  page.evaluate(() => {
    const fields = [...document.querySelectorAll('input')].map(({ value }) => value)
    return [
      document.documentElement.outerHTML,
      ...fields,
      JSON.stringify(localStorage),
      JSON.stringify(sessionStorage),
      location.href,
    ].join('\n')
  })
async function holdsNoSecret(page: Page): Promise<void> {
  const held = await heldBy(page)
  for (const one of [GOOD, NEXT, OKX])
    for (const secret of [one.key, one.secret, one.passphrase]) if (secret) expect(held).not.toContain(secret)
}
/** In both themes and both sizes: nothing runs over an edge, axe has nothing to say, and a picture. */
async function look(page: Page, name: string): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    // By hand: a dialog that is open covers the button for it.
    await page.evaluate((chosen) => (document.documentElement.dataset['theme'] = chosen), theme)
    for (const size of SIZES) {
      await page.setViewportSize(size)
      await page.screenshot({ path: path.join(DIR, `keys-${name}-${theme}-${size.width}.png`) })
      expect(await overflowing(page), `${name} ${theme} ${size.width}`).toEqual([])
    }
    expect(await axeFindings(page), `${name} ${theme}`).toEqual([])
  }
  await page.setViewportSize(SIZES[0])
}

describe.skipIf(!hasSecretService)('in a keyring (skipped where dbus, gnome-keyring or libsecret is not installed)', () => {
  let service: SecretService
  let app: RunningApp
  let opened: OpenedPage
  beforeAll(async () => {
    service = await startSecretService()
    app = await launch(service.env)
    opened = await openSettings(app)
  })
  afterAll(async () => {
    await opened.close()
    await app.kill()
    await service.stop()
  })

  it('none is there at first, and the page says what a key needs', async () => {
    await opened.page.getByText('No keys yet').waitFor()
    expect(await opened.page.getByTestId('store-notice').count()).toBe(0)
    await look(opened.page, 'empty')
  })

  it('one is added by keyboard alone, and what was typed is gone', async () => {
    const { page } = opened
    await page.keyboard.press('1')
    await page.keyboard.press('0')
    await form(page).waitFor()
    await page.keyboard.press('n')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.type('main account')
    await page.keyboard.press('Tab')
    await page.keyboard.type(GOOD.key)
    await page.keyboard.press('Tab')
    await page.keyboard.type(GOOD.secret)
    await page.keyboard.press('Enter')
    await notice(page, 'The key for Binance USDT-M is kept').waitFor()
    await expect.poll(() => keysOn(page).innerText(), POLL).toMatch(/Binance USDT-M[\s\S]*testnet[\s\S]*…0001[\s\S]*main account/)
    for (const right of ['may trade', 'cannot withdraw', 'bound to addresses']) expect(await keysOn(page).innerText()).toContain(right)
    await holdsNoSecret(page)
  })

  it('what is missing is said before anything is sent', async () => {
    const { page } = opened
    await page.getByLabel('Venue', { exact: true }).selectOption('OKX')
    await page.getByLabel('Key', { exact: true }).fill('short')
    await form(page).getByRole('button', { name: 'Test and add' }).click()
    for (const said of ['A key has at least 8 characters', 'Paste the secret', 'Type the passphrase']) await page.getByText(said).waitFor()
    await look(page, 'faults')
  })

  it('one that can withdraw is refused with a sentence', async () => {
    const { page } = opened
    venue.known.set(OKX.key, { ...OKX, report: { ...TRADES, canWithdraw: true } })
    await fill(page, OKX)
    await form(page).getByRole('button', { name: 'Test and add' }).click()
    await form(page).getByRole('alert').getByText('can withdraw money from OKX').waitFor()
    expect(await keysOn(page).count()).toBe(1)
    await holdsNoSecret(page)
  })

  it('an unbound one with an end is kept, and shown as that', async () => {
    const { page } = opened
    const expiresMs = Date.now() + 5 * 86_400_000
    venue.known.set(OKX.key, { ...OKX, report: { canTrade: false, canWithdraw: false, ipRestricted: false, expiresMs } })
    await page.getByLabel('Environment', { exact: true }).selectOption('live: real money')
    await fill(page, OKX)
    await form(page).getByRole('button', { name: 'Test and add' }).click()
    await expect.poll(() => keysOn(page).count(), POLL).toBe(2)
    for (const right of ['may only read', 'works from any address', 'expires'])
      expect(await keysOn(page).nth(1).innerText()).toContain(right)
    expect(await form(page).innerText()).toContain('There is a key for this already (…0003)')
  })

  it('a test that fails is told in the venue’s words, without secrets', async () => {
    const { page } = opened
    venue.known.delete(GOOD.key)
    await page.getByRole('button', { name: 'Test Binance USDT-M …0001' }).click()
    await keysOn(page).first().getByText('test failed').waitFor()
    expect(await keysOn(page).first().innerText()).toContain('[hidden]')
    await holdsNoSecret(page)
    await look(page, 'list')
  })

  it('one is rotated; a bad successor leaves it as it was', async () => {
    const { page } = opened
    await page.getByRole('button', { name: 'Rotate Binance USDT-M …0001' }).click()
    const dialog = page.getByRole('dialog', { name: 'Rotate the key Binance USDT-M …0001' })
    const send = async (one: typeof GOOD) => {
      await dialog.getByLabel('Key', { exact: true }).fill(one.key)
      await dialog.getByLabel('Secret', { exact: true }).fill(one.secret)
      await dialog.getByRole('button', { name: 'Test and rotate' }).click()
    }
    await send({ ...NEXT, secret: 'not-the-secret-of-it' })
    await dialog.getByRole('alert').getByText('the old key stays').waitFor()
    await look(page, 'rotate')
    await send(NEXT)
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(() => keysOn(page).allInnerTexts(), POLL).toEqual(expect.arrayContaining([expect.stringContaining('…0002')]))
    await holdsNoSecret(page)
  })

  it('a locked keyring is said, changes nothing, and is open again after a second look', async () => {
    const { page } = opened
    service.lock()
    await goTo(page, 'Desk')
    await goTo(page, 'Settings')
    await page.getByRole('region', { name: 'The keychain is locked' }).waitFor()
    expect(await keysOn(page).count()).toBe(2)
    expect(await page.getByRole('button', { name: 'Remove Binance USDT-M …0002' }).isDisabled()).toBe(true)
    await look(page, 'locked')
    await service.unlock()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByTestId('store-notice').waitFor({ state: 'detached' })
  })

  it('one is removed once that is confirmed', async () => {
    const { page } = opened
    await page.getByRole('button', { name: 'Remove Binance USDT-M …0002' }).click()
    const dialog = page.getByRole('alertdialog', { name: 'Remove the key Binance USDT-M …0002?' })
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await keysOn(page).count()).toBe(2)
    await page.getByRole('button', { name: 'Remove Binance USDT-M …0002' }).click()
    await dialog.getByRole('button', { name: 'Remove key' }).click()
    await expect.poll(() => keysOn(page).count(), POLL).toBe(1)
    expect(opened.problems).toEqual([])
  })
})

describe('without a keyring', () => {
  let app: RunningApp
  let opened: OpenedPage
  beforeEach(async () => {
    app = await launch(NO_BUS)
    opened = await openSettings(app)
  })
  afterEach(async () => {
    await opened.close()
    await app.kill()
  })

  it('the page says how to get one, and offers a file that is locked again at each start', async () => {
    const { page } = opened
    await page.getByRole('region', { name: 'This system has no keychain' }).waitFor()
    expect(await form(page).getByRole('button', { name: 'Test and add' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Keep keys in a file under a passphrase…' }).click()
    const choose = page.getByRole('form', { name: 'Keep keys in a file' })
    const send = async (first: string, second: string) => {
      await choose.getByLabel('Passphrase', { exact: true }).fill(first)
      await choose.getByLabel('Once more').fill(second)
      await page.keyboard.press('Enter')
    }
    await send('too short', 'too short')
    await choose.getByText('at least 12 characters.', { exact: false }).last().waitFor()
    await send(PASSPHRASE, `${PASSPHRASE}x`)
    await choose.getByText('The two passphrases differ').waitFor()
    await look(page, 'absent')
    await send(PASSPHRASE, PASSPHRASE)
    await page.getByRole('region', { name: 'Keys are in a file, and the file is open' }).waitFor()
    await fill(page, GOOD)
    await form(page).getByRole('button', { name: 'Test and add' }).click()
    await expect.poll(() => keysOn(page).count(), POLL).toBe(1)
    await opened.close()
    await app.stop()

    app = await launch(NO_BUS, app.dataDir)
    opened = await openSettings(app)
    const locked = opened.page.getByRole('form', { name: 'Open the key file' })
    await look(opened.page, 'file-locked')
    await locked.getByLabel('Its passphrase').fill('incorrect horse battery')
    await opened.page.keyboard.press('Enter')
    await locked.getByText('the passphrase does not open it').waitFor()
    await locked.getByLabel('Its passphrase').fill(PASSPHRASE)
    await opened.page.keyboard.press('Enter')
    await opened.page.getByRole('region', { name: 'Keys are in a file, and the file is open' }).waitFor()
    await opened.page.getByRole('button', { name: 'Test Binance USDT-M …0001' }).click()
    await expect.poll(() => keysOn(opened.page).innerText(), POLL).toContain('may trade')
    expect(await heldBy(opened.page)).not.toContain(PASSPHRASE)
    expect(opened.problems).toEqual([])
  })
})
