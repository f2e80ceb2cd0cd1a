// How many decimals a price has in its instrument, so that a column of prices lines up.
import { useMemo } from 'react'
import { decimalsByMagnitude, decimalsOf } from '../format/numbers.ts'
import { useDesk } from '../stores/desk-store.ts'

/** Of an instrument the desk does not know, as when the engine is down, the size of the price decides. */
export type PriceDecimals = (instrumentId: string, price: string | null) => number

export function usePriceDecimals(): PriceDecimals {
  const instruments = useDesk((desk) => desk.instruments)
  return useMemo(() => {
    const decimals = new Map(instruments.map((instrument) => [instrument.id, decimalsOf(instrument.tickSize)]))
    return (instrumentId, price) => decimals.get(instrumentId) ?? decimalsByMagnitude(Number(price ?? 0))
  }, [instruments])
}
