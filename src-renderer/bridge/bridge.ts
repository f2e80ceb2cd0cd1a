// The one place that knows there are two ways in. Everything else takes a Bridge.
import type { Bridge } from '../../src-shared/bridge/contract.ts'
import { connectDesktop } from './desktop-bridge.ts'
import { connectSocket, takeToken } from './socket-bridge.ts'

/** Resolves when the program has answered. Rejects with a sentence for the person when it cannot be used. */
export function getBridge(): Promise<Bridge> {
  if (window.bridge) return connectDesktop(window.bridge)
  return connectSocket(`${location.origin.replace(/^http/, 'ws')}/ws`, takeToken())
}
