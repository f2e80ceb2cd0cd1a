// The engine in a process of Electron's own kind: a native crash there leaves window, tray and supervisor alive.
import { utilityProcess } from 'electron'
import type { FromEngine } from '../../../src-shared/bridge/wire.ts'
import type { SpawnEngine } from '../../host/transport.ts'

export const spawnUtility =
  (entry: string): SpawnEngine =>
  (options) => {
    const child = utilityProcess.fork(entry, [JSON.stringify(options)], { serviceName: 'engine', stdio: 'inherit' })
    let lastError = ''
    let gone = false
    child.on('error', (type, location) => (lastError = `${type} at ${location}`))
    child.on('exit', () => (gone = true))
    return {
      kind: 'utility',
      post: (message) => child.postMessage(message),
      onMessage: (listener) => void child.on('message', (message: FromEngine) => listener(message)),
      onExit: (listener) => void child.once('exit', (code) => listener(lastError || `exit code ${code}`)),
      kill: () =>
        new Promise((resolve) => {
          if (gone) return resolve()
          child.once('exit', () => resolve())
          child.kill()
        }),
    }
  }
