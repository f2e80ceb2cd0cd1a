// Proves where data goes on each platform, that the folder is private, and that its lock holds against a second program but not
// against a dead one.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultDataDir, lockDataDir, prepareDataDir } from '../../src-main/host/data-dir.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

describe('the default data directory', () => {
  it.each([
    ['linux', {}, '/home/a/.local/share/tradewright'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/tradewright'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/a/.local/share/tradewright'],
    ['darwin', { XDG_DATA_HOME: '/data' }, '/home/a/Library/Application Support/Tradewright'],
    ['win32', { APPDATA: '/roaming' }, '/roaming/Tradewright'],
  ] as const)('on %s with %o is %s', (platform, env, expected) => {
    expect(defaultDataDir({ platform, env, homeDir: '/home/a' })).toBe(expected)
  })
})

describe('preparing it', () => {
  it('makes a folder that only its owner can enter', () => {
    const dir = path.join(temporaryDir(), 'a', 'b')
    expect(prepareDataDir(dir)).toMatchObject({ ok: true })
    expect(statSync(dir).mode & 0o777).toBe(0o700)
  })

  it.each(['a file', 'a folder below a file'])('refuses %s in one line that names it', (kind) => {
    const file = path.join(temporaryDir(), 'file')
    writeFileSync(file, '')
    const dir = kind === 'a file' ? file : path.join(file, 'below')
    const prepared = prepareDataDir(dir)
    expect(prepared).toMatchObject({ ok: false, error: expect.stringContaining(dir) })
    expect(prepared).toMatchObject({ error: expect.not.stringContaining('\n') })
  })

  it.runIf(process.platform === 'linux')('refuses a parent that takes no folders, instead of trying for ever', () => {
    expect(prepareDataDir('/proc/tradewright/data')).toMatchObject({ ok: false, error: expect.stringContaining('/proc/tradewright') })
  })
})

describe('its lock', () => {
  it('is refused to a second holder and free again after release', () => {
    const dir = temporaryDir()
    const first = lockDataDir(dir)
    expect(lockDataDir(dir)).toMatchObject({ ok: false, error: expect.stringContaining('in use') })
    if (first.ok) first.value.release()
    expect(lockDataDir(dir).ok).toBe(true)
  })

  it('dies with its holder, even when that is killed', async () => {
    const dir = temporaryDir()
    const holder = fork(path.join(import.meta.dirname, '../support/lock-holder.ts'), [dir])
    await once(holder, 'message')
    expect(lockDataDir(dir)).toMatchObject({ ok: false, error: expect.stringContaining(dir) })
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    expect(lockDataDir(dir).ok).toBe(true)
  })
})
