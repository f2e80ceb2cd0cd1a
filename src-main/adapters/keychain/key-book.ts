// What is known of the keys without knowing them: keys.json of the data directory. It holds no secret.
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { KeyRecord } from '../../../src-shared/bridge/key-contract.ts'
import { err, ok } from '../../../src-shared/domain/result.ts'
import type { KeyBook } from '../../../src-shared/domain/venue-key.ts'
import { readPrivate, writePrivate } from './private-file.ts'

const KEYS_MAX = 100
const State = z.strictObject({
  version: z.literal(1),
  profile: z.string().regex(/^[0-9a-f]{8}$/),
  store: z.enum(['keychain', 'file']),
  keys: z.array(KeyRecord).max(KEYS_MAX),
})

export function openKeyBook(file: string): KeyBook {
  return {
    load() {
      const text = readPrivate(file)
      if (!text.ok) return err(`${file} cannot be read: ${text.error}`)
      if (text.value === null) return ok({ profile: randomBytes(4).toString('hex'), store: 'keychain', keys: [] })
      const parsed = State.safeParse(parseJson(text.value))
      if (!parsed.success)
        return err(`${file} is damaged: it is left as it is; move it away to begin with no keys, and remove the old ones at their venues`)
      const { profile, store, keys } = parsed.data
      return ok({ profile, store, keys })
    },
    save(state) {
      const saved = writePrivate(file, JSON.stringify({ version: 1, ...state }, null, 2))
      return saved.ok ? ok(null) : err(`${file} cannot be written: ${saved.error}`)
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
