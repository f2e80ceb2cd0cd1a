// Proves the walls of the desktop shell, one by one, against a stand-in for electron: what a page may load, ask for, open or send.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeContents, type FakeElectron } from '../support/electron-mock.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const fake = vi.hoisted((): { electron: FakeElectron | null } => ({ electron: null }))
vi.mock('electron', async () => {
  const { makeElectron } = await import('../support/electron-mock.ts')
  fake.electron = makeElectron()
  return { default: fake.electron, ...fake.electron }
})
const security = await import('../../src-main/shells/desktop/security.ts')
const electron = (): FakeElectron => {
  if (!fake.electron) throw new Error('electron was not mocked')
  return fake.electron
}

const dir = temporaryDir()
const rendererDir = path.join(dir, 'renderer')
beforeAll(() => {
  mkdirSync(rendererDir)
  writeFileSync(path.join(rendererDir, 'index.html'), '<!doctype html>')
  writeFileSync(path.join(dir, 'secret.json'), '{}')
  symlinkSync(path.join(dir, 'secret.json'), path.join(rendererDir, 'link.json'))
})

describe('the page', () => {
  it('runs with exactly these preferences', () => {
    electron().app.isPackaged = true
    expect(security.webPreferences('/p.cjs')).toEqual({
      preload: '/p.cjs',
      partition: 'persist:app',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      devTools: false,
      backgroundThrottling: false,
    })
  })

  it.each([
    ['app://bundle/', true],
    ['app://bundle/assets/x.js', true],
    ['app://evil/', false],
    ['app://bundle.evil/', false],
    ['https://bundle/', false],
    ['file:///etc/passwd', false],
    ['javascript:alert(1)', false],
    ['http://x/?app://bundle/', false],
    ['', false],
  ])('at %s is ours: %s', (url, ours) => {
    expect(security.isAppUrl(url)).toBe(ours)
  })

  it('is listened to in its top frame only', () => {
    const from = (url: string, parent: unknown = null) => ({ senderFrame: { url, parent } as never })
    expect(security.isTrustedSender(from('app://bundle/'))).toBe(true)
    expect(security.isTrustedSender(from('https://evil/'))).toBe(false)
    expect(security.isTrustedSender(from('app://bundle/', {}))).toBe(false)
    expect(security.isTrustedSender({ senderFrame: null })).toBe(false)
  })

  it.each([
    ['https://www.tradingview.com/', true],
    ['http://www.tradingview.com/', false],
    ['https://www.tradingview.com.evil.example/', false],
    ['https://evil.example/?www.tradingview.com', false],
    ['https://u:p@www.tradingview.com/', false],
    ['https://www.tradingview.com:444/', false],
    ['file:///etc/passwd', false],
    ['smb://x', false],
  ])('may open %s outside: %s', (url, allowed) => {
    expect(security.isAllowedExternal(url)).toBe(allowed)
  })
})

describe('app://', () => {
  const get = (url: string, method = 'GET') => security.serveApp(rendererDir, { url, method })

  it('serves with a policy that allows no connection at all', async () => {
    const response = await get('app://bundle/')
    expect(response.status).toBe(200)
    const policy = response.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("connect-src 'none'")
    expect(policy).not.toMatch(/unsafe-|https?:|\*/)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it.each([
    'app://bundle/%2e%2e/secret.json',
    'app://bundle/..%2fsecret.json',
    'app://bundle/%5c..%5csecret.json',
    'app://bundle/link.json',
    'app://bundle/x%00.html',
    'app://bundle/%E0%A4%A',
    'app://bundle/nope.html',
    'app://bundle/index.exe',
    'app://other/index.html',
    'nonsense',
  ])('answers 404 to %s', async (url) => expect((await get(url)).status).toBe(404))

  it('answers 404 to other methods', async () => expect((await get('app://bundle/', 'POST')).status).toBe(404))
})

describe('the session', () => {
  type Decide = (answer: unknown) => void
  beforeEach(() => {
    vi.clearAllMocks()
    electron().app.isPackaged = true
    electron().ownSession.removeAllListeners()
    security.hardenSession(rendererDir)
  })
  /** What the handler given to the mock answers through its callback. */
  const decided = (call: (decide: Decide) => void): unknown => {
    const decide = vi.fn<Decide>()
    call(decide)
    return decide.mock.calls[0]?.[0]
  }

  it('grants one harmless permission to our page and no other to anyone', () => {
    const handler = electron().ownSession.setPermissionRequestHandler.mock.calls[0]?.[0]
    const ask = (permission: string, requestingUrl = 'app://bundle/') =>
      decided((decide) => handler({}, permission, decide, { requestingUrl }))
    const others =
      'media geolocation notifications midi pointerLock fullscreen openExternal usb hid serial clipboard-read local-network-access unknown'
    for (const permission of others.split(' ')) expect(ask(permission), permission).toBe(false)
    expect(ask('clipboard-sanitized-write')).toBe(true)
    expect(ask('clipboard-sanitized-write', 'https://evil/')).toBe(false)
    expect(electron().ownSession.setPermissionCheckHandler.mock.calls[0]?.[0](null, 'media', 'app://bundle')).toBe(false)
    expect(electron().ownSession.setDevicePermissionHandler.mock.calls[0]?.[0]()).toBe(false)
  })

  it('lets the page load from itself and from nowhere else', () => {
    const handler = electron().ownSession.webRequest.onBeforeRequest.mock.calls[0]?.[0]
    const cancelled = (url: string) => decided((decide) => handler({ url }, decide))
    const foreign =
      'https://api.binance.com/ http://127.0.0.1:1/ ws://x/ file:///etc/passwd devtools://x chrome-extension://x data:text/html,x blob:https://evil/1'
    for (const url of foreign.split(' ')) expect(cancelled(url), url).toEqual({ cancel: true })
    for (const url of ['app://bundle/a.js', 'data:image/png;base64,x', 'blob:app://bundle/1'])
      expect(cancelled(url), url).toEqual({ cancel: false })
  })

  it('lets the page save what it made itself, where the person says, and download nothing', () => {
    const download = (url: string) => {
      const event = { preventDefault: vi.fn() }
      const item = { getURL: () => url, getFilename: () => 'trades.csv', setSaveDialogOptions: vi.fn() }
      electron().ownSession.emit('will-download', event, item)
      return { refused: event.preventDefault.mock.calls.length > 0, options: item.setSaveDialogOptions.mock.calls[0]?.[0] }
    }
    expect(download('https://evil/x.exe')).toEqual({ refused: true, options: undefined })
    expect(download('blob:app://bundle/1')).toEqual({ refused: false, options: { title: 'Save', defaultPath: 'trades.csv' } })
  })
})

describe('the app', () => {
  it('is sandboxed and never accepts a bad certificate', () => {
    security.hardenApp()
    expect(electron().app.enableSandbox).toHaveBeenCalled()
    const decide = vi.fn()
    electron().app.emit('certificate-error', { preventDefault: vi.fn() }, {}, 'u', 'error', {}, decide)
    expect(decide).toHaveBeenCalledWith(false)
  })

  it('keeps every page from leaving, embedding and opening windows', () => {
    security.hardenApp()
    const contents = new FakeContents()
    electron().app.emit('web-contents-created', {}, contents)
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      const [foreign, own] = [
        { url: 'https://evil/', preventDefault: vi.fn() },
        { url: 'app://bundle/', preventDefault: vi.fn() },
      ]
      contents.emit(name, foreign)
      contents.emit(name, own)
      expect(foreign.preventDefault, name).toHaveBeenCalled()
      expect(own.preventDefault, name).not.toHaveBeenCalled()
    }
    const embed = { preventDefault: vi.fn() }
    contents.emit('will-attach-webview', embed)
    expect(embed.preventDefault).toHaveBeenCalled()
    const open = contents.setWindowOpenHandler.mock.calls[0]?.[0]
    electron().shell.openExternal.mockClear()
    expect(open({ url: 'https://evil/' })).toEqual({ action: 'deny' })
    expect(electron().shell.openExternal).not.toHaveBeenCalled()
    expect(open({ url: 'https://www.tradingview.com/' })).toEqual({ action: 'deny' })
    expect(electron().shell.openExternal).toHaveBeenCalledOnce()
  })
})
