// What is wrong with data that a schema refused, for the person who wrote it.
import type { z } from 'zod'

/** `raw` is what was parsed; `what` names what its keys are, such as "a setting". */
type About = { readonly raw: unknown; readonly what: string }

/** One sentence that names the first field, its value and what was expected, and how many more are wrong. */
export function describeIssues(issues: readonly z.core.$ZodIssue[], about: About): string {
  const [first, ...others] = issues
  const more = others.length > 0 ? ` (and ${others.length} more)` : ''
  return `${first ? describeIssue(first, about) : 'not valid'}${more}`
}

function describeIssue(issue: z.core.$ZodIssue, { raw, what }: About): string {
  const field = issue.path.length > 0 ? issue.path.join('.') : 'the file'
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => [...issue.path, key].join('.'))
    return `${names.join(', ')} is not ${what}; check the spelling`
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
