// Proves what a user meets at the command line: it starts, opens, stops in order, survives a kill, and explains each mistake in one
// line with exit code 2, leaving everything as it was.
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockDataDir } from '../../src-main/host/data-dir.ts'
import { launchApp, runLauncher, type RunningApp } from '../support/browser.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const health = async (app: RunningApp): Promise<unknown> => (await fetch(`http://127.0.0.1:${app.port}/healthz`)).json()
const running = (app: RunningApp) => expect.poll(() => health(app), { timeout: 20_000 }).toEqual({ state: 'running' })

describe('the launcher', () => {
  let app: RunningApp
  beforeAll(async () => {
    app = await launchApp()
  })
  afterAll(() => app.kill())

  it('prints a link that works once on a line of its own, and another one on SIGUSR2', async () => {
    await running(app)
    const line = app.stdout.find((text) => text.startsWith('Open '))
    expect(line).toMatch(/^Open http:\/\/127\.0\.0\.1:\d+\/#t=[\w-]{43} \(works once, for 2 minutes\)$/)
    const another = await app.newUrl()
    expect(another).not.toBe(app.url)
    expect(app.stderr).toEqual([])
  })

  it('refuses a second copy on the same data directory', async () => {
    const second = await runLauncher(['--shell=browser', '--port=0', `--data-dir=${app.dataDir}`])
    expect(second).toMatchObject({ code: 2, stderr: [expect.stringMatching(/is in use by another running Tradewright/)] })
    expect(await health(app)).toEqual({ state: 'running' })
  })

  it('refuses a port that is taken', async () => {
    const second = await runLauncher(['--shell=browser', `--port=${app.port}`, `--data-dir=${temporaryDir()}`])
    expect(second).toMatchObject({ code: 2, stderr: [expect.stringMatching(new RegExp(`port ${app.port} is in use`))] })
  })

  it('stops in order on SIGTERM, with the engine stopped cleanly', async () => {
    expect(await app.stop()).toEqual({ code: 0, signal: null })
    expect(app.stdout.at(-1)).toBe('Stopped.')
  })

  it('starts again on the same data directory, also after a kill', async () => {
    const killed = await launchApp({ dataDir: app.dataDir })
    await running(killed)
    await killed.kill()
    const again = await launchApp({ dataDir: app.dataDir })
    await running(again)
    expect(await again.stop()).toEqual({ code: 0, signal: null })
  })
})

describe('npm start', () => {
  it('leaves nothing running when npm itself is stopped', async () => {
    const dataDir = temporaryDir()
    const npm = spawn('npm', ['start', '--', '--shell=browser', '--port=0', `--data-dir=${dataDir}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    npm.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    await expect.poll(() => output, { timeout: 30_000 }).toContain('Open http')
    npm.kill('SIGTERM')
    // The data directory is free again once the program below npm is gone.
    const free = () => {
      const lock = lockDataDir(dataDir)
      if (lock.ok) lock.value.release()
      return lock.ok
    }
    expect(free()).toBe(false)
    await expect.poll(free, { timeout: 20_000 }).toBe(true)
    expect(output).toContain('Stopped.')
  })
})

describe('a mistake at the command line', () => {
  it.each([
    [['--sped=3'], /unknown option "--sped=3"/],
    [['--speed=fast'], /--speed is "fast", expected/],
    [['--port=70000'], /--port is "70000", expected/],
    [['--shell=desktop'], /the desktop app cannot start: /],
  ])('%s is one clear line', async (args, sentence) => {
    const ended = await runLauncher([`--data-dir=${path.join(temporaryDir(), 'new')}`, ...args])
    expect(ended).toMatchObject({ code: 2, stderr: [expect.stringMatching(sentence)] })
  })

  it('or in the settings names field, value and expectation, and changes nothing', async () => {
    const dataDir = temporaryDir()
    const file = path.join(dataDir, 'settings.json')
    writeFileSync(file, '{"risk":{"dayLossMax":2}}')
    const ended = await runLauncher(['--shell=browser', '--port=0', `--data-dir=${dataDir}`])
    expect(ended).toMatchObject({ code: 2, stderr: [expect.stringMatching(/risk\.dayLossMax is 2, expected at most 1/)] })
    expect(readFileSync(file, 'utf8')).toBe('{"risk":{"dayLossMax":2}}')
    expect(readdirSync(dataDir)).toEqual(['settings.json'])
  })

  it('or a data directory that cannot be one is one clear line', async () => {
    const parent = temporaryDir()
    writeFileSync(path.join(parent, 'file'), 'mine')
    mkdirSync(path.join(parent, 'dir'))
    const ended = await runLauncher(['--shell=browser', `--data-dir=${path.join(parent, 'file')}`])
    expect(ended).toMatchObject({ code: 2, stderr: [expect.stringContaining(path.join(parent, 'file'))] })
    expect(readFileSync(path.join(parent, 'file'), 'utf8')).toBe('mine')
  })

  it('shows the help when asked', async () => {
    const ended = await runLauncher(['--help'])
    expect(ended).toMatchObject({ code: 0, stderr: [] })
    expect(ended.stdout.join('\n')).toContain('--data-dir=DIR')
  })
})
