// The keys that clients sign with, and what each may do. All of them are made up; none opens anything anywhere else.

export type KeyState = 'valid' | 'unknown' | 'expired'

export type ApiKey = {
  readonly key: string
  readonly secret: string
  /** OKX only. */
  readonly passphrase: string
  readonly accountId: string
  state: KeyState
  canTrade: boolean
  canWithdraw: boolean
  /** Null: from everywhere. */
  allowedIps: readonly string[] | null
  readonly createdMs: number
}

/** The `index`th key of an account, from 1: the same on every machine. */
export const practiceKey = (accountId: string, index: number, createdMs: number): ApiKey => ({
  key: `practice-key-${index}-of-${accountId}`.padEnd(64, '0').slice(0, 64),
  secret: `practice-secret-${index}-of-${accountId}`.padEnd(64, '0').slice(0, 64),
  passphrase: 'practice',
  accountId,
  state: 'valid',
  canTrade: true,
  canWithdraw: false,
  allowedIps: null,
  createdMs,
})
