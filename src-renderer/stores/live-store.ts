// How trading with real money stands, as the engine tells: on every change, and once a second while it is armed.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { Bridge, Payload } from '../../src-shared/bridge/contract.ts'
import { liveRunId } from '../../src-shared/domain/venue.ts'

export type Live = Payload<'live'>
export type LiveHealth = NonNullable<Live['health']>

/** Null until the engine has told. */
export const liveStore = createStore<{ readonly view: Live | null }>(() => ({ view: null }))

/** One slice of how live trading stands. */
export const useLive = <T>(selector: (view: Live | null) => T): T => useStore(liveStore, ({ view }) => selector(view))

/** A person has agreed to it and not gone back: true also while the account cannot be opened. */
export const isArmed = (view: Live | null): boolean => view !== null && view.state !== 'off'

/** Orders go to the account, and the desk shows it. */
export const isLive = (view: Live | null): boolean => view?.state === 'live'

/** The name under which the host knows the journal of the account that is traded; null on paper. */
export const liveRunOf = (view: Live | null): string | null =>
  view?.state === 'live' && view.account !== null ? liveRunId(view.account.venue, view.account.environment) : null

/** Follows the topic; asks at the start, after a lost connection, and when an engine has started. Returns how to stop. */
export function startLive(bridge: Bridge): () => void {
  let told = 0
  let stopped = false
  const receive = (view: Live) => {
    told += 1
    liveStore.setState({ view })
  }
  const ask = async () => {
    const before = told
    const result = await bridge.invoke('live.state', {})
    // What the topic said meanwhile is newer.
    if (!stopped && result.ok && told === before) receive(result.value)
  }
  const undo = [
    bridge.subscribe('live', receive),
    bridge.subscribe('status', ({ state }) => state === 'running' && void ask()),
    bridge.onConnection((connected) => connected && void ask()),
  ]
  void ask()
  return () => {
    stopped = true
    for (const off of undo) off()
    liveStore.setState({ view: null })
  }
}
