// @vitest-environment jsdom
// Proves that any feature of the catalogue can be drawn where it belongs, that too many are refused in words, and that what was chosen
// on the chart is there again after the page was loaded anew, whatever the storage holds.
import { act, cleanup, fireEvent, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  INDICATORS_MAX,
  OWN_PANES_MAX,
  featureKey,
  indicatorOf,
  paneOf,
  refusalOf,
} from '../../src-renderer/charts/candle-chart-indicators.ts'
import { IndicatorPicker } from '../../src-renderer/features/desk/indicator-picker.tsx'
import { uiStore } from '../../src-renderer/stores/ui-store.ts'
import { BTC, FakeBridge } from '../support/fake-bridge.ts'
import { fakeFrames, settle, showPage } from '../support/screen.tsx'

describe('keys', () => {
  test('of a feature hold its name and pane, and give the same line every time', () => {
    const key = featureKey('adx_14', 'own')
    expect(indicatorOf(key)).toMatchObject({ key, title: 'adx_14', pane: 'own', lines: [{ name: 'adx_14', kind: 'line' }] })
    expect(indicatorOf(key)).toEqual(indicatorOf(key))
    expect(indicatorOf('ema21')?.title).toBe('EMA 21')
  })
  test.each(['', 'feature:price:', 'feature:top:ema_21', 'feature:own:<b>', 'feature:own:ema_21"', `feature:own:${'a'.repeat(65)}`])(
    '%j stands for nothing',
    (key) => expect(indicatorOf(key)).toBeNull(),
  )
})

describe('pane', () => {
  test.each([
    ['a mean of prices', 'price', 94_000, 94_200, 'price'],
    ['a distance in units of price', 'price', 310, 94_200, 'own'],
    ['a difference below zero', 'price', -31, 94_200, 'own'],
    ['a ratio', 'ratio', 0.4, 94_200, 'own'],
    ['a ratio that happens to equal the price', 'ratio', 1, 1, 'own'],
    ['a price that is still warming up', 'price', null, 94_200, 'price'],
  ] as const)('of %s', (_name, unit, value, price, pane) => expect(paneOf({ unit, value, price })).toBe(pane))
})

describe('limits', () => {
  const keys = (count: number, pane: 'price' | 'own') => Array.from({ length: count }, (_, i) => featureKey(`f_${i}`, pane))
  test('refuse the thirteenth indicator and the fifth pane, by number', () => {
    expect(refusalOf(keys(INDICATORS_MAX, 'price'), 'rsi')).toContain('At most 12 indicators')
    expect(refusalOf(keys(OWN_PANES_MAX, 'own'), 'rsi')).toContain('At most 4')
    expect(refusalOf(keys(OWN_PANES_MAX, 'own'), 'ema21')).toBeNull()
    expect(refusalOf(keys(INDICATORS_MAX - 1, 'price'), 'rsi')).toBeNull()
  })
})

describe('kept choices', () => {
  const load = async (kept: unknown) => {
    sessionStorage.setItem('tradewright.screen', typeof kept === 'string' ? kept : JSON.stringify(kept))
    vi.resetModules()
    return (await import('../../src-renderer/stores/ui-store.ts')).uiStore.getState()
  }
  afterEach(() => sessionStorage.clear())

  test('come back after loading anew', async () => {
    const indicators = ['rsi', featureKey('adx_14', 'own')]
    const kept = {
      theme: 'light',
      timeframe: '1h',
      indicators,
      regimes: 'flow-5',
      profile: true,
      bottomTab: 'book',
      sizes: { side: 300 },
      instrumentId: BTC,
    }
    expect(await load(kept)).toMatchObject(kept)
  })
  test('of another version are dropped one by one, not all together', async () => {
    const state = await load({
      theme: 'light',
      indicators: ['gone', 7, 'rsi', 'rsi'],
      regimes: 'gmm',
      profile: 'yes',
      bottomTab: 'news',
      sizes: { side: 'wide' },
    })
    expect(state).toMatchObject({ theme: 'light', indicators: ['rsi'], regimes: 'off', profile: false, bottomTab: 'positions', sizes: {} })
  })
  test('are never more indicators than can be shown', async () => {
    const state = await load({ indicators: Array.from({ length: 50 }, (_, i) => featureKey(`f_${i}`, 'price')) })
    expect(state.indicators).toHaveLength(INDICATORS_MAX)
  })
  test('that cannot be read leave the first choices', async () => {
    expect(await load('{broken')).toMatchObject({ theme: 'dark', regimes: 'off', indicators: ['ema21', 'ema55'] })
  })
})

describe('picker', () => {
  let bridge: FakeBridge
  let leave = () => {}
  const advance = (ms = 40) => act(async () => await vi.advanceTimersByTimeAsync(ms))
  const option = (name: RegExp) => screen.getByRole('option', { name })

  beforeEach(() => {
    fakeFrames()
    Element.prototype.scrollIntoView = () => {}
    uiStore.setState({ indicators: ['ema21'] })
    bridge = new FakeBridge({ minutes: 3000, ahead: 500 })
  })
  afterEach(() => {
    leave()
    cleanup()
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })
  const open = async () => {
    leave = (await showPage(bridge, <IndicatorPicker instrumentId={BTC} timeframe="5m" />)).leave
    await advance()
    fireEvent.click(screen.getByRole('button', { name: /^Indicators/ }))
    await advance()
    await settle()
  }

  test('asks for the catalogue only when it is opened, and shows name, unit and meaning', async () => {
    leave = (await showPage(bridge, <IndicatorPicker instrumentId={BTC} timeframe="5m" />)).leave
    expect(bridge.calls.some(({ command }) => command === 'features.catalogue')).toBe(false)
    fireEvent.click(screen.getByRole('button', { name: /^Indicators/ }))
    await advance()
    await settle()
    expect(option(/^rsi_14/).textContent).toBe('rsi_14index 0 100Relative strength over 14 candles (Wilder 1978)')
    expect(option(/^rsi_14/).title).toContain('Warms up over 200 candles')
  })

  test('finds features by what they mean', async () => {
    await open()
    fireEvent.change(screen.getByRole('combobox'), { target: { value: 'Wilder' } })
    await advance()
    expect(screen.getAllByRole('option').map((row) => row.textContent?.slice(0, 6))).toEqual(['rsi_14'])
  })

  test('puts a mean of prices over the candles and a difference of prices below them', async () => {
    await open()
    fireEvent.click(option(/^ema_200/))
    await settle()
    fireEvent.click(option(/^macd_line/))
    await settle()
    expect(uiStore.getState().indicators).toEqual(['ema21', 'feature:price:ema_200', 'feature:own:macd_line'])
    fireEvent.click(option(/^ema_200.*, shown$/))
    await settle()
    expect(uiStore.getState().indicators).toEqual(['ema21', 'feature:own:macd_line'])
  })

  test('says why one more is refused', async () => {
    uiStore.setState({ indicators: ['ema21'] })
    await open()
    act(() => uiStore.setState({ indicators: Array.from({ length: INDICATORS_MAX }, (_, i) => featureKey(`f_${i}`, 'price')) }))
    fireEvent.click(option(/^RSI 14/))
    await settle()
    expect(screen.getByRole('status').textContent).toContain('At most 12 indicators')
    expect(uiStore.getState().indicators).toHaveLength(INDICATORS_MAX)
  })

  test('still offers the common ones when there is no catalogue', async () => {
    bridge.fail('features.catalogue', { code: 'unknown_command', message: 'there is no command "features.catalogue"' })
    await open()
    expect(screen.getByRole('alert').textContent).toContain('The catalogue cannot be shown')
    expect(option(/^EMA 21 ?, shown$/)).toBeTruthy()
  })
})
