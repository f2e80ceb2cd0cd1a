// Proves that what a person or a machine can hand to the program in a bad state is told in one clear line, on screen or in the terminal, and that
// nothing is lost by it: broken settings, a broken recording, a folder that cannot be written, a full disk, a damaged journal.
import {
  closeSync,
  cpSync,
  openSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connectBridge } from '../support/bridge-client.ts'
import { launchApp, openPage, runLauncher, type LaunchSetup } from '../support/browser.ts'
import { FAST, POLL, hasPosition, openDesk, playUntil, until, type DeskDriver } from '../support/desk-driver.ts'
import { CAN_MOUNT, mountMemoryDisk } from '../support/memory-disk.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const root = path.resolve(import.meta.dirname, '../..')
const EXIT_USER_ERROR = 2

async function desk(setup: LaunchSetup): Promise<DeskDriver> {
  const driver = await openDesk(setup)
  onTestFinished(() => driver.close())
  return driver
}
async function notified(driver: DeskDriver, text: RegExp): Promise<void> {
  await driver.page.getByRole('button', { name: /^Notifications/ }).click()
  await driver.page.getByRole('list', { name: 'Notifications, newest first' }).getByText(text).first().waitFor()
  await driver.page.keyboard.press('Escape')
}
const alerts = async (driver: DeskDriver) => (await driver.snapshot()).alerts.map(({ message }) => message).join('\n')

describe('settings.json', () => {
  it.each([
    ['no JSON', '{"strategies":["trend-adaptive"', /settings \S+ is not valid JSON: .*line 1/],
    ['a misspelt name', '{"leverag":3}', /leverag is not a setting; check the spelling/],
    ['a value out of range', '{"risk":{"riskPerTrade":0.5}}', /risk\.riskPerTrade is 0\.5, expected at most 0\.05/],
    [
      'a strategy that does not exist',
      '{"strategies":["moon"]}',
      /strategies\.0 is "moon", expected one of trend-adaptive, trend-enhanced/,
    ],
    ['an account without money', '{"initialBalance":"0"}', /initialBalance is "0", expected a plain decimal above 0/],
  ])('with %s is refused in one line, and stays as it is', async (_name, text, sentence) => {
    const dataDir = temporaryDir()
    writeFileSync(path.join(dataDir, 'settings.json'), text)
    const ended = await runLauncher(['--shell=browser', '--port=0', `--data-dir=${dataDir}`])
    expect(ended).toMatchObject({ code: EXIT_USER_ERROR, stderr: [expect.stringMatching(sentence)] })
    expect(readFileSync(path.join(dataDir, 'settings.json'), 'utf8')).toBe(text)
    expect(readdirSync(dataDir)).toEqual(['settings.json'])
  })
})

describe('a recorded market', () => {
  /** The built program beside a copy of its market, which may be broken. */
  function copiedProgram(): { program: string; market: string } {
    const dir = temporaryDir()
    for (const name of ['dist', 'assets', 'package.json']) cpSync(path.join(root, name), path.join(dir, name), { recursive: true })
    symlinkSync(path.join(root, 'node_modules'), path.join(dir, 'node_modules'))
    return { program: path.join(dir, 'dist/main/browser.mjs'), market: path.join(dir, 'assets/market') }
  }

  it('that is damaged is named on screen and in the terminal; once it is whole again the engine starts by a click', async () => {
    const { program, market } = copiedProgram()
    const candles = path.join(market, 'BTCUSDT-1m.csv.gz')
    const whole = readFileSync(candles)
    truncateSync(candles, 5_000)
    const app = await launchApp({ program })
    onTestFinished(async () => void (await app.kill()))
    const { page, close } = await openPage(app.url)
    onTestFinished(close)
    const banner = page.getByTestId('banner')
    await expect
      .poll(() => banner.innerText(), POLL)
      .toMatch(/The engine has stopped and was not started again: recorded market file \S+BTCUSDT-1m\.csv\.gz is damaged/)
    expect(app.stderr).toEqual([expect.stringMatching(/^tradewright: the engine has stopped .*BTCUSDT-1m\.csv\.gz is damaged/)])
    writeFileSync(candles, whole)
    await banner.getByRole('button', { name: 'Restart engine' }).click()
    await expect.poll(() => page.locator('section[aria-label="Chart"] canvas').count(), POLL).toBeGreaterThan(0)
    await expect.poll(() => banner.count(), POLL).toBe(0)
  })

  it.each([
    [
      'without its list of files',
      (market: string) => writeFileSync(path.join(market, 'manifest.json'), '{"a":'),
      /manifest\.json: is not JSON/,
    ],
    [
      'with a file that was edited',
      (market: string) => writeFileSync(path.join(market, 'ETHUSDT-funding.csv'), 'x\n'),
      /ETHUSDT-funding\.csv is damaged/,
    ],
  ])('%s is named', async (_name, damage, sentence) => {
    const { program, market } = copiedProgram()
    damage(market)
    const app = await launchApp({ program })
    onTestFinished(async () => void (await app.kill()))
    const client = await connectBridge(app)
    await expect.poll(async () => (await client.read('system.status', {})).host.state, POLL).toBe('failed')
    expect((await client.read('system.status', {})).host.lastError).toMatch(sentence)
    client.close()
  })
})

describe.skipIf(!CAN_MOUNT)('a disk', () => {
  it('that is read-only is refused in one line', async () => {
    const disk = mountMemoryDisk('ro')
    onTestFinished(() => disk.unmount())
    const ended = await runLauncher(['--shell=browser', '--port=0', `--data-dir=${disk.dir}`])
    expect(ended).toMatchObject({
      code: EXIT_USER_ERROR,
      stderr: [expect.stringMatching(/read-only file system.*expected a folder this user can read and write/)],
    })
  })

  it('that fills up forbids entries and says so; with room again everything is written and trading goes on', async () => {
    const disk = mountMemoryDisk('size=32m')
    onTestFinished(() => disk.unmount())
    const driver = await desk({ dataDir: disk.dir, args: [FAST] })
    await playUntil(driver, ({ decisions }) => decisions.length > 0)
    disk.fill()
    await driver.client.read('playback.setPlaying', { playing: true })
    await expect.poll(() => alerts(driver), { timeout: 30_000 }).toMatch(/journal\.db: the disk is full; free some space/)
    await notified(driver, /the disk is full; free some space/)
    const refused = (summary: string) => summary.includes('the journal cannot be written')
    await expect
      .poll(async () => (await driver.snapshot()).decisions.some(({ summary }) => refused(summary)), { timeout: 30_000 })
      .toBe(true)
    const { restarts } = (await driver.client.read('system.status', {})).host
    expect(restarts).toBe(0)
    disk.empty()
    await expect.poll(() => alerts(driver), POLL).toContain('the journal can be written again')
    const { decisions } = await driver.snapshot()
    const executed = decisions.filter(({ outcome }) => outcome === 'executed').length
    await playUntil(driver, (now) => now.decisions.filter(({ outcome }) => outcome === 'executed').length > executed)
    expect(await driver.client.read('journal.verify', {})).toMatchObject({ ok: true })
    // Decisions of the time without a journal are in it now.
    const refusedId = decisions.find(({ summary }) => refused(summary))?.id ?? ''
    expect((await driver.client.read('decision.detail', { id: refusedId })).trace.outcome).toBe('blocked')
  })
})

describe('a journal', () => {
  async function tradedDataDir(): Promise<string> {
    const driver = await openDesk({ args: [FAST] })
    await playUntil(driver, hasPosition)
    expect(await driver.app.stop()).toEqual({ code: 0, signal: null })
    await driver.close()
    const { dataDir } = driver.app
    // An orderly stop leaves one whole file.
    expect(statSync(path.join(dataDir, 'journal.db-wal'), { throwIfNoEntry: false })?.size ?? 0).toBe(0)
    return dataDir
  }

  it('that is damaged is set aside whole, a new one is started, and the screen says where the old one is', async () => {
    const dataDir = await tradedDataDir()
    const file = path.join(dataDir, 'journal.db')
    const handle = openSync(file, 'r+')
    writeSync(handle, Buffer.alloc(8192, 0x5a), 0, 8192, 4096)
    closeSync(handle)
    const damaged = readFileSync(file)
    const driver = await desk({ dataDir, args: [FAST] })
    await notified(driver, /The journal was damaged .* It was set aside as \S+journal\.db\.damaged-\S+ and a new one was started/)
    const aside = readdirSync(dataDir).filter((name) => /journal\.db\.damaged-.*Z$/.test(name))
    expect(aside).toHaveLength(1)
    expect(
      readFileSync(path.join(dataDir, aside[0] ?? ''))
        .subarray(0, damaged.length)
        .equals(damaged),
    ).toBe(true)
    // What the venue still holds is known again, and protected or closed.
    await until(async () => (await driver.snapshot()).positions.every(({ stopState }) => stopState === 'working'))
    expect(await driver.client.read('journal.verify', {})).toMatchObject({ ok: true })
  })

  it('in which a record was changed by hand does not pass for the truth: it is set aside, and the record is named', async () => {
    const dataDir = await tradedDataDir()
    const db = new Database(path.join(dataDir, 'journal.db'))
    db.exec('DROP TRIGGER records_are_never_changed')
    const { changes } = db.prepare("UPDATE records SET body = replace(body, '0', '1') WHERE seq = (SELECT max(seq) / 2 FROM records)").run()
    db.close()
    expect(changes).toBe(1)
    const driver = await desk({ dataDir, args: [FAST] })
    await notified(driver, /The journal was damaged \(record \d+ is not as it was written: its hash does not match\)/)
    expect(readdirSync(dataDir).filter((name) => /journal\.db\.damaged-.*Z$/.test(name))).toHaveLength(1)
  })
})
