import { ShieldCheck, ShieldX } from 'lucide-react'
import { Badge } from '../../../../components/badge.tsx'
import { type Column, DataTable } from '../../../../components/data-table.tsx'
import { Panel } from '../../../../components/panel.tsx'
import { EmptyState } from '../../../../components/states.tsx'
import { symbolOf } from '../../../../format/instruments.ts'
import { formatUtc } from '../../../../format/times.ts'
import type { Check, Difference } from '../views.ts'
import { checkWords, comparedText, explained, inputCounts } from './check-words.ts'

/** The contract's limit: a check with so many has perhaps more. */
const DIFFERENCES_MAX = 500

/** The verdict of an honesty check, the first difference in words, and all of them. */
export function CheckView({ check }: { readonly check: Check }) {
  const words = checkWords(check)
  const { differences } = check
  const note = `${differences.length}${differences.length >= DIFFERENCES_MAX ? ' and perhaps more' : ''}`
  return (
    <div className="flex h-full min-h-0 flex-col gap-1">
      <Verdict check={check} />
      <Panel title="Differences" note={note} className="min-h-0 flex-1">
        <DataTable
          label="Differences"
          columns={columnsOf(words.full, words.cut)}
          rows={differences}
          // Two differences may be alike in every word.
          rowKey={(row) => String(differences.indexOf(row))}
          empty={<EmptyState title="No difference" detail={`${comparedText(check, words)}, and all agreed.`} />}
        />
      </Panel>
    </div>
  )
}

type VerdictName = 'passed' | 'failed' | 'open'
/** A check that has not come to its end has no verdict, whatever it found so far. */
const verdictOf = ({ run, passed }: Check): VerdictName => (run.state !== 'done' ? 'open' : passed ? 'passed' : 'failed')
const EDGE = { passed: 'border-up', failed: 'border-danger', open: 'border-edge' } as const

function Heading({ check }: { readonly check: Check }) {
  const words = checkWords(check)
  const verdict = verdictOf(check)
  return (
    <h2 className="flex flex-wrap items-center gap-2 text-lg">
      {verdict === 'passed' && <ShieldCheck size={20} className="flex-none text-up" aria-hidden />}
      {verdict === 'failed' && <ShieldX size={20} className="flex-none text-down" aria-hidden />}
      {verdict === 'open' ? 'No verdict yet' : words[verdict]}
      {verdict !== 'open' && <Badge tone={verdict === 'passed' ? 'up' : 'danger'}>{verdict.toUpperCase()}</Badge>}
      <span className="text-sm font-normal text-muted">{comparedText(check, words)}</span>
    </h2>
  )
}

function Verdict({ check }: { readonly check: Check }) {
  const words = checkWords(check)
  const { summary, differences } = check
  const [first] = differences
  return (
    <section aria-label="Verdict" className={`flex flex-none flex-col gap-2 border-l-4 bg-panel px-4 py-3 ${EDGE[verdictOf(check)]}`}>
      <Heading check={check} />
      <p className="max-w-240 text-sm">{summary}</p>
      <p className="max-w-240 text-xs text-muted">{words.question}</p>
      {first && (
        <div className="max-w-240 rounded-sm border border-edge bg-raised px-3 py-2 text-sm">
          <h3 className="text-xs font-normal text-muted">The first one, in words</h3>
          <p>{explained(first, words)}</p>
          <p className="mt-1">{words.cause}</p>
        </div>
      )}
      {differences.length > 1 && (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs">
          <span className="text-muted">What differs:</span>
          {inputCounts(differences).map(({ input, count }) => (
            <span key={input}>
              <b className="font-medium">{input}</b> {count}×
            </span>
          ))}
        </p>
      )}
    </section>
  )
}

const columnsOf = (full: string, cut: string): readonly Column<Difference>[] => [
  { key: 'time', title: 'Time, UTC', width: 130, sortBy: ({ tsMs }) => tsMs, render: ({ tsMs }) => formatUtc(tsMs, 'minute') },
  {
    key: 'instrument',
    title: 'Market',
    width: 100,
    sortBy: ({ instrumentId }) => instrumentId,
    render: ({ instrumentId }) => <span title={instrumentId}>{symbolOf(instrumentId)}</span>,
  },
  { key: 'strategy', title: 'Strategy', width: 120, sortBy: ({ strategyId }) => strategyId, render: ({ strategyId }) => strategyId },
  {
    key: 'input',
    title: 'What differs',
    width: 160,
    className: 'font-medium',
    sortBy: ({ input }) => input,
    render: ({ input }) => <span title={input}>{input}</span>,
  },
  { key: 'full', title: full, width: 200, align: 'right', render: (row) => <span title={row.full}>{row.full}</span> },
  { key: 'cut', title: cut, width: 200, align: 'right', render: (row) => <span title={row.cut}>{row.cut}</span> },
]
