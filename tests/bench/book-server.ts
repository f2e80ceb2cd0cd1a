// A thread that serves recorded depth updates over loopback: one snapshot by request, and on each stream connection the updates after it, once it is
// told to go. The frames are made beforehand and written in large pieces, so that the reader is what is measured.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type IncomingMessage, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { parentPort } from 'node:worker_threads'
import { gunzipSync } from 'node:zlib'

/** What the reader has to know: where to connect, how many updates will come, and the last change in them. */
export type ServerReady = {
  readonly port: number
  readonly messages: number
  readonly bytes: number
  readonly levels: number
  readonly lastId: number
}

type Update = { readonly u: number; readonly b: readonly unknown[]; readonly a: readonly unknown[] }
const RECORDING = join(import.meta.dirname, '../../assets/market-book/BTCUSDT-stream.jsonl.gz')
const PIECE_BYTES = 64 * 1024
/** RFC 6455, section 1.3. */
const HANDSHAKE = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

function frame(text: string): Buffer {
  const payload = Buffer.from(text)
  const header = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10)
  header[0] = 0x81
  header[1] = payload.length < 126 ? payload.length : payload.length < 65_536 ? 126 : 127
  if (header.length === 4) header.writeUInt16BE(payload.length, 2)
  if (header.length === 10) header.writeBigUInt64BE(BigInt(payload.length), 2)
  return Buffer.concat([header, payload])
}

const lines = gunzipSync(readFileSync(RECORDING)).toString('utf8').trimEnd().split('\n')
const messages = lines.map((line) => line.slice(line.indexOf(' ') + 1))
const snapshot = messages.find((text) => text.includes('"lastUpdateId"')) ?? ''
const { lastUpdateId }: { lastUpdateId: number } = JSON.parse(snapshot)
const dataOf = (text: string): string => text.slice(text.indexOf('"data":') + 7, -1)
const updates = messages
  .filter((text) => text.includes('"depthUpdate"'))
  .map(dataOf)
  .filter((text) => (JSON.parse(text) as Update).u >= lastUpdateId)
const pieces: Buffer[] = []
let piece: Buffer[] = []
let pieceBytes = 0
for (const [index, text] of updates.entries()) {
  const next = frame(text)
  piece.push(next)
  pieceBytes += next.length
  if (pieceBytes < PIECE_BYTES && index < updates.length - 1) continue
  pieces.push(Buffer.concat(piece))
  piece = []
  pieceBytes = 0
}

/** A library that subscribes by message asks for its snapshot once that is confirmed. Its requests are short and come one to a packet. */
function confirm(socket: Duplex, bytes: Buffer): void {
  // A close frame; without an end the library waits for half a minute.
  if (((bytes[0] ?? 0) & 15) === 8) return void socket.end()
  const isLong = ((bytes[1] ?? 0) & 127) === 126
  const at = isLong ? 4 : 2
  const mask = bytes.subarray(at, at + 4)
  const text = bytes.subarray(at + 4).map((byte, index) => byte ^ (mask[index & 3] ?? 0))
  const id = /"SUBSCRIBE".*"id":(\d+)/s.exec(Buffer.from(text).toString())?.[1]
  if (id !== undefined) socket.write(frame(`{"result":null,"id":${id}}`))
}

let reader: Duplex | null = null
function upgrade(request: IncomingMessage, socket: Duplex): void {
  const key = createHash('sha1').update(`${request.headers['sec-websocket-key']}${HANDSHAKE}`).digest('base64')
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`)
  socket.on('error', () => undefined)
  socket.on('data', (bytes) => confirm(socket, bytes))
  reader = socket
}
async function go(): Promise<void> {
  const socket = reader
  if (socket === null) throw new Error('go before anybody has connected')
  for (const each of pieces) {
    if (socket.destroyed) return
    if (!socket.write(each)) await Promise.race([once(socket, 'drain'), once(socket, 'close')])
  }
}

const server = createServer((_request, response) => response.setHeader('content-type', 'application/json').end(snapshot))
server.on('upgrade', upgrade)
server.listen(0, '127.0.0.1', () => {
  const parsed = updates.map((text) => JSON.parse(text) as Update)
  const ready: ServerReady = {
    port: (server.address() as AddressInfo).port,
    messages: updates.length,
    bytes: updates.reduce((sum, text) => sum + text.length, 0),
    levels: parsed.reduce((sum, { b, a }) => sum + b.length + a.length, 0),
    lastId: parsed.at(-1)?.u ?? 0,
  }
  parentPort?.postMessage(ready)
})
parentPort?.on('message', () => void go())
