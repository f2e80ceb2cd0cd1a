// Who did what and when, and what it changed: the audit log of the journal, newest first, with the proof that nobody changed it.
import { useState } from 'react'
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { useOf } from '../../bridge/run-context.ts'
import { usePolledQuery } from '../../bridge/use-polled-query.ts'
import { Badge } from '../../components/badge.tsx'
import type { Column } from '../../components/data-table.tsx'
import { PAGE_ROWS, PagedTable } from '../../components/paged-table.tsx'
import { Panel } from '../../components/panel.tsx'
import { VerifyButton } from '../../components/verify-button.tsx'
import { formatUtc } from '../../format/times.ts'
import { wordsOf } from '../../format/words.ts'

type Entry = Output<'journal.audit'>['rows'][number]

/** The log grows by hand only. */
const ASK_EVERY_MS = 3000

const COLUMNS: readonly Column<Entry>[] = [
  { key: 'time', width: 132, title: 'Time, UTC', render: ({ tsMs, record }) => <span title={`Record ${record}`}>{formatUtc(tsMs)}</span> },
  { key: 'who', width: 110, title: 'Who', render: ({ who }) => <span title={who}>{who}</span> },
  {
    key: 'action',
    width: 120,
    title: 'Action',
    render: ({ action }) => <b className="font-medium">{wordsOf(action.replace('.', ' '))}</b>,
  },
  { key: 'detail', width: 210, title: 'Detail', render: ({ detail }) => <span title={detail}>{detail}</span> },
  { key: 'before', width: 96, title: 'Before', render: ({ before }) => <Text text={before} /> },
  { key: 'after', width: 96, title: 'After', render: ({ after }) => <Text text={after} /> },
  {
    key: 'accepted',
    width: 64,
    title: 'Result',
    render: ({ accepted }) => (accepted ? <Badge tone="up">done</Badge> : <Badge tone="warn">refused</Badge>),
  },
]

function Text({ text }: { readonly text: string | null }) {
  return text === null ? <span className="text-muted">—</span> : <span title={text}>{text}</span>
}

export function AuditPanel() {
  const { run } = useOf()
  // What was verified and which page was read belong to one journal.
  return <Audit key={run} />
}

function Audit() {
  const of = useOf()
  const [page, setPage] = useState(0)
  const query = usePolledQuery('journal.audit', { ...of, limit: PAGE_ROWS, offset: page * PAGE_ROWS }, ASK_EVERY_MS)
  return (
    <Panel
      title="Audit log"
      note={query.value === null ? undefined : `${query.value.total.toLocaleString('en-US')} entries, newest first`}
      actions={<VerifyButton label="Verify chain" />}
      scroll={false}
      className="min-h-0 flex-1"
    >
      <PagedTable<Entry>
        label="Audit entries"
        query={query}
        columns={COLUMNS}
        rowKey={({ record }) => String(record)}
        page={page}
        onPage={setPage}
      />
    </Panel>
  )
}
