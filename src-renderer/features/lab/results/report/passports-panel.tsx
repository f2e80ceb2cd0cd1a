// The data a run was made with: where it came from and what is wrong with it.
import { useState } from 'react'
import { Badge } from '../../../../components/badge.tsx'
import { type Column, DataTable } from '../../../../components/data-table.tsx'
import { Panel } from '../../../../components/panel.tsx'
import { EmptyState } from '../../../../components/states.tsx'
import { symbolOf } from '../../../../format/instruments.ts'
import { formatNumber } from '../../../../format/numbers.ts'
import { formatDuration, formatUtc } from '../../../../format/times.ts'
import type { Passport } from '../views.ts'

export function PassportsPanel({ passports, className = '' }: { readonly passports: readonly Passport[]; readonly className?: string }) {
  const [chosen, setChosen] = useState<string | null>(null)
  const passport = passports.find(({ id }) => id === chosen) ?? null
  return (
    <Panel title="Data passports" note="of the series this run was made with; press one for its sources and gaps" className={className}>
      <DataTable
        label="Data passports"
        columns={COLUMNS}
        rows={passports}
        rowKey={(row) => row.id}
        selectedKey={chosen}
        onRowClick={(row) => setChosen(row.id === chosen ? null : row.id)}
        empty={<EmptyState title="No passports" detail="This run was stored without the passports of its data." />}
      />
      {passport && <Details passport={passport} />}
    </Panel>
  )
}

const count = (value: number) => <span className={value > 0 ? 'font-medium text-warn' : 'text-muted'}>{formatNumber(value, 0)}</span>

const COLUMNS: readonly Column<Passport>[] = [
  {
    key: 'series',
    title: 'Series',
    width: 170,
    sortBy: (row) => row.id,
    render: (row) => (
      <span title={row.id}>
        {symbolOf(row.instrumentId)} <span className="text-muted">{row.timeframe ?? row.kind}</span>
      </span>
    ),
  },
  {
    key: 'range',
    title: 'Range',
    width: 170,
    sortBy: (row) => row.fromMs,
    render: (row) => `${formatUtc(row.fromMs, 'date')} to ${formatUtc(row.toMs, 'date')}`,
  },
  { key: 'rows', title: 'Rows', width: 76, align: 'right', sortBy: (row) => row.rows, render: (row) => formatNumber(row.rows, 0) },
  { key: 'missing', title: 'Missing', width: 64, align: 'right', sortBy: (row) => row.missing, render: (row) => count(row.missing) },
  {
    key: 'outliers',
    title: 'Outliers',
    width: 64,
    align: 'right',
    hint: 'Closes that moved by more than 20 median ranges and came back at once',
    sortBy: (row) => row.outliersMs.length,
    render: (row) => count(row.outliersMs.length),
  },
  {
    key: 'refused',
    title: 'Refused',
    width: 64,
    align: 'right',
    hint: 'Rows that were impossible, or came twice and did not say the same',
    sortBy: (row) => row.refused + row.conflicts,
    render: (row) => count(row.refused + row.conflicts),
  },
  {
    key: 'cross',
    title: 'Cross-check',
    width: 84,
    align: 'right',
    hint: 'Bars that differ from the same bars built from a shorter series',
    render: (row) => (row.crossChecks.length === 0 ? <span className="text-muted">none</span> : count(differing(row))),
  },
  {
    key: 'instrument',
    title: 'Tick and fees',
    width: 90,
    hint: 'How the tick, the lot and the fees of the instrument are known',
    render: (row) => <Badge tone={row.instrumentFrom === 'inferred' ? 'warn' : 'muted'}>{row.instrumentFrom}</Badge>,
  },
  {
    key: 'hash',
    title: 'Hash',
    width: 90,
    hint: 'Equal data has an equal hash',
    className: 'font-mono text-xs',
    render: (row) => <span title={row.contentHash}>{row.contentHash.slice(0, 10)}</span>,
  },
]

const differing = ({ crossChecks }: Passport): number => crossChecks.reduce((sum, { different }) => sum + different, 0)

/** Largest first; the rest is in the exported report. */
const GAPS_SHOWN = 8

function Details({ passport }: { readonly passport: Passport }) {
  const { gaps, sources, id } = passport
  return (
    <section aria-label={`Details of ${id}`} className="grid gap-x-6 gap-y-2 border-t border-line bg-raised p-2 text-xs @4xl:grid-cols-2">
      <div>
        <h3 className="font-normal text-muted">Sources, oldest first</h3>
        <ul>
          {sources.map((source, place) => (
            <li key={`${place} ${source.name}`}>
              {source.kind} <b className="font-medium">{source.name}</b>, {formatNumber(source.rows, 0)} rows,{' '}
              {formatUtc(source.importedMs, 'minute')}
              {source.sha256 !== null && (
                <span className="ml-1 font-mono text-muted" title={source.sha256}>
                  {source.sha256.slice(0, 10)}
                </span>
              )}
            </li>
          ))}
        </ul>
      </div>
      <div>
        <h3 className="font-normal text-muted">Gaps, largest first</h3>
        {gaps.length === 0 ? (
          <p>None.</p>
        ) : (
          <ul>
            {gaps.slice(0, GAPS_SHOWN).map((gap) => (
              <li key={gap.fromMs}>
                {formatUtc(gap.fromMs, 'minute')} to {formatUtc(gap.toMs, 'minute')}, {formatNumber(gap.rows, 0)} rows (
                {formatDuration(gap.toMs - gap.fromMs)})
              </li>
            ))}
            {gaps.length > GAPS_SHOWN && <li className="text-muted">and {gaps.length - GAPS_SHOWN} more</li>}
          </ul>
        )}
      </div>
    </section>
  )
}
