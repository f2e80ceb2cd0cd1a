// Times for the eye, as reports write them too.
export * from '../../src-shared/format/times.ts'
