import { type Column, DataTable } from '../../components/data-table.tsx'
import type { Adjustment, Why } from './detail.ts'
import { wordsOf } from '../../format/words.ts'
import { formatEstimate } from './why-format.ts'
import { WhyValues } from './why-values.tsx'

const COLUMNS: readonly Column<Adjustment>[] = [
  { key: 'name', title: 'Adjustment', render: (adjustment) => wordsOf(adjustment.name) },
  { key: 'factor', title: 'Factor', align: 'right', render: (adjustment) => <strong>× {formatEstimate(adjustment.factor)}</strong> },
  { key: 'why', title: 'Because', className: 'w-full whitespace-normal! py-1', render: (adjustment) => <WhyValues why={adjustment.why} /> },
]

/** What scaled the signal after the votes, and the values the strategy gave for the signal as a whole. */
export function AdjustmentsTable({ adjustments, why }: { readonly adjustments: readonly Adjustment[]; readonly why: Why }) {
  return (
    <>
      {adjustments.length === 0 ? (
        <p className="px-2 py-2 text-xs text-muted">Nothing scaled this signal.</p>
      ) : (
        <DataTable label="Adjustments" columns={COLUMNS} rows={adjustments} rowKey={(adjustment) => adjustment.name} />
      )}
      <div className="flex flex-col gap-0.5 px-2 py-1.5">
        <h3 className="text-xs font-normal text-muted">The signal as a whole</h3>
        <WhyValues why={why} />
      </div>
    </>
  )
}
