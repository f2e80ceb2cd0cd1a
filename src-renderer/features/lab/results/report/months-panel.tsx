import { Panel } from '../../../../components/panel.tsx'
import { EmptyState } from '../../../../components/states.tsx'
import { formatMoney, formatPercent } from '../../../../format/numbers.ts'
import type { Month } from '../views.ts'
import { heatOf, MONTH_NAMES, type YearRow, yearRows } from './month-grid.ts'

export function MonthsPanel({ months, className = '' }: { readonly months: readonly Month[]; readonly className?: string }) {
  const rows = yearRows(months)
  const largest = months.reduce((most, { totalReturn }) => Math.max(most, Math.abs(totalReturn)), 0)
  return (
    <Panel title="Monthly returns" note="of the equity at the start of each month" className={className} label="Monthly returns">
      {rows.length === 0 ? (
        <EmptyState title="No month yet" detail="The run ended before its first month had." />
      ) : (
        <table className="tw-table" aria-label="Monthly returns">
          <thead>
            <tr>
              <th scope="col">Year</th>
              {MONTH_NAMES.map((name) => (
                <th key={name} scope="col" className="text-right">
                  {name}
                </th>
              ))}
              <th scope="col" className="text-right">
                Year
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.year} row={row} largest={largest} />
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  )
}

function Row({ row, largest }: { readonly row: YearRow; readonly largest: number }) {
  return (
    <tr>
      <th scope="row" className="font-medium text-fg">
        {row.year}
      </th>
      {row.months.map((month, place) => (
        <td
          key={MONTH_NAMES[place]}
          className="text-right"
          {...(month ? { title: titleOf(month), style: { background: heatOf(month.totalReturn, largest) } } : {})}
        >
          {month ? formatPercent(month.totalReturn, { sign: true, decimals: 1 }) : ''}
        </td>
      ))}
      <td className="text-right font-semibold" title={titleOf(row)}>
        {formatPercent(row.totalReturn, { sign: true, decimals: 1 })}
      </td>
    </tr>
  )
}

const titleOf = ({ netPnl, trades }: Pick<Month, 'netPnl' | 'trades'>): string =>
  `${formatMoney(netPnl, { sign: true })} in ${trades} trades`
