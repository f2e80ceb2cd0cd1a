// Before the e2e tests: one build, so that the programs they start find it fresh.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { isBuildFresh } from '../../scripts/freshness.mjs'

const root = path.resolve(import.meta.dirname, '../..')

export function setup(): void {
  if (isBuildFresh(root)) return
  const { status } = spawnSync(process.execPath, [path.join(root, 'scripts/build.ts')], { stdio: 'inherit' })
  if (status !== 0) throw new Error('the build failed')
}
