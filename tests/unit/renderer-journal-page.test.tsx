// @vitest-environment jsdom
// Proves that the journal page asks for what the filters say, sorts, pages, exports and verifies, and says what it cannot show.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { JournalPage } from '../../src-renderer/features/journal/journal-page.tsx'
import { utcDayMs } from '../../src-shared/domain/time.ts'
import { ETH, FakeBridge } from '../support/fake-bridge.ts'
import { exitView } from '../support/desk-views.ts'
import { answerJournal, statistics } from '../support/journal-views.ts'
import { giveElementsASize, settle, showPage } from '../support/screen.tsx'

// A canvas chart cannot be drawn in jsdom; its samples are proven in renderer-journal-figures.test.tsx and its looks in Chromium.
vi.mock('../../src-renderer/charts/equity-chart.tsx', () => ({
  EquityChart: ({ summary }: { summary: string }) => <div role="img" aria-label={summary} />,
}))

giveElementsASize()
let bridge: FakeBridge
let leave = () => {}

beforeEach(() => {
  bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
  answerJournal(bridge)
})
afterEach(() => {
  leave()
  cleanup()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

async function open() {
  const shown = await showPage(bridge, <JournalPage />)
  leave = shown.leave
  return shown
}
const lastInput = (command: string) => bridge.calls.findLast((call) => call.command === command)?.input
const table = (name: string) => within(screen.getByRole('table', { name }))
const firstRow = () => table('Round trips').getAllByRole('row')[1] ?? document.body
const select = (name: string, value: string) => fireEvent.change(screen.getByRole('combobox', { name }), { target: { value } })

describe('round trips', () => {
  it('holds in the document only the rows in view, and tells how many there are', async () => {
    answerJournal(bridge, 5600)
    await open()
    expect(screen.getByRole('table', { name: 'Round trips' }).getAttribute('aria-rowcount')).toBe('5001')
    expect(table('Round trips').getAllByRole('row').length).toBeLessThan(60)
    expect(screen.getByText(/^5,000 of 5,600 round trips are shown/)).toBeDefined()
  })
  it('sorts by the heading that is clicked, and back on the second click', async () => {
    await open()
    fireEvent.click(screen.getByRole('button', { name: 'R' }))
    expect(screen.getByRole('columnheader', { name: 'R' }).getAttribute('aria-sort')).toBe('descending')
    expect(firstRow().textContent).toContain('+3.60 R')
    fireEvent.click(screen.getByRole('button', { name: 'R' }))
    expect(firstRow().textContent).toContain('−2.40 R')
  })
  it('opens the decision of a row by click and by Enter, and nothing for a row without one', async () => {
    const { history } = await open()
    fireEvent.click(firstRow())
    fireEvent.keyDown(table('Round trips').getAllByRole('row')[2] ?? document.body, { key: 'Enter' })
    expect(history.slice(1)).toEqual(['/signal/D1000', '/signal/D1001'])
    fireEvent.click(table('Round trips').getAllByRole('row')[6] ?? document.body)
    expect(history).toHaveLength(3)
  })
  it('moves between rows with the arrows', async () => {
    await open()
    firstRow().focus()
    fireEvent.keyDown(firstRow(), { key: 'ArrowDown' })
    expect(document.activeElement?.getAttribute('aria-rowindex')).toBe('3')
    const reachedByTab = table('Round trips')
      .getAllByRole('row')
      .filter((row) => row.tabIndex === 0 && row.hasAttribute('tabindex'))
    expect(reachedByTab).toEqual([document.activeElement])
  })
  it('keeps the exact amount behind the rounded one', async () => {
    await open()
    expect(within(firstRow()).getByText('−56.16').title).toBe('-56.160000')
  })
})

describe('filters', () => {
  it('ask the journal for the instrument, the strategy and the period of the market’s own time', async () => {
    await open()
    select('Instrument', ETH)
    select('Strategy', 'trend-breakout')
    fireEvent.click(screen.getByRole('button', { name: '7 d' }))
    await settle()
    const fromMs = utcDayMs(bridge.nowMs) - 7 * 86_400_000
    expect(lastInput('journal.roundTrips')).toEqual({
      fromMs,
      toMs: null,
      instrumentId: ETH,
      strategyId: 'trend-breakout',
      limit: 500,
      offset: 0,
    })
    expect(lastInput('journal.statistics')).toEqual({ fromMs, toMs: null, strategyId: 'trend-breakout' })
    expect(lastInput('journal.equity')).toMatchObject({ fromMs, toMs: null })
  })
  it('show one side only, and say that the statistics still cover both', async () => {
    await open()
    fireEvent.click(screen.getByRole('button', { name: 'Short' }))
    const sides = table('Round trips')
      .getAllByRole('row')
      .slice(1)
      .map((row) => within(row).getAllByRole('cell')[3]?.textContent)
    expect(new Set(sides)).toEqual(new Set(['SHORT']))
    expect(screen.getAllByText('period and strategy only: both sides')).toHaveLength(2)
  })
  it('say so when nothing passes', async () => {
    bridge.answer('journal.roundTrips', () => ({ total: 0, rows: [] }))
    await open()
    expect(screen.getByText('No round trips here')).toBeDefined()
  })
})

describe('statistics and curve', () => {
  it('show a dash with its reason for a figure there are too few days for', async () => {
    bridge.answer('journal.statistics', () => statistics({ sharpe: null }))
    await open()
    const sharpe = screen.getByText('Sharpe').parentElement
    expect(sharpe?.textContent).toBe('Sharpe—')
    expect(sharpe?.title).toContain('needs 10 days')
  })
  it('read the histogram out as counts by bin', async () => {
    await open()
    const bins = within(screen.getByRole('list', { name: 'Histogram of results in R' })).getAllByRole('listitem')
    expect(bins[0]?.title).toBe('below −2.5 R: 1')
    expect(bins.at(-1)?.title).toBe('+4.5 R and more: 3')
  })
  it('fail alone: the table stands, the panel offers to ask again', async () => {
    bridge.fail('journal.equity', { code: 'internal', message: 'disk error' })
    await open()
    const panel = within(screen.getByRole('region', { name: 'Equity and drawdown' }))
    expect(panel.getByRole('alert').textContent).toContain('disk error')
    expect(firstRow().textContent).toContain('BTC/USDT')
    bridge.fail('journal.equity', null)
    fireEvent.click(panel.getByRole('button', { name: 'Try again' }))
    await settle()
    expect(panel.getByRole('img').getAttribute('aria-label')).toMatch(/^Equity from [\d,.]+ to [\d,.]+, deepest drawdown 1.00%$/)
  })
  it('are asked for again once a position has closed', async () => {
    await open()
    const before = bridge.calls.length
    vi.useFakeTimers()
    act(() =>
      bridge.send([
        { type: 'position_closed', exit: exitView({ positionId: 'P1', instrumentId: ETH, netPnl: '1', exitReason: 'target_reached' }) },
      ]),
    )
    await act(async () => await vi.advanceTimersByTimeAsync(2100))
    expect(
      bridge.calls
        .slice(before)
        .map((call) => call.command)
        .toSorted(),
    ).toEqual(['journal.equity', 'journal.roundTrips', 'journal.statistics'])
  })
})

describe('orders and fills', () => {
  it('turn the pages of the journal and stop at both ends', async () => {
    await open()
    fireEvent.click(screen.getByRole('tab', { name: 'Orders' }))
    await settle()
    expect(screen.getByText('1 to 100 of 240')).toBeDefined()
    const older = screen.getByRole('button', { name: 'Older' })
    const newer = screen.getByRole('button', { name: 'Newer' })
    expect(newer).toHaveProperty('disabled', true)
    fireEvent.click(older)
    fireEvent.click(older)
    await settle()
    expect(lastInput('journal.orders')).toEqual({ limit: 100, offset: 200 })
    expect(screen.getByText('201 to 240 of 240')).toBeDefined()
    expect(older).toHaveProperty('disabled', true)
    expect(newer).toHaveProperty('disabled', false)
  })
  it('show the fills with their fees to the last digit', async () => {
    await open()
    fireEvent.click(screen.getByRole('tab', { name: 'Fills' }))
    await settle()
    expect(table('Fills').getAllByText('0.70512').length).toBeGreaterThan(0)
  })
})

describe('export and verification', () => {
  it('saves the table in view under the name the journal gives it', async () => {
    const saved: { name: string; href: string }[] = []
    const blobs: Blob[] = []
    vi.stubGlobal(
      'URL',
      Object.assign(URL, { createObjectURL: (blob: Blob) => `blob:${blobs.push(blob)}`, revokeObjectURL: () => undefined }),
    )
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      saved.push({ name: this.download, href: this.href })
    })
    await open()
    fireEvent.click(screen.getByRole('tab', { name: 'Fills' }))
    fireEvent.click(screen.getByRole('button', { name: 'CSV' }))
    await settle()
    expect(lastInput('journal.export')).toEqual({ table: 'fills', format: 'csv' })
    expect(saved).toEqual([{ name: 'fills.csv', href: 'blob:1' }])
    expect(blobs[0]?.type).toBe('text/csv;charset=utf-8')
    expect(blobs[0]?.size).toBe('position_id,net_pnl\nP1,42.55643\n'.length)
  })
  it('offers no export in a window that cannot save files', async () => {
    Object.assign(bridge, { capabilities: { ...bridge.capabilities, saveFile: false } })
    await open()
    expect(screen.getByRole('button', { name: 'JSON' })).toMatchObject({ disabled: true, title: 'This window cannot save files' })
  })
  it('tells that the chain is intact, and over how many records', async () => {
    await open()
    fireEvent.click(screen.getByRole('button', { name: 'Verify journal' }))
    await settle()
    expect(screen.getByText('Chain intact, 48,210 records')).toBeDefined()
  })
  it('tells where the chain is broken', async () => {
    bridge.answer('journal.verify', () => ({ ok: false, records: 812, message: 'record 813 does not carry the hash of record 812' }))
    await open()
    fireEvent.click(screen.getByRole('button', { name: 'Verify journal' }))
    await settle()
    expect(screen.getByText(/^Chain broken, 812 records read: record 813/)).toBeDefined()
  })
  it('does not call a journal intact that could not be read', async () => {
    bridge.fail('journal.verify', { code: 'timeout', message: 'no answer within 60 s' })
    await open()
    fireEvent.click(screen.getByRole('button', { name: 'Verify journal' }))
    await settle()
    expect(screen.getByText('Could not verify: no answer within 60 s')).toBeDefined()
  })
})
