// Export: the journal in the person's own hands.
import { Download } from 'lucide-react'
import { useState } from 'react'
import type { Input } from '../../../src-shared/bridge/contract.ts'
import { useBridge } from '../../bridge/context.tsx'
import { useOf } from '../../bridge/run-context.ts'
import { useCommand } from '../../bridge/use-command.ts'
import { Button } from '../../components/button.tsx'
import { saveTextFile } from '../../components/save-file.ts'
import { wordsOf } from '../../format/words.ts'

type Table = Input<'journal.export'>['table']
type Format = Input<'journal.export'>['format']

/** `table` is the one in view. A window that cannot save files says so instead of failing. */
export function ExportButtons({ table }: { readonly table: Table }) {
  const { capabilities } = useBridge()
  const run = useCommand()
  const of = useOf()
  const [busy, setBusy] = useState(false)
  const exportAs = async (format: Format) => {
    setBusy(true)
    const result = await run('journal.export', { ...of, table, format }, { what: `Export ${wordsOf(table)}` })
    setBusy(false)
    if (result.ok) saveTextFile({ ...result.value, format })
  }
  const title = capabilities.saveFile ? `All ${wordsOf(table)} of the journal as a file` : 'This window cannot save files'
  return (
    <>
      {(['csv', 'json'] as const).map((format) => (
        <Button key={format} disabled={busy || !capabilities.saveFile} title={title} onClick={() => void exportAs(format)}>
          <Download size={12} aria-hidden /> {format.toUpperCase()}
        </Button>
      ))}
    </>
  )
}
