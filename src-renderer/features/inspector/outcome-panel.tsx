import { useRunSource } from '../../bridge/run-context.ts'
import { Exact } from '../../components/exact.tsx'
import { Stat } from '../../components/stat.tsx'
import { decimalsOf, formatMoney, formatNumber, formatPercent, formatR, toneOf } from '../../format/numbers.ts'
import { UNPROTECTED_SECONDS_MAX } from '../../format/protection.ts'
import { formatDuration, formatUtc } from '../../format/times.ts'
import { useDesk } from '../../stores/desk-store.ts'
import type { DecisionTrace, Detail, RoundTrip } from './detail.ts'
import { wordsOf } from '../../format/words.ts'
import { SignalResult } from './signal-result.tsx'

/** What was planned, and what became of it. */
export function OutcomePanel({ detail, tickSize }: { readonly detail: Detail; readonly tickSize: string }) {
  const { trace, roundTrip } = detail
  const decimals = decimalsOf(tickSize)
  const isRun = useRunSource() !== null
  return (
    <div className="flex flex-col gap-2 p-2">
      <Plan trace={trace} decimals={decimals} />
      {trace.outcome === 'blocked' ? (
        <p className="border-t border-line pt-2 text-xs text-muted">Nothing was sent to the venue.</p>
      ) : roundTrip === null ? (
        <OpenResult decisionId={trace.id} isRun={isRun} />
      ) : (
        <ClosedResult roundTrip={roundTrip} decimals={decimals} />
      )}
      {trace.signal.direction !== 'wait' && (
        <SignalResult outcome={detail.signalOutcome} traded={trace.outcome === 'executed'} decimals={decimals} isRun={isRun} />
      )}
    </div>
  )
}

function Plan({ trace, decimals }: { readonly trace: DecisionTrace; readonly decimals: number }) {
  const { entry, signal } = trace
  const close = trace.candle.close
  const stopDistance = (entry ? Number(entry.stopPrice) : signal.stopPrice) - close
  return (
    <div className="grid grid-cols-3 gap-2">
      <Stat label="Decision price" value={formatNumber(close, decimals)} title="Close of the candle it was decided on" />
      {signal.direction !== 'wait' && (
        <Stat
          label={entry ? 'Stop' : 'Stop asked for'}
          value={entry ? <Exact text={entry.stopPrice} decimals={decimals} /> : formatNumber(signal.stopPrice, decimals)}
          detail={<span className="text-muted">{formatPercent(stopDistance / close, { sign: true })}</span>}
          tone="down"
        />
      )}
      <Stat label="Quantity" value={entry ? <Exact text={entry.quantity} /> : 'none sent'} tone={entry ? 'neutral' : 'muted'} />
      {entry?.targets.map((target, index) => (
        <Stat
          key={`${index} ${target}`}
          label={`Target ${index + 1}`}
          value={<Exact text={target} decimals={decimals} />}
          detail={<span className="text-muted">{formatR(stopDistance === 0 ? null : (close - Number(target)) / stopDistance)}</span>}
          tone="up"
        />
      ))}
    </div>
  )
}

function OpenResult({ decisionId, isRun }: { readonly decisionId: string; readonly isRun: boolean }) {
  // Ids of a run's decisions say nothing about positions of the desk.
  const position = useDesk((desk) => (isRun ? null : (desk.positions.find((open) => open.decisionId === decisionId) ?? null)))
  if (!position) {
    return (
      <p className="border-t border-line pt-2 text-xs text-muted">
        {isRun
          ? 'No round trip: the entry was not filled, or the position was still open when the run ended.'
          : 'No round trip yet: the entry is on its way, was not filled, or the position was closed a moment ago.'}
      </p>
    )
  }
  return (
    <div className="grid grid-cols-3 gap-2 border-t border-line pt-2">
      <Stat label="Position" value="Still open" tone="accent" detail={position.phase} />
      <Stat label="Unrealised P&L" value={formatMoney(position.unrealizedPnl, { sign: true })} tone={toneOf(position.unrealizedPnl)} />
      <Stat label="R so far" value={formatR(position.rMultiple)} tone={toneOf(position.rMultiple)} />
    </div>
  )
}

function ClosedResult({ roundTrip, decimals }: { readonly roundTrip: RoundTrip; readonly decimals: number }) {
  const money = (text: string) => <Exact text={text} decimals={2} sign />
  const price = (text: string) => <Exact text={text} decimals={decimals} />
  const late = roundTrip.secondsUnprotected > UNPROTECTED_SECONDS_MAX
  const { entryPrice, exitPrice, openedMs, closedMs } = roundTrip
  return (
    <div className="grid grid-cols-3 gap-2 border-t border-line pt-2">
      <Stat label="Net P&L" value={money(roundTrip.netPnl)} tone={toneOf(roundTrip.netPnl)} />
      <Stat label="Result in R" value={formatR(roundTrip.rMultiple)} tone={toneOf(roundTrip.rMultiple)} />
      <Stat label="Exit because" value={wordsOf(roundTrip.exitReason)} />
      <Stat label="Entry" value={price(entryPrice)} title="Average price" />
      <Stat label="Exit" value={price(exitPrice)} title="Average price" />
      <Stat label="Held" value={formatDuration(closedMs - openedMs)} title={`${formatUtc(openedMs)} to ${formatUtc(closedMs)} UTC`} />
      <Stat label="Gross" value={money(roundTrip.grossPnl)} />
      <Stat label="Fees" value={<Exact text={roundTrip.fees} decimals={2} />} />
      <Stat label="Funding" value={money(roundTrip.funding)} title="Received (+) or paid (−)" />
      <Stat
        label="Without a stop"
        value={`${formatNumber(roundTrip.secondsUnprotected, 1)} s`}
        detail={late ? 'incident' : undefined}
        tone={late ? 'danger' : 'neutral'}
        title={`Time the open position had no stop at the venue; more than ${UNPROTECTED_SECONDS_MAX} s is an incident`}
      />
    </div>
  )
}
