// The sandbox with the product's own rules for signals and features.
import { type QuickJsSandbox, createQuickJsSandbox } from '../adapters/sandbox/quickjs-sandbox.ts'
import { findFeature } from '../core/features/registry.ts'
import { splitFeatureName } from '../core/kernel/runner-features.ts'
import { validateSignal } from '../core/strategies/validate-signal.ts'

/** `onPrint` gets what strategies print, each line with the name of its strategy. */
export const openSandbox = (onPrint: (line: string) => void): Promise<QuickJsSandbox> =>
  createQuickJsSandbox({
    checkSignal: validateSignal,
    checkFeature: (name, timeframe) => {
      try {
        const found = findFeature(splitFeatureName(name, timeframe).base)
        return found.ok ? null : found.error.message
      } catch (cause) {
        return cause instanceof Error ? cause.message : String(cause)
      }
    },
    onLog: ({ strategyId, instrumentId, text }) =>
      onPrint(`${strategyId ?? 'strategy'}${instrumentId === null ? '' : ` ${instrumentId}`}: ${text}`),
  })
