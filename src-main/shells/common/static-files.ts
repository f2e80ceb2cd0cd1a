// Files of the built screen, for app:// and http://127.0.0.1 alike: one path rule.
import { readFile, realpath, stat } from 'node:fs/promises'
import path from 'node:path'

export type Asset = { readonly body: Buffer; readonly type: string; readonly immutable: boolean }

const MIME: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
}
/** Vite puts a content hash before the ending of everything but index.html. */
const HASHED = /-[\w-]{8,}\.\w+$/

/** Returns null for anything that is not a regular file of a known type really inside `root`. A link out of it is not followed. */
export async function readAsset(root: string, urlPath: string): Promise<Asset | null> {
  const relative = relativePathOf(urlPath)
  if (relative === null) return null
  const type = MIME[path.extname(relative).toLowerCase()]
  if (!type) return null
  try {
    const realRoot = await realpath(root)
    const file = await realpath(path.join(realRoot, relative))
    if (!file.startsWith(realRoot + path.sep) || !(await stat(file)).isFile()) return null
    return { body: await readFile(file), type, immutable: HASHED.test(relative) }
  } catch {
    // Missing or unreadable is the same to whoever asks.
    return null
  }
}

function relativePathOf(urlPath: string): string | null {
  let decoded: string
  try {
    decoded = decodeURIComponent(urlPath)
  } catch {
    return null
  }
  if (decoded.includes('\0') || decoded.includes('\\') || decoded.split('/').includes('..')) return null
  return decoded === '/' ? 'index.html' : decoded.replace(/^\/+/, '')
}
