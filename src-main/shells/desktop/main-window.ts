// The one window. Closing it hides it: the engine goes on until someone quits.
import { BrowserWindow, Notification, screen, type Event } from 'electron'
import { reasonOf } from '../../host/data-dir.ts'
import { APP_ORIGIN, webPreferences } from './security.ts'
import { fitToDisplays, loadWindowState, saveWindowState, SIZE_MIN } from './window-state.ts'

export type MainWindowOptions = {
  readonly preload: string
  readonly stateFile: string
  /** Once the program is leaving, closing closes. */
  readonly isLeaving: () => boolean
  /** The session ends (Windows): little time, nobody to ask. */
  readonly onSessionEnd: () => void
  readonly warn: (message: string) => void
}

export class MainWindow {
  readonly #options: MainWindowOptions
  #window: BrowserWindow | null = null

  constructor(options: MainWindowOptions) {
    this.#options = options
  }

  show(): void {
    const window = this.#window ?? this.#open()
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }
  hide(): void {
    this.#window?.hide()
  }
  send(channel: string, ...values: readonly string[]): void {
    if (this.#window && !this.#window.isDestroyed()) this.#window.webContents.send(channel, ...values)
  }

  #open(): BrowserWindow {
    const primary = screen.getPrimaryDisplay()
    const others = screen.getAllDisplays().filter((display) => display.id !== primary.id)
    const state = fitToDisplays(
      loadWindowState(this.#options.stateFile),
      [primary, ...others].map((display) => display.workArea),
    )
    const { maximized, ...bounds } = state
    const window = new BrowserWindow({
      ...bounds,
      minWidth: SIZE_MIN.width,
      minHeight: SIZE_MIN.height,
      show: false,
      backgroundColor: '#0d1117',
      title: 'Tradewright',
      autoHideMenuBar: true,
      webPreferences: webPreferences(this.#options.preload),
    })
    if (maximized) window.maximize()
    this.#window = window
    this.#listen(window)
    void window.loadURL(`${APP_ORIGIN}/`).catch((error: unknown) => this.#options.warn(`the screen did not load: ${reasonOf(error)}`))
    return window
  }

  #listen(window: BrowserWindow): void {
    window.once('ready-to-show', () => window.show())
    window.on('close', (event) => this.#onClose(window, event))
    window.on('closed', () => (this.#window = null))
    window.on('query-session-end', (event) => {
      event.preventDefault()
      this.#options.onSessionEnd()
    })
    window.on('unresponsive', () => new Notification({ title: 'The window does not respond', body: 'The engine keeps running.' }).show())
    window.webContents.on('render-process-gone', (_event, details) => {
      if (details.reason === 'clean-exit') return
      this.#options.warn(`the screen ended (${details.reason}) and is loaded again`)
      window.webContents.reload()
    })
  }

  #onClose(window: BrowserWindow, event: Event): void {
    this.#save(window)
    if (this.#options.isLeaving()) return
    event.preventDefault()
    window.hide()
  }

  #save(window: BrowserWindow): void {
    try {
      saveWindowState(this.#options.stateFile, { ...window.getNormalBounds(), maximized: window.isMaximized() })
    } catch (error) {
      this.#options.warn(`the window position could not be saved: ${reasonOf(error)}`)
    }
  }
}
