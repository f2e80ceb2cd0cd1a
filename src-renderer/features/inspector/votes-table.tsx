import { SideBadge } from '../../components/badge.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { EmptyState } from '../../components/states.tsx'
import { formatNumber } from '../../format/numbers.ts'
import type { Vote } from './detail.ts'
import { byWeightOfOpinion, tally, voteValue } from './votes.ts'
import { WhyValues } from './why-values.tsx'

const number = (value: (vote: Vote) => number, decimals: number) => (vote: Vote) => formatNumber(value(vote), decimals)

const COLUMNS: readonly Column<Vote>[] = [
  {
    key: 'voter',
    title: 'Voter',
    render: (vote) => <span className={vote.direction === 'wait' ? 'text-muted' : 'font-medium'}>{vote.voter}</span>,
  },
  { key: 'direction', title: 'Says', render: (vote) => <SideBadge side={vote.direction} /> },
  { key: 'strength', title: 'Strength', align: 'right', hint: '0 to 1', render: number((vote) => vote.strength, 2) },
  { key: 'weight', title: 'Weight', align: 'right', render: (vote) => `× ${formatNumber(vote.weight, 2)}` },
  {
    key: 'multiplier',
    title: 'Regime',
    align: 'right',
    hint: 'Multiplier for the present market regime',
    render: (vote) => `× ${formatNumber(vote.multiplier, 2)}`,
  },
  {
    key: 'vote',
    title: 'Vote',
    align: 'right',
    hint: 'Strength × weight × multiplier',
    render: (vote) =>
      vote.direction === 'wait' ? <span className="text-muted">0.000</span> : <strong>{formatNumber(voteValue(vote), 3)}</strong>,
  },
  { key: 'why', title: 'Because', className: 'w-full whitespace-normal! py-1', render: (vote) => <WhyValues why={vote.why} /> },
]

/** Every voter with the numbers behind its opinion, then the sums that made the confluence. */
export function VotesTable({ votes }: { readonly votes: readonly Vote[] }) {
  if (votes.length === 0) return <EmptyState title="No voters" detail="The strategy decided without separate opinions." />
  const sums = tally(votes)
  return (
    <>
      <DataTable label="Voters" columns={COLUMNS} rows={byWeightOfOpinion(votes)} rowKey={(vote) => vote.voter} />
      <dl className="flex flex-wrap gap-x-4 px-2 py-1.5 text-xs" aria-label="Sum of votes">
        <Sum label="Buy votes" value={sums.buy} tone="text-up" />
        <Sum label="Sell votes" value={sums.sell} tone="text-down" />
        <Sum label="Confluence before adjustments" value={sums.confluence} tone="" />
      </dl>
    </>
  )
}

function Sum({ label, value, tone }: { readonly label: string; readonly value: number; readonly tone: string }) {
  return (
    <div className="flex gap-1">
      <dt className="text-muted">{label}</dt>
      <dd className={`font-medium ${tone}`}>{formatNumber(value, 5)}</dd>
    </div>
  )
}
