// @vitest-environment jsdom
// Proves that nobody trades real money by a slip: the sheet shows what is traded and what is missing, the button stays shut until all of it is true
// and the word was typed for this very account, and a refusal keeps the question open.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ArmFacts, armRefusal } from '../../src-renderer/features/control/arm-refusal.ts'
import { ControlDialogs } from '../../src-renderer/features/control/control-dialogs.tsx'
import { openDialog, uiStore } from '../../src-renderer/stores/ui-store.ts'
import { FakeBridge } from '../support/fake-bridge.ts'
import { BINANCE, NOTHING_SET_UP, type Sheet, answerLive, evidenceWith, liveSheet, liveView } from '../support/fake-live.ts'
import { giveElementsASize, settle, showPage } from '../support/screen.tsx'

giveElementsASize()
let bridge: FakeBridge
let shown: Awaited<ReturnType<typeof showPage>>

beforeEach(async () => {
  bridge = new FakeBridge({ minutes: 3000, ahead: 60 })
  answerLive(bridge)
  uiStore.setState({ dialog: null, liveAccount: BINANCE, books: 'live', labTask: 'backtest' })
  shown = await showPage(bridge, <ControlDialogs />)
})
afterEach(() => {
  shown.leave()
  cleanup()
  vi.useRealTimers()
})

async function open() {
  act(() => openDialog({ kind: 'live-sheet' }))
  await settle()
  return dialog()
}
const dialog = () => screen.getByRole('dialog', { name: 'Trade live' })
const armButton = () => within(dialog()).getByRole<HTMLButtonElement>('button', { name: /^Trade (real|on)/ })
const field = () => within(dialog()).getByRole('textbox', { name: 'Type LIVE to agree' })
const type = (text: string) => fireEvent.change(field(), { target: { value: text } })
const asked = (command: string) => bridge.calls.filter((call) => call.command === command).map(({ input }) => input)
const press = async (name: string) => {
  fireEvent.click(within(dialog()).getByRole('button', { name }))
  await settle()
}

describe('why it may not be agreed to', () => {
  const facts = (over: Partial<ArmFacts>): ArmFacts => ({
    sheet: liveSheet(),
    asking: false,
    failed: false,
    armed: false,
    sending: false,
    typed: 'LIVE',
    ...over,
  })
  const with_ = (over: Partial<Sheet>) => facts({ sheet: liveSheet(BINANCE, over) })

  it.each([
    ['nothing, when all is true and the word is there', facts({}), null],
    ['nothing, for a word in small letters', facts({ typed: ' live ' }), null],
    ['the word', facts({ typed: 'LIV' }), 'Type LIVE to agree.'],
    ['nothing, when it was agreed to before', with_({ consent: { ...liveSheet().consent, word: null } }), null],
    ['what is missing and failed', with_({ evidence: NOTHING_SET_UP, canArm: false }), 'Not yet: 5 missing, 1 failed above.'],
    [
      'what failed alone',
      with_({ evidence: evidenceWith({ id: 'clock', state: 'failed', sentence: '1,312 ms apart' }), canArm: false }),
      'Not yet: 1 failed above.',
    ],
    ['the engine, which has the last word', with_({ canArm: false }), 'The engine does not allow it yet.'],
    ['a question under way, though an older answer is there', facts({ asking: true }), 'The venue is being asked.'],
    ['a question that failed', facts({ sheet: null, failed: true }), 'The venue could not be asked.'],
    ['an account that is armed already', facts({ armed: true }), 'Live trading is on already.'],
    ['an answer under way', facts({ sending: true }), 'Sending…'],
  ])('is %s', (_name, given, expected) => expect(armRefusal(given)).toBe(expected))

  it('does not count what is not asked for', () => {
    const waived = evidenceWith({ id: 'paper', state: 'waived', sentence: 'not asked for on the practice venue' })
    expect(armRefusal(with_({ evidence: waived }))).toBeNull()
  })
})

describe('the sheet', () => {
  it('tells what is traded, where, with which limits, and what paper has shown', async () => {
    const text = (await open()).textContent ?? ''
    for (const part of [
      'Binance USDT-M',
      '2,512.41 USDT',
      'IMBA: volatility regime, Trend breakout',
      'BTC/USDT, ETH/USDT, SOL/USDT',
      'at most 25.12 USDT lost per trade',
      'Trades64',
      '+412.30',
      'the key may trade and not withdraw',
      'with real money, which can be lost',
    ])
      expect(text).toContain(part)
    expect(asked('live.sheet')).toEqual([BINANCE])
  })

  it('arms only with the word, with what was on the sheet, and closes', async () => {
    await open()
    expect(armButton().disabled).toBe(true)
    expect(dialog().textContent).toContain('Type LIVE to agree.')
    type('LIV')
    fireEvent.submit(field())
    await settle()
    expect(asked('live.arm')).toEqual([])
    type('live')
    expect(armButton().disabled).toBe(false)
    fireEvent.submit(field())
    await settle()
    expect(asked('live.arm')).toEqual([{ ...BINANCE, hash: 'a'.repeat(64), word: 'LIVE' }])
    expect(uiStore.getState().dialog).toBeNull()
  })

  it('asks for no word where this very thing was agreed to before', async () => {
    bridge.answer('live.sheet', (account) => liveSheet(account, { consent: { ...liveSheet(account).consent, word: null } }))
    await open()
    expect(within(dialog()).queryByRole('textbox')).toBeNull()
    fireEvent.click(armButton())
    await settle()
    expect(asked('live.arm')).toEqual([{ ...BINANCE, hash: 'a'.repeat(64), word: null }])
  })

  it('stays open with the reason when the engine refuses', async () => {
    bridge.fail('live.arm', { code: 'refused', message: 'what was agreed to has changed since; look at the sheet again' })
    await open()
    type('LIVE')
    fireEvent.submit(field())
    await settle()
    expect(within(dialog()).getByRole('alert').textContent).toContain('what was agreed to has changed since')
    expect(armButton().disabled).toBe(false)
  })

  it('sends once, however often it is pressed', async () => {
    bridge.answer('live.arm', () => new Promise(() => {}))
    await open()
    type('LIVE')
    fireEvent.submit(field())
    fireEvent.submit(field())
    await settle()
    fireEvent.submit(field())
    expect(asked('live.arm')).toHaveLength(1)
    expect(within(dialog()).getByRole<HTMLButtonElement>('button', { name: 'Sending…' }).disabled).toBe(true)
  })

  it('says what is missing and leads to where it is mended', async () => {
    bridge.answer('live.sheet', (account) => liveSheet(account, { evidence: NOTHING_SET_UP, canArm: false }))
    await open()
    type('LIVE')
    fireEvent.submit(field())
    await settle()
    expect(asked('live.arm')).toEqual([])
    const links = within(dialog()).getAllByRole('link')
    expect(links.map(({ textContent }) => textContent)).toEqual([
      'Settings, Keys',
      'Settings, Keys',
      'Journal of the paper account',
      'Run the look-ahead check',
    ])
    fireEvent.click(within(dialog()).getByRole('link', { name: 'Run the look-ahead check' }))
    await settle()
    expect(shown.history.at(-1)).toBe('/lab?')
    expect(uiStore.getState()).toMatchObject({ dialog: null, labTask: 'checks' })
  })

  it('says how long a venue has been asked, and shows nothing of another account meanwhile', async () => {
    await open()
    type('LIVE')
    bridge.answer('live.sheet', () => new Promise(() => {}))
    await press('Test system')
    expect(dialog().textContent).toContain('Asking Binance USDT-M (test system)')
    expect(dialog().textContent).not.toContain('2,512.41')
    expect(armButton().disabled).toBe(true)
    expect(armButton().textContent).toBe('Trade on the test system')
  })

  it('forgets the word when the account changes', async () => {
    await open()
    type('LIVE')
    await press('Test system')
    expect(field()).toHaveProperty('value', '')
    expect(asked('live.sheet')).toEqual([BINANCE, { venue: 'binanceusdm', environment: 'testnet' }])
  })

  it('remembers the account that was chosen', async () => {
    await open()
    fireEvent.change(within(dialog()).getByRole('combobox', { name: 'Venue' }), { target: { value: 'okx' } })
    await settle()
    act(() => openDialog(null))
    await settle()
    await open()
    expect(within(dialog()).getByRole('combobox', { name: 'Venue' })).toHaveProperty('value', 'okx')
    expect(asked('live.sheet').at(-1)).toEqual({ venue: 'okx', environment: 'live' })
  })

  it('says so when the venue cannot be asked, and asks again when told to', async () => {
    bridge.fail('live.sheet', { code: 'timeout', message: 'no answer within 10 s' })
    await open()
    expect(dialog().textContent).toContain('Binance USDT-M could not be asked.')
    expect(dialog().textContent).toContain('no answer within 10 s')
    expect(armButton().disabled).toBe(true)
    bridge.fail('live.sheet', null)
    await press('Try again')
    expect(dialog().textContent).toContain('2,512.41 USDT')
  })

  it('cannot arm what is armed already', async () => {
    await open()
    type('LIVE')
    act(() => bridge.setLive(liveView()))
    expect(armButton().disabled).toBe(true)
    expect(dialog().textContent).toContain('Live trading is on already.')
  })

  it('closes with Escape and with the button beside', async () => {
    await open()
    fireEvent.keyDown(dialog(), { key: 'Escape' })
    await settle()
    expect(uiStore.getState().dialog).toBeNull()
    await open()
    await press('Stay on paper')
    expect(uiStore.getState().dialog).toBeNull()
    expect(asked('live.arm')).toEqual([])
  })
})
