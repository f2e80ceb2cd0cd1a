// @vitest-environment jsdom
// Proves that files go up in pieces and in order, can be canceled, are looked at before anything is stored, and start only when it is clear
// what they are; and that the columns of a CSV file are named by the person.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { guessRoles, guessTimeUnit, timeOf } from '../../src-renderer/features/data/column-roles.ts'
import { DataPage } from '../../src-renderer/features/data/data-page.tsx'
import { unifiedInstrument } from '../../src-renderer/features/data/import-target.ts'
import { toBase64, uploadFile } from '../../src-renderer/features/data/upload.ts'
import { startLabJobs } from '../../src-renderer/stores/lab-jobs.ts'
import { openDialog, uiStore } from '../../src-renderer/stores/ui-store.ts'
import type { Input } from '../../src-shared/bridge/contract.ts'
import { UPLOAD_CHUNK_BYTES } from '../../src-shared/bridge/lab-contract.ts'
import { FakeBridge } from '../support/fake-bridge.ts'
import { FakeLab } from '../support/fake-lab.ts'
import { giveElementsASize, settle, showPage } from '../support/screen.tsx'

giveElementsASize()
let bridge: FakeBridge
let lab: FakeLab
let leave = () => {}
let stopJobs = () => {}
const called = <C extends 'lab.upload.chunk' | 'lab.import.start' | 'lab.upload.begin' | 'lab.upload.cancel'>(command: C): Input<C>[] =>
  bridge.calls.filter((call) => call.command === command).map((call) => call.input as Input<C>)

beforeEach(() => {
  uiStore.setState({ dialog: null })
  bridge = new FakeBridge({ minutes: 3000, ahead: 500 })
  lab = new FakeLab(bridge, { series: 10 })
  stopJobs = startLabJobs(bridge)
})
afterEach(() => {
  leave()
  stopJobs()
  cleanup()
})

const file = (name: string, content: string | Uint8Array<ArrayBuffer>): File => new File([content], name)
/** Bytes that say where they stood. */
const bytes = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 8)) % 256)
const CSV = 'Date,o,h,l,c,Volume BTC,junk\n2025-01-01 00:00:00,1,2,0.5,1.5,10,x\n2025-01-01 00:05:00,1.5,2,0.5,1.5,10,x\n'

/** Reading a file takes turns of the event loop, not microtasks only. */
async function uploaded(): Promise<void> {
  for (let turn = 0; turn < 60; turn++) await act(async () => await new Promise((resolve) => setTimeout(resolve, 1)))
}
async function openWith(files: readonly File[]) {
  leave = (await showPage(bridge, <DataPage />)).leave
  act(() => openDialog({ kind: 'import', files }))
  await uploaded()
}
const dialog = () => within(screen.getByRole('dialog', { name: 'Import market data' }))
const start = () => dialog().getByRole<HTMLButtonElement>('button', { name: /^Import( \d+ files)?$/ })
const list = () => within(dialog().getByRole('list', { name: 'Files' }))
const choose = (name: string, value: string) => fireEvent.change(dialog().getByLabelText(name), { target: { value } })

describe('an upload', () => {
  const send = (content: Uint8Array<ArrayBuffer>, signal = new AbortController().signal, onSent: (sent: number) => void = () => {}) =>
    uploadFile(bridge, { file: file('BTCUSDT-1m-2025-01.zip', content), signal, onSent })

  test('goes in pieces of the agreed size, in order, and arrives as it was', async () => {
    const content = bytes(2 * UPLOAD_CHUNK_BYTES + 1000)
    const sent: number[] = []
    const result = await send(content, undefined, (count) => sent.push(count))
    expect(result).toMatchObject({ ok: true, preview: { format: 'binance-klines', bytes: content.length } })
    expect(called('lab.upload.begin')).toEqual([{ fileName: 'BTCUSDT-1m-2025-01.zip', bytes: content.length }])
    expect(called('lab.upload.chunk').map(({ offset }) => offset)).toEqual([0, UPLOAD_CHUNK_BYTES, 2 * UPLOAD_CHUNK_BYTES])
    expect(sent).toEqual([UPLOAD_CHUNK_BYTES, 2 * UPLOAD_CHUNK_BYTES, content.length])
    const arrived = [...lab.uploads.values()][0]?.parts.join('') ?? ''
    expect(Uint8Array.from(arrived, (letter) => letter.charCodeAt(0))).toEqual(content)
  })

  test('ends with the piece on its way when it is canceled', async () => {
    const abort = new AbortController()
    const result = await send(bytes(5 * UPLOAD_CHUNK_BYTES), abort.signal, () => abort.abort())
    expect(result).toBeNull()
    expect(called('lab.upload.chunk')).toHaveLength(1)
    expect(bridge.calls.some(({ command }) => command === 'lab.upload.preview')).toBe(false)
    expect(called('lab.upload.cancel')).toEqual([{ uploadId: 'U1' }])
  })

  test('that is canceled while it is looked at is given up too', async () => {
    const abort = new AbortController()
    const preview = bridge.answerTo('lab.upload.preview')
    bridge.answer('lab.upload.preview', (input) => {
      abort.abort()
      return preview(input)
    })
    expect(await send(bytes(10), abort.signal)).toBeNull()
    await settle()
    expect(lab.uploads.size).toBe(0)
  })

  test('ends with the first failure', async () => {
    bridge.answer('lab.upload.chunk', ({ offset }) => (offset === 0 ? {} : { code: 'refused', message: 'the disk is full' }))
    expect(await send(bytes(3 * UPLOAD_CHUNK_BYTES))).toEqual({ ok: false, error: { code: 'refused', message: 'the disk is full' } })
    expect(called('lab.upload.chunk')).toHaveLength(2)
    expect(called('lab.upload.cancel')).toEqual([{ uploadId: 'U1' }])
  })

  test('does not begin for an empty file', async () => {
    expect(await send(bytes(0))).toMatchObject({ ok: false, error: { message: 'BTCUSDT-1m-2025-01.zip is empty' } })
    expect(bridge.calls).toEqual([])
  })

  test('writes base64 for any bytes', () => {
    const content = bytes(100_000)
    expect(toBase64(content)).toBe(Buffer.from(content).toString('base64'))
  })
})

describe('a file that is known', () => {
  test('is ready with everything filled in, and is started as it is', async () => {
    await openWith([file('BTCUSDT-1m-2025-01.zip', bytes(1000))])
    expect(dialog().getByLabelText<HTMLSelectElement>('Format').value).toBe('binance-klines')
    expect(dialog().getByLabelText<HTMLInputElement>('Instrument').value).toBe('BTC/USDT:USDT')
    expect(dialog().getByText(/^Adds to a series of [\d,]+ rows/)).toBeTruthy()
    fireEvent.click(start())
    await settle()
    expect(called('lab.import.start')).toEqual([
      {
        uploadId: 'U1',
        format: 'binance-klines',
        venue: 'binanceusdm',
        instrumentId: 'BTC/USDT:USDT',
        kind: 'candles',
        timeframe: '1m',
        columns: null,
      },
    ])
    expect(screen.queryByRole('dialog', { name: 'Import market data' })).toBeNull()
    expect(lab.jobs[0]).toMatchObject({ kind: 'import', state: 'queued' })
  })

  test('of funding has no timeframe', async () => {
    await openWith([file('ETHUSDT-fundingRate-2025-01.zip', bytes(10))])
    expect(dialog().queryByLabelText('Timeframe')).toBeNull()
    fireEvent.click(start())
    await settle()
    expect(called('lab.import.start')).toMatchObject([
      { format: 'binance-funding', kind: 'funding', timeframe: null, instrumentId: 'ETH/USDT:USDT' },
    ])
  })

  test('may be corrected: the venue of all files, the instrument of one', async () => {
    await openWith([file('BTCUSDT-1m-2025-01.zip', bytes(10)), file('ETHUSDT-1m-2025-01.zip', bytes(10))])
    choose('Venue', 'okx swap')
    expect(start().disabled).toBe(true)
    choose('Venue', 'okx')
    choose('Instrument', 'wbtcusdt')
    fireEvent.click(dialog().getByRole('button', { name: 'Import 2 files' }))
    await settle()
    expect(called('lab.import.start').map(({ venue, instrumentId }) => [venue, instrumentId])).toEqual([
      ['okx', 'WBTC/USDT:USDT'],
      ['okx', 'ETH/USDT:USDT'],
    ])
  })
})

describe('many files', () => {
  test('one that is broken says so, can be tried again, and keeps no other from being imported', async () => {
    await openWith([file('BTCUSDT-1m-2025-01.zip', bytes(10)), file('broken.zip', bytes(10)), file('BTCUSDT-1m-2025-02.zip', bytes(10))])
    expect(
      list()
        .getAllByRole('listitem')
        .map((item) => item.textContent),
    ).toEqual([
      expect.stringContaining('ready'),
      expect.stringContaining('broken.zip is no zip archive: its end is missing'),
      expect.stringContaining('ready'),
    ])
    fireEvent.click(list().getByRole('button', { name: 'Try again: broken.zip' }))
    await uploaded()
    expect(called('lab.upload.begin')).toHaveLength(4)
    fireEvent.click(dialog().getByRole('button', { name: 'Import 2 files' }))
    await settle()
    expect(called('lab.import.start')).toHaveLength(2)
    expect(dialog().getAllByText('queued')).toHaveLength(2)
    act(() => lab.advance(1))
    expect(dialog().getAllByText('imported')).toHaveLength(2)
  })

  test('of a whole archive go in turns, so that neither uploads nor jobs of the lab run over', async () => {
    const months = Array.from(
      { length: 30 },
      (_, at) => `BTCUSDT-1m-${2020 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}.zip`,
    )
    await openWith(months.map((name) => file(name, bytes(10))))
    expect(lab.uploads.size).toBe(4)
    fireEvent.click(dialog().getByRole('button', { name: 'Import 30 files' }))
    await uploaded()
    let most = 0
    for (let turn = 0; turn < 12 && called('lab.import.start').length < 30; turn++) {
      most = Math.max(most, lab.jobs.filter(({ state }) => state === 'queued').length)
      act(() => lab.advance(1))
      await uploaded()
    }
    expect(called('lab.import.start').map(({ uploadId }) => uploadId)).toHaveLength(30)
    expect(lab.jobs.map(({ title }) => title).toReversed()).toEqual(months.map((name) => `Import: ${name}`))
    expect(most).toBe(4)
    expect(screen.queryByRole('dialog', { name: 'Import market data' })).toBeNull()
  })

  test('one that is being answered for is not imported before it is said again', async () => {
    await openWith([file('mine.csv', CSV), file('BTCUSDT-1m-2025-01.zip', bytes(10))])
    choose('Timeframe', '5m')
    fireEvent.click(start())
    choose('Instrument', 'BTCUSDT')
    await uploaded()
    expect(called('lab.import.start').map(({ format }) => format)).toEqual(['binance-klines'])
    fireEvent.click(start())
    await uploaded()
    expect(called('lab.import.start').map(({ format }) => format)).toEqual(['binance-klines', 'generic-csv'])
  })

  test('are canceled one by one, and the next one goes on', async () => {
    let release = () => {}
    bridge.answer('lab.upload.begin', async ({ fileName }) => {
      if (fileName === 'slow.csv') await new Promise<void>((resolve) => (release = resolve))
      return { uploadId: `U-${fileName}` }
    })
    bridge.answer('lab.upload.chunk', () => ({}))
    bridge.answer('lab.upload.preview', ({ uploadId }) => ({
      uploadId,
      fileName: 'next.feather',
      bytes: 10,
      format: 'freqtrade-feather',
      kind: 'candles',
      instrumentId: 'BTC/USDT:USDT',
      timeframe: '5m',
      columns: [],
      sample: [],
    }))
    await openWith([file('slow.csv', CSV), file('next.feather', bytes(10))])
    expect(list().getByRole('progressbar', { name: 'Upload of slow.csv' })).toBeTruthy()
    fireEvent.click(list().getByRole('button', { name: 'Cancel slow.csv' }))
    await uploaded()
    release()
    await uploaded()
    expect(list().getAllByRole('listitem')).toHaveLength(1)
    expect(list().getByText('ready')).toBeTruthy()
    expect(called('lab.upload.chunk').map(({ uploadId }) => uploadId)).toEqual(['U-next.feather'])
    expect(called('lab.upload.cancel')).toEqual([{ uploadId: 'U-slow.csv' }])
  })

  test('leave nothing at the lab when they are removed, or the dialog is closed before they are imported', async () => {
    await openWith([file('BTCUSDT-1m-2025-01.zip', bytes(10)), file('BTCUSDT-1m-2025-02.zip', bytes(10)), file('mine.csv', CSV)])
    expect([...lab.uploads.values()].map(({ fileName }) => fileName)).toHaveLength(3)
    fireEvent.click(list().getByRole('button', { name: 'Remove BTCUSDT-1m-2025-01.zip' }))
    await settle()
    expect([...lab.uploads.values()].map(({ fileName }) => fileName)).toEqual(['BTCUSDT-1m-2025-02.zip', 'mine.csv'])
    fireEvent.click(dialog().getByRole('button', { name: 'Cancel' }))
    await settle()
    expect(lab.uploads.size).toBe(0)
    expect(called('lab.import.start')).toEqual([])
  })

  test('are no longer sent once the dialog is closed', async () => {
    let release = () => {}
    bridge.answer('lab.upload.begin', async () => {
      await new Promise<void>((resolve) => (release = resolve))
      return { uploadId: 'U1' }
    })
    await openWith([file('mine.csv', CSV)])
    act(() => openDialog(null))
    release()
    await uploaded()
    expect(called('lab.upload.chunk')).toEqual([])
  })

  test('take over what was said of one of them', async () => {
    await openWith([file('a.csv', CSV), file('b.csv', CSV)])
    choose('Instrument', 'BTCUSDT')
    choose('Timeframe', '5m')
    fireEvent.click(dialog().getByRole('button', { name: 'Use for all files' }))
    fireEvent.click(dialog().getByRole('button', { name: 'Import 2 files' }))
    await settle()
    expect(called('lab.import.start')).toHaveLength(2)
  })

  test('what the lab refuses to import stays with its reason', async () => {
    bridge.fail('lab.import.start', { code: 'refused', message: 'another import writes to this series' })
    await openWith([file('BTCUSDT-1m-2025-01.zip', bytes(10))])
    fireEvent.click(start())
    await settle()
    expect(dialog().getAllByText('another import writes to this series').length).toBeGreaterThan(0)
    bridge.fail('lab.import.start', null)
    fireEvent.click(start())
    await settle()
    expect(screen.queryByRole('dialog', { name: 'Import market data' })).toBeNull()
  })
})

describe('a CSV file of one’s own', () => {
  test('has its columns guessed, and asks for what nobody can know', async () => {
    await openWith([file('mine.csv', CSV)])
    const columns = within(dialog().getByRole('table', { name: 'Columns and first rows' })).getAllByRole<HTMLSelectElement>('combobox')
    expect(columns.map((select) => select.value)).toEqual(['time', 'open', 'high', 'low', 'close', 'volume', ''])
    expect(dialog().getByText('The first row is of 2025-01-01 00:00:00 UTC')).toBeTruthy()
    expect(start().disabled).toBe(true)
    expect(dialog().getByText('Name the instrument, such as BTC/USDT:USDT')).toBeTruthy()
    choose('Instrument', 'BTCUSDT')
    choose('Timeframe', '5m')
    fireEvent.click(start())
    await settle()
    expect(called('lab.import.start')).toEqual([
      {
        uploadId: 'U1',
        format: 'generic-csv',
        venue: 'binanceusdm',
        instrumentId: 'BTC/USDT:USDT',
        kind: 'candles',
        timeframe: '5m',
        columns: { time: 'Date', timeUnit: 'iso', open: 'o', high: 'h', low: 'l', close: 'c', volume: 'Volume BTC' },
      },
    ])
  })

  test('a role moves to the column it is given to; what is missing is named', async () => {
    await openWith([file('mine.csv', CSV)])
    choose('Instrument', 'BTCUSDT')
    choose('Timeframe', '5m')
    choose('Column junk is', 'volume')
    expect(dialog().getByLabelText<HTMLSelectElement>('Column Volume BTC is').value).toBe('')
    choose('Column junk is', '')
    expect(dialog().getByText('No column is named as volume')).toBeTruthy()
    expect(start().disabled).toBe(true)
    choose('Column Volume BTC is', 'volume')
    choose('Times are', 's')
    expect(dialog().getByText('"2025-01-01 00:00:00" is no time in this unit')).toBeTruthy()
    expect(start().disabled).toBe(true)
  })

  test('may hold trades: then other columns are asked for', async () => {
    await openWith([file('mine.csv', 'ts,price,qty\n1735689600,93576,0.1\n')])
    choose('Kind', 'trades')
    choose('Instrument', 'BTCUSDT')
    fireEvent.click(start())
    await settle()
    expect(called('lab.import.start')).toMatchObject([
      { kind: 'trades', timeframe: null, columns: { time: 'ts', timeUnit: 's', price: 'price', quantity: 'qty' } },
    ])
  })
})

describe('guesses', () => {
  test.each([
    [
      ['open_time', 'Open', 'HIGH', 'low', 'close', 'volume'],
      ['time', 'open', 'high', 'low', 'close', 'volume'],
    ],
    [
      ['0', '1', '2', '3', '4', '5', '6'],
      ['time', 'open', 'high', 'low', 'close', 'volume', null],
    ],
    [
      ['close', 'close', 'x'],
      ['close', null, null],
    ],
  ])('%j are %j', (columns, roles) => expect(guessRoles(columns, 'candles')).toEqual(roles))

  test.each([
    ['1735689600', 's'],
    ['1735689600000', 'ms'],
    ['1735689600000000', 'us'],
    ['2025-01-01T00:00:00Z', 'iso'],
    ['', 'ms'],
  ])('"%s" is in %s', (text, unit) => expect(guessTimeUnit([text])).toBe(unit))

  test.each([
    ['1735689600', 's', 1_735_689_600_000],
    ['1735689600', 'ms', null],
    ['1735689600000000', 'us', 1_735_689_600_000],
    ['2025-01-01 00:00:00', 'iso', 1_735_689_600_000],
    ['2025-01-01', 'iso', 1_735_689_600_000],
    ['2025-01-01T02:00:00+02:00', 'iso', 1_735_689_600_000],
    ['yesterday', 'iso', null],
  ] as const)('"%s" in %s is %s', (text, unit, ms) => expect(timeOf(text, unit)).toBe(ms))

  test.each([
    ['BTCUSDT', 'BTC/USDT:USDT'],
    [' btc/usdt:usdt ', 'BTC/USDT:USDT'],
    ['BTC', null],
    ['', null],
  ])('"%s" is the instrument %s', (text, id) => expect(unifiedInstrument(text)).toBe(id))
})

test('files dropped anywhere on the page are taken', async () => {
  leave = (await showPage(bridge, <DataPage />)).leave
  const page = screen.getByRole('heading', { name: 'Market data' }).parentElement ?? document.body
  const dataTransfer = { types: ['Files'], files: [file('BTCUSDT-1m-2025-01.zip', bytes(10))] }
  fireEvent.dragEnter(page, { dataTransfer })
  expect(screen.getByText('Drop to import')).toBeTruthy()
  fireEvent.drop(page, { dataTransfer })
  await uploaded()
  expect(screen.queryByText('Drop to import')).toBeNull()
  expect(list().getByText('ready')).toBeTruthy()
})
