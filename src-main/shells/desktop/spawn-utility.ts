// A worker (the engine, the lab) in a process of Electron's own kind: a native crash there leaves window, tray and supervisor alive.
import { basename, extname } from 'node:path'
import { utilityProcess } from 'electron'
import type { FromEngine } from '../../../src-shared/bridge/wire.ts'
import type { Spawn } from '../../host/transport.ts'

export const spawnUtility =
  <Options>(entry: string): Spawn<Options> =>
  (options) => {
    const child = utilityProcess.fork(entry, [JSON.stringify(options)], { serviceName: basename(entry, extname(entry)), stdio: 'inherit' })
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
