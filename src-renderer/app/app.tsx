import { useEffect } from 'react'
import type { Bridge } from '../../src-shared/bridge/contract.ts'
import { BridgeProvider } from '../bridge/context.tsx'
import { startDesk } from '../stores/desk-store.ts'
import { startLabJobs } from '../stores/lab-jobs.ts'
import { startLive } from '../stores/live-store.ts'
import { keepChoices } from '../stores/ui-store.ts'
import { Frame } from './frame.tsx'
import { followTheme } from './theme.ts'

/** The whole screen over one bridge. Everything it starts stops with it. */
export function App({ bridge }: { readonly bridge: Bridge }) {
  useEffect(() => startDesk(bridge), [bridge])
  useEffect(() => startLabJobs(bridge), [bridge])
  useEffect(() => startLive(bridge), [bridge])
  useEffect(() => {
    const stops = [followTheme(), keepChoices()]
    return () => stops.forEach((stop) => stop())
  }, [])
  return (
    <BridgeProvider bridge={bridge}>
      <Frame />
    </BridgeProvider>
  )
}
