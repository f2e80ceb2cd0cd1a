// Proves that playbooks are found, refused by name when they cannot be used, laid under the user's settings, chosen while trading goes on, and
// remembered until the settings name another one. Through the real engine with the recorded market.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Playbooks } from '../../src-main/engine/playbooks.ts'
import { BUNDLED_PLAYBOOKS } from '../../src-shared/config/playbook.ts'
import { Settings } from '../../src-shared/config/settings.ts'
import { openEngine } from '../support/engine-in-process.ts'
import { temporaryFolder } from '../support/journal-file.ts'

const MINE = {
  version: 1,
  id: 'mine',
  title: 'Mine',
  description: 'One strategy on one instrument, half of the risk',
  universe: ['ETHUSDT'],
  strategies: [{ id: 'trend-adaptive', parameters: { minSeparation: 0.8 } }],
  risk: { riskPerTrade: 0.0025, dayLossMax: 0.01 },
}

function folderWith(files: Record<string, unknown>): string {
  const dataDir = temporaryFolder()
  mkdirSync(join(dataDir, 'playbooks'))
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(dataDir, 'playbooks', name), typeof content === 'string' ? content : JSON.stringify(content))
  return dataDir
}
const playbooksOf = (files: Record<string, unknown>, settings: object = {}): Playbooks =>
  new Playbooks(folderWith(files), Settings.parse(settings))

describe('playbooks', () => {
  it('that come with the program can all be traded', () => {
    const playbooks = playbooksOf({})
    for (const { id } of BUNDLED_PLAYBOOKS) expect(playbooks.plan(id)).toMatchObject({ ok: true })
    expect(playbooks.startId()).toBe('trend')
  })

  it('of the user lie in a folder, and settings go before what they say', () => {
    const playbooks = playbooksOf({ 'mine.json': MINE }, { playbook: 'mine', risk: { dayLossMax: 0.02 } })
    const plan = playbooks.plan(playbooks.startId())
    expect(plan).toMatchObject({
      ok: true,
      value: {
        risk: { riskPerTrade: 0.0025, dayLossMax: 0.02, weekLossMax: 0.05 },
        strategies: [{ parameters: { minSeparation: 0.8 }, instruments: ['ETH/USDT:USDT'] }],
      },
    })
  })

  it.each([
    ['no JSON', { 'mine.json': '{' }, 'playbook mine.json is not used: Expected property name'],
    ['a limit out of its range', { 'mine.json': { ...MINE, risk: { riskPerTrade: 2 } } }, 'risk.riskPerTrade: '],
    ['a misspelt limit', { 'mine.json': { ...MINE, risk: { riskPerTrades: 0.01 } } }, 'Unrecognized key: "riskPerTrades"'],
    ['no strategy', { 'mine.json': { ...MINE, strategies: [] } }, 'strategies: '],
    ['an instrument that is none', { 'mine.json': { ...MINE, universe: ['BTC-USD'] } }, 'instrument "BTC-USD" is not a unified symbol'],
    ['another name than its file', { 'yours.json': MINE }, 'its id is "mine", expected the name of the file'],
    ['the id of a bundled one', { 'trend.json': { ...MINE, id: 'trend' } }, 'its id "trend" is that of a bundled playbook'],
  ])('with %s are named and left out', (_what, files, sentence) => {
    const playbooks = playbooksOf(files)
    expect(playbooks.faults).toEqual([expect.stringContaining(sentence)])
    expect(playbooks.list()).toHaveLength(BUNDLED_PLAYBOOKS.length)
  })

  it.each([
    ['that do not exist', {}, 'moon', 'playbook "moon" does not exist, expected one of trend, '],
    ['with a strategy that does not', { 'mine.json': { ...MINE, strategies: [{ id: 'moon' }] } }, 'mine', 'strategy "moon" is not bundled'],
    [
      'with a parameter that does not',
      { 'mine.json': { ...MINE, strategies: [{ id: 'trend-adaptive', parameters: { moon: 1 } }] } },
      'mine',
      'there is no parameter "moon"',
    ],
  ])('%s cannot be chosen', (_what, files, id, sentence) => {
    expect(playbooksOf(files).plan(id)).toEqual({ ok: false, error: expect.stringContaining(sentence) })
  })

  it('are remembered until the settings name another one', () => {
    const dataDir = folderWith({ 'mine.json': MINE })
    new Playbooks(dataDir, Settings.parse({})).remember('mine')
    expect(new Playbooks(dataDir, Settings.parse({})).startId()).toBe('mine')
    expect(new Playbooks(dataDir, Settings.parse({ playbook: 'imba' })).startId()).toBe('imba')
  })

  it('that are written while the engine runs are there at the next question, and one that is wrong says why', () => {
    const dataDir = folderWith({})
    const playbooks = new Playbooks(dataDir, Settings.parse({}))
    writeFileSync(join(dataDir, 'playbooks', 'mine.json'), JSON.stringify(MINE))
    writeFileSync(join(dataDir, 'playbooks', 'wrong.json'), '{')
    expect(playbooks.list().at(-1)).toMatchObject({ playbook: { id: 'mine' }, source: 'user' })
    expect(playbooks.plan('mine')).toMatchObject({ ok: true })
    expect(playbooks.plan('wrong')).toEqual({
      ok: false,
      error: expect.stringContaining('playbook wrong.json is not used: Expected property'),
    })
    expect(playbooks.faults).toEqual([])
  })

  it('change while trading goes on: a new session at the same time, with the same account', async () => {
    const dataDir = folderWith({ 'mine.json': MINE })
    const engine = await openEngine(dataDir, { speed: 600 })
    await engine.until('the market moves', async () => (await engine.ask('desk.snapshot', {})).decisions.length > 0)
    const before = await engine.ask('desk.snapshot', {})
    await engine.ask('playbook.select', { id: 'mine' })
    const after = await engine.ask('desk.snapshot', {})
    expect(after).toMatchObject({ playbook: 'mine', strategies: [{ id: 'trend-adaptive' }] })
    expect(after.sessionId).not.toBe(before.sessionId)
    expect(after.marketMs).toBeGreaterThanOrEqual(before.marketMs)
    expect(after.account.balance).not.toBe('0')
    const listed = await engine.ask('playbook.list', {})
    expect(listed.filter(({ isActive }) => isActive)).toMatchObject([{ id: 'mine', source: 'user' }])
    await expect(engine.ask('playbook.select', { id: 'moon' })).rejects.toThrow('playbook "moon" does not exist')
    writeFileSync(join(dataDir, 'playbooks', 'later.json'), JSON.stringify({ ...MINE, id: 'later', title: 'Later' }))
    expect((await engine.ask('playbook.list', {})).at(-1)).toMatchObject({ id: 'mine', isActive: true })
    expect(await engine.ask('playbook.list', {})).toContainEqual(expect.objectContaining({ id: 'later', title: 'Later', isActive: false }))
    await engine.ask('playbook.select', { id: 'later' })
    expect((await engine.ask('desk.snapshot', {})).playbook).toBe('later')
    await engine.stop()
    const again = await openEngine(dataDir, { speed: 600 })
    expect((await again.ask('desk.snapshot', {})).playbook).toBe('later')
    await again.stop()
  })
})
