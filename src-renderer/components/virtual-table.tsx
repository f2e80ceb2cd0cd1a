// A table of thousands of rows of one height: only those in view are in the document. The caller sorts and filters.
import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronDown, ChevronUp } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'

export type VirtualColumn<Row, Key extends string> = {
  readonly key: Key
  readonly title: string
  readonly widthPixels: number
  /** Share of the room that is left over; 0 or absent for none. */
  readonly grow?: number
  readonly align?: 'left' | 'right'
  readonly hint?: string
  /** Stands in the heading instead of the title, which then cannot be sorted by. */
  readonly header?: ReactNode
  readonly render: (row: Row) => ReactNode
}

type VirtualTableProps<Row, Key extends string> = {
  readonly label: string
  readonly columns: readonly VirtualColumn<Row, Key>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly sort: { readonly column: Key; readonly descending: boolean }
  readonly onSort: (column: Key) => void
  /** Also reached with Enter; arrow keys move between rows. Rows for which it gives null cannot be opened. */
  readonly onOpen: (row: Row) => (() => void) | null
  readonly selectedKey?: string | null
  /** A key on a focused row that the table has no use for. Says whether it was used: then nothing else hears it. */
  readonly onRowKey?: (row: Row, key: string) => boolean
}

const ROW_PIXELS = 24

export function VirtualTable<Row, Key extends string>(props: VirtualTableProps<Row, Key>) {
  const { label, columns, rows, rowKey, onOpen, selectedKey = null, onRowKey } = props
  const viewport = useRef<HTMLDivElement>(null)
  // One row can be reached with Tab: the one that had the focus last.
  const [tabRow, setTabRow] = useState(0)
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW_PIXELS,
    overscan: 12,
  })
  const template = { gridTemplateColumns: columns.map(trackOf).join(' ') }
  const minWidth = columns.reduce((sum, column) => sum + column.widthPixels, 0)
  return (
    <div ref={viewport} className="h-full overflow-auto" tabIndex={0} role="group" aria-label={`${label}, scrolls`}>
      <div role="table" aria-label={label} aria-rowcount={rows.length + 1} className="text-sm" style={{ minWidth }}>
        <HeaderRow {...props} template={template} />
        <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const row = rows[item.index]
            if (row === undefined) return null
            return (
              <BodyRow
                key={rowKey(row)}
                index={item.index}
                top={item.start}
                template={template}
                open={onOpen(row)}
                selected={rowKey(row) === selectedKey}
                onKey={(key) => onRowKey?.(row, key) ?? false}
                tabIndex={item.index === tabRow ? 0 : -1}
                onFocus={setTabRow}
              >
                {columns.map((column) => (
                  <div key={column.key} role="cell" className={`truncate px-2 ${column.align === 'right' ? 'text-right' : ''}`}>
                    {column.render(row)}
                  </div>
                ))}
              </BodyRow>
            )
          })}
        </div>
      </div>
    </div>
  )
}

const trackOf = ({ widthPixels, grow = 0 }: { readonly widthPixels: number; readonly grow?: number }): string =>
  grow > 0 ? `minmax(${widthPixels}px, ${grow}fr)` : `${widthPixels}px`

type Template = { readonly gridTemplateColumns: string }

function HeaderRow<Row, Key extends string>({
  columns,
  sort,
  onSort,
  template,
}: VirtualTableProps<Row, Key> & { readonly template: Template }) {
  const Arrow = sort.descending ? ChevronDown : ChevronUp
  return (
    <div role="rowgroup" className="sticky top-0 z-10 bg-panel">
      <div role="row" aria-rowindex={1} className="grid h-5.5 items-center border-b border-line text-xs text-muted" style={template}>
        {columns.map((column) => {
          const active = column.key === sort.column
          const direction = sort.descending ? 'descending' : 'ascending'
          return (
            <div
              key={column.key}
              role="columnheader"
              title={column.hint}
              {...(column.header === undefined ? { 'aria-sort': active ? direction : 'none' } : {})}
              className={`px-2 ${column.align === 'right' ? 'text-right' : ''}`}
            >
              {column.header ?? (
                <button
                  type="button"
                  className="inline-flex items-center gap-0.5 whitespace-nowrap hover:text-fg"
                  onClick={() => onSort(column.key)}
                >
                  {column.title}
                  {active && <Arrow size={11} aria-hidden />}
                </button>
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}

type BodyRowProps = {
  readonly index: number
  readonly top: number
  readonly template: Template
  readonly open: (() => void) | null
  readonly selected: boolean
  readonly onKey: (key: string) => boolean
  readonly tabIndex: 0 | -1
  readonly onFocus: (index: number) => void
  readonly children: ReactNode
}

function BodyRow({ index, top, template, open, selected, onKey, tabIndex, onFocus, children }: BodyRowProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget) return
    if (onKey(event.key)) {
      event.preventDefault()
      event.stopPropagation()
    }
    if (event.key === 'Enter') open?.()
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    const neighbour = event.key === 'ArrowDown' ? event.currentTarget.nextElementSibling : event.currentTarget.previousElementSibling
    if (!(neighbour instanceof HTMLElement)) return
    event.preventDefault()
    neighbour.focus()
  }
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      tabIndex={tabIndex}
      onFocus={() => onFocus(index)}
      onKeyDown={onKeyDown}
      onClick={open ?? undefined}
      {...(selected ? { 'aria-current': true } : {})}
      className={`absolute top-0 right-0 left-0 grid scroll-mt-6 items-center border-b border-line outline-offset-[-2px] ${selected ? 'bg-accent-soft' : 'hover:bg-raised'} ${open ? 'cursor-pointer' : ''}`}
      style={{ ...template, height: ROW_PIXELS, transform: `translateY(${top}px)` }}
    >
      {children}
    </div>
  )
}
