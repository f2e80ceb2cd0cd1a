// Logging in, and what a key may do: the scope of a log-in tells it; what address it is bound to, only the list of keys, which not every key may read.
import { VenueRefusal } from '../../transport/venue-failure.ts'
import type { Ask } from '../../transport/venue-rest.ts'
import { type Fields, fieldsOf, listOf, textOrNull } from '../fields.ts'
import type { StreamLogin } from '../stream-login.ts'
import type { KeyFindings, ProbeOptions } from '../venue-adapter.ts'
import * as requests from './deribit-requests.ts'

/** `client_signature`: the secret itself never leaves. `nowMs` is the venue's time. */
export function loginParams(login: StreamLogin, nowMs: number): Readonly<Record<string, string | number>> {
  const nonce = nowMs.toString(36)
  return {
    grant_type: 'client_signature',
    client_id: login.key,
    timestamp: nowMs,
    nonce,
    data: '',
    signature: login.sign(`${nowMs}\n${nonce}\n`, 'hex'),
  }
}

/** Keys do not expire there. */
export async function probeDeribitKey(ask: Ask, { login, nowMs }: ProbeOptions): Promise<KeyFindings> {
  const session = fieldsOf(requests.resultOf(await ask(requests.authenticate(loginParams(login, nowMs)))), 'the log-in')
  const own = await listedKey(ask, login.key)
  const scope = [textOrNull(session, 'scope') ?? '', own === null ? '' : (textOrNull(own, 'max_scope') ?? '')].join(' ')
  const tells = /\b(trade|wallet):/.test(scope)
  // A scope that names neither is one that nothing was taken from: then a question that only a trader's key may ask must do.
  if (!tells) await ask(requests.positions)
  const report = {
    canTrade: !tells || /\btrade:read_write\b/.test(scope),
    canWithdraw: /\bwallet:read_write\b/.test(scope),
    ipRestricted: own !== null && Array.isArray(own['ip_whitelist']) ? own['ip_whitelist'].length > 0 : null,
    expiresMs: null,
  }
  const untold = [...(tells ? [] : ['can withdraw']), ...(report.ipRestricted === null ? ['is bound to an address'] : [])].join(' or ')
  return { report, unchecked: untold === '' ? null : `Deribit does not tell this key whether it ${untold}` }
}

/** Null for a key that may not read the list. */
async function listedKey(ask: Ask, key: string): Promise<Fields | null> {
  try {
    const rows = listOf(requests.resultOf(await ask(requests.apiKeys)), 'the keys')
    return rows.find((row) => row['client_id'] === key) ?? null
  } catch (error) {
    if (error instanceof VenueRefusal && error.failure.outcome === 'final' && !error.failure.code.startsWith('key_')) return null
    throw error
  }
}
