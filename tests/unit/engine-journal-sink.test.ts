// Proves that a journal that cannot be written is told of once, keeps what is queued, and recovers; and that every commit says where to go on.
import { beforeEach, describe, expect, it } from 'vitest'
import { JournalSink } from '../../src-main/engine/journal-sink.ts'
import type { JournalWriter } from '../../src-main/core/ports/journal.ts'
import type { JournalRecord } from '../../src-shared/events/journal-record.ts'

class FragileJournal implements JournalWriter {
  broken = false
  queued: JournalRecord[] = []
  written: JournalRecord[] = []
  append(record: JournalRecord): void {
    this.queued.push(record)
  }
  commit(): number {
    if (this.broken) throw new Error('the disk is full')
    const count = this.queued.length
    this.written.push(...this.queued.splice(0))
    return count
  }
  recover(): null {
    return null
  }
  close(): void {}
}

let journal: FragileJournal
let trouble: [boolean, string][]
let sink: JournalSink
const alert = (code: string): JournalRecord => ({
  kind: 'alert',
  tsMs: 1,
  body: { code, severity: 'info', message: '', tsMs: 1, instrumentId: null },
})
const kinds = (records: readonly JournalRecord[]): string[] => records.map((record) => record.kind)

beforeEach(() => {
  journal = new FragileJournal()
  trouble = []
  sink = new JournalSink(journal, (failed, message) => trouble.push([failed, message]))
  sink.checkpointWith(() => ({ tsMs: 5, marketMs: 5, nextOrderNumber: 2, nextDecisionNumber: 3, nextPositionNumber: 4 }))
})

describe('the journal sink', () => {
  it('writes what is queued and, with it, where a restart goes on', () => {
    sink.append(alert('a'))
    expect(sink.commit()).toBe(true)
    expect(kinds(journal.written)).toEqual(['alert', 'checkpoint'])
    expect(sink.queued).toBe(0)
  })

  it('writes nothing when nothing is queued', () => {
    expect(sink.commit()).toBe(true)
    expect(journal.written).toEqual([])
  })

  it('says once that it cannot write, keeps everything, and says when it can again', () => {
    journal.broken = true
    sink.append(alert('a'))
    expect(sink.commit()).toBe(false)
    sink.append(alert('b'))
    expect(sink.commit()).toBe(false)
    expect(trouble).toEqual([[true, 'the disk is full']])
    journal.broken = false
    expect(sink.commit()).toBe(true)
    expect(
      journal.written.filter((record) => record.kind === 'alert').map((record) => (record.kind === 'alert' ? record.body.code : '')),
    ).toEqual(['a', 'b'])
    expect(trouble.map(([failed]) => failed)).toEqual([true, false])
  })
})
