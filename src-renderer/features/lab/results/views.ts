// Short names for what the lab answers about runs, as the contract gives it.
import type { Output } from '../../../../src-shared/bridge/contract.ts'

export type Report = Output<'lab.run.report'>
export type RunRow = Report['run']
export type RunKind = RunRow['kind']
export type Metrics = Report['metrics']
export type Spec = Report['spec']
export type Warning = Report['warnings'][number]
export type Passport = Report['passports'][number]
export type Month = Report['months'][number]
export type Bin = Report['rBins'][number]
export type Excursion = Report['excursions'][number]
export type GroupKey = keyof Report['groups']
export type GroupRow = Report['groups'][GroupKey][number]
export type Trade = Output<'lab.run.trades'>['rows'][number]
export type Study = Output<'lab.run.study'>
export type Trial = Study['trials'][number]
export type Dimension = Study['dimensions'][number]
export type HeatMap = Output<'lab.run.heatMap'>
export type WalkForward = Output<'lab.run.walkForward'>
export type Window = WalkForward['windows'][number]
export type Check = Output<'lab.run.check'>
export type Difference = Check['differences'][number]
export type AdoptPreview = Output<'lab.adopt.preview'>
/** By "strategy.parameter". */
export type Parameters = Readonly<Record<string, number>>
