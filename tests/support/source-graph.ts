// Reads what modules really import and which ambient things they touch, from their syntax trees.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseSync } from 'vite'

/** Path from the root of the repository, with slashes, to source text. */
export type Sources = ReadonlyMap<string, string>
export type Module = {
  /** Repository paths of the project's own files it imports, also for types alone. */
  readonly files: readonly string[]
  /** Names of packages, `node:` modules included. */
  readonly packages: readonly string[]
  /** Clock, randomness, timers and the like that it touches, such as "Date.now". */
  readonly ambient: readonly string[]
}
export type Graph = ReadonlyMap<string, Module>

const SOURCE = /\.(ts|tsx|mts|mjs)$/

export function readSources(root: string, folders: readonly string[]): Sources {
  const names = folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name)),
  )
  return new Map(
    names.filter((name) => SOURCE.test(name)).map((name) => [name.split(path.sep).join('/'), readFileSync(path.join(root, name), 'utf8')]),
  )
}

export const buildGraph = (sources: Sources): Graph => new Map([...sources].map(([file, text]) => [file, readModule(file, text)]))

/** Everything reached from `entry` through any number of imports, itself included. */
export function reach(graph: Graph, entry: string): { files: ReadonlySet<string>; packages: ReadonlySet<string> } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const waiting = [entry]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue
    files.add(file)
    const module = graph.get(file)
    if (!module) continue
    for (const name of module.packages) packages.add(name)
    waiting.push(...module.files)
  }
  return { files, packages }
}

/** Any node of the tree, its fields looked up by name. */
type Node = { readonly type: string; readonly [field: string]: unknown }
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

function readModule(file: string, text: string): Module {
  const specifiers: string[] = []
  const ambient: string[] = []
  const { program } = parseSync(file, text)
  visit({ ...program }, (node) => {
    const specifier = specifierOf(node)
    if (specifier !== null) specifiers.push(specifier)
    const touched = ambientOf(node)
    if (touched !== null) ambient.push(touched)
  })
  const relative = specifiers.filter((specifier) => specifier.startsWith('.'))
  return {
    files: relative.map((specifier) => path.posix.join(path.posix.dirname(file), specifier)),
    packages: specifiers.filter((specifier) => !specifier.startsWith('.')).map(packageOf),
    ambient,
  }
}

function visit(node: Node, look: (node: Node) => void): void {
  look(node)
  for (const [field, value] of Object.entries(node)) {
    // A name after a dot, or as a key, is not a variable.
    if ((field === 'property' || field === 'key') && node['computed'] !== true) continue
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, look)
  }
}

function specifierOf(node: Node): string | null {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return literalOf(node['source'])
    case 'CallExpression':
      return isNamed(node['callee'], 'require') && Array.isArray(node['arguments']) ? literalOf(node['arguments'][0]) : null
    default:
      return null
  }
}

const literalOf = (value: unknown): string | null =>
  isNode(value) && value.type === 'Literal' && typeof value['value'] === 'string' ? value['value'] : null
const isNamed = (value: unknown, name: string): boolean => isNode(value) && value.type === 'Identifier' && value['name'] === name
const packageOf = (specifier: string): string =>
  specifier.startsWith('@') ? specifier.split('/', 2).join('/') : (specifier.split('/', 1)[0] ?? specifier)

const AMBIENT_NAMES: ReadonlySet<string> = new Set(
  'process performance setTimeout setInterval setImmediate queueMicrotask fetch console crypto WebSocket Buffer globalThis require Intl'.split(
    ' ',
  ),
)
const LOCAL_TIME = /^(get|set)(FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds|TimezoneOffset)$|^toLocale/

function ambientOf(node: Node): string | null {
  switch (node.type) {
    case 'Identifier':
      return AMBIENT_NAMES.has(String(node['name'])) ? String(node['name']) : null
    case 'NewExpression':
      return isNamed(node['callee'], 'Date') && Array.isArray(node['arguments']) && node['arguments'].length === 0 ? 'new Date()' : null
    case 'CallExpression':
      return isNamed(node['callee'], 'Date') ? 'Date()' : null
    case 'MemberExpression':
      return ambientMember(node)
    default:
      return null
  }
}

function ambientMember(node: Node): string | null {
  const property = isNode(node['property']) ? String(node['property']['name'] ?? node['property']['value']) : ''
  if (isNamed(node['object'], 'Math') && property === 'random') return 'Math.random'
  if (isNamed(node['object'], 'Date') && property === 'now') return 'Date.now'
  // What these give depends on the machine's time zone and language.
  return LOCAL_TIME.test(property) ? `.${property}` : null
}
