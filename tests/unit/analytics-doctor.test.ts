// Proves each warning of the doctor on a sound run that is made sick in one way, and that the sound run is left alone.
import { describe, expect, test } from 'vitest'
import { doctor } from '../../src-main/core/analytics/doctor/doctor.ts'
import type { DoctorInput, DoctorWarning } from '../../src-main/core/analytics/doctor/warning.ts'
import { runMetrics } from '../../src-main/core/analytics/run-metrics.ts'
import { END_OF_TEST, type RunRecord, type RunTrip } from '../../src-main/core/analytics/run-record.ts'
import { createRandom } from '../../src-main/core/simulation/random.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'
import { money } from '../../src-shared/domain/decimal.ts'
import { BTC, START_MS } from '../support/journal-records.ts'
import { runDecision, runFill, runRecord, runTrip } from '../support/run-records.ts'

const DAYS = 120
const HOURS = DAYS * 24

/** One candle an hour around 100, from the start, with a range of 1 %. */
function hourly(changes: Partial<Record<keyof CandleColumns, (index: number) => number>> = {}): CandleColumns {
  const column = (name: keyof CandleColumns, value: number): Float64Array =>
    Float64Array.from({ length: HOURS }, (_, i) => changes[name]?.(i) ?? value)
  const openTimeMs = Float64Array.from({ length: HOURS }, (_, i) => changes.openTimeMs?.(i) ?? START_MS + i * HOUR_MS)
  return {
    openTimeMs,
    open: column('open', 100),
    high: column('high', 100.5),
    low: column('low', 99.5),
    close: column('close', 100),
    volume: column('volume', 1000),
  }
}

/** Profits that no single one, few, or month of them make. */
function soundTrips(): RunTrip[] {
  const random = createRandom(1)
  return Array.from({ length: 200 }, (_, i) => {
    const closed = (i + 1) * 14 * 60
    return runTrip(Math.round(random.fraction() * 30 - 10) / 10, closed, { openedMs: START_MS + (closed - 300) * MINUTE_MS })
  })
}

function soundRecord(changes: Partial<RunRecord> = {}): RunRecord {
  const random = createRandom(2)
  let equity = 100
  const curve = Array.from({ length: HOURS }, () => (equity *= 1 + (random.fraction() - 0.45) * 0.004))
  return runRecord(
    { equity: curve, stepMs: HOUR_MS, open: curve.map((_, i) => (i % 3 === 0 ? 1 : 0)), benchmark: curve.map(() => 1.01) },
    {
      trips: soundTrips(),
      fills: [runFill(), runFill({ side: 'sell', tsMs: START_MS + 5 * HOUR_MS, price: 100.2 })],
      decisions: Array.from({ length: 220 }, (_, i) => runDecision(i, i % 4 === 0 ? { executed: false, reason: `reason ${i % 16}` } : {})),
      ...changes,
    },
  )
}

const soundInput = (record: RunRecord): DoctorInput => ({
  record,
  metrics: runMetrics(record),
  simulation: { slippage: { kind: 'fixed', basisPoints: 2 }, participationMax: 0.1 },
  candles: new Map([[BTC, hourly()]]),
  series: [{ instrumentId: BTC, kind: 'candles', gaps: [], outliersMs: [] }],
  warmUps: [{ name: 'trend', askedMs: 10 * DAY_MS, givenMs: 60 * DAY_MS }],
  search: null,
})
const diagnose = (record: Partial<RunRecord>, input: Partial<DoctorInput> = {}): DoctorWarning[] =>
  doctor({ ...soundInput(soundRecord(record)), ...input })
const codes = (found: readonly DoctorWarning[]): string[] => found.map(({ code }) => code)
const find = (found: readonly DoctorWarning[], code: string): DoctorWarning => {
  const warning = found.find((one) => one.code === code)
  if (warning === undefined) throw new Error(`no ${code} among ${codes(found).join(', ')}`)
  return warning
}

test('a sound run is left alone', () => {
  expect(diagnose({})).toEqual([])
})

test('the gravest come first, and texts fit the screen', () => {
  const found = diagnose({ trips: soundTrips().slice(0, 12), liquidations: 2, alerts: ['x'.repeat(3000)], fills: [runFill({ price: 90 })] })
  const order = ['critical', 'warning', 'info']
  expect(found.map(({ severity }) => order.indexOf(severity))).toEqual(
    found.map(({ severity }) => order.indexOf(severity)).toSorted((a, b) => a - b),
  )
  for (const { title, detail } of found) expect([title.length <= 120, detail.length <= 600]).toEqual([true, true])
})

describe('trades', () => {
  test('none at all', () => {
    const warning = find(diagnose({ trips: [], fills: [] }), 'no_trades')
    expect(warning).toMatchObject({ severity: 'critical', detail: expect.stringContaining('220 signals') })
  })

  test('too few, with how many it takes', () => {
    expect(find(diagnose({ trips: soundTrips().slice(0, 9) }), 'few_trades').severity).toBe('critical')
    const some = find(diagnose({ trips: soundTrips().slice(0, 29) }), 'few_trades')
    expect(some.severity).toBe('warning')
    expect(some.detail).toMatch(/^29 round trips\. With their mean and spread, \d+ are needed/)
    // Alternating +11 and −10: mean 0.5, deviation 10.5, so 1 + (1.645 × 10.518 ÷ 0.5)² = 1,198.1.
    const many = Array.from({ length: 300 }, (_, i) => runTrip(i % 2 === 0 ? 11 : -10, i + 1))
    expect(find(diagnose({ trips: many }), 'few_trades').detail).toMatch(/^300 round trips\. .* 1,199 are needed/)
  })

  test('a record that is too short for its Sharpe ratio', () => {
    const record = runRecord({ equity: Array.from({ length: 20 }, (_, i) => 100 + (i % 2) * 2 + i * 0.05) })
    expect(find(doctor(soundInput(record)), 'short_record').detail).toMatch(/over 20 days\. .* it takes [\d,]+ days/)
  })

  test('one that makes it all, and a few that do', () => {
    const small = Array.from({ length: 60 }, (_, i) => runTrip(i % 2 === 0 ? 1 : -1.5, i + 1))
    const one = diagnose({ trips: [...small, runTrip(40, 100)] })
    expect(find(one, 'one_trade').detail).toBe('The best round trip made 40.00 of 25.00. The other 60 made −15.00 together.')
    expect(codes(one)).not.toContain('few_best_trades')
    const few = diagnose({ trips: [...small, runTrip(9, 100), runTrip(8, 101), runTrip(8, 102)] })
    expect(find(few, 'few_best_trades').detail).toContain('(4 of 63) made 26.00 of 10.00')
    expect(codes(few)).not.toContain('one_trade')
  })

  test('one month that makes it all', () => {
    const equity = Array.from({ length: 110 }, (_, day) => (day < 40 ? 100 - day * 0.1 : 120 - day * 0.1))
    expect(find(doctor(soundInput(runRecord({ equity }))), 'one_month').detail).toMatch(/^2026-02 made .* The other 3 months made −/)
  })

  test('income from funding and rebates', () => {
    const trips = soundTrips()
    const net = trips.reduce((total, { trip }) => total + Number(trip.netPnl) / 1e12, 0)
    const withFunding = (share: number): RunTrip[] => [...trips, runTrip(0, 9999, { funding: money((net * share).toFixed(6)) })]
    expect(find(diagnose({ trips: withFunding(0.6) }), 'funding_income').severity).toBe('info')
    expect(find(diagnose({ trips: withFunding(1.2) }), 'funding_income').severity).toBe('warning')
    expect(find(diagnose({ fills: [runFill({ fee: -net })] }), 'rebate_income').severity).toBe('warning')
  })

  test('liquidations', () => {
    expect(find(diagnose({ liquidations: 1 }), 'liquidated')).toMatchObject({
      severity: 'critical',
      detail: expect.stringContaining('1 position:'),
    })
  })
})

describe('the account', () => {
  test('holding that would have made more', () => {
    const { equity } = soundRecord().steps
    const last = (equity.at(-1) ?? 0) / 100
    const calm = Array.from(equity, (_, i) => 1 + ((last - 1 + 0.1) * i) / HOURS)
    const wild = calm.map((value, i) => (i === 500 ? value * 0.4 : value))
    const against = (benchmark: readonly number[]): DoctorWarning =>
      find(diagnose({ steps: { ...soundRecord().steps, benchmark: Float64Array.from(benchmark) } }), 'benchmark_better')
    expect(against(calm).severity).toBe('warning')
    expect(against(wild)).toMatchObject({ severity: 'info', detail: expect.stringContaining('the run fell less') })
  })

  test('always or hardly ever in the market', () => {
    const open = (every: (i: number) => boolean) => ({
      steps: { ...soundRecord().steps, open: Uint8Array.from({ length: HOURS }, (_, i) => (every(i) ? 1 : 0)) },
    })
    expect(codes(diagnose(open(() => true)))).toEqual(['exposure_high'])
    expect(codes(diagnose(open((i) => i % 150 === 0)))).toEqual(['exposure_low'])
  })

  test('turnover, and fees that take the profit', () => {
    const fills = Array.from({ length: 3000 }, () => runFill())
    expect(find(diagnose({ fills }), 'turnover_high').detail).toMatch(/turned over 1\d\.\d times a day/)
    const trips = soundTrips().map((one) => ({ ...one, trip: { ...one.trip, fees: money('0.4') } }))
    expect(find(diagnose({ trips }), 'turnover_high').detail).toMatch(/Fees took \d+\.\d% of the gross profit/)
  })

  test('a long time without a position', () => {
    const open = Uint8Array.from({ length: HOURS }, (_, i) => (i < 10 * 24 || i >= 60 * 24 ? 1 - (i % 2) : 0))
    const detail = find(diagnose({ steps: { ...soundRecord().steps, open } }), 'flat_stretch').detail
    expect(detail).toContain('for 50 days (41.7% of the run), from 2026-01-14 to 2026-03-06')
  })

  test('a halt that lasted to the end', () => {
    const halted = (fromDay: number) =>
      Array.from({ length: 60 }, (_, i) =>
        runDecision(i, i < 30 ? {} : { executed: false, reason: 'trading_halted', tsMs: START_MS + (fromDay + i - 30) * DAY_MS }),
      )
    expect(find(diagnose({ decisions: halted(20) }), 'halted')).toMatchObject({
      severity: 'critical',
      detail: expect.stringMatching(/for 100 of 120 days, 30 signals/),
    })
    expect(find(diagnose({ decisions: halted(80) }), 'halted').severity).toBe('warning')
    // Lifted again: something was executed after it.
    expect(codes(diagnose({ decisions: [...halted(20), runDecision(99, { tsMs: START_MS + 110 * DAY_MS })] }))).not.toContain('halted')
  })

  test('one reason that blocks most', () => {
    const decisions = Array.from({ length: 40 }, (_, i) => runDecision(i, i < 25 ? { executed: false, reason: 'cooldown' } : {}))
    expect(find(diagnose({ decisions }), 'blocked_by_one').detail).toContain('25 of 40 signals (62.5%) were blocked by “cooldown”')
    expect(codes(diagnose({ decisions: decisions.slice(0, 19) }))).not.toContain('blocked_by_one')
  })

  test('alerts', () => {
    expect(find(diagnose({ alerts: ['No stop for 12 s'] }), 'critical_alerts').detail).toBe('1 of them; the first: No stop for 12 s')
  })
})

describe('fills against their candles', () => {
  const with_ = (fills: RunRecord['fills'], candles = hourly()): DoctorWarning[] =>
    diagnose({ fills }, { candles: new Map([[BTC, candles]]) })

  test('prices better than the market ever was are impossible', () => {
    const found = find(with_([runFill({ price: 99.4 }), runFill()]), 'fill_better_than_market')
    expect(found).toMatchObject({
      severity: 'critical',
      detail: expect.stringMatching(/^1 of 2 fills .* by up to 10\.1 bp\. The first: buy 1 BTC/),
    })
    expect(codes(with_([runFill({ side: 'sell', price: 100.6 })]))).toEqual(['fill_better_than_market'])
  })

  test('prices beyond the candle against us are slippage, up to a measure', () => {
    expect(with_([runFill({ price: 100.9 }), runFill({ side: 'sell', price: 99.1 })])).toEqual([])
    expect(find(with_([runFill({ side: 'sell', price: 98 })]), 'fill_far_outside').severity).toBe('warning')
    expect(codes(with_([runFill({ price: 101.1 })]))).toEqual(['fill_far_outside'])
  })

  test('between two candles either may have been it', () => {
    const candles = hourly({ high: (i) => (i === 3 ? 105 : 100.5) })
    expect(with_([runFill({ tsMs: START_MS + 4 * HOUR_MS, side: 'sell', price: 104 })], candles)).toEqual([])
    expect(codes(with_([runFill({ tsMs: START_MS + 4 * HOUR_MS + 1, side: 'sell', price: 104 })], candles))).toEqual([
      'fill_better_than_market',
    ])
  })

  test('more than the candle’s share, or more than all of it', () => {
    expect(find(with_([runFill({ quantity: 150 })]), 'fill_above_volume')).toMatchObject({
      severity: 'warning',
      detail: expect.stringContaining('the largest 15.00%'),
    })
    expect(find(with_([runFill({ quantity: 1500 })]), 'fill_above_volume').severity).toBe('critical')
    expect(with_([runFill({ quantity: 100 })])).toEqual([])
  })

  test('no volume, no candle, no candles', () => {
    expect(codes(with_([runFill()], hourly({ volume: () => 0 })))).toEqual(['fill_without_volume'])
    expect(find(with_([runFill({ tsMs: START_MS - 1 })]), 'fill_without_candle').severity).toBe('critical')
    const late = hourly({ openTimeMs: (i) => START_MS + (i < 10 ? i : i + 5) * HOUR_MS })
    expect(codes(with_([runFill({ tsMs: START_MS + 12.5 * HOUR_MS })], late))).toEqual(['fill_without_candle'])
    expect(codes(diagnose({}, { candles: new Map() }))).toEqual(['fills_unchecked'])
  })

  test('slippage that is kind for this market', () => {
    const fixed = (basisPoints: number): DoctorWarning[] =>
      diagnose({}, { simulation: { slippage: { kind: 'fixed', basisPoints }, participationMax: 0.1 } })
    // 1 % an hour is 12.91 bp in a minute, and a twentieth of that 0.65 bp.
    expect(find(fixed(0.5), 'kind_slippage').detail).toContain('ranges over 12.91 bp on average, and 5% of that, 0.65 bp')
    expect(fixed(0.65)).toEqual([])
    const share = diagnose({}, { simulation: { slippage: { kind: 'volatility', share: 0.001 }, participationMax: 0.1 } })
    expect(find(share, 'kind_slippage').detail).toContain('taken to pay 0.10 bp')
  })
})

describe('the data', () => {
  test('trades over gaps', () => {
    const gap = { fromMs: START_MS + 10 * HOUR_MS, toMs: START_MS + 12 * HOUR_MS, rows: 3 }
    const series = [{ instrumentId: BTC, kind: 'candles' as const, gaps: [gap], outliersMs: [] }]
    expect(find(diagnose({}, { series }), 'trade_in_gap').detail).toMatch(/^1 of 200 round trips .* \(3 rows from 2026-01-05 10:00\)/)
    expect(diagnose({}, { series: series.map((one) => ({ ...one, instrumentId: 'ETH/USDT:USDT' })) })).toEqual([])
    expect(diagnose({}, { series: series.map((one) => ({ ...one, kind: 'funding' as const })) })).toEqual([])
  })

  test('trades at outliers', () => {
    const series = (openMs: number) => [{ instrumentId: BTC, kind: 'candles' as const, gaps: [], outliersMs: [openMs] }]
    // The first round trip closes after 14 hours.
    expect(find(diagnose({}, { series: series(START_MS + 13 * HOUR_MS) }), 'trade_at_outlier').detail).toMatch(/^1 of 200 round trips/)
    expect(diagnose({}, { series: series(START_MS + 11 * HOUR_MS + 1) })).toEqual([])
  })

  test('positions that only the end of a test closed', () => {
    const trips = soundTrips()
    const ended = trips.map((of, at) => (at < 198 ? of : { ...of, trip: { ...of.trip, exitReason: END_OF_TEST, netPnl: money('1.5') } }))
    const { severity, detail } = find(diagnose({ trips: ended }), 'closed_at_end')
    expect(severity).toBe('info')
    expect(detail).toMatch(
      /^Positions that were open when the test ended: 2\. .* with slippage and fee, and count as trades: \+?3\.00 net in all\.$/,
    )
  })

  test('incidents while it was fed', () => {
    const incident = { instrumentId: BTC, kind: 'gap', fault: null, fromMs: START_MS, missing: 7, message: '' } as const
    const bad = { ...incident, kind: 'bad_candle', fault: 'crossed', missing: 0 } as const
    expect(find(diagnose({ incidents: [incident, bad] }), 'feed_incidents').detail).toContain('7 candles were missing and 1 were refused')
  })

  test('less history than asked for', () => {
    const warmUps = [
      { name: 'trend', askedMs: 10 * DAY_MS, givenMs: 4 * DAY_MS },
      { name: 'imba', askedMs: 10 * DAY_MS, givenMs: 0 },
    ]
    expect(find(diagnose({}, { warmUps }), 'short_warm_up')).toMatchObject({
      severity: 'warning',
      detail: expect.stringMatching(/^imba asked for 10\.0 days .* had 0\.0, and 1 more/),
    })
    expect(find(diagnose({}, { warmUps: warmUps.slice(0, 1) }), 'short_warm_up').severity).toBe('info')
  })
})

describe('the search', () => {
  const origin = { trials: 200, annualSharpes: [0.1, 0.2, 0.3], parameters: [], inSample: false }
  const parameter = { name: 'imba.threshold', value: 1, min: 0, max: 2, scale: 'linear' as const }

  test('parameters at the edge of their range, linear or logarithmic', () => {
    const at = (value: number, changes = {}): string[] =>
      codes(diagnose({}, { search: { ...origin, parameters: [{ ...parameter, value, ...changes }] } }))
    expect([at(0), at(0.03), at(1.97), at(2)]).toEqual(Array.from({ length: 4 }, () => ['parameter_at_edge']))
    expect([at(0.05), at(1), at(1, { min: 1, max: 1 })]).toEqual([[], [], []])
    const log = { min: 1, max: 1000, scale: 'log' }
    expect([at(1.1, log), at(2, log), at(900, log)]).toEqual([['parameter_at_edge'], [], ['parameter_at_edge']])
  })

  test('many parameters at the edge are counted, not listed', () => {
    const parameters = Array.from({ length: 9 }, (_, i) => ({ ...parameter, name: `s.${i}`, value: 2 }))
    expect(find(diagnose({}, { search: { ...origin, parameters } }), 'parameter_at_edge').detail).toMatch(
      /s\.3 is 2 \(searched 0 to 2\); and 5 more\./,
    )
  })

  test('days that the parameters were chosen on', () => {
    expect(find(diagnose({}, { search: { ...origin, inSample: true } }), 'in_sample').detail).toContain('the pick of 200 trials')
  })

  test('a best that as many trials without skill would reach', () => {
    const wild = { ...origin, annualSharpes: [-6, -3, 0, 3, 6] }
    expect(find(diagnose({}, { search: wild }), 'picked_by_chance').detail).toMatch(
      /200 trials without skill would reach a Sharpe ratio of 1\d\.\d\d/,
    )
    expect(diagnose({}, { search: origin })).toEqual([])
  })
})
