// The line that says who did what, and how it ended.
import { commands, type BridgeResult, type CommandName } from '../../src-shared/bridge/contract.ts'
import { withoutSecrets } from '../../src-shared/bridge/secret-field.ts'

const INPUT_LENGTH_MAX = 500

/** Marked fields of the input are left out whatever they hold. */
export function auditLine(call: { command: CommandName; input: unknown; who: string }, result: BridgeResult<unknown>): string {
  const shown = withoutSecrets(commands[call.command].input, call.input)
  const input = (JSON.stringify(shown) ?? 'nothing').slice(0, INPUT_LENGTH_MAX)
  const outcome = result.ok ? 'ok' : `${result.error.code}: ${result.error.message}`
  return `${call.who} ${call.command} ${input} -> ${outcome}`
}

const ISSUES_MAX = 5
type Issue = { readonly code: string; readonly path: readonly PropertyKey[]; readonly message: string }

/** What of an input does not fit. The names of fields nobody declared are not repeated: they are whatever came. */
export const describeIssues = (issues: readonly Issue[]): string =>
  issues
    .slice(0, ISSUES_MAX)
    .map(({ code, path, message }) => {
      const where = path.map(String).join('.') || 'input'
      return code === 'unrecognized_keys' ? `${where}: there are fields that are not expected` : `${where}: ${message}`
    })
    .join('; ')
