// A recording double of the parts of `electron` the desktop shell uses. No test ever loads the real package: that starts a download.
import { EventEmitter } from 'node:events'
import { vi } from 'vitest'

export type FakeElectron = ReturnType<typeof makeElectron>

export class FakeContents extends EventEmitter {
  readonly setWindowOpenHandler = vi.fn()
  readonly send = vi.fn()
  readonly reload = vi.fn()
}
/** A utility process. It ends when killed, like a real one. */
export class FakeChild extends EventEmitter {
  readonly postMessage = vi.fn()
  readonly kill = vi.fn(() => {
    setImmediate(() => this.emit('exit', 0))
    return true
  })
}
export class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents()
  readonly options: Record<string, unknown>
  readonly loadURL = vi.fn(() => Promise.resolve())
  readonly show = vi.fn()
  readonly hide = vi.fn()
  readonly focus = vi.fn()
  readonly restore = vi.fn()
  readonly maximize = vi.fn()
  readonly isMinimized = () => false
  readonly isMaximized = () => false
  readonly isDestroyed = () => false
  readonly getNormalBounds = () => ({ x: 10, y: 20, width: 1200, height: 800 })
  constructor(options: Record<string, unknown>) {
    super()
    this.options = options
  }
}

type Handler = (...values: unknown[]) => unknown
type MenuItem = { label?: string; role?: string; enabled?: boolean; click?: () => void; submenu?: MenuItem[] }

function makeSession() {
  return Object.assign(new EventEmitter(), {
    protocol: { handle: vi.fn() },
    webRequest: { onBeforeRequest: vi.fn() },
    setPermissionRequestHandler: vi.fn(),
    setPermissionCheckHandler: vi.fn(),
    setDevicePermissionHandler: vi.fn(),
    setSpellCheckerEnabled: vi.fn(),
  })
}

function makeApp() {
  return Object.assign(new EventEmitter(), {
    isPackaged: false,
    requestSingleInstanceLock: vi.fn(() => true),
    setPath: vi.fn(),
    enableSandbox: vi.fn(),
    quit: vi.fn(),
    exit: vi.fn(),
    whenReady: () => Promise.resolve(),
  })
}

export function makeElectron() {
  const handlers = new Map<string, Handler>()
  const windows: FakeWindow[] = []
  const forks: FakeChild[] = []
  const notifications: { title: string; body: string }[] = []
  const trays: { menu: MenuItem[]; toolTip: string }[] = []
  const ownSession = makeSession()
  const app = makeApp()
  const display = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }
  return {
    handlers,
    windows,
    forks,
    notifications,
    trays,
    ownSession,
    app,
    BrowserWindow: class extends FakeWindow {
      constructor(options: Record<string, unknown>) {
        super(options)
        windows.push(this)
        app.emit('web-contents-created', {}, this.webContents)
      }
    },
    dialog: { showMessageBox: vi.fn(() => Promise.resolve({ response: 0 })), showErrorBox: vi.fn() },
    ipcMain: { handle: vi.fn((channel: string, handler: Handler) => void handlers.set(channel, handler)) },
    ipcRenderer: Object.assign(new EventEmitter(), { invoke: vi.fn(() => Promise.resolve({ ok: true })) }),
    contextBridge: { exposeInMainWorld: vi.fn() },
    Menu: { buildFromTemplate: vi.fn((template: MenuItem[]) => template), setApplicationMenu: vi.fn() },
    nativeImage: { createFromPath: vi.fn((file: string) => ({ file })) },
    Notification: class {
      readonly options: { title: string; body: string }
      constructor(options: { title: string; body: string }) {
        this.options = options
      }
      show(): void {
        notifications.push(this.options)
      }
    },
    powerMonitor: new EventEmitter(),
    powerSaveBlocker: { start: vi.fn(() => 7), stop: vi.fn() },
    protocol: { registerSchemesAsPrivileged: vi.fn() },
    screen: { getPrimaryDisplay: () => display, getAllDisplays: () => [display] },
    session: { fromPartition: vi.fn(() => ownSession) },
    shell: { openExternal: vi.fn(() => Promise.resolve()), openPath: vi.fn(() => Promise.resolve('')) },
    Tray: class extends EventEmitter {
      readonly state = { menu: [] as MenuItem[], toolTip: '' }
      constructor() {
        super()
        trays.push(this.state)
      }
      setContextMenu(menu: MenuItem[]): void {
        this.state.menu = menu
      }
      setToolTip(text: string): void {
        this.state.toolTip = text
      }
    },
    utilityProcess: {
      fork: vi.fn(() => {
        const child = new FakeChild()
        forks.push(child)
        return child
      }),
    },
  }
}
