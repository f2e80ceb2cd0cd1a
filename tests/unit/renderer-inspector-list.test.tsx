// @vitest-environment jsdom
// Proves that the list of signals is the journal's: an unbroken run from the newest down, within a filter that the address keeps, that grows at
// both ends without moving what is read, and that says plainly what it lacks while the journal does not answer.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SignalRow } from '../../src-renderer/features/inspector/detail.ts'
import { InspectorPage } from '../../src-renderer/features/inspector/inspector-page.tsx'
import {
  filterFromQuery,
  filterToQuery,
  isFiltering,
  NO_FILTER,
  passesFilter,
  recentPassing,
} from '../../src-renderer/features/inspector/signal-filter.ts'
import {
  extended,
  hasOlder,
  neighboursOf,
  NO_PAGES,
  PAGE_ROWS,
  refreshed,
  refreshLimit,
  ROWS_MAX,
  rowsAbove,
  type SignalPages,
} from '../../src-renderer/features/inspector/signal-pages.ts'
import { viewFromQuery, viewToQuery } from '../../src-renderer/features/inspector/use-signal-address.ts'
import { decisionDetail } from '../support/decision-views.ts'
import { ETH, FakeBridge } from '../support/fake-bridge.ts'
import { answerSignals } from '../support/fake-signals.ts'
import { answerJournal } from '../support/journal-views.ts'
import { giveElementsASize, settle, showPage } from '../support/screen.tsx'

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

async function open(decisionId?: string) {
  const shown = await showPage(bridge, decisionId === undefined ? <InspectorPage /> : <InspectorPage decisionId={decisionId} />)
  leave = shown.leave
  return shown
}
const list = () => within(screen.getByRole('navigation', { name: 'Signals' }))
const choose = async (label: string, value: string) => {
  fireEvent.change(screen.getByRole('combobox', { name: label }), { target: { value } })
  await settle()
}
const { decisions } = new FakeBridge({ minutes: 6000, ahead: 60 }).snapshot
const [first] = decisions
if (!first) throw new Error('the fake desk has no decision')
/** Signal n of the journal; a greater number is newer. */
const row = (n: number): SignalRow => ({ decision: { ...first, id: `S${n}`, tsMs: n * 1000 }, result: null, rMultiple: null })
const rows = (from: number, count: number): SignalRow[] => Array.from({ length: count }, (_, k) => row(from - k))
const ids = ({ rows: held }: SignalPages): string[] => held.map(({ decision }) => decision.id)

describe('the held rows', () => {
  it('are those of the journal, whatever arrives between the answers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.record({ come: fc.integer({ min: 0, max: 250 }) }), fc.constant('older' as const)), { maxLength: 30 }),
        (steps) => {
          let newest = 450
          let held = NO_PAGES
          const answer = (limit: number, offset: number) => ({
            total: newest,
            rows: rows(newest - offset, Math.max(0, Math.min(limit, newest - offset))),
          })
          for (const step of steps) {
            if (step === 'older') held = extended(held, answer(PAGE_ROWS, held.rows.length))
            else {
              newest += step.come
              const limit = refreshLimit(held)
              held = refreshed(held, answer(limit, 0), limit)
            }
            const whole = ids({ total: newest, rows: rows(Number(ids(held)[0]?.slice(1) ?? 0), held.rows.length) })
            expect(ids(held)).toEqual(whole)
          }
        },
      ),
    )
  })
  it('take the new results of rows that were read again', () => {
    const held = { total: 3, rows: rows(3, 3) }
    const resolved = { ...row(2), result: 'win' as const, rMultiple: 1 }
    expect(refreshed(held, { total: 3, rows: [row(3), resolved, row(1)] }, 100).rows[1]).toEqual(resolved)
  })
  it('drop what lies below a hole, and rows that passed the filter no longer', () => {
    const held = { total: 200, rows: rows(200, 200) }
    expect(refreshed(held, { total: 900, rows: rows(900, 200) }, 200).rows).toHaveLength(200)
    expect(ids(refreshed({ total: 3, rows: rows(3, 3) }, { total: 1, rows: [row(2)] }, 100))).toEqual(['S2'])
  })
  it('have an end', () => {
    expect(hasOlder({ total: 300, rows: rows(300, 100) })).toBe(true)
    expect(hasOlder({ total: 100, rows: rows(100, 100) })).toBe(false)
    expect(hasOlder({ total: 1_000_000, rows: rows(20_000, ROWS_MAX) })).toBe(false)
    expect(refreshLimit({ total: 9_000, rows: rows(9_000, 2_000) })).toBe(500)
  })
  it('know what came above and who is beside whom', () => {
    expect(rowsAbove(rows(5, 3), rows(9, 7))).toBe(4)
    expect(rowsAbove(rows(5, 3), rows(50, 3))).toBe(0)
    expect(neighboursOf(rows(5, 3), 'S4')).toEqual({ previousId: 'S3', nextId: 'S5' })
    expect(neighboursOf(rows(5, 3), 'S5')).toEqual({ previousId: 'S4', nextId: null })
    expect(neighboursOf(rows(5, 3), 'S1')).toBeNull()
  })
})

describe('the filter in the address', () => {
  const name = fc.string({ minLength: 1, maxLength: 64 })
  const filters = fc.record({
    instrumentId: fc.option(name),
    strategyId: fc.option(name),
    voter: fc.option(name),
    regime: fc.option(name),
    outcome: fc.option(fc.constantFrom('executed' as const, 'blocked' as const)),
    reason: fc.option(name),
    result: fc.option(fc.constantFrom('win' as const, 'loss' as const, 'expired' as const, 'open' as const)),
  })
  it('comes back as it was, beside what else the address says', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const query = filterToQuery(filter, 'statistics=voter')
        expect(filterFromQuery(query)).toEqual(filter)
        expect(viewFromQuery(query)).toBe('voter')
        expect(isFiltering(filter)).toBe(filterToQuery(filter) !== '')
      }),
    )
  })
  it('ignores what cannot be one', () => {
    expect(filterFromQuery(`outcome=maybe&result=&voter=${'x'.repeat(65)}&other=1`)).toEqual(NO_FILTER)
    expect(viewFromQuery('statistics=moon')).toBe('decision')
    expect(viewToQuery('decision', 'statistics=voter&voter=cvd')).toBe('voter=cvd')
  })
})

describe('whether a signal passes', () => {
  const detail = decisionDetail({ id: 'D1', openTimeMs: 0, close: 94_000, outcome: 'executed' })
  it.each([
    [{ voter: 'cvd' }, true],
    [{ voter: 'obi' }, false],
    [{ regime: 'trend' }, true],
    [{ regime: 'flat' }, false],
    [{ outcome: 'blocked' as const }, false],
    [{ result: 'open' as const }, true],
    [{ result: 'win' as const }, false],
    [{ reason: 'funding' }, false],
    [{ instrumentId: ETH }, false],
    // It spoke against the signal.
    [{ strategyId: 'imba-volatility-regime', voter: 'rsi_mr' }, false],
    [{ regime: 'any' }, false],
  ])('%o: %s', (filter, expected) => {
    expect(passesFilter(detail, { ...NO_FILTER, ...filter })).toBe(expected)
  })
  it('by the regime "any" when its own is not known, as the journal counts it', () => {
    const unknown = { ...detail, trace: { ...detail.trace, signal: { ...detail.trace.signal, regime: null } } }
    expect(passesFilter(unknown, { ...NO_FILTER, regime: 'any' })).toBe(true)
    expect(recentPassing(decisions, { ...NO_FILTER, regime: 'any' })).toHaveLength(decisions.filter(({ regime }) => regime === null).length)
  })
  it('cannot be told of a summary that knows neither voters nor results', () => {
    expect(recentPassing(decisions, { ...NO_FILTER, voter: 'cvd' })).toBeNull()
    expect(recentPassing(decisions, { ...NO_FILTER, outcome: 'blocked' })?.[0]?.id).toBe('D1038')
  })
})

describe('the list', () => {
  it('offers what the journal has and asks it for what was chosen, also in the address', async () => {
    const { history } = await open('D1036')
    await choose('Voter', 'cvd')
    await choose('Reason', 'weak_confluence')
    expect(history.at(-1)).toBe('/?voter=cvd&reason=weak_confluence')
    expect(bridge.calls.findLast(({ command }) => command === 'signals.list')?.input).toMatchObject({
      filter: { ...NO_FILTER, voter: 'cvd', reason: 'weak_confluence' },
    })
    expect(list().getByText('7 of 7 signals, newest first')).toBeDefined()
  })
  it('steps only within the filter, and says that the signal shown is outside of it', async () => {
    const { history } = await open('D1036')
    fireEvent.click(screen.getByRole('button', { name: 'Blocked' }))
    await settle()
    expect(screen.getByText(/does not pass the filter/)).toBeDefined()
    fireEvent.click(screen.getByRole('button', { name: /Next k|k Next/ }))
    expect(history.at(-1)).toBe('/signal/D1037?outcome=blocked')
  })
  it('opens the signal that is chosen, and keeps the filter in the link', async () => {
    const { history } = await open('D1036')
    await choose('Result', 'win')
    fireEvent.click(list().getAllByRole('listitem')[0]?.querySelector('button') ?? document.body)
    expect(history.at(-1)).toMatch(/^\/signal\/D10\d\d\?result=win$/)
  })
  it('moves from row to row with the arrow keys', async () => {
    await open('D1036')
    const [top, second] = list().getAllByRole('listitem')
    top?.querySelector('button')?.focus()
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'ArrowDown' })
    expect(document.activeElement?.closest('li')).toBe(second)
  })
  it('says so when nothing passes, and shows all again', async () => {
    await open('D1036')
    await choose('Regime', 'volatile')
    await choose('Result', 'open')
    fireEvent.click(screen.getByRole('button', { name: 'Executed' }))
    await settle()
    expect(screen.getByText('None passes the filter')).toBeDefined()
    fireEvent.click(list().getByRole('button', { name: 'Show all signals' }))
    await settle()
    expect(list().getByText('40 of 40 signals, newest first')).toBeDefined()
  })
  it('takes a new signal on top soon after the desk has decided, once for a burst, and leaves the selection', async () => {
    await open('D1036')
    const newest = bridge.snapshot.decisions.at(-1)
    if (!newest) throw new Error('the fake desk has no decision')
    const asked = () => bridge.calls.filter(({ command }) => command === 'signals.list').length
    const before = asked()
    vi.useFakeTimers()
    act(() => {
      for (const n of [1, 2, 3]) {
        const decision = { ...newest, id: `D200${n}`, tsMs: newest.tsMs + n * 60_000 }
        bridge.snapshot = { ...bridge.snapshot, decisions: [...bridge.snapshot.decisions, decision] }
        bridge.send([{ type: 'decision', decision }])
      }
    })
    await act(async () => await vi.advanceTimersByTimeAsync(1200))
    expect(asked()).toBe(before + 1)
    expect(list().getByText('43 of 43 signals, newest first')).toBeDefined()
    expect(screen.getByRole('article', { name: 'Decision D1036' })).toBeDefined()
  })
  it('reads older pages as the end comes near, each once, and stops after a failure', async () => {
    let newest = 1000
    const many = () => ({ total: newest })
    bridge.answer('signals.list', ({ limit, offset }) => ({ ...many(), rows: rows(newest - offset, Math.min(limit, newest - offset)) }))
    await open('D1036')
    expect(list().getByText('100 of 1,000 signals, newest first')).toBeDefined()
    const viewport = list().getByRole('list').parentElement
    if (!viewport) throw new Error('the list has a viewport')
    const scrollTo = async (top: number) => {
      viewport.scrollTop = top
      fireEvent.scroll(viewport)
      await settle()
    }
    await scrollTo(4_500)
    expect(list().getByText('200 of 1,000 signals, newest first')).toBeDefined()
    newest += 5
    await scrollTo(9_500)
    expect(list().getByText('295 of 1,005 signals, newest first')).toBeDefined()
    bridge.fail('signals.list', { code: 'timeout', message: 'no answer within 5 s' })
    const asked = () => bridge.calls.filter(({ command }) => command === 'signals.list').length
    const before = asked()
    await scrollTo(14_200)
    await scrollTo(14_100)
    await settle()
    expect(asked()).toBe(before + 1)
    expect(list().getByText('Not up to date: the journal does not answer.')).toBeDefined()
  })
  it('stands still while it is scrolled and new signals come above', async () => {
    let newest = 300
    bridge.answer('signals.list', ({ limit, offset }) => ({ total: newest, rows: rows(newest - offset, Math.min(limit, newest - offset)) }))
    await open('D1036')
    const viewport = list().getByRole('list').parentElement
    const decision = bridge.snapshot.decisions.at(-1)
    if (!viewport || !decision) throw new Error('the list has a viewport and the desk a decision')
    viewport.scrollTop = 1000
    fireEvent.scroll(viewport)
    const topShown = () =>
      list()
        .getAllByRole('listitem')
        .map((item) => item.style.transform)
    const before = topShown()
    vi.useFakeTimers()
    newest += 3
    act(() => bridge.send([{ type: 'decision', decision }]))
    await act(async () => await vi.advanceTimersByTimeAsync(1200))
    expect(list().getByText('103 of 303 signals, newest first')).toBeDefined()
    expect(viewport.scrollTop).toBe(1150)
    fireEvent.scroll(viewport)
    await act(async () => await vi.advanceTimersByTimeAsync(200))
    expect(topShown()).not.toEqual(before)
  })
  it('shows the recent signals the desk knows while the journal does not answer', async () => {
    bridge.fail('signals.list', { code: 'engine_down', message: 'the journal is away' })
    bridge.fail('signals.choices', { code: 'engine_down', message: 'the journal is away' })
    await open('D1036')
    expect(list().getByText('40 recent signals')).toBeDefined()
    fireEvent.click(screen.getByRole('button', { name: 'Blocked' }))
    await settle()
    expect(list().getByText('26 recent signals')).toBeDefined()
    bridge.fail('signals.list', null)
    fireEvent.click(list().getByRole('button', { name: 'Try again' }))
    await settle()
    expect(list().getByText('26 of 26 signals, newest first')).toBeDefined()
  })
  it('says that it cannot know when only the journal could', async () => {
    const { leave: away } = await open('D1036')
    away()
    leave = () => {}
    bridge.fail('signals.list', { code: 'engine_down', message: 'the journal is away' })
    await open('D1036')
    await choose('Result', 'win')
    expect(list().getByRole('alert').textContent).toContain('the journal is away')
  })
})

describe('the statistics', () => {
  const table = (by: string) => within(screen.getByRole('table', { name: `Signals by ${by}` }))
  it('are opened with a key and by the address, and a row filters the list beside them', async () => {
    const { history } = await open('D1036')
    fireEvent.keyDown(document.body, { key: 't' })
    await settle()
    expect(history.at(-1)).toBe('/?statistics=voter')
    fireEvent.click(screen.getByRole('button', { name: 'Reason' }))
    await settle()
    fireEvent.click(table('reason').getByRole('row', { name: /^weak confluence/ }))
    await settle()
    expect(history.at(-1)).toBe('/?statistics=reason&reason=weak_confluence')
    expect(
      table('reason')
        .getByRole('row', { name: /^weak confluence/ })
        .getAttribute('aria-current'),
    ).toBe('true')
    expect(list().getByText('7 of 7 signals, newest first')).toBeDefined()
    fireEvent.click(list().getAllByRole('listitem')[0]?.querySelector('button') ?? document.body)
    expect(history.at(-1)).toMatch(/^\/signal\/D10\d\d\?reason=weak_confluence$/)
  })
  it('show counts, win rate and expectancy of each', async () => {
    bridge.answer('signals.statistics', () => [
      {
        key: 'sfp',
        signals: 12,
        executed: 4,
        blocked: 8,
        wins: 6,
        losses: 3,
        expired: 1,
        winRate: 0.6,
        expectancyR: 0.32,
        averageFavorableR: 0.9,
        averageAdverseR: 0.5,
      },
      {
        key: 'obi',
        signals: 2,
        executed: 0,
        blocked: 2,
        wins: 0,
        losses: 0,
        expired: 0,
        winRate: null,
        expectancyR: null,
        averageFavorableR: null,
        averageAdverseR: null,
      },
    ])
    await open('D1036')
    fireEvent.click(screen.getByRole('button', { name: 'Statistics' }))
    await settle()
    const [sfp, obi] = table('voter')
      .getAllByRole('row')
      .slice(1)
      .map((one) =>
        within(one)
          .getAllByRole('cell')
          .map((cell) => cell.textContent),
      )
    expect(sfp).toEqual(['sfp', '12', '4 | 8', '60.0%', '6 · 3 · 1', '+0.32 R', '', '+0.90 R', '−0.50 R'])
    expect(obi).toEqual(['obi', '2', '0 | 2', '—', 'none resolved', '—', '', '—', '—'])
  })
  it('offer to ask again when the journal fails', async () => {
    bridge.fail('signals.statistics', { code: 'timeout', message: 'no answer within 5 s' })
    await open('D1036')
    fireEvent.click(screen.getByRole('button', { name: 'Statistics' }))
    await settle()
    bridge.fail('signals.statistics', null)
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
    await settle()
    expect(table('voter').getAllByRole('row').length).toBeGreaterThan(1)
  })
})
