// How well headlines are read, against scores that another machine gave: node scripts/headline-accuracy.ts <news-headlines.csv.gz>
// The file holds publishedAt,headline,sentiment. Its scores are no truth: nobody labelled these headlines by hand.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { openHeadlineReader } from '../src-main/adapters/context/headline-reader.ts'
import { agreement } from './headline-agreement.ts'

const file = process.argv[2]
if (file === undefined) throw new Error('which file? node scripts/headline-accuracy.ts <news-headlines.csv.gz>')
const reader = await openHeadlineReader([])
const pairs = gunzipSync(readFileSync(file))
  .toString('utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [, , title = '', score = ''] = /^([^,]+),(.*),([^,]*)$/.exec(line) ?? []
    return { own: reader.read(title).sentiment, theirs: Number(score) }
  })
const { count, silent, compared, agreeing, correlation } = agreement(pairs)
console.log(`${count} headlines; ${silent} (${percent(silent / count)}) hold no word with a mood and read as 0`)
console.log(`of ${compared} that both call good or bad (theirs beyond ±0.05), ${agreeing} agree: ${percent(agreeing / compared)}`)
console.log(`correlation of all scores: ${correlation.toFixed(2)}`)

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`
}
