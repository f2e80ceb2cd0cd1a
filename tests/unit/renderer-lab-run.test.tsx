// @vitest-environment jsdom
// Proves that a run of any kind finds its page by its id alone, that checks say what they found in words, and that a run which is under way, failed,
// canceled or gone says so.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RunView } from '../../src-renderer/features/lab/results/run-view.tsx'
import { labJobsStore, startLabJobs } from '../../src-renderer/stores/lab-jobs.ts'
import { FakeBridge } from '../support/fake-bridge.ts'
import { answerLabRuns, type FakeResults, fakeJob, fakeResults } from '../support/fake-lab-runs.ts'
import { giveElementsASize, settle, showPage } from '../support/screen.tsx'

vi.mock('../../src-renderer/charts/curve-chart.tsx', () => ({
  CurveChart: ({ summary }: { summary: string }) => <div role="img" aria-label={summary} />,
}))

giveElementsASize()
let bridge: FakeBridge
let lab: FakeResults
let leave = () => {}

beforeEach(() => {
  bridge = new FakeBridge({ minutes: 6000, ahead: 60 })
  lab = answerLabRuns(bridge, fakeResults())
  bridge.answer('lab.jobs', () => lab.jobs)
})
afterEach(() => {
  leave()
  cleanup()
  vi.useRealTimers()
})

async function open(runId: string) {
  const stop = startLabJobs(bridge)
  const shown = await showPage(bridge, <RunView runId={runId} onOpen={() => {}} />)
  leave = () => {
    shown.leave()
    stop()
  }
}
const region = (name: string) => within(screen.getByRole('region', { name }))
const count = (command: string) => bridge.calls.filter((call) => call.command === command).length
const change = (runId: string, over: Partial<(typeof lab)['jobs'][number]>) =>
  act(() => bridge.emit('lab', { jobs: lab.jobs.map((job) => (job.runId === runId ? { ...job, ...over } : job)) }))

describe('a run', () => {
  it.each([
    ['R1', 'Backtest', 'Overview'],
    ['S1', 'Search', 'Search'],
    ['W1', 'Walk-forward', 'Out of sample'],
  ])('%s finds its page by its id', async (id, kind, tab) => {
    await open(id)
    expect(screen.getByRole('heading', { level: 1 }).previousElementSibling?.textContent).toBe(kind)
    expect(screen.getByRole('tab', { name: new RegExp(`^${tab}`) }).getAttribute('aria-selected')).toBe('true')
  })
  it('says what it was: period, market, playbook, seed, code and when it was made', async () => {
    await open('R1')
    const facts = screen.getByText('Period').closest('dl')?.textContent
    expect(facts).toContain('2025-01-01 to 2025-07-01, 181 d')
    expect(facts).toContain('BTC/USDT, ETH/USDT, SOL/USDT')
    expect(facts).toContain('Seed1')
    expect(facts).toContain('2025-07-03 09:41, in 14s')
  })
  it('leads back to what it is a part of', async () => {
    await open('W1-T2')
    expect(screen.getByRole('link', { name: 'W1' }).getAttribute('href')).toBe('/lab/run/W1')
  })
  it('that is not there says so', async () => {
    await open('R404')
    expect(screen.getByText('There is no run R404')).toBeDefined()
  })
  it('offers to ask again when the lab does not answer', async () => {
    bridge.fail('lab.run', { code: 'engine_down', message: 'the lab is starting' })
    await open('R1')
    expect(screen.getByRole('alert').textContent).toContain('the lab is starting')
    bridge.fail('lab.run', null)
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
    await settle()
    expect(screen.getByRole('tab', { name: /^Overview/ })).toBeDefined()
  })
  it('whose report fails can be asked again, and keeps its old one when a newer fails', async () => {
    bridge.fail('lab.run.report', { code: 'internal', message: 'disk error' })
    await open('R1')
    expect(screen.getByRole('alert').textContent).toContain('disk error')
    bridge.fail('lab.run.report', null)
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
    await settle()
    expect(region('Headline figures')).toBeDefined()
  })
})

describe('a run under way', () => {
  it('shows how far it is and how long it takes, and can be canceled', async () => {
    await open('S2')
    const status = within(screen.getByRole('status'))
    expect(status.getByText('Under way. What is below is the trials so far.')).toBeDefined()
    expect(status.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('21')
    expect(status.getByText('21%, 34 of 160 trials')).toBeDefined()
    expect(status.getByText('1m 14s left')).toBeDefined()
    fireEvent.click(status.getByRole('button', { name: 'Cancel' }))
    await settle()
    expect(bridge.calls.findLast(({ command }) => command === 'lab.job.cancel')?.input).toEqual({ jobId: 'J2' })
  })
  it('is asked for again as it comes on, not more often than every three seconds, and once when it has ended', async () => {
    await open('S2')
    vi.useFakeTimers()
    const before = count('lab.run.study')
    change('S2', { done: 35 })
    await act(async () => await vi.advanceTimersByTimeAsync(100))
    expect(count('lab.run.study')).toBe(before + 1)
    for (const done of [36, 37, 38]) {
      change('S2', { done })
      await act(async () => await vi.advanceTimersByTimeAsync(500))
    }
    expect(count('lab.run.study')).toBe(before + 1)
    await act(async () => await vi.advanceTimersByTimeAsync(3000))
    expect(count('lab.run.study')).toBe(before + 2)
    change('S2', { state: 'done', done: 160 })
    await act(async () => await vi.advanceTimersByTimeAsync(100))
    expect(count('lab.run.study')).toBe(before + 3)
    expect(count('lab.run')).toBeGreaterThan(1)
  })
  it('that has nothing to show yet says so', async () => {
    const run = lab.runs.get('R1')
    if (!run) throw new Error('no run')
    bridge.answer('lab.run', () => ({ ...run.report.run, state: 'running' }))
    bridge.answer('lab.jobs', () => [fakeJob({ runId: 'R1' })])
    bridge.fail('lab.run.report', { code: 'refused', message: 'run R1 has no report, because it is running' })
    await open('R1')
    expect(screen.getByText('Under way. What is below is nothing yet.')).toBeDefined()
    expect(screen.getByText('run R1 has no report, because it is running')).toBeDefined()
    expect(screen.queryByRole('alert')).toBeNull()
  })
  it('can be resumed while it is paused', async () => {
    lab.jobs = lab.jobs.map((job) => ({ ...job, state: 'paused', resumable: true }))
    await open('S2')
    fireEvent.click(screen.getByRole('button', { name: 'Resume' }))
    await settle()
    expect(bridge.calls.findLast(({ command }) => command === 'lab.job.resume')?.input).toEqual({ jobId: 'J2' })
  })
})

describe.each([
  ['failed', 'This run failed: the disk is full.'],
  ['canceled', 'This run was canceled: the disk is full.'],
] as const)('a run that %s', (state, sentence) => {
  it.each([
    ['R1', 'what had happened by then'],
    ['S1', 'the trials so far'],
    ['W1', 'the windows so far'],
    ['C1', 'what was compared so far'],
  ])('says why, and what the page of %s still shows', async (runId, partial) => {
    const row = await bridge.invoke('lab.run', { runId })
    if (!row.ok) throw new Error(row.error.message)
    bridge.answer('lab.run', () => ({ ...row.value, state }))
    lab.jobs = [fakeJob({ runId, state, message: 'the disk is full', resumable: true })]
    await open(runId)
    const status = screen.getAllByRole('status')[0]
    expect(status?.textContent).toContain(sentence)
    expect(status?.textContent).toContain(`What is below is ${partial}.`)
    expect(within(status ?? document.body).getByRole('button', { name: 'Resume' })).toBeDefined()
  })
  it('says so without a job that tells why', async () => {
    const run = lab.runs.get('R1')
    if (!run) throw new Error('no run')
    bridge.answer('lab.run', () => ({ ...run.report.run, state }))
    lab.jobs = []
    await open('R1')
    expect(labJobsStore.getState().jobs).toEqual([])
    expect(screen.getAllByRole('status')[0]?.textContent).toContain(sentence.replace(': the disk is full', ''))
  })
})

describe('checks', () => {
  it('that failed say what differs, the first one in words', async () => {
    await open('C1')
    const verdict = region('Verdict')
    expect(verdict.getByRole('heading', { level: 2 }).textContent).toBe('A strategy knows the futureFAILED200 decision times compared')
    expect(verdict.getByText(/^At 2025-03-04 10:15 UTC, imba on BTC\/USDT: ema_21 was 104212\.4/)).toBeDefined()
    expect(verdict.getByText(/cannot be had in live trading/)).toBeDefined()
    expect(verdict.getByText('ema_21').parentElement?.textContent).toBe('ema_21 14×')
    const rows = within(screen.getByRole('table', { name: 'Differences' })).getAllByRole('row')
    expect(rows).toHaveLength(43)
    expect(
      within(rows[0] ?? document.body)
        .getAllByRole('columnheader')
        .map((cell) => cell.textContent),
    ).toEqual(['Time, UTC', 'Market', 'Strategy', 'What differs', 'With all data', 'Future cut off'])
  })
  it('that passed say what was compared', async () => {
    await open('C2')
    expect(region('Verdict').getByRole('heading', { level: 2 }).textContent).toBe('The warm-up is long enoughPASSED1,840 values compared')
    expect(screen.getByText('1,840 values compared, and all agreed.')).toBeDefined()
  })
  it('of parity name the two sides', async () => {
    await open('P1')
    const row = within(screen.getByRole('table', { name: 'Differences' }))
    expect(row.getByRole('columnheader', { name: 'Desk' })).toBeDefined()
    expect(row.getByRole('columnheader', { name: 'Backtest' })).toBeDefined()
    expect(row.getByText('0.84 at 2,610.11')).toBeDefined()
  })
  it('have no verdict before their end', async () => {
    const check = lab.checks.get('C1')
    if (!check) throw new Error('no check')
    const run = { ...check.run, state: 'running' as const }
    bridge.answer('lab.run', () => run)
    bridge.answer('lab.run.check', () => ({ ...check, run }))
    await open('C1')
    expect(region('Verdict').getByRole('heading', { level: 2 }).textContent).toContain('No verdict yet')
    expect(screen.queryByText('FAILED')).toBeNull()
  })
})
