// The application menu: the roles that every platform expects, and the log folder.
import type { MenuItemConstructorOptions } from 'electron'

export type MenuOptions = { readonly isMac: boolean; readonly isPackaged: boolean; openLogs: () => void }

export function applicationMenu({ isMac, isPackaged, openLogs }: MenuOptions): MenuItemConstructorOptions[] {
  const developer: MenuItemConstructorOptions[] = isPackaged ? [] : [{ role: 'reload' }, { role: 'toggleDevTools' }, { type: 'separator' }]
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    { role: 'fileMenu' },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        ...developer,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: [{ label: 'Open log folder', click: openLogs }] },
  ]
}
