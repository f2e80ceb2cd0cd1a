// Reads settings.json. The file is the user's: it is never written or repaired from here.
import { readFileSync } from 'node:fs'
import type { z } from 'zod'
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
  const [first, ...others] = parsed.error.issues
  const more = others.length > 0 ? ` (and ${others.length} more)` : ''
  return err(`settings ${file}: ${first ? describeIssue(first, raw) : 'not valid'}${more}`)
}

function describeIssue(issue: z.core.$ZodIssue, raw: unknown): string {
  const field = issue.path.length > 0 ? issue.path.join('.') : 'the file'
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => [...issue.path, key].join('.'))
    return `${names.join(', ')} is not a setting; check the spelling`
  }
  return `${field} is ${shown(valueAt(raw, issue.path))}, expected ${expectation(issue)}`
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`
    case 'invalid_type':
      return issue.expected
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`
    default:
      return issue.message
  }
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined), raw)
}

const SHOWN_LENGTH_MAX = 80
function shown(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value)
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text
}
