// Proves that docs/features.md is the catalogue: every feature with its unit, warm-up, inputs and definition, as the registry has them.
// After a change of the registry write it anew: vitest run tests/unit/feature-catalogue.test.ts -u
import { describe, expect, it } from 'vitest'
import { featureCatalogue } from '../../src-main/core/features/registry.ts'
import type { FeatureSpec } from '../../src-main/core/features/feature.ts'
import { MEASURES } from '../../src-shared/domain/measure.ts'

const INTRODUCTION = `# Features

Every number a strategy, a model or a chart can ask for, computed once per closed candle. This page is written from the registry by
\`tests/unit/feature-catalogue.test.ts\`; the registry is \`src-main/core/features/families.ts\`.

- **Names.** A base and its numbers, such as \`ema_21\` or \`bollinger_upper_20_2.5\`. The tables show typical numbers; any in range works. Numbers
  at the end that equal their default are left out: \`keltner_upper_20\` is \`keltner_upper_20_1.5\`. An unknown name is refused with the nearest
  ones.
- **Warm-up.** A feature is NaN until it has its whole window; the warm-up is the number of the candle that gives the first value. Later it is
  NaN only where the table says when. It is never infinite.
- **Two forms, one result.** Candle by candle (\`createFeatureSet\`) and over columns (\`computeFeatures\`) give the same numbers bit for bit, and
  candles to come change nothing.
- **Units.** A price, volume, base or quote scales with the units of price and volume; ratios, percents and indices do not. A ratio of 0.01 is 1 %.
- **Definitions** follow TA-Lib: Wilder's smoothing, EMAs seeded with the mean of their first window, population standard deviations, no
  unstable period. They are held against TA-Lib itself, other libraries or the plain formula to 1e-9 (\`tests/golden/feature-*\`).

## Where implementations disagree

- **ADX, ±DI**: equal movements up and down count for neither side, as in TA-Lib; some libraries count both. Without any movement ADX keeps its
  value.
- **MACD**: the fast EMA is seeded with the last values of the slow window, as in TA-Lib, so line and signal start together.
- **ATR**: the first candle has no true range, as in TA-Lib; Wilder's smoothing, not a plain mean.
- **RSI, Stochastic, %R, CCI, MFI** in a market that does not move are 0, as in TA-Lib. TA-Lib gives an MFI of 0 below one unit of traded value
  already; here only when nothing was traded at a price that moved.
- **Stochastic RSI** is TA-Lib's: the place of RSI in its range without slowing, and its mean. Charting sites slow the first by another 3.
- **Keltner** is Linda Raschke's form: an EMA of closes with ATR of the same length around it. Keltner's own used typical prices and plain ranges.
- **Hull** rounds the half and the root of its period down, as Tulip does; some round to the nearest.
- **Ichimoku** spans stand at the candle that computes them; \`ichimoku_cloud_*\` is the cloud a chart shows at this candle, 26 candles later.
- **SuperTrend** starts above or below by the first close against its lower band; others start upwards. After the first turn they agree.
- **Volatilities** are annualised by the bars of this length in 365 days: crypto does not close.
- **Percentile ranks** count ties half, so that a market that does not move stands at 0.5.
- **Volume profile** spreads the volume of a candle evenly over its range; the value area grows one bin at a time. Exact volumes by price need trades.
- **Swings** are known \`n\` candles late, and are given from then on: nothing looks ahead.
`

const isFromMeasures = ({ inputs }: FeatureSpec): boolean => inputs.some((input) => (MEASURES as readonly string[]).includes(input))
const row = ({ name, version, unit, warmupCandles, inputs, definition, unknownWhen }: FeatureSpec): string =>
  `| \`${name}\` | ${version} | ${unit} | ${warmupCandles} | ${inputs.join(', ')} | ${definition.replaceAll('|', '\\|')}${unknownWhen === null ? '' : ` (NaN while ${unknownWhen})`} |`
const table = (specs: readonly FeatureSpec[]): string =>
  ['| name | version | unit | warm-up | inputs | definition |', '| --- | ---: | --- | ---: | --- | --- |', ...specs.map(row)].join('\n')

describe('docs/features.md', () => {
  it('lists every feature of the catalogue as the registry has it', async () => {
    const catalogue = featureCatalogue()
    const fromCandles = catalogue.filter((spec) => !isFromMeasures(spec))
    const fromMeasures = catalogue.filter(isFromMeasures)
    const page = `${INTRODUCTION}
## From candles

${fromCandles.length} features.

${table(fromCandles)}

## From measures

${fromMeasures.length} features. A measure is a number about a market that its candles do not have: what positions pay, what trades and the book say. A feature
reads it as it stood when the candle closed.

${table(fromMeasures)}
`
    await expect(page).toMatchFileSnapshot('../../docs/features.md')
  })
})
