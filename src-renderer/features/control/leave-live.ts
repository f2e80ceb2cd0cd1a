// The way back to paper: one click, and a question only where there is something to decide.
import { useCallback } from 'react'
import { useCommand } from '../../bridge/use-command.ts'
import { deskStore } from '../../stores/desk-store.ts'
import { type Live, liveStore } from '../../stores/live-store.ts'
import { openDialog } from '../../stores/ui-store.ts'

/** `positions`: what to do with them. `not_open`: the account is not open, so that nothing can be closed now. Null: there is nothing to ask. */
export type LeaveQuestion = 'positions' | 'not_open' | null

export function leaveQuestion(view: Live | null, positions: number): LeaveQuestion {
  if (view?.state !== 'live') return 'not_open'
  return positions > 0 ? 'positions' : null
}

/** Goes back to paper at once when nothing is open, with entries that still wait canceled; otherwise asks. */
export function useLeaveLive(): () => void {
  const run = useCommand()
  return useCallback(() => {
    if (leaveQuestion(liveStore.getState().view, deskStore.getState().positions.length) !== null) openDialog({ kind: 'back-to-paper' })
    else void run('live.disarm', { positions: 'close' }, { what: 'Go back to paper', done: 'Going back to paper; nothing was open' })
  }, [run])
}
