// Proves that a playbook is changed with a position open: it asks first, the position stays with its stop, the strategies are the new ones, and
// the choice is still there after a restart.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FAST, POLL, type DeskDriver, openDesk, openPosition } from '../support/desk-driver.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const dataDir = temporaryDir()
let desk: DeskDriver
beforeAll(async () => {
  desk = await openDesk({ dataDir, args: [FAST] })
})
afterAll(() => desk.close())

describe('another playbook', () => {
  it('takes over with the position, its stop and its account', async () => {
    const position = await openPosition(desk)
    const { page } = desk
    const before = await desk.snapshot()
    await page.getByRole('button', { name: /^Playbook/ }).click()
    await page.getByRole('button', { name: 'Choose IMBA' }).click()
    await page.getByRole('alertdialog').waitFor()
    await page.getByRole('button', { name: 'Run it' }).click()
    await expect.poll(async () => (await desk.snapshot()).playbook, POLL).toBe('imba')
    const after = await desk.snapshot()
    expect(after.strategies.map(({ id }) => id)).toEqual(['imba'])
    expect(after.account.balance).toBe(before.account.balance)
    expect(after.marketMs - before.marketMs).toBeLessThan(60 * 60_000)
    const kept = after.positions.find(({ id }) => id === position.id)
    expect(kept).toMatchObject({ quantity: position.quantity, stopState: 'working', unprotectedSinceMs: null })
    const left = after.alerts.filter(({ code }) => code === 'position_left_alone')
    expect(left.map(({ instrumentId }) => instrumentId)).toContain(position.instrumentId)
    await page.getByText('IMBA', { exact: true }).first().waitFor()
    expect(desk.opened.problems).toEqual([])
  })

  it('is still the one after a restart', async () => {
    await desk.close()
    desk = await openDesk({ dataDir, args: [FAST] })
    expect((await desk.snapshot()).playbook).toBe('imba')
  })
})
