// A search on this machine and the same search through a shared queue, both from the command line: the same trials to the last digit. The worker is
// a process of its own with no market data, told of the queue by one option.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { openLabStoreReader } from '../../src-main/adapters/lab-store/reader.ts'
import { PASSWORD_VARIABLE } from '../../src-main/lab/remote/connection.ts'
import { hasRedis, startRedis } from '../support/redis-server.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const SCRIPT = path.join(import.meta.dirname, '../../scripts/lab.ts')
const PASSWORD = 'queue-password-of-a-test'
const SEARCH = (
  'search --playbook imba --symbols BTCUSDT --timeframe 5m --from 2023-04-10 --to 2023-04-20 ' +
  '--trials 8 --search-seed 3 --trades-min 1 --workers 1 ' +
  '--dimension imba.confluenceMin=0.9:2:0.05 --dimension imba.stopPercent=1:5:0.25'
).split(' ')
const env = { ...process.env, [PASSWORD_VARIABLE]: PASSWORD }

/** Number, state, parameters, objective and what it showed on the way or in its folds, of each trial of the only search. */
function trialsOf(dataDir: string) {
  const store = openLabStoreReader(dataDir)
  try {
    const [run] = store.runs({ limit: 1, offset: 0 }, { kind: 'search' }).rows
    const { rows } = store.trials(run?.id ?? '', { limit: 100, offset: 0 })
    return rows.map(({ number, state, parameters, objective, metrics, intermediate }) => ({
      number,
      state,
      parameters,
      objective,
      metrics,
      intermediate,
    }))
  } finally {
    store.close()
  }
}

it.skipIf(!hasRedis).each([
  ['and a pruner', ['--pruner', 'median']],
  ['and folds', ['--folds', '3', '--embargo', '0.02', '--metric', 'net_pnl']],
])(
  'gives the same trials as this machine alone: parameters drawn by TPE %s',
  async (_, options) => {
    const redis = await startRedis({ password: PASSWORD })
    const url = `redis://127.0.0.1:${redis.address.port}`
    const worker = spawn(
      process.execPath,
      [SCRIPT, 'worker', '--queue', url, '--threads', '1', '--name', 'far', '--data-dir', temporaryDir()],
      {
        env,
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    try {
      const [here, there] = [temporaryDir(), temporaryDir()]
      writeFileSync(path.join(there, 'settings.json'), JSON.stringify({ lab: { queue: url } }))
      const search = (dataDir: string): Promise<unknown> =>
        promisify(execFile)(process.execPath, [SCRIPT, ...SEARCH, ...options, '--data-dir', dataDir], { env })
      await search(here)
      await search(there)
      const trials = trialsOf(here)
      expect(trials).toHaveLength(8)
      expect(trials.some(({ objective }) => objective !== null)).toBe(true)
      expect(trialsOf(there)).toEqual(trials)
      worker.kill('SIGTERM')
      expect(await once(worker, 'exit')).toEqual([0, null])
    } finally {
      worker.kill('SIGKILL')
      await redis.stop()
    }
  },
  120_000,
)
