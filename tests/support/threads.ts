// How many threads this process has, as the operating system sees them; null where it does not say.
import { readdirSync } from 'node:fs'

export function threadCount(): number | null {
  try {
    return readdirSync('/proc/self/task').length
  } catch {
    return null
  }
}
