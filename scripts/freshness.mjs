// Is what stands in dist still what the sources say? Plain JavaScript: the launcher must not pay for a compiler just to ask.
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'

/** Written last by a build, so that its time is that of a whole one. */
export const BUILD_STAMP = '.built'

const SOURCES = [
  'src-main',
  'src-shared',
  'src-renderer',
  'scripts/build.ts',
  'scripts/launch.ts',
  'vite.config.ts',
  'package.json',
  'package-lock.json',
]

/** True when there is a whole build no source file is newer than. Compares times: a thousand files take a few milliseconds. */
export function isBuildFresh(root) {
  const built = statSync(path.join(root, 'dist', BUILD_STAMP), { throwIfNoEntry: false })
  return built !== undefined && SOURCES.every((source) => newestMs(path.join(root, source)) <= built.mtimeMs)
}

function newestMs(entry) {
  const stats = statSync(entry, { throwIfNoEntry: false })
  if (!stats) return 0
  if (!stats.isDirectory()) return stats.mtimeMs
  // A folder's own time tells of files that were removed.
  return readdirSync(entry).reduce((newest, name) => Math.max(newest, newestMs(path.join(entry, name))), stats.mtimeMs)
}
