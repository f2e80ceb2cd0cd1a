// Node can write what is in memory to a file when something goes wrong. A process that holds keys must not.

/** Options that cannot be taken back once Node has started. */
const DUMPING = /^--(?:heapsnapshot-signal|heapsnapshot-near-heap-limit|abort-on-uncaught-exception)\b/

/** Switches off Node's reports. Returns the options of this process that would write memory to a file all the same. */
export function refuseMemoryDumps(): readonly string[] {
  process.report.reportOnFatalError = false
  process.report.reportOnSignal = false
  process.report.reportOnUncaughtException = false
  return dumpingOptions(process.execArgv, process.env['NODE_OPTIONS'] ?? '')
}

export const dumpingOptions = (execArgv: readonly string[], nodeOptions: string): readonly string[] =>
  [...execArgv, ...nodeOptions.split(/\s+/)].filter((option) => DUMPING.test(option))
