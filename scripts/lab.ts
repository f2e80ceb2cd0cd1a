// npm run lab -- COMMAND [options]: the lab from the command line. What a command does is in src-main/lab/cli.
import { homedir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import packageJson from '../package.json' with { type: 'json' }
import { defaultDataDir } from '../src-main/host/data-dir.ts'
import { loadSettings } from '../src-main/host/settings.ts'
import { runLabCommand } from '../src-main/lab/cli/main.ts'
import type { World } from '../src-main/lab/cli/world.ts'

const root = path.resolve(import.meta.dirname, '..')
const CLEAR_LINE = '\r\u001B[2K'

const world: World = {
  version: packageJson.version,
  defaultDataDir: defaultDataDir({ env: process.env, platform: process.platform, homeDir: homedir() }),
  assetsDir: path.join(root, 'assets'),
  entry: fileURLToPath(new URL('../src-main/lab/service/entry.ts', import.meta.url)),
  loadSettings: (dataDir) => loadSettings(path.join(dataDir, 'settings.json')),
  out: (text) => void process.stdout.write(text),
  say: (text) => void process.stderr.write(text),
  progress: process.stderr.isTTY ? (line) => void process.stderr.write(`${CLEAR_LINE}${line.slice(0, process.stderr.columns - 1)}`) : null,
  onInterrupt(listener) {
    const signals = ['SIGINT', 'SIGTERM'] as const
    for (const signal of signals) process.on(signal, listener)
    return () => {
      for (const signal of signals) process.off(signal, listener)
    }
  },
  exit: (status) => process.exit(status),
}

process.exitCode = await runLabCommand(process.argv.slice(2), world)
