// A Redis server of a test's own, on loopback, in memory. Debian's package; where it is not installed the tests say that they skip.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { QueueAddress } from '../../src-main/lab/remote/connection.ts'

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0

export type RedisServer = { readonly address: QueueAddress; stop(): Promise<void> }

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  server.close()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  return bound.port
}

export async function startRedis({ password }: { readonly password?: string } = {}): Promise<RedisServer> {
  const port = await freePort()
  const secret = password === undefined ? [] : ['--requirepass', password]
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...secret], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await ready(child)
  return {
    address: { host: '127.0.0.1', port, database: 0, tls: false },
    async stop() {
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`redis-server ended with code ${code}`)))
    child.stdout?.on('data', (text: Buffer) => {
      if (text.toString().includes('Ready to accept connections')) resolve()
    })
  })
}
