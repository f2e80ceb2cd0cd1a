// Proves in a real Electron what the other tests can only show against a stand-in. Runs where a runtime, a display and an ordinary
// user exist; elsewhere it is reported as skipped.
import path from 'node:path'
import { _electron, type ElectronApplication } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { probeHere } from '../../scripts/launch.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const probe = probeHere()

describe.skipIf(!probe.ok)(`the desktop app${probe.ok ? '' : ` (skipped: ${probe.reason})`}`, () => {
  let app: ElectronApplication
  beforeAll(async () => {
    if (!probe.ok) throw new Error(probe.reason)
    app = await _electron.launch({ executablePath: probe.executable, args: [path.resolve('.'), `--data-dir=${temporaryDir()}`] })
  })
  afterAll(() => app?.close())

  it('is sandboxed and isolated in fact, not only in its options', async () => {
    const page = await app.firstWindow()
    expect(page.url()).toMatch(/^app:\/\/bundle\//)
    expect(await page.evaluate(() => ['require', 'process', 'bridge'].map((name) => typeof Reflect.get(globalThis, name)))).toEqual([
      'undefined',
      'undefined',
      'object',
    ])
    await expect.poll(() => page.locator('canvas').count(), { timeout: 30_000 }).toBeGreaterThan(0)
  })

  it('cannot leave its page or open windows', async () => {
    const page = await app.firstWindow()
    await page.evaluate(() => {
      location.href = 'https://example.invalid/'
      window.open('https://example.invalid/')
    })
    // A round trip: whatever was to happen has been asked for.
    await page.evaluate(() => document.readyState)
    expect(page.url()).toMatch(/^app:\/\/bundle\//)
    expect(app.windows()).toHaveLength(1)
  })
})
