// Proves that a user sees the recorded order book: the real program with --recording=book, a real Chromium, levels, trades and the reason of a book.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectBridge, type BridgeClient } from '../support/bridge-client.ts'
import { launchApp, openPage, type OpenedPage, type RunningApp } from '../support/browser.ts'

let app: RunningApp
let opened: OpenedPage
let client: BridgeClient

beforeAll(async () => {
  app = await launchApp({ args: ['--recording=book'] })
  opened = await openPage(app.url, { width: 1920, height: 1000 })
  client = await connectBridge(app)
})
afterAll(async () => {
  client.close()
  await opened.close()
  await app.kill()
})

describe('a recording with an order book', () => {
  it('fills the panel with levels and trades', async () => {
    const { page } = opened
    await page.getByRole('button', { name: /^Order book/ }).click()
    const ladder = page.getByRole('table', { name: 'Order book' })
    await ladder.waitFor()
    const trades = page.getByRole('table', { name: 'Trades' })
    await trades
      .getByText(/^61,[78]\d\d/)
      .first()
      .waitFor()
    expect(await ladder.getByRole('row').count()).toBeGreaterThan(15)
  })

  it('plays in real time', async () => {
    const { playback } = await client.read('desk.snapshot', {})
    expect(playback).toMatchObject({ kind: 'recorded', speed: 1, playing: true })
    const book = await client.read('book.latest', { instrumentId: 'BTC/USDT:USDT' })
    expect(book).toMatchObject({ state: 'synced', resyncs: 0 })
  })
})
