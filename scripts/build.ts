// Builds the parts of the program with Vite alone: the screen, the desktop's main and preload, the engine, the launcher, the browser shell.
import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { build, type InlineConfig } from 'vite'
import { BUILD_STAMP } from './freshness.mjs'

const root = path.resolve(import.meta.dirname, '..')
/** Built aside and moved into place at the end: an interrupted build leaves the old one as it was. */
const workDir = path.join(root, `.build-${process.pid}`)
const mainDir = path.join(workDir, 'main')

/** Never bundled: Electron itself, native add-ons, and packages too large to gain from it. */
const EXTERNAL = ['electron', 'better-sqlite3', 'keytar', 'ccxt', 'wink-nlp', 'wink-eng-lite-web-model', 'bullmq', 'ioredis']

type Part = { readonly file: string; readonly entry: string; readonly format: 'cjs' | 'es'; readonly minify?: boolean }
const PARTS: readonly Part[] = [
  { file: 'main.cjs', entry: 'src-main/shells/desktop/index.ts', format: 'cjs' },
  // A sandboxed preload must be one CommonJS file.
  { file: 'preload.cjs', entry: 'src-main/shells/desktop/preload.ts', format: 'cjs', minify: true },
  // CommonJS, so that it also starts from inside a packed archive.
  { file: 'engine.cjs', entry: 'src-main/engine/entry.ts', format: 'cjs' },
  // The same file in every role: the lab's worker, its jobs, their trials.
  { file: 'lab.cjs', entry: 'src-main/lab/service/entry.ts', format: 'cjs' },
  { file: 'launch.mjs', entry: 'scripts/launch.ts', format: 'es' },
  { file: 'browser.mjs', entry: 'src-main/shells/browser/main.ts', format: 'es' },
]

const nodeBuild = ({ file, entry, format, minify = false }: Part): InlineConfig => ({
  configFile: false,
  root,
  logLevel: 'warn',
  publicDir: false,
  resolve: { conditions: ['node'] },
  ssr: { noExternal: true, external: EXTERNAL, target: 'node' },
  build: {
    ssr: path.join(root, entry),
    outDir: mainDir,
    emptyOutDir: false,
    minify,
    sourcemap: true,
    target: 'node24',
    rolldownOptions: { output: { format, entryFileNames: file, codeSplitting: false } },
  },
})

const rendererBuild: InlineConfig = {
  root: path.join(root, 'src-renderer'),
  configFile: path.join(root, 'vite.config.ts'),
  logLevel: 'warn',
  build: { outDir: path.join(workDir, 'renderer') },
}

/** The engine looks for QuickJS beside its own file, under this name. */
function copyQuickJs(): void {
  const wasm = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm')
  copyFileSync(wasm, path.join(mainDir, 'quickjs.wasm'))
}

async function run(): Promise<void> {
  const startedMs = Date.now()
  mkdirSync(mainDir, { recursive: true })
  try {
    await Promise.all([build(rendererBuild), ...PARTS.map((part) => build(nodeBuild(part)))])
    copyQuickJs()
    writeFileSync(path.join(workDir, BUILD_STAMP), '')
    rmSync(path.join(root, 'dist'), { recursive: true, force: true })
    renameSync(workDir, path.join(root, 'dist'))
  } finally {
    rmSync(workDir, { recursive: true, force: true })
  }
  console.log(`Built in ${((Date.now() - startedMs) / 1000).toFixed(1)} s.`)
}

await run()
