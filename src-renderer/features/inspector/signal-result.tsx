import { Badge } from '../../components/badge.tsx'
import { Stat } from '../../components/stat.tsx'
import type { Tone } from '../../components/tone.ts'
import { formatNumber, formatR, toneOf } from '../../format/numbers.ts'
import { formatDuration, formatUtc } from '../../format/times.ts'
import type { SignalOutcome } from './detail.ts'

export const RESULT_TONE: Readonly<Record<SignalOutcome['outcome'], Tone>> = { win: 'up', loss: 'down', expired: 'muted' }
const RESULT_WORDS: Readonly<Record<SignalOutcome['outcome'], string>> = {
  win: 'the target was reached before the stop',
  loss: 'the stop was reached before the target, or both in one candle',
  expired: 'neither target nor stop was reached in time',
}

type SignalResultProps = {
  readonly outcome: SignalOutcome | null
  readonly traded: boolean
  readonly decimals: number
  /** Of a run that is over: what is not resolved never will be. */
  readonly isRun: boolean
}

/** What became of the signal itself, followed on the candles whether it was traded or not. */
export function SignalResult({ outcome, traded, decimals, isRun }: SignalResultProps) {
  const title = traded ? 'The signal, followed on the candles' : 'If it had been traded'
  if (outcome === null)
    return (
      <section className="border-t border-line pt-2">
        <h3 className="flex items-center gap-2 text-xs font-normal text-muted">
          {title} <Badge tone="accent">OPEN</Badge>
        </h3>
        <p className="text-xs text-muted">
          {isRun
            ? 'Not resolved: the run ended before target, stop or time limit was reached.'
            : 'Not resolved yet: signals are followed to target, stop or time limit and written down every half hour.'}
        </p>
      </section>
    )
  const verb = traded ? '' : 'would have been a '
  return (
    <section aria-label="Signal outcome" className="flex flex-col gap-1.5 border-t border-line pt-2">
      <h3 className="flex flex-wrap items-center gap-2 text-xs font-normal text-muted">
        {title}: {verb}
        <Badge tone={RESULT_TONE[outcome.outcome]} title={RESULT_WORDS[outcome.outcome]}>
          {outcome.outcome.toUpperCase()}
        </Badge>
      </h3>
      <Excursions outcome={outcome} />
      <div className="grid grid-cols-4 gap-2">
        <Stat
          label="Result in R"
          value={formatR(outcome.rMultiple)}
          tone={toneOf(outcome.rMultiple)}
          title={RESULT_WORDS[outcome.outcome]}
        />
        <Stat label="Furthest for it" value={formatR(outcome.maxFavorableR)} title="Largest favorable excursion until it ended" />
        <Stat
          label="Furthest against it"
          value={formatR(-Math.abs(outcome.maxAdverseR))}
          title="Largest adverse excursion until it ended"
        />
        <Stat
          label="Ended after"
          value={formatDuration(outcome.endedMs - outcome.decidedMs)}
          title={`${formatUtc(outcome.endedMs)} UTC, written down at ${formatUtc(outcome.resolvedMs)}`}
        />
        <Stat label="Entry" value={formatNumber(outcome.entryPrice, decimals)} />
        <Stat label="Stop" value={formatNumber(outcome.stopPrice, decimals)} tone="down" />
        <Stat label="Target" value={formatNumber(outcome.targetPrice, decimals)} tone="up" />
      </div>
    </section>
  )
}

/** How far the price went each way, in R, with the stop at −1 R, the target and the result on the same scale. */
function Excursions({ outcome }: { readonly outcome: SignalOutcome }) {
  const risk = outcome.entryPrice - outcome.stopPrice
  const targetR = risk === 0 ? 1 : (outcome.targetPrice - outcome.entryPrice) / risk
  const against = Math.abs(outcome.maxAdverseR)
  const left = Math.max(1, against, -outcome.rMultiple) * 1.1
  const right = Math.max(targetR, outcome.maxFavorableR, outcome.rMultiple) * 1.1
  const at = (r: number) => `${((Math.min(right, Math.max(-left, r)) + left) / (left + right)) * 100}%`
  const width = (r: number) => `${(r / (left + right)) * 100}%`
  const tick = (r: number, look: string) => <span className={`absolute -inset-y-0.5 w-0.5 ${look}`} style={{ left: at(r) }} />
  return (
    <div
      role="img"
      aria-label={`Excursions: ${formatR(outcome.maxFavorableR)} for it, ${formatR(-against)} against it, stop at ${formatR(-1)}, target at ${formatR(targetR)}, result ${formatR(outcome.rMultiple)}`}
      className="pb-3.5"
    >
      <div className="relative h-3 rounded-xs bg-hover">
        <span className="absolute inset-y-0.5 bg-down opacity-60" style={{ left: at(-against), width: width(against) }} />
        <span className="absolute inset-y-0.5 bg-up opacity-60" style={{ left: at(0), width: width(outcome.maxFavorableR) }} />
        {tick(-1, 'bg-down')}
        {tick(0, 'bg-muted')}
        {tick(targetR, 'bg-up')}
        <span
          className="absolute top-1/2 size-2 -translate-x-1/2 -translate-y-1/2 rotate-45 border border-panel bg-fg"
          style={{ left: at(outcome.rMultiple) }}
        />
        <Mark text="stop" left={at(-1)} />
        <Mark text="entry" left={at(0)} />
        <Mark text="target" left={at(targetR)} />
      </div>
    </div>
  )
}

const Mark = ({ text, left }: { readonly text: string; readonly left: string }) => (
  <span className="absolute top-full -translate-x-1/2 text-2xs text-muted" style={{ left }}>
    {text}
  </span>
)
