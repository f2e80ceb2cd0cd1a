// Is what stands in dist still what the sources say?
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'

/** Written last by a build, so that its time is that of a whole one. */
export const BUILD_STAMP = '.built'

const SOURCES = ['src-main', 'src-shared', 'src-renderer', 'scripts/build.ts', 'vite.config.ts', 'package.json', 'package-lock.json']

/** True when there is a whole build no source file is newer than. Compares times: a thousand files take a few milliseconds. */
export function isBuildFresh(root: string): boolean {
  const builtMs = modifiedMs(path.join(root, 'dist', BUILD_STAMP))
  return builtMs !== null && SOURCES.every((source) => newestMs(path.join(root, source)) <= builtMs)
}

function newestMs(entry: string): number {
  const stats = statSync(entry, { throwIfNoEntry: false })
  if (!stats) return 0
  if (!stats.isDirectory()) return stats.mtimeMs
  // A folder's own time tells of files that were removed.
  return readdirSync(entry).reduce((newest, name) => Math.max(newest, newestMs(path.join(entry, name))), stats.mtimeMs)
}

function modifiedMs(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null
}
