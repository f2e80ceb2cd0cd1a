// @vitest-environment jsdom
// Proves that while live every question to a journal goes to that of the account, that paper's stays in reach without the two being mixed, and that
// the gap between them is told cause by cause.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { InspectorPage } from '../../src-renderer/features/inspector/inspector-page.tsx'
import { JournalPage } from '../../src-renderer/features/journal/journal-page.tsx'
import { EquityPanel } from '../../src-renderer/features/desk/equity-panel.tsx'
import { uiStore } from '../../src-renderer/stores/ui-store.ts'
import { FakeBridge } from '../support/fake-bridge.ts'
import { answerLabRuns, fakeResults } from '../support/fake-lab-runs.ts'
import { answerLive, liveOff, liveView, neverLive, twin } from '../support/fake-live.ts'
import { answerJournal } from '../support/journal-views.ts'
import { giveElementsASize, settle, showPage } from '../support/screen.tsx'

vi.mock('../../src-renderer/charts/trace-chart.tsx', () => ({
  TraceChart: ({ summary }: { summary: string }) => <div role="img" aria-label={summary} />,
}))
vi.mock('../../src-renderer/charts/equity-chart.tsx', () => ({
  EquityChart: ({ summary }: { summary: string }) => <div role="img" aria-label={summary} />,
}))

giveElementsASize()
const RUN = 'live:binanceusdm:live'
let bridge: FakeBridge
let leave = () => {}

beforeEach(() => {
  bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
  answerJournal(bridge)
  answerLive(bridge)
  answerLabRuns(bridge, fakeResults())
  uiStore.setState({ books: 'live', dialog: null })
})
afterEach(() => {
  leave()
  cleanup()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

async function open(page: React.ReactNode) {
  const shown = await showPage(bridge, page)
  leave = shown.leave
  // What was asked before the engine had told that it is live is of no account.
  bridge.calls.length = 0
  return shown
}
/** Journals that were asked; null for that of the paper account. */
const asked = () =>
  new Set(
    bridge.calls
      .filter(({ command }) => /^(journal|signals|decision)\./.test(command))
      .map(({ input }) => (input as { run?: string }).run ?? null),
  )
const click = async (name: string) => {
  fireEvent.click(screen.getByRole('button', { name }))
  await settle()
}
const tell = async (view: Parameters<FakeBridge['setLive']>[0]) => {
  act(() => bridge.setLive(view))
  await settle()
}
const openTab = async (name: string) => {
  fireEvent.click(screen.getByRole('tab', { name }))
  await settle()
}

describe('whose journal is read', () => {
  it('is that of paper while on paper, with nothing to choose', async () => {
    await open(<JournalPage />)
    await openTab('Orders')
    expect(asked()).toEqual(new Set([null]))
    expect(screen.queryByRole('region', { name: 'Whose journal' })).toBeNull()
  })
  it('is that of paper still while the account is being opened', async () => {
    await open(<JournalPage />)
    await tell(liveView({ state: 'connecting', health: null }))
    await openTab('Orders')
    expect(asked()).toEqual(new Set([null]))
  })
  it('is that of the account from the moment it is live, and of paper again after', async () => {
    await open(<JournalPage />)
    await tell(liveView())
    expect(asked()).toEqual(new Set([RUN]))
    bridge.calls.length = 0
    await tell(liveOff())
    expect(asked()).toEqual(new Set([null]))
  })
  it('names it in every table, in the export and in the proof', async () => {
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue()
    bridge.live = liveView()
    await open(<JournalPage />)
    await openTab('Orders')
    await openTab('Fills')
    await click('Verify journal')
    await click('JSON')
    expect(bridge.calls.map(({ command }) => command)).toEqual(['journal.orders', 'journal.fills', 'journal.verify', 'journal.export'])
    expect(asked()).toEqual(new Set([RUN]))
  })
  it('is that of paper beside it when told to, and nothing of the account stays', async () => {
    bridge.live = liveView()
    await open(<JournalPage />)
    await click('Verify journal')
    expect(screen.getByText('Chain intact, 48,210 records')).toBeDefined()
    bridge.calls.length = 0
    await click('Paper beside it')
    expect(asked()).toEqual(new Set([null]))
    expect(screen.queryByText('Chain intact, 48,210 records')).toBeNull()
    expect(screen.getByText(/None of it was traded/)).toBeDefined()
  })
  it('opens the decision of a trade without the name of the account: the page knows whose it is', async () => {
    bridge.live = liveView()
    const { history } = await open(<JournalPage />)
    const [, first] = within(screen.getByRole('tabpanel')).getAllByRole('row')
    if (!first) throw new Error('a round trip is expected')
    fireEvent.click(first)
    expect(history.at(-1)).toMatch(/^\/signal\/D\d+/)
  })
  it('is that of the account for the curve on the desk, whatever the pages read', async () => {
    bridge.live = liveView()
    uiStore.setState({ books: 'paper' })
    await open(<EquityPanel />)
    bridge.calls.length = 0
    await tell(liveView({ account: { venue: 'okx', environment: 'testnet' } }))
    expect(asked()).toEqual(new Set(['live:okx:testnet']))
  })
})

describe('signals', () => {
  it('are those of the account while live', async () => {
    bridge.live = liveView()
    await open(<InspectorPage />)
    await click('Statistics')
    expect(asked()).toEqual(new Set([RUN]))
  })
  it('of paper beside it begin with the list, without what the desk has just decided', async () => {
    bridge.live = liveView()
    const { history } = await open(<InspectorPage decisionId="D1039" />)
    bridge.fail('signals.list', { code: 'internal', message: 'the journal is locked' })
    await click('Paper beside it')
    expect(history.at(-1)).toBe('/signals')
    expect(asked()).toEqual(new Set([null]))
    expect(screen.queryByText('40 recent signals')).toBeNull()
  })
})

describe('live beside paper', () => {
  it('says what will be there while not live', async () => {
    bridge.answer('live.twin', () => neverLive())
    await open(<JournalPage />)
    await openTab('Live beside paper')
    expect(screen.getByText('Not trading live')).toBeDefined()
    expect(screen.queryByRole('button', { name: 'CSV' })).toBeNull()
  })
  it('is not offered for a run of the lab', async () => {
    await open(<JournalPage run="R1" />)
    expect(screen.queryByRole('tab', { name: 'Live beside paper' })).toBeNull()
  })
  it('tells the sum of each cause, and each pair with its own', async () => {
    const [pair, lone] = [twin(24).trades[1], twin(24).trades[6]]
    if (!pair || !lone) throw new Error('trades are expected')
    const gap = { entry: -0.5, exit: 0.25, fees: -0.04, funding: 0, size: 0.1, total: -0.19 }
    bridge.answer('live.twin', () => ({
      sinceMs: 1_000_000,
      pairs: 1,
      onlyLive: 0,
      onlyPaper: 1,
      total: gap,
      trades: [{ ...pair, gap }, lone],
    }))
    bridge.live = liveView()
    await open(<JournalPage />)
    await openTab('Live beside paper')
    const sums = screen.getByRole('region', { name: 'Gap by cause' }).textContent
    expect(sums).toContain('Entry price−0.50Exit price+0.25Fees−0.04Funding0.00Size+0.10Gap−0.19')
    expect(sums).toContain('1 pair, 0 only live, 1 only on paper')
    const rows = within(screen.getByRole('table', { name: 'Live beside paper' })).getAllByRole('row')
    expect(rows[1]?.textContent).toContain('−0.50+0.25−0.040.00+0.10−0.19')
    expect(rows[2]?.textContent).toContain('did not trade')
    expect(rows[2]?.textContent).toMatch(/—{6}$/)
  })
  it('shows no sums before the first pair', async () => {
    bridge.answer('live.twin', () => ({ ...neverLive(), sinceMs: 1_000_000 }))
    bridge.live = liveView()
    await open(<JournalPage />)
    await openTab('Live beside paper')
    expect(screen.getByRole('region', { name: 'Gap by cause' }).textContent).toContain('Entry price—')
    expect(screen.getByText('No closed trade yet')).toBeDefined()
  })
  it('says why when it cannot be told, and asks again when told to', async () => {
    bridge.fail('live.twin', { code: 'internal', message: 'the journal of the account is locked' })
    await open(<JournalPage />)
    await openTab('Live beside paper')
    expect(screen.getByText('the journal of the account is locked')).toBeDefined()
    bridge.fail('live.twin', null)
    await click('Try again')
    expect(screen.getByText('Not trading live')).toBeDefined()
  })
})
