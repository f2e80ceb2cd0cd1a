// The states of live trading in words and tones, the same wherever they are shown.
import type { Payload } from '../../src-shared/bridge/contract.ts'
import type { Tone } from './tone.ts'

type LiveState = Payload<'live'>['state']
type Look = { readonly word: string; readonly tone: Tone; readonly meaning: string }

const LOOK: Readonly<Record<LiveState, Look>> = {
  off: { word: 'paper', tone: 'neutral', meaning: 'Orders go to the simulated venue; no money is at stake.' },
  connecting: { word: 'connecting', tone: 'warn', meaning: 'The account is being opened; nothing is sent yet.' },
  live: { word: 'live', tone: 'danger', meaning: 'Orders go to the account without further questions.' },
  waiting: {
    word: 'waiting',
    tone: 'warn',
    meaning: 'The account cannot be opened now; it is tried again, and nothing is sent meanwhile.',
  },
}
export const liveStateLook = (state: LiveState): Look => LOOK[state]
