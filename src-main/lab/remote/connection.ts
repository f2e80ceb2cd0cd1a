// The Redis server that coordinator and workers share. Its password comes from the environment, never from a setting or an argument that a
// process list would show.
import { Redis } from 'ioredis'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'

export const PASSWORD_VARIABLE = 'TRADEWRIGHT_QUEUE_PASSWORD'
const CONNECT_TIMEOUT_MS = 5_000
const RETRY_MS_MAX = 2_000

/** Address of a queue: host, port, database, and whether the line is encrypted. */
export type QueueAddress = { readonly host: string; readonly port: number; readonly database: number; readonly tls: boolean }

/** Reads "redis://host:6379/0", or rediss:// for an encrypted line. The error is one sentence and never repeats a password. */
export function parseQueueUrl(text: string): Result<QueueAddress, string> {
  const expected = 'expected redis://HOST:PORT or rediss://HOST:PORT, and a database number after a slash where it is not 0'
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '')
    return err(`the queue's address is not one: ${expected}`)
  if (url.username !== '' || url.password !== '')
    return err(`the queue's address holds a password: put it into ${PASSWORD_VARIABLE} instead`)
  const database = /^\/?(\d{1,2})?$/.exec(url.pathname)
  if (database === null) return err(`the queue's database is "${url.pathname.slice(1)}", ${expected}`)
  return ok({
    host: url.hostname,
    port: url.port === '' ? 6379 : Number(url.port),
    database: Number(database[1] ?? 0),
    tls: url.protocol === 'rediss:',
  })
}

/** A client that reconnects by itself. `blocking` ones wait inside a command and never give one up. */
export function openRedis({ host, port, database, tls }: QueueAddress, password: string | undefined): Redis {
  const client = new Redis({
    host,
    port,
    db: database,
    ...(password === undefined || password === '' ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
    connectTimeout: CONNECT_TIMEOUT_MS,
    // What BullMQ asks of its connections: a command waits for the line to come back.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(RETRY_MS_MAX, 100 * times),
    lazyConnect: true,
  })
  // Without a listener every failed try would be printed. The state is asked for where it matters.
  client.on('error', () => undefined)
  return client
}

/** Connects once. The error is one sentence. */
export async function connect(client: Redis, { host, port }: QueueAddress): Promise<Result<void, string>> {
  let last = 'no answer'
  const keep = (cause: Error): void => void (last = cause.message)
  client.on('error', keep)
  const timeout = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), CONNECT_TIMEOUT_MS).unref())
  try {
    const answer = await Promise.race([client.ping(), timeout])
    return answer === 'PONG' ? ok(undefined) : err(`the queue at ${host}:${port} cannot be reached: ${last}`)
  } catch (cause) {
    return err(`the queue at ${host}:${port} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`)
  } finally {
    client.off('error', keep)
  }
}
