// Proves that the command line of the lab understands what it should, and refuses the rest with a sentence that names the option and its value.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCall } from '../../src-main/lab/cli/command.ts'
import { CommandFailure, UsageError } from '../../src-main/lab/cli/faults.ts'
import { COMMANDS, runLabCommand } from '../../src-main/lab/cli/main.ts'
import { backtestSpec } from '../../src-main/lab/cli/backtest-spec.ts'
import { searchSpec, walkForwardSpec } from '../../src-main/lab/cli/search-spec.ts'
import { assignment, commaList, decimal, instant, range, whole } from '../../src-main/lab/cli/values.ts'
import type { World } from '../../src-main/lab/cli/world.ts'
import { Settings } from '../../src-shared/config/settings.ts'
import type { DataPassport } from '../../src-shared/domain/series.ts'
import { ok } from '../../src-shared/domain/result.ts'
import { ASSETS_DIR } from '../support/lab-data-dir.ts'
import { storeOf, openAsset } from '../support/recording-store.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

let dataDir: string
let out: string
let said: string
let world: World
beforeEach(() => {
  dataDir = temporaryDir()
  out = ''
  said = ''
  world = {
    version: '0',
    defaultDataDir: dataDir,
    assetsDir: '',
    entry: '',
    loadSettings: () => ok(Settings.parse({})),
    out: (text) => (out += text),
    say: (text) => (said += text),
    progress: null,
    onInterrupt: () => () => undefined,
    exit: () => undefined,
  }
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const passports: readonly DataPassport[] = storeOf(openAsset('market')).list()
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`)
const PERIOD = ['--from', '2025-05-10', '--to', '2025-06-10']

function callOf(name: string, args: readonly string[]) {
  const command = COMMANDS.find((each) => each.name === name)
  const call = command === undefined ? null : parseCall(command, args, world)
  if (call === null) throw new Error(`no call of ${name}`)
  return call
}
const specWorld = () => ({ dataDir, settings: Settings.parse({}), passports })
const backtest = (...args: readonly string[]) => backtestSpec(callOf('backtest', [...PERIOD, ...args]), specWorld())
const search = (...args: readonly string[]) =>
  searchSpec(callOf('search', [...PERIOD, '--dimension', 'trend-adaptive.stopMultiple=2:4', ...args]), specWorld())

describe('dates', () => {
  it.each([
    ['2025-05-10', day('2025-05-10')],
    ['2024-02-29', day('2024-02-29')],
    ['2025-05-10T13:30', day('2025-05-10') + 13.5 * 3_600_000],
    ['2025-05-10T13:30:15Z', day('2025-05-10') + 13.5 * 3_600_000 + 15_000],
    ['1970-01-01', 0],
  ])('takes %s', (text, ms) => expect(instant('from', text)).toBe(ms))

  it.each([
    '2025-02-29',
    '2025-13-01',
    '2025-00-10',
    '2025-05-32',
    '2025-5-1',
    '10.5.2025',
    '2025-05-10 13:30',
    '2025-05-10T24:00',
    '2025-05-10T13:60',
    '1746835200000',
    'yesterday',
    '',
    '0001-01-01',
    '2025-05-10T13:30+02:00',
  ])('refuses %j', (text) => {
    expect(() => instant('from', text)).toThrow(UsageError)
    expect(() => instant('from', text)).toThrow(`--from is ${JSON.stringify(text)}, expected a day such as 2025-05-10`)
  })
})

describe('numbers, lists and pairs', () => {
  it('are taken as they stand', () => {
    expect(decimal('x', '-0.5', { min: -1, max: 1 })).toBe(-0.5)
    expect(whole('x', '12', { min: 0, max: 12 })).toBe(12)
    expect(commaList('x', 'BTCUSDT, ETHUSDT')).toEqual(['BTCUSDT', 'ETHUSDT'])
    expect(assignment('set', 'imba.minScore=0.6')).toEqual(['imba.minScore', 0.6])
    expect(range('d', 'a-b.c=1:2')).toEqual({ strategyId: 'a-b', parameter: 'c', min: 1, max: 2, step: null, scale: 'linear' })
    expect(range('d', 'a.b=0.001:0.1:log')).toMatchObject({ min: 0.001, max: 0.1, step: null, scale: 'log' })
    expect(range('d', 'a.b=-5:5:0.5')).toMatchObject({ min: -5, max: 5, step: 0.5, scale: 'linear' })
  })

  it.each([
    () => decimal('x', '1e3', { min: 0, max: 9999 }),
    () => decimal('x', ' 1', { min: 0, max: 2 }),
    () => decimal('x', '3', { min: 0, max: 2 }),
    () => decimal('x', 'NaN', { min: 0, max: 2 }),
    () => whole('x', '1.0', { min: 0, max: 2 }),
    () => whole('x', '0x1', { min: 0, max: 2 }),
    () => commaList('x', 'A,,B'),
    () => commaList('x', 'A,A'),
    () => assignment('x', 'a.b'),
    () => assignment('x', 'a.b=c'),
    () => range('x', 'ab=1:2'),
    () => range('x', 'a.b=1'),
    () => range('x', 'a.b=1:2:-1'),
    () => range('x', 'a.b=1:2:3:4'),
  ])('are refused with their option: case %#', (read) => {
    expect(read).toThrow(UsageError)
    expect(read).toThrow(/^--x is "/)
  })
})

describe('a backtest', () => {
  it('has the defaults of the page where nothing is said', () => {
    const spec = backtest()
    expect(spec).toMatchObject({
      playbook: { id: 'trend' },
      data: { venue: 'binanceusdm', instruments: ['BTC/USDT:USDT', 'ETH/USDT:USDT'], timeframe: '1m', detail: null, warmupDays: 60 },
      initialBalance: '10000',
      leverage: 5,
      simulation: { seed: 1, latencyMs: 120, slippage: { kind: 'fixed', basisPoints: 1 }, fees: { kind: 'instrument' }, funding: true },
    })
    expect([spec.data.fromMs, spec.data.toMs]).toEqual([day('2025-05-10'), day('2025-06-10')])
  })

  it('takes every option', () => {
    const market = '--playbook imba --symbols ETHUSDT --timeframe 1m --warmup-days 5 --balance 2500.5 --leverage 3'
    const venue = '--seed 9 --latency 50 --latency-jitter 10 --slippage depth:0.5,0.25 --participation 0.05 --queue volume:2'
    const costs = '--fee-maker=-0.0001 --fee-taker 0.0004 --no-funding'
    const spec = backtest(...`${market} ${venue} ${costs}`.split(' '))
    expect(spec).toMatchObject({
      playbook: { id: 'imba' },
      data: { instruments: ['ETH/USDT:USDT'], warmupDays: 5 },
      initialBalance: '2500.5',
      leverage: 3,
      simulation: {
        seed: 9,
        latencyMs: 50,
        latencyJitterMs: 10,
        slippage: { kind: 'depth', basisPoints: 0.5, impact: 0.25 },
        participationMax: 0.05,
        queue: { kind: 'volume', ahead: 2 },
        fees: { kind: 'fixed', maker: -0.0001, taker: 0.0004 },
        funding: false,
      },
    })
  })

  it('sets parameters of the playbook’s strategies', () => {
    const spec = backtest('--set', 'trend-adaptive.stopMultiple=2.5', '--set', 'trend-adaptive.minSeparation=0.001')
    expect(spec.playbook.strategies.find(({ id }) => id === 'trend-adaptive')?.parameters).toEqual({
      stopMultiple: 2.5,
      minSeparation: 0.001,
    })
    expect(() => backtest('--set', 'imba.minScore=0.6')).toThrow(
      /--set: there is no strategy "imba" in this backtest; there are trend-adaptive/,
    )
  })

  it('knows an instrument by its short names, and says what there is', () => {
    for (const name of ['BTCUSDT', 'BTC/USDT', 'BTC/USDT:USDT'])
      expect(backtest('--symbols', name).data.instruments).toEqual(['BTC/USDT:USDT'])
    expect(() => backtest('--symbols', 'XRPUSDT')).toThrow(
      '--symbols names "XRPUSDT", which has no 1m candles of binanceusdm in the store; it has BTC/USDT:USDT, ETH/USDT:USDT',
    )
    expect(() => backtest('--timeframe', '5m')).toThrow('the store has no 5m candles of binanceusdm in this time; see "data list"')
  })

  it.each([
    [['--playbook', 'nope'], /playbook "nope" does not exist, expected one of trend, imba/],
    [['--to', '2025-05-10'], /--to is "2025-05-10", expected a time after --from "2025-05-10"/],
    [['--timeframe', '2m'], /--timeframe is "2m", expected one of 1m, 5m/],
    [['--leverage', '0'], /--leverage is "0", expected a number from 1 to 125/],
    [['--balance', 'lots'], /initialBalance is "lots", expected a plain decimal above 0/],
    [['--fee-maker', '0'], /--fee-maker and --fee-taker go together/],
    [['--slippage', 'wide:1'], /--slippage is "wide", expected one of fixed, volatility, depth/],
    [['--slippage', 'fixed'], /--slippage is "", expected a number from 0 to 500/],
    [['--queue', 'first'], /--queue is "first", expected one of last, volume/],
    [['--seed', '-1'], /--seed/],
  ])('refuses %j', (args, sentence) => {
    expect(() => backtest(...args)).toThrow(UsageError)
    expect(() => backtest(...args)).toThrow(sentence)
  })

  it('needs its period', () => {
    expect(() => backtestSpec(callOf('backtest', []), specWorld())).toThrow('--from is missing, expected a day')
    expect(() => backtestSpec(callOf('backtest', ['--from', '2025-05-10']), specWorld())).toThrow('--to is missing')
  })

  it('reads a whole specification from a file, and nothing beside it', () => {
    const file = path.join(dataDir, 'spec.json')
    const spec = backtest('--leverage', '7')
    writeFileSync(file, JSON.stringify(spec))
    expect(backtestSpec(callOf('backtest', ['--spec', file]), specWorld())).toEqual(spec)
    expect(() => backtestSpec(callOf('backtest', ['--spec', file, '--seed', '2']), specWorld())).toThrow('--seed goes with no --spec')
    writeFileSync(file, JSON.stringify({ ...spec, leverage: 500 }))
    expect(() => backtestSpec(callOf('backtest', ['--spec', file]), specWorld())).toThrow('leverage is 500, expected at most 125')
    writeFileSync(file, '{')
    expect(() => backtestSpec(callOf('backtest', ['--spec', file]), specWorld())).toThrow(CommandFailure)
    expect(() => backtestSpec(callOf('backtest', ['--spec', path.join(dataDir, 'none.json')]), specWorld())).toThrow(
      /specification .* cannot be read/,
    )
  })

  it('takes strategy files, and names one that cannot be read', () => {
    const file = path.join(dataDir, 'own.ts')
    writeFileSync(file, 'source')
    expect(backtest('--file', file).files).toMatchObject([{ name: 'own.ts', source: 'source' }])
    expect(() => backtest('--file', `${file}x`)).toThrow(/strategy file .*own\.tsx cannot be read/)
  })
})

describe('a search and a walk-forward', () => {
  it('have the defaults of the page where nothing is said', () => {
    expect(search()).toMatchObject({
      method: 'tpe',
      trials: 100,
      seed: 1,
      pruner: { kind: 'none' },
      validation: { kind: 'none' },
      workers: 0,
      objective: { terms: [{ metric: 'sharpe', weight: 1 }], tradesMin: 20 },
      dimensions: [{ strategyId: 'trend-adaptive', parameter: 'stopMultiple', min: 2, max: 4, step: null, scale: 'linear' }],
    })
    const walk = walkForwardSpec(callOf('walk-forward', [...PERIOD, '--dimension', 'a.b=1:2']), specWorld())
    expect(walk).toMatchObject({
      mode: 'rolling',
      trainDays: 180,
      validateDays: 30,
      testDays: 30,
      candidates: 5,
      purgeDays: 1,
      embargoDays: 1,
    })
  })

  it('take every option', () => {
    const spec = search(
      '--method',
      'grid',
      '--trials',
      '12',
      '--metric',
      'calmar',
      '--metric',
      'max_drawdown=0.5',
      '--trades-min',
      '5',
      '--pruner',
      'halving',
      '--search-seed',
      '4',
      '--workers',
      '2',
    )
    expect(spec).toMatchObject({
      method: 'grid',
      trials: 12,
      objective: {
        terms: [
          { metric: 'calmar', weight: 1 },
          { metric: 'max_drawdown', weight: 0.5 },
        ],
        tradesMin: 5,
      },
      pruner: { kind: 'halving' },
      seed: 4,
      workers: 2,
    })
    expect(search('--folds', '4').validation).toEqual({ kind: 'purged-k-fold', folds: 4, purgeDays: 1, embargoFraction: 0.01 })
    expect(search('--folds', '4', '--purge', '0.5', '--embargo', '0.02').validation).toMatchObject({
      purgeDays: 0.5,
      embargoFraction: 0.02,
    })
    const args = [
      '--mode',
      'anchored',
      '--train-days',
      '10',
      '--validate-days',
      '0',
      '--test-days',
      '5',
      '--candidates',
      '2',
      '--purge-days',
      '0.5',
      '--embargo-days',
      '2',
    ]
    expect(walkForwardSpec(callOf('walk-forward', [...PERIOD, '--dimension', 'a.b=1:2', ...args]), specWorld())).toMatchObject({
      mode: 'anchored',
      trainDays: 10,
      validateDays: 0,
      testDays: 5,
      candidates: 2,
      purgeDays: 0.5,
      embargoDays: 2,
    })
  })

  it('refuse what they do not know', () => {
    expect(() => searchSpec(callOf('search', PERIOD), specWorld())).toThrow('--dimension is missing')
    expect(() => search('--metric', 'luck')).toThrow(/objective\.terms\.0\.metric is "luck", expected one of net_pnl/)
    expect(() => search('--method', 'guess')).toThrow('--method is "guess", expected one of grid, random, tpe')
    expect(() => search('--embargo', '0.02')).toThrow('--embargo goes with --folds, which is missing')
    expect(() => search('--folds', '1')).toThrow('--folds is "1", expected a whole number from 2 to 20')
    expect(() => search('--folds', '4', '--pruner', 'median')).toThrow(
      /^pruner is .*, expected none where there are folds, as pruning and folds/,
    )
    expect(() => search('--dimension', 'a.b=2:1')).toThrow('dimensions.1.max is 1, expected must not be below min')
  })
})

describe('commands', () => {
  it.each(COMMANDS.map(({ name }) => [name]))('%s explains every option', async (name) => {
    expect(await runLabCommand([...name.split(' '), '--help'], world)).toBe(0)
    expect(out).toContain(`npm run lab -- ${name}`)
    for (const option of Object.keys(COMMANDS.find((command) => command.name === name)?.options ?? {})) expect(out).toContain(`--${option}`)
    expect(out).toContain('--data-dir DIR')
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(170)
  })

  it.each([
    [[], 2, ''],
    [['nonsense'], 2, '"nonsense" is not a command'],
    [['runs'], 2, '"runs" is not a command'],
    [['backtest', '--nope'], 2, "Unknown option '--nope'"],
    [['backtest', '--from'], 2, "Option '--from <value>' argument missing"],
    [['backtest', 'stray'], 2, 'too many arguments: stray'],
    [['runs', 'show'], 2, 'RUN is missing'],
    [['runs', 'compare', 'a'], 2, 'RUN… is missing'],
    [['backtest', '--from', '2025-05-10', '--to', '2025-05-11', '--data-dir='], 2, '--data-dir is empty'],
    [['runs', 'list'], 1, 'nothing was run yet'],
    [['backtest', '--from', '2025-05-10', '--to', '2025-05-11'], 2, 'the store has no 1m candles'],
  ])('%j ends with %i', async (args, status, sentence) => {
    expect(await runLabCommand(args, world)).toBe(status)
    expect(said).toContain(sentence)
  })

  it('begin with the market data that comes with the program', async () => {
    world = { ...world, assetsDir: ASSETS_DIR }
    expect(await runLabCommand(['data', 'list'], world)).toBe(0)
    expect(out).toContain('binanceusdm|BTC/USDT:USDT|candles|1m')
    expect(said).toBe('')
  })

  it('check where their files go before anything long begins', async () => {
    const args = ['backtest', '--from', '2025-05-10', '--to', '2025-05-11', '--spec', path.join(dataDir, 'spec.json')]
    writeFileSync(path.join(dataDir, 'spec.json'), JSON.stringify(backtest()))
    const bare = ['backtest', '--spec', path.join(dataDir, 'spec.json')]
    expect(await runLabCommand([...bare, '--json', path.join(dataDir, 'none', 'a.json')], world)).toBe(2)
    expect(said).toContain('expected a file in a folder that can be written')
    mkdirSync(path.join(dataDir, 'folder'))
    expect(await runLabCommand([...bare, '--html', path.join(dataDir, 'folder')], world)).toBe(2)
    expect(said).toContain('expected a file, not a folder')
    expect(await runLabCommand(args, world)).toBe(2)
  })
})

describe('data download', () => {
  it('knows its venues, and refuses another before anything is asked', async () => {
    const given = ['data', 'download', '--symbols', 'BTCUSDT', '--from', '2025-05-10', '--to', '2025-05-11', '--venue', 'kraken']
    expect(await runLabCommand(given, world)).toBe(2)
    expect(said).toContain('--venue is "kraken", expected one of binanceusdm, bybit, okx, deribit')
    expect(await runLabCommand(['data', 'download', '--help'], world)).toBe(0)
    expect(out).toContain('binanceusdm, bybit, okx or deribit (default binanceusdm)')
  })
})
