// Where a user's own strategy file runs: without keys, files, network or process.
import type { StrategyId } from '../../../src-shared/domain/ids.ts'
import type { Result } from '../../../src-shared/domain/result.ts'
import type { StrategyPlugin } from '../strategies/strategy.ts'

export type SandboxFault = {
  readonly strategyId: StrategyId | null
  readonly code: 'syntax' | 'import_refused' | 'bad_declaration' | 'threw' | 'ran_too_long' | 'out_of_memory' | 'bad_signal'
  /** For the person who wrote the strategy: file, line where known, what was expected. */
  readonly message: string
}
/** Thrown by a sandboxed instance from `onCandle` or `manage`; the kernel stops that strategy alone. */
export class SandboxError extends Error {
  readonly fault: SandboxFault
  constructor(fault: SandboxFault) {
    super(fault.message)
    this.name = 'SandboxError'
    this.fault = fault
  }
}
export type StrategySandbox = {
  /** Compiles one TypeScript source. `fileName` appears in messages only. */
  load(source: string, fileName: string): Result<StrategyPlugin, SandboxFault>
  /** Frees everything that was loaded. */
  close(): void
}
