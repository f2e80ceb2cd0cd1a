// Parameters that a search found become a playbook of the user's own, beside the one they were found for. Nothing that is there is changed.
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Output } from '../../src-shared/bridge/contract.ts'
import { Playbook } from '../../src-shared/config/playbook.ts'
import { type Result, err, ok } from '../../src-shared/domain/result.ts'
import { defaultParameters, resolveParameters } from '../core/strategies/parameters.ts'
import { BUNDLED_STRATEGIES } from '../core/strategies/registry.ts'
import type { ParameterSpec } from '../core/strategies/strategy.ts'
import { PLAYBOOK_BYTES_MAX, PLAYBOOK_FILES_MAX, playbookFolder } from '../engine/playbooks.ts'

export type AdoptPreview = Output<'lab.adopt.preview'>
export type Adoption = {
  readonly dataDir: string
  /** The playbook of the run, as it now stands. */
  readonly playbook: Playbook
  /** By "strategy.parameter". */
  readonly parameters: Readonly<Record<string, number>>
  /** What each strategy that a playbook may name declares, by id. */
  readonly declarations: ReadonlyMap<string, readonly ParameterSpec[]>
}

/** Strategies in files of the user's own are not among them: a playbook cannot name those. */
export const bundledDeclarations = (): Adoption['declarations'] =>
  new Map([...BUNDLED_STRATEGIES].map(([id, { declaration }]) => [id, declaration.parameters]))

/**
 * What adopting would write and change; nothing is written. The error is one sentence that names the parameter, its value and what was expected.
 */
export function previewAdoption(adoption: Adoption): Result<AdoptPreview, string> {
  const changes = changesOf(adoption)
  if (!changes.ok) return changes
  const version = nextVersion(adoption)
  if (!version.ok) return version
  const { playbookId, number } = version.value
  return ok({ playbookId, title: titleOf(adoption.playbook.title, number), changes: [...changes.value] })
}

/**
 * Writes the next version of the playbook under this title, for its owner alone, and returns its id; a file that is there is never replaced.
 * The error is one sentence; then nothing was written. Throws what the file system throws.
 */
export function adopt(adoption: Adoption, title: string): Result<{ readonly playbookId: string }, string> {
  const changes = changesOf(adoption)
  if (!changes.ok) return changes
  if (changes.value.length === 0) return err(`playbook ${adoption.playbook.id} has these parameters already: there is nothing to adopt`)
  const version = nextVersion(adoption)
  if (!version.ok) return version
  const { playbookId } = version.value
  const text = playbookText({ ...adoption.playbook, id: playbookId, title, strategies: strategiesWith(adoption) })
  if (!text.ok) return text
  return writeNew(playbookFolder(adoption.dataDir), `${playbookId}.json`, text.value)
    ? ok({ playbookId })
    : err(`playbook ${playbookId} was written by somebody else meanwhile: try again`)
}

// ---- what changes --------------------------------------------------------------------------------------------------

type Change = AdoptPreview['changes'][number]

/** The parameters of each strategy with the adopted ones laid over them. */
const strategiesWith = ({ playbook, parameters }: Adoption): Playbook['strategies'] =>
  playbook.strategies.map(({ id, parameters: present }) => ({ id, parameters: { ...present, ...adoptedOf(id, parameters) } }))

const adoptedOf = (strategyId: string, parameters: Adoption['parameters']): Record<string, number> =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) =>
      name.startsWith(`${strategyId}.`) ? [[name.slice(strategyId.length + 1), value] as const] : [],
    ),
  )

function changesOf(adoption: Adoption): Result<readonly Change[], string> {
  const { playbook, parameters, declarations } = adoption
  const ids = playbook.strategies.map(({ id }) => id)
  const stray = Object.keys(parameters).find((name) => !ids.some((id) => name.startsWith(`${id}.`)))
  if (stray !== undefined)
    return err(
      `parameter "${stray}" belongs to no strategy of playbook ${playbook.id}, expected one of ${ids.map((id) => `${id}.…`).join(', ')}`,
    )
  const changes: Change[] = []
  for (const [index, { id, parameters: merged }] of strategiesWith(adoption).entries()) {
    const specs = declarations.get(id)
    if (specs === undefined)
      return err(`strategy "${id}" is not bundled, so no playbook can name it; expected one of ${[...declarations.keys()].join(', ')}`)
    const resolved = resolveParameters(specs, merged)
    if (!resolved.ok) return err(`strategy ${id}: ${resolved.error}`)
    const before = { ...defaultParameters(specs), ...playbook.strategies[index]?.parameters }
    for (const { name, unit } of specs) {
      const [from = 0, to = 0] = [before[name], resolved.value[name]]
      if (from !== to) changes.push({ strategyId: id, parameter: name, from, to, unit })
    }
  }
  return ok(changes)
}

// ---- the file ------------------------------------------------------------------------------------------------------

const ID_LENGTH_MAX = 64
const TITLE_LENGTH_MAX = 80
const VERSION = /-v(\d{1,6})$/

type Version = { readonly playbookId: string; readonly number: number }

/** One more than the highest version in the folder, whether its file can be used or not; at least the second. */
function nextVersion({ dataDir, playbook }: Adoption): Result<Version, string> {
  const names = jsonNamesIn(playbookFolder(dataDir))
  if (names.length >= PLAYBOOK_FILES_MAX)
    return err(`the folder of playbooks holds ${names.length} files, at most ${PLAYBOOK_FILES_MAX} are read: remove some first`)
  const base = playbook.id.replace(VERSION, '').slice(0, ID_LENGTH_MAX - '-v999999'.length)
  const taken = [playbook.id, ...names].map((name) => (name.replace(VERSION, '') === base ? Number(VERSION.exec(name)?.[1] ?? 1) : 1))
  const number = Math.max(1, ...taken) + 1
  return ok({ playbookId: `${base}-v${number}`, number })
}

function jsonNamesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir)
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

const titleOf = (title: string, number: number): string => {
  const suffix = ` v${number}`
  return title.replace(/ v\d{1,6}$/, '').slice(0, TITLE_LENGTH_MAX - suffix.length) + suffix
}

/** As the engine will read it, or one sentence about why it would not. */
function playbookText(playbook: Playbook): Result<string, string> {
  const text = `${JSON.stringify(playbook, null, 2)}\n`
  if (text.length > PLAYBOOK_BYTES_MAX)
    return err(`the playbook would have ${text.length} characters, expected at most ${PLAYBOOK_BYTES_MAX}`)
  const parsed = Playbook.safeParse(JSON.parse(text))
  if (parsed.success) return ok(text)
  const [issue] = parsed.error.issues
  return err(`the playbook could not be read again: ${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'not as expected'}`)
}

/** Whole and on the disk, or not at all. False when there is a file of this name. */
function writeNew(folder: string, name: string, text: string): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const target = join(folder, name)
  // Does not end in .json: nobody reads it, should it be left behind.
  const part = join(folder, '.adopting')
  try {
    writeThrough(part, text)
    if (!reserve(target)) return false
    renameSync(part, target)
    return true
  } finally {
    rmSync(part, { force: true })
  }
}

function writeThrough(file: string, text: string): void {
  const handle = openSync(file, 'w', 0o600)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** An empty file that only this call has made, so that the rename replaces nothing of anybody's. */
function reserve(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx', 0o600))
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}
