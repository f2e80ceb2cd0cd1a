// `npm start`: builds when the sources are newer than what was built, then hands over to the built launcher. Plain JavaScript, so that an old
// Node gets as far as the check, and that the running program carries no compiler.
import './require-node.mjs'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { isBuildFresh } from './freshness.mjs'

const root = path.resolve(import.meta.dirname, '..')

/** In a process of its own, so that its memory is given back. */
function build() {
  console.log('Building…')
  const { status } = spawnSync(process.execPath, [path.join(root, 'scripts', 'build.ts')], { stdio: 'inherit' })
  if (status === 0) return true
  console.error('tradewright: the build failed; what it said stands above')
  process.exitCode = 1
  return false
}

if (isBuildFresh(root) || build()) {
  const { launch } = await import(pathToFileURL(path.join(root, 'dist', 'main', 'launch.mjs')).href)
  await launch(process.argv.slice(2), root)
}
