// Sends a file to the lab in pieces, one after the other, and asks what it seems to be.
import type { Bridge, BridgeError, Output } from '../../../src-shared/bridge/contract.ts'
import { UPLOAD_CHUNK_BYTES } from '../../../src-shared/bridge/lab-contract.ts'
import { formatBytes } from '../../format/numbers.ts'

export type Preview = Output<'lab.upload.preview'>
export type UploadResult = { readonly ok: true; readonly preview: Preview } | { readonly ok: false; readonly error: BridgeError }

export const UPLOAD_BYTES_MAX = 4 * 1024 ** 3
const NAME_LENGTH_MAX = 200

export type Upload = {
  readonly file: File
  readonly signal: AbortSignal
  /** Bytes that have arrived. */
  readonly onSent: (bytes: number) => void
}

/** The preview of the file, or why there is none; the first failure ends the sending. Null when it was canceled. */
export async function uploadFile(bridge: Bridge, upload: Upload): Promise<UploadResult | null> {
  const { file } = upload
  const fault = faultOf(file)
  if (fault !== null) return { ok: false, error: { code: 'bad_input', message: fault } }
  const begun = await bridge.invoke('lab.upload.begin', { fileName: file.name.slice(-NAME_LENGTH_MAX), bytes: file.size })
  if (!begun.ok) return begun
  const { uploadId } = begun.value
  const result = await sendFile(bridge, uploadId, upload)
  if (result?.ok !== true) cancelUpload(bridge, uploadId)
  return result
}

/** Nobody waits for it: what cannot be canceled is thrown away by the lab in ten minutes. */
export function cancelUpload(bridge: Bridge, uploadId: string): void {
  void bridge.invoke('lab.upload.cancel', { uploadId })
}

async function sendFile(bridge: Bridge, uploadId: string, { file, signal, onSent }: Upload): Promise<UploadResult | null> {
  for (let offset = 0; offset < file.size; offset += UPLOAD_CHUNK_BYTES) {
    if (signal.aborted) return null
    const piece = await readPiece(file, offset)
    if (piece === null)
      return { ok: false, error: { code: 'bad_input', message: `${file.name} cannot be read any more; was it changed or moved?` } }
    const sent = await bridge.invoke('lab.upload.chunk', { uploadId, offset, base64: toBase64(piece) })
    if (!sent.ok) return sent
    onSent(offset + piece.length)
  }
  if (signal.aborted) return null
  const preview = await bridge.invoke('lab.upload.preview', { uploadId })
  if (signal.aborted) return null
  return preview.ok ? { ok: true, preview: preview.value } : preview
}

function faultOf({ name, size }: File): string | null {
  if (size === 0) return `${name} is empty`
  return size > UPLOAD_BYTES_MAX
    ? `${name} has ${formatBytes(size)}, at most ${formatBytes(UPLOAD_BYTES_MAX)} can be imported at once`
    : null
}

/** Null when the disk does not give it any more. */
async function readPiece(file: File, offset: number): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await file.slice(offset, offset + UPLOAD_CHUNK_BYTES).arrayBuffer())
  } catch {
    return null
  }
}

/** More arguments than this at once would not fit the stack. */
const ARGUMENTS_MAX = 0x8000

export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += ARGUMENTS_MAX) binary += String.fromCharCode(...bytes.subarray(at, at + ARGUMENTS_MAX))
  return btoa(binary)
}
