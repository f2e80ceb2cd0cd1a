// A host around the fake engine, on a temporary data directory.
import { rmSync } from 'node:fs'
import path from 'node:path'
import { vi } from 'vitest'
import { Settings } from '../../src-shared/config/settings.ts'
import { EngineHost, type JournalReader } from '../../src-main/host/engine-host.ts'
import type { SupervisorOptions } from '../../src-main/host/engine-supervisor.ts'
import type { KeyStores } from '../../src-main/host/keys/key-shelf.ts'
import { openLog } from '../../src-main/host/log.ts'
import { spawnThread, type Spawn, type SpawnEngine } from '../../src-main/host/transport.ts'
import type { LabOptions } from '../../src-main/engine/options.ts'
import { temporaryDir } from './temporary-dir.ts'

export const FAKE_ENGINE = path.join(import.meta.dirname, 'fake-engine.ts')

/** Real time, shortened: for the few tests where a real thread or process must die and come back. */
export const QUICK: Partial<SupervisorOptions> = {
  heartbeatMs: 60,
  heartbeatMissesMax: 3,
  requestTimeoutMs: 2_000,
  shutdownTimeoutMs: 2_000,
  restartPausesMs: [20, 40, 80],
  restartsMax: 3,
}
export type HostSetup = {
  readonly spawn?: (entry: string) => SpawnEngine
  readonly allowFaults?: boolean
  readonly supervisor?: Partial<SupervisorOptions>
  readonly journal?: JournalReader
  /** Left out, there is no lab. */
  readonly spawnLab?: Spawn<LabOptions>
  /** Left out, there are no keys. */
  readonly keyStores?: KeyStores
}

export function makeHost({ spawn = spawnThread, allowFaults = true, supervisor = {}, journal, spawnLab, keyStores }: HostSetup = {}) {
  const dataDir = temporaryDir()
  const log = openLog(path.join(dataDir, 'logs'))
  const options = { version: '0', dataDir, assetsDir: '', market: 'recorded', speed: 0, settings: Settings.parse({}), allowFaults } as const
  const host = new EngineHost({
    spawn: () => spawn(FAKE_ENGINE)(options),
    ...(spawnLab === undefined ? {} : { spawnLab: () => spawnLab({ version: '0', dataDir, assetsDir: '', settings: Settings.parse({}) }) }),
    ...(keyStores === undefined ? {} : { keyStores }),
    openJournal: () => {
      if (!journal) throw new Error('no journal in this test')
      return journal
    },
    log,
    version: '0',
    dataDir,
    allowFaults,
    supervisor: { ...QUICK, ...supervisor },
  })
  return {
    host,
    log,
    dataDir,
    running: () => vi.waitUntil(() => host.state === 'running', { timeout: 10_000, interval: 5 }),
    async dispose() {
      await host.stop()
      log.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
