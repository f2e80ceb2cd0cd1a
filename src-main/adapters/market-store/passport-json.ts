// Passports as they are stored: JSON text, each field checked when it is read. How the instrument is known stands with the instrument.
import { z } from 'zod'
import { type DataPassport, SERIES_KINDS, type SeriesId } from '../../../src-shared/domain/series.ts'
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import { TIMEFRAMES } from '../../../src-shared/domain/time.ts'
import { MarketStoreError } from './market-store-error.ts'

export type StoredPassport = Omit<DataPassport, 'instrumentFrom'>

const Count = z.int().min(0)
const Ms = z.int()
const Id = z.string().transform((text) => text as SeriesId)

const Stored = z.strictObject({
  id: Id,
  ref: z.strictObject({
    venue: z.string(),
    instrumentId: z.string().transform((text) => text as InstrumentId),
    kind: z.enum(SERIES_KINDS),
    timeframe: z.enum(TIMEFRAMES).nullable(),
  }),
  sources: z.array(
    z.strictObject({
      kind: z.enum(['file', 'download', 'bundled']),
      name: z.string(),
      importedMs: Ms,
      rows: Count,
      sha256: z.string().nullable(),
    }),
  ),
  rows: Count,
  fromMs: Ms,
  toMs: Ms,
  missing: Count,
  gaps: z.array(z.strictObject({ fromMs: Ms, toMs: Ms, rows: Count })),
  duplicates: Count,
  conflicts: Count,
  refused: Count,
  outliersMs: z.array(Ms),
  zeroVolume: Count,
  crossChecks: z.array(z.strictObject({ against: Id, compared: Count, different: Count, examplesMs: z.array(Ms) })),
  contentHash: z.string(),
})

export const passportText = (passport: StoredPassport): string => JSON.stringify(passport)

/** Throws MarketStoreError `corrupt` that names the first field that is not as it was written. */
export function parsePassport(text: string): StoredPassport {
  const parsed = Stored.safeParse(jsonOf(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new MarketStoreError(
    'corrupt',
    `its passport is damaged: ${issue?.path.join('.') || 'text'}: ${issue?.message ?? 'not as expected'}`,
  )
}
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
