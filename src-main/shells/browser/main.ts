// Starts the browser shell: by the launcher within its own process, or as a program of its own.
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { spawnThread } from '../../host/transport.ts'
import { reasonOf } from '../../host/data-dir.ts'
import { HELP, parseCommandLine, type LaunchOptions } from '../common/command-line.ts'
import { openProgram, type Program } from '../common/open-program.ts'
import { watchForOrphaning } from '../common/orphan-watch.ts'
import { createQuitGuard, type Naked, type QuitGuard } from '../common/quit-guard.ts'
import { startBrowserShell, type BrowserShell } from './server.ts'

const here = import.meta.dirname
const say = (line: string): void => void process.stdout.write(`${line}\n`)
/** What a user can mend ends with one line and this code. */
const EXIT_USER_ERROR = 2

function refuse(sentence: string): void {
  process.stderr.write(`tradewright: ${sentence}\n`)
  process.exitCode = EXIT_USER_ERROR
}

/** Resolves when the program runs, or when it said why it cannot and set the exit code. */
export async function runBrowserShell(options: LaunchOptions): Promise<void> {
  const opened = openProgram(options, {
    spawn: spawnThread(path.join(here, 'engine.cjs')),
    spawnLab: spawnThread(path.join(here, 'lab.cjs')),
    assetsDir: findAssets(),
  })
  if (!opened.ok) return refuse(opened.error)
  const program = opened.value
  let shell: BrowserShell | null = null
  const guard = guardOf(program, () => shell)
  // Before anything starts: a signal that comes early must still end in an orderly stop.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void guard.leaveForced())
  watchForOrphaning(() => void guard.leaveForced())
  endOnOwnFault(program, guard)
  // A terminal or a pipe that has gone away is no reason to stop trading.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  try {
    shell = await startBrowserShell({ host: program.host, rendererDir: path.join(here, '..', 'renderer'), port: options.port })
  } catch (error) {
    program.close()
    return refuse(portTrouble(error, options.port))
  }
  if (guard.isLeaving()) return
  tellWhenEngineFails(program)
  program.host.start()
  offerLoginLinks(shell)
}

function guardOf(program: Program, shell: () => BrowserShell | null): QuitGuard {
  return createQuitGuard({
    invoke: (command, input) => program.host.invoke(command, input, 'quit guard'),
    // Nobody is asked here; the answer is the one for nobody being there.
    ask: () => Promise.resolve('protect-and-quit'),
    askLive: ({ account, positions }) => {
      say(`Open at ${account}, protected by stops there: ${positions.join('; ')}.`)
      return Promise.resolve(true)
    },
    tell: (what, naked) => {
      if (what === 'protecting') say(protectingLine(naked))
    },
    stop: () => program.host.stop(),
    exit: (code, outcome) => {
      program.log.write(outcome === 'clean' ? 'info' : 'warn', 'host', `stopped ${outcome}`)
      void (shell()?.close() ?? Promise.resolve()).then(() => {
        program.close()
        say(outcome === 'clean' ? 'Stopped.' : 'Stopped by force: the engine did not end in time; it reconciles at the next start.')
        process.exit(code)
      })
    },
  })
}

const protectingLine = (naked: Naked): string =>
  naked === 'unknown'
    ? 'The engine does not say whether positions are protected.'
    : `Placing stops for ${naked} unprotected position(s) before leaving.`

/** A terminal that nobody has opened the screen of must not look well while nothing trades. */
function tellWhenEngineFails({ host }: Program): void {
  host.subscribe('status', () => {
    const { state, lastError } = host.status()
    if (state === 'failed') process.stderr.write(`tradewright: the engine has stopped and is not started again: ${reasonOf(lastError)}\n`)
  })
}

/** A bug in the host must not leave positions without a stop. */
function endOnOwnFault(program: Program, guard: QuitGuard): void {
  const end = (error: unknown): void => {
    program.log.write('error', 'host', error instanceof Error ? (error.stack ?? error.message) : String(error))
    const said = program.log.scrubber.scrub(reasonOf(error))
    process.stderr.write(`tradewright: a fault in the program: ${said}; it ends in order, details are in the log\n`)
    void guard.leaveForced(1)
  }
  process.on('uncaughtException', end)
  process.on('unhandledRejection', end)
}

function offerLoginLinks(shell: BrowserShell): void {
  const print = (): void => say(`Open ${shell.newLoginUrl()} (works once, for 2 minutes)`)
  // Before the first link: whoever reads it may ask for the next at once, and an unhandled SIGUSR2 ends a program.
  if (process.platform !== 'win32') process.on('SIGUSR2', print)
  print()
  if (process.stdin.isTTY) {
    say('Press Enter for a new link, Ctrl-C to stop.')
    process.stdin.on('data', print)
  }
}

function portTrouble(error: unknown, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return `port ${port} is in use by another program; choose another with --port=N, or --port=0 for any free one`
  return `port ${port} cannot be opened on 127.0.0.1: ${reasonOf(error)}`
}

/** Beside the built program, or beside the packed archive. */
function findAssets(): string {
  const own = path.join(here, '..', '..', 'assets')
  return existsSync(own) ? own : path.join(here, '..', '..', '..', 'assets')
}

async function runAsProgram(): Promise<void> {
  const options = parseCommandLine(process.argv.slice(2), { env: process.env, platform: process.platform, homeDir: homedir() })
  if (!options.ok) return refuse(options.error)
  if (options.value === 'help') return say(HELP)
  await runBrowserShell(options.value)
}

if (process.argv[1] === import.meta.filename) await runAsProgram()
