import { useMemo, useState } from 'react'
import { useQuery } from '../../../../bridge/use-query.ts'
import { type Column, DataTable } from '../../../../components/data-table.tsx'
import { Panel } from '../../../../components/panel.tsx'
import { Segmented } from '../../../../components/segmented.tsx'
import { Badge } from '../../../../components/badge.tsx'
import { EmptyState } from '../../../../components/states.tsx'
import { NOTHING } from '../../../../format/numbers.ts'
import { isTelling, type ParameterDefaults, pathWords, type SpecRow, specRows } from '../spec-flat.ts'
import type { Spec } from '../views.ts'

const SHOWN = [
  { value: 'different', title: 'What differs' },
  { value: 'all', title: 'Everything' },
] as const

/** What was asked for, against what the lab does by itself. */
export function SpecPanel({ spec, className = '' }: { readonly spec: Spec; readonly className?: string }) {
  const [shown, setShown] = useState<(typeof SHOWN)[number]['value']>('different')
  const defaults = useParameterDefaults()
  const rows = useMemo(() => specRows(spec, defaults), [spec, defaults])
  const telling = rows.filter(isTelling)
  return (
    <Panel
      title="As it was run"
      note={`${rows.filter(({ differs }) => differs).length} of ${rows.length} values differ from the defaults`}
      className={className}
      actions={<Segmented label="Values" value={shown} options={SHOWN} onChange={setShown} />}
    >
      <DataTable
        label="Spec of the run"
        columns={COLUMNS}
        rows={shown === 'all' ? rows : telling}
        rowKey={(row) => row.path}
        empty={<EmptyState title="All defaults" detail="Nothing was chosen that the lab would not do by itself." />}
      />
    </Panel>
  )
}

/** As the strategies declare them now; empty until the lab has answered, and when it does not. */
function useParameterDefaults(): ParameterDefaults {
  const { value } = useQuery('lab.playbooks', {})
  return useMemo(() => {
    const strategies = (value ?? []).flatMap((playbook) => playbook.strategies)
    return new Map(strategies.flatMap(({ id, parameters }) => parameters.map((one) => [`${id}.${one.name}`, one.default] as const)))
  }, [value])
}

const COLUMNS: readonly Column<SpecRow>[] = [
  { key: 'path', title: 'What', width: 220, render: (row) => <span title={row.path}>{pathWords(row.path)}</span> },
  {
    key: 'value',
    title: 'As run',
    width: 200,
    className: 'font-medium',
    render: (row) => (
      <span className="inline-flex max-w-full items-center gap-1.5" title={row.value}>
        <span className="truncate">{row.value}</span>
        {row.differs && <Badge tone="accent">changed</Badge>}
      </span>
    ),
  },
  { key: 'default', title: 'Default', width: 140, className: 'text-muted', render: (row) => row.fallback ?? NOTHING },
]
