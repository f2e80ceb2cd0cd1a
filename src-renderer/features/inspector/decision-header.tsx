import { ChevronLeft, ChevronRight, ChevronsLeft, ChevronsRight, OctagonX } from 'lucide-react'
import { Badge } from '../../components/badge.tsx'
import { Button, IconButton } from '../../components/button.tsx'
import { symbolOf } from '../../format/instruments.ts'
import { formatNumber } from '../../format/numbers.ts'
import { formatUtc } from '../../format/times.ts'
import type { DecisionTrace } from './detail.ts'
import { WhyValues } from './why-values.tsx'
import { wordsOf } from '../../format/words.ts'
import type { Steps } from './use-step-keys.ts'
import { verdictsOf } from './verdict-state.ts'

const DIRECTION_LOOK = { buy: 'bg-up-soft text-up', sell: 'bg-down-soft text-down', wait: 'bg-hover text-muted' } as const

/** What was decided, in one line and one sentence; a refusal is a banner of its own. */
export function DecisionHeader({ trace, steps }: { readonly trace: DecisionTrace; readonly steps: Steps }) {
  const blocked = trace.outcome === 'blocked'
  return (
    <header className="flex flex-col gap-1.5 border-b border-line bg-panel px-3 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className={`rounded-sm px-2 py-0.5 text-base font-bold ${DIRECTION_LOOK[trace.signal.direction]}`}>
          {trace.signal.direction.toUpperCase()}
        </span>
        <h1 className="text-lg" title={trace.instrumentId}>
          {symbolOf(trace.instrumentId)}
        </h1>
        <Badge tone={blocked ? 'warn' : 'up'}>{blocked ? 'BLOCKED' : 'EXECUTED'}</Badge>
        <span className="text-xs text-muted">
          {trace.strategyId} · {trace.timeframe} · <time dateTime={new Date(trace.tsMs).toISOString()}>{formatUtc(trace.tsMs)} UTC</time> ·
          strength {formatNumber(trace.signal.strength, 2)}
        </span>
        <StepButtons steps={steps} />
      </div>
      <p className="text-sm">{trace.summary}</p>
      {blocked && <BlockedBanner trace={trace} />}
    </header>
  )
}

function StepButtons({ steps }: { readonly steps: Steps }) {
  return (
    <div className="ml-auto flex items-center gap-1">
      <OutcomeSteps steps={steps} />
      <Button disabled={steps.previous === null} onClick={() => steps.previous?.()} title="Previous signal (← or j)">
        <ChevronLeft size={13} aria-hidden /> Previous <kbd>j</kbd>
      </Button>
      <Button disabled={steps.next === null} onClick={() => steps.next?.()} title="Next signal (→ or k)">
        <kbd>k</kbd> Next <ChevronRight size={13} aria-hidden />
      </Button>
    </div>
  )
}

/** To the signal of one kind that came before or after, however many lie between. */
function OutcomeSteps({ steps }: { readonly steps: Steps }) {
  return OUTCOMES.map(({ outcome, name, letter }) => (
    <div key={outcome} role="group" aria-label={`Step to ${outcome} signals`} className="flex items-center text-2xs text-muted">
      <IconButton label={`${name} signal before this one (Shift ${letter})`} onClick={() => steps.toOutcome(outcome, 'previous')}>
        <ChevronsLeft size={13} aria-hidden />
      </IconButton>
      {outcome}
      <IconButton label={`${name} signal after this one (${letter})`} onClick={() => steps.toOutcome(outcome, 'next')}>
        <ChevronsRight size={13} aria-hidden />
      </IconButton>
    </div>
  ))
}
const OUTCOMES = [
  { outcome: 'executed', name: 'Executed', letter: 'e' },
  { outcome: 'blocked', name: 'Blocked', letter: 'b' },
] as const

function BlockedBanner({ trace }: { readonly trace: DecisionTrace }) {
  const denial = verdictsOf(trace).find((verdict) => !verdict.passed)
  const sizedToNothing = trace.sizing.find((step) => step.factor === 0)
  return (
    <div className="flex items-center gap-2 rounded-sm border border-danger bg-danger-soft px-2 py-1 text-sm">
      <OctagonX size={14} className="flex-none text-down" aria-hidden />
      <div className="flex min-w-0 flex-wrap items-baseline gap-x-3">
        <p>
          <strong>Blocked: {wordsOf(trace.reason)}.</strong> {denial?.message ?? sizedToNothing?.note}
        </p>
        {denial && Object.keys(denial.numbers).length > 0 && <WhyValues why={denial.numbers} />}
      </div>
      <code className="ml-auto font-mono text-2xs text-muted">{trace.reason}</code>
    </div>
  )
}
