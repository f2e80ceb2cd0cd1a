// A process that imports candles into the store named on its command line until it is killed, and says how far it is: `open` once the store
// is open, the rows given so far, `finishing` right before the last step and `finished` after it.
import { writeSync } from 'node:fs'
import { openMarketStore } from '../../src-main/adapters/market-store/market-store.ts'
import { candleColumns, importOf, minutes, refOf } from './market-store.ts'

const [file = '', rowsText = '0', endText = 'finish'] = process.argv.slice(2)
const BATCH = 8_192
const store = openMarketStore(file)
writeSync(1, 'open\n')
const writer = store.begin(importOf(refOf('candles'), 'killed.csv'))
for (let from = 0; from < Number(rowsText); from += BATCH) {
  writer.addCandles(candleColumns(minutes(from, from + BATCH)))
  writeSync(1, `${from + BATCH}\n`)
}
if (endText === 'finish') {
  writeSync(1, 'finishing\n')
  writer.finish()
  writeSync(1, 'finished\n')
}
// Keeps the process and with it the unfinished import alive.
setInterval(() => {}, 60_000)
