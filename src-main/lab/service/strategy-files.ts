// The user's own strategy files, read once: what each declares, or why it cannot be used.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { watchStrategyFolder } from '../../adapters/system/strategy-folder.ts'
import { openSandbox } from '../../engine/open-sandbox.ts'
import { strategyViewOf } from './strategy-views.ts'

export type StrategyFileView = Output<'lab.files'>[number]

/** By name. */
export async function readStrategyFiles(dataDir: string): Promise<StrategyFileView[]> {
  const dir = path.join(dataDir, 'strategies')
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const files: { fileName: string; source: string }[] = []
  const views: StrategyFileView[] = []
  const folder = await watchStrategyFolder(dir, ({ changed, refused }) => {
    files.push(...changed)
    views.push(...refused.map(({ fileName, message }) => ({ name: fileName, source: '', fault: message, strategy: null })))
  })
  folder.close()
  const sandbox = await openSandbox(() => undefined)
  try {
    await sandbox.prepare(files.length)
    for (const { fileName, source } of files) {
      const loaded = sandbox.load(source, fileName)
      views.push(
        loaded.ok
          ? { name: fileName, source, fault: null, strategy: strategyViewOf(loaded.value.declaration, {}, fileName) }
          : { name: fileName, source, fault: loaded.error.message, strategy: null },
      )
    }
  } finally {
    sandbox.close()
  }
  return views.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
