// Processes that believe it is another time of day, all by the same shift: a minute then closes when a scenario is ready for it. Time passes at its
// real pace, timers and sockets are untouched.

import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** For `node --import`: moves what Date says by `shiftMs`. */
export const shiftedClock = (shiftMs: number): string =>
  `data:text/javascript,${encodeURIComponent(`
    const Real = Date, now = Real.now
    globalThis.Date = class Date extends Real {
      constructor(...given) { super(...(given.length === 0 ? [now() + ${shiftMs}] : given)) }
      static now() { return now() + ${shiftMs} }
    }
  `)}`

/** What the processes compile is kept for the next ones: most of a short life would go into it. */
export const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(tmpdir(), 'tradewright-compiled') }
