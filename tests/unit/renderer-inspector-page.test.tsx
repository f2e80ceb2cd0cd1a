// @vitest-environment jsdom
// Proves that the inspector tells one decision completely and truthfully: votes, conditions, what would have changed it, sizes, slippage and
// outcome; that pointing at a voter steers the chart; and that the keys step through the signals, also while the engine is away.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { InspectorPage } from '../../src-renderer/features/inspector/inspector-page.tsx'
import { FakeBridge } from '../support/fake-bridge.ts'
import { answerSignals } from '../support/fake-signals.ts'
import { answerJournal } from '../support/journal-views.ts'
import { giveElementsASize, settle, showPage } from '../support/screen.tsx'

// A canvas chart cannot be drawn in jsdom; what it is given is proven in renderer-inspector-trace.test.tsx and by eye in Chromium.
vi.mock('../../src-renderer/charts/trace-chart.tsx', () => ({
  TraceChart: ({ summary }: { summary: string }) => <div role="img" aria-label={summary} />,
}))

giveElementsASize()
let bridge: FakeBridge
let leave = () => {}

beforeEach(() => {
  bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
  answerJournal(bridge)
  answerSignals(bridge)
})
afterEach(() => {
  leave()
  cleanup()
  vi.useRealTimers()
})

/** Ids of the desk's decisions run from D1000 to D1039; every third is executed, the newest three are not resolved. */
const EXECUTED = 'D1036'
/** Refused by the risk officer because of funding. */
const BLOCKED = 'D1035'
/** Refused by the strategy's own filter: its confluence is 1.01625. */
const WEAK = 'D1034'
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
    const rows = step(1, 'Opinions').getAllByRole('listitem')
    const voters = rows.map((row) => /^[a-z_]+/.exec(row.textContent ?? '')?.[0])
    expect(voters).toEqual(['cvd', 'volume_profile', 'vwap_pullback', 'rsi_mr', 'bb_squeeze', 'obi'])
    expect(rows[1]?.textContent).toContain('0.55 × 0.75 × 1.30')
    expect(within(rows[1] ?? document.body).getByText('0.536')).toBeDefined()
    const sums = within(step(1, 'Opinions').getByLabelText('Sums of the votes'))
    expect(sums.getByText('1.53125')).toBeDefined()
    expect(sums.getByText('0.31500')).toBeDefined()
  })
  it('shows the way from the votes over each adjustment to the confluence', async () => {
    await open(EXECUTED)
    const rows = step(2, 'Confluence')
      .getAllByRole('listitem')
      .map((row) => row.textContent)
    expect(rows[0]).toContain('1.21625')
    expect(rows[1]).toMatch(/fear and greed× 1.19\+0.2311/)
    expect(rows[2]).toContain('enough1.44734')
    expect(rows[3]).toContain('1.20')
  })
  it('shows the regime with what spoke for each, and conditions that had nothing to judge', async () => {
    await open(EXECUTED)
    const regime = within(screen.getByRole('region', { name: 'Regime' }))
    expect(regime.getAllByRole('term').map((term) => term.textContent)).toEqual(['▸ trend', 'flat', 'volatile'])
    const filters = within(screen.getByRole('list', { name: 'Filters of the strategy' })).getAllByRole('listitem')
    expect(filters[0]?.textContent).toContain('spreadunavailable')
    expect(filters.slice(1).every((row) => row.textContent?.includes('passed'))).toBe(true)
    expect(within(screen.getByRole('list', { name: 'Gates' })).getAllByRole('listitem')).toHaveLength(2)
  })
  it('says what would have stopped it', async () => {
    await open(EXECUTED)
    const changes = within(screen.getByRole('region', { name: 'What would have stopped it' }))
    expect(changes.getByText('buy 0.550 → below buy 0.336')).toBeDefined()
    expect(changes.getByText('buy 0.850 → above sell 0.671')).toBeDefined()
  })
  it('shows what became of the signal beside what became of the trade', async () => {
    await open(EXECUTED)
    const outcome = within(screen.getByRole('region', { name: 'Signal outcome' }))
    expect(outcome.getByText('EXPIRED')).toBeDefined()
    expect(outcome.getByRole('img').getAttribute('aria-label')).toBe(
      'Excursions: +0.71 R for it, −0.55 R against it, stop at −1.00 R, target at +1.00 R, result +0.24 R',
    )
    expect(outcome.getByText('2h 15m')).toBeDefined()
  })
  it('says what a voter lacked that had to wait for it', async () => {
    await open(EXECUTED)
    expect(step(1, 'Opinions').getByText('an order book in step')).toBeDefined()
  })
  it('shows each step of the size with value before, factor and value after', async () => {
    await open(EXECUTED)
    const strength = step(4, 'Size').getByRole('row', { name: /^strength/ })
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
    const verdicts = step(5, 'Risk officer').getAllByRole('listitem')
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

describe('the story of a signal that was too weak', () => {
  it('says what would have been enough, and what it never came to', async () => {
    await open(WEAK)
    const changes = within(screen.getByRole('region', { name: 'What would have to change' }))
    expect(changes.getByText(/^\+0\.1837 missing/)).toBeDefined()
    expect(changes.getByText('buy 0.350 → at most buy 0.145')).toBeDefined()
    expect(changes.getByText(/Not asked after this: gates, size, risk officer/)).toBeDefined()
    expect(step(5, 'Risk officer').getByText('The signal ended before it reached the risk officer.')).toBeDefined()
  })
  it('says what it would have been', async () => {
    await open(WEAK)
    expect(within(screen.getByRole('region', { name: 'Signal outcome' })).getByText(/would have been a/).textContent).toContain('WIN')
  })
  it('says that the newest is not resolved yet', async () => {
    await open(NEWEST)
    expect(screen.getByText('OPEN')).toBeDefined()
    expect(screen.getByText(/Not resolved yet/)).toBeDefined()
  })
})

describe('the evidence on the chart', () => {
  const chart = () => screen.getByRole('img', { name: /^Candles from/ }).getAttribute('aria-label') ?? ''
  const voter = (name: string) => step(1, 'Opinions').getByRole('button', { name })
  const chip = (name: string) => within(screen.getByRole('group', { name: 'Evidence on the chart' })).getByRole('button', { name })

  it('is that of all voters, and of one alone while it is pointed at or chosen', async () => {
    await open(EXECUTED)
    expect(chart()).toContain('the evidence of bb_squeeze, vwap_pullback, cvd, volume_profile, rsi_mr')
    fireEvent.pointerEnter(voter('cvd').closest('li') ?? document.body)
    expect(chart()).toMatch(/the evidence of cvd$/)
    fireEvent.pointerLeave(voter('cvd').closest('li') ?? document.body)
    fireEvent.click(voter('rsi_mr'))
    expect(chart()).toMatch(/the evidence of rsi_mr$/)
    expect(voter('rsi_mr').getAttribute('aria-pressed')).toBe('true')
  })
  it('can be switched off voter by voter, and stays so at the next signal', async () => {
    const { history } = await open(EXECUTED)
    fireEvent.click(chip('cvd'))
    expect(chart()).not.toContain('cvd')
    expect(chip('cvd').getAttribute('aria-pressed')).toBe('false')
    expect(history).toHaveLength(1)
    fireEvent.click(chip('all'))
    expect(chart()).toContain('cvd')
  })
  it('offers no button for a voter that left nothing to draw', async () => {
    await open(EXECUTED)
    expect(step(1, 'Opinions').queryByRole('button', { name: 'obi' })).toBeNull()
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
  it('steps to the neighbours with the keys, j and ← back, k and → forth', async () => {
    const { history } = await open(EXECUTED)
    for (const key of ['j', 'ArrowLeft', 'k', 'ArrowRight']) fireEvent.keyDown(document.body, { key })
    expect(history.slice(1)).toEqual(['/signal/D1035', '/signal/D1035', '/signal/D1037', '/signal/D1037'])
  })
  it.each([
    ['e', EXECUTED, '/signal/D1039'],
    ['E', EXECUTED, '/signal/D1033'],
    ['b', EXECUTED, '/signal/D1037'],
    ['B', WEAK, '/signal/D1032'],
  ])('steps with %s from %s to %s', async (key, from, to) => {
    const { history } = await open(from)
    fireEvent.keyDown(document.body, { key })
    await settle()
    expect(history.at(-1)).toBe(to)
  })
  it('stays where it is when there is no such signal any more', async () => {
    const { history } = await open(NEWEST)
    fireEvent.keyDown(document.body, { key: 'b' })
    await settle()
    expect(history).toHaveLength(1)
  })
  it('steps on from where the person is, also before the journal has answered', async () => {
    bridge.answer('decision.detail', () => new Promise(() => {}))
    bridge.answer('signals.list', () => new Promise(() => {}))
    const { history } = await open(EXECUTED)
    fireEvent.keyDown(document.body, { key: 'k' })
    expect(history.at(-1)).toBe('/signal/D1037')
  })
  it('leaves keys alone in a field and in chords', async () => {
    const { history } = await open(EXECUTED)
    fireEvent.keyDown(screen.getByRole('combobox', { name: 'Symbol' }), { key: 'ArrowLeft' })
    fireEvent.keyDown(screen.getByRole('combobox', { name: 'Symbol' }), { key: 'b' })
    fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true })
    fireEvent.keyDown(document.body, { key: 'ArrowRight', shiftKey: true })
    await settle()
    expect(history).toHaveLength(1)
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
    expect(step(2, 'Confluence').getByText('1.21625')).toBeDefined()
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
