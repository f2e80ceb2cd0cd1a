// What the engine's own journal says of a live account: read from its file, after the chain was verified.
import { join } from 'node:path'
import { type Money, ZERO_MONEY, add, money, toText } from '../../../src-shared/domain/decimal.ts'
import { liveJournalName } from '../../../src-shared/domain/venue.ts'
import { verifyJournal } from '../../../src-main/adapters/journal/verification.ts'
import { openReadOnly } from '../../../src-main/adapters/sqlite/database.ts'

export type JournalAccount = {
  readonly verified: boolean
  readonly verification: string
  /** Venue trade ids, in the order of booking, as often as they were booked. */
  readonly tradeIds: readonly string[]
  /** Sum of all ledger entries. */
  readonly balance: string
  readonly alerts: readonly { readonly tsMs: number; readonly code: string; readonly message: string }[]
  /** First record of each order. */
  readonly orders: readonly { readonly id: string; readonly purpose: string; readonly tsMs: number; readonly decisionId: string | null }[]
  readonly adjustments: readonly string[]
}
type Row = { readonly kind: string; readonly ts_ms: number; readonly body: string }

export function readJournal(dataDir: string): JournalAccount {
  const db = openReadOnly(join(dataDir, liveJournalName('binanceusdm', 'practice')))
  try {
    const { ok: verified, message: verification } = verifyJournal(db)
    const rows = db
      .prepare<[], Row>(`SELECT kind, ts_ms, body FROM records WHERE kind IN ('fill', 'ledger', 'alert', 'order') ORDER BY seq`)
      .all()
      .map(({ kind, ts_ms: tsMs, body }) => ({ kind, tsMs, body: JSON.parse(body) as Record<string, string | null> }))
    const of = (wanted: string) => rows.filter(({ kind }) => kind === wanted)
    const orders = new Map<string, JournalAccount['orders'][number]>()
    for (const { tsMs, body } of of('order')) {
      const id = String(body['clientOrderId'])
      if (!orders.has(id)) orders.set(id, { id, purpose: String(body['purpose']), tsMs, decisionId: body['decisionId'] ?? null })
    }
    const ledger = of('ledger')
    return {
      verified,
      verification,
      tradeIds: of('fill').map(({ body }) => String(body['tradeId'])),
      balance: toText(ledger.reduce<Money>((sum, { body }) => add(sum, money(String(body['amount']))), ZERO_MONEY)),
      alerts: of('alert').map(({ tsMs, body }) => ({ tsMs, code: String(body['code']), message: String(body['message']) })),
      orders: [...orders.values()],
      adjustments: ledger.filter(({ body }) => body['kind'] === 'adjustment').map(({ body }) => `${body['amount']} ${body['reference']}`),
    }
  } finally {
    db.close()
  }
}
