// The command line of the lab. Exit status: 0 done, 1 failed, canceled or a check that is not passed, 2 not understood.
import { type Command, helpOf, overviewOf, parseCall } from './command.ts'
import { CHECK_COMMANDS } from './check-commands.ts'
import { DATA_COMMANDS } from './data-commands.ts'
import { UsageError } from './faults.ts'
import { IMPORT_COMMANDS } from './import-commands.ts'
import { JOB_COMMANDS } from './job-commands.ts'
import { RUN_COMMANDS } from './run-commands.ts'
import { WORKER_COMMANDS } from './worker-command.ts'
import type { World } from './world.ts'

export const COMMANDS: readonly Command[] = [
  ...DATA_COMMANDS,
  ...IMPORT_COMMANDS,
  ...JOB_COMMANDS,
  ...CHECK_COMMANDS,
  ...RUN_COMMANDS,
  ...WORKER_COMMANDS,
]

/** Answers the exit status; never rejects. */
export async function runLabCommand(args: readonly string[], world: World): Promise<number> {
  const asksForHelp = args.length === 0 || args[0] === '--help'
  if (asksForHelp) {
    world.out(overviewOf(COMMANDS))
    return args.length === 0 ? 2 : 0
  }
  const command = commandIn(args)
  if (command === null) {
    world.say(
      `lab: "${args
        .filter((text) => !text.startsWith('-'))
        .slice(0, 2)
        .join(' ')}" is not a command\n\n${overviewOf(COMMANDS)}`,
    )
    return 2
  }
  try {
    const call = parseCall(command, args.slice(command.name.split(' ').length), world)
    if (call === null) {
      world.out(helpOf(command))
      return 0
    }
    return await command.run(call, world)
  } catch (error) {
    world.say(`lab: ${error instanceof Error ? error.message : String(error)}\n`)
    if (!(error instanceof UsageError)) return 1
    world.say(`npm run lab -- ${command.name} --help tells its options\n`)
    return 2
  }
}

/** The one whose words stand first; of "runs list" both. */
const commandIn = (args: readonly string[]): Command | null =>
  COMMANDS.find(({ name }) => name.split(' ').every((word, at) => args[at] === word)) ?? null
