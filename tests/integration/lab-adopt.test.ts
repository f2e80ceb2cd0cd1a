// Proves that adopted parameters become a new playbook that the engine can trade, that nothing which was there is touched, and that what could
// not be traded is refused in one sentence before anything is written.
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Playbooks } from '../../src-main/engine/playbooks.ts'
import { type Adoption, adopt, bundledDeclarations, previewAdoption } from '../../src-main/lab/adopt.ts'
import { BUNDLED_PLAYBOOKS, Playbook } from '../../src-shared/config/playbook.ts'
import { Settings } from '../../src-shared/config/settings.ts'
import { openEngine } from '../support/engine-in-process.ts'
import { temporaryFolder } from '../support/journal-file.ts'

const bundled = (id: string): Playbook => {
  const found = BUNDLED_PLAYBOOKS.find((playbook) => playbook.id === id)
  if (found === undefined) throw new Error(`no playbook ${id}`)
  return found
}
const MINE = Playbook.parse({
  version: 1,
  id: 'mine-v7',
  title: 'Mine v7',
  description: 'One market, half of the risk',
  universe: ['ETHUSDT'],
  strategies: [{ id: 'imba', parameters: { stopPercent: 3 } }, { id: 'trend-adaptive' }],
  risk: { riskPerTrade: 0.0025, stopDistanceMax: 0.2 },
  care: { targetLadder: [] },
})

const adoption = (changes: Partial<Adoption> = {}): Adoption => ({
  dataDir: temporaryFolder(),
  playbook: bundled('imba'),
  parameters: { 'imba.confluenceMin': 1.4 },
  declarations: bundledDeclarations(),
  ...changes,
})
const namesIn = (dataDir: string): string[] =>
  existsSync(join(dataDir, 'playbooks')) ? readdirSync(join(dataDir, 'playbooks')).toSorted() : []

describe('adopting', () => {
  it('shows first what would change, against defaults and the playbook, and writes nothing', () => {
    const wanted = adoption({
      playbook: MINE,
      parameters: { 'imba.confluenceMin': 1.4, 'imba.stopPercent': 2, 'trend-adaptive.minSeparation': 0.8 },
    })
    const before = (strategy: string, parameter: string): number | undefined =>
      wanted.declarations.get(strategy)?.find(({ name }) => name === parameter)?.default
    expect(previewAdoption(wanted)).toMatchObject({
      ok: true,
      value: {
        playbookId: 'mine-v8',
        title: 'Mine v8',
        changes: [
          { strategyId: 'imba', parameter: 'confluenceMin', from: before('imba', 'confluenceMin'), to: 1.4 },
          { strategyId: 'imba', parameter: 'stopPercent', from: 3, to: 2, unit: '%' },
          { strategyId: 'trend-adaptive', parameter: 'minSeparation', from: before('trend-adaptive', 'minSeparation'), to: 0.8 },
        ],
      },
    })
    expect(namesIn(wanted.dataDir)).toEqual([])
  })

  it('writes a playbook with everything of the one before, which the engine can trade', () => {
    const wanted = adoption({ playbook: MINE, parameters: { 'imba.stopPercent': 2 } })
    expect(adopt(wanted, 'Mine, tighter')).toEqual({ ok: true, value: { playbookId: 'mine-v8' } })
    const playbooks = new Playbooks(wanted.dataDir, Settings.parse({}))
    expect(playbooks.faults).toEqual([])
    expect(playbooks.list().at(-1)).toEqual({
      source: 'user',
      playbook: {
        ...MINE,
        id: 'mine-v8',
        title: 'Mine, tighter',
        strategies: [
          { id: 'imba', parameters: { stopPercent: 2 } },
          { id: 'trend-adaptive', parameters: {} },
        ],
      },
    })
    expect(playbooks.plan('mine-v8')).toMatchObject({
      ok: true,
      value: { risk: { riskPerTrade: 0.0025 }, strategies: [{ parameters: { stopPercent: 2 }, instruments: ['ETH/USDT:USDT'] }, {}] },
    })
    const file = join(wanted.dataDir, 'playbooks', 'mine-v8.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(namesIn(wanted.dataDir)).toEqual(['mine-v8.json'])
  })

  it('takes the next free version, whatever else lies there, and never replaces a file', () => {
    const { dataDir } = adoption()
    mkdirSync(join(dataDir, 'playbooks'))
    const others = {
      'imba-v2.json': '{',
      'imba-v9.json': 'mine',
      'imba.json': '',
      'imba-v3-mine.json': '{}',
      'notes.txt': 'x',
      'imbalance-v40.json': '{}',
    }
    for (const [name, text] of Object.entries(others)) writeFileSync(join(dataDir, 'playbooks', name), text)
    const ids = [1.3, 1.4, 1.5].map((value) => adopt(adoption({ dataDir, parameters: { 'imba.confluenceMin': value } }), 'IMBA'))
    expect(ids.map((result) => result.ok && result.value.playbookId)).toEqual(['imba-v10', 'imba-v11', 'imba-v12'])
    for (const [name, text] of Object.entries(others)) expect(readFileSync(join(dataDir, 'playbooks', name), 'utf8')).toBe(text)
  })

  it('of a playbook with a long id still fits, and counts on', () => {
    const long = { ...bundled('imba'), id: `a${'b'.repeat(63)}`, title: 'T'.repeat(80) }
    const dataDir = temporaryFolder()
    const first = adopt(adoption({ dataDir, playbook: long }), 'x')
    expect(first).toEqual({ ok: true, value: { playbookId: `a${'b'.repeat(55)}-v2` } })
    const preview = previewAdoption(adoption({ dataDir, playbook: long }))
    expect(preview).toMatchObject({ ok: true, value: { playbookId: `a${'b'.repeat(55)}-v3`, title: `${'T'.repeat(77)} v3` } })
  })

  it.each([
    ['a parameter out of its range', { 'imba.confluenceMin': 1e9 }, 'strategy imba: parameter confluenceMin is 1000000000, expected '],
    ['a parameter that is no number', { 'imba.confluenceMin': Number.NaN }, 'parameter confluenceMin is NaN'],
    ['a parameter that does not exist', { 'imba.moon': 1 }, 'there is no parameter "moon"'],
    [
      'a strategy that is not in the playbook',
      { 'tb.fast': 1 },
      'parameter "tb.fast" belongs to no strategy of playbook imba, expected one of imba.…',
    ],
    ['a name that is none', { confluenceMin: 1 }, 'parameter "confluenceMin" belongs to no strategy'],
    ['a name that would reach the prototype', JSON.parse('{"imba.__proto__": 1}'), 'there is no parameter "__proto__"'],
  ])('refuses %s', (_what, parameters: Record<string, number>, sentence) => {
    const wanted = adoption({ parameters })
    expect(previewAdoption(wanted)).toEqual({ ok: false, error: expect.stringContaining(sentence) })
    expect(adopt(wanted, 'x')).toEqual({ ok: false, error: expect.stringContaining(sentence) })
    expect(namesIn(wanted.dataDir)).toEqual([])
  })

  it('refuses what changes nothing, a title that is none, a strategy in a file, and a folder that is full', () => {
    const playbook = { ...bundled('imba'), strategies: [{ id: 'imba', parameters: { confluenceMin: 1.4 } }] }
    expect(adopt(adoption({ playbook }), 'x')).toEqual({ ok: false, error: expect.stringContaining('nothing to adopt') })
    expect(previewAdoption(adoption({ playbook }))).toMatchObject({ ok: true, value: { changes: [] } })
    for (const title of ['', 'x'.repeat(81)])
      expect(adopt(adoption(), title)).toEqual({ ok: false, error: expect.stringContaining('title: ') })
    const own = { ...bundled('imba'), strategies: [{ id: 'my-own', parameters: {} }] }
    expect(adopt(adoption({ playbook: own, parameters: { 'my-own.x': 1 } }), 'x')).toEqual({
      ok: false,
      error: expect.stringContaining('strategy "my-own" is not bundled, so no playbook can name it'),
    })
    const full = adoption()
    mkdirSync(join(full.dataDir, 'playbooks'))
    for (let n = 0; n < 200; n += 1) writeFileSync(join(full.dataDir, 'playbooks', `p${n}.json`), '{}')
    expect(adopt(full, 'x')).toEqual({ ok: false, error: expect.stringContaining('holds 200 files, at most 200 are read') })
    expect(namesIn(full.dataDir)).toHaveLength(200)
  })

  it('is seen and can be chosen by an engine that is running', async () => {
    const dataDir = temporaryFolder()
    const engine = await openEngine(dataDir, { speed: 600 })
    const adopted = adopt(adoption({ dataDir }), 'IMBA, adopted')
    expect(adopted).toEqual({ ok: true, value: { playbookId: 'imba-v2' } })
    expect(await engine.ask('playbook.list', {})).toContainEqual(
      expect.objectContaining({ id: 'imba-v2', title: 'IMBA, adopted', source: 'user' }),
    )
    await engine.ask('playbook.select', { id: 'imba-v2' })
    expect(await engine.ask('desk.snapshot', {})).toMatchObject({ playbook: 'imba-v2', strategies: [{ id: 'imba' }] })
    await engine.stop()
  })
})
