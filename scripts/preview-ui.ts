// Serves the built screen with the in-memory engine, under the same content security policy as the program, for looking and for pictures.
// Development only. Usage: node scripts/preview-ui.ts [--shots <dir>]; without --shots it serves until interrupted.
import { readFile, rm } from 'node:fs/promises'
import { type Server, createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { type Page, chromium } from 'playwright-core'
import react from '@vitejs/plugin-react'
import tailwindcss from '@tailwindcss/vite'
import { build } from 'vite'

const ROOT = join(import.meta.dirname, '..')
/** Apart from dist, which other commands empty. */
const OUT = join(tmpdir(), `tradewright-preview-${process.pid}`)
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
}
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export async function buildPreview(): Promise<void> {
  const shared = { configFile: false, logLevel: 'warn' } as const
  await build({
    ...shared,
    root: join(ROOT, 'src-renderer'),
    base: './',
    plugins: [react(), tailwindcss()],
    build: { outDir: OUT, emptyOutDir: true, target: 'chrome140', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  })
  await build({
    ...shared,
    root: ROOT,
    publicDir: false,
    build: {
      outDir: OUT,
      emptyOutDir: false,
      target: 'chrome140',
      lib: {
        entry: join(ROOT, 'tests/support/preview-bridge.ts'),
        formats: ['iife'],
        name: 'preview',
        fileName: () => 'preview-bridge.js',
      },
    },
  })
}

/** Serves the built files on loopback. The in-memory engine is loaded by a script tag of its own, before the screen. */
export async function servePreview(port = 0): Promise<{ readonly server: Server; readonly origin: string }> {
  const server = createServer((request, response) => {
    void answer(request.url ?? '/').then(({ status, type, body }) => {
      response.writeHead(status, { 'content-type': type, 'content-security-policy': CSP })
      response.end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the preview server has no port')
  return { server, origin: `http://127.0.0.1:${address.port}` }
}

async function answer(url: string): Promise<{ readonly status: number; readonly type: string; readonly body: string | Buffer }> {
  const path = url.split(/[?#]/)[0] === '/' ? '/index.html' : (url.split(/[?#]/)[0] ?? '')
  try {
    const body = await readFile(join(OUT, normalize(path)))
    if (path !== '/index.html') return { status: 200, type: TYPES[extname(path)] ?? 'application/octet-stream', body }
    const html = body.toString().replace('<script type="module"', '<script src="./preview-bridge.js"></script>\n    <script type="module"')
    return { status: 200, type: TYPES['.html'] ?? '', body: html }
  } catch {
    return { status: 404, type: 'text/plain', body: 'not found' }
  }
}

type Shot = { readonly name: string; readonly path?: string; readonly prepare?: (page: Page) => Promise<void> }
const SHOTS: readonly Shot[] = [
  { name: 'desk' },
  {
    name: 'desk-orders',
    prepare: (page) =>
      page
        .getByRole('tab', { name: /Orders/ })
        .click({ timeout: 2000 })
        .catch(() => {}),
  },
  {
    name: 'desk-all-indicators',
    prepare: async (page) => {
      await page.getByRole('button', { name: /Indicators/ }).click()
      for (const title of ['EMA 200', 'Bollinger 20', 'SuperTrend 10, 3', 'VWAP (day)', 'RSI 14', 'MACD 12, 26, 9'])
        await page.getByRole('menuitemcheckbox', { name: title }).click()
      await page.keyboard.press('Escape')
    },
  },
  { name: 'kill', prepare: (page) => page.keyboard.press('Control+Shift+K') },
  { name: 'palette', prepare: (page) => page.keyboard.press('Control+k') },
  { name: 'help', prepare: (page) => page.keyboard.press('?') },
  { name: 'move-stop', prepare: (page) => page.getByRole('button', { name: 'Move the stop of ETH' }).click() },
  { name: 'notifications', prepare: (page) => page.getByRole('button', { name: /Notifications/ }).click() },
  { name: 'trouble', prepare: (page) => page.evaluate('preview.trouble()') },
  { name: 'restarting', prepare: (page) => page.evaluate('preview.restarting()') },
  { name: 'signals', path: '#/signals' },
  { name: 'journal', path: '#/journal' },
  { name: 'system', path: '#/system' },
]

async function takeShots(origin: string, directory: string, only: string | undefined): Promise<void> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS })
  const problems: string[] = []
  for (const [theme, width, height] of [
    ['dark', 1280, 800],
    ['dark', 1920, 1080],
    ['light', 1280, 800],
    ['light', 1920, 1080],
  ] as const) {
    for (const shot of SHOTS.filter(({ name }) => only === undefined || name === only)) {
      const page = await browser.newPage({ viewport: { width, height } })
      page.on('console', (message) => message.type() === 'error' && problems.push(`${shot.name}: ${message.text()}`))
      page.on('pageerror', (error) => problems.push(`${shot.name}: ${error.message}`))
      await page.addInitScript((kept) => sessionStorage.setItem('tradewright.screen', kept), JSON.stringify({ theme }))
      await page.goto(`${origin}/${shot.path ?? ''}`)
      await page.waitForTimeout(900)
      await page.evaluate('preview.advance(3)')
      await shot.prepare?.(page)
      await page.waitForTimeout(600)
      await page.screenshot({ path: join(directory, `${shot.name}-${theme}-${width}.png`) })
      await page.close()
    }
  }
  await browser.close()
  console.log(problems.length === 0 ? 'no console errors' : [...new Set(problems)].join('\n'))
}

if (import.meta.main) {
  await buildPreview()
  const shotsAt = process.argv.indexOf('--shots')
  const { server, origin } = await servePreview(shotsAt < 0 ? 8421 : 0)
  if (shotsAt < 0) console.log(`${origin}/?run`)
  else {
    await takeShots(origin, process.argv[shotsAt + 1] ?? 'shots', process.argv[shotsAt + 2])
    server.close()
    await rm(OUT, { recursive: true })
  }
}
