// Proves the market data of the lab with the real program: what comes with it is there, files come in with their passport and go again, and a
// broken file says so in one line and changes nothing.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFindings, goTo, POLL, type DeskDriver } from '../support/desk-driver.ts'
import { grid, gridRows, jobRows, openLab } from '../support/lab-driver.ts'
import { klinesText } from '../support/market-files.ts'
import { minutes, wavyCandle } from '../support/market-store.ts'
import { zipFile } from '../support/zip-file.ts'

const FIVE_MS = 300_000
/** A day of minutes without the hour after noon. */
const DAY = minutes(0, 1440, (row) => row < 720 || row >= 780)
const KLINES = klinesText(DAY)
const ZIP = zipFile([{ name: 'SOLUSDT-1m-2024-01-01.csv', data: Buffer.from(KLINES) }])
const OWN_CSV = [
  'What,When,Traded,First,Most,Least,Last',
  ...Array.from({ length: 288 }, (_, row) => wavyCandle(1_704_067_200_000 + row * FIVE_MS)).map(
    ({ openTimeMs, open, high, low, close, volume }) =>
      `x,${new Date(openTimeMs).toISOString().slice(0, 19).replace('T', ' ')},${volume},${open},${high},${low},${close}`,
  ),
  '',
].join('\n')

let desk: DeskDriver
let page: Page
beforeAll(async () => {
  desk = await openLab()
  page = desk.page
  await goTo(page, 'Data')
  await grid(page, 'Series').waitFor()
})
afterAll(() => desk.close())

const stored = async () => (await desk.client.read('lab.series.list', {})).map(({ id, contentHash }) => `${id} ${contentHash}`).toSorted()
const dialog = () => page.getByRole('dialog', { name: 'Import market data' })
const rowOf = (text: RegExp) => grid(page, 'Series').getByRole('row', { name: text })
const passport = () => page.getByRole('region', { name: 'Passport' })
const fact = (name: string) => passport().locator('dl > div').filter({ hasText: name }).locator('dd')

async function offer(name: string, content: Buffer | string): Promise<void> {
  await page.getByRole('button', { name: 'Import…' }).click()
  await page.setInputFiles('input[type=file]', [{ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) }])
}
async function deleteSeries(row: RegExp, symbol: string): Promise<void> {
  await rowOf(row).click()
  await passport().getByRole('button', { name: 'Delete…' }).click()
  const question = page.getByRole('alertdialog')
  const confirm = question.getByRole('button', { name: 'Delete', exact: true })
  await question.getByRole('textbox').fill(symbol.slice(0, -1))
  expect(await confirm.isDisabled()).toBe(true)
  await question.getByRole('textbox').fill(symbol)
  await confirm.click()
  await question.waitFor({ state: 'detached' })
  await expect.poll(() => rowOf(row).count(), POLL).toBe(0)
}

describe('the market data', () => {
  it('that comes with the program is there at the first start, with its coverage and gaps drawn', async () => {
    const series = await desk.client.read('lab.series.list', {})
    expect(
      series.map(({ instrumentId, kind, timeframe }) => `${instrumentId.slice(0, 3)} ${kind} ${timeframe ?? ''}`.trim()).toSorted(),
    ).toEqual([
      'BTC candles 1h',
      'BTC candles 1m',
      'BTC candles 5m',
      'BTC funding',
      'ETH candles 1h',
      'ETH candles 1m',
      'ETH candles 5m',
      'ETH funding',
    ])
    await expect.poll(() => gridRows(page, 'Series').count(), POLL).toBe(series.length)
    // One path for what is there, one for the holes of the longer series.
    expect(await grid(page, 'Series').locator('svg:has(path[d^="M"])').count()).toBe(series.length)
    expect(
      await rowOf(/BTC\/USDT.*1h/)
        .locator('svg path')
        .count(),
    ).toBe(2)
    const hourly = rowOf(/BTC\/USDT.*1h/)
    expect(await hourly.innerText()).toContain('5,832')
    await hourly.click()
    expect(await passport().innerText()).toMatch(/rows? (is|are) missing|missing/i)
    expect(await axeFindings(page)).toEqual([])
  })

  it('comes in from an archive of the exchange, with what is missing named, and goes when its symbol is typed', async () => {
    const before = await stored()
    await offer('SOLUSDT-1m-2024-01-01.zip', ZIP)
    await dialog().getByText('ready', { exact: true }).waitFor()
    await dialog().getByRole('button', { name: 'Import', exact: true }).click()
    await rowOf(/SOL\/USDT/).click()
    expect(await jobRows(page, 'Imports and downloads').first().innerText()).toContain('done')
    await expect.poll(() => fact('Rows').first().innerText(), POLL).toBe('1,380')
    expect(await fact('Missing rows').innerText()).toContain('60')
    expect(await passport().getByText('2024-01-01 12:00').count()).toBeGreaterThan(0)
    expect(await passport().getByText('SOLUSDT-1m-2024-01-01.zip').count()).toBe(1)
    await deleteSeries(/SOL\/USDT/, 'SOL/USDT')
    expect(await stored()).toEqual(before)
  })

  it('comes in from any CSV whose columns are named by hand', async () => {
    await offer('mine.csv', OWN_CSV)
    await dialog().getByText('needs an answer').waitFor()
    await dialog()
      .getByRole('textbox', { name: 'Instrument' })
      .or(dialog().getByRole('combobox', { name: 'Instrument' }))
      .fill('ADA/USDT:USDT')
    await dialog().getByRole('combobox', { name: 'Timeframe' }).selectOption('5m')
    const roles = { When: 'time', Traded: 'volume', First: 'open', Most: 'high', Least: 'low', Last: 'close' }
    for (const [column, role] of Object.entries(roles))
      await dialog()
        .getByRole('combobox', { name: `Column ${column} is` })
        .selectOption(role)
    await dialog().getByRole('combobox', { name: 'Times are' }).selectOption('iso')
    await dialog().getByText('The first row is of 2024-01-01 00:00:00 UTC').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await dialog().getByRole('button', { name: 'Import', exact: true }).click()
    await rowOf(/ADA\/USDT/).click()
    await expect.poll(() => fact('Rows').first().innerText(), POLL).toBe('288')
    const { openTimeMs, open, close } = await desk.client.read('lab.series.candles', {
      venue: 'binanceusdm',
      instrumentId: 'ADA/USDT:USDT',
      timeframe: '5m',
      beforeMs: null,
      limit: 1,
    })
    const last = wavyCandle(openTimeMs[0] ?? 0)
    expect([open[0], close[0]]).toEqual([last.open, last.close])
    await deleteSeries(/ADA\/USDT/, 'ADA/USDT')
  })

  it.each([
    ['a zip that was cut short', 'SOLUSDT-1m-2024-01-01.zip', ZIP.subarray(0, ZIP.length - 200)],
    ['a zip that is none', 'SOLUSDT-1m-2024-01-02.zip', Buffer.from('PK\u0003\u0004 but nothing else')],
    ['rows of another kind', 'SOLUSDT-1m-2024-01-03.csv', 'one,two\n1,2\n3,4\n'],
    ['rows that are cut off', 'SOLUSDT-1m-2024-01-04.csv', `${KLINES.slice(0, 5_000)}\n17040,1\n`],
  ])('is as it was after %s, which says why in one line', async (_name, fileName, content) => {
    const before = await stored()
    await offer(fileName, content)
    const files = dialog().getByRole('list', { name: 'Files' })
    await files
      .getByText(/ready|needs an answer/)
      .or(files.getByRole('alert'))
      .first()
      .waitFor()
    if ((await files.getByText(/ready/).count()) > 0) {
      await dialog().getByRole('button', { name: 'Import', exact: true }).click()
      const job = jobRows(page, 'Imports and downloads').filter({ hasText: fileName }).first()
      await job.getByText(/^failed: /).waitFor()
      expect(await job.getByText(/^failed: /).innerText()).toContain(fileName)
    } else {
      const said = (await files.getByRole('alert').count()) > 0 ? await files.getByRole('alert').innerText() : await dialog().innerText()
      expect(said).toMatch(new RegExp(`${fileName}|No column is named as`))
      await page.keyboard.press('Escape')
    }
    await dialog().waitFor({ state: 'detached' })
    expect(await stored()).toEqual(before)
  })

  it('reported no problem to the console', () => expect(desk.opened.problems).toEqual([]))
})
