// Starts the desktop app where Electron can run; else says why in one line and becomes the browser shell.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { HELP, ownArguments, parseCommandLine, type LaunchOptions } from '../src-main/shells/common/command-line.ts'
import { watchForOrphaning } from '../src-main/shells/common/orphan-watch.ts'

export type Probe = { readonly ok: true; readonly executable: string } | { readonly ok: false; readonly reason: string }
export type ProbeSurroundings = {
  readonly env: NodeJS.ProcessEnv
  readonly platform: NodeJS.Platform
  /** Undefined on Windows. */
  readonly userId: number | undefined
  /** Folder of the package `electron`. */
  readonly packageDir: string
  readonly exists: (file: string) => boolean
  readonly read: (file: string) => string
}

const EXIT_USER_ERROR = 2

/** Never imports `electron`: that starts a download. Looks where its own index.js would look. */
export function probeElectron(surroundings: ProbeSurroundings): Probe {
  const { env, platform } = surroundings
  const executable = executableOf(surroundings)
  if (!surroundings.exists(executable))
    return { ok: false, reason: 'the Electron runtime is not installed (npx install-electron fetches it)' }
  if (platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY'])
    return { ok: false, reason: 'there is no display (DISPLAY and WAYLAND_DISPLAY are unset)' }
  if (platform === 'linux' && surroundings.userId === 0)
    return { ok: false, reason: 'Chromium has no sandbox when run as root; start it as an ordinary user' }
  return { ok: true, executable }
}

function executableOf({ env, platform, packageDir, exists, read }: ProbeSurroundings): string {
  const pathFile = path.join(packageDir, 'path.txt')
  const usual = platform === 'win32' ? 'electron.exe' : platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron'
  const relative = exists(pathFile) ? read(pathFile).trim() : usual
  return path.join(env['ELECTRON_OVERRIDE_DIST_PATH'] ?? path.join(packageDir, 'dist'), relative)
}

/** The running machine, for `probeElectron`. */
export function probeHere(): Probe {
  const packageDir = path.dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  const read = (file: string): string => readFileSync(file, 'utf8')
  return probeElectron({ env: process.env, platform: process.platform, userId: process.getuid?.(), packageDir, exists: existsSync, read })
}

/**
 * Runs the program with the options of the command line; on a mistake prints one line and sets the exit code.
 * `root` is the folder of the repository, built.
 */
export async function launch(args: readonly string[], root: string): Promise<void> {
  const parsed = parseCommandLine(args, { env: process.env, platform: process.platform, homeDir: homedir() })
  if (!parsed.ok) return refuse(parsed.error)
  if (parsed.value === 'help') return console.log(HELP)
  const options = parsed.value
  const probe: Probe = options.shell === 'browser' ? { ok: false, reason: '' } : probeHere()
  if (!probe.ok && options.shell === 'desktop') return refuse(`the desktop app cannot start: ${probe.reason}`)
  if (probe.ok) return startDesktop(probe.executable, [root, ...ownArguments(args)])
  if (probe.reason) console.log(`Desktop app not started: ${probe.reason}. Browser shell instead.`)
  // In this very process: a second one would cost memory and hide signals.
  const built: { runBrowserShell(options: LaunchOptions): Promise<void> } = await import(
    pathToFileURL(path.join(root, 'dist', 'main', 'browser.mjs')).href
  )
  await built.runBrowserShell(options)
}

function refuse(sentence: string): void {
  console.error(`tradewright: ${sentence}`)
  process.exitCode = EXIT_USER_ERROR
}

function startDesktop(executable: string, args: readonly string[]): void {
  const child = spawn(executable, args, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  watchForOrphaning(() => child.kill('SIGTERM'))
  child.on('error', (error) => refuse(`the desktop app could not be started: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}
