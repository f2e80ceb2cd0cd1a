// Reads settings.json. The file is the user's: it is never written or repaired from here.
import { readFileSync } from 'node:fs'
import { describeIssues } from '../../src-shared/config/describe-issue.ts'
import { Settings } from '../../src-shared/config/settings.ts'
import { err, ok, type Result } from '../../src-shared/domain/result.ts'
import { reasonOf } from './data-dir.ts'

/** Returns the defaults when there is no file. The error names the field, its value and what was expected, in one sentence. */
export function loadSettings(file: string): Result<Settings, string> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ok(Settings.parse({}))
    return err(`settings ${file} cannot be read: ${reasonOf(error)}`)
  }
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (error) {
    return err(`settings ${file} is not valid JSON: ${reasonOf(error)}`)
  }
  const parsed = Settings.safeParse(raw)
  if (parsed.success) return ok(parsed.data)
  return err(`settings ${file}: ${describeIssues(parsed.error.issues, { raw, what: 'a setting' })}`)
}
