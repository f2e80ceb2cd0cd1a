// What a recording says of itself: manifest.json beside its files.
import { z } from 'zod'
import { type Decimal, money, price, quantity, rate } from '../../../src-shared/domain/decimal.ts'
import { instrumentId } from '../../../src-shared/domain/ids.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { TIMEFRAMES } from '../../../src-shared/domain/time.ts'

/** Text that `parse` accepts; its RangeError becomes the message. `positive` refuses zero and less. */
const exact = <D extends Decimal>(parse: (text: string) => D, bound: 'positive' | 'any') =>
  z.string().transform((text, context): D => {
    try {
      const value = parse(text)
      if (bound === 'any' || value > 0n) return value
      context.addIssue(`"${text}" must be more than 0`)
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : String(error))
    }
    return z.NEVER
  })
const id = z.string().transform((text, context) => {
  try {
    return instrumentId(text)
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : String(error))
    return z.NEVER
  }
})

const RecordedFile = z.strictObject({
  /** A bare name, so that a recording cannot point outside its own folder. */
  file: z.string().regex(/^[A-Za-z0-9][\w.-]{0,127}$/, 'must be a plain file name'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
  rows: z.int().min(1).max(20_000_000),
})
export type RecordedFile = z.infer<typeof RecordedFile>

/** Raw messages of the venue's own streams, one per line; `rows` are lines. */
const RecordedStreamFile = RecordedFile.extend({
  /** The instrument as the venue's messages name it. */
  marketId: z.string().regex(/^[A-Z0-9_]{1,40}$/, 'must be a name of the venue, as BTCUSDT'),
})
export type RecordedStreamFile = z.infer<typeof RecordedStreamFile>

const RecordedInstrument = z.strictObject({
  id,
  venue: z.string().min(1),
  base: z.string().min(1),
  quote: z.string().min(1),
  settle: z.string().min(1),
  tickSize: exact(price, 'positive'),
  lotSize: exact(quantity, 'positive'),
  minQuantity: exact(quantity, 'positive'),
  maxQuantity: exact(quantity, 'positive'),
  maxMarketQuantity: exact(quantity, 'positive'),
  minNotional: exact(money, 'positive'),
  contractSize: exact(quantity, 'positive'),
  /** Negative for a rebate. */
  makerFeeRate: exact(rate, 'any'),
  takerFeeRate: exact(rate, 'any'),
  maintenanceMarginRate: exact(rate, 'positive'),
  leverageMax: z.number().min(1).max(1000),
  candles: RecordedFile,
  funding: RecordedFile.nullable(),
  /** Hourly candles from before the recording and during it, for what needs a year of days. */
  earlier: RecordedFile.optional(),
  /** Book and trades, where they were recorded. */
  stream: RecordedStreamFile.optional(),
})
export const Manifest = z.strictObject({
  format: z.literal(1),
  title: z.string().min(1),
  baseTimeframe: z.enum(TIMEFRAMES),
  suggestedStartMs: z.int().min(0),
  instruments: z.array(RecordedInstrument).min(1).max(100),
})
export type Manifest = z.infer<typeof Manifest>

/** The manifest, or one sentence that names the first thing wrong with it. */
export function parseManifest(text: string): Result<Manifest, string> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return err(`is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  const parsed = Manifest.safeParse(json)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return err(`${issue?.path.join('.') || 'manifest'}: ${issue?.message ?? 'not as expected'}`)
  }
  const ids = parsed.data.instruments.map((instrument) => instrument.id)
  const twice = ids.find((each, index) => ids.indexOf(each) !== index)
  return twice === undefined ? ok(parsed.data) : err(`instruments: ${twice} is there twice`)
}
