// Who answers which command of the lab. A command without an answer is an error of the compiler.
import { type CommandName, type Input, type Output, commands } from '../../../src-shared/bridge/contract.ts'
import { CHOICE_HANDLERS } from './choice-handlers.ts'
import { DATA_HANDLERS } from './data-handlers.ts'
import { JOB_HANDLERS } from './job-handlers.ts'
import type { Lab } from './lab.ts'
import { RUN_HANDLERS } from './run-handlers.ts'

export type LabCommand = { [C in CommandName]: (typeof commands)[C]['by'] extends 'lab' ? C : never }[CommandName]
/** Input has been validated by the host. What cannot be done is thrown as a Refusal, or as an error of one of the stores. */
export type HandlerOf<C extends LabCommand> = (lab: Lab, input: Input<C>) => Output<C> | Promise<Output<C>>
export type LabHandlers = { readonly [C in LabCommand]: HandlerOf<C> }

export const HANDLERS: LabHandlers = { ...DATA_HANDLERS, ...CHOICE_HANDLERS, ...JOB_HANDLERS, ...RUN_HANDLERS }

export const isLabCommand = (command: CommandName): command is LabCommand => commands[command].by === 'lab'
