// @vitest-environment jsdom
// Proves that another playbook is only chosen after a question that says what becomes of open positions.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PlaybookDialog } from '../../src-renderer/app/playbook-dialog.tsx'
import { openDialog, uiStore } from '../../src-renderer/stores/ui-store.ts'
import { FakeBridge } from '../support/fake-bridge.ts'
import { fakeFrames, showPage } from '../support/screen.tsx'

let bridge: FakeBridge
let leave = () => {}
const selected = () => bridge.calls.filter(({ command }) => command === 'playbook.select').map(({ input }) => input)
const advance = (ms = 40) => act(async () => await vi.advanceTimersByTimeAsync(ms))

beforeEach(() => {
  fakeFrames()
  bridge = new FakeBridge({ minutes: 3000, ahead: 500 })
})
afterEach(() => {
  leave()
  cleanup()
  openDialog(null)
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function open() {
  leave = (await showPage(bridge, <PlaybookDialog />)).leave
  await advance()
  act(() => openDialog({ kind: 'playbooks' }))
  await advance()
}

test('lists title, gist and strategies, and marks the one that runs', async () => {
  await open()
  const [imba, flow, own] = within(screen.getByRole('list', { name: 'Playbooks' })).getAllByRole('listitem')
  expect(imba?.textContent).toMatch(/^IMBA.*running$/)
  expect(within(imba ?? document.body).queryByRole('button')).toBeNull()
  expect(flow?.textContent).toContain('absorption, sweep, micro-breakout')
  expect(own?.textContent).toContain('yours')
})

test('asks first, says that open positions stay with their stops, and then sends once', async () => {
  await open()
  fireEvent.click(screen.getByRole('button', { name: 'Choose Order flow' }))
  await advance()
  const question = screen.getByRole('alertdialog', { name: 'Run Order flow?' })
  expect(question.textContent).toContain('The 2 open positions stay, with stops and targets')
  expect(selected()).toEqual([])
  fireEvent.click(within(question).getByRole('button', { name: 'Run it' }))
  await advance()
  expect(selected()).toEqual([{ id: 'order-flow' }])
  expect(uiStore.getState().dialog).toBeNull()
})

test('a refusal leaves the list open, with the old playbook running', async () => {
  bridge.fail('playbook.select', { code: 'refused', message: 'this market has no order book' })
  await open()
  fireEvent.click(screen.getByRole('button', { name: 'Choose Order flow' }))
  await advance()
  fireEvent.click(screen.getByRole('button', { name: 'Run it' }))
  await advance()
  expect(uiStore.getState().dialog).toEqual({ kind: 'playbooks' })
  expect(screen.queryByRole('alertdialog')).toBeNull()
})

test('an engine without playbooks is told as such', async () => {
  bridge.fail('playbook.list', { code: 'unknown_command', message: 'there is no command "playbook.list"' })
  await open()
  expect(screen.getByRole('alert').textContent).toContain('Playbooks cannot be listed. This engine does not know the command')
})
