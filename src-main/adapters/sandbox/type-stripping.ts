// From TypeScript to JavaScript by blanking out the types: every line and column stays where it was.
import { stripTypeScriptTypes } from 'node:module'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'

/** The JavaScript of a source, or a sentence with file and line about what cannot be read. Types are not checked: a wrong one does not matter here. */
export function stripTypes(source: string, fileName: string): Result<string, string> {
  try {
    return ok(stripTypeScriptTypes(source))
  } catch (error) {
    // Node puts ":<line>" and the line itself in front of the stack.
    const line = error instanceof Error ? /^:(\d+)\n/.exec(error.stack ?? '')?.[1] : undefined
    const reason = error instanceof Error ? error.message : String(error)
    if (reason.includes('Maximum call stack')) return err(`${fileName}: its brackets are nested too deeply to be read`)
    return err(`${fileName}${line === undefined ? '' : `:${line}`}: ${reason.slice(0, 300)}`)
  }
}
