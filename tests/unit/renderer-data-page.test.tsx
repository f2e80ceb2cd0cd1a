// @vitest-environment jsdom
// Proves that the data page shows every series with its passport, zooms, downloads, deletes only what was named, and says what it cannot show.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { DataPage } from '../../src-renderer/features/data/data-page.tsx'
import { startLabJobs } from '../../src-renderer/stores/lab-jobs.ts'
import { openDialog, uiStore } from '../../src-renderer/stores/ui-store.ts'
import { FakeBridge } from '../support/fake-bridge.ts'
import { FakeLab } from '../support/fake-lab.ts'
import { giveElementsASize, settle, showPage } from '../support/screen.tsx'

giveElementsASize()
let bridge: FakeBridge
let lab: FakeLab
let leave = () => {}
let stopJobs = () => {}
const called = (command: string) => bridge.calls.filter((call) => call.command === command).map((call) => call.input)

beforeEach(() => {
  uiStore.setState({ dialog: null, sizes: {} })
  bridge = new FakeBridge({ minutes: 3000, ahead: 500 })
  lab = new FakeLab(bridge, { series: 40 })
})
afterEach(() => {
  leave()
  stopJobs()
  cleanup()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

async function open() {
  stopJobs = startLabJobs(bridge)
  leave = (await showPage(bridge, <DataPage />)).leave
}
const table = () => within(screen.getByRole('table', { name: 'Series' }))
const rows = () => table().getAllByRole('row').slice(1)
const cells = (row: HTMLElement | undefined) =>
  within(row ?? document.body)
    .getAllByRole('cell')
    .map((cell) => cell.textContent)
const passport = () => within(screen.getByRole('region', { name: 'Passport' }))
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }))

describe('the table', () => {
  test('holds only the rows in view, and names every fact of a series', async () => {
    lab.passports = new FakeLab(new FakeBridge({ minutes: 3000, ahead: 500 }), { series: 800 }).passports
    await open()
    expect(screen.getByRole('table', { name: 'Series' }).getAttribute('aria-rowcount')).toBe('801')
    expect(rows().length).toBeLessThan(60)
    const [first] = rows()
    expect(cells(first).slice(0, 4)).toEqual(['ADA/USDT', 'binanceusdm', 'candles', '1m'])
    expect(first?.querySelector('svg')).not.toBeNull()
  })

  test('is narrowed by words and kind, and comes back', async () => {
    await open()
    fireEvent.change(screen.getByRole('searchbox', { name: 'Filter the series' }), { target: { value: 'eth' } })
    expect(rows()).toHaveLength(5)
    press('Funding')
    expect(rows()).toHaveLength(1)
    fireEvent.change(screen.getByRole('searchbox', { name: 'Filter the series' }), { target: { value: 'no such' } })
    expect(screen.queryByRole('table', { name: 'Series' })).toBeNull()
    press('Show all 40')
    expect(rows().length).toBeGreaterThan(30)
  })

  test('sorts by a heading', async () => {
    await open()
    press('Rows')
    expect(screen.getByRole('columnheader', { name: 'Rows' }).getAttribute('aria-sort')).toBe('descending')
    const most = Math.max(...lab.passports.map((one) => one.rows)).toLocaleString('en-US')
    expect(cells(rows()[0])).toContain(most)
  })

  test('draws the gaps of a series on the common axis, and zooms to it', async () => {
    const gappy = lab.passports.find(({ gaps, kind }) => gaps.length > 5 && kind === 'candles')
    if (!gappy) throw new Error('a series with gaps is expected')
    lab.passports = [gappy, ...lab.passports.filter(({ gaps }) => gaps.length === 0)]
    await open()
    const row = () => rows().find((one) => cells(one)[0] === gappy.instrumentId.split(':')[0] && cells(one)[3] === (gappy.timeframe ?? '—'))
    const holes = () => Number(row()?.querySelector('svg')?.dataset['holes'])
    expect(holes()).toBeGreaterThan(0)
    const before = holes()
    fireEvent.click(row() ?? document.body)
    press('Zoom to it')
    expect(holes()).toBeGreaterThanOrEqual(before)
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'All time' }).disabled).toBe(false)
    press('Show less time')
    press('Later')
    press('All time')
    expect(holes()).toBe(before)
  })
})

describe('the passport', () => {
  test('tells everything of the chosen series in plain words', async () => {
    const messy = lab.passports.find(({ conflicts, timeframe }) => conflicts > 0 && timeframe !== null)
    if (!messy) throw new Error('a messy series is expected')
    await open()
    fireEvent.change(screen.getByRole('searchbox', { name: 'Filter the series' }), {
      target: { value: `${messy.instrumentId} ${messy.timeframe}` },
    })
    fireEvent.keyDown(rows()[0] ?? document.body, { key: 'Enter' })
    expect(passport().getByText(/rows are missing .*3 rows came twice and did not say the same/)).toBeTruthy()
    const facts = within(passport().getByRole('group', { name: 'Facts' }))
    expect(facts.getByText('Contradictions').nextElementSibling?.textContent).toBe('3')
    expect(facts.getByText('Came twice').nextElementSibling?.textContent).toBe('1,440')
    expect(facts.getByText(messy.contentHash)).toBeTruthy()
    const gaps = within(passport().getByRole('group', { name: 'Gaps' })).getAllByRole('button')
    expect(gaps).toHaveLength(messy.gaps.length)
    expect(gaps[0]?.textContent).toContain(messy.gaps[0]?.rows.toLocaleString('en-US'))
    expect(within(passport().getByRole('group', { name: 'Sources' })).getAllByText(/^(file|download)$/)).toHaveLength(messy.sources.length)
  })

  test('copies the content hash', async () => {
    const writeText = vi.fn(async () => undefined)
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } })
    await open()
    press('Copy the content hash')
    await settle()
    expect(writeText).toHaveBeenCalledWith(expect.stringMatching(/^[0-9a-f]{64}$/))
    expect(screen.getByRole('button', { name: 'Copied the content hash' })).toBeTruthy()
  })

  test('shows a gap in its place', async () => {
    await open()
    const row = rows().find((one) => cells(one)[6] !== '0')
    fireEvent.click(row ?? document.body)
    const [gap] = within(passport().getByRole('group', { name: 'Gaps' })).getAllByRole('button')
    fireEvent.click(gap ?? document.body)
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'All time' }).disabled).toBe(false)
  })
})

describe('deleting', () => {
  test('asks for the symbol, names what goes, and reads the list again', async () => {
    await open()
    const before = lab.passports.length
    press('Delete…')
    await settle()
    const dialog = within(screen.getByRole('alertdialog', { name: 'Delete ADA/USDT candles 1m?' }))
    expect(dialog.getByText(/cannot be run again/).textContent).toMatch(/rows of binanceusdm from 20\d\d-\d\d-\d\d to/)
    const button = dialog.getByRole<HTMLButtonElement>('button', { name: 'Delete' })
    expect(button.disabled).toBe(true)
    fireEvent.change(dialog.getByRole('textbox'), { target: { value: 'ADA' } })
    fireEvent.submit(dialog.getByRole('textbox'))
    await settle()
    expect(called('lab.series.delete')).toEqual([])
    fireEvent.change(dialog.getByRole('textbox'), { target: { value: ' ada/usdt ' } })
    fireEvent.click(button)
    await settle()
    expect(called('lab.series.delete')).toEqual([{ id: 'binanceusdm|ADA/USDT:USDT|candles|1m' }])
    expect(screen.queryByRole('alertdialog')).toBeNull()
    expect(screen.getByRole('table', { name: 'Series' }).getAttribute('aria-rowcount')).toBe(String(before))
  })

  test('begins with the Delete key, and keeps the dialog when the lab refuses', async () => {
    bridge.fail('lab.series.delete', { code: 'refused', message: 'a run is reading it' })
    await open()
    fireEvent.keyDown(rows()[1] ?? document.body, { key: 'Delete' })
    await settle()
    const dialog = within(screen.getByRole('alertdialog', { name: 'Delete ADA/USDT candles 15m?' }))
    fireEvent.change(dialog.getByRole('textbox'), { target: { value: 'ADA/USDT' } })
    fireEvent.click(dialog.getByRole('button', { name: 'Delete' }))
    await settle()
    expect(screen.getByRole('alertdialog')).toBeTruthy()
    expect(lab.passports).toHaveLength(40)
  })
})

describe('downloading', () => {
  const dialog = () => within(screen.getByRole('dialog', { name: 'Download market data' }))
  const fill = (name: string, value: string) => fireEvent.change(dialog().getByLabelText(name), { target: { value } })

  test('says what is wrong before anything is sent', async () => {
    await open()
    press('Download…')
    await settle()
    fill('Instruments', 'BTCUSDT, what?')
    fill('First day, UTC', '2025-01-10')
    fill('Last day, UTC', '2025-01-02')
    fireEvent.click(dialog().getByRole('button', { name: 'Download' }))
    expect(dialog().getByText('"what?" is no instrument, expected a symbol such as BTC/USDT:USDT or BTCUSDT')).toBeTruthy()
    expect(dialog().getByText('The last day is before the first, 2025-01-10')).toBeTruthy()
    expect(called('lab.download.start')).toEqual([])
  })

  test('starts a job for each instrument, and shows their progress until they can be canceled', async () => {
    await open()
    press('Download…')
    await settle()
    fill('Instruments', 'BTCUSDT sol/usdt:usdt, BTCUSDT')
    fill('First day, UTC', '2025-01-01')
    fill('Last day, UTC', '2025-01-02')
    expect(dialog().getByText(/^About 5,760 rows in 2 jobs/)).toBeTruthy()
    fireEvent.click(dialog().getByRole('button', { name: 'Download' }))
    await settle()
    const range = { venue: 'binanceusdm', kind: 'candles', timeframe: '1m', fromMs: Date.UTC(2025, 0, 1), toMs: Date.UTC(2025, 0, 3) }
    expect(called('lab.download.start')).toEqual([
      { ...range, instrumentId: 'BTC/USDT:USDT' },
      { ...range, instrumentId: 'SOL/USDT:USDT' },
    ])
    expect(screen.queryByRole('dialog', { name: 'Download market data' })).toBeNull()
    act(() => lab.advance(0.25))
    const jobs = within(screen.getByRole('list', { name: 'Imports and downloads' }))
    expect(jobs.getAllByRole('progressbar').map((bar) => bar.getAttribute('aria-valuetext'))).toEqual([
      '25%, 720 of 2,880 rows',
      '25%, 720 of 2,880 rows',
    ])
    fireEvent.click(jobs.getByRole('button', { name: 'Cancel SOL/USDT:USDT 1m' }))
    await settle()
    expect(called('lab.job.cancel')).toHaveLength(1)
    expect(jobs.getByText('canceled: by you')).toBeTruthy()
  })

  test('keeps what was refused in the form, with the reason', async () => {
    let first = true
    bridge.answer('lab.download.start', () => {
      if (!first) return { code: 'refused', message: 'binanceusdm has no market SOL/USDT:USDT' }
      first = false
      return { jobId: 'J1' }
    })
    await open()
    press('Download…')
    await settle()
    fill('Instruments', 'BTCUSDT, SOLUSDT')
    fireEvent.click(dialog().getByRole('button', { name: 'Download' }))
    await settle()
    expect(dialog().getByText('SOL/USDT: binanceusdm has no market SOL/USDT:USDT')).toBeTruthy()
    expect(dialog().getByLabelText<HTMLInputElement>('Instruments').value).toBe('SOL/USDT:USDT')
  })

  test('goes on after the last row of a series', async () => {
    await open()
    press('Continue…')
    await settle()
    expect(dialog().getByLabelText<HTMLInputElement>('Instruments').value).toBe('ADA/USDT:USDT')
    const ada = lab.passports.find(({ id }) => id === 'binanceusdm|ADA/USDT:USDT|candles|1m')
    expect(dialog().getByLabelText<HTMLInputElement>('First day, UTC').value).toBe(new Date(ada?.toMs ?? 0).toISOString().slice(0, 10))
  })

  test('offers the venues that can be asked, and counts funding as each of them pays it', async () => {
    await open()
    press('Download…')
    await settle()
    const venues = within(dialog().getByLabelText('Venue')).getAllByRole('option')
    expect(venues.map(({ textContent }) => textContent)).toEqual(['Binance USDT-M', 'Bybit linear', 'OKX swap', 'Deribit perpetual'])
    fill('Instruments', 'BTC/USDC:USDC')
    fill('Kind', 'funding')
    fill('First day, UTC', '2025-01-01')
    fill('Last day, UTC', '2025-01-02')
    expect(dialog().getByText(/^About 6 rows in 1 job/)).toBeTruthy()
    fill('Venue', 'deribit')
    expect(dialog().getByText(/^About 48 rows in 1 job/)).toBeTruthy()
    fireEvent.click(dialog().getByRole('button', { name: 'Download' }))
    await settle()
    expect(called('lab.download.start')).toMatchObject([
      { venue: 'deribit', instrumentId: 'BTC/USDC:USDC', kind: 'funding', timeframe: null },
    ])
  })

  test('says of a series that came in files from elsewhere that nothing can be asked for', async () => {
    await open()
    act(() =>
      openDialog({ kind: 'download', series: { venue: 'kraken', instrumentId: 'BTC/USD:USD', kind: 'candles', timeframe: '1m', toMs: 0 } }),
    )
    await settle()
    expect(dialog().getByLabelText<HTMLSelectElement>('Venue').value).toBe('kraken')
    expect(dialog().getByText('Data of kraken comes in files only')).toBeTruthy()
    fireEvent.click(dialog().getByRole('button', { name: 'Download' }))
    await settle()
    expect(called('lab.download.start')).toEqual([])
  })

  test('moves a day with the arrows', async () => {
    await open()
    press('Download…')
    await settle()
    fill('First day, UTC', '2025-03-01')
    const field = dialog().getByLabelText<HTMLInputElement>('First day, UTC')
    fireEvent.keyDown(field, { key: 'ArrowDown' })
    expect(field.value).toBe('2025-02-28')
    fireEvent.keyDown(field, { key: 'PageUp' })
    expect(field.value).toBe('2025-03-30')
  })
})

describe('when there is nothing to show', () => {
  test('offers to import and to download', async () => {
    lab.passports = []
    await open()
    expect(screen.getByText('No market data yet')).toBeTruthy()
    fireEvent.click(screen.getAllByRole('button', { name: 'Import…' }).at(-1) ?? document.body)
    await settle()
    expect(screen.getByRole('dialog', { name: 'Import market data' })).toBeTruthy()
  })

  test('says why, and asks again', async () => {
    bridge.fail('lab.series.list', { code: 'engine_down', message: 'the lab is starting' })
    await open()
    expect(screen.getByRole('alert').textContent).toContain('Market data cannot be shown. The engine is not reachable: the lab is starting')
    bridge.fail('lab.series.list', null)
    press('Try again')
    await settle()
    expect(rows().length).toBeGreaterThan(10)
  })

  test('keeps an old list, says that it is old, and offers nothing that needs the program', async () => {
    await open()
    act(() => bridge.setConnected(false))
    expect(screen.getByRole<HTMLButtonElement>('button', { name: /^Import…/ }).disabled).toBe(true)
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Delete…' }).disabled).toBe(true)
    bridge.fail('lab.series.list', { code: 'timeout', message: 'no answer within 20 s' })
    act(() => bridge.setConnected(true))
    await settle()
    expect(screen.getByRole('alert').textContent).toContain('The list may be old: no answer in time')
    expect(rows().length).toBeGreaterThan(10)
  })

  test('reads the list again when a download has ended', async () => {
    await open()
    bridge.calls.length = 0
    await bridge.invoke('lab.download.start', {
      venue: 'binanceusdm',
      instrumentId: 'NEW/USDT:USDT',
      kind: 'candles',
      timeframe: '1m',
      fromMs: 0,
      toMs: 60_000_000,
    })
    act(() => lab.advance(0.5))
    await settle()
    expect(called('lab.series.list')).toHaveLength(0)
    act(() => lab.advance(1))
    await settle()
    expect(called('lab.series.list')).toHaveLength(1)
    expect(screen.getByRole('table', { name: 'Series' }).getAttribute('aria-rowcount')).toBe('42')
  })
})
