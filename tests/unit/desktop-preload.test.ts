// Proves that the page gets three functions and the topics of the contract, and never an event object of Electron.
import { expect, it, vi } from 'vitest'
import { topics } from '../../src-shared/bridge/contract.ts'
import type { FakeElectron } from '../support/electron-mock.ts'

const fake = vi.hoisted((): { electron: FakeElectron | null } => ({ electron: null }))
vi.mock('electron', async () => {
  const { makeElectron } = await import('../support/electron-mock.ts')
  fake.electron = makeElectron()
  return { default: fake.electron, ...fake.electron }
})
type Exposed = { hello(): unknown; invoke(...values: unknown[]): unknown; subscribe(topic: string, listener: unknown): () => void }

it('exposes the bridge and nothing else', async () => {
  await import('../../src-main/shells/desktop/preload.ts')
  const { contextBridge, ipcRenderer } = fake.electron ?? {}
  const [key, api] = (contextBridge?.exposeInMainWorld.mock.calls[0] ?? []) as [string, Exposed]
  expect(key).toBe('bridge')
  expect(Object.keys(api).sort()).toEqual(['hello', 'invoke', 'subscribe'])
  api.invoke('desk.snapshot', {})
  expect(ipcRenderer?.invoke).toHaveBeenLastCalledWith('bridge:invoke', 'desk.snapshot', {})
  expect(() => api.subscribe('anything', () => {})).toThrow(TypeError)
  expect(() => api.subscribe('desk', 'not a function')).toThrow(TypeError)
  for (const topic of Object.keys(topics)) {
    const listener = vi.fn()
    const off = api.subscribe(topic, listener)
    ipcRenderer?.emit('bridge:event', { sender: 'secret' }, topic, '{"n":1}')
    ipcRenderer?.emit('bridge:event', { sender: 'secret' }, 'other', '{"n":2}')
    expect(listener.mock.calls).toEqual([[{ n: 1 }]])
    off()
    expect(ipcRenderer?.listenerCount('bridge:event')).toBe(0)
  }
})
