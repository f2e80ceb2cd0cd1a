// A process that writes round trips into the journal named on its command line until it is killed, and says after each commit what is safe.
import { writeSync } from 'node:fs'
import { openJournal } from '../../src-main/adapters/journal/writer.ts'
import { MINUTE_MS } from '../../src-shared/domain/time.ts'
import { START_MS, closingRecords, deposit, openingRecords, session } from './journal-records.ts'

const COMMITS_MAX = 100_000
const [file = '', firstText = '1'] = process.argv.slice(2)
const first = Number(firstText)

const { journal, metrics } = openJournal(file)
if (first === 1) {
  journal.append(session('S1', START_MS))
  journal.append(deposit('10000', START_MS))
}
for (let n = first; n < first + COMMITS_MAX; n++) {
  const tsMs = START_MS + n * 2 * MINUTE_MS
  for (const record of openingRecords(n, tsMs)) journal.append(record)
  journal.commit()
  for (const record of closingRecords(n, tsMs + MINUTE_MS)) journal.append(record)
  journal.commit()
  writeSync(1, `${n} ${metrics().records}\n`)
}
journal.close()
