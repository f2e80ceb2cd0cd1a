// @vitest-environment jsdom
// Proves that the report of a backtest says first what speaks against it, that every figure carries its formula, that a trade leads to its candles
// and to its decision, and that the report can be taken along as a file.
import { cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RunView } from '../../src-renderer/features/lab/results/run-view.tsx'
import { FakeBridge } from '../support/fake-bridge.ts'
import { answerLabRuns, type FakeResults, fakeResults } from '../support/fake-lab-runs.ts'
import { giveElementsASize, settle, showPage } from '../support/screen.tsx'

// Canvas charts cannot be drawn in jsdom; what they are given is proven in renderer-lab-figures.test.tsx, and their looks in Chromium.
vi.mock('../../src-renderer/charts/curve-chart.tsx', () => ({
  CurveChart: ({ summary, scale }: { summary: string; scale: string }) => <div role="img" aria-label={summary} data-scale={scale} />,
}))
vi.mock('../../src-renderer/charts/trace-chart.tsx', () => ({
  TraceChart: ({ summary }: { summary: string }) => <div role="img" aria-label={summary} />,
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
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

async function open(runId = 'R1') {
  const shown = await showPage(bridge, <RunView runId={runId} onOpen={() => {}} />)
  leave = shown.leave
  return shown
}
const region = (name: string) => within(screen.getByRole('region', { name }))
const tab = async (name: RegExp) => {
  fireEvent.click(screen.getByRole('tab', { name }))
  await settle()
}
const table = (name: string) => within(screen.getByRole('table', { name }))
const cells = (row: HTMLElement | undefined) =>
  within(row ?? document.body)
    .getAllByRole('cell')
    .map((cell) => cell.textContent)

describe('the overview', () => {
  it('begins with what the doctor says, the most serious first', async () => {
    await open('R3')
    const warnings = region('Doctor')
      .getAllByRole('listitem')
      .map((item) => item.textContent)
    expect(warnings).toHaveLength(4)
    expect(warnings[0]).toMatch(/^Serious: One trade makes the profit\. Without the best trade/)
    expect(warnings[3]).toMatch(/^Note: /)
    expect(screen.getByRole('tab', { name: /Overview/ }).textContent).toContain('4 warnings')
    const order = region('Doctor')
      .getAllByRole('list')[0]
      ?.compareDocumentPosition(screen.getByRole('region', { name: 'Headline figures' }))
    expect(order).toBe(Node.DOCUMENT_POSITION_FOLLOWING)
  })
  it('says so when the doctor has found nothing', async () => {
    await open('R2')
    expect(screen.getByText('The doctor found nothing that speaks against these figures.')).toBeDefined()
  })
  it('carries the formula of every figure', async () => {
    await open()
    const sharpe = region('Headline figures').getByRole('button', { name: /^Sharpe ratio/ })
    expect(sharpe.getAttribute('aria-description')).toBe('mean of daily returns ÷ their sample standard deviation × √365. More is better.')
    expect(region('All figures').getAllByRole('button')).toHaveLength(41)
    expect(region('Costs and use').getByRole('button', { name: /^Fees/ }).textContent).toBe('Fees1,262.63')
  })
  it('draws equity with buy and hold and drawdown, linear or on a log scale', async () => {
    await open()
    const panel = region('Equity and drawdown')
    const chart = panel.getByRole('img')
    expect(chart.getAttribute('aria-label')).toBe('Equity from 10,000.00 to 11,649.93, deepest drawdown 6.93%; buy and hold +3.78%')
    expect(chart.dataset['scale']).toBe('linear')
    fireEvent.click(panel.getByRole('button', { name: 'Log' }))
    expect(panel.getByRole('img').dataset['scale']).toBe('log')
  })
  it('offers no log scale for a curve that has fallen to zero', async () => {
    const run = lab.runs.get('R1')
    if (!run) throw new Error('no run')
    const equity = { ...run.report.equity, equity: run.report.equity.equity.map((value, place) => (place === 9 ? 0 : value)) }
    bridge.answer('lab.run.report', () => ({ ...run.report, equity }))
    await open()
    expect(region('Equity and drawdown').queryByRole('button', { name: 'Log' })).toBeNull()
  })
  it('shows the months of each year with the year at the end, by sign and not by colour alone', async () => {
    await open()
    const rows = table('Monthly returns').getAllByRole('row')
    expect(cells(rows[1])).toEqual(['+3.2%', '+13.6%', '−1.4%', '+0.4%', '−1.4%', '+2.0%', '', '', '', '', '', '', '+16.5%'])
    expect(within(rows[1] ?? document.body).getByText('+13.6%').title).toMatch(/^\+1,\d{3}\.\d{2} in \d+ trades$/)
  })
  it('goes from the profit before costs to the net one', async () => {
    await open()
    const steps = within(screen.getByRole('list', { name: 'Costs, step by step' }))
      .getAllByRole('listitem')
      .map((item) => item.textContent)
    expect(steps).toEqual(['Before costs+3,190.85', 'Slippage−272.08', 'Fees−1,262.63', 'Funding−6.21', 'Net+1,649.93'])
    expect(screen.getByText('they took 48% of the profit before costs')).toBeDefined()
  })
})

describe('the trades', () => {
  it('are sorted on the screen, and only those in view are in the document', async () => {
    await open()
    await tab(/^Trades/)
    expect(screen.getByRole('table', { name: 'Trades of the run' }).getAttribute('aria-rowcount')).toBe('241')
    expect(table('Trades of the run').getAllByRole('row').length).toBeLessThan(60)
    fireEvent.click(table('Trades of the run').getByRole('button', { name: 'Net P&L' }))
    const best = Math.max(...(lab.runs.get('R1')?.trades ?? []).map(({ trip }) => Number(trip.netPnl)))
    expect(cells(table('Trades of the run').getAllByRole('row')[1])[7]).toBe(`+${best.toFixed(2)}`)
  })
  it('are read page after page', async () => {
    const one = lab.runs.get('R1')?.trades[0]?.trip
    if (!one) throw new Error('no trade')
    bridge.answer('lab.run.trades', ({ limit, offset }) => ({
      total: 1200,
      rows: Array.from({ length: Math.min(limit, 1200 - offset) }, (_, n) => ({ ...one, positionId: `P${offset + n}` })),
    }))
    await open()
    await tab(/^Trades/)
    expect(screen.getByRole('table', { name: 'Trades of the run' }).getAttribute('aria-rowcount')).toBe('1201')
    const offsets = bridge.calls
      .filter(({ command }) => command === 'lab.run.trades')
      .map(({ input }) => (input as { offset: number }).offset)
    expect(offsets).toEqual([0, 500, 1000])
  })
  it('show one on its candles with entry, exit and stop, in another timeframe when wanted', async () => {
    await open()
    await tab(/^Trades/)
    fireEvent.click(table('Trades of the run').getAllByRole('row')[1] ?? document.body)
    await settle()
    const chart = screen.getByRole('img', { name: /^Candles around trade P\d+ with entry [\d.]+, exit [\d.]+, stop [\d.]+$/ })
    expect(chart).toBeDefined()
    const asked = bridge.calls.findLast(({ command }) => command === 'lab.series.candles')?.input
    expect(asked).toMatchObject({ venue: 'binanceusdm', timeframe: '15m' })
    fireEvent.click(screen.getByRole('button', { name: '1h' }))
    await settle()
    expect(bridge.calls.findLast(({ command }) => command === 'lab.series.candles')?.input).toMatchObject({ timeframe: '1h' })
    fireEvent.click(screen.getByRole('button', { name: 'Close the chart' }))
    expect(screen.queryByRole('img', { name: /^Candles around/ })).toBeNull()
  })
  it('lead to the decision behind them, in the journal of the run and without filters', async () => {
    const { history } = await open()
    await tab(/^Trades/)
    fireEvent.click(table('Trades of the run').getAllByRole('row')[1] ?? document.body)
    await settle()
    const id = /P(\d+)/.exec(screen.getByRole('region', { name: /^Trade P/ }).getAttribute('aria-label') ?? '')?.[1]
    fireEvent.click(screen.getByRole('button', { name: 'Why' }))
    expect(history.at(-1)?.replace('?', '')).toBe(`/signal/run/R1/D${id}`)
  })
  it('still stand without candles and without a journal, and say what is missing', async () => {
    const run = lab.runs.get('R1')
    if (!run) throw new Error('no run')
    bridge.answer('lab.run', () => ({ ...run.report.run, hasJournal: false }))
    bridge.answer('lab.run.report', () => ({ ...run.report, run: { ...run.report.run, hasJournal: false } }))
    bridge.fail('lab.series.candles', { code: 'not_found', message: 'the series was deleted' })
    await open()
    await tab(/^Trades/)
    fireEvent.click(table('Trades of the run').getAllByRole('row')[1] ?? document.body)
    await settle()
    expect(screen.getByRole('alert').textContent).toContain('the series was deleted')
    expect(screen.getByRole('button', { name: 'Why' })).toMatchObject({ disabled: true, title: 'This run kept no journal' })
    expect(bridge.calls.some(({ command }) => command === 'decision.detail')).toBe(false)
  })
  it('say so when there are none, and when they cannot be read', async () => {
    bridge.answer('lab.run.trades', () => ({ total: 0, rows: [] }))
    await open()
    await tab(/^Trades/)
    expect(screen.getByText('No trades')).toBeDefined()
    leave()
    bridge.fail('lab.run.trades', { code: 'timeout', message: 'no answer within 5 s' })
    await open()
    await tab(/^Trades/)
    expect(screen.getByRole('alert').textContent).toContain('no answer within 5 s')
  })
})

describe('the breakdown', () => {
  it('groups the trades by what they share, each grouping sortable', async () => {
    await open()
    await tab(/^Breakdown/)
    const groups = region('Groups of trades')
    expect(table('Trades by strategy').getAllByRole('row')).toHaveLength(3)
    fireEvent.click(groups.getByRole('button', { name: 'Hour' }))
    expect(cells(table('Trades by hour').getAllByRole('row')[1])[0]).toBe('00:00')
    fireEvent.click(table('Trades by hour').getByRole('button', { name: 'Net' }))
    const nets = table('Trades by hour')
      .getAllByRole('row')
      .slice(1)
      .map((row) => Number(cells(row)[3]?.replace('−', '-').replace(',', '')))
    expect(nets).toEqual(nets.toSorted((a, b) => b - a))
    for (const by of ['Market', 'Side', 'Regime', 'Voter', 'Weekday', 'Month', 'Exit']) {
      fireEvent.click(groups.getByRole('button', { name: by }))
      expect(table(`Trades by ${by.toLowerCase()}`).getAllByRole('row').length).toBeGreaterThan(1)
    }
  })
  it('reads the distributions out, and opens the trade of a point', async () => {
    await open()
    await tab(/^Breakdown/)
    expect(region('Results in R').getByRole('img').getAttribute('aria-label')).toMatch(/^Results in R: 240 trades from −1\.5 to \+2\.5/)
    expect(region('Time held').getByRole('img').getAttribute('aria-label')).toMatch(/^Time held: 240 trades from 0 to /)
    const scatter = region('Worst and best of each trade')
    const picture = scatter.getByRole('img')
    expect(picture.getAttribute('aria-label')).toBe('Worst against best of 240 trades, 106 won and 134 lost')
    // The first point that won, where it was drawn: jsdom puts every picture at 0, 0.
    const [, x = '', y = ''] = /^M([\d.]+) ([\d.]+)/.exec(picture.querySelector('path')?.getAttribute('d') ?? '') ?? []
    fireEvent.pointerMove(picture, { clientX: Number(x) + 1, clientY: Number(y) + 1 })
    const id = /^(P\d+): worst −?[\d.]+ R, best \+[\d.]+ R, ended \+[\d.]+ R$/.exec(
      scatter.getByText(/^P\d+: worst/).textContent ?? '',
    )?.[1]
    fireEvent.click(picture)
    await settle()
    expect(screen.getByRole('region', { name: `Trade ${id}` })).toBeDefined()
  })
})

describe('the doubts', () => {
  it('are said in plain language', async () => {
    await open()
    await tab(/^Robustness/)
    const luck = region('Is the Sharpe ratio more than luck?')
    expect(luck.getByText('Deflated Sharpe ratio, chosen from 160 trials')).toBeDefined()
    expect(luck.getByText('87%')).toBeDefined()
    expect(luck.getByText(/It is 0\.91 above the best that luck alone/)).toBeDefined()
    expect(luck.getByText(/This run has 181 days\./)).toBeDefined()
    const chance = region('Monte Carlo')
    expect(chance.getByText(/^Nine of ten such histories would have ended between −\d/)).toBeDefined()
    expect(chance.getByRole('img', { name: /^Maximum drawdown, the same trades in another order: 5 % .*; this run 6\.9%$/ })).toBeDefined()
  })
  it('say that a run of its own was never counted, and what could not be drawn', async () => {
    const run = lab.runs.get('R2')
    if (!run) throw new Error('no run')
    bridge.answer('lab.run.report', () => ({ ...run.report, monteCarlo: null, minTrackRecordDays: null }))
    await open('R2')
    await tab(/^Robustness/)
    expect(screen.getByText(/This run is of its own/)).toBeDefined()
    expect(screen.getByText('Too little to draw from')).toBeDefined()
    expect(screen.getByText(/no length of record would prove/)).toBeDefined()
  })
})

describe('setup and data', () => {
  it('shows the passports, and sources and gaps of the one that is pressed', async () => {
    await open()
    await tab(/^Setup/)
    const rows = table('Data passports').getAllByRole('row')
    expect(cells(rows[3]).slice(2, 5)).toEqual(['346,953', '87', '0'])
    fireEvent.click(rows[3] ?? document.body)
    const details = region('Details of binanceusdm|SOL/USDT:USDT|candles|1m')
    expect(details.getByText(/2025-02-11 00:00 to 2025-02-11 01:26, 87 rows/)).toBeDefined()
    expect(details.getByText(/SOLUSDT-1m-2025-01.zip/)).toBeDefined()
  })
  it('shows what differs from the defaults, and everything when wanted', async () => {
    await open('R2')
    await tab(/^Setup/)
    const rows = () =>
      table('Spec of the run')
        .getAllByRole('row')
        .slice(1)
        .map((row) => cells(row).join(' | '))
    expect(rows()).toContain('leverage | 3changed | 5')
    expect(rows().some((row) => row.startsWith('data › timeframe'))).toBe(false)
    fireEvent.click(screen.getByRole('button', { name: 'Everything' }))
    expect(rows().some((row) => row.startsWith('data › timeframe | 1m | 1m'))).toBe(true)
  })
})

describe('export', () => {
  it.each([
    ['HTML', 'html', 'text/html;charset=utf-8'],
    ['CSV', 'csv', 'text/csv;charset=utf-8'],
    ['JSON', 'json', 'application/json;charset=utf-8'],
  ])('saves the report as %s under the name the lab gives it', async (name, format, type) => {
    const saved: string[] = []
    const blobs: Blob[] = []
    vi.stubGlobal(
      'URL',
      Object.assign(URL, { createObjectURL: (blob: Blob) => `blob:${blobs.push(blob)}`, revokeObjectURL: () => undefined }),
    )
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      saved.push(this.download)
    })
    await open()
    fireEvent.click(screen.getByRole('button', { name: `Export ${name}` }))
    await settle()
    expect(bridge.calls.findLast(({ command }) => command === 'lab.run.export')?.input).toEqual({ runId: 'R1', format })
    expect(saved).toEqual([`R1.${format}`])
    expect(blobs[0]?.type).toBe(type)
  })
  it('offers none in a window that cannot save files', async () => {
    Object.assign(bridge, { capabilities: { ...bridge.capabilities, saveFile: false } })
    await open()
    expect(screen.getByRole('button', { name: 'Export HTML' })).toMatchObject({ disabled: true, title: 'This window cannot save files' })
  })
})

describe('a run without a trade', () => {
  it('shows empty parts instead of broken ones', async () => {
    const run = lab.runs.get('R1')
    if (!run) throw new Error('no run')
    const none = { strategy: [], instrument: [], side: [], regime: [], voter: [], hour: [], weekday: [], exit: [], month: [] }
    bridge.answer('lab.run.report', () => ({
      ...run.report,
      metrics: Object.fromEntries(Object.keys(run.report.metrics).map((id) => [id, null])),
      equity: { tsMs: [], equity: [], drawdown: [], benchmark: [] },
      months: [],
      costs: { gross: 0, fees: 0, funding: 0, slippage: 0, net: 0 },
      groups: none,
      rBins: [],
      maeBins: [],
      mfeBins: [],
      holdingBins: [],
      excursions: [],
      passports: [],
      monteCarlo: null,
    }))
    await open()
    expect(screen.getByText('No curve')).toBeDefined()
    expect(screen.getByText('No month yet')).toBeDefined()
    expect(screen.getByText('there was no profit before costs to pay them from')).toBeDefined()
    expect(region('Headline figures').getByRole('button', { name: /^Sharpe ratio/ }).textContent).toContain('—')
    await tab(/^Breakdown/)
    expect(screen.getByText('No trades to group')).toBeDefined()
    expect(screen.getAllByText('Nothing to count')).toHaveLength(4)
    await tab(/^Setup/)
    expect(screen.getByText('No passports')).toBeDefined()
  })
})
