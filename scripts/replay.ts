// Runs a recorded session again and compares the hash of everything it did: npm run replay -- FILE
import { replaySession } from '../src-main/engine/session-replay.ts'

const path = process.argv[2]
if (path === undefined) {
  process.stderr.write('usage: npm run replay -- FILE   (recordings lie in the data directory, in recordings/)\n')
  process.exit(2)
}
const outcome = await replaySession(path)
if (!outcome.ok) {
  process.stderr.write(`${outcome.error}\n`)
  process.exit(2)
}
const { events, effects, hash, recordedHash, matches } = outcome.value
process.stdout.write(
  `${events} events, ${effects} effects\nhash      ${hash}\nrecorded  ${recordedHash ?? 'none: the session was cut off'}\n`,
)
process.stdout.write(
  matches ? 'The same, bit for bit.\n' : recordedHash === null ? '' : 'DIFFERENT: this version does not do what was done then.\n',
)
process.exitCode = matches || recordedHash === null ? 0 : 1
