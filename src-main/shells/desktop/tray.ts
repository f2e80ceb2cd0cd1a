// The icon that stays while the window is hidden: state at a glance, and the few things needed in a hurry.
import { Menu, nativeImage, Tray, type MenuItemConstructorOptions } from 'electron'
import type { EngineState } from '../../host/engine-supervisor.ts'

export type TrayActions = {
  show(): void
  /** No new positions; those open are looked after. */
  pause(): void
  resume(): void
  /** Asks first. */
  kill(): void
  quit(): void
}

export class AppTray {
  readonly #tray: Tray
  readonly #actions: TrayActions

  constructor(iconFile: string, actions: TrayActions) {
    this.#tray = new Tray(nativeImage.createFromPath(iconFile))
    this.#actions = actions
    this.#tray.on('click', () => actions.show())
    this.update('stopped')
  }

  update(state: EngineState): void {
    this.#tray.setToolTip(`Tradewright: engine ${state}`)
    this.#tray.setContextMenu(Menu.buildFromTemplate(trayMenu(state, this.#actions)))
  }
}

export function trayMenu(state: EngineState, actions: TrayActions): MenuItemConstructorOptions[] {
  const enabled = state === 'running'
  return [
    { label: `Engine: ${state}`, enabled: false },
    { label: 'Show window', click: () => actions.show() },
    { type: 'separator' },
    { label: 'Pause new positions', enabled, click: () => actions.pause() },
    { label: 'Resume trading', enabled, click: () => actions.resume() },
    { label: 'Kill switch…', enabled, click: () => actions.kill() },
    { type: 'separator' },
    { label: 'Quit', click: () => actions.quit() },
  ]
}
