// The risk officer: absolute veto over every order, and the only place where one is approved.
// Entries pass every check; orders that can only shrink a position take a short path that no check can block. Cancels need no approval.
import { toNumber, toText } from '../../../src-shared/domain/decimal.ts'
import type { Verdict } from '../../../src-shared/domain/decision.ts'
import { closingSide } from '../../../src-shared/domain/instrument.ts'
import type { OrderRequest } from '../../../src-shared/domain/order.ts'
import type { Approved } from '../../../src-shared/events/effect.ts'
import { GATES, RISK_CHECKS } from './risk-checks.ts'
import { MissingInput, type OpenExposure, type RiskContext } from './risk-context.ts'
import { type RiskCheck, verdict } from './verdict.ts'

export type Approval = {
  readonly approved: Approved<OrderRequest> | null
  /** One per check, in order. The code of the first that did not pass is the reason of the denial. */
  readonly verdicts: readonly Verdict[]
}

/** A frozen copy, so that what was judged is what is sent. The brand is granted here and nowhere else. */
const approve = (request: OrderRequest): Approved<OrderRequest> => Object.freeze({ ...request }) as Approved<OrderRequest>

const MESSAGE_LENGTH_MAX = 300

/** Runs one check. Whatever it throws, and whatever is not a clear yes, is a denial. */
export function runCheck(check: RiskCheck, context: RiskContext, request: OrderRequest): Verdict {
  try {
    const found = check.check(context, request)
    if (found.passed === true) return found
    const { code, message, numbers } = found
    return { check: found.check, passed: false, code, message, numbers }
  } catch (error) {
    const code = error instanceof MissingInput ? error.code : 'check_failed'
    const message = `${check.title} could not be checked: ${error instanceof Error ? error.message : String(error)}`
    return { check: check.code, passed: false, code, message: message.slice(0, MESSAGE_LENGTH_MAX), numbers: {} }
  }
}

/** The verdicts that do not depend on the size: a signal that fails here is refused before it is sized. Never throws. */
export const judgeGates = (request: OrderRequest, context: RiskContext): readonly Verdict[] =>
  GATES.map((check) => runCheck(check, context, request))

/** Judges an order that opens or adds. Every check is run and recorded, also after one has denied. Never throws. */
export function approveEntry(request: OrderRequest, context: RiskContext): Approval {
  // The checks see what will be sent, also when the caller's object changes meanwhile.
  const candidate = approve(request)
  const verdicts = RISK_CHECKS.map((check) => runCheck(check, context, candidate))
  return { approved: verdicts.every(({ passed }) => passed) ? candidate : null, verdicts }
}

/** The open position that the order is to shrink, or null when none is known. */
export type ReductionContext = { readonly position: Pick<OpenExposure, 'instrumentId' | 'side' | 'quantity'> | null }

const REDUCTION_PASSED: readonly Verdict[] = Object.freeze([
  { check: 'reduction', passed: true, code: 'ok', message: 'it can only shrink the position', numbers: {} },
])

/**
 * Lets through what can only shrink a position: reduce-only, against its side, no larger than it.
 * It needs neither account, price, policy nor state: nothing that may be broken can trap us in a position.
 */
export function approveReduction(request: OrderRequest, context: ReductionContext): Approval {
  const candidate = approve(request)
  const denial = reductionFault(candidate, context.position)
  // Ten of these pass in the life of a position, and what passes is not written down: no sentence is made for it.
  if (denial === null) return { approved: candidate, verdicts: REDUCTION_PASSED }
  return { approved: null, verdicts: [reductionDenied(candidate, context, denial)] }
}

function reductionDenied(request: OrderRequest, { position }: ReductionContext, denial: string): Verdict {
  const open = position === null ? 'no position' : `${position.side} ${toText(position.quantity)}`
  return verdict({
    check: 'reduction',
    denial,
    message: `${request.purpose}: ${request.side} ${toText(request.quantity)} ${request.instrumentId}${request.reduceOnly ? ' reduce-only' : ''} against ${open}`,
    numbers: {
      quantity: toNumber(request.quantity),
      position: position === null ? null : toNumber(position.quantity),
      reduceOnly: request.reduceOnly,
    },
  })
}

function reductionFault(request: OrderRequest, position: ReductionContext['position']): string | null {
  if (position === null) return 'no_position'
  if (request.purpose === 'entry') return 'not_a_reduction'
  if (request.reduceOnly !== true) return 'not_reduce_only'
  if (request.instrumentId !== position.instrumentId) return 'wrong_instrument'
  if (request.side !== closingSide(position.side)) return 'would_increase'
  if (!(request.quantity > 0n)) return 'no_quantity'
  return request.quantity <= position.quantity ? null : 'exceeds_position'
}
