// Proves the system page, and that the engine may be restarted or die in any way without a position, an order or the desk being lost: the screen
// says what happens, and trading goes on.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FAST, POLL, goTo, openDesk, openPosition, playUntil, type DeskDriver, type Snapshot } from '../support/desk-driver.ts'

/** A hanging engine is given up after five heartbeats of a second. */
const BACK_MS_MAX = 25_000

let desk: DeskDriver
beforeAll(async () => {
  desk = await openDesk({ args: [FAST], env: { TRADEWRIGHT_ALLOW_FAULTS: '1' } })
})
afterAll(() => desk.close())

const banner = () => desk.page.getByTestId('banner')
const metric = (label: string) =>
  desk.page
    .locator('dl > div')
    .filter({ has: desk.page.locator(`dt:text-is("${label}")`) })
    .locator('dd')
    .first()
const fact = (label: string) =>
  desk.page
    .locator('dl > div')
    .filter({ has: desk.page.locator(`dt:text-is("${label}")`) })
    .locator('dd')
/** Keeps what the banner has said, however short. */
async function watchBanner(): Promise<() => Promise<readonly string[]>> {
  await desk.page.evaluate(() => {
    const said: string[] = []
    const look = () => {
      const text = document.querySelector('[data-testid=banner]')?.textContent
      if (text && said.at(-1) !== text) said.push(text)
    }
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true })
    Object.assign(globalThis, { bannerSaid: said })
  })
  return () => desk.page.evaluate(() => [...(globalThis as unknown as { bannerSaid: string[] }).bannerSaid])
}
const running = async () => (await desk.client.read('system.status', {})).host.state === 'running'
const held = ({ positions }: Snapshot) =>
  positions.map(({ id, side, quantity, entryPrice, stopPrice }) => ({ id, side, quantity, entryPrice, stopPrice }))
const workingIds = ({ orders }: Snapshot) => orders.map(({ clientOrderId }) => clientOrderId).sort()

describe('the system page', () => {
  it('shows figures that move with the engine', async () => {
    await goTo(desk.page, 'System')
    await expect.poll(async () => Number.parseFloat(await metric('Market events').innerText()), POLL).toBeGreaterThan(5)
    expect(Number.parseFloat(await metric('Event-loop delay p50').innerText())).toBeGreaterThan(0)
    expect(await metric('Resident memory').innerText()).toMatch(/MiB$/)
    const records = async () => Number((await fact('Journal records').innerText()).replaceAll(',', ''))
    const before = await records()
    await expect.poll(records, POLL).toBeGreaterThan(before)
    expect(await fact('Data directory').innerText()).toBe(desk.app.dataDir)
  })

  it('follows the log and finds a line in it', async () => {
    const log = desk.page.getByRole('log', { name: 'Log lines' })
    await expect.poll(() => log.innerText(), POLL).toContain('engine running')
    await desk.client.ask('playback.setSpeed', { speed: 300 })
    await expect.poll(() => log.innerText(), POLL).toMatch(/playback\.setSpeed \{"speed":300\} -> ok/)
    await desk.page.getByLabel('Text in the log').fill('new journal')
    await expect.poll(() => log.innerText(), POLL).not.toContain('engine running')
    expect(await log.innerText()).toContain('a new journal was started')
    await desk.page.getByLabel('Text in the log').fill('')
    await desk.client.ask('playback.setSpeed', { speed: 600 })
  })
})

describe('a restart of the engine', () => {
  it('asked for by a person keeps positions, orders and account, and says what is going on', async () => {
    await openPosition(desk)
    const before = await desk.snapshot()
    const said = await watchBanner()
    await desk.page.getByRole('button', { name: 'Restart engine' }).click()
    await desk.page
      .getByRole('alertdialog')
      .getByText(/open positions? keeps? only the stops/)
      .waitFor()
    await desk.page.getByRole('alertdialog').getByRole('button', { name: 'Restart engine' }).click()
    await expect
      .poll(async () => (await said()).some((text) => /Engine (is starting|restarted)|The engine is stop/.test(text)), POLL)
      .toBe(true)
    await expect.poll(running, POLL).toBe(true)
    await expect.poll(async () => held(await desk.snapshot()), POLL).toEqual(held(before))
    const after = await desk.snapshot()
    expect(workingIds(after)).toEqual(workingIds(before))
    expect(after.account.balance).toBe(before.account.balance)
    expect(after.marketMs).toBeGreaterThanOrEqual(before.marketMs)
    await expect.poll(() => banner().count(), POLL).toBe(0)
  })
})

describe.each(['throw', 'exit', 'hang'] as const)('an engine that dies by %s', (kind) => {
  it('is started again by itself, with the position as it was, and trades on', async () => {
    await openPosition(desk)
    const before = await desk.snapshot()
    const { restarts } = (await desk.client.read('system.status', {})).host
    const said = await watchBanner()
    await desk.client.ask('debug.fault', { kind })
    await expect.poll(async () => (await desk.client.read('system.status', {})).host.restarts, { timeout: BACK_MS_MAX }).toBe(restarts + 1)
    await expect.poll(running, { timeout: BACK_MS_MAX }).toBe(true)
    expect((await said()).join('\n')).toContain('Engine restarted, reconciling with the venue')
    const after = await desk.snapshot()
    const kept = held(after).filter(({ id }) => before.positions.some((position) => position.id === id))
    expect(kept).toEqual(held(before))
    expect(workingIds(after)).toEqual(workingIds(before))
    await expect.poll(() => desk.page.getByRole('contentinfo').innerText(), POLL).toContain(`${restarts + 1} restart`)
    const decided = after.decisions.length
    await playUntil(desk, (now) => now.decisions.length > decided && now.feed.state === 'live')
    const { rows } = await desk.client.read('journal.orders', { limit: 500, offset: 0 })
    expect(rows.filter(({ state }) => state === 'unknown')).toEqual([])
  })
})

describe('afterwards', () => {
  it('the journal is whole and the screen has met no error', async () => {
    expect(await desk.client.read('journal.verify', {})).toMatchObject({ ok: true })
    expect(desk.opened.problems).toEqual([])
  })
})
