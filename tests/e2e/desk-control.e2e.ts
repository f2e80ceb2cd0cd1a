// Proves what stops or moves everything at once: going to another time of the recording, the kill switch in its three ways, and the way back.
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FAST, POLL, notice, openDesk, openPosition, playUntil, rowsOf, type DeskDriver } from '../support/desk-driver.ts'

let desk: DeskDriver
beforeAll(async () => {
  desk = await openDesk({ args: [FAST] })
})
afterAll(() => desk.close())

const session = async () => (await desk.snapshot()).sessionId
/** The screen learns of a position a moment after the engine. */
const positionOnScreen = () => expect.poll(() => rowsOf(desk.page, 'Positions').count(), POLL).toBeGreaterThan(0)
/** Clicks the time line at a share of its length. */
async function seekTo(share: number): Promise<void> {
  const slider = desk.page.getByRole('slider', { name: 'Time of the recording' })
  const box = await slider.locator('xpath=ancestor::*[contains(@class,"flex-1")][1]').boundingBox()
  if (!box) throw new Error('there is no time line')
  await desk.page.mouse.click(box.x + box.width * share, box.y + box.height / 2)
}
const shareOf = async () => {
  const { playback } = await desk.snapshot()
  return (playback.positionMs - playback.startMs) / (playback.endMs - playback.startMs)
}

describe('going to another time', () => {
  it('without a position starts a new session there at once, with candles up to that time', async () => {
    await desk.client.read('playback.setPlaying', { playing: false })
    await expect.poll(async () => (await desk.snapshot()).positions.length, POLL).toBe(0)
    const before = await session()
    await seekTo(0.75)
    await expect.poll(session, POLL).not.toBe(before)
    expect(await shareOf()).toBeCloseTo(0.75, 1)
    const { instruments, marketMs } = await desk.snapshot()
    const history = await desk.client.read('candles.history', {
      instrumentId: instruments[0]?.id ?? '',
      timeframe: '5m',
      beforeMs: null,
      limit: 1,
    })
    expect(Math.abs((history.openTimeMs[0] ?? 0) - marketMs)).toBeLessThan(10 * 60_000)
    await expect.poll(() => desk.page.getByRole('contentinfo').innerText(), POLL).toContain(await session())
  })

  it('with a position asks first, and keeps everything when the answer is no', async () => {
    const position = await openPosition(desk)
    await positionOnScreen()
    const before = await session()
    await seekTo(0.4)
    const dialog = desk.page.getByRole('alertdialog')
    await dialog.getByText(/open position(s are| is) closed at the present price/).waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect(await session()).toBe(before)
    expect((await desk.snapshot()).positions.map(({ id }) => id)).toContain(position.id)
  })

  it('with a position closes it, writes it down, and trades on there', async () => {
    const position = await openPosition(desk)
    await positionOnScreen()
    const before = await session()
    await seekTo(0.4)
    await desk.page.getByRole('alertdialog').getByRole('button', { name: 'Go there' }).click()
    await expect.poll(session, POLL).not.toBe(before)
    expect((await desk.snapshot()).positions).toEqual([])
    await expect.poll(() => rowsOf(desk.page, 'Positions').count(), POLL).toBe(0)
    const { rows } = await desk.client.read('journal.roundTrips', {
      limit: 500,
      offset: 0,
      fromMs: null,
      toMs: null,
      instrumentId: null,
      strategyId: null,
    })
    expect(rows.find(({ positionId }) => positionId === position.id)).toMatchObject({ exitReason: 'seek' })
    await playUntil(desk, ({ decisions }) => decisions.some(({ outcome }) => outcome === 'executed'))
  })
})

describe('going to several times at once', () => {
  it('never leads to more than one session at a time', async () => {
    const { playback } = await desk.snapshot()
    const times = [5, 6, 7, 8].map((day) => playback.startMs + day * 86_400_000)
    const answers = await Promise.all(times.map((positionMs) => desk.client.ask('playback.seek', { positionMs })))
    for (const answer of answers) if (!answer.ok) expect(answer.error).toMatchObject({ code: 'refused' })
    const { positionMs } = (await desk.snapshot()).playback
    expect(times.filter((_, i) => answers[i]?.ok).some((time) => Math.abs(time - positionMs) < 60_000)).toBe(true)
    const journal = new Database(path.join(desk.app.dataDir, 'journal.db'), { readonly: true })
    const open = journal.prepare('SELECT count(*) FROM trading_sessions WHERE ended_ms IS NULL').pluck()
    await expect.poll(() => open.get(), POLL).toBe(1)
    journal.close()
  })
})

describe('the kill switch', () => {
  const state = (word: string) => desk.page.getByRole('banner').getByRole('button', { name: new RegExp(`^Trading is ${word}`, 'i') })
  const halted = async () => {
    await expect.poll(async () => (await desk.snapshot()).risk.tradingState, POLL).toBe('halted')
    const { positions, orders } = await playUntil(desk, (now) => now.positions.length === 0 && now.orders.length === 0)
    expect([positions, orders]).toEqual([[], []])
    await state('halted').waitFor()
    await expect.poll(() => rowsOf(desk.page, 'Positions').count(), POLL).toBe(0)
    await expect.poll(() => rowsOf(desk.page, 'Orders').count(), POLL).toBe(0)
  }
  const resume = async () => {
    await state('halted').click()
    await desk.page.getByRole('button', { name: 'Resume trading…' }).click()
    await desk.page.getByRole('alertdialog').getByRole('button', { name: 'Resume trading' }).click()
    await expect.poll(async () => (await desk.snapshot()).risk.tradingState, POLL).toBe('active')
    await desk.page.keyboard.press('Escape')
    await state('active').waitFor()
  }

  it('does nothing on a slip of the hand: a short press only asks, and leaving keeps trading', async () => {
    await openPosition(desk)
    await desk.page
      .getByRole('banner')
      .getByRole('button', { name: /^Kill switch/ })
      .click()
    await desk.page.getByRole('dialog').getByText('Stop all trading?').waitFor()
    await desk.page.getByRole('button', { name: 'Keep trading' }).click()
    const { risk, positions } = await desk.snapshot()
    expect(risk.tradingState).toBe('active')
    expect(positions.length).toBeGreaterThan(0)
  })

  it('held, closes and cancels everything and halts; only a person resumes', async () => {
    await desk.page
      .getByRole('banner')
      .getByRole('button', { name: /^Kill switch/ })
      .hover()
    await desk.page.mouse.down()
    await notice(desk.page, /Kill switch activated/).waitFor()
    await desk.page.mouse.up()
    await halted()
    const { decisions } = await desk.snapshot()
    const executed = decisions.filter(({ outcome }) => outcome === 'executed').length
    const later = await playUntil(desk, (now) => now.decisions.length > decisions.length)
    expect(later.decisions.at(-1)).toMatchObject({ outcome: 'blocked', summary: expect.stringContaining('trading is halted') })
    expect(later.decisions.filter(({ outcome }) => outcome === 'executed')).toHaveLength(executed)
    expect(later.positions).toEqual([])
    await resume()
  })

  it('works by chord and typed word, also while the cursor is in a field', async () => {
    await openPosition(desk)
    await desk.page.keyboard.press('Control+k')
    await desk.page.keyboard.type('journ')
    await desk.page.keyboard.press('Control+Shift+K')
    const dialog = desk.page.getByRole('dialog').filter({ hasText: 'Stop all trading?' })
    await dialog.getByLabel(/Type KILL/).fill('kil')
    await desk.page.keyboard.press('Enter')
    expect((await desk.snapshot()).risk.tradingState).toBe('active')
    await dialog.getByLabel(/Type KILL/).fill('kill')
    await desk.page.keyboard.press('Enter')
    await halted()
    await resume()
    await openPosition(desk)
    expect(desk.opened.problems).toEqual([])
  })
})
