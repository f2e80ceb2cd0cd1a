import { useMemo } from 'react'
import { Panel } from '../../../../components/panel.tsx'
import { EmptyState } from '../../../../components/states.tsx'
import { NOTHING } from '../../../../format/numbers.ts'
import { pathWords, specDifferences } from '../spec-flat.ts'
import type { ComparedRun } from './read-compared.ts'
import { RunHeading } from './run-heading.tsx'

/** What was asked for differently; whatever all runs share is left out. */
export function CompareSpec({ runs, className = '' }: { readonly runs: readonly ComparedRun[]; readonly className?: string }) {
  const rows = useMemo(() => specDifferences(runs), [runs])
  return (
    <Panel title="What was different" note={`${rows.length} values`} className={className}>
      {rows.length === 0 ? (
        <EmptyState title="Nothing" detail="These runs were asked for in exactly the same words, with the same data and the same code." />
      ) : (
        <table className="tw-table" aria-label="Differences between the specs" data-fixed="" style={{ minWidth: 240 + runs.length * 120 }}>
          <colgroup>
            <col style={{ width: 240 }} />
            {runs.map(({ run }) => (
              <col key={run.id} style={{ width: 120 }} />
            ))}
          </colgroup>
          <thead>
            <tr>
              <th scope="col">What</th>
              {runs.map((run, place) => (
                <th key={run.run.id} scope="col">
                  <RunHeading run={run} place={place} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ path, values }) => (
              <tr key={path}>
                <th scope="row" className="text-xs text-fg" title={path}>
                  {pathWords(path)}
                </th>
                {values.map((value, place) => (
                  <td key={runs[place]?.run.id} title={value ?? 'not said'} className={value === null ? 'text-muted' : ''}>
                    {value ?? NOTHING}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  )
}
