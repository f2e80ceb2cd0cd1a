// Sends a command and tells the person how it ended.
import { useCallback } from 'react'
import type { BridgeError, BridgeResult, CommandName, Input, Output } from '../../src-shared/bridge/contract.ts'
import { notify } from '../stores/notices.ts'
import { useBridge } from './context.tsx'

/** What each error code means to the person, before the engine's own words. */
const PLAIN: Readonly<Record<BridgeError['code'], string>> = {
  bad_input: 'Not accepted as entered',
  unknown_command: 'This engine does not know the command',
  forbidden: 'Not allowed',
  engine_down: 'The engine is not reachable',
  timeout: 'No answer in time; the outcome is unknown',
  refused: 'Refused',
  not_found: 'No longer there',
  internal: 'Something went wrong in the engine',
}

export const plainError = (error: BridgeError): string => PLAIN[error.code]

type Told = {
  /** Shown when it worked; leave out where the screen shows it anyway. */
  readonly done?: string
  /** What was tried, for the error: "Close BTCUSDT". */
  readonly what: string
}

export type RunCommand = <C extends CommandName>(command: C, input: Input<C>, told: Told) => Promise<BridgeResult<Output<C>>>

/** A function that invokes a command and shows a notice with the code when it fails. Never throws. */
export function useCommand(): RunCommand {
  const bridge = useBridge()
  return useCallback(
    async (command, input, told) => {
      const result = await bridge.invoke(command, input)
      if (!result.ok) {
        notify({
          tone: 'error',
          title: `${told.what}: ${plainError(result.error).toLowerCase()}`,
          detail: `${result.error.message} (${result.error.code})`,
        })
      } else if (told.done !== undefined) {
        notify({ tone: 'success', title: told.done })
      }
      return result
    },
    [bridge],
  )
}
