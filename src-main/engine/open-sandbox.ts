// The sandbox with the product's own rules for signals and features.
import { type QuickJsSandbox, createQuickJsSandbox } from '../adapters/sandbox/quickjs-sandbox.ts'
import { findFeature } from '../core/features/registry.ts'
import { validateSignal } from '../core/strategies/validate-signal.ts'

/** `onPrint` gets what strategies print, each line with the name of its strategy. */
export const openSandbox = (onPrint: (line: string) => void): Promise<QuickJsSandbox> =>
  createQuickJsSandbox({
    checkSignal: validateSignal,
    checkFeature: (name) => {
      const found = findFeature(name)
      return found.ok ? null : found.error.message
    },
    onLog: ({ strategyId, instrumentId, text }) =>
      onPrint(`${strategyId ?? 'strategy'}${instrumentId === null ? '' : ` ${instrumentId}`}: ${text}`),
  })
