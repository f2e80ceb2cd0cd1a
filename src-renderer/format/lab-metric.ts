// Figures of a run for the eye, as reports write them too.
export * from '../../src-shared/format/lab-metric.ts'
