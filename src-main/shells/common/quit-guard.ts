// The program does not go away while a position has no working stop, whoever asks it to; and a person who leaves real positions behind is told first
// what protects them.
import type * as z from 'zod/mini'
import type { BridgeResult } from '../../../src-shared/bridge/contract.ts'
import { LiveView } from '../../../src-shared/bridge/live-contract.ts'
import { DeskSnapshot, type PositionView } from '../../../src-shared/bridge/views.ts'
import { accountName } from '../../../src-shared/domain/venue.ts'
import { unreachable } from '../../../src-shared/domain/result.ts'
import type { StopOutcome } from '../../host/engine-supervisor.ts'

export type QuitChoice = 'protect-and-quit' | 'stay' | 'quit-anyway'
/** How many positions have no working stop; `unknown` when the engine does not say. */
export type Naked = number | 'unknown'
/** Positions of a live account that stay open at its venue, each with its stop in a few words. */
export type LeftOpen = { readonly account: string; readonly positions: readonly string[] }
export type QuitGuardOptions = {
  invoke(command: 'desk.snapshot' | 'live.state' | 'positions.protectAll', input: unknown): Promise<BridgeResult<unknown>>
  /** Puts the question to the person. */
  ask(naked: Naked): Promise<QuitChoice>
  /** Whether to leave these, which are protected and then watched by nobody. */
  askLive(left: LeftOpen): Promise<boolean>
  /** `protecting`: stops are being placed before leaving. `staying`: they could not all be placed, so the program stays. */
  tell(what: 'protecting' | 'staying', naked: Naked): void
  stop(): Promise<StopOutcome>
  /** The last thing called. */
  exit(code: number, outcome: StopOutcome): void
}
export type QuitGuard = ReturnType<typeof createQuitGuard>

type Position = z.output<typeof PositionView>

const nakedOf = (positions: readonly Position[] | null): Naked =>
  positions === null ? 'unknown' : positions.filter(({ stopState }) => stopState !== 'working').length

const inWords = ({ instrumentId, side, quantity, stopPrice }: Position): string =>
  `${instrumentId.split(':')[0]} ${side} ${quantity}, stop at ${stopPrice}`

export function createQuitGuard(options: QuitGuardOptions) {
  let phase: 'idle' | 'deciding' | 'leaving' = 'idle'
  /** A function, since the compiler does not know that others run while we await. */
  const isLeaving = (): boolean => phase === 'leaving'

  /** Null when the engine does not say. */
  async function openPositions(): Promise<readonly Position[] | null> {
    const result = await options.invoke('desk.snapshot', {})
    const snapshot = result.ok ? DeskSnapshot.safeParse(result.value) : null
    return snapshot?.success ? snapshot.data.positions : null
  }
  const countNaked = async (): Promise<Naked> => nakedOf(await openPositions())

  async function personLeaves(positions: readonly Position[]): Promise<boolean> {
    if (positions.length === 0) return true
    const result = await options.invoke('live.state', {})
    const view = result.ok ? LiveView.safeParse(result.value) : null
    if (!view?.success || view.data.state !== 'live' || view.data.account === null) return true
    return options.askLive({ account: accountName(view.data.account), positions: positions.map(inWords) })
  }

  /** Returns what is still naked afterwards. */
  async function protect(naked: Naked): Promise<Naked> {
    options.tell('protecting', naked)
    const result = await options.invoke('positions.protectAll', {})
    return result.ok ? countNaked() : 'unknown'
  }

  async function personAgrees(naked: Naked): Promise<boolean> {
    const choice = await options.ask(naked)
    switch (choice) {
      case 'stay':
        return false
      case 'quit-anyway':
        return true
      case 'protect-and-quit': {
        const left = await protect(naked)
        if (left !== 0) options.tell('staying', left)
        return left === 0
      }
      default:
        return unreachable(choice, 'choice at quitting')
    }
  }

  async function goAway(code: number): Promise<void> {
    if (isLeaving()) return
    phase = 'leaving'
    options.exit(code, await options.stop())
  }

  return {
    isLeaving,
    /** Someone is there to be asked. A second call while the question is open does nothing. */
    async leaveAsking(): Promise<void> {
      if (phase !== 'idle') return
      phase = 'deciding'
      const positions = await openPositions()
      const naked = nakedOf(positions)
      const agreed = positions !== null && naked === 0 ? await personLeaves(positions) : await personAgrees(naked)
      // Meanwhile the session may have ended and taken the decision away.
      if (isLeaving()) return
      phase = 'idle'
      if (agreed) await goAway(0)
    },
    /** Session end, shutdown, SIGTERM, a fault of our own: nobody to ask and little time, so protect and leave. */
    async leaveForced(code = 0): Promise<void> {
      if (isLeaving()) return
      const naked = await countNaked()
      if (naked !== 0) await protect(naked)
      await goAway(code)
    },
  }
}
