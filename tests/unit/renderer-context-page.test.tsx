// @vitest-environment jsdom
// Proves that the context page asks every five seconds and only while it is seen, says plainly what it does not know, and never shows
// an old figure as a new one.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { CONTEXT_INTERVAL_MS, ContextPage } from '../../src-renderer/features/context/context-page.tsx'
import { uiStore } from '../../src-renderer/stores/ui-store.ts'
import { fakeContext } from '../support/fake-context.ts'
import { BTC, ETH, FakeBridge } from '../support/fake-bridge.ts'
import { settle, showPage } from '../support/screen.tsx'

// The canvas is proved in a real browser; jsdom has none.
vi.mock('../../src-renderer/charts/measure-chart.tsx', () => ({
  MeasureChart: ({ summary }: { summary: string }) => <div role="img" aria-label={summary} />,
}))

let bridge: FakeBridge
let leave = () => {}
let hidden = false

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden)
  hidden = false
  uiStore.setState({ instrumentId: null })
  bridge = new FakeBridge({ minutes: 3000, ahead: 500 })
})
afterEach(() => {
  leave()
  cleanup()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const open = async () => {
  leave = (await showPage(bridge, <ContextPage />)).leave
}
const advance = (ms: number) => act(async () => await vi.advanceTimersByTimeAsync(ms))
const asked = () => bridge.calls.filter(({ command }) => command === 'context.snapshot').length
const setHidden = (value: boolean) => {
  hidden = value
  act(() => void document.dispatchEvent(new Event('visibilitychange')))
}
const card = (name: RegExp) => screen.getByRole('button', { name })
const histories = () => bridge.calls.filter(({ command }) => command === 'context.history').map(({ input }) => input)

describe('asking', () => {
  test('happens every five seconds, not while hidden, and not sooner for coming back', async () => {
    await open()
    expect(asked()).toBe(1)
    await advance(CONTEXT_INTERVAL_MS - 1)
    expect(asked()).toBe(1)
    await advance(1)
    expect(asked()).toBe(2)
    await advance(1000)
    setHidden(true)
    setHidden(false)
    await advance(0)
    expect(asked()).toBe(2)
    setHidden(true)
    await advance(60_000)
    expect(asked()).toBe(2)
    setHidden(false)
    await settle()
    expect(asked()).toBe(3)
  })

  test('waits for a slow answer instead of asking twice', async () => {
    let answer = () => {}
    bridge.answer('context.snapshot', async () => {
      await new Promise<void>((resolve) => (answer = resolve))
      return fakeContext(bridge.nowMs)
    })
    await open()
    await advance(30_000)
    expect(asked()).toBe(1)
    answer()
    await advance(0)
    expect(card(/Fear & Greed/)).toBeTruthy()
    await advance(CONTEXT_INTERVAL_MS)
    expect(asked()).toBe(2)
  })

  test('ends with the page', async () => {
    await open()
    leave()
    leave = () => {}
    await advance(60_000)
    expect(asked()).toBe(1)
  })
})

describe('what is not known', () => {
  test('an engine without market context is told as such, and asked again on demand', async () => {
    bridge.fail('context.snapshot', { code: 'unknown_command', message: 'there is no command "context.snapshot"' })
    await open()
    expect(screen.getByRole('alert').textContent).toContain('Market context cannot be shown. This engine does not know the command')
    bridge.fail('context.snapshot', null)
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
    await settle()
    expect(card(/Fear & Greed/)).toBeTruthy()
  })

  test('figures stay when a later answer fails, under a line that says they are not current', async () => {
    await open()
    bridge.fail('context.snapshot', { code: 'engine_down', message: 'worker is restarting' })
    await advance(CONTEXT_INTERVAL_MS)
    expect(screen.getByRole('alert').textContent).toContain('The figures are not current')
    expect(card(/BTC dominance/)).toBeTruthy()
  })

  test('each card names its own state and reason', async () => {
    await open()
    expect(card(/^Hash rate/).textContent).toMatch(/failing—HTTP 503 from the source/)
    expect(card(/^Spot price/).textContent).toMatch(/waiting—Waiting for the first value/)
    expect(card(/^BTC dominance/).textContent).toMatch(/stale.*CoinGecko5h ago/)
    expect(card(/^Funding rate/).textContent).toMatch(/fresh.*Binance futures3h ago/)
  })

  test('a market without trades and books says so instead of listing dashes', async () => {
    const snapshot = fakeContext(bridge.nowMs)
    bridge.answer('context.snapshot', () => ({
      ...snapshot,
      measures: snapshot.measures.filter(({ instrumentId }) => instrumentId === null),
    }))
    await open()
    expect(screen.getByText('No order-flow figures in this market')).toBeTruthy()
    expect(card(/^Funding rate/).textContent).toContain('unavailable')
  })

  test('no sources and no headlines are told too', async () => {
    bridge.answer('context.snapshot', () => ({ marketMs: bridge.nowMs, sources: [], measures: [], headlines: [] }))
    await open()
    expect(screen.getByText('No sources')).toBeTruthy()
    expect(screen.getByText('No headlines')).toBeTruthy()
  })
})

describe('ages', () => {
  test('count up with the market, without asking', async () => {
    await open()
    expect(card(/^Fear & Greed/).textContent).toContain('2m ago')
    act(() => bridge.advance(3))
    await advance(1100)
    expect(card(/^Fear & Greed/).textContent).toContain('5m ago')
    expect(asked()).toBe(1)
  })

  test('turn a figure stale when its time is over', async () => {
    await open()
    expect(card(/^Open interest/).textContent).toContain('fresh')
    act(() => bridge.advance(29))
    await advance(1100)
    expect(card(/^Open interest/).textContent).toContain('stale')
  })
})

describe('history', () => {
  test('follows the chosen card, symbol and range', async () => {
    await open()
    expect(screen.getByRole('img', { name: /^Fear & Greed, last 7 days/ })).toBeTruthy()
    fireEvent.click(card(/^Funding rate/))
    fireEvent.click(screen.getByRole('button', { name: '30d' }))
    await settle()
    expect(screen.getByRole('img', { name: /^Funding rate, last 30 days/ })).toBeTruthy()
    const input = histories().at(-1) as { fromMs: number; toMs: number }
    expect(input).toMatchObject({ measure: 'funding_rate', instrumentId: BTC })
    expect(input.toMs - input.fromMs).toBe(30 * 86_400_000)
    fireEvent.click(within(screen.getByRole('group', { name: 'Symbol' })).getByRole('button', { name: 'ETH' }))
    await settle()
    expect(histories().at(-1)).toMatchObject({ measure: 'funding_rate', instrumentId: ETH })
  })

  test('begins with the first figure there is', async () => {
    const snapshot = fakeContext(bridge.nowMs)
    bridge.answer('context.snapshot', () => ({
      ...snapshot,
      measures: snapshot.measures.filter(({ measure }) => measure === 'taker_ratio'),
    }))
    await open()
    expect(screen.getByRole('img', { name: /^Taker buy \/ sell, last 7 days/ })).toBeTruthy()
    expect(card(/^Taker buy/).getAttribute('aria-pressed')).toBe('true')
  })

  test('of a figure that no source gives is not asked for, and the panel says that it is not kept', async () => {
    bridge.answer('context.snapshot', () => fakeContext(bridge.snapshot.marketMs))
    await open()
    const panel = () => within(screen.getByRole('region', { name: 'History' }))
    expect(panel().getByRole('group', { name: 'Range' })).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: /^Microprice/ }))
    await settle()
    expect(panel().getByText('The history of this figure is not kept.')).toBeTruthy()
    expect(panel().queryByRole('group', { name: 'Range' })).toBeNull()
    for (let minute = 0; minute < 3; minute += 1) {
      act(() => bridge.advance(1))
      await advance(CONTEXT_INTERVAL_MS)
    }
    expect(histories()).not.toContainEqual(expect.objectContaining({ measure: 'microprice' }))
    fireEvent.click(card(/^Funding rate/))
    await settle()
    expect(screen.getByRole('img', { name: /^Funding rate, last 7 days/ })).toBeTruthy()
  })

  test('begins with a figure that has one, though only others have a value', async () => {
    const snapshot = fakeContext(bridge.nowMs)
    bridge.answer('context.snapshot', () => ({
      ...snapshot,
      measures: snapshot.measures.filter(({ measure }) => measure === 'microprice'),
    }))
    await open()
    expect(screen.getByText('No Fear & Greed yet')).toBeTruthy()
    expect(histories()).toEqual([])
  })

  test('is asked for again only when there is a newer value', async () => {
    bridge.answer('context.snapshot', () => fakeContext(bridge.snapshot.marketMs))
    await open()
    const before = histories().length
    await advance(3 * CONTEXT_INTERVAL_MS)
    expect(histories()).toHaveLength(before)
    act(() => bridge.advance(1))
    await advance(CONTEXT_INTERVAL_MS)
    await settle()
    expect(histories().length).toBeGreaterThan(before)
  })

  test('says what went wrong', async () => {
    bridge.fail('context.history', { code: 'refused', message: 'no store' })
    await open()
    expect(screen.getByRole('alert').textContent).toContain('Refused: no store')
  })
})

test('headlines carry sign, number and word of their sentiment, their assets, and a link only to the web', async () => {
  const { headlines } = fakeContext(bridge.nowMs)
  const [first] = headlines
  if (!first) throw new Error('a headline is expected')
  const trap = { ...first, id: 'trap', title: 'Not a page', link: 'javascript:alert(1)' }
  bridge.answer('context.snapshot', () => ({ ...fakeContext(bridge.nowMs), headlines: [...headlines, trap] }))
  await open()
  const rows = within(screen.getByRole('list', { name: 'Headlines, newest first' })).getAllByRole('listitem')
  expect(screen.getByText(/^The sentiment is a weak hint: /)).toBeTruthy()
  expect(rows[0]?.textContent).toMatch(/\+0\.62positive.*CoinDesk, 11m ago.*BTC/)
  expect(rows[1]?.textContent).toMatch(/−0\.81negative.*ETHSOL/)
  expect(
    within(rows[0] ?? document.body)
      .getByRole('link')
      .getAttribute('rel'),
  ).toBe('noopener noreferrer')
  expect(within(rows.at(-1) ?? document.body).queryByRole('link')).toBeNull()
})

test('the sources are listed with their interval, next question and failures', async () => {
  await open()
  const rows = within(screen.getByRole('table', { name: 'Sources' })).getAllByRole('row')
  const failing = rows.find((row) => row.textContent?.includes('Blockchain.com'))
  expect(failing?.textContent).toMatch(/failing—5m 00s12m 00s7Hash rateHTTP 503/)
  expect(screen.getByText('6, 1 failing')).toBeTruthy()
})
