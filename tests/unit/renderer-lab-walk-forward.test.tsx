// @vitest-environment jsdom
// Proves that a walk-forward shows what was out of sample, window by window, whether the parameters stayed, and adopts those of the newest window.
import { cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RunView } from '../../src-renderer/features/lab/results/run-view.tsx'
import { FakeBridge } from '../support/fake-bridge.ts'
import { answerLabRuns, fakeResults } from '../support/fake-lab-runs.ts'
import { fakeWalkForward } from '../support/fake-lab-search.ts'
import { giveElementsASize, settle, showPage } from '../support/screen.tsx'

vi.mock('../../src-renderer/charts/curve-chart.tsx', () => ({
  CurveChart: ({ summary }: { summary: string }) => <div role="img" aria-label={summary} />,
}))

giveElementsASize()
let bridge: FakeBridge
let opened: string[]
let leave = () => {}

beforeEach(() => {
  bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
  answerLabRuns(bridge, fakeResults())
  bridge.answer('lab.jobs', () => [])
  opened = []
})
afterEach(() => {
  leave()
  cleanup()
})

async function open() {
  const shown = await showPage(bridge, <RunView runId="W1" onOpen={(id) => opened.push(id)} />)
  leave = shown.leave
}
const show = (walkForward: ReturnType<typeof fakeWalkForward>) => {
  bridge.answer('lab.run', () => walkForward.run)
  bridge.answer('lab.run.walkForward', () => walkForward)
}
const region = (name: string) => within(screen.getByRole('region', { name }))
const windows = () =>
  within(screen.getByRole('table', { name: 'Windows of the walk-forward' }))
    .getAllByRole('row')
    .slice(1)
const cells = (row: HTMLElement | undefined) =>
  within(row ?? document.body)
    .getAllByRole('cell')
    .map((cell) => cell.textContent)

describe('a walk-forward', () => {
  it('shows the tests laid end to end, how much of the training they kept, and the figures of both', async () => {
    await open()
    expect(region('Equity, out of sample').getByRole('img').getAttribute('aria-label')).toMatch(
      /^Equity from [\d,.]+ to [\d,.]+, deepest drawdown/,
    )
    expect(screen.getByText('5 of 5 tests laid end to end; what was open at the end of one was closed there, with its costs')).toBeDefined()
    const efficiency = region('Walk-forward efficiency')
    expect(efficiency.getByText('57%')).toBeDefined()
    expect(efficiency.getByText('keeps enough')).toBeDefined()
    expect(efficiency.getByText('4 of 5 finished windows gained out of sample.')).toBeDefined()
    expect(region('Headline figures').getByRole('button', { name: /^Return/ }).textContent).toContain('+19.34%')
  })
  it('draws each window with what it was trained on, tested on and left out', async () => {
    await open()
    const picture = region('Windows in time').getByRole('img')
    expect(picture.getAttribute('aria-label')).toBe('5 windows; training from 2025-01-01, last test until 2025-05-31')
    const titles = [...picture.querySelectorAll('title')].map((title) => title.textContent)
    expect(titles.slice(0, 5)).toEqual([
      'Training: 2025-01-01 to 2025-03-01',
      'Left out before what follows: 2025-03-01 to 2025-03-02',
      'Validation: 2025-03-02 to 2025-03-17',
      'Test: 2025-03-17 to 2025-04-01',
      'Embargo: no later training begins here: 2025-04-01 to 2025-04-02',
    ])
  })
  it('lays in sample and out of sample side by side, and opens the test of a window', async () => {
    await open()
    expect(windows()).toHaveLength(5)
    expect(cells(windows()[1]).slice(1, 8)).toEqual(['2025-04-01 to 2025-04-16', 'done', '1.94', '1.55', '−0.26', '−13%', '−0.64%'])
    fireEvent.click(windows()[1] ?? document.body)
    fireEvent.keyDown(windows()[3] ?? document.body, { key: 'Enter' })
    expect(opened).toEqual(['W1-T2', 'W1-T4'])
  })
  it('tells of each parameter whether it stayed', async () => {
    await open()
    const parameters = region('Do the parameters stay?').getAllByRole('listitem')
    expect(parameters.map((item) => within(item).getByText(/^(steady|wanders|all over its range)$/).textContent)).toEqual([
      'steady',
      'wanders',
      'all over its range',
      'wanders',
    ])
    expect(
      within(parameters[0] ?? document.body)
        .getByRole('img')
        .getAttribute('aria-label'),
    ).toMatch(/^imba\.confluenceMin by window: 1\.\d, /)
  })
  it('adopts the parameters of the newest window, and says how little of them was out of sample', async () => {
    await open()
    fireEvent.click(screen.getByRole('button', { name: 'Adopt the newest parameters…' }))
    await settle()
    const doubts = within(screen.getByRole('list', { name: 'Before you adopt them' })).getAllByRole('listitem')
    expect(doubts[0]?.textContent).toMatch(
      /out of sample these very parameters were tested from 2025-05-16 to 2025-05-31 only, with 20 trades\./,
    )
    expect(bridge.calls.findLast(({ command }) => command === 'lab.adopt.preview')?.input).toEqual({
      runId: 'W1',
      parameters: fakeWalkForward().newest,
    })
  })
  it('shows the windows so far while it is under way', async () => {
    show(fakeWalkForward({ state: 'running', done: 2 }))
    await open()
    expect(screen.getByText('Under way. What is below is the windows so far.')).toBeDefined()
    expect(windows().map((row) => cells(row)[2])).toEqual(['done', 'done', 'running', 'waiting', 'waiting'])
    fireEvent.click(windows()[4] ?? document.body)
    expect(opened).toEqual([])
  })
  it('names the reason of a window that failed', async () => {
    show(fakeWalkForward({ state: 'failed', done: 1 }))
    await open()
    expect(within(windows()[1] ?? document.body).getByText('failed').title).toBe('no trial of the training had 20 trades')
    expect(cells(windows()[1]).at(-1)).toBe('no trial of the training had 20 trades')
  })
  it('has nothing to adopt and no curve before the first window', async () => {
    show(fakeWalkForward({ state: 'running', done: 0 }))
    await open()
    expect(screen.getByRole('button', { name: 'Adopt the newest parameters…' })).toMatchObject({ disabled: true })
    expect(screen.getByText('No curve')).toBeDefined()
    expect(screen.getByText('Nothing chosen yet')).toBeDefined()
    expect(region('Walk-forward efficiency').getByText('unknown')).toBeDefined()
  })
})
