// The options of `npm start` and of the installed program. Nothing is guessed: what is not understood is refused.
import path from 'node:path'
import { err, ok, type Result } from '../../../src-shared/domain/result.ts'
import { MARKET_KINDS, type MarketKind } from '../../engine/options.ts'
import { defaultDataDir, type Surroundings } from '../../host/data-dir.ts'

export type LaunchOptions = {
  /** `auto` is the desktop app where it can run, else the browser shell. */
  readonly shell: 'auto' | 'desktop' | 'browser'
  /** 0 means any free one. */
  readonly port: number
  readonly dataDir: string
  readonly market: MarketKind
  /** Name of the recording that is replayed. */
  readonly recording: string
  /** Multiple of real time; 0 means as fast as it goes. */
  readonly speed: number
}
type Option = {
  readonly syntax: string
  readonly help: string
  /** The value to set, or what was expected instead. */
  readonly parse: (value: string) => Result<Partial<LaunchOptions>, string>
}

const DEFAULT_PORT = 8420
const SPEED_MAX = 600
const DEFAULT_RECORDING = 'default'
const DEFAULT_SPEED = 60
/** It is some minutes long. */
const BOOK_RECORDING = 'book'
const DEFAULT_BOOK_SPEED = 1

const oneOf =
  <K extends 'shell' | 'market'>(key: K, values: readonly LaunchOptions[K][]) =>
  (value: string): Result<Partial<LaunchOptions>, string> => {
    const found = values.find((known) => known === value)
    return found === undefined ? err(values.join(' or ')) : ok({ [key]: found })
  }

const OPTIONS: Readonly<Record<string, Option>> = {
  shell: {
    syntax: '--shell=desktop|browser',
    help: 'default: the desktop app where it can run, else the browser shell',
    parse: oneOf('shell', ['desktop', 'browser']),
  },
  port: {
    syntax: '--port=N',
    help: `port of the browser shell on 127.0.0.1, 0 for any free one (default ${DEFAULT_PORT})`,
    parse: (value) =>
      /^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? ok({ port: Number(value) }) : err('a whole number from 0 to 65535'),
  },
  'data-dir': {
    syntax: '--data-dir=DIR',
    help: 'folder of journal, settings and logs (default: the data folder of this platform)',
    parse: (value) => (value === '' ? err('the path of a folder') : ok({ dataDir: path.resolve(value) })),
  },
  market: {
    syntax: '--market=KIND',
    help: 'recorded: the bundled recording; live: the market itself; practice: the exchange on this machine (default recorded)',
    parse: oneOf('market', MARKET_KINDS),
  },
  recording: {
    syntax: '--recording=NAME',
    help: 'which recording: default (51 days of minutes), 2023 (eight months, with Fear & Greed) or book (five minutes, with order book)',
    parse: (value) =>
      /^[a-z0-9][a-z0-9-]{0,31}$/.test(value) ? ok({ recording: value }) : err('a name of small letters, digits and hyphens'),
  },
  speed: {
    syntax: '--speed=N|max',
    help: `replay speed as a multiple of real time, up to ${SPEED_MAX}, or max (default ${DEFAULT_SPEED}; ${DEFAULT_BOOK_SPEED} with --recording=${BOOK_RECORDING})`,
    parse: (value) => {
      if (value === 'max') return ok({ speed: 0 })
      const speed = /^\d{1,3}(\.\d{1,3})?$/.test(value) ? Number(value) : Number.NaN
      return speed > 0 && speed <= SPEED_MAX ? ok({ speed }) : err(`a number above 0 and at most ${SPEED_MAX}, or max`)
    },
  },
}

export const HELP = [
  'Usage: npm start -- [options]',
  '',
  ...Object.values(OPTIONS).map(({ syntax, help }) => `  ${syntax.padEnd(26)}${help}`),
  `  ${'--help'.padEnd(26)}this text`,
].join('\n')

const name = (argument: string): string => argument.slice(2).split('=', 1)[0] ?? ''

/** What stands in `args` of our own options; Electron's and Chromium's switches in between are left to them. */
export const ownArguments = (args: readonly string[]): string[] =>
  args.filter((argument) => argument.startsWith('--') && Object.hasOwn(OPTIONS, name(argument)))

/** The error is one sentence that names the option, its value and what was expected. */
export function parseCommandLine(args: readonly string[], surroundings: Surroundings): Result<LaunchOptions | 'help', string> {
  let options: LaunchOptions = {
    shell: 'auto',
    port: DEFAULT_PORT,
    dataDir: defaultDataDir(surroundings),
    market: 'recorded',
    recording: DEFAULT_RECORDING,
    speed: Number.NaN,
  }
  for (const argument of args) {
    if (argument === '--help') return ok('help')
    const option = argument.startsWith('--') && Object.hasOwn(OPTIONS, name(argument)) ? OPTIONS[name(argument)] : undefined
    if (!option)
      return err(
        `unknown option ${JSON.stringify(argument)}; expected one of ${Object.values(OPTIONS)
          .map((known) => known.syntax)
          .join(', ')}, --help`,
      )
    const equals = argument.indexOf('=')
    if (equals < 0) return err(`option ${argument} has no value; expected ${option.syntax}`)
    const parsed = option.parse(argument.slice(equals + 1))
    if (!parsed.ok) return err(`option --${name(argument)} is ${JSON.stringify(argument.slice(equals + 1))}, expected ${parsed.error}`)
    options = { ...options, ...parsed.value }
  }
  if (!Number.isNaN(options.speed)) return ok(options)
  return ok({ ...options, speed: options.recording === BOOK_RECORDING ? DEFAULT_BOOK_SPEED : DEFAULT_SPEED })
}
