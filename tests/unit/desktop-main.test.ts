// Proves how the parts of the desktop shell hang together, from start to quit, against a stand-in for electron.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { FakeChild, FakeElectron, FakeWindow } from '../support/electron-mock.ts'
import { deskSnapshot, position } from '../support/desk-views.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const fake = vi.hoisted((): { electron: FakeElectron | null } => ({ electron: null }))
vi.mock('electron', async () => {
  const { makeElectron } = await import('../support/electron-mock.ts')
  fake.electron = makeElectron()
  return { default: fake.electron, ...fake.electron }
})

const dataDir = temporaryDir()
const argv = process.argv
function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('missing')
  return value
}
const electron = (): FakeElectron => present(fake.electron)
const window = (): FakeWindow => present(electron().windows[0])
const engine = (): FakeChild => present(electron().forks.at(-1))
const posted = (): { t: string; command?: string }[] => engine().postMessage.mock.calls.map(([message]) => message)
const trayItem = (label: string) => present(electron().trays[0]?.menu.find((item) => item.label === label))

beforeAll(async () => {
  process.argv = ['/electron', '/app', `--data-dir=${dataDir}`, '--speed=5', '--some-chromium-switch']
  vi.stubGlobal('__dirname', path.resolve('dist/main'))
  const { runDesktopShell } = await import('../../src-main/shells/desktop/main.ts')
  runDesktopShell()
  await vi.waitUntil(() => electron().forks.length === 1)
})
afterAll(() => {
  process.argv = argv
  vi.unstubAllGlobals()
  for (const name of ['SIGINT', 'SIGTERM', 'uncaughtException', 'unhandledRejection']) process.removeAllListeners(name)
})

describe('starting', () => {
  it('takes one profile and one instance per data directory, and a scheme that does not bypass the policy', () => {
    expect(electron().app.setPath).toHaveBeenCalledWith('userData', path.join(dataDir, 'chromium'))
    expect(electron().app.requestSingleInstanceLock).toHaveBeenCalled()
    expect(electron().protocol.registerSchemesAsPrivileged).toHaveBeenCalledWith([
      { scheme: 'app', privileges: expect.not.objectContaining({ bypassCSP: true }) },
    ])
  })

  it('opens one hardened window on app://', () => {
    expect(electron().windows).toHaveLength(1)
    expect(window().loadURL).toHaveBeenCalledWith('app://bundle/')
    expect(window().options).toMatchObject({
      show: false,
      webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false },
    })
    expect(window().webContents.setWindowOpenHandler).toHaveBeenCalled()
  })

  it('runs the engine in a process of its own, with the options of the command line', () => {
    const [entry, args, options] = present(electron().utilityProcess.fork.mock.calls[0]) as unknown as [string, string[], object]
    expect(entry).toMatch(/engine\.cjs$/)
    expect(options).toMatchObject({ serviceName: 'engine' })
    expect(JSON.parse(present(args[0]))).toMatchObject({ dataDir, speed: 5, market: 'recorded', allowFaults: false })
  })

  it('has a menu with the roles of the platform', () => {
    const template = electron().Menu.setApplicationMenu.mock.calls[0]?.[0] as { role?: string }[]
    expect(template.map(({ role }) => role)).toEqual(expect.arrayContaining(['fileMenu', 'editMenu', 'windowMenu', 'help']))
  })
})

describe('running', () => {
  it('answers on exactly two channels, and only to its own page', async () => {
    expect([...electron().handlers.keys()].sort()).toEqual(['bridge:hello', 'bridge:invoke'])
    const invoke = present(electron().handlers.get('bridge:invoke'))
    const foreign = { senderFrame: { url: 'https://evil/', parent: null } }
    const own = { senderFrame: { url: 'app://bundle/', parent: null } }
    expect(await invoke(foreign, 'system.status', {})).toMatchObject({ ok: false, error: { code: 'forbidden' } })
    expect(await invoke(own, 'constructor', {})).toMatchObject({ ok: false, error: { code: 'unknown_command' } })
    expect(await invoke(own, 'position.close', {})).toMatchObject({ ok: false, error: { code: 'bad_input' } })
    expect(await invoke(own, 'system.status', {})).toMatchObject({ ok: true, value: { host: { state: 'starting' } } })
    expect(present(electron().handlers.get('bridge:hello'))(foreign)).toBeNull()
  })

  it('keeps the machine awake and the tray in use while the engine runs, and restarts it after a crash', async () => {
    expect(trayItem('Pause new positions').enabled).toBe(false)
    engine().emit('message', { t: 'ready' })
    expect(electron().powerSaveBlocker.start).toHaveBeenCalledWith('prevent-app-suspension')
    expect(trayItem('Pause new positions').enabled).toBe(true)
    engine().emit('exit', 139)
    expect(electron().powerSaveBlocker.stop).toHaveBeenCalledWith(7)
    expect(electron().trays[0]?.toolTip).toContain('restarting')
    await vi.waitUntil(() => electron().forks.length === 2, 2_000)
    engine().emit('message', { t: 'ready' })
  })

  it('sends events to the page as the text they came in, and critical alerts to the system', () => {
    const alert = { code: 'x', severity: 'critical', message: 'a stop failed', tsMs: 0, instrumentId: null }
    const json = JSON.stringify({ sequence: 1, events: [{ type: 'alert', alert }] })
    engine().emit('message', { t: 'event', topic: 'desk', json })
    expect(window().webContents.send).toHaveBeenLastCalledWith('bridge:event', 'desk', json)
    expect(electron().notifications).toEqual([{ title: 'Tradewright', body: 'a stop failed' }])
  })

  it('tells the engine of sleep and waking', () => {
    electron().powerMonitor.emit('suspend')
    electron().powerMonitor.emit('resume')
    expect(posted().slice(-2)).toEqual([
      { t: 'power', condition: 'suspending' },
      { t: 'power', condition: 'resumed' },
    ])
  })

  it('pauses and resumes from the tray, and kills only after a question', async () => {
    trayItem('Pause new positions').click?.()
    trayItem('Resume trading').click?.()
    electron().dialog.showMessageBox.mockResolvedValueOnce({ response: 1 })
    trayItem('Kill switch…').click?.()
    await vi.waitUntil(() => electron().dialog.showMessageBox.mock.calls.length === 1)
    trayItem('Kill switch…').click?.()
    await vi.waitUntil(() => posted().some(({ command }) => command === 'kill.activate'))
    const requests = posted().filter(({ t }) => t === 'request')
    expect(requests.slice(-3)).toMatchObject([
      { command: 'trading.setState', input: { state: 'reducing' } },
      { command: 'trading.setState', input: { state: 'active' } },
      { command: 'kill.activate', input: { confirmation: 'KILL' } },
    ])
  })

  it('only hides when its window is closed, and remembers where that was', () => {
    const event = { preventDefault: vi.fn() }
    window().emit('close', event)
    expect(event.preventDefault).toHaveBeenCalled()
    expect(window().hide).toHaveBeenCalled()
    expect(electron().app.quit).not.toHaveBeenCalled()
    expect(JSON.parse(readFileSync(path.join(dataDir, 'window.json'), 'utf8'))).toEqual({
      x: 10,
      y: 20,
      width: 1200,
      height: 800,
      maximized: false,
    })
    electron().app.emit('second-instance')
    expect(window().show).toHaveBeenCalled()
  })
})

describe('quitting', () => {
  let naked = 1
  beforeAll(() => {
    electron().dialog.showMessageBox.mockClear()
    engine().postMessage.mockClear()
    engine().postMessage.mockImplementation((message: { t: string; id?: number; command?: string }) => {
      const answer = (value: unknown) => engine().emit('message', { t: 'response', id: message.id, ok: true, value })
      if (message.command === 'desk.snapshot') answer(deskSnapshot({ positions: [position('p', naked > 0 ? 'none' : 'working')] }))
      if (message.command === 'positions.protectAll') {
        naked = 0
        answer({ naked })
      }
      if (message.t === 'shutdown') engine().emit('message', { t: 'bye' })
    })
  })
  const quit = () => {
    const event = { preventDefault: vi.fn() }
    electron().app.emit('before-quit', event)
    return event
  }

  it('stays in the tray when the person prefers that', async () => {
    electron().dialog.showMessageBox.mockResolvedValueOnce({ response: 1 })
    expect(quit().preventDefault).toHaveBeenCalled()
    await vi.waitUntil(() => electron().dialog.showMessageBox.mock.calls.length === 1)
    expect(electron().app.exit).not.toHaveBeenCalled()
    expect(posted().map(({ command }) => command)).toEqual(['desk.snapshot'])
  })

  it('asks, places the missing stop, ends the engine, and only then exits', async () => {
    engine().postMessage.mockClear()
    quit()
    await vi.waitUntil(() => electron().app.exit.mock.calls.length === 1, 5_000)
    expect(electron().app.exit).toHaveBeenCalledWith(0)
    expect(posted().flatMap(({ t, command }) => (t === 'ping' ? [] : [command ?? t]))).toEqual([
      'desk.snapshot',
      'positions.protectAll',
      'desk.snapshot',
      'shutdown',
    ])
    expect(engine().kill).toHaveBeenCalled()
  })

  it('leaves the data directory free', async () => {
    const { lockDataDir } = await import('../../src-main/host/data-dir.ts')
    expect(lockDataDir(dataDir).ok).toBe(true)
    expect(existsSync(path.join(dataDir, 'logs', 'tradewright.log'))).toBe(true)
  })
})
