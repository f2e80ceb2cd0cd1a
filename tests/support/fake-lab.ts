// The lab behind the fake bridge: a store that grows with imports, jobs that move when a test says so, runs that can be noted and deleted. It checks
// what is sent with the real schemas, as the lab does.
import type { z } from 'zod'
import type { BridgeError, CommandName, Input, Output, Payload } from '../../src-shared/bridge/contract.ts'
import { BacktestSpec, SearchSpec, WalkForwardSpec } from '../../src-shared/config/lab.ts'
import { DAY_MS, TIMEFRAME_MS } from '../../src-shared/domain/time.ts'
import type { FakeBridge } from './fake-bridge.ts'
import { fakeLabFiles, fakeLabPlaybooks, fakeSessions } from './fake-lab-choices.ts'
import { type FakeRun, fakeRun, fakeRuns } from './fake-lab-rows.ts'
import { FAKE_DATA_END_MS, type FakePassport, fakePassport, fakePassports } from './fake-lab-series.ts'

type Job = Payload<'lab'>['jobs'][number]
type Preview = Output<'lab.upload.preview'>
type Upload = { readonly fileName: string; readonly bytes: number; readonly parts: string[]; received: number }
type Options = { readonly series?: number; readonly runs?: number; readonly jobs?: boolean }

const refusal = (code: BridgeError['code'], message: string): BridgeError => ({ code, message })
const JOBS_MAX = 100
/** Of uploads at a time, and of jobs that wait. */
const UPLOADS_MAX = 8
const WAITING_MAX = 20

const MLFLOW_FOLDER = '~/.local/share/tradewright/lab/mlruns'

export class FakeLab {
  passports: FakePassport[]
  jobs: Job[]
  runs: FakeRun[]
  pace: Output<'lab.pace'> = {
    threads: 3,
    paces: fakeLabPlaybooks().flatMap(({ id }) => [
      { work: 'backtest' as const, playbookId: id, timeframe: '1m' as const, candlesPerSecond: 25_000 },
      { work: 'trial' as const, playbookId: id, timeframe: '1m' as const, candlesPerSecond: 400_000 },
    ]),
  }
  queue: Output<'lab.queue'> = { mode: 'local', state: 'off', workers: [], message: '' }
  readonly uploads = new Map<string, Upload>()
  /** Specs that were accepted, with the command they came by. */
  readonly started: { readonly command: CommandName; readonly spec: unknown }[] = []
  private readonly bridge: FakeBridge
  private lastId = 0

  constructor(bridge: FakeBridge, { series = 24, runs = 60, jobs = false }: Options = {}) {
    this.bridge = bridge
    this.passports = fakePassports(series)
    this.runs = fakeRuns(runs)
    this.jobs = jobs ? fakeJobs() : []
    this.answerData()
    this.answerChoices()
    this.answerJobs()
    this.answerRuns()
  }

  /** Lets every running job come nearer to its end by this share of the whole; one that reaches it is done. */
  advance(share: number): void {
    this.jobs = this.jobs.map((job) => (job.state === 'running' || job.state === 'queued' ? this.moved(job, share) : job))
    this.tell()
  }

  /** Puts a change on a job and tells it. */
  change(jobId: string, change: Partial<Job>): void {
    this.jobs = this.jobs.map((job) => (job.id === jobId ? { ...job, ...change } : job))
    this.tell()
  }

  tell(): void {
    this.bridge.emit('lab', { jobs: this.jobs.slice(0, JOBS_MAX) })
  }

  private moved(job: Job, share: number): Job {
    const done = Math.min(job.total, job.done + share * job.total)
    const startedMs = job.startedMs ?? Date.now()
    if (done < job.total)
      return { ...job, state: 'running', startedMs, done, msLeft: Math.round(((job.total - done) / job.total) * 60_000) }
    const isData = job.kind === 'import' || job.kind === 'download'
    const runId = isData || job.kind === 'mlflow' ? null : (job.runId ?? `R${2000 + this.runs.length}`)
    if (runId !== null) this.runs = [{ ...fakeRun(0), id: runId, title: job.title, createdMs: Date.now() }, ...this.runs]
    return {
      ...job,
      state: 'done',
      done: job.total,
      msLeft: null,
      endedMs: Date.now(),
      runId,
      message: isData ? `${job.total} rows were stored` : job.kind === 'mlflow' ? `${job.total} runs are in ${MLFLOW_FOLDER}` : 'finished',
    }
  }

  private answerData(): void {
    const { bridge } = this
    bridge.answer('lab.series.list', () => this.passports)
    bridge.answer('lab.series.delete', ({ id }) => {
      if (!this.passports.some((passport) => passport.id === id)) return refusal('not_found', `there is no series ${id}`)
      this.passports = this.passports.filter((passport) => passport.id !== id)
      return {}
    })
    bridge.answer('lab.upload.begin', ({ fileName, bytes }) => {
      if (this.uploads.size >= UPLOADS_MAX)
        return refusal('refused', `${this.uploads.size} files are being uploaded already, expected fewer than ${UPLOADS_MAX}`)
      const uploadId = `U${++this.lastId}`
      this.uploads.set(uploadId, { fileName, bytes, parts: [], received: 0 })
      return { uploadId }
    })
    bridge.answer('lab.upload.chunk', (input) => this.takePiece(input))
    bridge.answer('lab.upload.preview', ({ uploadId }) => this.preview(uploadId))
    bridge.answer('lab.upload.cancel', ({ uploadId }) => {
      this.uploads.delete(uploadId)
      return {}
    })
    bridge.answer('lab.import.start', (input) => this.startImport(input))
    bridge.answer('lab.download.start', (input) => {
      const rows = (input.toMs - input.fromMs) / (input.timeframe === null ? 8 * 3_600_000 : TIMEFRAME_MS[input.timeframe])
      this.addSeries(input)
      return this.addJob('download', `Download: ${input.instrumentId} ${input.timeframe ?? input.kind}`, {
        total: Math.round(rows),
        unit: 'rows',
      })
    })
  }

  private takePiece({ uploadId, offset, base64 }: Input<'lab.upload.chunk'>): Record<string, never> | BridgeError {
    const upload = this.uploads.get(uploadId)
    if (!upload) return refusal('not_found', `there is no upload ${uploadId}`)
    if (offset !== upload.received) return refusal('bad_input', `the piece begins at ${offset}, expected ${upload.received}`)
    const text = atob(base64)
    upload.parts.push(text)
    upload.received += text.length
    return {}
  }

  private preview(uploadId: string): Preview | BridgeError {
    const upload = this.uploads.get(uploadId)
    if (!upload) return refusal('not_found', `there is no upload ${uploadId}`)
    if (upload.received !== upload.bytes) return refusal('refused', `${upload.received} of ${upload.bytes} bytes have arrived`)
    return previewOf(uploadId, upload)
  }

  private startImport(input: Input<'lab.import.start'>): Output<'lab.import.start'> | BridgeError {
    const upload = this.uploads.get(input.uploadId)
    if (!upload) return refusal('not_found', `there is no upload ${input.uploadId}`)
    const job = this.addJob('import', `Import: ${upload.fileName}`, { total: 44_640, unit: 'rows' })
    if ('code' in job) return job
    this.uploads.delete(input.uploadId)
    this.addSeries(input)
    return job
  }

  private addSeries({ venue, instrumentId, kind, timeframe }: Pick<FakePassport, 'venue' | 'instrumentId' | 'kind' | 'timeframe'>): void {
    const id = `${venue}|${instrumentId}|${kind}|${timeframe ?? '-'}`
    if (this.passports.some((passport) => passport.id === id)) return
    this.passports = [...this.passports, { ...fakePassport({ instrumentId, kind, timeframe, seed: this.passports.length + 1 }), id, venue }]
  }

  private addJob(kind: Job['kind'], title: string, { total, unit }: Pick<Job, 'total' | 'unit'>): { jobId: string } | BridgeError {
    const waiting = this.jobs.filter(({ state }) => state === 'queued').length
    if (waiting >= WAITING_MAX)
      return refusal('refused', `${waiting} jobs are waiting already, expected fewer than ${WAITING_MAX}; cancel one`)
    const id = `J${++this.lastId}`
    const job: Job = {
      id,
      kind,
      title,
      state: 'queued',
      done: 0,
      total,
      unit,
      createdMs: Date.now(),
      startedMs: null,
      endedMs: null,
      msLeft: null,
      message: 'waits for its turn',
      runId: null,
      resumable: kind !== 'import',
    }
    this.jobs = [job, ...this.jobs]
    this.tell()
    return { jobId: id }
  }

  private answerChoices(): void {
    this.bridge.answer('lab.playbooks', fakeLabPlaybooks)
    this.bridge.answer('lab.files', fakeLabFiles)
    this.bridge.answer('lab.sessions', fakeSessions)
    this.bridge.answer('lab.queue', () => this.queue)
    this.bridge.answer('lab.pace', () => this.pace)
  }

  private answerJobs(): void {
    const { bridge } = this
    bridge.answer('lab.jobs', () => this.jobs)
    bridge.answer('lab.job.cancel', ({ jobId }) => {
      this.change(jobId, { state: 'canceled', endedMs: Date.now(), msLeft: null, message: 'by you' })
      return {}
    })
    bridge.answer('lab.job.resume', ({ jobId }) => {
      this.change(jobId, { state: 'running', endedMs: null, message: 'goes on where it was' })
      return {}
    })
    bridge.answer('lab.backtest.start', ({ spec }) => this.startSpec('lab.backtest.start', BacktestSpec, spec))
    bridge.answer('lab.search.start', ({ spec }) => this.startSpec('lab.search.start', SearchSpec, spec))
    bridge.answer('lab.walkForward.start', ({ spec }) => this.startSpec('lab.walkForward.start', WalkForwardSpec, spec))
    bridge.answer('lab.lookAhead.start', ({ spec }) => this.startSpec('lab.lookAhead.start', BacktestSpec, spec))
    bridge.answer('lab.warmUp.start', ({ spec }) => this.startSpec('lab.warmUp.start', BacktestSpec, spec))
    bridge.answer('lab.parity.start', ({ sessionId }) =>
      this.addJob('parity', `Parity: session ${sessionId}`, { total: 1440, unit: 'candles' }),
    )
  }

  private startSpec(command: keyof typeof JOB_OF, schema: z.ZodType, spec: unknown): { jobId: string } | BridgeError {
    const parsed = schema.safeParse(spec)
    const issue = parsed.error?.issues[0]
    if (issue)
      return refusal('bad_input', `${issue.path.join('.')} is ${JSON.stringify(valueAt(spec, issue.path))}, expected ${issue.message}`)
    this.started.push({ command, spec })
    const { kind, title, total, unit } = JOB_OF[command]
    return this.addJob(kind, title, { total, unit })
  }

  private answerRuns(): void {
    const { bridge } = this
    bridge.answer('lab.runs', ({ kind, parentId, limit, offset }) => {
      const rows = this.runs.filter((run) => (kind === null || run.kind === kind) && run.parentId === parentId)
      return { total: rows.length, rows: rows.slice(offset, offset + limit) }
    })
    bridge.answer('lab.run.note', ({ runId, note }) => {
      this.runs = this.runs.map((run) => (run.id === runId ? { ...run, note } : run))
      return {}
    })
    bridge.answer('lab.run.delete', ({ runId }) => {
      if (!this.runs.some(({ id }) => id === runId)) return refusal('not_found', `there is no run ${runId}`)
      this.runs = this.runs.filter(({ id }) => id !== runId)
      return {}
    })
    bridge.answer('lab.mlflow.start', () => {
      const job = this.addJob('mlflow', 'All runs for MLflow', { total: this.runs.length, unit: 'runs' })
      return 'code' in job ? job : { ...job, folder: MLFLOW_FOLDER }
    })
  }
}

const valueAt = (raw: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined), raw)

const JOB_OF = {
  'lab.backtest.start': { kind: 'backtest', title: 'IMBA on BTC, ETH', total: 146_880, unit: 'candles' },
  'lab.search.start': { kind: 'search', title: 'Search: IMBA on BTC, ETH', total: 120, unit: 'trials' },
  'lab.walkForward.start': { kind: 'walk_forward', title: 'Walk-forward: IMBA on BTC, ETH', total: 6, unit: 'windows' },
  'lab.lookAhead.start': { kind: 'look_ahead', title: 'Look-ahead check: IMBA on BTC', total: 100, unit: 'cuts' },
  'lab.warmUp.start': { kind: 'warm_up', title: 'Warm-up check: IMBA on BTC', total: 5, unit: 'lengths' },
} as const

/** Known by its name, as archives are; a CSV file by its first line. */
function previewOf(uploadId: string, { fileName, bytes, parts }: Upload): Preview | BridgeError {
  if (fileName.startsWith('broken')) return refusal('bad_input', `${fileName} is no zip archive: its end is missing`)
  const none = { uploadId, fileName, bytes, columns: [], sample: [] }
  const klines = /^([A-Z0-9]+)USDT-(1m|5m|15m|1h|4h|1d)-\d{4}/.exec(fileName)
  if (klines)
    return {
      ...none,
      format: 'binance-klines',
      kind: 'candles',
      instrumentId: `${klines[1]}/USDT:USDT`,
      timeframe: klines[2] as Preview['timeframe'],
      columns: ['open_time', 'open', 'high', 'low', 'close', 'volume', 'close_time'],
      sample: [0, 1, 2, 3].map((i) => [
        String(1_735_689_600_000 + i * 60_000),
        '93576.0',
        '93610.9',
        '93537.5',
        '93610.8',
        '108.36',
        String(1_735_689_659_999 + i * 60_000),
      ]),
    }
  const funding = /^([A-Z0-9]+)USDT-fundingRate/.exec(fileName)
  if (funding) return { ...none, format: 'binance-funding', kind: 'funding', instrumentId: `${funding[1]}/USDT:USDT`, timeframe: null }
  if (fileName.endsWith('.feather'))
    return { ...none, format: 'freqtrade-feather', kind: 'candles', instrumentId: 'BTC/USDT:USDT', timeframe: '5m' }
  const [header = [], ...rows] = parts
    .join('')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(','))
  return { ...none, format: null, kind: null, instrumentId: null, timeframe: null, columns: header, sample: rows.slice(0, 10) }
}

/** One in each state. */
export function fakeJobs(): Job[] {
  const job = (id: string, over: Partial<Job> & Pick<Job, 'kind' | 'title' | 'state'>): Job => ({
    id,
    done: 0,
    total: 100,
    unit: 'candles',
    createdMs: FAKE_DATA_END_MS,
    startedMs: FAKE_DATA_END_MS,
    endedMs: null,
    msLeft: null,
    message: '',
    runId: null,
    resumable: false,
    ...over,
  })
  const ended = Date.now() - 4 * 60_000
  return [
    job('JA', {
      kind: 'walk_forward',
      title: 'IMBA on BTC, ETH, 18 windows',
      state: 'running',
      done: 7,
      total: 18,
      unit: 'windows',
      msLeft: 754_000,
      message: 'window 8: 63 of 120 trials',
      runId: 'R999',
      resumable: true,
    }),
    job('JB', {
      kind: 'search',
      title: 'Trend on BTC, 400 trials',
      state: 'paused',
      done: 212,
      total: 400,
      unit: 'trials',
      message: 'the program was ended meanwhile',
      resumable: true,
      runId: 'R997',
    }),
    job('JC', { kind: 'backtest', title: 'Validated quant on 12 instruments', state: 'queued', total: 0, message: 'waits for a worker' }),
    job('JI', {
      kind: 'import',
      title: 'BTCUSDT-1m-2025-03.zip into BTC/USDT:USDT 1m',
      state: 'running',
      done: 18_400,
      total: 44_640,
      unit: 'rows',
      msLeft: 2_000,
      message: 'checking against 1h',
    }),
    job('JL', {
      kind: 'download',
      title: 'SOL/USDT:USDT 1m from binanceusdm',
      state: 'running',
      done: 212_500,
      total: 525_600,
      unit: 'rows',
      msLeft: 93_000,
      message: 'up to 2024-10-02',
      resumable: true,
    }),
    job('JD', {
      kind: 'backtest',
      title: 'IMBA on BTC, ETH',
      state: 'done',
      done: 100,
      endedMs: ended,
      runId: 'R1000',
      message: '51 days in 11 s',
    }),
    job('JE', {
      kind: 'look_ahead',
      title: 'IMBA on BTC',
      state: 'failed',
      endedMs: ended,
      message: 'BTC/USDT:USDT candles 1m were deleted while the check was running',
    }),
    job('JF', {
      kind: 'download',
      title: 'ETH/USDT:USDT funding from binanceusdm',
      state: 'canceled',
      endedMs: ended - DAY_MS / 24,
      message: 'by you',
      resumable: true,
    }),
  ]
}
