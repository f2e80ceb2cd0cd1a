// Proves the way a person takes through signals: from a mark on the candles to the whole trace of all twelve voters, by keys to the next signal
// that was blocked, and to what became of it though it was never traded.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FAST, POLL, type DeskDriver, goTo, openDesk, openFromMark, playUntil } from '../support/desk-driver.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const ANY = { instrumentId: null, strategyId: null, voter: null, regime: null, outcome: null, reason: null, result: null }

let desk: DeskDriver
beforeAll(async () => {
  const dataDir = temporaryDir()
  writeFileSync(join(dataDir, 'settings.json'), '{"playbook":"imba"}')
  desk = await openDesk({ dataDir, args: [FAST] })
  await playUntil(desk, ({ decisions }) => decisions.filter(({ outcome }) => outcome === 'blocked').length >= 5)
})
afterAll(() => desk.close())

describe('a walk through signals', () => {
  it('leads from a mark to the trace, to the next blocked signal, and to its outcome', async () => {
    const { page, client } = desk
    await goTo(page, 'Desk')
    const id = await openFromMark(desk)
    const story = (of: string) => page.getByRole('article', { name: `Decision ${of}` })
    await story(id).waitFor()
    const { trace } = await client.read('decision.detail', { id, filter: null })
    expect(trace.signal.votes).toHaveLength(12)
    const opinions = story(id).getByRole('region', { name: /Opinions/ })
    for (const { voter } of trace.signal.votes) expect(await opinions.innerText()).toContain(voter)

    // The oldest first, so that there is a next one; then on to the blocked one after it.
    const { rows } = await client.read('signals.list', { limit: 500, offset: 0, filter: ANY })
    const oldest = rows.at(-1)?.decision.id ?? ''
    await page.goto(`${new URL(page.url()).origin}/#/signal/${oldest}`)
    await story(oldest).waitFor()
    await page.keyboard.press('b')
    const blocked = rows.toReversed().find(({ decision }) => decision.id !== oldest && decision.outcome === 'blocked')
    if (blocked === undefined) throw new Error('nothing was blocked after the first signal')
    await story(blocked.decision.id).waitFor()
    expect(await story(blocked.decision.id).innerText()).toContain('BLOCKED')

    // Its outcome comes with the next half hours of the market.
    const outcomeOf = async () => (await client.read('decision.detail', { id: blocked.decision.id, filter: null })).signalOutcome
    await client.read('playback.setPlaying', { playing: true })
    await expect.poll(outcomeOf, { timeout: 60_000, interval: 250 }).not.toBeNull()
    const outcome = await outcomeOf()
    await page.reload()
    await story(blocked.decision.id).waitFor()
    await expect
      .poll(() => story(blocked.decision.id).innerText(), POLL)
      .toMatch(new RegExp(`would have been a\\s+${outcome?.outcome.toUpperCase() ?? '?'}`))
    expect(desk.opened.problems).toEqual([])
  })
})
