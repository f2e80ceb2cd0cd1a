// Whether the sheet may be agreed to, and if not, why, in one sentence. Pure.
import type { Output } from '../../../src-shared/bridge/contract.ts'

export type Sheet = Output<'live.sheet'>
export type Evidence = Sheet['evidence'][number]

export const forbids = ({ state }: Evidence): boolean => state === 'missing' || state === 'failed'

export type ArmFacts = {
  /** Null until the venue has answered for the account that is chosen. */
  readonly sheet: Sheet | null
  readonly asking: boolean
  readonly failed: boolean
  /** Live trading is armed already. */
  readonly armed: boolean
  readonly sending: boolean
  readonly typed: string
}

export function armRefusal({ sheet, asking, failed, armed, sending, typed }: ArmFacts): string | null {
  if (armed) return 'Live trading is on already.'
  if (sending) return 'Sending…'
  if (asking) return 'The venue is being asked.'
  if (failed || sheet === null) return 'The venue could not be asked.'
  const missing = sheet.evidence.filter(({ state }) => state === 'missing').length
  const failing = sheet.evidence.filter(({ state }) => state === 'failed').length
  if (missing + failing > 0) {
    const parts = [missing > 0 ? `${missing} missing` : '', failing > 0 ? `${failing} failed` : '']
    return `Not yet: ${parts.filter((part) => part !== '').join(', ')} above.`
  }
  if (!sheet.canArm) return 'The engine does not allow it yet.'
  const { word } = sheet.consent
  return word === null || isWord(typed, word) ? null : `Type ${word} to agree.`
}

/** Case and blanks around it do not matter. */
export const isWord = (typed: string, word: string): boolean => typed.trim().toUpperCase() === word.toUpperCase()
