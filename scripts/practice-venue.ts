// npm run practice-venue -- [--venue=ID] [--port=N] [--control-port=N] [--seed=N] [--speed=X] [--start=ISO] [--config=FILE]
// Opens a simulated exchange on the loopback interface and prints one line of JSON: where it is, a made-up key, where it is controlled.
// Ends on SIGINT, SIGTERM, and when the process that started it is gone. Exit status: 0 ended, 1 not opened, 2 not understood.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type VenueConfig, parseVenueConfig } from '../src-main/practice-venue/wire/venue-config.ts'
import { PRACTICE_DEFAULTS, listedMarkets, openPracticeVenue, practiceVenues } from '../src-main/practice-venue/wire/practice-venue.ts'
import { VENUES, isVenueId } from '../src-shared/domain/venue.ts'

const PARENT_CHECK_MS = 500

class UsageError extends Error {}

function number(name: string, text: string, most: number): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= most)) throw new UsageError(`--${name}=${text}, expected a number from 0 to ${most}`)
  return value
}
function whole(name: string, text: string, most: number): number {
  const value = number(name, text, most)
  if (!Number.isInteger(value)) throw new UsageError(`--${name}=${text}, expected a whole number`)
  return value
}

function readConfig(file: string | undefined, venue: Parameters<typeof listedMarkets>[0]): VenueConfig {
  if (file === undefined) return { limits: null, wallets: null, markets: null }
  try {
    return parseVenueConfig(JSON.parse(readFileSync(file, 'utf8')), listedMarkets(venue))
  } catch (error) {
    throw new UsageError(`--config=${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      venue: { type: 'string', default: 'binanceusdm' },
      port: { type: 'string', default: '0' },
      'control-port': { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      speed: { type: 'string', default: '1' },
      start: { type: 'string' },
      config: { type: 'string' },
    },
  })
  const { venue } = values
  if (!isVenueId(venue) || !practiceVenues().includes(venue)) {
    throw new UsageError(`--venue=${venue}, expected one of ${practiceVenues().join(', ')}`)
  }
  const startMs = values.start === undefined ? null : Date.parse(values.start)
  if (Number.isNaN(startMs)) throw new UsageError(`--start=${values.start}, expected a time such as 2026-01-05T00:00:00Z`)
  return {
    ...PRACTICE_DEFAULTS,
    ...readConfig(values.config, venue),
    venue,
    port: whole('port', values.port, 65_535),
    controlPort: whole('control-port', values['control-port'], 65_535),
    seed: whole('seed', values.seed, 4_294_967_295),
    speed: number('speed', values.speed, 10_000),
    startMs,
  }
}

async function main(): Promise<number> {
  const options = readOptions()
  const venue = await openPracticeVenue(options)
  const { restUrl, wsUrl, controlUrl, key } = venue
  const told = {
    venue: options.venue,
    name: VENUES[options.venue].name,
    restUrl,
    wsUrl,
    controlUrl,
    apiKey: key.key,
    apiSecret: key.secret,
    passphrase: VENUES[options.venue].hasPassphrase ? key.passphrase : null,
    seed: options.seed,
    speed: options.speed,
    pid: process.pid,
  }
  process.stdout.write(`${JSON.stringify(told)}\n`)
  await askedToEnd()
  await venue.close()
  return 0
}

function askedToEnd(): Promise<void> {
  const parent = process.ppid
  return new Promise((done) => {
    const watch = setInterval(() => {
      if (process.ppid !== parent) end()
    }, PARENT_CHECK_MS)
    const end = (): void => {
      clearInterval(watch)
      done()
    }
    process.once('SIGINT', end)
    process.once('SIGTERM', end)
  })
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  const isUsage =
    error instanceof UsageError || (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
  process.exitCode = isUsage ? 2 : 1
}
