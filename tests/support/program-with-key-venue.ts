// The built program, its engine's file replaced by the one that asks the key venue.
import { cpSync, rmSync } from 'node:fs'
import path from 'node:path'
import { build } from 'vite'

const root = path.resolve(import.meta.dirname, '../..')

export type BuiltProgram = { readonly program: string; remove(): void }

/** Beside dist/, so that what the program loads is found as ever. */
export async function buildProgramWithKeyVenue(): Promise<BuiltProgram> {
  const dir = path.join(root, `.build-keys-${process.pid}`)
  cpSync(path.join(root, 'dist'), dir, { recursive: true })
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    resolve: { conditions: ['node'] },
    ssr: { noExternal: true, external: ['better-sqlite3', 'ccxt', 'wink-nlp', 'wink-eng-lite-web-model'], target: 'node' },
    build: {
      ssr: path.join(root, 'tests/support/engine-with-key-venue.ts'),
      outDir: path.join(dir, 'main'),
      emptyOutDir: false,
      minify: false,
      target: 'node24',
      rolldownOptions: { output: { format: 'cjs', entryFileNames: 'engine.cjs', codeSplitting: false } },
    },
  })
  return { program: path.join(dir, 'main/browser.mjs'), remove: () => rmSync(dir, { recursive: true, force: true }) }
}
