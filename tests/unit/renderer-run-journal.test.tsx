// @vitest-environment jsdom
// Proves that the inspector and the journal page show a run of the lab as they show the desk: every question goes to the journal of the run, nothing
// of the desk gets in between, and there is a way back.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { InspectorPage } from '../../src-renderer/features/inspector/inspector-page.tsx'
import { JournalPage } from '../../src-renderer/features/journal/journal-page.tsx'
import { exitView } from '../support/desk-views.ts'
import { BTC, FakeBridge } from '../support/fake-bridge.ts'
import { answerLabRuns, type FakeResults, fakeResults } from '../support/fake-lab-runs.ts'
import { answerJournal } from '../support/journal-views.ts'
import { giveElementsASize, settle, showPage } from '../support/screen.tsx'

vi.mock('../../src-renderer/charts/trace-chart.tsx', () => ({
  TraceChart: ({ summary }: { summary: string }) => <div role="img" aria-label={summary} />,
}))
vi.mock('../../src-renderer/charts/equity-chart.tsx', () => ({
  EquityChart: ({ summary }: { summary: string }) => <div role="img" aria-label={summary} />,
}))

giveElementsASize()
let bridge: FakeBridge
let lab: FakeResults
let leave = () => {}

beforeEach(() => {
  bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
  answerJournal(bridge)
  lab = answerLabRuns(bridge, fakeResults())
})
afterEach(() => {
  leave()
  cleanup()
  vi.useRealTimers()
})

async function inspect(decisionId?: string, run = 'R1') {
  const shown = await showPage(bridge, <InspectorPage run={run} {...(decisionId === undefined ? {} : { decisionId })} />)
  leave = shown.leave
  return shown
}
async function openJournal() {
  const shown = await showPage(bridge, <JournalPage run="R1" />)
  leave = shown.leave
  return shown
}
const JOURNAL = ['decision.detail', 'signals.list', 'signals.choices', 'signals.statistics'] as const
/** Runs that the questions to a journal named; null for the desk. */
const asked = () =>
  bridge.calls
    .filter(({ command }) => command.startsWith('journal.') || JOURNAL.some((one) => one === command))
    .map(({ input }) => (input as { run?: string }).run ?? null)
const banner = () => within(screen.getByRole('region', { name: 'Run of the lab' }))
const address = (text: string | undefined) => text?.replace('?', '')

describe('the inspector on a run', () => {
  it('says whose signals these are, and leads to the report and back to the desk', async () => {
    const { history } = await inspect('D12')
    expect(banner().getByText('Backtest IMBA, three coins, half a year')).toBeDefined()
    expect(banner().getByText('2025-01-01 to 2025-07-01 UTC')).toBeDefined()
    fireEvent.click(banner().getByRole('link', { name: 'Report' }))
    fireEvent.click(banner().getByRole('link', { name: 'Back to the desk’s signals' }))
    expect(history.slice(1).map(address)).toEqual(['/lab/run/R1', '/signals'])
  })
  it('leads to the journal of the same run', async () => {
    const { history } = await inspect('D12')
    fireEvent.click(banner().getByRole('link', { name: 'Journal' }))
    expect(history.slice(1).map(address)).toEqual(['/journal/run/R1'])
  })
  it('asks the journal of the run and never that of the desk', async () => {
    await inspect('D12')
    fireEvent.click(screen.getByRole('button', { name: 'Statistics' }))
    await settle()
    expect(asked().length).toBeGreaterThan(2)
    expect(new Set(asked())).toEqual(new Set(['R1']))
  })
  it('lists the signals of the run, and opens the newest without an id', async () => {
    await inspect()
    expect(screen.getByText('100 of 720 signals, newest first')).toBeDefined()
    const newest = lab.runs.get('R1')?.trades.toSorted((a, b) => b.trip.openedMs - a.trip.openedMs)[0]?.trip.decisionId
    expect(screen.getByRole('article', { name: `Decision ${newest}` })).toBeDefined()
  })
  it('filters and steps within the run', async () => {
    const { history } = await inspect('D12')
    fireEvent.keyDown(document.body, { key: 'j' })
    fireEvent.keyDown(document.body, { key: 'e' })
    await settle()
    expect(history.slice(1)).toEqual(['/signal/run/R1/D12B1', '/signal/run/R1/D13'])
    fireEvent.click(within(screen.getByRole('search')).getByRole('button', { name: 'Executed' }))
    expect(history.at(-1)).toMatch(/outcome=executed/)
  })
  it('takes the candles from the lab’s store and offers no line that only the engine can compute', async () => {
    await inspect('D12')
    expect(bridge.calls.some(({ command }) => command === 'candles.history' || command === 'candles.indicators')).toBe(false)
    expect(bridge.calls.findLast(({ command }) => command === 'lab.series.candles')?.input).toMatchObject({
      venue: 'binanceusdm',
      timeframe: '5m',
    })
    const legend = within(screen.getByRole('group', { name: 'Evidence on the chart' }))
    expect(legend.getByRole('button', { name: 'vwap_pullback' }).title).toBe('pullback low')
    expect(screen.getByRole('img', { name: /^Candles from 2025-0/ })).toBeDefined()
  })
  it('shows what became of a trade of the run, and takes no open position of the desk for its own', async () => {
    const open = bridge.snapshot.positions[0]
    if (!open) throw new Error('the fake desk has no position')
    const detail = bridge.answerTo('decision.detail')
    bridge.answer('decision.detail', async (input) => {
      const value = await detail(input)
      return 'trace' in value ? { ...value, roundTrip: null, signalOutcome: null } : value
    })
    bridge.snapshot = { ...bridge.snapshot, positions: [{ ...open, decisionId: 'D12' }] }
    await inspect('D12')
    expect(screen.queryByText('Still open')).toBeNull()
    expect(screen.getByText(/the position was still open when the run ended/)).toBeDefined()
    expect(screen.getByText(/Not resolved: the run ended before/)).toBeDefined()
  })
  it('is left alone by what the desk decides', async () => {
    await inspect('D12')
    const newest = bridge.snapshot.decisions.at(-1)
    if (!newest) throw new Error('the fake desk has no decision')
    const before = bridge.calls.length
    vi.useFakeTimers()
    act(() => bridge.send([{ type: 'decision', decision: { ...newest, id: 'D12' } }]))
    act(() => bridge.advance(45))
    await act(async () => await vi.advanceTimersByTimeAsync(40_000))
    expect(bridge.calls.slice(before).filter(({ command }) => command !== 'system.status')).toEqual([])
  })
  it('shows nothing of one run when another is opened', async () => {
    const shown = await inspect('D12')
    leave()
    expect(shown.history).toHaveLength(1)
    await inspect('D12', 'R2')
    expect(new Set(asked().slice(-3))).toEqual(new Set(['R2']))
    expect(banner().getByText('Backtest IMBA with wider stops')).toBeDefined()
  })
  it('still tells the story when the report cannot be read, and says what the chart lacks', async () => {
    bridge.fail('lab.run.report', { code: 'refused', message: 'run R1 is a parity check' })
    await inspect('D12')
    expect(banner().getByText(/^its report cannot be read: run R1 is a parity check$/)).toBeDefined()
    expect(screen.getByRole('article', { name: 'Decision D12' })).toBeDefined()
    const chart = within(screen.getByRole('region', { name: 'Chart around the decision' }))
    expect(chart.getByRole('alert').textContent).toContain('run R1 is a parity check')
  })
  it('says so when the run kept no journal, or the decision is not in it', async () => {
    const run = lab.runs.get('R1')
    if (!run) throw new Error('no run')
    await inspect('D9999')
    expect(screen.getByText('Decision D9999 is not in the journal')).toBeDefined()
    leave()
    bridge.answer('lab.run.report', () => ({ ...run.report, run: { ...run.report.run, hasJournal: false } }))
    await inspect('D12')
    expect(screen.getByText('This run kept no journal')).toBeDefined()
  })
})

describe('the journal page on a run', () => {
  it('reads, exports and verifies the journal of the run', async () => {
    await openJournal()
    expect(screen.getByRole('table', { name: 'Round trips' }).getAttribute('aria-rowcount')).toBe('241')
    vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:1', revokeObjectURL: () => undefined }))
    fireEvent.click(screen.getByRole('button', { name: 'CSV' }))
    fireEvent.click(screen.getByRole('button', { name: 'Verify journal' }))
    fireEvent.click(screen.getByRole('tab', { name: 'Orders' }))
    await settle()
    vi.unstubAllGlobals()
    const commands = bridge.calls.map(({ command }) => command).filter((command) => command.startsWith('journal.'))
    expect(new Set(commands)).toEqual(
      new Set(['journal.roundTrips', 'journal.statistics', 'journal.equity', 'journal.export', 'journal.verify', 'journal.orders']),
    )
    expect(new Set(asked())).toEqual(new Set(['R1']))
  })
  it('offers the markets and strategies of the run, and counts periods back from its end', async () => {
    await openJournal()
    const options = (name: string) =>
      within(screen.getByRole('combobox', { name }))
        .getAllByRole('option')
        .map((option) => option.textContent)
    expect(options('Instrument')).toEqual(['All instruments', 'BTC/USDT', 'ETH/USDT', 'SOL/USDT'])
    expect(options('Strategy')).toEqual(['All strategies', 'imba'])
    fireEvent.click(screen.getByRole('button', { name: 'Last 7 d' }))
    await settle()
    expect(bridge.calls.findLast(({ command }) => command === 'journal.roundTrips')?.input).toMatchObject({
      run: 'R1',
      fromMs: Date.UTC(2025, 5, 24),
    })
  })
  it('draws the curve of the journal, and says how finely its figures know the equity', async () => {
    await openJournal()
    const curve = () => screen.getByRole('region', { name: 'Equity and drawdown' })
    expect(within(curve()).getByRole('img').getAttribute('aria-label')).toMatch(
      /^Equity from 10,000\.00 to 11,649\.93, deepest drawdown 6\.93%$/,
    )
    for (const figure of ['Sharpe', 'Max drawdown', 'Profit factor']) expect(screen.getByText(figure)).toBeDefined()
    expect(screen.getByText('Sharpe, Sortino and drawdown by the hour; the report knows every candle')).toBeDefined()
    fireEvent.click(screen.getByRole('button', { name: 'Last 7 d' }))
    await settle()
    expect(within(curve()).getByText('2025-06-24 to 2025-07-01')).toBeDefined()
  })
  it('opens the decision of a round trip in the inspector of the run', async () => {
    const { history } = await openJournal()
    fireEvent.click(within(screen.getByRole('table', { name: 'Round trips' })).getAllByRole('row')[1] ?? document.body)
    expect(history.at(-1)).toMatch(/^\/signal\/run\/R1\/D\d+$/)
    fireEvent.click(banner().getByRole('link', { name: 'Back to the desk’s journal' }))
    expect(address(history.at(-1))).toBe('/journal')
  })
  it('is not asked again when the desk closes a position', async () => {
    await openJournal()
    const before = bridge.calls.length
    vi.useFakeTimers()
    act(() =>
      bridge.send([{ type: 'position_closed', exit: exitView({ positionId: 'P1', instrumentId: BTC, netPnl: '1', exitReason: 'stop' }) }]),
    )
    await act(async () => await vi.advanceTimersByTimeAsync(5000))
    expect(bridge.calls).toHaveLength(before)
  })
})
