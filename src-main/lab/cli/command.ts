// A command of the lab: its options, its help, and how its part of the command line is read.
import { parseArgs } from 'node:util'
import { UsageError } from './faults.ts'
import type { World } from './world.ts'

export type OptionSpec = {
  /** Shown after the name, such as "DAY"; an option without one takes no value. */
  readonly value?: string
  /** May be given more than once. */
  readonly multiple?: true
  readonly help: string
}
export type OptionSpecs = Readonly<Record<string, OptionSpec>>

export type Call = {
  readonly operands: readonly string[]
  /** The last value that was given, or undefined. */
  text(option: string): string | undefined
  texts(option: string): readonly string[]
  flag(option: string): boolean
  readonly dataDir: string
}
export type Command = {
  /** Such as "backtest" or "runs list". */
  readonly name: string
  readonly summary: string
  /** Names of what stands beside the options, such as "FILE…"; one that ends in … may be repeated. */
  readonly operands: readonly string[]
  readonly options: OptionSpecs
  /** More that is worth knowing, in whole sentences. */
  readonly notes?: readonly string[]
  /** The exit status. Throws UsageError and CommandFailure. */
  run(call: Call, world: World): Promise<number>
}

const COMMON: OptionSpecs = {
  'data-dir': { value: 'DIR', help: 'folder of the data (default: that of the app)' },
  help: { help: 'this text' },
}

const PROGRAM = 'npm run lab --'
const WIDTH = 34

/** Null when help was asked for. Throws UsageError, naming what was not understood. */
export function parseCall(command: Command, args: readonly string[], world: World): Call | null {
  const specs: OptionSpecs = { ...command.options, ...COMMON }
  const { values, positionals } = parse(args, specs)
  if (values['help'] === true) return null
  checkOperands(command, positionals)
  const given = (option: string): readonly string[] => {
    const value = values[option]
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : typeof value === 'string' ? [value] : []
  }
  const dataDir = given('data-dir').at(-1) ?? world.defaultDataDir
  if (dataDir === '') throw new UsageError('--data-dir is empty, expected the path of a folder')
  return {
    operands: positionals,
    texts: given,
    text: (option) => given(option).at(-1),
    flag: (option) => values[option] === true,
    dataDir,
  }
}

function parse(args: readonly string[], specs: OptionSpecs): ReturnType<typeof parseArgs> {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { value, multiple }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), ...(multiple === true ? { multiple } : {}) },
    ]),
  )
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError((error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' '))
  }
}

function checkOperands({ operands }: Command, given: readonly string[]): void {
  const most = operands.some((name) => name.endsWith('…')) ? Number.POSITIVE_INFINITY : operands.length
  if (given.length < operands.length) throw new UsageError(`${operands[given.length]} is missing`)
  if (given.length > most) throw new UsageError(`too many arguments: ${given.slice(most).join(' ')}`)
}

/** What --help prints. */
export function helpOf({ name, summary, operands, options, notes = [] }: Command): string {
  const lines = Object.entries({ ...options, ...COMMON }).map(([option, { value, help, multiple }]) => {
    const syntax = `--${option}${value === undefined ? '' : ` ${value}`}`
    return `  ${syntax.padEnd(WIDTH)}${syntax.length > WIDTH ? `\n  ${' '.repeat(WIDTH)}` : ''}${help}${multiple === true ? ' (more than once)' : ''}`
  })
  const usage = `Usage: ${[PROGRAM, name, ...operands].join(' ')} [options]`
  return [usage, '', `${summary}.`, '', ...lines, ...notes.flatMap((note) => ['', ...wrapped(note)]), ''].join('\n')
}

const LINE_MAX = 120
/** Broken at spaces. */
const wrapped = (text: string): readonly string[] =>
  text.split(' ').reduce<readonly string[]>((lines, word) => {
    const last = lines.at(-1)
    if (last === undefined) return [word]
    return last.length + 1 + word.length <= LINE_MAX ? [...lines.slice(0, -1), `${last} ${word}`] : [...lines, word]
  }, [])

/** What is printed for a command line without a command that is known. */
export const overviewOf = (commands: readonly Command[]): string =>
  [
    `Usage: ${PROGRAM} COMMAND [options]`,
    '',
    ...commands.map(({ name, operands, summary }) => `  ${[name, ...operands].join(' ').padEnd(WIDTH)}${summary}`),
    '',
    `  ${PROGRAM} COMMAND --help tells the options of a command.`,
    '',
  ].join('\n')
