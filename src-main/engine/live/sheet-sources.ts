// Where the facts of the sheet come from: the session on the screen, the paper journal, the lab's store.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { paperSample } from '../../adapters/journal/paper-sample.ts'
import { openLabStoreReader } from '../../adapters/lab-store/reader.ts'
import type { ProbeAccount } from '../../core/ports/execution-client.ts'
import type { EngineOptions, MarketKind } from '../options.ts'
import type { Sessions } from '../sessions.ts'
import { takeAccountLease } from './account-lease.ts'
import type { EvidenceFacts } from './evidence.ts'
import type { SheetSources } from './sheet.ts'

export const PAPER_JOURNAL = 'journal.db'
/** The newest checks that are looked through for one of the playbook. */
const CHECKS_MAX = 200

type Parts = {
  readonly options: EngineOptions
  readonly sessions: Sessions
  readonly market: MarketKind
  readonly probe: ProbeAccount
  readonly feed: () => { readonly state: EvidenceFacts['feed']['state']; readonly detail: string }
}

export function sheetSources({ options, sessions, market, probe, feed }: Parts): Omit<SheetSources, 'requestKey' | 'known'> {
  const { dataDir, settings, version } = options
  return {
    version,
    settings: settings.live,
    leverage: settings.leverage,
    plan: () => sessions.plan,
    instruments: () => sessions.front.feed.instruments,
    strategies: () => sessions.front.kernel.strategies.list().map(({ setup }) => setup.plugin.declaration.title),
    probe,
    feed: () => ({ state: feed().state, detail: feed().detail, market }),
    paper: (playbook) => paperSample(join(dataDir, PAPER_JOURNAL), playbook, sessions.paper.kernel.nowMs),
    lookAhead: (playbook) => newestLookAhead(dataDir, playbook),
    journalFailed: () => !sessions.front.kernel.system.journalOk,
    leaseTaken: (account, key) => {
      if (sessions.live !== null) return null
      const lease = takeAccountLease(account, key)
      if (!lease.ok) return lease.error
      lease.value.release()
      return null
    },
  }
}

function newestLookAhead(dataDir: string, playbookId: string): EvidenceFacts['lookAhead'] {
  if (!existsSync(join(dataDir, 'lab.db'))) return null
  const reader = openLabStoreReader(dataDir)
  try {
    const { rows } = reader.runs({ limit: CHECKS_MAX, offset: 0 }, { kind: 'look_ahead' })
    const found = rows.find((run) => run.playbookId === playbookId && run.state === 'done' && run.passed !== null)
    return found === undefined ? null : { passed: found.passed === true, atMs: found.createdMs }
  } finally {
    reader.close()
  }
}
