// What a session needs from outside before it starts, and the sentences for what cannot be.
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { RecoveredState } from '../../src-shared/events/journal-record.ts'
import type { RiskState } from '../../src-shared/events/risk-state.ts'
import type { Kernel } from '../core/kernel/kernel.ts'
import type { MarketFeed } from '../core/ports/market-feed.ts'
import { initialRiskState } from '../core/risk/trading-state.ts'

const RECORDINGS_KEPT = 10

/** Something outside that only a person can mend; its message is for the user. */
export class StartFault extends Error {}

export type SessionStart = {
  readonly recovered: RecoveredState | null
  readonly startMs: number
  readonly playing: boolean
  readonly speed: number
}

/** What a person must lift stays in force at another time of the recording; limits of days that are not these days do not. */
export function riskStateAt(kernel: Kernel, tsMs: number): RiskState {
  const fresh = initialRiskState(kernel.portfolio.equity(), tsMs)
  const { trips, tradingState } = kernel.risk.state
  const kept = trips.filter((trip) => trip.resumeMs === null)
  return { ...fresh, trips: kept, tradingState: kept.length > 0 ? tradingState : fresh.tradingState }
}

/** A position that has no market here could neither be valued nor protected. */
export function refuseUnknownPositions(recovered: RecoveredState | null, feed: MarketFeed): void {
  const known = new Set(feed.instruments.map((instrument) => instrument.id))
  const stranger = recovered?.positions.find((position) => !known.has(position.instrumentId))
  if (stranger === undefined) return
  throw new StartFault(
    `the journal holds an open position in ${stranger.instrumentId}, which this market does not have (${[...known].join(', ')}); start the market it was opened on, or use another data directory`,
  )
}

/** Creates the folder when it is missing, and makes room for one more recording by removing the oldest. Returns the folder. */
export function prepareRecordings(dir: string): string {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const files = readdirSync(dir)
    .filter((name) => name.endsWith('.jsonl'))
    // By when they were written: their names tell the time of the market.
    .map((name) => ({ path: join(dir, name), writtenMs: statSync(join(dir, name)).mtimeMs }))
    .toSorted((a, b) => a.writtenMs - b.writtenMs)
  for (const { path } of files.slice(0, Math.max(0, files.length - RECORDINGS_KEPT + 1))) rmSync(path)
  return dir
}
