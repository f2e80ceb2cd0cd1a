// @vitest-environment jsdom
// Proves that jobs and runs of the lab are shown as they are, can be canceled, taken up again, opened, noted, compared and deleted, by mouse and keyboard.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { LabPage } from '../../src-renderer/features/lab/lab-page.tsx'
import { COMPARED_MAX, NEWEST_FIRST, nextRunSort, sortRuns, toggleMark } from '../../src-renderer/features/lab/runs/run-table.ts'
import { noticeManager } from '../../src-renderer/stores/notices.ts'
import { labJobsStore, startLabJobs } from '../../src-renderer/stores/lab-jobs.ts'
import { uiStore } from '../../src-renderer/stores/ui-store.ts'
import { FakeBridge } from '../support/fake-bridge.ts'
import { FakeLab } from '../support/fake-lab.ts'
import { fakeRuns } from '../support/fake-lab-rows.ts'
import { giveElementsASize, settle, showPage } from '../support/screen.tsx'

// What is inside of a run has tests of its own.
vi.mock('../../src-renderer/features/lab/results/run-view.tsx', () => ({
  RunView: ({ runId, onOpen }: { runId: string; onOpen: (id: string) => void }) => (
    <button type="button" onClick={() => onOpen('R/2')}>
      run {runId}
    </button>
  ),
}))
vi.mock('../../src-renderer/features/lab/results/compare-view.tsx', () => ({
  CompareView: ({ runIds }: { runIds: readonly string[] }) => <p>beside: {runIds.join(' and ')}</p>,
}))

giveElementsASize()
let bridge: FakeBridge
let lab: FakeLab
let leave = () => {}
let stopJobs = () => {}
const called = (command: string) => bridge.calls.filter((call) => call.command === command).map((call) => call.input)

beforeEach(() => {
  uiStore.setState({
    dialog: null,
    sizes: {},
    labTask: 'walk_forward',
    labPlaybookId: null,
    labForms: {},
    labMetrics: ['total_return', 'sharpe', 'trades'],
  })
  bridge = new FakeBridge({ minutes: 3000, ahead: 500 })
  lab = new FakeLab(bridge, { series: 10, jobs: true })
})
afterEach(() => {
  leave()
  stopJobs()
  cleanup()
  vi.restoreAllMocks()
})

async function open(page = <LabPage />) {
  stopJobs = startLabJobs(bridge)
  const shown = await showPage(bridge, page)
  leave = shown.leave
  return shown
}
const jobs = () => within(screen.getByRole('list', { name: 'Jobs' }))
const job = (title: RegExp) => within(jobs().getByRole('listitem', { name: title }))
const table = () => within(screen.getByRole('table', { name: 'Runs' }))
const rows = () => table().getAllByRole('row').slice(1)
const cells = (row: HTMLElement | undefined) =>
  within(row ?? document.body)
    .getAllByRole('cell')
    .map((cell) => cell.textContent)
const count = () => Number(screen.getByRole('table', { name: 'Runs' }).getAttribute('aria-rowcount')) - 1
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }))
const rowKey = (at: number, key: string) => fireEvent.keyDown(rows()[at] ?? document.body, { key })

describe('jobs', () => {
  test('stand in their state with progress and time left', async () => {
    await open()
    expect(
      job(/18 windows/)
        .getByRole('progressbar')
        .getAttribute('aria-valuetext'),
    ).toBe('39%, 7 of 18 windows')
    expect(job(/18 windows/).getByText('12m 34s left')).toBeTruthy()
    expect(job(/400 trials/).getByText('paused')).toBeTruthy()
    expect(job(/12 instruments/).getByText('queued')).toBeTruthy()
    expect(
      job(/12 instruments/)
        .getByRole('progressbar')
        .hasAttribute('aria-valuenow'),
    ).toBe(false)
    expect(screen.getByText('5 under way')).toBeTruthy()
    press('1 more that ended')
    expect(job(/ETH\/USDT:USDT funding/).getByText('canceled: by you')).toBeTruthy()
  })

  test('move with the topic, without asking again', async () => {
    await open()
    const asked = called('lab.jobs').length
    act(() => lab.change('JA', { done: 9, msLeft: 60_000 }))
    expect(job(/18 windows/).getByText('50%, 9 of 18 windows')).toBeTruthy()
    expect(called('lab.jobs')).toHaveLength(asked)
  })

  test('are canceled, resumed and opened', async () => {
    const { history } = await open()
    fireEvent.click(job(/18 windows/).getByRole('button', { name: /^Cancel/ }))
    fireEvent.click(job(/400 trials/).getByRole('button', { name: /^Resume/ }))
    await settle()
    expect(called('lab.job.cancel')).toEqual([{ jobId: 'JA' }])
    expect(called('lab.job.resume')).toEqual([{ jobId: 'JB' }])
    expect(job(/12 instruments/).queryByRole('button', { name: /^Open/ })).toBeNull()
    fireEvent.click(job(/400 trials/).getByRole('button', { name: /^Open/ }))
    expect(history.at(-1)).toBe('/lab/run/R997')
  })

  test('that end are announced once, and the list of runs is read again', async () => {
    const notify = vi.spyOn(noticeManager, 'add')
    await open()
    expect(notify).not.toHaveBeenCalled()
    const asked = called('lab.runs').length
    act(() => lab.change('JA', { state: 'failed', endedMs: 1, message: 'a worker ran out of memory' }))
    await settle()
    act(() => lab.change('JB', { message: 'still paused' }))
    await settle()
    expect(notify).toHaveBeenCalledTimes(1)
    expect(notify.mock.calls[0]?.[0]).toMatchObject({
      title: 'Walk-forward failed: IMBA on BTC, ETH, 18 windows',
      description: 'a worker ran out of memory',
    })
    expect(called('lab.runs')).toHaveLength(asked + 1)
  })

  test('are asked for only once a page needs them, and anew after a lost connection', async () => {
    stopJobs = startLabJobs(bridge)
    bridge.setConnected(true)
    expect(called('lab.jobs')).toEqual([])
    stopJobs()
    await open()
    expect(called('lab.jobs')).toHaveLength(1)
    act(() => bridge.setConnected(true))
    await settle()
    expect(called('lab.jobs')).toHaveLength(2)
    leave()
    stopJobs()
    expect(labJobsStore.getState().jobs).toBeNull()
    leave = () => {}
    stopJobs = () => {}
  })

  test('that cannot be listed say why', async () => {
    bridge.fail('lab.jobs', { code: 'refused', message: 'this program was started without a lab' })
    await open()
    expect(screen.getByRole('region', { name: 'Jobs' }).textContent).toContain('Refused: this program was started without a lab')
  })
})

describe('the list of runs', () => {
  test('shows whole runs, newest first, with the figures that were chosen', async () => {
    await open()
    expect(count()).toBe(lab.runs.filter(({ parentId }) => parentId === null).length)
    expect(
      table()
        .getAllByRole('columnheader')
        .map((cell) => cell.textContent),
    ).toEqual(['Compare', 'Kind', 'Run', 'Data', 'Return', 'Sharpe', 'Trades', 'State', 'Created', 'Actions'])
    expect(cells(rows()[1])).toEqual([
      '',
      'Walk-forward',
      'Trend on BTC Before the wider stop',
      'BTC 67 d',
      '+1.54%',
      '0.15',
      '43',
      'done',
      '05-03 22:23',
      '',
    ])
    expect(cells(rows()[3])[7]).toBe('canceled')
    expect(cells(rows()[4]).slice(4, 8)).toEqual(['—', '—', '—', 'differs'])
    press('Figures')
    await settle()
    fireEvent.click(screen.getByRole('checkbox', { name: 'Profit factor' }))
    expect(table().getByRole('columnheader', { name: 'Profit f.' }).title).toContain('sum of net profits')
    expect(uiStore.getState().labMetrics).toEqual(['total_return', 'sharpe', 'trades', 'profit_factor'])
  })

  test('holds thousands of runs, and only those in view in the document', async () => {
    lab.runs = fakeRuns(1700)
    await open()
    expect(called('lab.runs')).toHaveLength(4)
    expect(count()).toBeGreaterThan(1400)
    expect(rows().length).toBeLessThan(60)
  })

  test('is narrowed by kind and words', async () => {
    await open()
    fireEvent.change(screen.getByRole('combobox', { name: 'Kind of run' }), { target: { value: 'parity' } })
    expect(new Set(rows().map((row) => cells(row)[1]))).toEqual(new Set(['Parity']))
    fireEvent.change(screen.getByRole('combobox', { name: 'Kind of run' }), { target: { value: 'all' } })
    const before = count()
    fireEvent.change(screen.getByRole('searchbox', { name: 'Filter the runs' }), { target: { value: 'wider stop' } })
    expect(count()).toBe(1)
    fireEvent.change(screen.getByRole('searchbox', { name: 'Filter the runs' }), { target: { value: 'zzz' } })
    press('Show all')
    expect(count()).toBe(before)
  })

  test('sorts by a figure, those without one last', () => {
    const runs = fakeRuns(40)
    const values = sortRuns(runs, { column: 'sharpe', descending: true }).map(({ metrics }) => metrics['sharpe'] ?? null)
    const known = values.filter((value) => value !== null)
    expect(values.slice(0, known.length)).toEqual(known.toSorted((a, b) => b - a))
    expect(nextRunSort(NEWEST_FIRST, 'sharpe')).toEqual({ column: 'sharpe', descending: true })
    expect(nextRunSort({ column: 'sharpe', descending: true }, 'sharpe')).toEqual({ column: 'sharpe', descending: false })
    expect(nextRunSort(NEWEST_FIRST, 'mark')).toBe(NEWEST_FIRST)
  })

  test('opens a run with a click and with Enter', async () => {
    const { history } = await open()
    fireEvent.click(rows()[0] ?? document.body)
    rowKey(1, 'Enter')
    expect(history.slice(1)).toEqual(['/lab/run/R1000', '/lab/run/R999'])
  })

  test('marks runs with Space and compares them side by side', async () => {
    const { history } = await open()
    rowKey(0, ' ')
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Compare 1' }).disabled).toBe(true)
    fireEvent.click(screen.getByRole('checkbox', { name: /R999$/ }))
    press('Compare 2')
    expect(history).toEqual(['/', '/lab/compare/R1000%2CR999'])
    press('Clear')
    expect(screen.queryByRole('button', { name: /^Compare/ })).toBeNull()
  })

  test('marks no more than can stand side by side', async () => {
    expect(toggleMark(['1', '2', '3', '4', '5', '6'], '7')).toHaveLength(COMPARED_MAX)
    await open()
    for (let at = 0; at < COMPARED_MAX; at++) rowKey(at, ' ')
    const free = screen.getAllByRole<HTMLInputElement>('checkbox', { name: /^Mark/ }).filter(({ checked }) => !checked)
    expect(free.every(({ disabled }) => disabled)).toBe(true)
  })

  test('keeps a note', async () => {
    await open()
    rowKey(0, 'F2')
    await settle()
    const dialog = within(screen.getByRole('dialog', { name: 'Note on IMBA on BTC, ETH' }))
    fireEvent.change(dialog.getByRole('textbox', { name: 'Note' }), { target: { value: 'with the tight stop' } })
    fireEvent.click(dialog.getByRole('button', { name: 'Save' }))
    await settle()
    expect(called('lab.run.note')).toEqual([{ runId: 'R1000', note: 'with the tight stop' }])
    expect(cells(rows()[0])[2]).toBe('IMBA on BTC, ETH with the tight stop')
  })

  test('deletes after a question: one run, or all that are marked', async () => {
    await open()
    const before = count()
    rowKey(0, 'Delete')
    await settle()
    const one = within(screen.getByRole('alertdialog', { name: 'Delete IMBA on BTC, ETH?' }))
    fireEvent.click(one.getByRole('button', { name: 'Cancel' }))
    await settle()
    expect(called('lab.run.delete')).toEqual([])
    rowKey(0, ' ')
    rowKey(1, ' ')
    press('Delete…')
    await settle()
    fireEvent.click(within(screen.getByRole('alertdialog', { name: 'Delete 2 runs?' })).getByRole('button', { name: 'Delete' }))
    await settle()
    expect(called('lab.run.delete')).toEqual([{ runId: 'R1000' }, { runId: 'R999' }])
    expect(count()).toBe(before - 2)
    expect(screen.queryByRole('button', { name: /^Compare/ })).toBeNull()
  })

  test('says which run could not be deleted, and goes no further', async () => {
    bridge.answer('lab.run.delete', ({ runId }) =>
      runId === 'R999' ? { code: 'refused', message: 'a report of it is being written' } : {},
    )
    await open()
    for (const at of [0, 1, 2]) rowKey(at, ' ')
    press('Delete…')
    await settle()
    fireEvent.click(within(screen.getByRole('alertdialog')).getByRole('button', { name: 'Delete' }))
    await settle()
    expect(screen.getByRole('alertdialog').textContent).toContain('Trend on BTC: a report of it is being written')
    expect(called('lab.run.delete')).toHaveLength(2)
  })

  test('is exported for MLflow, and tells how to look at it', async () => {
    await open()
    press('MLflow')
    await settle()
    const button = () => screen.getByRole('button', { name: /^(MLflow|Writing…)$/ })
    expect(button()).toMatchObject({ textContent: ' Writing…', disabled: true })
    expect(screen.getByRole('button', { name: 'Cancel All runs for MLflow' })).toBeTruthy()
    expect(screen.queryByRole('dialog')).toBeNull()
    act(() => lab.advance(1))
    const said = screen.getByRole('dialog', { name: 'Exported for MLflow' }).textContent
    expect(said).toMatch(/\d+ runs are in ~\/\.local/)
    expect(said).toContain('mlflow ui --backend-store-uri "~/.local/share/tradewright/lab/mlruns"')
    press('Close')
    await settle()
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(button().textContent).toBe(' MLflow')
  })
  test('says nothing of files when the export was canceled', async () => {
    await open()
    press('MLflow')
    await settle()
    act(() => lab.change(lab.jobs[0]?.id ?? '', { state: 'canceled', message: 'canceled', endedMs: 0 }))
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(screen.getByRole('button', { name: 'MLflow' })).toBeTruthy()
  })

  test('says what is missing: no runs, no answer', async () => {
    lab.runs = []
    await open()
    expect(screen.getByText('No runs yet')).toBeTruthy()
    leave()
    cleanup()
    bridge.fail('lab.runs', { code: 'internal', message: 'lab.db is locked' })
    await open()
    expect(screen.getByText('Runs cannot be listed. Something went wrong in the engine: lab.db is locked')).toBeTruthy()
  })
})

describe('the rest of the page', () => {
  test('a queue of other machines is shown only when there is one', async () => {
    await open()
    expect(screen.queryByText(/^Shared queue/)).toBeNull()
    leave()
    cleanup()
    lab.queue = {
      mode: 'remote',
      state: 'unreachable',
      workers: [{ name: 'box', trials: 12, seenMs: 0 }],
      message: 'no answer from 10.0.0.2',
    }
    await open()
    expect(screen.getByText('Shared queue unreachable').parentElement?.textContent).toBe(
      'Shared queue unreachable1 worker, 12 trialsno answer from 10.0.0.2',
    )
  })

  test('a run takes the whole page, and u leads back', async () => {
    const { history } = await open(<LabPage runId="R1000" />)
    expect(screen.queryByRole('table', { name: 'Runs' })).toBeNull()
    press('run R1000')
    expect(history.at(-1)).toBe('/lab/run/R%2F2')
    act(() => void window.dispatchEvent(new KeyboardEvent('keydown', { key: 'u', bubbles: true, cancelable: true })))
    expect(history.at(-1)).toBe('/lab')
  })

  test('runs side by side come from the address', async () => {
    await open(<LabPage compare="R1000%2CR999" />)
    expect(screen.getByText('beside: R1000 and R999')).toBeTruthy()
  })
})
