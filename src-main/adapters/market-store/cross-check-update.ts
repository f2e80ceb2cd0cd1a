// Which comparisons a change of one series makes necessary, and what the passports of the others then say.
import { type CrossCheck, type SeriesId, seriesIdOf } from '../../../src-shared/domain/series.ts'
import type { Catalogue } from './catalogue.ts'
import { type ChunkTable, unitMsOf } from './chunk-table.ts'
import { type StoredCandles, crossCheck } from './cross-check.ts'
import type { StoredPassport } from './passport-json.ts'

/** The changed series against all shorter ones, and all longer ones against it. Returns the passports that say something else now. */
export function updateChecks(table: ChunkTable, catalogue: Catalogue, changed: StoredPassport): readonly StoredPassport[] {
  if (changed.ref.kind !== 'candles') return []
  const all = catalogue.candlesOf(changed.ref)
  const results = new Map<SeriesId, CrossCheck[]>()
  for (const shorter of all) {
    const longer = all.filter((each) => unitMsOf(each.ref) > unitMsOf(shorter.ref) && (shorter.id === changed.id || each.id === changed.id))
    const stored = storedOf(table, catalogue, shorter)
    if (longer.length === 0 || stored === null) continue
    const candidates = longer.flatMap((each) => storedOf(table, catalogue, each) ?? [])
    for (const { longer: id, check } of crossCheck(table, stored, candidates)) results.set(id, [...(results.get(id) ?? []), check])
  }
  return all.flatMap((passport) => {
    const fresh = results.get(passport.id)
    if (fresh === undefined) return []
    const kept = passport.crossChecks.filter(({ against }) => !fresh.some((check) => check.against === against))
    return [{ ...passport, crossChecks: [...kept, ...fresh].toSorted((a, b) => (a.against < b.against ? -1 : 1)) }]
  })
}

/** Without comparisons against a series that is no longer there. Returns the passports that said something about it. */
export const forgetChecks = (passports: readonly StoredPassport[], gone: SeriesId): readonly StoredPassport[] =>
  passports.flatMap((passport) => {
    const crossChecks = passport.crossChecks.filter(({ against }) => against !== gone)
    return crossChecks.length === passport.crossChecks.length ? [] : [{ ...passport, crossChecks }]
  })

function storedOf(table: ChunkTable, catalogue: Catalogue, { id, ref }: StoredPassport): StoredCandles | null {
  const entry = catalogue.find(id)
  if (entry === null || ref.timeframe === null) return null
  return { id: seriesIdOf(ref), timeframe: ref.timeframe, directory: table.directory(entry.key) }
}
