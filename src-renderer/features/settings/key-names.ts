// How keys are called on the screen.
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { VENUES, type VenueEnvironment } from '../../../src-shared/domain/venue.ts'
import type { Tone } from '../../components/tone.ts'

export type KeyView = Output<'keys.list'>['keys'][number]

export const ENVIRONMENTS: Readonly<Record<VenueEnvironment, { readonly title: string; readonly tone: Tone }>> = {
  live: { title: 'live: real money', tone: 'warn' },
  testnet: { title: 'testnet', tone: 'accent' },
  practice: { title: 'practice venue on this machine', tone: 'muted' },
}

/** For sentences and labels: "Binance USDT-M …0001". */
export const nameOf = ({ venue, lastFour }: KeyView): string => `${VENUES[venue].name} …${lastFour}`
