import type { ReactNode } from 'react'
import { Badge } from '../../components/badge.tsx'
import { formatNumber } from '../../format/numbers.ts'
import { wordsOf } from '../../format/words.ts'
import type { DecisionTrace } from './detail.ts'
import type { Bound } from './verdict-bound.ts'
import { type AdjustmentChange, type Change, type FailedCondition, type Reach, voteText, type WhatIf, whatIf } from './what-if.ts'
import { formatEstimate, nameInWords } from './why-format.ts'

/** Computed from the trace alone; each change is the smallest that would do by itself while everything else stays as it was. */
export function WhatIfPanel({ trace }: { readonly trace: DecisionTrace }) {
  const answer = whatIf(trace)
  return <div className="flex flex-col">{answer.kind === 'blocked' ? <Blocked answer={answer} /> : <Executed answer={answer} />}</div>
}

function Blocked({ answer }: { readonly answer: Extract<WhatIf, { kind: 'blocked' }> }) {
  const { failed, notAsked } = answer
  return (
    <>
      {failed.length === 0 && <Remark>The trace names no check that failed; the reason code is all it tells.</Remark>}
      {failed.length > 1 && <Remark>All {failed.length} conditions would have had to pass:</Remark>}
      {failed.map((condition, index) => (
        <Failed key={`${index} ${condition.verdict.check}`} condition={condition} />
      ))}
      {notAsked.length > 0 && <Remark>Not asked after this: {notAsked.join(', ')}. They too might have refused.</Remark>}
    </>
  )
}

function Failed({ condition: { verdict, missing, changes } }: { readonly condition: FailedCondition }) {
  return (
    <section className="border-b border-line px-2 py-1.5">
      <h3 className="flex flex-wrap items-baseline gap-x-2">
        {wordsOf(verdict.check)}
        {missing && (
          <span className="text-xs font-normal text-warn">
            {formatNumber(missing.after, 4, { sign: true })} missing
            {missing.after !== missing.votes && ` (${formatNumber(missing.votes, 4, { sign: true })} in votes)`}
          </span>
        )}
      </h3>
      {changes.length === 0 ? (
        <p className="text-xs text-muted">
          {missing ? 'No single change would have been enough.' : `${verdict.message}. The trace tells no smaller step.`}
        </p>
      ) : (
        <>
          {missing && <p className="text-xs text-muted">Any one of these would have been enough:</p>}
          <ChangeList changes={changes} direction="at least" />
        </>
      )}
    </section>
  )
}

function Executed({ answer }: { readonly answer: Extract<WhatIf, { kind: 'executed' }> }) {
  const { below, turned, closest } = answer
  if (below.length + turned.length + closest.length === 0)
    return <Remark>The trace holds no weighted vote and no comparison to compute with.</Remark>
  return (
    <>
      {below.length > 0 && (
        <section className="border-b border-line px-2 py-1.5">
          <h3 className="font-normal">Any one of these would have made it too weak:</h3>
          <ChangeList changes={below} direction="beyond" />
        </section>
      )}
      {turned.length > 0 && (
        <section className="border-b border-line px-2 py-1.5">
          <h3 className="font-normal">A single voter that would have turned its direction:</h3>
          <ChangeList changes={turned} direction="beyond" />
        </section>
      )}
      {closest.length > 0 && (
        <section className="px-2 py-1.5">
          <h3 className="font-normal">Checks that passed by the least:</h3>
          <ul className="text-xs">
            {closest.map(({ verdict, bound }) => (
              <Line key={`${verdict.check} ${bound.name} ${bound.sense}`} name={wordsOf(verdict.check)}>
                {nameInWords(bound.name)} {formatEstimate(bound.value)}, {boundText(bound)}
              </Line>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

const ChangeList = ({ changes, direction }: { readonly changes: readonly Change[]; readonly direction: Reach }) => (
  <ul className="text-xs">
    {changes.map((change) => (
      <ChangeLine key={`${change.kind} ${nameOf(change)}`} change={change} direction={direction} />
    ))}
  </ul>
)

const nameOf = (change: Change): string =>
  change.kind === 'vote'
    ? change.voter
    : change.kind === 'value'
      ? `${change.bound.name} ${change.bound.sense}`
      : change.kind === 'adjustment'
        ? `${change.name} ${change.alternative.factor}`
        : change.name

function ChangeLine({ change, direction }: { readonly change: Change; readonly direction: Reach }) {
  switch (change.kind) {
    case 'vote':
      return (
        <Line name={change.voter}>
          {voteText(change, direction)} {change.missingInput && <Badge tone="muted">its input was missing</Badge>}
        </Line>
      )
    case 'adjustment':
      return (
        <Line name={wordsOf(change.name)}>
          {conditionText(change)}: × {formatEstimate(change.alternative.factor)}, confluence {formatNumber(change.after, 3)}
        </Line>
      )
    case 'value':
      return (
        <Line name={nameInWords(change.bound.name)}>
          {formatEstimate(change.bound.value)} → {boundText(change.bound)}
        </Line>
      )
    case 'switch':
      return <Line name={nameInWords(change.name)}>off → on</Line>
    default:
      return change satisfies never
  }
}

/** "41 → at most 25" */
function conditionText({ alternative: { condition } }: AdjustmentChange): string {
  if (condition === null) return 'without it'
  const { value, sense, bound, unit } = condition
  const measure = (number: number) => `${formatEstimate(number)}${unit}`
  return `${measure(value)} → ${sense} ${measure(bound)}`
}

const boundText = ({ sense, bound }: Bound): string => `must be ${sense} ${formatEstimate(bound)}`

const Line = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <li className="flex gap-2 py-0.5">
    <span className="w-28 flex-none truncate font-medium" title={name}>
      {name}
    </span>
    <span className="min-w-0 text-muted">{children}</span>
  </li>
)

const Remark = ({ children }: { readonly children: ReactNode }) => <p className="px-2 py-1.5 text-xs text-muted">{children}</p>
