import { SideBadge } from '../../components/badge.tsx'
import { EmptyState } from '../../components/states.tsx'
import { formatNumber } from '../../format/numbers.ts'
import type { Vote } from './detail.ts'
import type { EvidenceFocus } from './use-evidence-choice.ts'
import { byWeightOfOpinion, tally, voteValue } from './votes.ts'
import { WhyValues } from './why-values.tsx'

type VoteListProps = { readonly votes: readonly Vote[]; readonly focus: EvidenceFocus }

/** Every voter as a bar, sells to the left and buys to the right of one line, with the numbers behind it, and the sums below. */
export function VoteList({ votes, focus }: VoteListProps) {
  if (votes.length === 0) return <EmptyState title="No voters" detail="The strategy decided without separate opinions." />
  const { buy, sell } = tally(votes)
  // One scale for votes and sums, so that lengths can be compared.
  const scale = Math.max(buy, sell, Number.MIN_VALUE)
  return (
    <>
      <ul aria-label="Voters">
        {byWeightOfOpinion(votes).map((vote) => (
          <VoteRow key={vote.voter} vote={vote} scale={scale} focus={focus} />
        ))}
      </ul>
      <dl aria-label="Sums of the votes" className={`${GRID} border-t border-edge bg-raised px-2 py-1.5`}>
        <dt className="col-span-2 text-xs text-muted">Sums: sell, buy</dt>
        <dd aria-hidden>
          <DivergingBar left={sell / scale} right={buy / scale} />
        </dd>
        <dd className="text-right text-xs font-medium text-down">
          <span className="tw-sr-only">Sell votes </span>
          {formatNumber(sell, 5)}
        </dd>
        <dd className="text-right text-xs font-medium text-up">
          <span className="tw-sr-only">Buy votes </span>
          {formatNumber(buy, 5)}
        </dd>
      </dl>
    </>
  )
}

const GRID = 'grid grid-cols-[7.5rem_2.75rem_minmax(5rem,1fr)_7.5rem_3.5rem] items-center gap-x-2'

type VoteRowProps = { readonly vote: Vote; readonly scale: number; readonly focus: EvidenceFocus }

function VoteRow({ vote, scale, focus }: VoteRowProps) {
  const shown = focus.alone === vote.voter
  return (
    <li
      onPointerEnter={() => focus.point(vote.voter)}
      onPointerLeave={() => focus.point(null)}
      className={`border-b border-l-2 border-b-line px-2 py-1 ${shown ? 'border-l-accent bg-accent-soft' : 'border-l-transparent hover:bg-raised'}`}
    >
      {vote.direction === 'wait' ? <Waiting vote={vote} focus={focus} /> : <Spoken vote={vote} scale={scale} focus={focus} />}
    </li>
  )
}

function Spoken({ vote, scale, focus }: VoteRowProps) {
  const share = voteValue(vote) / scale
  return (
    <>
      <div className={GRID}>
        <VoterName vote={vote} focus={focus} />
        <span>
          <SideBadge side={vote.direction} />
        </span>
        <span aria-hidden>
          <DivergingBar left={vote.direction === 'sell' ? share : 0} right={vote.direction === 'buy' ? share : 0} />
        </span>
        <span className="text-right text-xs text-muted" title="Strength × weight × multiplier of the regime">
          {formatNumber(vote.strength, 2)} × {formatNumber(vote.weight, 2)} × {formatNumber(vote.multiplier, 2)}
        </span>
        <span className="text-right font-semibold" title="Vote">
          {formatNumber(voteValue(vote), 3)}
        </span>
      </div>
      <WhyValues why={vote.why} />
    </>
  )
}

/** A voter that waited takes one line: what it looked at, and no bar. */
function Waiting({ vote, focus }: Omit<VoteRowProps, 'scale'>) {
  return (
    <div className="grid grid-cols-[7.5rem_2.75rem_1fr] items-start gap-x-2">
      <VoterName vote={vote} focus={focus} />
      <span>
        <SideBadge side="wait" />
      </span>
      <WhyValues why={vote.why} />
    </div>
  )
}

/** A voter whose evidence can be drawn is a button that shows it alone on the chart. */
function VoterName({ vote, focus }: Omit<VoteRowProps, 'scale'>) {
  const look = `truncate text-left ${vote.direction === 'wait' ? 'text-muted' : 'font-medium'}`
  const color = focus.colorOf(vote.voter)
  if (color === null)
    return (
      <span className={look} title={vote.voter}>
        {vote.voter}
      </span>
    )
  return (
    <button
      type="button"
      aria-pressed={focus.chosen === vote.voter}
      title={`Show only what ${vote.voter} saw on the chart`}
      onClick={() => focus.choose(vote.voter)}
      onFocus={() => focus.point(vote.voter)}
      onBlur={() => focus.point(null)}
      className={`inline-flex items-center gap-1.5 ${look}`}
    >
      <span aria-hidden className="size-2 flex-none rounded-xs" style={{ background: color }} />
      <span className="truncate">{vote.voter}</span>
    </button>
  )
}

/** Shares of each half, 0 to 1. */
function DivergingBar({ left, right }: { readonly left: number; readonly right: number }) {
  return (
    <span className="relative block h-2.5 rounded-xs bg-hover">
      <span className="absolute inset-y-0 right-1/2 rounded-l-xs bg-down" style={{ width: `${left * 50}%` }} />
      <span className="absolute inset-y-0 left-1/2 rounded-r-xs bg-up" style={{ width: `${right * 50}%` }} />
      <span className="absolute -inset-y-1 left-1/2 w-px bg-muted" />
    </span>
  )
}
