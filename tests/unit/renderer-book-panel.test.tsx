// @vitest-environment jsdom
// Proves what the desk shows of a book: fifteen levels and more with what stands before them, big trades marked, and a book out of step
// greyed with its reason. Without book data it takes no space, and one sentence when asked.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { cumulated } from '../../src-renderer/features/desk/book-ladder.tsx'
import { DeskPage } from '../../src-renderer/features/desk/desk-page.tsx'
import { uiStore } from '../../src-renderer/stores/ui-store.ts'
import { BTC, ETH, FakeBridge } from '../support/fake-bridge.ts'
import { fakeBookFrame } from '../support/fake-book.ts'
import { fakeFrames, giveElementsASize, settle, showPage } from '../support/screen.tsx'

// Canvases are proved in a real browser; jsdom has none.
vi.mock('../../src-renderer/features/desk/chart-view.tsx', () => ({ ChartView: () => <div /> }))
vi.mock('../../src-renderer/charts/depth-map.tsx', () => ({
  DepthMap: ({ summary }: { summary: string }) => <div role="img" aria-label={summary} />,
}))
giveElementsASize()

let bridge: FakeBridge
let leave = () => {}
const advance = (ms = 40) => act(async () => await vi.advanceTimersByTimeAsync(ms))
const frame = (over: object = {}) => ({ ...fakeBookFrame({ instrumentId: BTC, tsMs: bridge.nowMs, mid: 90_000 }), ...over })
const show = async () => {
  leave = (await showPage(bridge, <DeskPage />)).leave
  await advance()
}
const openBook = async () => {
  fireEvent.click(screen.getByRole('tab', { name: 'Order book' }))
  await settle()
  await advance()
}
const asked = () => bridge.calls.filter(({ command }) => command === 'book.latest')
const strip = () => screen.getByTestId('book-strip').textContent

beforeEach(() => {
  fakeFrames()
  HTMLElement.prototype.scrollBy = () => {}
  window.innerWidth = 1280
  uiStore.setState({ bottomTab: 'positions', instrumentId: null, dialog: null })
  bridge = new FakeBridge({ minutes: 3000, ahead: 500 })
})
afterEach(() => {
  leave()
  cleanup()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('nothing is asked or shown until the tab is opened', async () => {
  await show()
  expect(asked()).toEqual([])
  expect(screen.queryByRole('table', { name: 'Order book' })).toBeNull()
})

test('a market without books says so in one sentence and names the way to one', async () => {
  await show()
  await openBook()
  expect(screen.getByText('This recording has no order book of BTC')).toBeTruthy()
  expect(screen.getByText(/--recording=book/)).toBeTruthy()
})

test('an engine that knows no books is told as such', async () => {
  bridge.fail('book.latest', { code: 'unknown_command', message: 'there is no command "book.latest"' })
  await show()
  await openBook()
  expect(screen.getByRole('alert').textContent).toContain('The order book cannot be shown. This engine does not know the command')
})

test('shows at least fifteen levels a side, spread, microprice and imbalance', async () => {
  bridge.books.set(BTC, frame())
  await show()
  await openBook()
  const rows = within(screen.getByRole('table', { name: 'Order book' }))
    .getAllByRole('row')
    .slice(1)
  expect(rows.length).toBeGreaterThanOrEqual(15)
  expect(rows[0]?.textContent).toContain('89,999.990,000.1')
  expect(strip()).toMatch(/^syncedSpread 0\.2 \(0\.02 bp\)Microprice 90,000\.\d\dImbalance [+−]0\.\d\d/)
  expect(screen.getByRole('img', { name: /Best bid 89999\.9, best ask 90000\.1/ })).toBeTruthy()
})

test('sums quantities from the market outwards', () => {
  expect(
    cumulated([
      [99, 1],
      [98, 2],
      [97, 4],
    ]).map(({ sum }) => sum),
  ).toEqual([1, 3, 7])
})

test('a book out of step is greyed and says why', async () => {
  bridge.books.set(BTC, frame())
  await show()
  await openBook()
  act(() => bridge.sendBook(frame({ state: 'syncing', detail: 'Update 812 does not follow 808; asking for a snapshot' })))
  await advance()
  expect(strip()).toContain('syncingUpdate 812 does not follow 808')
  expect(screen.getByRole('table', { name: 'Order book' }).closest('.grayscale')).toBeTruthy()
  act(() => bridge.sendBook(frame({ state: 'stale', detail: '' })))
  await advance()
  expect(strip()).toContain('staleThe book is not in step with the venue')
  act(() => bridge.sendBook(frame()))
  await advance()
  expect(screen.getByRole('table', { name: 'Order book' }).closest('.grayscale')).toBeNull()
})

test('a lost connection greys it too', async () => {
  bridge.books.set(BTC, frame())
  await show()
  await openBook()
  act(() => bridge.setConnected(false))
  await advance()
  expect(strip()).toContain('not connected')
  expect(screen.getByRole('table', { name: 'Order book' }).closest('.grayscale')).toBeTruthy()
})

test('the tape names sides and marks big trades by more than colour', async () => {
  const trades = Array.from({ length: 40 }, (_, i) => ({
    tsMs: bridge.nowMs + i,
    price: 90_000,
    quantity: i === 20 ? 50 : 0.01 * (1 + (i % 7)),
    side: i % 2 === 0 ? ('buy' as const) : ('sell' as const),
  }))
  bridge.books.set(BTC, frame({ trades }))
  await show()
  await openBook()
  const rows = within(screen.getByRole('table', { name: 'Trades' }))
    .getAllByRole('row')
    .slice(1)
  const big = rows.filter((row) => row.dataset['big'] !== undefined)
  expect(big.some((row) => row.textContent?.includes('● 50.000'))).toBe(true)
  expect(big.length).toBeLessThan(rows.length / 4)
  expect(rows[0]?.textContent).toContain('sell')
})

test('follows the symbol of the desk, and starts its tape anew', async () => {
  bridge.books.set(BTC, frame({ trades: [{ tsMs: 1, price: 90_000, quantity: 7.777, side: 'buy' }] }))
  await show()
  await openBook()
  expect(screen.getByText('7.777')).toBeTruthy()
  act(() => uiStore.setState({ instrumentId: ETH }))
  await settle()
  await advance()
  expect(asked().at(-1)?.input).toEqual({ instrumentId: ETH })
  expect(screen.queryByText('7.777')).toBeNull()
})

test('on a wide window the book takes the place of positions and orders, and gives it back', async () => {
  window.innerWidth = 1920
  bridge.books.set(BTC, frame())
  await show()
  fireEvent.click(screen.getByRole('button', { name: /^Order book/ }))
  await settle()
  await advance()
  expect(screen.getByRole('table', { name: 'Order book' })).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: /^Positions and orders/ }))
  await advance()
  expect(screen.getByRole('table', { name: 'Positions' })).toBeTruthy()
  expect(screen.queryByRole('table', { name: 'Order book' })).toBeNull()
})
