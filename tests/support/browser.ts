// Starts the real program as a user would, and a real Chromium to look at it.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from './chromium.ts'
import { temporaryDir } from './temporary-dir.ts'

const root = path.resolve(import.meta.dirname, '../..')
const LAUNCHER = path.join(root, 'scripts/start.mjs')
const START_MS_MAX = 60_000

export type LaunchSetup = {
  /** Beyond `--shell=browser --port=0 --data-dir=…`. */
  readonly args?: readonly string[]
  /** A new one unless given. */
  readonly dataDir?: string
  readonly env?: Readonly<Record<string, string>>
  /** A built program elsewhere, instead of the launcher of this tree. */
  readonly program?: string
}
export type Ending = { readonly code: number | null; readonly signal: NodeJS.Signals | null }
export interface RunningApp {
  /** Works once. */
  readonly url: string
  readonly port: number
  readonly dataDir: string
  readonly pid: number
  /** Everything printed so far, one entry for each line. */
  readonly stdout: readonly string[]
  readonly stderr: readonly string[]
  /** Asks the program for another link. */
  newUrl(): Promise<string>
  /** SIGTERM, then waits for the end. */
  stop(): Promise<Ending>
  /** SIGKILL, then waits for the end. */
  kill(): Promise<Ending>
}

type Started = { readonly child: ChildProcess; readonly stdout: string[]; readonly stderr: string[]; readonly ended: Promise<Ending> }

function start(args: readonly string[], { env = {}, program = LAUNCHER }: Pick<LaunchSetup, 'env' | 'program'> = {}): Started {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stdout: string[] = []
  const stderr: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => stdout.push(line))
  createInterface({ input: child.stderr }).on('line', (line) => stderr.push(line))
  const ended = once(child, 'close').then(([code, signal]): Ending => ({ code, signal }))
  return { child, stdout, stderr, ended }
}

/** Runs the launcher to its end; for command lines that are refused. */
export async function runLauncher(args: readonly string[]): Promise<Ending & { stdout: readonly string[]; stderr: readonly string[] }> {
  const { ended, stdout, stderr } = start(args)
  return { ...(await ended), stdout, stderr }
}

/** Rejects with everything printed when no link appears. */
export async function launchApp({ args = [], dataDir = temporaryDir(), ...setup }: LaunchSetup = {}): Promise<RunningApp> {
  const started = start(['--shell=browser', '--port=0', `--data-dir=${dataDir}`, ...args], setup)
  const { child, stdout, stderr, ended } = started
  const end = async (signal: NodeJS.Signals): Promise<Ending> => {
    child.kill(signal)
    return ended
  }
  const url = await nextUrl(started, 0)
  return {
    url,
    port: Number(new URL(url).port),
    dataDir,
    pid: child.pid ?? 0,
    stdout,
    stderr,
    newUrl() {
      const seen = stdout.length
      child.kill('SIGUSR2')
      return nextUrl(started, seen)
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}

/** The link in the first line that has one, from line `from` on. */
async function nextUrl({ child, stdout, stderr, ended }: Started, from: number): Promise<string> {
  const printed = (): string => [...stdout, ...stderr].join('\n')
  const found = new Promise<string>((resolve) => {
    const look = (): void => {
      const url = stdout.slice(from).flatMap((line) => /^Open (http:\S+) /.exec(line)?.[1] ?? [])[0]
      if (url === undefined) return
      child.stdout?.off('data', lookSoon)
      resolve(url)
    }
    // The line reader sees the same data after this listener.
    const lookSoon = (): void => void setImmediate(look)
    child.stdout?.on('data', lookSoon)
    look()
  })
  const tooLate = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error(`no link within ${START_MS_MAX} ms:\n${printed()}`)), START_MS_MAX).unref()
  })
  const gone = ended.then(({ code, signal }) => {
    throw new Error(`the program ended (${signal ?? code}) without a link:\n${printed()}`)
  })
  return Promise.race([found, tooLate, gone])
}

export interface OpenedPage {
  readonly page: Page
  readonly browser: Browser
  /** Console errors and warnings, uncaught exceptions and violations of the page's policy, as text. */
  readonly problems: readonly string[]
  close(): Promise<void>
}
export type PageSetup = {
  readonly width?: number
  readonly height?: number
  readonly colorScheme?: 'dark' | 'light'
  readonly flags?: readonly string[]
}

/** Opens `url` in a Chromium of its own with a new profile. */
export async function openPage(
  url: string,
  { width = 1440, height = 900, colorScheme = 'dark', flags = [] }: PageSetup = {},
): Promise<OpenedPage> {
  const browser = await launchChromium(flags)
  const context = await browser.newContext({ viewport: { width, height }, colorScheme })
  const page = await context.newPage()
  const problems: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) || /Content Security|TrustedHTML|TrustedScript/.test(message.text()))
      problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  await page.goto(url)
  return { page, browser, problems, close: () => browser.close() }
}
