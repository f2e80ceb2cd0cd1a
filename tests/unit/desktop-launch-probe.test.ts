// Proves when the launcher starts the desktop app and what it says when it does not, without ever touching the electron package.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { probeElectron, type ProbeSurroundings } from '../../scripts/launch.ts'
import { nodeTrouble } from '../../scripts/require-node.mjs'

const probe = (over: Partial<ProbeSurroundings> = {}, files: readonly string[] = ['/e/path.txt', '/e/dist/electron']) =>
  probeElectron({
    env: { DISPLAY: ':0' },
    platform: 'linux',
    userId: 1000,
    packageDir: '/e',
    exists: (file) => files.includes(file),
    read: () => 'electron\n',
    ...over,
  })

describe('the probe for Electron', () => {
  it('finds the runtime where its package says, on X11 and on Wayland', () => {
    expect(probe()).toEqual({ ok: true, executable: '/e/dist/electron' })
    expect(probe({ env: { WAYLAND_DISPLAY: 'wayland-0' } })).toMatchObject({ ok: true })
  })

  it('finds one in another folder when told to', () => {
    expect(probe({ env: { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: '/o' } }, ['/o/electron'])).toEqual({
      ok: true,
      executable: '/o/electron',
    })
  })

  it('needs no display variable and no user id on other platforms', () => {
    expect(probe({ platform: 'win32', env: {}, userId: undefined }, ['/e/dist/electron.exe'])).toMatchObject({ ok: true })
    expect(probe({ platform: 'darwin', env: {}, userId: 0 }, ['/e/dist/Electron.app/Contents/MacOS/Electron'])).toMatchObject({ ok: true })
  })

  it('says why not: no runtime, no display, or root rather than dropping the sandbox', () => {
    expect(probe({}, [])).toMatchObject({ ok: false, reason: expect.stringContaining('not installed') })
    expect(probe({ env: {} })).toMatchObject({ ok: false, reason: expect.stringContaining('no display') })
    expect(probe({ userId: 0 })).toMatchObject({ ok: false, reason: expect.stringContaining('root') })
  })
})

describe('the check of Node', () => {
  it('passes 24 and newer, and names what is missing otherwise in one line', () => {
    expect(nodeTrouble('24.0.0')).toBeNull()
    expect(nodeTrouble('26.1.0')).toBeNull()
    for (const old of ['18.19.1', '20.20.2', '23.9.0']) {
      expect(nodeTrouble(old)).toContain(old)
      expect(nodeTrouble(old)).not.toContain('\n')
    }
  })

  it('is the first thing `npm start` and `npm test` do', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(scripts).toMatchObject({ start: 'node scripts/start.mjs', pretest: 'node scripts/require-node.mjs' })
  })
})
