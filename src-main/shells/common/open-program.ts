// Everything between a parsed command line and a host that can be started, the same for both shells.
import path from 'node:path'
import { err, ok, type Result } from '../../../src-shared/domain/result.ts'
import { liveRunJournal } from '../../../src-shared/domain/venue.ts'
import packageJson from '../../../package.json' with { type: 'json' }
import { openKeychain } from '../../adapters/keychain/keychain.ts'
import { openKeyBook } from '../../adapters/keychain/key-book.ts'
import { refuseMemoryDumps } from '../../adapters/keychain/memory-dumps.ts'
import { openSealedFile } from '../../adapters/keychain/sealed-file.ts'
import { openJournalReader } from '../../adapters/journal/reader.ts'
import { existingJournalFile } from '../../adapters/lab-store/run-folder.ts'
import type { EngineOptions, LabOptions } from '../../engine/options.ts'
import { lockDataDir, prepareDataDir, reasonOf } from '../../host/data-dir.ts'
import { EngineHost } from '../../host/engine-host.ts'
import type { KeyStores } from '../../host/keys/key-shelf.ts'
import { openLog, type Log } from '../../host/log.ts'
import { loadSettings } from '../../host/settings.ts'
import type { Spawn } from '../../host/transport.ts'
import type { LaunchOptions } from './command-line.ts'

export type Program = {
  readonly host: EngineHost
  readonly log: Log
  /** Closes the log and gives the data directory free; stop the host first. */
  readonly close: () => void
}
type Parts = { readonly spawn: Spawn<EngineOptions>; readonly spawnLab: Spawn<LabOptions>; readonly assetsDir: string }

export const VERSION: string = packageJson.version
/** Both start this as their only program; the variable is for tests, and lets `debug.fault` through. */
const allowFaults = () => process.env['TRADEWRIGHT_ALLOW_FAULTS'] === '1'

/** Of the paper account, of a live one, or of a run of the lab. Throws for a run that is not there. */
function journalFile(dataDir: string, runId: string | null): string {
  if (runId === null) return path.join(dataDir, 'journal.db')
  const live = liveRunJournal(runId)
  return live === null ? existingJournalFile(dataDir, runId) : path.join(dataDir, live)
}

/** A process that may write its memory to a file gets no keys. */
function keyStoresOf(dataDir: string): KeyStores {
  const dumping = refuseMemoryDumps().join(' ')
  const refusal = `keys are not used: Node was started with ${dumping}, which may write them to a file; start without it`
  const book = openKeyBook(path.join(dataDir, 'keys.json'))
  return {
    book: dumping === '' ? book : { ...book, load: () => err(refusal) },
    openKeychain: (profile) => openKeychain({ service: `Tradewright ${profile}` }),
    file: openSealedFile(path.join(dataDir, 'keys.sealed')),
  }
}

/** Takes the data directory and reads the settings; starts nothing. The error is one sentence for the user, and nothing is left behind. */
export function openProgram(
  options: Pick<LaunchOptions, 'dataDir' | 'market' | 'recording' | 'speed'>,
  parts: Parts,
): Result<Program, string> {
  const { dataDir } = options
  const prepared = prepareDataDir(dataDir)
  if (!prepared.ok) return prepared
  const settings = loadSettings(path.join(dataDir, 'settings.json'))
  if (!settings.ok) return settings
  const lock = lockDataDir(dataDir)
  if (!lock.ok) return lock
  let log: Log
  try {
    log = openLog(path.join(dataDir, 'logs'))
  } catch (error) {
    lock.value.release()
    return err(`the log in ${dataDir} cannot be opened: ${reasonOf(error)}`)
  }
  const engineOptions: EngineOptions = {
    version: VERSION,
    dataDir,
    assetsDir: parts.assetsDir,
    market: options.market,
    recording: options.recording,
    speed: options.speed,
    settings: settings.value,
    allowFaults: allowFaults(),
  }
  const host = new EngineHost({
    spawn: () => parts.spawn(engineOptions),
    spawnLab: () => parts.spawnLab({ version: VERSION, dataDir, assetsDir: parts.assetsDir, settings: settings.value }),
    openJournal: (runId) => openJournalReader(journalFile(dataDir, runId)),
    keyStores: keyStoresOf(dataDir),
    log,
    version: VERSION,
    dataDir,
    allowFaults: engineOptions.allowFaults,
  })
  log.write(
    'info',
    'host',
    `Tradewright ${VERSION}, Node ${process.versions.node}, ${process.platform} ${process.arch}, ${options.market} market`,
  )
  const close = () => {
    log.close()
    lock.value.release()
  }
  return ok({ host, log, close })
}
