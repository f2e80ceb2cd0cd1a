import { Stat } from '../../components/stat.tsx'
import { formatDecimal, formatMoneyText } from '../../format/decimal-text.ts'
import { decimalsOf, formatMoney, formatNumber, formatR, toneOf } from '../../format/numbers.ts'
import { formatDuration, formatUtc } from '../../format/times.ts'
import { useDesk } from '../../stores/desk-store.ts'
import type { DecisionTrace, Detail, RoundTrip } from './detail.ts'
import { inWords } from './why-format.ts'

/** Seconds an open position may be without a stop at the venue before it is an incident. */
const GRACE_SECONDS = 5

/** What was planned, and what became of it. */
export function OutcomePanel({ detail, tickSize }: { readonly detail: Detail; readonly tickSize: string }) {
  const { trace, roundTrip } = detail
  return (
    <div className="flex flex-col gap-2 p-2">
      <Plan trace={trace} tickSize={tickSize} />
      <Result trace={trace} roundTrip={roundTrip} tickSize={tickSize} />
    </div>
  )
}

function Plan({ trace, tickSize }: { readonly trace: DecisionTrace; readonly tickSize: string }) {
  const decimalsMin = decimalsOf(tickSize)
  const close = trace.candle.close
  const stop = trace.entry?.stopPrice ?? null
  const stopDistance = (stop === null ? trace.signal.stopPrice : Number(stop)) - close
  return (
    <div className="grid grid-cols-3 gap-2">
      <Stat label="Decision price" value={formatNumber(close, decimalsMin)} title="Close of the candle it was decided on" />
      <Stat
        label={trace.entry ? 'Stop' : 'Stop asked for'}
        value={stop === null ? formatNumber(trace.signal.stopPrice, decimalsMin) : formatDecimal(stop, { decimalsMin })}
        detail={<span className="text-muted">{formatNumber((stopDistance / close) * 100, 2, { sign: true })}%</span>}
        tone="down"
      />
      <Stat
        label="Quantity"
        value={trace.entry ? formatDecimal(trace.entry.quantity) : 'none sent'}
        tone={trace.entry ? 'neutral' : 'muted'}
      />
      {trace.entry?.targets.map((target, index) => (
        <Stat
          key={`${index} ${target}`}
          label={`Target ${index + 1}`}
          value={formatDecimal(target, { decimalsMin })}
          detail={<span className="text-muted">{formatR(stopDistance === 0 ? null : (close - Number(target)) / stopDistance)}</span>}
          tone="up"
        />
      ))}
    </div>
  )
}

function Result({
  trace,
  roundTrip,
  tickSize,
}: {
  readonly trace: DecisionTrace
  readonly roundTrip: RoundTrip | null
  readonly tickSize: string
}) {
  if (trace.outcome === 'blocked') return <p className="border-t border-line pt-2 text-xs text-muted">Nothing was sent to the venue.</p>
  return roundTrip === null ? (
    <OpenResult decisionId={trace.id} />
  ) : (
    <ClosedResult roundTrip={roundTrip} decimalsMin={decimalsOf(tickSize)} />
  )
}

function OpenResult({ decisionId }: { readonly decisionId: string }) {
  const position = useDesk((desk) => desk.positions.find((open) => open.decisionId === decisionId) ?? null)
  if (!position)
    return (
      <p className="border-t border-line pt-2 text-xs text-muted">
        No round trip yet: the entry is on its way, was not filled, or the position was closed a moment ago.
      </p>
    )
  return (
    <div className="grid grid-cols-3 gap-2 border-t border-line pt-2">
      <Stat label="Position" value="Still open" tone="accent" detail={position.phase} />
      <Stat label="Unrealised P&L" value={formatMoney(position.unrealizedPnl, { sign: true })} tone={toneOf(position.unrealizedPnl)} />
      <Stat label="R so far" value={formatR(position.rMultiple)} tone={toneOf(position.rMultiple)} />
    </div>
  )
}

function ClosedResult({ roundTrip, decimalsMin }: { readonly roundTrip: RoundTrip; readonly decimalsMin: number }) {
  const late = roundTrip.secondsUnprotected > GRACE_SECONDS
  return (
    <div className="grid grid-cols-3 gap-2 border-t border-line pt-2">
      <Stat
        label="Net P&L"
        value={formatMoneyText(roundTrip.netPnl, { sign: true })}
        title={`Exactly ${roundTrip.netPnl}`}
        tone={toneOf(roundTrip.netPnl)}
      />
      <Stat label="Result in R" value={formatR(roundTrip.rMultiple)} tone={toneOf(roundTrip.rMultiple)} />
      <Stat label="Exit" value={inWords(roundTrip.exitReason)} />
      <Stat
        label="Entry → exit"
        value={`${formatDecimal(roundTrip.entryPrice, { decimalsMin })} → ${formatDecimal(roundTrip.exitPrice, { decimalsMin })}`}
        className="col-span-2"
      />
      <Stat
        label="Held"
        value={formatDuration(roundTrip.closedMs - roundTrip.openedMs)}
        title={`${formatUtc(roundTrip.openedMs)} to ${formatUtc(roundTrip.closedMs)} UTC`}
      />
      <Stat label="Gross" value={formatMoneyText(roundTrip.grossPnl, { sign: true })} title={`Exactly ${roundTrip.grossPnl}`} />
      <Stat
        label="Fees, funding"
        value={`${formatMoneyText(roundTrip.fees)}, ${formatMoneyText(roundTrip.funding, { sign: true })}`}
        title={`Exactly ${roundTrip.fees} and ${roundTrip.funding}`}
      />
      <Stat
        label="Without a stop"
        value={`${formatNumber(roundTrip.secondsUnprotected, 1)} s`}
        detail={late ? 'incident' : undefined}
        tone={late ? 'danger' : 'neutral'}
        title={`Time the open position had no stop at the venue; more than ${GRACE_SECONDS} s is an incident`}
      />
    </div>
  )
}
