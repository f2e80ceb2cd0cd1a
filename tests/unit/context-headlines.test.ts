// Proves what is read out of a headline: its mood and the assets it names; and that the bundled headlines were read by this very reader.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { agreement } from '../../scripts/headline-agreement.ts'
import { assetNames, plainBase } from '../../src-main/adapters/context/asset-names.ts'
import { meanSentiment, openHeadlineReader } from '../../src-main/adapters/context/headline-reader.ts'

const reader = await openHeadlineReader(['BTC', 'ETH', 'WIF', '1000PEPE'])
const SHARED = path.resolve(import.meta.dirname, '../../../shared/data/sentiment/news-headlines-2024-04-05.csv.gz')

describe('a headline', () => {
  it.each([
    ['Bitcoin rises above $69,000 in new record high', ['BTC']],
    ['BITCOIN CASH halves its reward', ['BCH']],
    ['Ethereum Classic forks again', ['ETC']],
    ['BTC, ETH and Solana: what comes next?', ['BTC', 'ETH', 'SOL']],
    ['Bitcoin up, bitcoins out, btc down', ['BTC']],
    ['Ripple wins in court', ['XRP']],
    ['$WIF and $LINK lead', ['LINK', 'WIF']],
    ['Follow this link to see how near we are to the dot-com bubble', []],
    ['Whether or not ethics matter in the Netherlands', []],
    ['Pepe rallies as traders return', ['PEPE']],
    ['Stocks close higher', []],
    ['', []],
  ])('“%s” names %j', (title, assets) => {
    expect(reader.read(title).assets).toEqual(assets)
  })

  it('has a mood between −1 and 1: above 0 for good news, below for bad, 0 where no word has one', () => {
    expect(reader.read('Investors celebrate great gains').sentiment).toBeGreaterThan(0)
    expect(reader.read('Hackers steal millions in a terrible fraud').sentiment).toBeLessThan(0)
    expect(reader.read('The committee meets on Tuesday').sentiment).toBe(0)
    const loud = 'excellent wonderful superb outstanding '
    expect(Math.abs(reader.read(loud.repeat(40)).sentiment)).toBeLessThanOrEqual(1)
  })

  it('reads the same in a second reader, also of one that knows more assets', async () => {
    const other = await openHeadlineReader(['BTC', 'NEWCOIN'])
    expect(other.read('Bitcoin gains while $NEWCOIN falls')).toEqual({
      ...reader.read('Bitcoin gains while $NEWCOIN falls'),
      assets: ['BTC', 'NEWCOIN'],
    })
    expect(reader.read('Bitcoin gains').assets).toEqual(['BTC'])
  })
})

describe('the mood of a day', () => {
  const day = [
    { sentiment: 0.5, assets: ['BTC'] },
    { sentiment: -0.25, assets: ['BTC', 'ETH'] },
    { sentiment: 1, assets: [] },
  ]
  it('is the mean over the headlines that name the asset, and unknown without any', () => {
    expect([meanSentiment(day, 'BTC'), meanSentiment(day, 'ETH'), meanSentiment(day, 'SOL'), meanSentiment([], 'BTC')]).toEqual([
      0.125,
      -0.25,
      null,
      null,
    ])
  })
})

describe('the names of assets', () => {
  it('hold the ticker of an unknown asset only behind a dollar sign', () => {
    expect(assetNames(['WIF', 'BTC']).get('WIF')).toEqual(['$ wif'])
    expect(assetNames(['1000PEPE']).get('PEPE')).toEqual(assetNames([]).get('PEPE'))
  })
  it.each([
    ['1000PEPE', 'PEPE'],
    ['1000000MOG', 'MOG'],
    ['1INCH', '1INCH'],
    ['BTC', 'BTC'],
  ])('take %s for %s', (base, plain) => {
    expect(plainBase(base)).toBe(plain)
  })
})

describe('the bundled headlines', () => {
  it('carry what this reader reads in them', () => {
    const lines = gunzipSync(readFileSync(path.resolve(import.meta.dirname, '../../assets/context/headlines-2024.csv.gz')))
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
    expect(lines.length).toBeGreaterThan(400)
    for (const line of lines) {
      const [, , sentiment = '', assets = '', title = ''] = /^((\d+)),([^,]*),([^,]*),(.*)$/.exec(line)?.slice(1) ?? []
      const read = reader.read(title.length > 0 ? title : expect.fail(line))
      expect(Number(sentiment), title).toBeCloseTo(read.sentiment, 5)
      expect(assets, title).toBe(read.assets.join(' '))
    }
  })

  it.skipIf(!existsSync(SHARED))('agree with the scores of another machine about as often as docs/decisions.md says', () => {
    const pairs = gunzipSync(readFileSync(SHARED))
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => ({
        own: reader.read(line.slice(line.indexOf(',') + 1, line.lastIndexOf(','))).sentiment,
        theirs: Number(line.slice(line.lastIndexOf(',') + 1)),
      }))
    const { count, silent, compared, agreeing, correlation } = agreement(pairs)
    expect([count, silent, compared, agreeing]).toEqual([451, 188, 160, 103])
    expect(correlation).toBeCloseTo(0.12, 2)
  })
})
