// A simulated venue behind a bad connection. Faults are data: which request or report they match, what happens to it, how often.
// The venue itself stays truthful: only what passes between it and us is refused, lost, doubled, delayed or put out of order.
import { type LatencyQueue, createLatencyQueue } from '../../src-main/core/simulation/latency-queue.ts'
import { type Random, createRandom } from '../../src-main/core/simulation/random.ts'
import type { SimulatedVenue } from '../../src-main/core/simulation/venue.ts'
import type { ClientOrderId } from '../../src-shared/domain/ids.ts'
import { ORDER_PURPOSES, ORDER_TYPES, type OrderPurpose, type OrderRequest, type OrderType } from '../../src-shared/domain/order.ts'
import type { VenueReport, VenueReportType } from '../../src-shared/events/venue-report.ts'

export type RequestKind = 'submit' | 'cancel' | 'lookup' | 'snapshot'

/** What is left out matches everything. Purpose and type are those of the order a request or report is about. */
export type FaultMatch = {
  readonly request?: RequestKind
  readonly report?: VenueReportType
  readonly purpose?: OrderPurpose
  readonly type?: OrderType
  /** The first match that is hit, counted from 1; 1 when left out. */
  readonly nth?: number
}
export type FaultAction =
  /** The request is answered by a refusal and never arrives. A lookup or snapshot gets no answer. */
  | { readonly kind: 'reject'; readonly code: string }
  /** The request never arrives, and we are told that its outcome is unknown. A lookup or snapshot gets no answer. */
  | { readonly kind: 'timeout_before_accept' }
  /** The request arrives; in place of its direct answer we are told that its outcome is unknown. Later reports still come. */
  | { readonly kind: 'timeout_after_accept' }
  | { readonly kind: 'duplicate_report' }
  /** The report waits until another one has overtaken it, at most {@link OVERTAKE_MS_MAX}. */
  | { readonly kind: 'reorder_reports' }
  | { readonly kind: 'delay_reports'; readonly delayMs: number }
  | { readonly kind: 'drop_report' }
export type Fault = { readonly match: FaultMatch; readonly action: FaultAction; readonly times: number }
export type FaultScript = readonly Fault[]

export type FaultyVenue = SimulatedVenue & {
  /** What has been done so far, in words, oldest first: for the message of a failing run. */
  faultLog(): readonly string[]
}

/** How long after a request its refusal or timeout is told. */
const ANSWER_MS = 200
const OVERTAKE_MS_MAX = 1_000

type Subject = { readonly request?: RequestKind; readonly report?: VenueReportType; readonly clientOrderId: ClientOrderId | null }
type Kind = FaultAction['kind']
const REQUEST_KINDS: readonly Kind[] = ['reject', 'timeout_before_accept', 'timeout_after_accept']
const REPORT_KINDS: readonly Kind[] = ['duplicate_report', 'reorder_reports', 'delay_reports', 'drop_report']

/** Keeps count of matches and decides which fault, if any, hits. At most one fault hits one thing: the first in the script. */
function createFaultPlane(script: FaultScript) {
  const known = new Map<ClientOrderId, Pick<OrderRequest, 'purpose' | 'type'>>()
  const counts = script.map(() => ({ matched: 0, hit: 0 }))
  const log: string[] = []

  const matches = (match: FaultMatch, subject: Subject): boolean => {
    const about = subject.clientOrderId === null ? undefined : known.get(subject.clientOrderId)
    return (
      (match.request === undefined || match.request === subject.request) &&
      (match.report === undefined || match.report === subject.report) &&
      (match.purpose === undefined || match.purpose === about?.purpose) &&
      (match.type === undefined || match.type === about?.type)
    )
  }
  const hit = (subject: Subject, kinds: readonly Kind[]): FaultAction | null => {
    let found: FaultAction | null = null
    for (const [index, fault] of script.entries()) {
      const count = counts[index]
      if (count === undefined || !kinds.includes(fault.action.kind) || !matches(fault.match, subject)) continue
      count.matched++
      if (found !== null || count.matched < (fault.match.nth ?? 1) || count.hit >= fault.times) continue
      count.hit++
      found = fault.action
      log.push(`${fault.action.kind} on ${subject.request ?? subject.report} ${subject.clientOrderId ?? ''}`.trim())
    }
    return found
  }
  return { hit, log, learn: (order: OrderRequest) => known.set(order.clientOrderId, { purpose: order.purpose, type: order.type }) }
}

/** What stands between the venue and us; a crash loses all of it. */
type Line = {
  readonly late: LatencyQueue<VenueReport>
  /** Reports waiting to be overtaken, and when the first of them has waited long enough. */
  overtakable: VenueReport[]
  overtakeDueMs: number
  /** Requests whose direct answer will be replaced or swallowed. */
  readonly muted: { readonly request: RequestKind; readonly clientOrderId: ClientOrderId | null }[]
}
const createLine = (): Line => ({ late: createLatencyQueue('late reports', 100_000), overtakable: [], overtakeDueMs: Infinity, muted: [] })

const ANSWERS: Readonly<Record<RequestKind, readonly VenueReportType[]>> = {
  submit: ['accepted', 'rejected'],
  cancel: ['canceled', 'cancel_rejected'],
  lookup: ['lookup'],
  snapshot: ['snapshot'],
}

const subjectOf = (report: VenueReport): ClientOrderId | null => {
  if (report.type === 'fill') return report.fill.clientOrderId
  return 'clientOrderId' in report ? report.clientOrderId : null
}
const unknownOutcome = (clientOrderId: ClientOrderId, tsEventMs: number): VenueReport => ({
  type: 'outcome_unknown',
  clientOrderId,
  code: 'timeout',
  tsEventMs,
})

/** The refusal or timeout of a request that never arrived, or null where there is no report for that. */
function answerInstead(action: FaultAction, subject: Subject, tsEventMs: number): VenueReport | null {
  const { clientOrderId, request } = subject
  if (clientOrderId === null || request === 'lookup' || request === 'snapshot') return null
  if (action.kind !== 'reject') return unknownOutcome(clientOrderId, tsEventMs)
  const { code } = action
  if (request === 'cancel') return { type: 'cancel_rejected', clientOrderId, code, tsEventMs }
  return { type: 'rejected', clientOrderId, code, message: `fault: ${code}`, tsEventMs }
}

/**
 * Wraps a venue so that the faults of the script happen. `save` holds the venue alone, and `restore` loses whatever was late or held back,
 * as a crash does; the counts of the script go on, so that a fault is not repeated after a restart of the same wrapper.
 */
export function withFaults(venue: SimulatedVenue, script: FaultScript): FaultyVenue {
  const plane = createFaultPlane(script)
  let line = createLine()

  function send(subject: Subject & { readonly request: RequestKind }, nowMs: number, forward: () => void): void {
    const action = plane.hit(subject, REQUEST_KINDS)
    if (action === null) return forward()
    if (action.kind === 'timeout_after_accept') {
      line.muted.push(subject)
      return forward()
    }
    const answer = answerInstead(action, subject, nowMs + ANSWER_MS)
    if (answer !== null) line.late.push(nowMs + ANSWER_MS, answer)
  }

  /** The report in the place of an answer that gets lost: an unknown outcome, or nothing at all. Undefined when the answer is not muted. */
  function replacement(report: VenueReport): VenueReport | null | undefined {
    const clientOrderId = subjectOf(report)
    const at = line.muted.findIndex((muted) => ANSWERS[muted.request].includes(report.type) && muted.clientOrderId === clientOrderId)
    if (at < 0) return undefined
    const [muted] = line.muted.splice(at, 1)
    const isOrder = muted?.request === 'submit' || muted?.request === 'cancel'
    return isOrder && clientOrderId !== null ? unknownOutcome(clientOrderId, report.tsEventMs) : null
  }

  /** What reaches us now of one report. */
  function pass(report: VenueReport, nowMs: number): readonly VenueReport[] {
    const replaced = replacement(report)
    if (replaced !== undefined) return replaced === null ? [] : [replaced]
    const action = plane.hit({ report: report.type, clientOrderId: subjectOf(report) }, REPORT_KINDS)
    switch (action?.kind) {
      case 'drop_report':
        return []
      case 'duplicate_report':
        return [report, report]
      case 'delay_reports':
        line.late.push(nowMs + action.delayMs, report)
        return []
      case 'reorder_reports':
        line.overtakable.push(report)
        line.overtakeDueMs = Math.min(line.overtakeDueMs, nowMs + OVERTAKE_MS_MAX)
        return []
      default:
        return [report]
    }
  }

  function takeOvertaken(): readonly VenueReport[] {
    const overtaken = line.overtakable
    line.overtakable = []
    line.overtakeDueMs = Infinity
    return overtaken
  }

  function advanceTo(nowMs: number): readonly VenueReport[] {
    const out = venue.advanceTo(nowMs).flatMap((report) => {
      const passed = pass(report, nowMs)
      return passed.length === 0 ? [] : [...passed, ...takeOvertaken()]
    })
    while (line.late.nextDueMs <= nowMs) out.push(line.late.shift())
    return line.overtakeDueMs <= nowMs ? [...out, ...takeOvertaken()] : out
  }
  const nextDueOnLineMs = (): number => Math.min(line.late.nextDueMs, line.overtakeDueMs)

  return {
    ...venue,
    submit(order, nowMs) {
      plane.learn(order)
      send({ request: 'submit', clientOrderId: order.clientOrderId }, nowMs, () => venue.submit(order, nowMs))
    },
    cancel: (clientOrderId, nowMs) => send({ request: 'cancel', clientOrderId }, nowMs, () => venue.cancel(clientOrderId, nowMs)),
    lookup: (clientOrderId, nowMs) => send({ request: 'lookup', clientOrderId }, nowMs, () => venue.lookup(clientOrderId, nowMs)),
    requestSnapshot: (after, nowMs) => send({ request: 'snapshot', clientOrderId: null }, nowMs, () => venue.requestSnapshot(after, nowMs)),
    nextDueMs: () => Math.min(venue.nextDueMs(), nextDueOnLineMs()),
    advanceTo,
    isUntouched: (instrumentId, candle) => nextDueOnLineMs() === Infinity && venue.isUntouched(instrumentId, candle),
    pass: (instrumentId, candle, lengthMs) => nextDueOnLineMs() === Infinity && venue.pass(instrumentId, candle, lengthMs),
    restore(saved) {
      venue.restore(saved)
      line = createLine()
    },
    faultLog: () => plane.log,
  }
}

const REJECT_CODES = ['venue_busy', 'too_many_requests', 'margin_insufficient', 'would_immediately_trigger'] as const
const pick = <T>(random: Random, values: readonly [T, ...T[]]): T => values[random.integer(0, values.length - 1)] ?? values[0]

/**
 * One to six faults, the same for the same seed. Every fault ends after at most three hits, so that a client that keeps trying
 * as it should gets through in the end.
 */
export function randomFaultScript(seed: number): FaultScript {
  const random = createRandom(seed)
  return Array.from({ length: random.integer(1, 6) }, () => randomFault(random))
}

function randomFault(random: Random): Fault {
  const kind = pick(random, [
    'reject',
    'timeout_before_accept',
    'timeout_after_accept',
    'duplicate_report',
    'reorder_reports',
    'delay_reports',
    'drop_report',
  ] as const)
  const isRequest = REQUEST_KINDS.includes(kind)
  const match: FaultMatch = {
    nth: random.integer(1, 5),
    ...(isRequest ? { request: pick(random, ['submit', 'submit', 'submit', 'cancel', 'lookup', 'snapshot'] as const) } : {}),
    ...(isRequest || random.fraction() < 0.3
      ? {}
      : { report: pick(random, ['accepted', 'fill', 'fill', 'triggered', 'canceled', 'expired', 'lookup', 'snapshot'] as const) }),
    ...(random.fraction() < 0.4 ? { purpose: pick(random, ORDER_PURPOSES) } : {}),
    ...(random.fraction() < 0.2 ? { type: pick(random, ORDER_TYPES) } : {}),
  }
  const times = random.integer(1, 3)
  if (kind === 'reject') return { match, times, action: { kind, code: pick(random, REJECT_CODES) } }
  if (kind === 'delay_reports') return { match, times, action: { kind, delayMs: random.integer(1, 10_000) } }
  return { match, times, action: { kind } }
}
