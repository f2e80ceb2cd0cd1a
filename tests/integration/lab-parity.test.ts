// A recorded paper session, had again as a backtest: the same decisions, orders, fills and round trips, and a clear word where they are not.
import { readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkParity } from '../../src-main/lab/checks/parity.ts'
import { recordSession } from '../support/recorded-session.ts'

let recording = ''
let lines: readonly string[] = []
beforeAll(async () => {
  recording = await recordSession()
  lines = readFileSync(recording, 'utf8').split('\n')
}, 120_000)

/** The recording with its lines changed. */
function changed(name: string, change: (line: string, index: number) => string): string {
  const copy = `${recording}.${name}`
  writeFileSync(copy, lines.map(change).join('\n'))
  return copy
}

describe('parity of paper and backtest', () => {
  it('holds for a session with strategies of the user, one that came late, and commands', async () => {
    const checked = await checkParity(recording)
    expect(checked).toMatchObject({ ok: true, value: { passed: true, differences: [] } })
    if (checked.ok) expect(checked.value.compared).toBeGreaterThan(200)
  })

  it('names the field of a fill that the session had and the backtest has not', async () => {
    const at = lines.findIndex((line) => line.includes('"type":"fill"'))
    const copy = changed('fill', (line, index) => (index === at ? line.replace('"liquidity":"taker"', '"liquidity":"maker"') : line))
    const checked = await checkParity(copy)
    expect(checked).toMatchObject({ ok: true, value: { passed: false } })
    if (!checked.ok) return
    expect(checked.value.differences[0]).toMatchObject({ input: 'fill 1: liquidity', full: 'maker', cut: 'taker', strategyId: null })
    expect(checked.value.summary).toContain('does not do what was done then')
  })

  it('notices a venue that answers later than on paper', async () => {
    const copy = changed('late', (line, index) => (index === 0 ? line.replace('"latencyMs":120', '"latencyMs":40000') : line))
    const checked = await checkParity(copy)
    expect(checked).toMatchObject({ ok: true, value: { passed: false } })
  })

  it('refuses a recording that does not say how its venue was set up', async () => {
    const copy = changed('old', (line, index) => (index === 0 ? line.replace('"venue":{"config"', '"formerly":{"config"') : line))
    expect(await checkParity(copy)).toMatchObject({ ok: false, error: expect.stringContaining('how its simulated venue was set up') })
  })
})
