// Short names for the rows of the journal, as the contract gives them.
import type { Output } from '../../../src-shared/bridge/contract.ts'

export type JournalOrder = Output<'journal.orders'>['rows'][number]
export type JournalFill = Output<'journal.fills'>['rows'][number]
export type EquityPoint = Pick<Output<'journal.equity'>[number], 'tsMs' | 'equity' | 'drawdown'>
export type Statistics = Output<'journal.statistics'>
