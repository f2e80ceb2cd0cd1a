// What the fake lab offers to test: the bundled playbooks with the real parameters of their strategies, one of the user's, two files.
import type { Output } from '../../src-shared/bridge/contract.ts'
import { BUNDLED_PLAYBOOKS } from '../../src-shared/config/playbook.ts'
import { DAY_MS } from '../../src-shared/domain/time.ts'
import { BUNDLED_STRATEGIES } from '../../src-main/core/strategies/registry.ts'
import { FAKE_DATA_END_MS } from './fake-lab-series.ts'

type Playbook = Output<'lab.playbooks'>[number]
type Strategy = Playbook['strategies'][number]
type UserFile = Output<'lab.files'>[number]
type Session = Output<'lab.sessions'>[number]

function strategyView(id: string, given: Readonly<Record<string, number>>): Strategy {
  const plugin = BUNDLED_STRATEGIES.get(id)
  if (!plugin) throw new Error(`no bundled strategy is called "${id}"`)
  const { title, timeframe, parameters } = plugin.declaration
  return { id, title, timeframe, file: null, parameters: parameters.map((spec) => ({ ...spec, value: given[spec.name] ?? spec.default })) }
}

const mine = {
  ...BUNDLED_PLAYBOOKS[0],
  id: 'my-trend',
  title: 'My trend',
  description: 'Adopted from a search',
  universe: ['BTC/USDT:USDT'],
}

export const fakeLabPlaybooks = (): Playbook[] =>
  [...BUNDLED_PLAYBOOKS, mine].map((playbook) => ({
    id: playbook.id,
    title: playbook.title,
    description: playbook.description,
    source: playbook.id === 'my-trend' ? 'user' : 'bundled',
    playbook: { ...playbook },
    strategies: (playbook.strategies ?? []).map(({ id, parameters }) => strategyView(id, parameters)),
  }))

export const fakeLabFiles = (): UserFile[] => [
  {
    name: 'band-return.ts',
    source: 'export default { id: "band-return" }',
    fault: null,
    strategy: {
      id: 'band-return',
      title: 'Return into the band',
      timeframe: '15m',
      file: 'band-return.ts',
      parameters: [
        {
          name: 'bandWidth',
          title: 'Width of the band',
          help: 'Standard deviations from the average',
          unit: 'σ',
          min: 1,
          max: 4,
          step: 0.25,
          default: 2,
          value: 2,
        },
      ],
    },
  },
  {
    name: 'half-done.ts',
    source: 'export default {',
    fault: 'half-done.ts: line 1: expected "}", found the end of the file',
    strategy: null,
  },
]

export const fakeSessions = (): Session[] => [
  {
    id: '20250503-090000',
    startedMs: FAKE_DATA_END_MS - DAY_MS * 0.6,
    bytes: 48_210_344,
    playbook: { id: 'imba-v2', title: 'IMBA v2' },
    strategies: ['imba'],
    complete: true,
  },
  {
    id: '20250501-081500',
    startedMs: FAKE_DATA_END_MS - DAY_MS * 2.7,
    bytes: 12_400_100,
    playbook: null,
    strategies: ['trend-adaptive', 'trend-enhanced'],
    complete: true,
  },
  {
    id: '20250504-000000',
    startedMs: FAKE_DATA_END_MS,
    bytes: 140_020,
    playbook: { id: 'imba', title: 'IMBA' },
    strategies: ['imba'],
    complete: false,
  },
]
