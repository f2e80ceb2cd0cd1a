// @vitest-environment jsdom
// Proves that the inspector tells one decision completely and truthfully: what denied it first, its sizes and slippage, and that
// it moves between decisions by list, key and filter, also while the engine is away.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { InspectorPage } from '../../src-renderer/features/inspector/inspector-page.tsx'
import { FakeBridge } from '../support/fake-bridge.ts'
import { answerJournal } from '../support/journal-views.ts'
import { giveElementsASize, settle, showPage } from '../support/screen.tsx'

// A canvas chart cannot be drawn in jsdom; what it is given is proven in renderer-inspector-trace.test.tsx and by eye in Chromium.
vi.mock('../../src-renderer/charts/trace-chart.tsx', () => ({
  TraceChart: ({ summary }: { summary: string }) => <div role="img" aria-label={summary} />,
  lineCss: () => '',
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
})

/** Ids of the desk's decisions run from D1000 to D1039; every third is executed. */
const EXECUTED = 'D1036'
const BLOCKED = 'D1035'
const NEWEST = 'D1039'

async function open(decisionId?: string) {
  const shown = await showPage(bridge, decisionId === undefined ? <InspectorPage /> : <InspectorPage decisionId={decisionId} />)
  leave = shown.leave
  return shown
}
const step = (number: number, title: string) => within(screen.getByRole('region', { name: `Step ${number}: ${title}` }))

describe('the story of an executed decision', () => {
  it('shows every vote as the product of strength, weight and multiplier, the heaviest first', async () => {
    await open(EXECUTED)
    const rows = step(1, 'Opinions').getAllByRole('row').slice(1)
    const voters = rows.map((row) => within(row).getAllByRole('cell')[0]?.textContent)
    expect(voters).toEqual(['cvd', 'volume_profile', 'vwap_pullback', 'rsi_mr', 'bb_squeeze', 'obi'])
    expect(within(rows[1] ?? document.body).getByText('0.536')).toBeDefined()
    expect(step(1, 'Opinions').getByText('1.21625')).toBeDefined()
  })
  it('says "unavailable" for a value that a voter did not have', async () => {
    await open(EXECUTED)
    expect(step(1, 'Opinions').getByText('unavailable')).toBeDefined()
  })
  it('shows each step of the size with value before, factor and value after', async () => {
    await open(EXECUTED)
    const strength = step(3, 'Size').getByRole('row', { name: /^strength/ })
    expect(
      within(strength)
        .getAllByRole('cell')
        .map((cell) => cell.textContent),
    ).toEqual(['2,500', '× 0.9', '2,250'])
  })
  it('measures the slippage of an entry against the decision price and of a target against its limit', async () => {
    await open(EXECUTED)
    const fills = within(screen.getByRole('table', { name: 'Fills' }))
      .getAllByRole('row')
      .slice(1)
    const slippage = fills.map((row) => within(row).getAllByRole('cell')[5])
    expect(slippage.map((cell) => cell?.textContent)).toEqual(['+2.0 bp', '+3.0 bp', '0.0 bp'])
    expect(slippage[0]?.querySelector('span')?.title).toContain('decision price')
    expect(slippage[2]?.querySelector('span')?.title).toContain('limit')
  })
  it('shows the result with the exact amount behind the rounded one', async () => {
    await open(EXECUTED)
    const outcome = within(screen.getByRole('region', { name: 'Plan and outcome' }))
    expect(outcome.getByText('+42.56').title).toBe('42.55643')
    expect(outcome.getByText('+1.84 R')).toBeDefined()
  })
})

describe('the story of a blocked decision', () => {
  it('says why in a banner and puts the denial before the checks that passed', async () => {
    await open(BLOCKED)
    expect(screen.getByText(/^Blocked:/)).toBeDefined()
    const verdicts = step(4, 'Risk officer').getAllByRole('listitem')
    expect(verdicts).toHaveLength(6)
    expect(verdicts[0]?.textContent).toContain('DENIED')
    expect(verdicts[0]?.textContent).toContain('0.00031')
    expect(verdicts.slice(1).every((verdict) => verdict.textContent?.includes('passed'))).toBe(true)
  })
  it('says that nothing was sent', async () => {
    await open(BLOCKED)
    expect(screen.getByText('Nothing was sent to the venue.')).toBeDefined()
    expect(screen.getByText('No order was made.')).toBeDefined()
  })
})

describe('which decision is shown', () => {
  it('opens the newest without an id and stays on it when another arrives', async () => {
    await open()
    expect(screen.getByRole('article', { name: `Decision ${NEWEST}` })).toBeDefined()
    const newest = bridge.snapshot.decisions.at(-1)
    if (!newest) throw new Error('the fake desk has no decision')
    vi.useFakeTimers()
    act(() => bridge.send([{ type: 'decision', decision: { ...newest, id: 'D2000' } }]))
    await act(async () => await vi.advanceTimersByTimeAsync(2000))
    expect(screen.getByRole('article', { name: `Decision ${NEWEST}` })).toBeDefined()
  })
  it('steps to the neighbours in the journal with the keys, j and ← back, k and → forth', async () => {
    const { history } = await open(EXECUTED)
    for (const key of ['j', 'ArrowLeft', 'k', 'ArrowRight']) fireEvent.keyDown(document.body, { key })
    expect(history.slice(1)).toEqual(['/signal/D1035', '/signal/D1035', '/signal/D1037', '/signal/D1037'])
  })
  it('steps on from where the person is, also before the journal has answered', async () => {
    bridge.answer('decision.detail', () => new Promise(() => {}))
    const { history } = await open(EXECUTED)
    fireEvent.keyDown(document.body, { key: 'k' })
    expect(history.at(-1)).toBe('/signal/D1037')
  })
  it('leaves keys alone in a field and in chords', async () => {
    const { history } = await open(EXECUTED)
    fireEvent.keyDown(screen.getByRole('combobox', { name: 'Instrument' }), { key: 'ArrowLeft' })
    fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true })
    expect(history).toHaveLength(1)
  })
  it('steps only among the decisions that pass the filter', async () => {
    const { history } = await open(EXECUTED)
    fireEvent.click(screen.getByRole('button', { name: 'Executed' }))
    fireEvent.click(screen.getByRole('button', { name: /Previous/ }))
    expect(history.at(-1)).toBe('/signal/D1033')
  })
  it('opens the decision that is chosen from the list', async () => {
    const { history } = await open(EXECUTED)
    const list = within(screen.getByRole('navigation', { name: 'Recent decisions' }))
    fireEvent.click(list.getAllByRole('listitem')[0]?.querySelector('button') ?? document.body)
    expect(history.at(-1)).toBe(`/signal/${NEWEST}`)
  })
  it('says so when no decision passes the filter', async () => {
    bridge.snapshot = { ...bridge.snapshot, decisions: bridge.snapshot.decisions.filter((decision) => decision.outcome === 'executed') }
    await open(EXECUTED)
    fireEvent.click(screen.getByRole('button', { name: 'Blocked' }))
    expect(screen.getByText('None passes the filter')).toBeDefined()
  })
})

describe('when something is missing', () => {
  it('says that a decision is not in the journal', async () => {
    await open('D9')
    expect(screen.getByText('Decision D9 is not in the journal')).toBeDefined()
  })
  it('still tells the story without the engine, and says what the chart lacks', async () => {
    bridge.fail('candles.history', { code: 'engine_down', message: 'the engine is restarting' })
    await open(EXECUTED)
    const chart = within(screen.getByRole('region', { name: 'Chart around the decision' }))
    expect(chart.getByRole('alert').textContent).toContain('engine_down')
    expect(step(1, 'Opinions').getByText('1.21625')).toBeDefined()
  })
  it('offers to ask again when the journal fails, and shows the decision when it answers', async () => {
    bridge.fail('decision.detail', { code: 'timeout', message: 'no answer within 5 s' })
    await open(EXECUTED)
    bridge.fail('decision.detail', null)
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
    await settle()
    expect(screen.getByRole('article', { name: `Decision ${EXECUTED}` })).toBeDefined()
  })
  it('asks again soon after an order of the decision has changed, once for a burst', async () => {
    await open(EXECUTED)
    const order = bridge.snapshot.orders[0]
    if (!order) throw new Error('the fake desk has no order')
    const asked = () => bridge.calls.filter(({ command }) => command === 'decision.detail').length
    const before = asked()
    vi.useFakeTimers()
    act(() => {
      bridge.send([{ type: 'order', order: { ...order, decisionId: EXECUTED } }])
      bridge.send([{ type: 'order', order: { ...order, decisionId: EXECUTED } }])
      bridge.send([{ type: 'order', order: { ...order, decisionId: 'D1' } }])
    })
    await act(async () => await vi.advanceTimersByTimeAsync(600))
    expect(asked()).toBe(before + 1)
  })
})
