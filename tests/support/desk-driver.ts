// Drives the whole program as a person does: real process, real Chromium, the desk on screen, and a second client that knows the truth.
import { setTimeout as pause } from 'node:timers/promises'
import axe from 'axe-core'
import type { Locator, Page } from 'playwright-core'
import type { Output } from '../../src-shared/bridge/contract.ts'
import { connectBridge, type BridgeClient } from './bridge-client.ts'
import { launchApp, openPage, type LaunchSetup, type OpenedPage, type PageSetup, type RunningApp } from './browser.ts'

export type Snapshot = Output<'desk.snapshot'>
export const PAGE_NAMES = ['Desk', 'Signals', 'Context', 'Risk', 'Journal', 'Lab', 'Data', 'System', 'Control', 'Settings'] as const
export type PageName = (typeof PAGE_NAMES)[number]

/** The fastest paced replay: ten minutes of market time a second. */
export const FAST = '--speed=600'
const SLOW_MS = 20_000
const UNTIL_MS_MAX = 40_000
export const POLL = { timeout: SLOW_MS, interval: 50 }

export interface DeskDriver {
  /** From asking for the page to the first candle on it. */
  readonly firstCandleMs: number
  readonly app: RunningApp
  readonly opened: OpenedPage
  readonly page: Page
  readonly client: BridgeClient
  snapshot(): Promise<Snapshot>
  close(): Promise<void>
}

/** Starts the program, opens its page wide enough for positions beside orders, and waits for the first candles. */
export async function openDesk(setup: LaunchSetup & PageSetup = {}): Promise<DeskDriver> {
  const app = await launchApp(setup)
  const opened = await openPage(app.url, { width: 1920, height: 1000, ...setup })
  const firstCandleMs = await candlesOnScreen(opened.page)
  const client = await connectBridge(app)
  return {
    firstCandleMs,
    app,
    opened,
    page: opened.page,
    client,
    snapshot: () => client.read('desk.snapshot', {}),
    async close() {
      client.close()
      await opened.close()
      await app.kill()
    },
  }
}

/** Resolves with the milliseconds since the page was asked for: the legend over the chart names the newest candle once there is one. */
export async function candlesOnScreen(page: Page): Promise<number> {
  const shown = await page.waitForFunction(
    () => {
      const chart = document.querySelector('section[aria-label="Chart"]')
      return chart?.querySelector('canvas') && /O [\d,.]+.*C [\d,.]+/.test(chart.textContent ?? '') ? performance.now() : null
    },
    undefined,
    { timeout: SLOW_MS },
  )
  return Number(await shown.jsonValue())
}

export const table = (page: Page, label: string): Locator => page.locator(`table[aria-label="${label}"]`)
export const rowsOf = (page: Page, label: string): Locator => table(page, label).locator('tbody tr')
/** The notices in the corner. */
export const notice = (page: Page, text: string | RegExp): Locator => page.getByRole('dialog').filter({ hasText: text })

export async function goTo(page: Page, name: PageName): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click()
  await page.locator('a[aria-current="page"]').filter({ hasText: name }).waitFor()
}

/** Lets the market run until `wanted` holds, then stands still. Everything shown afterwards can be compared with the snapshot. */
export async function playUntil(desk: DeskDriver, wanted: (snapshot: Snapshot) => boolean): Promise<Snapshot> {
  await desk.client.read('playback.setPlaying', { playing: true })
  try {
    await until(async () => wanted(await desk.snapshot()))
  } finally {
    await desk.client.ask('playback.setPlaying', { playing: false })
  }
  return desk.snapshot()
}

/** Asks again and again, also in hooks, where `expect.poll` may not be used. Throws after 40 s. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + UNTIL_MS_MAX
  while (!(await condition())) {
    if (performance.now() > deadlineMs) throw new Error(`not within ${UNTIL_MS_MAX} ms: ${condition.toString()}`)
    await pause(20)
  }
}

export const hasPosition = (snapshot: Snapshot): boolean =>
  snapshot.positions.some(({ phase, stopState }) => phase === 'protected' && stopState === 'working')

export type Position = Snapshot['positions'][number]
/** Plays on until there is a protected position, unless there is one already; the market stands still afterwards. */
export async function openPosition(desk: DeskDriver): Promise<Position> {
  const now = await desk.snapshot()
  const { positions } = hasPosition(now) && !now.playback.playing ? now : await playUntil(desk, hasPosition)
  const position = positions.find(({ stopState }) => stopState === 'working')
  if (!position) throw new Error('the position was closed before the market stood still')
  return position
}

export const baseOf = (instrumentId: string): string => instrumentId.split('/')[0] ?? instrumentId

export async function showSymbol(desk: DeskDriver, instrumentId: string): Promise<void> {
  await desk.page
    .getByRole('tablist', { name: 'Symbols' })
    .getByRole('tab', { name: baseOf(instrumentId) })
    .click()
  await candlesOnScreen(desk.page)
}

/** What axe finds on the page as it is, one line for each finding; empty when all is well. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  // Through the debugger: the page's own policy forbids injected script.
  await page.evaluate(axe.source)
  const findings = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document)
    return violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes.map((node) => node.html.slice(0, 400)).join(' | ')}`)
  })
  return findings
}

/** Presses a mark on the candles of the desk, wherever one of the last bars has one, and returns the id of the decision that opens. */
export async function openFromMark({ page }: DeskDriver): Promise<string> {
  // Few wide bars: every decision so far stands on one of the last.
  await page.getByRole('button', { name: '1h', exact: true }).click()
  await candlesOnScreen(page)
  const box = await page.getByRole('img', { name: /^Candles of/ }).boundingBox()
  if (!box) throw new Error('there is no chart')
  const tip = page.getByRole('tooltip')
  for (let x = box.x + box.width - 150; x > box.x + box.width - 260; x -= 6) {
    for (let y = box.y + 30; y < box.y + box.height * 0.85; y += 8) {
      await page.mouse.move(x, y)
      if ((await tip.count()) === 0) continue
      await page.mouse.down()
      await page.mouse.up()
      await page.waitForURL(/#\/signal\//)
      return decodeURIComponent(page.url().split('/').at(-1) ?? '')
    }
  }
  throw new Error('no bar on the screen has a mark')
}
