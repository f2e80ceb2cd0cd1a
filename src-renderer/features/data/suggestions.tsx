import type { Passport } from '../../format/coverage.ts'
import { symbolOf } from '../../format/instruments.ts'

export const VENUE_LIST = 'known-venues'
export const INSTRUMENT_LIST = 'known-instruments'

/** Venues and instruments that are stored already, for the fields that name one of these lists. */
export function Suggestions({ series }: { readonly series: readonly Passport[] }) {
  return (
    <>
      <datalist id={VENUE_LIST}>
        {[...new Set(series.map(({ venue }) => venue))].map((venue) => (
          <option key={venue} value={venue}>
            {venue}
          </option>
        ))}
      </datalist>
      <datalist id={INSTRUMENT_LIST}>
        {[...new Set(series.map(({ instrumentId }) => instrumentId))].map((id) => (
          <option key={id} value={id}>
            {symbolOf(id)}
          </option>
        ))}
      </datalist>
    </>
  )
}
