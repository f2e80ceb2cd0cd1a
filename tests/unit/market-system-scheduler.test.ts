// Proves that the real timers run once, in the order of their delays, and never after they were canceled.
import { describe, expect, it } from 'vitest'
import { systemScheduler } from '../../src-main/adapters/system/scheduler.ts'

const after = (delayMs: number, said: string[], word: string): Promise<void> =>
  new Promise((resolve) => {
    systemScheduler.schedule(delayMs, () => {
      said.push(word)
      resolve()
    })
  })

describe('the system scheduler', () => {
  it('runs what has no delay after what is already waiting for its turn, and before a later timer', async () => {
    const said: string[] = []
    const later = after(5, said, 'later')
    const soon = after(0, said, 'soon')
    said.push('now')
    await Promise.all([soon, later])
    expect(said).toEqual(['now', 'soon', 'later'])
  })

  it.each([0, 1])('never runs what was canceled, with a delay of %i ms', async (delayMs) => {
    const said: string[] = []
    const cancel = systemScheduler.schedule(delayMs, () => said.push('canceled'))
    cancel()
    await after(3, said, 'done')
    expect(said).toEqual(['done'])
  })

  it('has a clock that never goes back', () => {
    const first = systemScheduler.monotonicMs()
    expect(systemScheduler.monotonicMs()).toBeGreaterThanOrEqual(first)
    expect(Number.isSafeInteger(systemScheduler.nowMs())).toBe(true)
  })
})
