// Starts the desktop app: one window on app://, a tray, and the same host as the browser shell.
import { homedir } from 'node:os'
import path from 'node:path'
import { app, dialog, ipcMain, Menu, Notification, powerMonitor, powerSaveBlocker, shell } from 'electron'
import { topics, type Capabilities, type TopicName } from '../../../src-shared/bridge/contract.ts'
import { PROTOCOL_VERSION } from '../../../src-shared/bridge/version.ts'
import type { Result } from '../../../src-shared/domain/result.ts'
import { ownArguments, parseCommandLine, type LaunchOptions } from '../common/command-line.ts'
import { openProgram, type Program } from '../common/open-program.ts'
import { createQuitGuard, type LeftOpen, type Naked, type QuitChoice, type QuitGuard } from '../common/quit-guard.ts'
import { AlertNotifier } from './alert-notifier.ts'
import { CHANNELS } from './channels.ts'
import { MainWindow } from './main-window.ts'
import { applicationMenu } from './menu.ts'
import { hardenApp, hardenSession, isTrustedSender, registerScheme } from './security.ts'
import { spawnUtility } from './spawn-utility.ts'
import { AppTray, type TrayActions } from './tray.ts'

const EXIT_USER_ERROR = 2
const CAPABILITIES: Capabilities = { nativeNotifications: true, openLogsFolder: false, saveFile: true }
const distDir = path.join(__dirname, '..')
const WHO = 'desktop'

export function runDesktopShell(): void {
  const options = parseCommandLine(ownArguments(process.argv), { env: process.env, platform: process.platform, homeDir: homedir() })
  if (!options.ok || options.value === 'help') return refuse(options.ok ? 'see the README for the options' : options.error)
  // One profile, and so one single-instance lock, for each data directory.
  app.setPath('userData', path.join(options.value.dataDir, 'chromium'))
  if (!app.requestSingleInstanceLock()) return app.quit()
  registerScheme()
  hardenApp()
  const opened = openWith(options.value)
  if (!opened.ok) return refuse(opened.error)
  new DesktopShell(opened.value, options.value).run()
}

const assetsDir = (): string => (app.isPackaged ? path.join(process.resourcesPath, 'assets') : path.join(distDir, '..', 'assets'))

function openWith(options: LaunchOptions): Result<Program, string> {
  return openProgram(options, {
    spawn: spawnUtility(path.join(__dirname, 'engine.cjs')),
    spawnLab: spawnUtility(path.join(__dirname, 'lab.cjs')),
    assetsDir: assetsDir(),
  })
}

function refuse(sentence: string): void {
  process.stderr.write(`tradewright: ${sentence}\n`)
  // An installed app has no terminal to read that in.
  if (!app.isPackaged) return app.exit(EXIT_USER_ERROR)
  void app.whenReady().then(() => {
    dialog.showErrorBox('Tradewright cannot start', sentence)
    app.exit(EXIT_USER_ERROR)
  })
}

class DesktopShell {
  readonly #program: Program
  readonly #dataDir: string
  readonly #guard: QuitGuard
  readonly #window: MainWindow
  readonly #notifier = new AlertNotifier((title, body) => new Notification({ title, body }).show())
  #powerBlocker: number | null = null

  constructor(program: Program, options: LaunchOptions) {
    this.#program = program
    this.#dataDir = options.dataDir
    this.#guard = this.#createGuard()
    this.#window = new MainWindow({
      preload: path.join(__dirname, 'preload.cjs'),
      stateFile: path.join(options.dataDir, 'window.json'),
      isLeaving: this.#guard.isLeaving,
      onSessionEnd: () => void this.#guard.leaveForced(),
      warn: (message) => program.log.write('warn', WHO, message),
    })
  }

  run(): void {
    // Before anything starts: a signal that comes early must still end in an orderly stop.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void this.#guard.leaveForced())
    this.#endOnOwnFault()
    app.on('before-quit', (event) => {
      if (this.#guard.isLeaving()) return
      event.preventDefault()
      void this.#guard.leaveAsking()
    })
    app.on('second-instance', () => this.#window.show())
    app.on('activate', () => this.#window.show())
    // Without a listener Electron would quit; the engine lives on in the tray.
    app.on('window-all-closed', () => {})
    this.#openBridge()
    void app.whenReady().then(() => this.#start())
  }

  #start(): void {
    hardenSession(path.join(distDir, 'renderer'))
    const openLogs = (): void => void shell.openPath(path.join(this.#dataDir, 'logs'))
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(applicationMenu({ isMac: process.platform === 'darwin', isPackaged: app.isPackaged, openLogs })),
    )
    this.#watchPower()
    const tray = new AppTray(path.join(assetsDir(), 'icons', 'tray.png'), this.#trayActions())
    this.#program.host.subscribe('status', () => {
      tray.update(this.#program.host.state)
      this.#holdPower(this.#program.host.state === 'running')
    })
    this.#program.host.subscribe('desk', (json) => this.#notifier.onDeskFrame(json))
    this.#program.host.start()
    this.#window.show()
  }

  #openBridge(): void {
    const { host } = this.#program
    ipcMain.handle(CHANNELS.hello, (event) => (isTrustedSender(event) ? { protocol: PROTOCOL_VERSION, capabilities: CAPABILITIES } : null))
    ipcMain.handle(CHANNELS.invoke, (event, command: unknown, input: unknown) =>
      isTrustedSender(event) ? host.invoke(command, input, WHO) : { ok: false, error: { code: 'forbidden', message: 'not our page' } },
    )
    for (const topic of Object.keys(topics) as TopicName[]) {
      host.subscribe(topic, (json) => this.#window.send(CHANNELS.event, topic, json))
    }
  }

  #createGuard(): QuitGuard {
    const { host, log, close } = this.#program
    return createQuitGuard({
      invoke: (command, input) => host.invoke(command, input, 'quit guard'),
      ask: (naked) => askAboutQuitting(naked),
      askLive: (left) => askAboutLeaving(left),
      tell: (what, naked) => {
        log.write('warn', WHO, `quit guard: ${what}, unprotected: ${naked}`)
        if (what === 'staying') dialog.showErrorBox('Still running', `${unprotected(naked)} The program keeps running in the tray.`)
      },
      stop: () => host.stop(),
      exit: (code, outcome) => {
        log.write(outcome === 'clean' ? 'info' : 'warn', WHO, `stopped ${outcome}`)
        this.#notifier.close()
        close()
        app.exit(code)
      },
    })
  }

  #trayActions(): TrayActions {
    const { host } = this.#program
    const setState = (state: 'active' | 'reducing'): void => void host.invoke('trading.setState', { state }, 'tray')
    return {
      show: () => this.#window.show(),
      pause: () => setState('reducing'),
      resume: () => setState('active'),
      kill: () => void this.#confirmKill(),
      quit: () => app.quit(),
    }
  }

  async #confirmKill(): Promise<void> {
    const { response } = await dialog.showMessageBox({
      type: 'warning',
      title: 'Kill switch',
      message: 'Close all positions, cancel all orders and halt trading?',
      buttons: ['Close everything and halt', 'Cancel'],
      defaultId: 1,
      cancelId: 1,
      noLink: true,
    })
    if (response !== 0) return
    const result = await this.#program.host.invoke('kill.activate', { confirmation: 'KILL' }, 'tray')
    if (!result.ok) dialog.showErrorBox('The kill switch did not work', result.error.message)
  }

  #watchPower(): void {
    powerMonitor.on('suspend', () => this.#program.host.power('suspending'))
    powerMonitor.on('resume', () => this.#program.host.power('resumed'))
    // Electron's types leave out the event object, which lets macOS and Linux wait for us.
    powerMonitor.on('shutdown', ((event: { preventDefault(): void }) => {
      event.preventDefault()
      void this.#guard.leaveForced()
    }) as () => void)
  }

  /** The machine stays awake while the engine runs; its display may sleep. */
  #holdPower(running: boolean): void {
    if (running) this.#powerBlocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (this.#powerBlocker !== null) {
      powerSaveBlocker.stop(this.#powerBlocker)
      this.#powerBlocker = null
    }
  }

  #endOnOwnFault(): void {
    const end = (error: unknown): void => {
      this.#program.log.write('error', WHO, error instanceof Error ? (error.stack ?? error.message) : String(error))
      void this.#guard.leaveForced(1)
    }
    process.on('uncaughtException', end)
    process.on('unhandledRejection', end)
  }
}

const unprotected = (naked: Naked): string =>
  naked === 'unknown'
    ? 'The engine does not answer, so open positions cannot be checked.'
    : `${naked} open position(s) have no working stop at the venue.`

const CHOICES: readonly QuitChoice[] = ['protect-and-quit', 'stay', 'quit-anyway']
async function askAboutQuitting(naked: Naked): Promise<QuitChoice> {
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    title: 'Open positions',
    message: unprotected(naked),
    buttons: ['Place stops, then quit', 'Keep running in the tray', 'Quit without protection'],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  })
  return CHOICES[response] ?? 'stay'
}

/** Nothing is wrong: but nobody moves these stops while the program is gone. */
async function askAboutLeaving({ account, positions }: LeftOpen): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'question',
    title: 'Quit while live',
    message: `${positions.length === 1 ? 'A position stays' : `${positions.length} positions stay`} open at ${account}, protected by stops there.`,
    detail: `${positions.join('\n')}\n\nWhile the program is not running nothing trails these stops or takes targets; it goes on when it is started again.`,
    buttons: ['Keep running in the tray', 'Quit'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  })
  return response === 1
}
