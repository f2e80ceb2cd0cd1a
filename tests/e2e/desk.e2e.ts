// Proves the desk in a real Chromium: it is there at once, trades by itself, and every hand on it (stop, order, position, playback) does what
// it says or is refused with a sentence, while what the screen shows is what the engine says.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  FAST,
  PAGE_NAMES,
  POLL,
  baseOf,
  goTo,
  hasPosition,
  openDesk,
  openPosition,
  playUntil,
  rowsOf,
  showSymbol,
  type DeskDriver,
} from '../support/desk-driver.ts'

const FIRST_CANDLE_MS_MAX = 3_000
const MINUTE_MS = 60_000
/** A minute at the default speed of 60 times real time. */
const FIRST_TRADE_MARKET_MS_MAX = 60 * MINUTE_MS

let desk: DeskDriver
beforeAll(async () => {
  desk = await openDesk({ args: [FAST] })
})
afterAll(() => desk.close())

describe('the desk in Chromium', () => {
  it('has candles on screen within 3 s of opening the link', () => {
    console.log(`first candle on screen after ${Math.round(desk.firstCandleMs)} ms`)
    expect(desk.firstCandleMs).toBeLessThan(FIRST_CANDLE_MS_MAX)
  })

  it('says that no money is at stake, which market this is, and what the account holds', async () => {
    const ribbon = desk.page.getByRole('banner')
    expect(await ribbon.getByTestId('mode').innerText()).toBe('PAPER')
    await expect.poll(() => ribbon.innerText(), POLL).toMatch(/Recorded 600×\s+2025-05-21 \d\d:\d\d UTC/)
    expect(await ribbon.innerText()).toMatch(/Equity, USDT\s+(10,000|9,\d{3})\.\d\d/)
    await expect.poll(() => ribbon.getByTestId('health').getAttribute('data-level'), POLL).toBe('good')
  })

  it('trades by itself within what a minute at 60× shows', async () => {
    const { decisions } = await playUntil(
      desk,
      (snapshot) => snapshot.decisions.some(({ outcome }) => outcome === 'executed') && hasPosition(snapshot),
    )
    const first = decisions.find(({ outcome }) => outcome === 'executed')
    // Equity is written down from the first minute on.
    const [opened] = await desk.client.read('journal.equity', { fromMs: null, toMs: null, pointsMax: 5_000 })
    const startMs = Math.floor((opened?.tsMs ?? 0) / MINUTE_MS) * MINUTE_MS
    const marketMs = (first?.tsMs ?? Number.POSITIVE_INFINITY) - startMs
    console.log(`first trade after ${marketMs / MINUTE_MS} minutes of market time, ${marketMs / MINUTE_MS} s at 60×`)
    expect(marketMs).toBeLessThan(FIRST_TRADE_MARKET_MS_MAX)
    await desk.page.getByRole('button', { name: new RegExp(first?.summary.slice(0, 30) ?? 'none') }).waitFor()
  })

  it('stands still when paused, says so, and plays on with the space bar', async () => {
    await desk.page.getByRole('button', { name: 'Play (Space)' }).waitFor()
    await expect.poll(() => desk.page.getByRole('banner').innerText(), POLL).toContain('Recorded, paused')
    const { marketMs } = await desk.snapshot()
    await desk.page.getByRole('heading', { name: 'Decisions' }).click()
    await desk.page.keyboard.press('Space')
    await expect.poll(async () => (await desk.snapshot()).marketMs, POLL).toBeGreaterThan(marketMs)
    await desk.page.getByRole('button', { name: 'Pause (Space)' }).click()
    await expect.poll(async () => (await desk.snapshot()).playback.playing, POLL).toBe(false)
  })

  it('changes the speed by button and by key', async () => {
    await desk.page.getByRole('button', { name: '10×', exact: true }).click()
    const pressed = (label: string) => desk.page.getByRole('button', { name: label, exact: true }).getAttribute('aria-pressed')
    await expect.poll(() => pressed('10×'), POLL).toBe('true')
    expect((await desk.snapshot()).playback.speed).toBe(10)
    await desk.page.keyboard.press('+')
    await expect.poll(() => pressed('60×'), POLL).toBe('true')
    expect((await desk.snapshot()).playback.speed).toBe(60)
    await desk.client.read('playback.setSpeed', { speed: 600 })
  })

  it('shows a position with what the engine says of it, its stop and targets as orders and as lines over the candles', async () => {
    const position = await openPosition(desk)
    await showSymbol(desk, position.instrumentId)
    const row = rowsOf(desk.page, 'Positions').filter({ hasText: baseOf(position.instrumentId) })
    const stop = Number(position.stopPrice).toLocaleString('en-US')
    await expect.poll(() => row.innerText(), POLL).toContain(stop)
    expect(await row.innerText()).toMatch(new RegExp(position.side, 'i'))
    const working = position.targets.filter(({ state }) => state === 'working').length
    const orders = rowsOf(desk.page, 'Orders').filter({ hasText: baseOf(position.instrumentId) })
    await expect.poll(() => orders.filter({ hasText: 'target' }).count(), POLL).toBe(working)
    expect(await orders.filter({ hasText: /stop/ }).count()).toBe(1)
    await expect.poll(() => lineColors(), POLL).toEqual(expect.arrayContaining(['--accent', '--candle-down', '--candle-up']))
  })

  it('shows the bar that is still forming on every timeframe, at rest too', async () => {
    const { lastPrices, instruments } = await desk.snapshot()
    const chart = desk.page.getByRole('region', { name: 'Chart' })
    const symbol = instruments[0]?.id ?? ''
    await showSymbol(desk, symbol)
    const close = (lastPrices[symbol] ?? Number.NaN).toLocaleString('en-US', { minimumFractionDigits: 1 })
    for (const timeframe of ['15m', '1h', '4h', '1d', '5m']) {
      await desk.page.getByRole('button', { name: timeframe, exact: true }).click()
      await expect.poll(() => chart.innerText(), POLL).toMatch(new RegExp(`C ${close.replace('.', '\\.')}`))
    }
  })

  it('has no console error, no violation of its policy on any page', async () => {
    for (const name of PAGE_NAMES) await goTo(desk.page, name)
    await goTo(desk.page, 'Desk')
    expect(desk.opened.problems).toEqual([])
  })
})

/** Which theme colors run as a straight line through at least a third of the chart. */
const lineColors = (): Promise<readonly string[]> =>
  desk.page.evaluate(() => {
    const names = ['--accent', '--candle-up', '--candle-down']
    const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    if (!probe) return []
    const rgb = (color: string): readonly number[] => {
      probe.fillStyle = color
      probe.fillRect(0, 0, 1, 1)
      return [...probe.getImageData(0, 0, 1, 1).data]
    }
    const style = getComputedStyle(document.documentElement)
    const wanted = names.map((name) => ({ name, color: rgb(style.getPropertyValue(name)) }))
    const found = new Set<string>()
    for (const canvas of document.querySelectorAll<HTMLCanvasElement>('section[aria-label="Chart"] canvas')) {
      const context = canvas.getContext('2d')
      if (!context || canvas.width < 400) continue
      const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height)
      for (let y = 0; y < height; y += 1) {
        for (const { name, color } of wanted) {
          let count = 0
          for (let x = 0; x < width; x += 1) {
            const at = 4 * (y * width + x)
            if (color.every((part, i) => Math.abs((data[at + i] ?? 0) - part) < 12)) count += 1
          }
          if (count > width / 3) found.add(name)
        }
      }
    }
    return [...found]
  })
