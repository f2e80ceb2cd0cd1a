// A second screen without a picture: asks the running program over its WebSocket, so that what a page shows can be compared with what the
// program says.
import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { BridgeResult, CommandName, Input, Output } from '../../src-shared/bridge/contract.ts'
import { PROTOCOL_VERSION } from '../../src-shared/bridge/version.ts'
import { decodeResult } from '../../src-renderer/bridge/decode.ts'
import type { RunningApp } from './browser.ts'

const ANSWER_MS_MAX = 20_000

export interface BridgeClient {
  ask<C extends CommandName>(command: C, input: Input<C>): Promise<BridgeResult<Output<C>>>
  /** Like `ask`; throws when the answer is an error. */
  read<C extends CommandName>(command: C, input: Input<C>): Promise<Output<C>>
  close(): void
}

/** Logs in with a link of its own. Rejects when the program does not let it in. `onMessage` sees everything that is sent to this screen. */
export async function connectBridge(app: RunningApp, onMessage: (text: string) => void = () => {}): Promise<BridgeClient> {
  const { origin, hash } = new URL(await app.newUrl())
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws`, { origin })
  const waiting = new Map<number, (result: unknown) => void>()
  let lastId = 0
  await once(socket, 'open')
  const welcomed = new Promise<void>((resolve, reject) => {
    socket.on('close', (code) => reject(new Error(`the program closed the connection with code ${code}`)))
    socket.on('message', (data) => {
      onMessage(String(data))
      const message = JSON.parse(String(data)) as { t: string; id?: number; result?: unknown }
      if (message.t === 'welcome') resolve()
      if (message.t === 'response') waiting.get(message.id ?? 0)?.(message.result)
    })
  })
  socket.send(JSON.stringify({ t: 'hello', v: PROTOCOL_VERSION, token: new URLSearchParams(hash.slice(1)).get('t') }))
  await welcomed

  const send = (command: CommandName, input: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++lastId
      const timer = setTimeout(() => reject(new Error(`no answer to ${command} within ${ANSWER_MS_MAX} ms`)), ANSWER_MS_MAX)
      waiting.set(id, (result) => {
        clearTimeout(timer)
        waiting.delete(id)
        resolve(result)
      })
      socket.send(JSON.stringify({ t: 'request', id, command, input }))
    })
  const ask: BridgeClient['ask'] = async (command, input) => decodeResult(command, await send(command, input))
  return {
    ask,
    async read(command, input) {
      const result = await ask(command, input)
      if (!result.ok) throw new Error(`${command}: ${result.error.code}: ${result.error.message}`)
      return result.value
    },
    close: () => socket.close(),
  }
}
