// The other end of the order path, in a process of its own: a loopback account that acknowledges. Tells its port and credentials as a line of JSON.
import { BinanceAccountLoopback } from '../support/binance-account-loopback.ts'

const venue = await new BinanceAccountLoopback().listen()
console.log(JSON.stringify({ endpoints: venue.endpoints, key: venue.key, secret: venue.secret }))
process.on('SIGTERM', () => process.exit(0))
