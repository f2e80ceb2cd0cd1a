// The mood of a day of headlines as a series: it changes when one is published, and when one becomes a day old.
import type { InstrumentId } from '../../../src-shared/domain/ids.ts'
import type { Headline } from '../../core/ports/context-feed.ts'
import { SENTIMENT_WINDOW_MS } from './catalogue.ts'
import { meanSentiment } from './headline-reader.ts'
import type { RecordedValues } from './recorded-files.ts'

/** Null when no headline names the asset. `headlines` come oldest first. */
export function moodSeries(
  headlines: readonly Headline[],
  asset: string,
  target: Pick<RecordedValues, 'source'> & { readonly instrumentId: InstrumentId },
): RecordedValues | null {
  const naming = headlines.filter(({ assets }) => assets.includes(asset))
  if (naming.length === 0) return null
  const changesMs = [...new Set(naming.flatMap(({ tsMs }) => [tsMs, tsMs + SENTIMENT_WINDOW_MS]))].toSorted((a, b) => a - b)
  const values = changesMs.map((atMs) => {
    const ofTheDay = naming.filter(({ tsMs }) => tsMs <= atMs && tsMs > atMs - SENTIMENT_WINDOW_MS)
    return meanSentiment(ofTheDay, asset) ?? Number.NaN
  })
  return {
    ...target,
    measure: 'headline_sentiment',
    knownMs: Float64Array.from(changesMs),
    values: Float64Array.from(values),
    // The next change comes within it, or there is nothing left to say.
    validForMs: SENTIMENT_WINDOW_MS,
  }
}
