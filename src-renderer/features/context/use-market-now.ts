// The time that ages are counted against: the market's own in a recording, the wall's on a live feed.
import { useNow } from '../../components/use-now.ts'
import { useDesk } from '../../stores/desk-store.ts'

/** Milliseconds, in whole seconds, so that a component that shows an age is drawn once a second at most by its own doing. */
export function useMarketNow(): number {
  const wallMs = useNow()
  const recordedMs = useDesk((desk) =>
    desk.feed?.kind === 'recorded' && desk.marketMs !== null ? Math.floor(desk.marketMs / 1000) * 1000 : null,
  )
  return recordedMs ?? wallMs
}
