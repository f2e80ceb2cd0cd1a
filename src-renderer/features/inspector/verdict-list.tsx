import { Check, CircleHelp, X } from 'lucide-react'
import type { Verdict } from './detail.ts'
import { wordsOf } from '../../format/words.ts'
import { failedFirst, verdictState } from './verdict-state.ts'
import { WhyValues } from './why-values.tsx'

const ICON = { passed: Check, failed: X, unavailable: CircleHelp } as const
const ICON_LOOK = { passed: 'text-up', failed: 'text-down', unavailable: 'text-warn' } as const
const WORD_LOOK = { passed: 'text-muted', failed: 'font-semibold text-down', unavailable: 'text-warn' } as const

type VerdictListProps = {
  readonly label: string
  readonly verdicts: readonly Verdict[]
  /** The word for one that failed: who refuses differs from list to list. */
  readonly failedWord: string
}

/** Every check with its numbers; those that failed come first and cannot be missed, then those that had nothing to judge. */
export function VerdictList({ label, verdicts, failedWord }: VerdictListProps) {
  return (
    <ul aria-label={label} className="grid grid-cols-[repeat(auto-fill,minmax(290px,1fr))]">
      {failedFirst(verdicts).map((verdict, index) => (
        <VerdictRow key={`${index} ${verdict.check}`} verdict={verdict} failedWord={failedWord} />
      ))}
    </ul>
  )
}

function VerdictRow({ verdict, failedWord }: { readonly verdict: Verdict; readonly failedWord: string }) {
  const state = verdictState(verdict)
  const Icon = ICON[state]
  const failed = state === 'failed'
  return (
    <li className={`flex gap-2 border-b border-line px-2 py-1 ${failed ? 'col-span-full border-l-2 border-l-danger bg-danger-soft' : ''}`}>
      <Icon size={13} aria-hidden className={`mt-0.5 flex-none ${ICON_LOOK[state]}`} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className={failed ? 'font-semibold' : ''}>{wordsOf(verdict.check)}</span>
          <span className={`text-2xs ${WORD_LOOK[state]}`}>{failed ? failedWord : state}</span>
          {failed && verdict.code !== verdict.check && <code className="font-mono text-2xs text-muted">{verdict.code}</code>}
        </p>
        <p className={`text-xs ${failed ? '' : 'text-muted'}`}>{verdict.message}</p>
        {Object.keys(verdict.numbers).length > 0 && <WhyValues why={verdict.numbers} />}
      </div>
    </li>
  )
}
