// @vitest-environment jsdom
// Proves that the forms of the lab send what they show: each task its own command with a spec that the real schema accepts; that refusals stand
// at their field; that every playbook keeps its form; and that all of it is reached by keyboard.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { LabPage } from '../../src-renderer/features/lab/lab-page.tsx'
import { keepChoices, selectLabTask, uiStore } from '../../src-renderer/stores/ui-store.ts'
import type { CommandName } from '../../src-shared/bridge/contract.ts'
import { BacktestSpec, SearchSpec, WalkForwardSpec } from '../../src-shared/config/lab.ts'
import { DAY_MS } from '../../src-shared/domain/time.ts'
import { FakeBridge } from '../support/fake-bridge.ts'
import { FakeLab } from '../support/fake-lab.ts'
import { FAKE_DATA_END_MS, fakePassport } from '../support/fake-lab-series.ts'
import { giveElementsASize, settle, showPage } from '../support/screen.tsx'

giveElementsASize()
let bridge: FakeBridge
let lab: FakeLab
let leave = () => {}

/** Four hundred whole days of minutes up to the end of the fake data, with funding. */
const whole = (base: string) => {
  const instrumentId = `${base}/USDT:USDT`
  const candles = fakePassport({ instrumentId, kind: 'candles', timeframe: '1m', seed: 3 })
  const rest = { missing: 0, gaps: [], fromMs: FAKE_DATA_END_MS - 400 * DAY_MS }
  return [
    { ...candles, ...rest, toMs: FAKE_DATA_END_MS - 60_000, rows: 400 * 1440 },
    { ...fakePassport({ instrumentId, kind: 'funding', timeframe: null, seed: 3 }), ...rest, rows: 1200 },
  ]
}

beforeEach(() => {
  uiStore.setState({ dialog: null, sizes: {}, labTask: 'backtest', labPlaybookId: 'validated-quant', labForms: {} })
  bridge = new FakeBridge({ minutes: 3000, ahead: 500 })
  lab = new FakeLab(bridge)
  lab.passports = [...whole('BTC'), ...whole('ETH'), ...whole('SOL')]
})
afterEach(() => {
  leave()
  cleanup()
  sessionStorage.clear()
  vi.restoreAllMocks()
})

async function open() {
  leave = (await showPage(bridge, <LabPage />)).leave
}
const form = () => within(screen.getByTestId('lab-form'))
const field = (name: string) => form().getByLabelText<HTMLInputElement>(name)
const type = (name: string, value: string) => fireEvent.change(field(name), { target: { value } })
const startButton = () => screen.getByRole<HTMLButtonElement>('button', { name: /^Start/ })
const start = async () => {
  fireEvent.click(startButton())
  await settle()
}
const called = (command: CommandName) => bridge.calls.filter((call) => call.command === command).map((call) => call.input)
/** The spec of the one call of this command. */
const sent = (command: CommandName): unknown => {
  const calls = called(command)
  expect(calls).toHaveLength(1)
  return (calls[0] as { spec: unknown }).spec
}

describe('a backtest', () => {
  test('runs the playbook as it stands over all the data, less what warms it', async () => {
    await open()
    await start()
    const spec = BacktestSpec.parse(sent('lab.backtest.start'))
    expect(spec.playbook.id).toBe('validated-quant')
    expect(spec.data).toEqual({
      venue: 'binanceusdm',
      instruments: ['BTC/USDT:USDT', 'ETH/USDT:USDT'],
      timeframe: '1m',
      detail: null,
      fromMs: FAKE_DATA_END_MS - 340 * DAY_MS,
      toMs: FAKE_DATA_END_MS,
      warmupDays: 60,
    })
    expect(lab.jobs).toHaveLength(1)
  })

  test('sends what was typed and chosen', async () => {
    await open()
    fireEvent.click(form().getByRole('checkbox', { name: 'SOL/USDT' }))
    fireEvent.click(form().getByRole('checkbox', { name: 'BTC/USDT' }))
    type('First day, UTC', '2025-01-01')
    fireEvent.click(form().getByRole('checkbox', { name: /^Return into the band/ }))
    type('Trend breakout: Stop distance', '3.25')
    type('Return into the band: Width of the band', '1.5')
    type('Balance at the start', '5000')
    type('Slippage model', 'volatility')
    type('Slippage', '7.5')
    type('Fees', 'fixed')
    type('Maker fee', '-0.005')
    type('Place in the queue', 'volume')
    fireEvent.click(form().getByRole('checkbox', { name: 'Funding' }))
    await start()
    const spec = BacktestSpec.parse(sent('lab.backtest.start'))
    expect(spec).toMatchObject({
      initialBalance: '5000',
      data: { instruments: ['ETH/USDT:USDT', 'SOL/USDT:USDT'], fromMs: Date.UTC(2025, 0, 1) },
      files: [{ name: 'band-return.ts', parameters: { bandWidth: 1.5 } }],
      simulation: {
        slippage: { kind: 'volatility', share: 0.075 },
        fees: { kind: 'fixed', maker: -0.00005, taker: 0.0005 },
        queue: { kind: 'volume', ahead: 1 },
        funding: false,
      },
    })
    expect(spec.playbook.strategies[0]).toEqual({ id: 'tb', parameters: { stopMultiple: 3.25 } })
  })

  test('has fee tiers that are added and removed', async () => {
    await open()
    type('Fees', 'tiers')
    fireEvent.click(form().getByRole('button', { name: 'Tier' }))
    type('Volume from, tier 3', '100000000')
    type('Taker, %, tier 3', '0.03')
    fireEvent.click(form().getByRole('button', { name: 'Remove tier 2' }))
    await start()
    expect(BacktestSpec.parse(sent('lab.backtest.start')).simulation.fees).toEqual({
      kind: 'tiers',
      tiers: [
        { volumeMin: 0, maker: 0.0002, taker: 0.0005 },
        { volumeMin: 100_000_000, maker: 0.00016, taker: 0.0003 },
      ],
    })
  })

  test('shows what the choice of days means', async () => {
    await open()
    type('First day, UTC', '2024-04-05')
    expect(form().getByText(/of 60 days of warm-up lie before/).textContent).toContain('394 days are traded')
    fireEvent.click(form().getByRole('button', { name: '30 d' }))
    expect([field('First day, UTC').value, field('Last day, UTC').value]).toEqual(['2025-04-04', '2025-05-03'])
    expect(form().getByText(/60 days before warm the indicators/)).toBeTruthy()
  })

  test('is not sent while something is wrong: it is said at the field, in the section and beside the button, and the cursor goes there', async () => {
    await open()
    type('Latency', '70000')
    const message = 'Latency is 70000, expected a whole number from 0 to 60000 ms'
    expect(field('Latency').getAttribute('aria-invalid')).toBe('true')
    expect(document.getElementById(field('Latency').getAttribute('aria-describedby')?.split(' ')[1] ?? '')?.textContent).toBe(message)
    expect(form().getByText('1 field is wrong').closest('details')?.dataset['section']).toBe('Simulation')
    await start()
    expect(called('lab.backtest.start')).toEqual([])
    expect(document.activeElement).toBe(field('Latency'))
    expect(field('Latency').closest('details')?.open).toBe(true)
    expect(startButton().parentElement?.textContent).toContain(message)
  })

  test('shows a refusal of the lab at its field until something is changed', async () => {
    bridge.fail('lab.backtest.start', { code: 'bad_input', message: 'spec.data.toMs is 1746316800000, expected at most 1746230400000' })
    await open()
    await start()
    expect(field('Last day, UTC').getAttribute('aria-invalid')).toBe('true')
    expect(startButton().parentElement?.textContent).toContain('Not accepted as entered: spec.data.toMs is 1746316800000')
    type('Last day, UTC', '2025-05-02')
    expect(field('Last day, UTC').getAttribute('aria-invalid')).toBe('false')
    bridge.fail('lab.backtest.start', null)
    await start()
    expect(BacktestSpec.parse(lab.started[0]?.spec).data.toMs).toBe(Date.UTC(2025, 4, 3))
  })

  test('says that the lab cannot be reached, at no field', async () => {
    bridge.fail('lab.backtest.start', { code: 'engine_down', message: 'the lab was ended' })
    await open()
    await start()
    expect(startButton().parentElement?.textContent).toContain('The engine is not reachable: the lab was ended')
    expect(screen.getByTestId('lab-form').querySelector('[aria-invalid="true"]')).toBeNull()
  })
})

describe('a search', () => {
  beforeEach(() => selectLabTask('search'))

  test('has a range for each parameter that is switched to one', async () => {
    await open()
    const range = (name: string) => form().getByRole('switch', { name: `Search a range of ${name}` })
    expect(range('Trend breakout: Stop distance').getAttribute('aria-checked')).toBe('true')
    fireEvent.click(range('Trend breakout: Chandelier distance'))
    fireEvent.click(range('Funding squeeze: Unusual funding'))
    fireEvent.click(range('Funding squeeze: Usual funding'))
    type('Trend breakout: Stop distance, from', '1')
    type('Trend breakout: Stop distance, to', '4')
    type('Trend breakout: Stop distance, step', '')
    fireEvent.click(form().getByRole('button', { name: 'Log scale for Trend breakout: Stop distance' }))
    type('Trend breakout: Chandelier distance', '5')
    type('Method', 'random')
    type('Trials', '40')
    type('Pruning', 'halving')
    type('Keeps one of', '4')
    await start()
    const spec = SearchSpec.parse(sent('lab.search.start'))
    expect(spec.dimensions).toEqual([{ strategyId: 'tb', parameter: 'stopMultiple', min: 1, max: 4, step: null, scale: 'log' }])
    expect(spec.backtest.playbook.strategies[0]?.parameters).toEqual({ chandelierMultiple: 5 })
    expect(spec).toMatchObject({
      method: 'random',
      trials: 40,
      pruner: { kind: 'halving', reduction: 4 },
      objective: { terms: [{ metric: 'sharpe', weight: 1 }] },
    })
  })

  test('is cross-validated by folds, and then is not pruned', async () => {
    await open()
    type('Pruning', 'median')
    type('Cross-validation', 'purged-k-fold')
    expect(form().queryByLabelText('Pruning')).toBeNull()
    expect(form().getByText(/Trials are not pruned: one that is stopped early has no score in the folds it did not reach\./)).toBeDefined()
    type('Folds', '8')
    expect(form().getByText(/^8 folds of \d+ days, \d+ days between two of them\./)).toBeDefined()
    type('Purge between folds', '0.5')
    type('Embargo between folds', '2')
    await start()
    expect(SearchSpec.parse(sent('lab.search.start'))).toMatchObject({
      pruner: { kind: 'none' },
      validation: { kind: 'purged-k-fold', folds: 8, purgeDays: 0.5, embargoFraction: 0.02 },
    })
  })

  test('mixes figures with weights', async () => {
    await open()
    fireEvent.click(form().getByRole('button', { name: 'Figure' }))
    type('Figure 2', 'max_drawdown')
    type('Weight of figure 2', '0.25')
    type('Figure 1', 'sortino')
    type('Trades at least', '50')
    await start()
    expect(SearchSpec.parse(sent('lab.search.start')).objective).toEqual({
      terms: [
        { metric: 'sortino', weight: 1 },
        { metric: 'max_drawdown', weight: 0.25 },
      ],
      tradesMin: 50,
    })
  })

  test('says at the parameter what is wrong with its range', async () => {
    await open()
    type('Trend breakout: Stop distance, to', '99')
    expect(form().getByText('Stop distance, to is 99, expected a number from 0.5 to 8 × ATR')).toBeTruthy()
    await start()
    expect(called('lab.search.start')).toEqual([])
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Trend breakout: Stop distance, from')
  })

  test('gives all parameters a range, or none', async () => {
    await open()
    fireEvent.click(form().getByRole('button', { name: 'All ranges' }))
    expect(
      form()
        .getAllByRole('switch')
        .every((one) => one.getAttribute('aria-checked') === 'true'),
    ).toBe(true)
    fireEvent.click(form().getByRole('button', { name: 'All fixed' }))
    expect(form().getByText('Give at least one parameter a range to search in')).toBeTruthy()
    fireEvent.click(form().getByRole('button', { name: 'All parameters as in the playbook' }))
    expect(
      form()
        .getAllByRole('switch')
        .some((one) => one.getAttribute('aria-checked') === 'true'),
    ).toBe(false)
  })

  test('says in a sentence what will be run', async () => {
    await open()
    type('Trials', '120')
    expect(startButton().parentElement?.textContent).toMatch(
      /^120 trials × 340 days of BTC, ETH ≈ 117\.50M candles\. About \d+.* on \d+ threads?\./,
    )
  })
})

describe('a walk-forward', () => {
  beforeEach(() => selectLabTask('walk_forward'))

  test('is the first tab, and starts with the usual windows', async () => {
    uiStore.setState({ labTask: 'walk_forward' })
    await open()
    expect(screen.getAllByRole('tab').map((tab) => tab.textContent)).toEqual(['Walk-forward', 'Backtest', 'Search', 'Checks', 'Parity'])
    expect(form().getByText('4 windows: 120 days are tested on parameters that never saw them.')).toBeTruthy()
    type('Training begins', 'anchored')
    type('Purge', '2.5')
    await start()
    expect(WalkForwardSpec.parse(sent('lab.walkForward.start'))).toMatchObject({
      mode: 'anchored',
      trainDays: 180,
      validateDays: 30,
      testDays: 30,
      purgeDays: 2.5,
      search: { method: 'tpe', trials: 100 },
    })
  })

  test('takes usual lengths with one press', async () => {
    await open()
    fireEvent.click(form().getByRole('button', { name: '30 d / 7 d / 7 d' }))
    expect([field('Training').value, field('Validation').value, field('Test').value]).toEqual(['30', '7', '7'])
  })

  test('says when validation or test are too short for what is aimed at', async () => {
    await open()
    const remark = () => form().queryByText(/^A ratio of daily returns needs 10 days/)
    expect(remark()).toBeNull()
    type('Validation', '11')
    type('Test', '10')
    expect(remark()).toBeNull()
    type('Validation', '10')
    expect(remark()).not.toBeNull()
    fireEvent.change(form().getByRole('combobox', { name: 'Figure 1' }), { target: { value: 'net_pnl' } })
    expect(remark()).toBeNull()
  })

  test('says when not one window fits', async () => {
    await open()
    type('Training', '2000')
    expect(form().getByText('A window needs 2060 days (2000 + 30 + 30), the chosen time has 340')).toBeTruthy()
    await start()
    expect(called('lab.walkForward.start')).toEqual([])
  })
})

describe('checks and parity', () => {
  test('a look-ahead check has its cuts, a warm-up check none', async () => {
    selectLabTask('checks')
    await open()
    type('Cuts', '25')
    await start()
    const [call] = called('lab.lookAhead.start') as { spec: unknown; cuts: number }[]
    expect(call?.cuts).toBe(25)
    expect(BacktestSpec.safeParse(call?.spec).success).toBe(true)
    fireEvent.click(form().getByRole('radio', { name: /^Warm-up/ }))
    expect(form().queryByLabelText('Cuts')).toBeNull()
    await start()
    expect(BacktestSpec.safeParse(sent('lab.warmUp.start')).success).toBe(true)
  })

  test('a parity check takes the newest whole session, or the one that is chosen', async () => {
    selectLabTask('parity')
    await open()
    const sessions = within(form().getByRole('radiogroup', { name: 'Recorded sessions' })).getAllByRole<HTMLInputElement>('radio')
    expect(sessions.map((radio) => radio.checked)).toEqual([true, false, false])
    for (const name of ['IMBA v2 (imba-v2)', 'trend-adaptive, trend-enhanced', 'IMBA (imba)']) expect(form().getByText(name)).toBeTruthy()
    fireEvent.click(sessions[1] ?? document.body)
    await start()
    expect(called('lab.parity.start')).toEqual([{ sessionId: '20250501-081500' }])
  })

  test('without sessions there is nothing to start', async () => {
    bridge.answer('lab.sessions', () => [])
    selectLabTask('parity')
    await open()
    expect(form().getByText('No session was recorded')).toBeTruthy()
    await start()
    expect(called('lab.parity.start')).toEqual([])
  })
})

describe('what was typed', () => {
  test('stays with its playbook, through tabs, pages and a reload', async () => {
    const stop = keepChoices()
    await open()
    type('Latency', '250')
    type('Playbook', 'imba')
    expect(field('Latency').value).toBe('120')
    type('Latency', '90')
    fireEvent.click(screen.getByRole('tab', { name: 'Search' }))
    expect(field('Latency').value).toBe('90')
    leave()
    cleanup()
    await open()
    expect(field('Latency').value).toBe('90')
    type('Playbook', 'validated-quant')
    expect(field('Latency').value).toBe('250')
    const kept: unknown = JSON.parse(sessionStorage.getItem('tradewright.screen') ?? '{}')
    expect(kept).toMatchObject({ labPlaybookId: 'validated-quant', labForms: { imba: { numbers: { latencyMs: '90' } } } })
    stop()
  })

  test('goes back to the beginning when asked', async () => {
    await open()
    expect(screen.queryByRole('button', { name: 'Reset the form of this playbook' })).toBeNull()
    type('Latency', '250')
    fireEvent.click(screen.getByRole('button', { name: 'Reset the form of this playbook' }))
    expect(field('Latency').value).toBe('120')
  })

  test('that another version kept is left aside', async () => {
    uiStore.setState({ labForms: { 'validated-quant': { numbers: 'old' } } })
    await open()
    expect(field('Latency').value).toBe('120')
  })
})

describe('by keyboard', () => {
  const key = (init: KeyboardEventInit, target: EventTarget = document.body) =>
    act(() => void target.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init })))

  test('n goes to the form, and Ctrl Enter starts from any of its fields', async () => {
    await open()
    key({ key: 'n' })
    expect(document.activeElement?.textContent).toBe('Backtest')
    key({ key: 'Enter', ctrlKey: true }, field('Latency'))
    await settle()
    expect(called('lab.backtest.start')).toHaveLength(1)
  })

  test('plain Enter in a field starts nothing, and no key does while a dialog is open', async () => {
    await open()
    key({ key: 'Enter' }, field('Latency'))
    act(() => uiStore.setState({ dialog: { kind: 'palette' } }))
    key({ key: 'Enter', ctrlKey: true })
    await settle()
    expect(called('lab.backtest.start')).toEqual([])
  })

  test('the help of a field is shown when it is reached', async () => {
    await open()
    fireEvent.focus(field('Latency'))
    expect(screen.getByText(/One way, to the venue or back\. Takes a whole number from 0 to 60000 ms\./, { selector: 'p' })).toBeTruthy()
  })
})

describe('without something to choose from', () => {
  test('no data: the way to it', async () => {
    lab.passports = []
    const shown = await showPage(bridge, <LabPage />)
    leave = shown.leave
    fireEvent.click(screen.getByRole('button', { name: 'To the market data' }))
    expect(shown.history.at(-1)).toBe('/data')
  })

  test('no answer: why, and again', async () => {
    bridge.fail('lab.playbooks', { code: 'internal', message: 'the folder cannot be read' })
    await open()
    expect(screen.getByText(/The forms cannot be shown\. Something went wrong in the engine: the folder cannot be read/)).toBeTruthy()
    bridge.fail('lab.playbooks', null)
    fireEvent.click(screen.getAllByRole('button', { name: 'Try again' })[0] ?? document.body)
    await settle()
    expect(field('Latency').value).toBe('120')
  })

  test('nothing is started while the program cannot be reached', async () => {
    await open()
    act(() => bridge.setConnected(false))
    expect(startButton().disabled).toBe(true)
  })
})
