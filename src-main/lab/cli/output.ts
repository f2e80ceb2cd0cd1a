// Where a command puts what it was asked for.
import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { UsageError } from './faults.ts'
import type { Call, OptionSpecs } from './command.ts'
import type { World } from './world.ts'

export const REPORT_OPTIONS: OptionSpecs = {
  json: { value: 'FILE', help: 'write the report as JSON; - is standard output' },
  html: { value: 'FILE', help: 'write the report as one HTML file' },
  csv: { value: 'FILE', help: 'write the round trips as CSV' },
}
const FORMATS = ['json', 'html', 'csv'] as const
export type ReportFormat = (typeof FORMATS)[number]
export type WantedFile = { readonly format: ReportFormat; readonly file: string }

/** What the options ask for. Throws UsageError for a folder that is not there, before anything long is begun. */
export function wantedFiles(call: Call): readonly WantedFile[] {
  return FORMATS.flatMap((format) => {
    const file = call.text(format)
    if (file === undefined) return []
    if (file !== '-') checkFolder(format, file)
    return [{ format, file }]
  })
}

function checkFolder(option: string, file: string): void {
  const folder = path.dirname(path.resolve(file))
  try {
    accessSync(folder, constants.W_OK)
  } catch {
    throw new UsageError(`--${option} is ${JSON.stringify(file)}, expected a file in a folder that can be written; ${folder} cannot`)
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new UsageError(`--${option} is ${JSON.stringify(file)}, expected a file, not a folder`)
}

/** Whole or not at all; what had this name is replaced. */
export function writeOutput(world: World, file: string, text: string): void {
  if (file === '-') return world.out(text)
  const part = `${file}.part-${process.pid}`
  try {
    writeFileSync(part, text, { mode: 0o600 })
    renameSync(part, file)
  } finally {
    rmSync(part, { force: true })
  }
}
