// Proves who may import whom, directly and through any number of steps, and that the pure folders touch no clock, chance or machine.
// Every rule is shown to bite: a file that breaks it is added to the real ones, and must be found.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildGraph, reach, readSources, type Graph } from '../support/source-graph.ts'

type Layer = {
  readonly of: RegExp
  /** Own files it may import; `$1` is what the first group of `of` matched. */
  readonly files: string
  readonly packages: RegExp
}
const NONE = /^$/
const NO_SHELL = /^(?!(electron|ws)$)/
/** What adapters may have: how SQLite is opened is known in one place of theirs. */
const NO_SHELL_NO_SQLITE = /^(?!(electron|ws|better-sqlite3)$)/

/** The first layer that matches a file counts. */
const LAYERS: readonly Layer[] = [
  { of: /^src-shared\/domain\//, files: '^src-shared/domain/', packages: NONE },
  { of: /^src-shared\/events\//, files: '^src-shared/(domain|events)/', packages: NONE },
  { of: /^src-shared\/format\//, files: '^src-shared/(domain|format)/', packages: NONE },
  { of: /^src-shared\/(config|bridge)\//, files: '^src-shared/', packages: /^zod$/ },
  { of: /^src-shared\//, files: '^src-shared/', packages: NONE },
  { of: /^src-main\/core\//, files: '^(src-main/core|src-shared/(domain|events|config|format))/', packages: NONE },
  // What all adapters with a SQLite file share: a folder that other adapters may import, and it knows nothing but itself.
  { of: /^src-main\/adapters\/sqlite\//, files: '^src-main/adapters/sqlite/', packages: /^(node:|better-sqlite3$)/ },
  // What all adapters with a stream share: one socket that is kept open. It comes by the library that also serves the browser shell.
  { of: /^src-main\/adapters\/socket\//, files: '^(src-main/adapters/socket|src-main/core/ports)/', packages: /^(node:|ws$)/ },
  {
    of: /^src-main\/adapters\/([^/]+)\//,
    files: '^(src-main/adapters/($1|sqlite|socket)|src-main/core|src-shared)/',
    packages: NO_SHELL_NO_SQLITE,
  },
  { of: /^src-main\/(?:engine|research)\//, files: '^(src-main/(engine|research|core|adapters)|src-shared)/', packages: NO_SHELL },
  // Jobs over the same kernel; what a playbook means for a run is said by the engine's folder.
  { of: /^src-main\/lab\//, files: '^(src-main/(lab|engine|core|adapters)|src-shared)/', packages: NO_SHELL },
  // An exchange of its own that happens to come with the program: it must not know the desk that trades on it.
  { of: /^src-main\/practice-venue\//, files: '^(src-main/practice-venue|src-shared/(domain|format))/', packages: /^(node:|ws$|zod$)/ },
  { of: /^src-main\/host\//, files: '^(src-main/host/|src-shared/|src-main/engine/options\\.ts$)', packages: NO_SHELL },
  {
    of: /^src-main\/shells\/common\//,
    files:
      '^(src-main/(shells/common|host|adapters/(journal|keychain|lab-store))/|src-shared/|src-main/engine/options\\.ts$|package\\.json$)',
    packages: NO_SHELL,
  },
  { of: /^src-main\/shells\/browser\//, files: '^(src-main/(shells/(common|browser)|host)|src-shared)/', packages: /^(?!electron$)/ },
  { of: /^src-main\/shells\/desktop\//, files: '^(src-main/(shells/(common|desktop)|host)|src-shared)/', packages: /^(?!ws$)/ },
  {
    of: /^src-renderer\/features\/([^/]+)\//,
    files: '^(src-renderer/(features/$1|bridge|stores|format|charts|components)|src-shared)/',
    packages: /^(?!node:|electron$|ws$|pino$|ccxt$|better-sqlite3$)/,
  },
  {
    of: /^src-renderer\/(?:bridge|stores|format|charts|components)\//,
    files: '^(src-renderer/(bridge|stores|format|charts|components)|src-shared)/',
    packages: /^(?!node:|electron$|ws$|pino$|ccxt$|better-sqlite3$)/,
  },
  { of: /^src-renderer\//, files: '^(src-renderer|src-shared)/', packages: /^(?!node:|electron$|ws$|pino$|ccxt$|better-sqlite3$)/ },
]
const PURE = /^(src-shared|src-main\/core)\//

/** Chains that no single import shows. */
const NEVER_REACHED: readonly { readonly from: RegExp; readonly packages: RegExp; readonly files: RegExp }[] = [
  { from: /^src-main\/engine\/entry\.ts$/, packages: /^electron$/, files: /^src-main\/(host|shells)\/|^src-renderer\// },
  { from: /^src-main\/lab\/service\/entry\.ts$/, packages: /^electron$/, files: /^src-main\/(host|shells)\/|^src-renderer\// },
  { from: /^src-main\/shells\/browser\/main\.ts$/, packages: /^electron$/, files: /^src-main\/shells\/desktop\/|^src-renderer\// },
  { from: /^src-main\/shells\/desktop\/preload\.ts$/, packages: /^(?!electron$)/, files: /^src-main\/host\/|^src-shared\// },
  { from: /^src-renderer\//, packages: /^(node:.*|electron|better-sqlite3|ccxt|pino|ws)$/, files: /^src-main\// },
]

function violations(graph: Graph): string[] {
  return [...graph].flatMap(([file, module]) => [
    ...importViolations(file, module),
    ...(PURE.test(file) ? module.ambient.map((name) => `${file} touches ${name}`) : []),
    ...NEVER_REACHED.filter(({ from }) => from.test(file)).flatMap(({ packages, files }) => {
      const reached = reach(graph, file)
      const bad = [...[...reached.packages].filter((name) => packages.test(name)), ...[...reached.files].filter((name) => files.test(name))]
      return bad.map((name) => `${file} reaches ${name}`)
    }),
  ])
}

function importViolations(file: string, module: { files: readonly string[]; packages: readonly string[] }): string[] {
  const layer = LAYERS.find(({ of }) => of.test(file))
  if (!layer) return [`${file} lies in no layer`]
  const own = new RegExp(layer.files.replace('$1', layer.of.exec(file)?.[1] ?? ''))
  const bad = [...module.files.filter((name) => !own.test(name)), ...module.packages.filter((name) => !layer.packages.test(name))]
  return bad.map((name) => `${file} imports ${name}`)
}

const root = path.resolve(import.meta.dirname, '../..')
const sources = readSources(root, ['src-shared', 'src-main', 'src-renderer'])
const graph = buildGraph(sources)
const found = violations(graph)
/** What is found beyond the real files' own when these are added or replaced. */
const foundWith = (added: Record<string, string>): string[] =>
  violations(new Map([...graph, ...buildGraph(new Map(Object.entries(added)))])).filter((violation) => !found.includes(violation))

describe('the layers', () => {
  it('hold in every source file', () => {
    expect(sources.size).toBeGreaterThan(100)
    expect(found).toEqual([])
  })

  it('are seen through real imports, not guessed from text', () => {
    expect(reach(graph, 'src-main/shells/browser/main.ts').files.size).toBeGreaterThan(20)
    expect([...reach(graph, 'src-main/shells/desktop/index.ts').packages]).toContain('electron')
    expect(
      foundWith({ 'src-main/core/market/x.ts': "// import { a } from 'ccxt'\nconst text = \"from 'electron'\"\nexport { text }" }),
    ).toEqual([])
  })

  it.each([
    ['src-shared/domain/x.ts', "import type { Fill } from '../events/venue-report.ts'"],
    ['src-shared/domain/x.ts', "import { z } from 'zod'"],
    ['src-shared/format/x.ts', "import { commands } from '../bridge/contract.ts'"],
    ['src-shared/bridge/x.ts', "import { readFileSync } from 'node:fs'"],
    ['src-main/core/risk/x.ts', "import { commands } from '../../../src-shared/bridge/contract.ts'"],
    ['src-main/core/risk/x.ts', "import { z } from 'zod'"],
    ['src-main/core/risk/x.ts', "import type { Log } from '../../host/log.ts'"],
    ['src-main/core/risk/x.ts', "export * from '../../adapters/journal/reader.ts'"],
    ['src-main/core/risk/x.ts', "export const load = () => import('ccxt')"],
    ['src-main/core/risk/x.ts', "export type A = import('electron').App"],
    ['src-main/adapters/replay/x.ts', "import 'ws'"],
    ['src-main/adapters/binance-stream/x.ts', "import '../ccxt/redact.ts'"],
    ['src-main/adapters/binance-stream/x.ts', "import 'ws'"],
    ['src-main/adapters/socket/x.ts', "import '../ccxt/redact.ts'"],
    ['src-main/adapters/replay/x.ts', "import { openJournalReader } from '../journal/reader.ts'"],
    ['src-main/adapters/replay/x.ts', "import '../../engine/entry.ts'"],
    ['src-main/adapters/lab-store/x.ts', "import '../market-store/open-file.ts'"],
    ['src-main/adapters/lab-store/x.ts', "import '../sqlite-store/x.ts'"],
    ['src-main/adapters/lab-store/x.ts', "import Sqlite from 'better-sqlite3'\nexport { Sqlite }"],
    ['src-main/adapters/sqlite/x.ts', "import '../journal/journal-error.ts'"],
    ['src-main/adapters/sqlite/x.ts', "import type { Fill } from '../../../src-shared/events/venue-report.ts'"],
    ['src-main/engine/x.ts', "import { app } from 'electron'"],
    ['src-main/engine/x.ts', "import '../lab/entry.ts'"],
    ['src-main/lab/x.ts', "import '../host/log.ts'"],
    ['src-main/host/x.ts', "import { startEngine } from '../engine/engine.ts'"],
    ['src-main/host/x.ts', "import '../adapters/journal/reader.ts'"],
    ['src-main/shells/common/x.ts', "import { app } from 'electron'"],
    ['src-main/shells/browser/x.ts', "import '../desktop/main.ts'"],
    ['src-main/shells/desktop/x.ts', "import '../browser/server.ts'"],
    ['src-renderer/app/x.ts', "import '../../src-main/host/log.ts'"],
    ['src-renderer/app/x.ts', "const fs = require('node:fs')\nexport { fs }"],
    ['src-renderer/features/desk/x.tsx', "import '../journal/journal-page.tsx'"],
    ['src-renderer/components/x.tsx', "import '../features/desk/desk-page.tsx'"],
    ['src-stray/x.ts', 'export {}'],
  ])('find %s with %s', (file, text) => {
    expect(foundWith({ [file]: text }).length).toBeGreaterThan(0)
  })

  it('let adapters share how a SQLite file is opened, and nothing else', () => {
    const importing = (name: string): string[] => foundWith({ 'src-main/adapters/lab-store/x.ts': `import '../${name}'` })
    expect(importing('sqlite/writable-file.ts')).toEqual([])
    expect(importing('journal/open-file.ts')).toEqual(['src-main/adapters/lab-store/x.ts imports src-main/adapters/journal/open-file.ts'])
  })

  it.each([
    'Date.now()',
    "Date['now']()",
    'new Date()',
    'Date()',
    'Math.random()',
    'setTimeout(() => {}, 1)',
    'process.env',
    'performance.now()',
    'globalThis.x',
    'new Date(0).getHours()',
    'new Date(0).toLocaleString()',
    "console.log('x')",
    'crypto.randomUUID()',
  ])('find %s in a pure folder', (expression) => {
    const file = 'src-main/core/risk/x.ts'
    expect(foundWith({ [file]: `export const x = ${expression}` })).toEqual([expect.stringContaining(file)])
    expect(foundWith({ 'src-main/engine/x.ts': `export const x = ${expression}` })).toEqual([])
  })

  it('leave times that are given, and names that only look alike, in peace', () => {
    const text =
      'export const x = (date: Date, a: { process: number }) => [new Date(0).toISOString(), date.getUTCHours(), a.process, { window: 1 }]'
    expect(foundWith({ 'src-main/core/risk/x.ts': text })).toEqual([])
  })

  it('find a forbidden package at the end of a chain of innocent imports', () => {
    const chain = {
      'src-main/engine/entry.ts': "import './x.ts'",
      'src-main/engine/x.ts': "import '../adapters/system/x.ts'",
      'src-main/adapters/system/x.ts': "import 'electron'",
    }
    expect(foundWith(chain)).toContain('src-main/engine/entry.ts reaches electron')
  })
})

describe('the lock file', () => {
  it('names no address: packages come from whatever registry is configured', () => {
    const text = readFileSync(path.join(root, 'package-lock.json'), 'utf8')
    expect(text).toContain('"integrity"')
    expect(text).not.toContain('"resolved"')
  })

  it('has every package pinned exactly', () => {
    const {
      dependencies,
      devDependencies,
      optionalDependencies,
    }: Record<string, Record<string, string>> = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }))
      expect(version, name).toMatch(/^(npm:@[a-z]+\/[a-z]+@)?\d+\.\d+\.\d+$/)
  })
})
