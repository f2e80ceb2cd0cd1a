// How many decimals a price has in its instrument, so that a column of prices lines up.
import { useMemo } from 'react'
import { decimalsOf } from '../format/numbers.ts'
import { useDesk } from '../stores/desk-store.ts'

export type PriceDecimals = (instrumentId: string) => number

/** For an instrument the desk does not know, as when the engine is down. */
const DECIMALS_UNKNOWN = 2

export function usePriceDecimals(): PriceDecimals {
  const instruments = useDesk((desk) => desk.instruments)
  return useMemo(() => {
    const decimals = new Map(instruments.map((instrument) => [instrument.id, decimalsOf(instrument.tickSize)]))
    return (instrumentId) => decimals.get(instrumentId) ?? DECIMALS_UNKNOWN
  }, [instruments])
}
