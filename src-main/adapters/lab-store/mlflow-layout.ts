// The layout of MLflow's file store, as read in mlflow/store/tracking/file_store.py, mlflow/utils/validation.py and
// mlflow/store/fs2db/_tracking.py of github.com/mlflow/mlflow: `<experiment id>/meta.yaml`, `<experiment id>/<run id>/meta.yaml`, and beside the
// latter the folders params, metrics, tags and artifacts with a file per key.
import { hash } from 'node:crypto'

/** Numbers of mlflow.entities.RunStatus. */
export const RUN_STATUS = { done: 3, failed: 4, canceled: 5, pruned: 5 } as const

/** What becomes one folder of a run. */
export type MlflowRun = {
  readonly id: string
  readonly experimentId: string
  readonly name: string
  readonly status: number
  readonly startMs: number
  readonly endMs: number
  /** By key, which `safeKey` has made. */
  readonly params: ReadonlyMap<string, string>
  readonly metrics: ReadonlyMap<string, readonly MetricPoint[]>
  readonly tags: ReadonlyMap<string, string>
  /** By file name. */
  readonly artifacts: ReadonlyMap<string, string>
}
/** No two of one key may be the same in all three. */
export type MetricPoint = { readonly tsMs: number; readonly value: number; readonly step: number }

const KEY_LENGTH_MAX = 200
/** Names that Windows keeps for devices, whatever follows the first dot. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/** A key that is a file name on every system: MLflow refuses what is not \w, ".", "-", " " or "/", and what begins with "..". */
export function safeKey(text: string): string {
  const plain = text
    .replace(/[^A-Za-z0-9_.-]/g, '_')
    .slice(0, KEY_LENGTH_MAX)
    .replace(/^\.+|\.+$/g, '_')
  if (plain === '') return '_'
  return DEVICE.test(plain) ? `_${plain}` : plain
}

/** The same values under safe keys; of two that would be the same file where case does not count, the later gets a number. */
export function safelyKeyed<T>(entries: Iterable<readonly [string, T]>): ReadonlyMap<string, T> {
  const keyed = new Map<string, T>()
  const taken = new Set<string>()
  for (const [name, value] of entries) {
    const wanted = safeKey(name)
    let key = wanted
    for (let count = 2; taken.has(key.toLowerCase()); count += 1) key = `${wanted}_${count}`
    taken.add(key.toLowerCase())
    keyed.set(key, value)
  }
  return keyed
}

/** A number of 18 digits, as MLflow gives, that is always the same for a playbook. */
export function experimentIdOf(playbookId: string): string {
  const number = BigInt(`0x${hash('sha256', `tradewright.experiment\n${playbookId}`, 'hex').slice(0, 15)}`)
  return String(100_000_000_000_000_000n + (number % 900_000_000_000_000_000n))
}

/** 32 hexadecimal digits that are always the same for a trial. */
export const trialIdOf = (runId: string, number: number): string =>
  hash('sha256', `tradewright.trial\n${runId}\n${number}`, 'hex').slice(0, 32)

/** Text without control characters but line feeds and tabs, and without halves of characters: what any reader of UTF-8 takes. */
export const plainText = (text: string, lengthMax: number): string =>
  text
    .replace(/[^\P{Cc}\n\t]/gu, ' ')
    .slice(0, lengthMax)
    .toWellFormed()

export type YamlValue = string | number | null | readonly never[]

/** One flat mapping, keys in order of name, as MLflow writes it. Texts are double-quoted and pure ASCII. */
export const yaml = (mapping: Readonly<Record<string, YamlValue>>): string =>
  Object.entries(mapping)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${scalar(value)}\n`)
    .join('')

function scalar(value: YamlValue): string {
  if (typeof value === 'string') return `"${value.toWellFormed().replace(/[^ -~]|["\\]/gu, escaped)}"`
  return value === null ? 'null' : typeof value === 'number' ? String(value) : '[]'
}

/** YAML 1.1, 5.7 Escape sequences: a line separator or a character that is not printable would otherwise be folded or refused. */
function escaped(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`
  const code = character.codePointAt(0) ?? 0
  const [letter, digits] = code <= 0xff ? (['x', 2] as const) : code <= 0xffff ? (['u', 4] as const) : (['U', 8] as const)
  return `\\${letter}${code.toString(16).padStart(digits, '0')}`
}

/** One file of `metrics`: a line per point, time, value and step. */
export const metricLines = (points: readonly MetricPoint[]): string =>
  points.map(({ tsMs, value, step }) => `${Math.max(0, Math.trunc(tsMs))} ${value} ${step}\n`).join('')
