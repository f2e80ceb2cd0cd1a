// @vitest-environment jsdom
// Proves that runs are compared in figures, curves, months and only in what was asked for differently, and that a run which cannot be compared is
// refused alone.
import { cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ShownCurve } from '../../src-renderer/charts/curve-chart.tsx'
import { CompareView } from '../../src-renderer/features/lab/results/compare-view.tsx'
import { FakeBridge } from '../support/fake-bridge.ts'
import { answerLabRuns, type FakeResults, fakeResults } from '../support/fake-lab-runs.ts'
import { giveElementsASize, settle, showPage } from '../support/screen.tsx'

const drawn = vi.hoisted(() => ({ upper: [] as readonly ShownCurve[], lower: [] as readonly ShownCurve[] }))
vi.mock('../../src-renderer/charts/curve-chart.tsx', () => ({
  CurveChart: ({ upper, lower, summary }: { upper: readonly ShownCurve[]; lower: readonly ShownCurve[]; summary: string }) => {
    Object.assign(drawn, { upper, lower })
    return <div role="img" aria-label={summary} />
  },
}))

giveElementsASize()
let bridge: FakeBridge
let lab: FakeResults
let leave = () => {}

beforeEach(() => {
  bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
  lab = answerLabRuns(bridge, fakeResults())
})
afterEach(() => {
  leave()
  cleanup()
})

async function open(...runIds: string[]) {
  const shown = await showPage(bridge, <CompareView runIds={runIds} />)
  leave = shown.leave
  return shown
}
const table = (name: string) => within(screen.getByRole('table', { name }))
const row = (name: string, start: RegExp) =>
  within(table(name).getByRole('row', { name: start }))
    .getAllByRole('cell')
    .map((cell) => cell.textContent)

describe('runs side by side', () => {
  it('mark the best figure of each row with a star, and none where neither is better', async () => {
    await open('R1', 'R2', 'R3')
    expect(row('Figures of the runs', /^Sharpe ratio/)).toEqual(['★ best2.25', '1.16', '−0.50'])
    expect(row('Figures of the runs', /^Max\. drawdown /)).toEqual(['6.93%', '8.13%', '★ best3.89%'])
    expect(row('Figures of the runs', /^Trades /)).toEqual(['240', '180', '24'])
  })
  it('begin at 100 each, whatever balance they had, and no two look alike', async () => {
    await open('R1', 'R2', 'R3', 'W1')
    expect(drawn.upper.map(({ values }) => values[0])).toEqual([100, 100, 100, 100])
    expect(new Set(drawn.upper.map(({ name, color }) => `${name} ${color}`)).size).toBe(4)
    expect(drawn.upper.map(({ name }) => name)).toEqual(['A', 'B', 'C', 'D'])
    expect(drawn.lower.every(({ values }) => values.every((value) => value <= 0))).toBe(true)
    const summary = screen.getByRole('img', { name: /^Equity from 100 to: A 116\.5, B 107\.9, C 98\.7, D \d+/ })
    expect(summary).toBeDefined()
  })
  it('show only what was asked for differently', async () => {
    await open('R1', 'R2')
    const rows = table('Differences between the specs').getAllByRole('row').slice(1)
    const paths = rows.map((one) => within(one).getByRole('rowheader').textContent)
    expect(paths).toContain('leverage')
    expect(paths).toContain('simulation › latency ms')
    expect(paths).not.toContain('data › timeframe')
    expect(row('Differences between the specs', /^leverage/)).toEqual(['5', '3'])
  })
  it('say so when nothing was', async () => {
    await open('R1', 'R3')
    expect(screen.getByText('These runs were asked for in exactly the same words, with the same data and the same code.')).toBeDefined()
  })
  it('lay the same months beside each other', async () => {
    await open('R1', 'R2', 'W1')
    expect(row('Monthly returns of the runs', /^Feb 2025/)).toEqual(['+13.57%', '+0.93%', '—'])
    expect(screen.getByRole('img', { name: /^Monthly returns of 3 runs over 6 months/ })).toBeDefined()
  })
  it('lead to each run, and can leave one out', async () => {
    const { history } = await open('R1', 'R2', 'R3')
    expect(screen.getByRole('link', { name: 'IMBA with wider stops' }).getAttribute('href')).toBe('/lab/run/R2')
    fireEvent.click(screen.getByRole('button', { name: 'Leave IMBA with wider stops out' }))
    expect(history.at(-1)?.replace('?', '')).toBe('/lab/compare/R1,R3')
    leave()
    await open('R1', 'R2')
    expect(screen.getByRole('button', { name: 'Leave IMBA with wider stops out' })).toMatchObject({ disabled: true })
  })
})

describe('what cannot be compared', () => {
  it('is refused alone, and the others stand', async () => {
    await open('R1', 'S1', 'R404', 'R2')
    const said = screen.getByRole('status').textContent
    expect(said).toContain('"IMBA, half a year, TPE" is a search: it has no curve of its own to compare.')
    expect(said).toContain('there is no run R404')
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('2 runs compared')
  })
  it('leaves nothing to compare with', async () => {
    await open('R1', 'S1')
    expect(screen.getByText('Nothing to compare with')).toBeDefined()
  })
  it('is cut off after six, and said', async () => {
    await open('R1', 'R2', 'R3', 'W1', 'W1-T1', 'W1-T2', 'W1-T3')
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('6 runs compared')
    expect(screen.getByRole('status').textContent).toContain('Only the first 6 runs are compared.')
  })
  it('is everything while the lab does not answer, until it does', async () => {
    bridge.fail('lab.run', { code: 'engine_down', message: 'the lab is starting' })
    await open('R1', 'R2')
    expect(screen.getByRole('alert').textContent).toContain('the lab is starting')
    bridge.fail('lab.run', null)
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
    await settle()
    expect(lab.runs.size).toBeGreaterThan(2)
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('2 runs compared')
  })
})
