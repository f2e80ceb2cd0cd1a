// A new empty folder for one test.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

export const temporaryDir = (): string => mkdtempSync(path.join(tmpdir(), 'tradewright-'))
