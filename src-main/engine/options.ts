// What the host tells its workers at their start. Plain data: it crosses a thread or process border.
import type { Settings } from '../../src-shared/config/settings.ts'

/** Where prices come from. */
export const MARKET_KINDS = ['recorded', 'live', 'practice'] as const
export type MarketKind = (typeof MARKET_KINDS)[number]

export type EngineOptions = {
  readonly version: string
  /** Exists and is ours alone: journal, paper venue, recordings, strategies and logs live here. */
  readonly dataDir: string
  /** Holds market/ with the recorded sample, and market-NAME/ with others. */
  readonly assetsDir: string
  /** `practice` is that of the simulated exchange on this machine. */
  readonly market: MarketKind
  /** Which recording: `default` is market/, any other NAME is market-NAME/. Left out, the default one. */
  readonly recording?: string
  /** Multiple of real time at the start; 0 means as fast as it goes. */
  readonly speed: number
  readonly settings: Settings
  /** Lets `debug.fault` through; tests only. */
  readonly allowFaults: boolean
}

/** What the lab's worker is told at its start. It shares the data directory: market data, runs and jobs lie in it. */
export type LabOptions = Pick<EngineOptions, 'version' | 'dataDir' | 'assetsDir' | 'settings'>
