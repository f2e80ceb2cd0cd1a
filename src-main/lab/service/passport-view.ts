// A passport as the screen sees it.
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { clipped } from '../../../src-shared/bridge/order-view.ts'
import type { DataPassport } from '../../../src-shared/domain/series.ts'

export type SeriesView = Output<'lab.series.list'>[number]
export type PassportView = Omit<SeriesView, 'bytes'>

/** The contract's bounds. */
const SOURCES_MAX = 1_000
const CROSS_CHECKS_MAX = 10
const NAME_MAX = 200

/** Of very many sources the newest are shown. */
export const passportView = ({ ref, sources, crossChecks, gaps, outliersMs, ...passport }: DataPassport): PassportView => ({
  ...passport,
  ...ref,
  gaps: gaps.map((gap) => ({ ...gap })),
  outliersMs: [...outliersMs],
  sources: sources.slice(-SOURCES_MAX).map((source) => ({ ...source, name: clipped(source.name, NAME_MAX) })),
  crossChecks: crossChecks.slice(0, CROSS_CHECKS_MAX).map((check) => ({ ...check, examplesMs: [...check.examplesMs] })),
})

/** `bytes` is what the series takes on the disk. */
export const seriesView = (passport: DataPassport, bytes: number): SeriesView => ({ ...passportView(passport), bytes })
