// A day of live trading within ten minutes: does memory stay flat, and do listeners, timers and sockets stay as many as they were? The whole engine
// trades through the real connector over real HTTP and WebSocket with the practice venue in another process, paper beside it; time moves in steps of
// five market seconds (tests/support/live-day.ts). LIVE_DAY_HOURS runs fewer hours. Run: npm run bench -- live-day
import { type HourRow, LiveDay, slopeOf } from '../support/live-day.ts'

const HOURS = Number(process.env['LIVE_DAY_HOURS'] ?? 24)
/** The caches of charts, history and signals fill up in the first hours. */
const WARM_HOURS = Math.min(4, HOURS)
const REAL_SECONDS_MAX = 600
const MB = 1_048_576
const mb = (bytes: number): string => (bytes / MB).toFixed(1)

const startedMs = performance.now()
const day = await LiveDay.open()
console.log('hour   real s  heap MB   rss MB  sockets  listeners  timers  intervals  at venue  orders  fills  exposed s  late')
const rows: HourRow[] = []
for (let hour = 1; hour <= HOURS; hour += 1) {
  const row = await day.hour(hour)
  rows.push(row)
  const cells = [row.sockets, row.listeners, row.scheduled, row.intervals, row.venueSockets, row.orders, row.fills]
  const [sockets, listeners, timers, intervals, venueSockets, orders, fills] = cells.map(String)
  console.log(
    `${String(hour).padStart(4)} ${row.realSeconds.toFixed(1).padStart(8)} ${mb(row.heapBytes).padStart(8)} ${mb(row.rssBytes).padStart(8)} ` +
      `${sockets?.padStart(8)} ${listeners?.padStart(10)} ${timers?.padStart(7)} ${intervals?.padStart(10)} ${venueSockets?.padStart(9)} ` +
      `${orders?.padStart(7)} ${fills?.padStart(6)} ${row.exposedSeconds.toFixed(1).padStart(10)} ${String(row.lateSteps).padStart(5)}  ${JSON.stringify(row.resources)}`,
  )
}
const end = await day.end()
await day.close()
const realSeconds = (performance.now() - startedMs) / 1_000

const warm = rows.slice(WARM_HOURS - 1)
const [first] = warm
const last = rows.at(-1)
if (first === undefined || last === undefined) throw new Error('no hour was lived through')
const growthOf = (pick: (row: HourRow) => number): number => pick(last) / pick(first)
const heapSlopeMb = warm.length > 1 ? slopeOf(warm.map(({ heapBytes }) => heapBytes / MB)) : 0
console.log(
  `\nheap of hours ${WARM_HOURS} to ${HOURS}: ${heapSlopeMb.toFixed(3)} MB an hour; hour ${HOURS} over hour ${WARM_HOURS}: ${growthOf((row) => row.heapBytes).toFixed(3)}`,
)
console.log(
  `rss ${growthOf((row) => row.rssBytes).toFixed(3)}   sockets ${growthOf((row) => row.sockets).toFixed(3)}   listeners ${growthOf((row) => row.listeners).toFixed(3)}   timers ${growthOf((row) => row.scheduled).toFixed(3)}   sockets at the venue ${growthOf((row) => row.venueSockets).toFixed(3)}`,
)
console.log(JSON.stringify(end))
for (const line of day.log.slice(-10)) console.log(line)
const isGood =
  end.journalOk &&
  end.journalFills === end.venueFills &&
  end.roundTrips > 0 &&
  end.orphans.length + end.duplicates.length + end.positionsLeft === 0 &&
  realSeconds <= REAL_SECONDS_MAX
console.log(
  JSON.stringify({
    bench: 'live-day',
    hours: HOURS,
    realSeconds: Math.round(realSeconds),
    marketSecondsPerSecond: Math.round((HOURS * 3_600) / realSeconds),
    heapSlopeMbPerHour: heapSlopeMb,
    heapRatio: growthOf((row) => row.heapBytes),
    rssRatio: growthOf((row) => row.rssBytes),
    socketsRatio: growthOf((row) => row.sockets),
    listenersRatio: growthOf((row) => row.listeners),
    timersRatio: growthOf((row) => row.scheduled),
    orders: last.orders,
    fills: end.venueFills,
    roundTrips: end.roundTrips,
    exposedSeconds: rows.reduce((sum, row) => sum + row.exposedSeconds, 0),
    longestExposureMs: end.longestExposureMs,
    isGood,
  }),
)
process.exit(isGood ? 0 : 1)
