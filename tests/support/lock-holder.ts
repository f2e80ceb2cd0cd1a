// Takes the lock of the data directory named on the command line and holds it until it is killed.
import { lockDataDir } from '../../src-main/host/data-dir.ts'

const lock = lockDataDir(process.argv[2] ?? '')
process.send?.(lock.ok)
setInterval(() => lock, 60_000)
