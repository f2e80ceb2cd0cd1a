// Where a series came from, in a list that cannot grow without end.
import type { SeriesSource } from '../../../src-shared/domain/series.ts'

const SOURCES_MAX = 1_000

/** Adds the newest. Downloads from one venue in a row are one source; of too many, the oldest are summed up. */
export function withSource(sources: readonly SeriesSource[], newest: SeriesSource): readonly SeriesSource[] {
  const last = sources.at(-1)
  if (last?.kind === 'download' && newest.kind === 'download' && last.name === newest.name)
    return [...sources.slice(0, -1), { ...newest, rows: last.rows + newest.rows }]
  const all = [...sources, newest]
  if (all.length <= SOURCES_MAX) return all
  const oldest = all.slice(0, all.length - SOURCES_MAX + 1)
  const rows = oldest.reduce((sum, source) => sum + source.rows, 0)
  const importedMs = oldest.at(-1)?.importedMs ?? 0
  return [{ kind: 'file', name: 'earlier imports', importedMs, rows, sha256: null }, ...all.slice(oldest.length)]
}
