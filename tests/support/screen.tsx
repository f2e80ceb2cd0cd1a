// Draws a page as the window would: over a bridge, with the desk in step, under a router held in memory.
import { act, render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { vi } from 'vitest'
import { Router } from 'wouter'
import { memoryLocation } from 'wouter/memory-location'
import type { Bridge } from '../../src-shared/bridge/contract.ts'
import { BridgeProvider } from '../../src-renderer/bridge/context.tsx'
import { startDesk } from '../../src-renderer/stores/desk-store.ts'
import { startLive } from '../../src-renderer/stores/live-store.ts'

/** jsdom lays nothing out: without a size a virtual list would hold no row. Call once per file. */
export function giveElementsASize(): void {
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 600 })
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => 1200 })
  HTMLElement.prototype.scrollTo = () => undefined
}

/** Timers and frames in the test's hand, microtasks as they are, and nothing that ever changes its size. Undo with `useRealTimers`, `unstubAllGlobals`. */
export function fakeFrames(): void {
  vi.useFakeTimers({
    toFake: [
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'requestAnimationFrame',
      'cancelAnimationFrame',
      'Date',
      'performance',
    ],
  })
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  )
}

/** Draws `page` and waits until the questions it asks at once are answered. `history` grows with every navigation. */
export async function showPage(bridge: Bridge, page: ReactNode) {
  const location = memoryLocation({ path: '/', record: true })
  const stops = [startDesk(bridge), startLive(bridge)]
  const view = render(
    <BridgeProvider bridge={bridge}>
      <Router hook={location.hook}>{page}</Router>
    </BridgeProvider>,
  )
  await settle()
  return {
    history: location.history,
    leave: () => {
      view.unmount()
      for (const stop of stops) stop()
    },
  }
}

/** Lets answers that are on their way arrive and be drawn. Answers of the fake bridge take microtasks only. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await act(async () => await Promise.resolve())
}
