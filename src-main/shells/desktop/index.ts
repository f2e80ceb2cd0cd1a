import { runDesktopShell } from './main.ts'

runDesktopShell()
