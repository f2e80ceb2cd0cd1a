// The screen over the fake engine in a real Chromium: for what the engine cannot be made to show on demand.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import type { Page } from 'playwright-core'
import { build } from 'vite'
import { launchChromium } from './chromium.ts'

/** Everything answers from memory: what is not there by then never comes. */
const WAIT_MS_MAX = 8000
const ORIGIN = 'http://screen.invalid'
export type FakeScreen = { readonly page: Page; readonly problems: readonly string[]; readonly close: () => Promise<void> }
export type Bundle = { readonly script: string; readonly style: string }

/** Takes a few seconds: once per test file. */
export async function bundleScreen(): Promise<Bundle> {
  const directory = await mkdtemp(join(tmpdir(), 'tradewright-screen-'))
  const environment = process.env['NODE_ENV']
  // A test runner says "test" here, and JSX would be compiled for a development build of React that is not in the bundle.
  process.env['NODE_ENV'] = 'production'
  try {
    await build({
      configFile: false,
      logLevel: 'warn',
      publicDir: false,
      plugins: [react(), tailwindcss()],
      define: { 'process.env.NODE_ENV': '"production"' },
      build: {
        outDir: directory,
        emptyOutDir: true,
        target: 'chrome140',
        cssCodeSplit: false,
        lib: {
          entry: join(import.meta.dirname, 'screen-entry.tsx'),
          formats: ['iife'],
          name: 'screen',
          fileName: () => 'screen.js',
          cssFileName: 'screen',
        },
      },
    })
    const [script, style] = await Promise.all([
      readFile(join(directory, 'screen.js'), 'utf8'),
      readFile(join(directory, 'screen.css'), 'utf8'),
    ])
    return { script, style }
  } finally {
    process.env['NODE_ENV'] = environment
    await rm(directory, { recursive: true })
  }
}

/** Opens the screen at one size and theme. Nothing of it reaches a network: the browser's one request is answered here. */
export async function openScreen(
  { script, style }: Bundle,
  { width, height, colorScheme }: { width: number; height: number; colorScheme: 'dark' | 'light' },
): Promise<FakeScreen> {
  const browser = await launchChromium()
  const page = await browser.newPage({ viewport: { width, height }, colorScheme })
  page.setDefaultTimeout(WAIT_MS_MAX)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  await page.route('**/*', (route) =>
    route.request().url() === `${ORIGIN}/`
      ? route.fulfill({
          contentType: 'text/html',
          body: `<!doctype html><html lang="en"><head><title>Tradewright</title><link rel="icon" href="data:,"><style>${style}</style></head><body><div id="root"></div></body></html>`,
        })
      : route.abort(),
  )
  await page.addInitScript(
    (theme) =>
      sessionStorage.setItem(
        'tradewright.screen',
        JSON.stringify({ theme, ...JSON.parse(sessionStorage.getItem('tradewright.screen') ?? '{}') }),
      ),
    colorScheme,
  )
  await page.goto(`${ORIGIN}/`)
  await page.addScriptTag({ content: script })
  await page.locator('header').first().waitFor()
  return { page, problems, close: () => browser.close() }
}
