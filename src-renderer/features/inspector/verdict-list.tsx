import { Check, X } from 'lucide-react'
import { EmptyState } from '../../components/states.tsx'
import type { Verdict } from './detail.ts'
import { wordsOf } from '../../format/words.ts'
import { WhyValues } from './why-values.tsx'

/** Every check of the risk officer; those that denied come first and cannot be missed. */
export function VerdictList({ verdicts }: { readonly verdicts: readonly Verdict[] }) {
  if (verdicts.length === 0) return <EmptyState title="No verdicts" detail="The decision ended before it reached the risk officer." />
  const deniedFirst = verdicts.toSorted((a, b) => Number(a.passed) - Number(b.passed))
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(290px,1fr))]">
      {deniedFirst.map((verdict, index) => (
        <VerdictRow key={`${index} ${verdict.check}`} verdict={verdict} />
      ))}
    </ul>
  )
}

function VerdictRow({ verdict }: { readonly verdict: Verdict }) {
  const Icon = verdict.passed ? Check : X
  return (
    <li
      className={`flex gap-2 border-b border-line px-2 py-1 ${verdict.passed ? '' : 'col-span-full border-l-2 border-l-danger bg-danger-soft'}`}
    >
      <Icon size={13} aria-hidden className={`mt-0.5 flex-none ${verdict.passed ? 'text-up' : 'text-down'}`} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className={verdict.passed ? '' : 'font-semibold'}>{wordsOf(verdict.check)}</span>
          <span className={`text-2xs ${verdict.passed ? 'text-muted' : 'font-semibold text-down'}`}>
            {verdict.passed ? 'passed' : 'DENIED'}
          </span>
          {verdict.code !== 'ok' && verdict.code !== verdict.check && <code className="font-mono text-2xs text-muted">{verdict.code}</code>}
        </p>
        <p className={`text-xs ${verdict.passed ? 'text-muted' : ''}`}>{verdict.message}</p>
        {Object.keys(verdict.numbers).length > 0 && <WhyValues why={verdict.numbers} />}
      </div>
    </li>
  )
}
