// Proves that a person can reach into an open position from the screen: move its stop, cancel a target, close it; and that what must not be
// done is refused in a sentence while everything stays as it was.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  FAST,
  POLL,
  baseOf,
  notice,
  openDesk,
  openPosition,
  playUntil,
  rowsOf,
  showSymbol,
  type DeskDriver,
  type Position,
} from '../support/desk-driver.ts'

let desk: DeskDriver
let position: Position
beforeAll(async () => {
  desk = await openDesk({ args: [FAST] })
  position = await openPosition(desk)
  await showSymbol(desk, position.instrumentId)
})
afterAll(() => desk.close())

const dialog = () => desk.page.getByRole('alertdialog')
const ordersOf = (purpose: string) => rowsOf(desk.page, 'Orders').filter({ hasText: purpose })
const stopOrder = async () => (await desk.snapshot()).orders.find(({ purpose }) => purpose === 'stop')
/** A stop this share of the way from the present stop towards the mark, on the tick. */
async function stopAt(share: number): Promise<string> {
  const { instruments, positions } = await desk.snapshot()
  const now = positions.find(({ id }) => id === position.id)
  const tick = instruments.find(({ id }) => id === position.instrumentId)?.tickSize ?? '1'
  if (!now) throw new Error('the position is gone')
  const price = Number(now.stopPrice) + share * (now.markPrice - Number(now.stopPrice))
  const decimals = tick.split('.')[1]?.length ?? 0
  return price.toFixed(decimals)
}
const openStopDialog = () => desk.page.getByRole('button', { name: `Move the stop of ${baseOf(position.instrumentId)}` }).click()

describe('the stop of an open position', () => {
  it('on the wrong side of the mark is not even sent, and the dialog says why', async () => {
    await openStopDialog()
    await dialog()
      .getByLabel('Stop price')
      .fill(await stopAt(1.2))
    await expect.poll(() => dialog().locator('#move-stop-fault').innerText(), POLL).toMatch(/^Must be (above|below) the mark price/)
    expect(await dialog().getByRole('button', { name: 'Move stop' }).isDisabled()).toBe(true)
    expect(await dialog().getByLabel('Stop price').getAttribute('aria-invalid')).toBe('true')
  })

  it('is shown with what it would cost before it is sent', async () => {
    const result = () =>
      dialog()
        .getByRole('row', { name: /Result at the stop/ })
        .innerText()
    await dialog()
      .getByLabel('Stop price')
      .fill(await stopAt(0.2))
    const near = await result()
    await dialog()
      .getByLabel('Stop price')
      .fill(await stopAt(0.6))
    await expect.poll(result, POLL).not.toBe(near)
    // Tighter is cheaper: the figure of the new stop is above that of the present one.
    const [now = Number.NaN, next = Number.NaN] = [...(await result()).matchAll(/[+−]?[\d,]+\.\d\d/g)].map(([text]) =>
      Number(text.replace('−', '-').replace(',', '')),
    )
    expect(next).toBeGreaterThan(now)
  })

  it('moves when it is tighter: the order at the venue, the row and the line follow', async () => {
    const before = await stopOrder()
    const price = await stopAt(0.3)
    await dialog().getByLabel('Stop price').fill(price)
    await dialog().getByRole('button', { name: 'Move stop' }).click()
    await notice(desk.page, /New stop of .* was sent/).waitFor()
    await expect.poll(async () => Number((await stopOrder())?.triggerPrice), POLL).toBe(Number(price))
    expect((await stopOrder())?.clientOrderId).not.toBe(before?.clientOrderId)
    const shown = Number(price).toLocaleString('en-US')
    await expect.poll(() => ordersOf('stop').allInnerTexts(), POLL).toEqual([expect.stringContaining(shown)])
    expect(await rowsOf(desk.page, 'Positions').first().innerText()).toContain(shown)
  })

  it('may not be loosened beyond the risk of one trade: the engine refuses in a sentence', async () => {
    const before = await stopOrder()
    await openStopDialog()
    await dialog()
      .getByLabel('Stop price')
      .fill(await stopAt(-6))
    await expect.poll(() => dialog().locator('#move-stop-fault').innerText(), POLL).toContain('risks more than the present stop')
    await dialog().getByRole('button', { name: 'Move stop' }).click()
    await notice(desk.page, /is not tighter than .* \(refused\)/).waitFor()
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    expect(await stopOrder()).toEqual(before)
  })

  it('can be dragged on the chart, and letting go only proposes', async () => {
    const chart = desk.page.getByRole('img', { name: /^Candles of/ })
    const box = await chart.boundingBox()
    if (!box) throw new Error('there is no chart')
    // The line is held by the end that carries its label.
    const x = box.x + box.width - 140
    let y: number | null = null
    for (let at = box.y + 4; at < box.y + box.height && y === null; at += 4) {
      await desk.page.mouse.move(x, at)
      if ((await chart.evaluate((element) => (element as HTMLElement).style.cursor)) === 'ns-resize') y = at
    }
    if (y === null) throw new Error('no stop line can be grabbed')
    const before = await stopOrder()
    await desk.page.mouse.down()
    await desk.page.mouse.move(x, y + 30, { steps: 4 })
    await desk.page.mouse.up()
    const proposed = Number(await dialog().getByLabel('Stop price').inputValue())
    expect(proposed).not.toBe(Number(before?.triggerPrice))
    await desk.page.keyboard.press('Escape')
    await expect.poll(() => dialog().count(), POLL).toBe(0)
    expect(await stopOrder()).toEqual(before)
  })
})

describe('an order', () => {
  it('that protects the position cannot be canceled, and says what to do instead', async () => {
    const before = await stopOrder()
    await ordersOf('stop').getByRole('button').click()
    await notice(desk.page, /is the stop that protects .*: move it, or close the position/).waitFor()
    expect(await stopOrder()).toEqual(before)
  })

  it('at a target is canceled when asked', async () => {
    const targets = await ordersOf('target').count()
    await ordersOf('target').last().getByRole('button').click()
    await notice(desk.page, 'Cancel was sent').waitFor()
    await expect.poll(() => ordersOf('target').count(), POLL).toBe(targets - 1)
    const { orders } = await desk.snapshot()
    expect(orders.filter(({ purpose }) => purpose === 'target')).toHaveLength(targets - 1)
  })
})

describe('a position', () => {
  it('is closed at market after one question, and nothing of it is left at the venue', async () => {
    await desk.page.getByRole('button', { name: `Close ${baseOf(position.instrumentId)}` }).click()
    expect(await dialog().innerText()).toContain(position.side)
    await dialog().getByRole('button', { name: 'Close at market' }).click()
    await playUntil(desk, ({ positions }) => positions.every(({ id }) => id !== position.id))
    const { orders } = await desk.snapshot()
    expect(orders.filter(({ positionId }) => positionId === position.id)).toEqual([])
    const { rows } = await desk.client.read('journal.roundTrips', {
      limit: 10,
      offset: 0,
      fromMs: null,
      toMs: null,
      instrumentId: null,
      strategyId: null,
    })
    expect(rows.find(({ positionId }) => positionId === position.id)).toMatchObject({ exitReason: 'operator', quantity: position.quantity })
    expect(desk.opened.problems).toEqual([])
  })
})
