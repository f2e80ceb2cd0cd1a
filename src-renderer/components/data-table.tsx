// A table for tens to a few hundred rows. Longer lists are virtualised where they stand.
import { ChevronDown, ChevronUp } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, memo, useState } from 'react'

export type Column<Row> = {
  readonly key: string
  readonly title: ReactNode
  readonly align?: 'left' | 'right' | 'center'
  readonly render: (row: Row) => ReactNode
  /** Makes the column sortable. */
  readonly sortBy?: (row: Row) => number | string | null
  readonly className?: string
  /**
   * Width in pixels. When every column has one, the table shares its room out in these proportions and nothing moves when a
   * figure grows by a digit.
   */
  readonly width?: number
  /** Explains the column in a tooltip. */
  readonly hint?: string
}

type DataTableProps<Row> = {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  /** Also reached with Enter on the focused row. */
  readonly onRowClick?: (row: Row) => void
  readonly selectedKey?: string | null
  /** Shown instead of the body when there are no rows. */
  readonly empty?: ReactNode
}

type Order = { readonly key: string; readonly descending: boolean }

const ALIGN = { left: 'text-left', right: 'text-right', center: 'text-center' } as const

export function DataTable<Row>({ label, columns, rows, rowKey, onRowClick, selectedKey = null, empty }: DataTableProps<Row>) {
  const [order, setOrder] = useState<Order | null>(null)
  if (rows.length === 0 && empty !== undefined) return <>{empty}</>
  const fixed = columns.every(({ width }) => width !== undefined)
  const minWidth = columns.reduce((total, { width }) => total + (width ?? 0), 0)
  return (
    <table className="tw-table" aria-label={label} {...(fixed ? { 'data-fixed': '', style: { minWidth } } : {})}>
      {fixed && (
        <colgroup>
          {columns.map(({ key, width }) => (
            <col key={key} style={{ width }} />
          ))}
        </colgroup>
      )}
      <thead>
        <tr>
          {columns.map((column) => (
            <HeaderCell key={column.key} column={column} order={order} onOrder={setOrder} />
          ))}
        </tr>
      </thead>
      <tbody>
        {sorted({ rows, columns, order }).map((row) => {
          const key = rowKey(row)
          return <BodyRow key={key} row={row} columns={columns} onRowClick={onRowClick} selected={key === selectedKey} />
        })}
      </tbody>
    </table>
  )
}

type RowProps<Row> = {
  readonly row: Row
  readonly columns: readonly Column<Row>[]
  readonly onRowClick: ((row: Row) => void) | undefined
  readonly selected: boolean
}

function PlainRow<Row>({ row, columns, onRowClick, selected }: RowProps<Row>) {
  const clickable = onRowClick !== undefined
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && event.target === event.currentTarget) onRowClick?.(row)
  }
  return (
    <tr
      {...(clickable ? { 'data-clickable': '', tabIndex: 0, onClick: () => onRowClick(row), onKeyDown } : {})}
      {...(selected ? { 'data-selected': '', 'aria-current': true } : {})}
    >
      {columns.map((column) => (
        <td key={column.key} className={`${ALIGN[column.align ?? 'left']} ${column.className ?? ''}`}>
          {column.render(row)}
        </td>
      ))}
    </tr>
  )
}
/** A row is drawn again only when its own data changed. `memo` loses the type parameter, hence the cast back. */
const BodyRow = memo(PlainRow) as typeof PlainRow

type HeaderProps<Row> = { readonly column: Column<Row>; readonly order: Order | null; readonly onOrder: (order: Order) => void }

function HeaderCell<Row>({ column, order, onOrder }: HeaderProps<Row>) {
  const align = ALIGN[column.align ?? 'left']
  if (!column.sortBy) {
    return (
      <th scope="col" title={column.hint} className={align}>
        {column.title}
      </th>
    )
  }
  const active = order?.key === column.key
  const Arrow = order?.descending ? ChevronDown : ChevronUp
  return (
    <th scope="col" title={column.hint} className={align} aria-sort={active ? (order.descending ? 'descending' : 'ascending') : 'none'}>
      <button
        type="button"
        className="inline-flex items-center gap-0.5 hover:text-fg"
        onClick={() => onOrder({ key: column.key, descending: active ? !order.descending : true })}
      >
        {column.title}
        {active && <Arrow size={11} aria-hidden />}
      </button>
    </th>
  )
}

function sorted<Row>({
  rows,
  columns,
  order,
}: {
  rows: readonly Row[]
  columns: readonly Column<Row>[]
  order: Order | null
}): readonly Row[] {
  const sortBy = columns.find((column) => column.key === order?.key)?.sortBy
  if (!order || !sortBy) return rows
  const factor = order.descending ? -1 : 1
  return rows.toSorted((a, b) => factor * compare(sortBy(a), sortBy(b)))
}

/** Numbers by value, texts by alphabet, missing values last in ascending order. */
function compare(a: number | string | null, b: number | string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b))
}
