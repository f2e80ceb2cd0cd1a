// The playbooks there are, the one that runs, and what follows from it for a session. The user's own lie in a folder; the choice is remembered.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { BUNDLED_PLAYBOOKS, Playbook } from '../../src-shared/config/playbook.ts'
import { ExecutionPolicy, LIVE_EXECUTION } from '../../src-shared/config/execution-policy.ts'
import { CarePolicy, LIVE_CARE, RiskPolicy, type ScoringOverrides, scoreFloorsOf } from '../../src-shared/config/risk-policy.ts'
import type { Settings } from '../../src-shared/config/settings.ts'
import { type Result, err, ok } from '../../src-shared/domain/result.ts'
import type { StrategySetup } from '../core/kernel/kernel-config.ts'
import { BUNDLED_STRATEGIES } from '../core/strategies/registry.ts'
import { resolveParameters } from '../core/strategies/parameters.ts'

export const PLAYBOOK_BYTES_MAX = 256 * 1024
export const PLAYBOOK_FILES_MAX = 200

/** Where the user's own lie, each in a file named after its id. */
export const playbookFolder = (dataDir: string): string => join(dataDir, 'playbooks')

export type ListedPlaybook = { readonly playbook: Playbook; readonly source: 'bundled' | 'user' }
/** What a session trades by: the playbook with the user's settings laid over it. */
export type TradingPlan = {
  readonly playbook: Playbook
  readonly strategies: readonly StrategySetup[]
  readonly risk: RiskPolicy
  readonly care: CarePolicy
  readonly execution: ExecutionPolicy
}

export class Playbooks {
  readonly #folder: string
  readonly #settings: Settings
  readonly #choiceFile: string
  /** One sentence for each file that could not be used at the start. */
  readonly faults: readonly string[]

  /** Reads `playbooks/*.json` below the data directory; a missing folder means none. */
  constructor(dataDir: string, settings: Settings) {
    this.#folder = playbookFolder(dataDir)
    this.#settings = settings
    this.#choiceFile = join(dataDir, 'playbook.json')
    this.faults = [...readFolder(this.#folder).faults.values()]
  }

  /** The folder is read for each question: what was adopted or written meanwhile is there without a restart. */
  list(): readonly ListedPlaybook[] {
    return [...readFolder(this.#folder).listed.values()]
  }

  /** The one to start with: what was last chosen on the screen, unless the settings have named another one since. */
  startId(): string {
    const chosen = readChoice(this.#choiceFile)
    const fromSettings = this.#settings.playbook
    return chosen !== null && chosen.settings === fromSettings && readFolder(this.#folder).listed.has(chosen.id) ? chosen.id : fromSettings
  }

  /** Throws what the file system throws. */
  remember(id: string): void {
    writeFileSync(this.#choiceFile, `${JSON.stringify({ id, settings: this.#settings.playbook })}\n`, { mode: 0o600 })
  }

  /** The error is one sentence that names what is wrong and what was expected. */
  plan(id: string): Result<TradingPlan, string> {
    const { listed, faults } = readFolder(this.#folder)
    const found = listed.get(id)
    if (found === undefined)
      return err(faults.get(id) ?? `playbook "${id}" does not exist, expected one of ${[...listed.keys()].join(', ')}`)
    return planOf(withSettings(found.playbook, this.#settings))
  }
}

/** The playbook as it stands with the user's settings laid over it: complete in itself, so that it can be run elsewhere. */
export const withSettings = (
  playbook: Playbook,
  { strategies, risk, care, execution }: Pick<Settings, 'strategies' | 'risk' | 'care' | 'execution'>,
): Playbook => ({
  ...playbook,
  strategies: strategies?.map((id) => ({ id, parameters: {} })) ?? playbook.strategies,
  risk: { ...playbook.risk, ...risk, scoring: { ...playbook.risk.scoring, ...risk.scoring } },
  care: { ...playbook.care, ...care },
  ...(playbook.execution === undefined && execution === undefined ? {} : { execution: { ...playbook.execution, ...execution } }),
})

/** What follows from a playbook for a session. The error is one sentence that names what is wrong and what was expected. */
export function planOf(playbook: Playbook): Result<TradingPlan, string> {
  const setups = setupsOf(playbook.strategies, playbook.universe)
  if (!setups.ok) return err(`playbook "${playbook.id}": ${setups.error}`)
  return ok({
    playbook,
    strategies: setups.value,
    risk: RiskPolicy.parse({ ...playbook.risk, scoring: scoringOf(setups.value, playbook.risk.scoring ?? {}) }),
    care: CarePolicy.parse(playbook.care),
    execution: ExecutionPolicy.parse(playbook.execution ?? {}),
  })
}

/** A real venue is watched more closely than the simulated one, unless somebody wrote down otherwise. */
export function policiesFor(mode: 'paper' | 'live', { playbook, care, execution }: TradingPlan): Pick<TradingPlan, 'care' | 'execution'> {
  if (mode === 'paper') return { care, execution }
  return {
    care: CarePolicy.parse({ ...LIVE_CARE, ...playbook.care }),
    execution: ExecutionPolicy.parse({ ...LIVE_EXECUTION, ...playbook.execution }),
  }
}

/** Strategies that a playbook names must have shown that they do not lose, unless it or the settings say otherwise. */
const scoringOf = (setups: readonly StrategySetup[], wanted: ScoringOverrides): ScoringOverrides => ({
  ...wanted,
  floorsR: { ...scoreFloorsOf(setups.map(({ plugin }) => plugin.declaration.id)), ...wanted.floorsR },
})

function setupsOf(wanted: Playbook['strategies'], universe: Playbook['universe']): Result<readonly StrategySetup[], string> {
  const where = universe.length === 0 ? {} : { instruments: universe }
  const setups: StrategySetup[] = []
  for (const { id, parameters } of wanted) {
    const plugin = BUNDLED_STRATEGIES.get(id)
    if (plugin === undefined) return err(`strategy "${id}" is not bundled, expected one of ${[...BUNDLED_STRATEGIES.keys()].join(', ')}`)
    const resolved = resolveParameters(plugin.declaration.parameters, parameters)
    if (!resolved.ok) return err(`strategy ${id}: ${resolved.error}`)
    setups.push({ plugin, parameters, file: null, ...where })
  }
  return ok(setups)
}

/** By id; of a file that cannot be used, a sentence under the id it should have. */
type Folder = { readonly listed: ReadonlyMap<string, ListedPlaybook>; readonly faults: ReadonlyMap<string, string> }

function readFolder(dir: string): Folder {
  const listed = new Map<string, ListedPlaybook>(BUNDLED_PLAYBOOKS.map((playbook) => [playbook.id, { playbook, source: 'bundled' }]))
  const faults = new Map<string, string>()
  for (const name of jsonFilesIn(dir)) {
    const read = readPlaybook(join(dir, name))
    if (!read.ok) faults.set(basename(name, '.json'), `playbook ${name} is not used: ${read.error}`)
    else listed.set(read.value.id, { playbook: read.value, source: 'user' })
  }
  return { listed, faults }
}

function jsonFilesIn(dir: string): readonly string[] {
  try {
    const names = readdirSync(dir).filter((name) => name.endsWith('.json'))
    return names.toSorted().slice(0, PLAYBOOK_FILES_MAX)
  } catch {
    // No folder, no playbooks of one's own.
    return []
  }
}

function readPlaybook(path: string): Result<Playbook, string> {
  try {
    const text = readFileSync(path, 'utf8')
    if (text.length > PLAYBOOK_BYTES_MAX) return err(`it has ${text.length} characters, expected at most ${PLAYBOOK_BYTES_MAX}`)
    const parsed = Playbook.safeParse(JSON.parse(text))
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      return err(`${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'not as expected'}`)
    }
    if (BUNDLED_PLAYBOOKS.some(({ id }) => id === parsed.data.id)) return err(`its id "${parsed.data.id}" is that of a bundled playbook`)
    if (parsed.data.id !== basename(path, '.json')) return err(`its id is "${parsed.data.id}", expected the name of the file`)
    return ok(parsed.data)
  } catch (cause) {
    return err(cause instanceof Error ? cause.message : String(cause))
  }
}

/** A choice that cannot be read is none: the settings decide. */
function readChoice(path: string): { id: string; settings: string } | null {
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof found !== 'object' || found === null || !('id' in found) || !('settings' in found)) return null
    return typeof found.id === 'string' && typeof found.settings === 'string' ? { id: found.id, settings: found.settings } : null
  } catch {
    return null
  }
}
