import { BRIDGE_ERROR_CODES, type BridgeError } from '../../src-shared/bridge/contract.ts'

export function isBridgeError(value: unknown): value is BridgeError {
  if (typeof value !== 'object' || value === null || !('code' in value) || !('message' in value)) return false
  return typeof value.message === 'string' && BRIDGE_ERROR_CODES.some((code) => code === value.code)
}

export const engineDown = (message: string): { readonly ok: false; readonly error: BridgeError } => ({
  ok: false,
  error: { code: 'engine_down', message },
})
