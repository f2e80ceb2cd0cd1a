// @vitest-environment jsdom
// Proves that the risk page shows every limit with its use, says how a trip ends, adds exposure up by side, and changes the matrix only
// as told: at once, or after a question when a position of that strategy is open.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { distancesOf, exposureBySymbol, totalExposure } from '../../src-renderer/features/risk/exposure.ts'
import { formatLimit, limitUse } from '../../src-renderer/features/risk/limit-format.ts'
import { RiskPage } from '../../src-renderer/features/risk/risk-page.tsx'
import { position } from '../support/desk-views.ts'
import { BTC, ETH, FakeBridge } from '../support/fake-bridge.ts'
import { fakeFrames, settle, showPage } from '../support/screen.tsx'

let bridge: FakeBridge
let leave = () => {}
const called = (command: string) => bridge.calls.filter((call) => call.command === command).map((call) => call.input)
const advance = (ms: number) => act(async () => await vi.advanceTimersByTimeAsync(ms))
const open = async () => {
  leave = (await showPage(bridge, <RiskPage />)).leave
  await advance(40)
}

beforeEach(() => {
  fakeFrames()
  bridge = new FakeBridge({ minutes: 3000, ahead: 500 })
})
afterEach(() => {
  leave()
  cleanup()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('limits', () => {
  test.each([
    [0.0231, 'fraction', '2.31%'],
    [3, 'count', '3'],
    [0.47, '× equity', '0.47 × equity'],
    [1204.5, 'settlement currency', '1,204.50'],
    [250, 'ms', '250 ms'],
    [61_000, 'ms', '1m 01s'],
  ])('%d in %s is "%s"', (value, unit, text) => expect(formatLimit(value, unit)).toBe(text))

  test.each([
    [0, 10, 0, 'calm'],
    [7.9, 10, 0.79, 'calm'],
    [8, 10, 0.8, 'near'],
    [10, 10, 1, 'reached'],
    [25, 10, 1, 'reached'],
    [0, 0, 0, 'calm'],
    [1, 0, 1, 'reached'],
  ] as const)('%d of %d fills %d and is %s', (used, limit, share, level) => {
    const use = limitUse({ code: 'x', title: 'X', used, limit, unit: 'count' })
    expect(use.share).toBeCloseTo(share)
    expect(use.level).toBe(level)
  })

  test('each stands as a bar with its figures, also for a screen reader', async () => {
    await open()
    const bar = screen.getByRole('meter', { name: 'Drawdown' })
    expect(bar.getAttribute('aria-valuenow')).toBe('12')
    expect(bar.getAttribute('aria-valuetext')).toBe('2.31% of 20.00%, 12%')
    bridge.send([
      {
        type: 'risk',
        risk: {
          tradingState: 'active',
          trips: [],
          limits: [{ code: 'day_loss', title: 'Loss today', used: 0.019, limit: 0.02, unit: 'fraction' }],
        },
      },
    ])
    await advance(40)
    expect(screen.getByRole('list', { name: 'Limits and their use' }).textContent).toBe('Loss todaynear1.90% / 2.00%')
  })

  test('none known is told, not drawn as nothing used', async () => {
    bridge.snapshot = { ...bridge.snapshot, risk: { tradingState: 'active', trips: [], limits: [] } }
    await open()
    expect(screen.getByText('No limit can be told now')).toBeTruthy()
  })
})

test('a trip says what it was, since when, and how it ends', async () => {
  const trip = {
    code: 'day_loss',
    message: 'Lost 2.04% today, limit 2.00%',
    tsMs: bridge.nowMs,
    state: 'halted' as const,
    resumeMs: bridge.nowMs + 3_600_000,
  }
  const stays = { ...trip, code: 'kill_switch', message: 'Stopped by hand', resumeMs: null }
  bridge.snapshot = { ...bridge.snapshot, risk: { tradingState: 'halted', trips: [trip, stays], limits: [] } }
  await open()
  const [first, second] = within(screen.getByRole('list', { name: 'Trips' })).getAllByRole('listitem')
  expect(first?.textContent).toMatch(/day loss, halted.*Lost 2\.04%.*Resets by itself .* UTC, in 1h 00m\./)
  expect(second?.textContent).toContain('Stays until you resume trading')
})

describe('exposure', () => {
  const at = (over: Partial<ReturnType<typeof position>>) => ({ ...position('P', 'working'), ...over })
  const positions = [
    at({ id: 'A', quantity: '0.1', markPrice: 50_000 }),
    at({ id: 'B', side: 'short', quantity: '0.04', markPrice: 50_000 }),
    at({ id: 'C', instrumentId: ETH, side: 'short', quantity: '4', markPrice: 2000 }),
  ]

  test('adds up by symbol and side, the largest first', () => {
    const rows = exposureBySymbol(positions, 10_000)
    expect(rows).toEqual([
      { instrumentId: ETH, long: 0, short: 8000, net: -8000, ofEquity: 0.8 },
      { instrumentId: BTC, long: 5000, short: 2000, net: 3000, ofEquity: 0.7 },
    ])
    expect(totalExposure(rows, 10_000)).toEqual({ instrumentId: 'all', long: 5000, short: 10_000, net: -5000, ofEquity: 1.5 })
  })

  test('claims no share of an equity that is unknown or gone', () => {
    expect(exposureBySymbol(positions, null)[0]?.ofEquity).toBeNull()
    expect(exposureBySymbol(positions, 0)[0]?.ofEquity).toBeNull()
  })

  test('measures the way to stop and liquidation in the direction that hurts', () => {
    const [near, far, none] = distancesOf([
      at({ id: 'far', markPrice: 50_000, stopPrice: '49000', liquidationPrice: 40_000 }),
      at({ id: 'near', side: 'short', markPrice: 50_000, stopPrice: '52000', liquidationPrice: 51_000 }),
      at({ id: 'none', stopState: 'failed', liquidationPrice: null }),
    ])
    expect([near?.position.id, far?.position.id, none?.position.id]).toEqual(['near', 'far', 'none'])
    expect(far).toMatchObject({ toStop: 0.02, toLiquidation: 0.2, warning: null })
    expect(near).toMatchObject({ toStop: 0.04, toLiquidation: 0.02, warning: 'liquidation is nearer than the stop' })
    expect(none).toMatchObject({ toStop: null, toLiquidation: null, warning: 'no working stop' })
  })

  test('is empty in words while nothing is open', async () => {
    bridge.snapshot = { ...bridge.snapshot, positions: [] }
    await open()
    expect(screen.getByText('Nothing in the market')).toBeTruthy()
    expect(screen.getByText('No open position')).toBeTruthy()
  })
})

describe('matrix', () => {
  const cell = (name: string) => screen.getByRole('switch', { name })

  test('shows score against floor, and what each cell was worth', async () => {
    await open()
    expect(screen.getByRole('table', { name: 'IMBA volatility regime' }).textContent).toContain('+0.21 Rfloor −0.10 R42 of 50 resolved')
    expect(screen.getByRole('table', { name: 'Trend breakout' }).textContent).toContain('below the floor')
    expect(screen.getByRole('table', { name: 'Mean reversion' }).textContent).toContain('no score yet')
    const trend = cell('IMBA volatility regime, long in trend')
    expect(trend.getAttribute('aria-checked')).toBe('true')
    expect(trend.textContent).toBe('On+0.56 R5 W · 3 L · 1 E')
  })

  test('switches a cell at once when the strategy holds nothing, and shows what the engine says then', async () => {
    await open()
    fireEvent.click(cell('Mean reversion, long in trend up'))
    await settle()
    expect(called('scoring.setCell')).toEqual([{ strategyId: 'mean-reversion', side: 'long', regime: 'trend_up', enabled: false }])
    expect(cell('Mean reversion, long in trend up').getAttribute('aria-checked')).toBe('false')
  })

  test('asks first when a position of the strategy is open', async () => {
    await open()
    fireEvent.click(cell('IMBA volatility regime, long in trend'))
    await advance(40)
    expect(called('scoring.setCell')).toEqual([])
    const dialog = within(screen.getByRole('alertdialog', { name: 'Switch off long in trend?' }))
    expect(dialog.getByText(/BTC\/USDT long/)).toBeTruthy()
    fireEvent.click(dialog.getByRole('button', { name: 'Switch off' }))
    await advance(40)
    expect(called('scoring.setCell')).toEqual([{ strategyId: 'imba-volatility-regime', side: 'long', regime: 'trend', enabled: false }])
    expect(screen.queryByRole('alertdialog')).toBeNull()
  })

  test('changes nothing when the question is answered with no', async () => {
    await open()
    fireEvent.click(cell('IMBA volatility regime, long in trend'))
    await advance(40)
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
    await advance(40)
    expect(called('scoring.setCell')).toEqual([])
  })

  test('sends one change while another is on its way', async () => {
    let finish = () => {}
    bridge.answer('scoring.setCell', async () => {
      await new Promise<void>((resolve) => (finish = resolve))
      return {}
    })
    await open()
    fireEvent.click(cell('Mean reversion, long in trend up'))
    fireEvent.click(cell('Mean reversion, long in range'))
    await settle()
    expect(called('scoring.setCell')).toHaveLength(1)
    finish()
    await settle()
    fireEvent.click(cell('Mean reversion, long in range'))
    await settle()
    expect(called('scoring.setCell')).toHaveLength(2)
  })

  test('keeps the cell as it was when the engine refuses', async () => {
    bridge.fail('scoring.setCell', { code: 'refused', message: 'the journal is full' })
    await open()
    fireEvent.click(cell('Mean reversion, long in trend up'))
    await settle()
    expect(cell('Mean reversion, long in trend up').getAttribute('aria-checked')).toBe('true')
  })

  test('is read again after a decision, once for a burst of them', async () => {
    await open()
    const before = called('scoring.matrix').length
    const [decision] = bridge.snapshot.decisions
    if (!decision) throw new Error('a decision is expected')
    for (let i = 0; i < 5; i++) bridge.send([{ type: 'decision', decision: { ...decision, id: `new ${i}` } }])
    await advance(4000)
    expect(called('scoring.matrix')).toHaveLength(before + 1)
  })

  test('says so when the engine has none', async () => {
    bridge.fail('scoring.matrix', { code: 'unknown_command', message: 'there is no command "scoring.matrix"' })
    await open()
    expect(screen.getByRole('alert').textContent).toContain('The matrix cannot be shown. This engine does not know the command')
    bridge.fail('scoring.matrix', null)
    bridge.matrix = { strategies: [] }
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
    await settle()
    expect(screen.getByText('No strategy is scored')).toBeTruthy()
  })
})
