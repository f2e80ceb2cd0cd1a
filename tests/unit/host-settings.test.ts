// Proves that a broken settings file is explained in one line that names field, value and expectation, and is left as it was.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { BUNDLED_STRATEGIES } from '../../src-main/core/strategies/registry.ts'
import { loadSettings } from '../../src-main/host/settings.ts'
import { BUNDLED_STRATEGY_IDS, Settings } from '../../src-shared/config/settings.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const file = path.join(temporaryDir(), 'settings.json')
function load(text: string) {
  writeFileSync(file, text)
  return loadSettings(file)
}

describe('settings.json', () => {
  it('may be missing: the defaults hold', () => {
    expect(loadSettings(`${file}.none`)).toEqual({ ok: true, value: Settings.parse({}) })
  })

  it('may hold a part: the rest is left to the playbook and the defaults', () => {
    expect(load('{"risk":{"dayLossMax":0.01}}')).toMatchObject({
      ok: true,
      value: { risk: { dayLossMax: 0.01 }, care: {}, playbook: 'trend' },
    })
  })

  it.each([
    ['{"risk":{"dayLossMax":2}}', 'risk.dayLossMax is 2, expected at most 1'],
    ['{"risk":{"riskPerTrade":0}}', 'risk.riskPerTrade is 0, expected more than 0'],
    ['{"risk":{"tradesPerDayMax":"many"}}', 'risk.tradesPerDayMax is "many", expected number'],
    ['{"leverage":null}', 'leverage is null, expected number'],
    ['{"playbook":"The Moon"}', 'playbook is "The Moon", expected the id of a playbook'],
    ['{"initialBalance":"1e9"}', 'initialBalance is "1e9", expected a plain decimal above 0 such as 10000'],
    ['{"initialBalance":"0.00"}', 'initialBalance is "0.00", expected a plain decimal above 0 such as 10000'],
    ['{"strategies":["trend-adaptive","moon"]}', 'strategies.1 is "moon", expected one of trend-adaptive, trend-enhanced'],
    ['{"strategies":["trend-adaptive","trend-adaptive"]}', 'expected each strategy at most once'],
    ['{"risk":{"dayLosMax":0.1}}', 'risk.dayLosMax is not a setting; check the spelling'],
    ['{"version":2}', 'version is 2, expected one of 1'],
    ['[]', 'the file is [], expected object'],
    ['{"risk":{"dayLossMax":2,"weekLossMax":2}}', '(and 1 more)'],
    ['{"leverage": 5', 'is not valid JSON'],
    ['', 'is not valid JSON'],
  ])('%s: %s', (text, sentence) => {
    const loaded = load(text)
    expect(loaded).toMatchObject({ ok: false, error: expect.stringContaining(sentence) })
    expect(loaded).toMatchObject({ error: expect.stringContaining(file) })
    expect(loaded).toMatchObject({ error: expect.not.stringContaining('\n') })
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  it('names exactly the strategies that are bundled', () => {
    expect([...BUNDLED_STRATEGIES.keys()]).toEqual(BUNDLED_STRATEGY_IDS)
  })

  it('that cannot be read is an error, not the defaults', () => {
    expect(loadSettings(path.dirname(file))).toMatchObject({ ok: false, error: expect.stringContaining('cannot be read') })
  })
})
