// Proves that a recording which cannot be written is given up with one sentence, and never stops the session it only watches.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { SessionRecorder, type RecordingHeader } from '../../src-main/engine/session-recorder.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const HEADER = { t: 'header', format: 1, version: '0' } as unknown as RecordingHeader

function record(file: string, lengthMax = 10_000) {
  const told: string[] = []
  const recorder = new SessionRecorder(HEADER, { path: file, lengthMax, onFailed: (message) => told.push(message) })
  recorder.line({ t: 'start' })
  recorder.close()
  return told
}

describe('a recording', () => {
  it('holds what it was given, and its hash', () => {
    const file = path.join(temporaryDir(), 'one.jsonl')
    expect(record(file)).toEqual([])
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ t: 'header' }, { t: 'start' }, { t: 'end', full: false }])
  })

  it('that would grow too long ends and says so', () => {
    const file = path.join(temporaryDir(), 'one.jsonl')
    expect(record(file, 50)).toEqual([])
    expect(JSON.parse(readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '')).toMatchObject({ t: 'end', full: true })
  })

  it('that cannot be written is given up, told once, and throws nothing', () => {
    const file = path.join(temporaryDir(), 'missing', 'one.jsonl')
    expect(record(file)).toEqual([expect.stringContaining(`the recording ${file} cannot be written: ENOENT`)])
  })
})
