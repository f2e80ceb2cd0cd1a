// Proves that the recording of 2023 is traded with what surrounded its market: the Fear & Greed index and the dominance of those days reach the
// strategies, stand in their decisions, and strategies on long timeframes are warm. Through the real engine, read back from its journal.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openJournalReader } from '../../src-main/adapters/journal/reader.ts'
import { commands } from '../../src-shared/bridge/contract.ts'
import { Settings } from '../../src-shared/config/settings.ts'
import { openEngine } from '../support/engine-in-process.ts'
import { temporaryFolder } from '../support/journal-file.ts'

describe('the recording of 2023', () => {
  it('is traded with the mood of its days', async () => {
    const dataDir = temporaryFolder()
    const settings = Settings.parse({ playbook: 'imba' })
    const engine = await openEngine(dataDir, { recording: '2023', speed: 0, settings })
    await engine.until('ten decisions', async () => (await engine.ask('desk.snapshot', {})).decisions.length >= 10)
    await engine.ask('playback.setPlaying', { playing: false })
    const { measures, sources, marketMs } = await engine.ask('context.snapshot', {})
    const of = (name: string) => measures.find(({ measure }) => measure === name)
    expect(of('fear_greed')?.value).toBeGreaterThan(0)
    // Weekly figures of market value: Bitcoin held between two and three fifths of it in March 2023.
    expect(of('btc_dominance')?.value).toBeGreaterThan(0.4)
    expect(of('btc_dominance')?.value).toBeLessThan(0.6)
    for (const name of ['fear_greed', 'btc_dominance', 'funding_rate']) expect(of(name)?.tsMs, name).toBeLessThanOrEqual(marketMs)
    expect(sources.filter(({ state }) => state === 'fresh').map(({ id }) => id)).toEqual(
      expect.arrayContaining(['fear_greed', 'btc_dominance', 'funding_rate']),
    )
    const [first] = (await engine.ask('desk.snapshot', {})).decisions
    await engine.stop()

    const reader = openJournalReader(join(dataDir, 'journal.db'))
    const detail = commands['decision.detail'].output.parse(reader.handle('decision.detail', { id: first?.id ?? '' }))
    reader.close()
    const adjustments = detail.trace.signal.adjustments
    expect(adjustments.map(({ name }) => name)).toEqual(['fear_greed', 'btc_dominance'])
    expect(adjustments[0]?.why).toMatchObject({ fear_greed: expect.any(Number) })
    expect(detail.trace.signal.filters.find(({ check }) => check === 'funding')).toMatchObject({
      numbers: { fundingPercent: expect.any(Number) },
    })
    expect(detail.trace.signal.votes).toHaveLength(12)
  })
})
