// Measures that the chart holds 60 frames a second over 1,000,000 candles, with 100 updates a second and while history scrolls by.
// Usage: node tests/bench/chart.bench.ts (needs a Chromium; its path in CHROMIUM). Prints one JSON object.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { launchChromium } from '../support/chromium.ts'

async function bundle(directory: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir: directory,
      emptyOutDir: true,
      target: 'chrome140',
      lib: { entry: join(import.meta.dirname, 'chart-page.ts'), formats: ['iife'], name: 'bench', fileName: () => 'bench.js' },
    },
  })
  return readFile(join(directory, 'bench.js'), 'utf8')
}

const directory = await mkdtemp(join(tmpdir(), 'tradewright-chart-bench-'))
const browser = await launchChromium()
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
  page.on('pageerror', (error) => console.error(error.message))
  await page.addScriptTag({ content: await bundle(directory) })
  console.log(JSON.stringify(await page.evaluate('chartBench()'), null, 2))
} finally {
  await browser.close()
  await rm(directory, { recursive: true })
}
