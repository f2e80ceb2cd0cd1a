// Commands of the lab. Its worker answers them; long work becomes a job whose progress comes on the topic `lab`.
// A spec travels as plain JSON: the lab checks it against config/lab and answers with the field, the value and what was expected.
import * as z from 'zod/mini'
import {
  AdoptPreview,
  CheckView,
  ColumnMap,
  HeatMapView,
  ImportPreview,
  LabJobView,
  LabPaceView,
  LabPlaybookView,
  LabQueueView,
  LabStrategyView,
  RecordedSessionView,
  ReportView,
  RunRow,
  SeriesView,
  StudyView,
  WalkForwardView,
} from './lab-views.ts'
import { CandleHistory, RoundTripView, TimeframeText } from './views.ts'

const Empty = z.strictObject({})
const Id = z.string().check(z.minLength(1), z.maxLength(64))
const SeriesId = z.string().check(z.minLength(1), z.maxLength(120))
const Spec = z.record(z.string(), z.unknown())
const Job = z.strictObject({ jobId: Id })
const Page = { limit: z.int().check(z.gte(1), z.lte(500)), offset: z.int().check(z.gte(0), z.lte(10_000_000)) }
/** Bytes of one piece of an upload, as base64: small enough for one message. */
export const UPLOAD_CHUNK_BYTES = 256 * 1024
const CHUNK_TEXT_MAX = Math.ceil(UPLOAD_CHUNK_BYTES / 3) * 4

export const labCommands = {
  // ---- data
  'lab.series.list': { input: Empty, output: z.array(SeriesView), scope: 'read', by: 'lab' },
  /** Candles of a stored series, or longer bars built from them; those before `beforeMs`, newest `limit`, oldest first. */
  'lab.series.candles': {
    input: z.strictObject({
      venue: Id,
      instrumentId: Id,
      timeframe: TimeframeText,
      beforeMs: z.nullable(z.int()),
      limit: z.int().check(z.gte(1), z.lte(5000)),
    }),
    output: CandleHistory,
    scope: 'read',
    by: 'lab',
  },
  'lab.series.delete': { input: z.strictObject({ id: SeriesId }), output: Empty, scope: 'control', by: 'lab' },
  /** A file comes in pieces, in order. Uploads are thrown away when they are given up, or after ten minutes without a piece. */
  'lab.upload.begin': {
    input: z.strictObject({
      fileName: z.string().check(z.minLength(1), z.maxLength(200)),
      bytes: z.int().check(z.gte(1), z.lte(4 * 1024 ** 3)),
    }),
    output: z.strictObject({ uploadId: Id }),
    scope: 'control',
    by: 'lab',
  },
  'lab.upload.chunk': {
    input: z.strictObject({ uploadId: Id, offset: z.int().check(z.gte(0)), base64: z.string().check(z.maxLength(CHUNK_TEXT_MAX)) }),
    output: Empty,
    scope: 'read',
    by: 'lab',
  },
  'lab.upload.preview': { input: z.strictObject({ uploadId: Id }), output: ImportPreview, scope: 'read', by: 'lab' },
  /** Throws away what has come of a file; one that is imported, or gone already, is left alone. */
  'lab.upload.cancel': { input: z.strictObject({ uploadId: Id }), output: Empty, scope: 'control', by: 'lab' },
  'lab.import.start': {
    input: z.strictObject({
      uploadId: Id,
      format: z.enum(['binance-klines', 'binance-funding', 'binance-trades', 'freqtrade-json', 'freqtrade-feather', 'generic-csv']),
      venue: Id,
      instrumentId: Id,
      kind: z.enum(['candles', 'funding', 'trades']),
      timeframe: z.nullable(TimeframeText),
      columns: z.nullable(ColumnMap),
    }),
    output: Job,
    scope: 'control',
    by: 'lab',
  },
  'lab.download.start': {
    input: z.strictObject({
      venue: Id,
      instrumentId: Id,
      kind: z.enum(['candles', 'funding']),
      timeframe: z.nullable(TimeframeText),
      fromMs: z.int(),
      toMs: z.int(),
    }),
    output: Job,
    scope: 'control',
    by: 'lab',
  },
  // ---- choices
  'lab.playbooks': { input: Empty, output: z.array(LabPlaybookView), scope: 'read', by: 'lab' },
  /** The user's own strategy files that can be tested. */
  'lab.files': {
    input: Empty,
    output: z.array(
      z.strictObject({ name: z.string(), source: z.string(), fault: z.nullable(z.string()), strategy: z.nullable(LabStrategyView) }),
    ),
    scope: 'read',
    by: 'lab',
  },
  'lab.sessions': { input: Empty, output: z.array(RecordedSessionView), scope: 'read', by: 'lab' },
  'lab.queue': { input: Empty, output: LabQueueView, scope: 'read', by: 'lab' },
  /** What a form estimates its time from; empty before anything has run. */
  'lab.pace': { input: Empty, output: LabPaceView, scope: 'read', by: 'lab' },
  // ---- jobs
  'lab.jobs': { input: Empty, output: z.array(LabJobView), scope: 'read', by: 'lab' },
  'lab.job.cancel': { input: Job, output: Empty, scope: 'control', by: 'lab' },
  'lab.job.resume': { input: Job, output: Empty, scope: 'control', by: 'lab' },
  'lab.backtest.start': { input: z.strictObject({ spec: Spec }), output: Job, scope: 'control', by: 'lab' },
  'lab.search.start': { input: z.strictObject({ spec: Spec }), output: Job, scope: 'control', by: 'lab' },
  'lab.walkForward.start': { input: z.strictObject({ spec: Spec }), output: Job, scope: 'control', by: 'lab' },
  /** Cuts the data off at this many decision times and compares what the strategies were shown and what they said. */
  'lab.lookAhead.start': {
    input: z.strictObject({ spec: Spec, cuts: z.int().check(z.gte(1), z.lte(1000)) }),
    output: Job,
    scope: 'control',
    by: 'lab',
  },
  /** Begins with more and more history and compares what the strategies are shown at the same times. */
  'lab.warmUp.start': { input: z.strictObject({ spec: Spec }), output: Job, scope: 'control', by: 'lab' },
  /** Runs a recorded session of the desk again as a backtest and compares decisions and fills. */
  'lab.parity.start': { input: z.strictObject({ sessionId: Id }), output: Job, scope: 'control', by: 'lab' },
  // ---- runs
  'lab.runs': {
    input: z.strictObject({ ...Page, kind: z.nullable(z.string().check(z.maxLength(20))), parentId: z.nullable(Id) }),
    output: z.strictObject({ total: z.int(), rows: z.array(RunRow) }),
    scope: 'read',
    by: 'lab',
  },
  /** What is known of a run of any kind: enough to tell which of the questions below it answers. */
  'lab.run': { input: z.strictObject({ runId: Id }), output: RunRow, scope: 'read', by: 'lab' },
  'lab.run.report': { input: z.strictObject({ runId: Id }), output: ReportView, scope: 'read', by: 'lab' },
  'lab.run.trades': {
    input: z.strictObject({ runId: Id, ...Page }),
    output: z.strictObject({ total: z.int(), rows: z.array(RoundTripView) }),
    scope: 'read',
    by: 'lab',
  },
  'lab.run.study': { input: z.strictObject({ runId: Id }), output: StudyView, scope: 'read', by: 'lab' },
  'lab.run.heatMap': { input: z.strictObject({ runId: Id, x: z.string(), y: z.string() }), output: HeatMapView, scope: 'read', by: 'lab' },
  'lab.run.walkForward': { input: z.strictObject({ runId: Id }), output: WalkForwardView, scope: 'read', by: 'lab' },
  'lab.run.check': { input: z.strictObject({ runId: Id }), output: CheckView, scope: 'read', by: 'lab' },
  'lab.run.note': {
    input: z.strictObject({ runId: Id, note: z.string().check(z.maxLength(2000)) }),
    output: Empty,
    scope: 'control',
    by: 'lab',
  },
  'lab.run.delete': { input: z.strictObject({ runId: Id }), output: Empty, scope: 'control', by: 'lab' },
  'lab.run.export': {
    input: z.strictObject({ runId: Id, format: z.enum(['html', 'json', 'csv']) }),
    output: z.strictObject({ fileName: z.string(), text: z.string() }),
    scope: 'read',
    by: 'lab',
  },
  /** Writes all finished runs into a folder of the data directory that `mlflow ui --backend-store-uri` opens; answers with that folder. */
  'lab.mlflow.start': { input: Empty, output: z.strictObject({ jobId: Id, folder: z.string() }), scope: 'control', by: 'lab' },
  // ---- adopting
  /** What adopting these parameters would change, against the playbook of the run as it now stands. By "strategy.parameter". */
  'lab.adopt.preview': {
    input: z.strictObject({ runId: Id, parameters: z.record(z.string(), z.number()) }),
    output: AdoptPreview,
    scope: 'read',
    by: 'lab',
  },
  /** Writes a new version of the playbook into the user's folder. Nothing that runs is changed by it. */
  'lab.adopt': {
    input: z.strictObject({
      runId: Id,
      parameters: z.record(z.string(), z.number()),
      title: z.string().check(z.minLength(1), z.maxLength(80)),
    }),
    output: z.strictObject({ playbookId: Id }),
    scope: 'control',
    by: 'lab',
  },
} as const

/** All jobs that are under way, and those that ended last; at most 100, at most four times a second. */
export const LabTopic = z.strictObject({ jobs: z.array(LabJobView).check(z.maxLength(100)) })
